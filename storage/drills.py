"""Drills and test pages, apart from real calls so that nothing that counts or shows those can meet one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, select, update

from flows.dialogue.conversation import ConversationId, MemberId
from flows.routing.codes import new_offer_code, parse_offer_code
from flows.routing.drills import Drill, DrillId, DrillKind
from storage.tables import drills, pages
from storage.unit import AnyRow, Unit

_OPEN = drills.c.ended_at.is_(None)


class Drills:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def open(self, kind: DrillKind, phone: ConversationId | None = None) -> tuple[Drill, bool]:
        """The open one, and whether it is new: of a rota there is one at a time, and one test for each phone."""
        which = drills.c.conversation_id == phone if phone else drills.c.kind != DrillKind.TEST
        if found := await self._many(and_(which, _OPEN)):
            return found[0], False
        row, code = self._unit.new_id(), await self._new_code()
        seal = await self._unit.network_seal()
        await self._unit.change(
            drills.insert().values(
                id=row,
                kind=kind,
                conversation_id=phone,
                open_code=self._index(code),
                code=seal.close("drills", "code", row, code.encode()),
                opened_at=self._unit.now,
                repeats=0,
            )
        )
        return (await self._many(drills.c.id == row))[0], True

    async def get(self, drill: DrillId) -> Drill | None:
        found = await self._many(drills.c.id == drill)
        return found[0] if found else None

    async def by_code(self, code: str) -> Drill | None:
        """The open one of that code."""
        found = await self._many(drills.c.open_code == self._index(parse_offer_code(code) or ""))
        return found[0] if found else None

    async def recent(self, limit: int = 10) -> Sequence[Drill]:
        """Of the whole rota, newest first."""
        return await self._many(drills.c.kind != DrillKind.TEST, limit=limit)

    async def escalate(self, drill: DrillId) -> int:
        """Counts one more call and says how many that makes; 0 when it is over."""
        row = await self._unit.row(
            update(drills)
            .where(drills.c.id == drill, _OPEN)
            .values(repeats=drills.c.repeats + 1)
            .returning(drills.c.repeats)
        )
        return 0 if row is None else int(row.repeats)

    async def end(self, drill: DrillId, answered_by: MemberId | None = None) -> bool:
        """False: it is over already."""
        changed = await self._unit.change(
            update(drills)
            .where(drills.c.id == drill, _OPEN)
            .values(answered_by=answered_by, ended_at=self._unit.now, open_code=None)
        )
        return changed == 1

    def _index(self, code: str) -> bytes:
        return self._unit.vault.index("page", code)

    async def _new_code(self) -> str:
        """One that no open call has either: members answer both by the same word."""
        while True:
            code = new_offer_code(secrets.choice)
            index = self._index(code)
            taken = [
                await self._unit.value(select(table.c.id).where(table.c.open_code == index))
                for table in (drills, pages)
            ]
            if not any(taken):
                return code

    async def _many(self, which: ColumnElement[bool], limit: int | None = None) -> Sequence[Drill]:
        statement = select(drills).where(which).order_by(drills.c.opened_at.desc(), drills.c.id.desc()).limit(limit)
        found = await self._unit.rows(statement)
        return [await self._read(row) for row in found]

    async def _read(self, row: AnyRow) -> Drill:
        seal = await self._unit.network_seal()
        return Drill(
            id=DrillId(row.id),
            kind=DrillKind(row.kind),
            code=seal.open("drills", "code", row.id, row.code).decode(),
            opened_at=row.opened_at,
            phone=None if row.conversation_id is None else ConversationId(row.conversation_id),
            repeats=row.repeats,
            answered_by=None if row.answered_by is None else MemberId(row.answered_by),
            ended_at=row.ended_at,
        )
