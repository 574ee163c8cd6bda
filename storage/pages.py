"""Pages: calls for a person on duty, repeated until someone says they have it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, update

from flows.dialogue.conversation import CaseId, ConversationId, MemberId
from flows.routing.casebook import Page, PageId, PageKind
from flows.routing.codes import new_offer_code, parse_offer_code
from storage.bells import Bell
from storage.tables import conversations, pages
from storage.unit import AnyRow, Unit


class Pages:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def open(self, conversation: ConversationId, kind: PageKind, case: CaseId | None = None) -> tuple[Page, bool]:
        """The open page of this kind for this conversation, and whether it is new: a second reason of the same kind
        calls nobody twice."""
        row, code = self._unit.new_id(), await self._new_code()
        seal = await self._unit.seal(conversations, conversation)
        made = await self._unit.change(
            self._unit.insert(pages)
            .values(
                id=row,
                conversation_id=conversation,
                case_id=case,
                kind=kind,
                open_code=self._index(code),
                code=seal.close("pages", "code", row, code.encode()),
                opened_at=self._unit.now,
                repeats=0,
            )
            .on_conflict_do_nothing(
                index_elements=["conversation_id", "kind"], index_where=pages.c.acknowledged_at.is_(None)
            )
        )
        found = await self._many(
            (pages.c.conversation_id == conversation) & (pages.c.kind == kind) & pages.c.acknowledged_at.is_(None)
        )
        self._unit.ring(Bell.CASES)
        return found[0], made == 1

    async def get(self, page: PageId) -> Page | None:
        found = await self._many(pages.c.id == page)
        return found[0] if found else None

    async def open_pages(self) -> Sequence[Page]:
        """Oldest first."""
        return await self._many(pages.c.acknowledged_at.is_(None))

    async def of_case(self, case: CaseId) -> Sequence[Page]:
        return await self._many(pages.c.case_id == case)

    async def of_conversation(self, conversation: ConversationId) -> Sequence[Page]:
        """Open or taken, oldest first."""
        return await self._many(pages.c.conversation_id == conversation)

    async def by_code(self, code: str) -> Page | None:
        """The open page of that code."""
        found = await self._many(pages.c.open_code == self._index(parse_offer_code(code) or ""))
        return found[0] if found else None

    async def acknowledge(self, page: PageId, member: MemberId) -> bool:
        """False: someone else has it already."""
        changed = await self._unit.change(
            update(pages)
            .where(pages.c.id == page, pages.c.acknowledged_at.is_(None))
            .values(acknowledged_by=member, acknowledged_at=self._unit.now, open_code=None)
        )
        self._unit.ring(Bell.CASES)
        return changed == 1

    async def end(self, conversation: ConversationId) -> None:
        """The person wants nobody any more: their open pages end without anyone having them."""
        await self._unit.change(
            update(pages)
            .where(pages.c.conversation_id == conversation, pages.c.acknowledged_at.is_(None))
            .values(acknowledged_at=self._unit.now, open_code=None)
        )
        self._unit.ring(Bell.CASES)

    async def escalate(self, page: PageId) -> int:
        """Counts one more call and says how many that makes; 0 when it is acknowledged already."""
        row = await self._unit.row(
            update(pages)
            .where(pages.c.id == page, pages.c.acknowledged_at.is_(None))
            .values(repeats=pages.c.repeats + 1)
            .returning(pages.c.repeats)
        )
        return 0 if row is None else int(row.repeats)

    def _index(self, code: str) -> bytes:
        return self._unit.vault.index("page", code)

    async def _new_code(self) -> str:
        while True:
            code = new_offer_code(secrets.choice)
            if await self._unit.value(select(pages.c.id).where(pages.c.open_code == self._index(code))) is None:
                return code

    async def _many(self, which: ColumnElement[bool]) -> Sequence[Page]:
        found = await self._unit.rows(
            select(pages, conversations.c.key)
            .join(conversations, conversations.c.id == pages.c.conversation_id)
            .where(which)
            .order_by(pages.c.opened_at, pages.c.id)
        )
        return [self._read(row) for row in found]

    def _read(self, row: AnyRow) -> Page:
        code = ""
        if row.key is not None and row.code is not None:
            seal = self._unit.unwrapped(conversations, row.conversation_id, row.key)
            code = seal.open("pages", "code", row.id, row.code).decode()
        return Page(
            id=PageId(row.id),
            conversation=ConversationId(row.conversation_id),
            kind=PageKind(row.kind),
            code=code,
            opened_at=row.opened_at,
            case=None if row.case_id is None else CaseId(row.case_id),
            repeats=row.repeats,
            acknowledged_by=None if row.acknowledged_by is None else MemberId(row.acknowledged_by),
            acknowledged_at=row.acknowledged_at,
        )
