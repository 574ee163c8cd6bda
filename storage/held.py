"""Messages whose turn failed: kept sealed, tried again when due, quarantined for a person in the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from flows.dialogue.conversation import ConversationId
from storage.bells import Bell
from storage.tables import conversations, held
from storage.unit import AnyRow, Statement, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMessage:
    """`due_at` None: quarantined. `attempts`: how often its turn has failed."""

    id: str
    conversation: ConversationId
    body: bytes
    attempts: int
    due_at: datetime | None
    held_at: datetime


class Held:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, conversation: ConversationId, body: bytes, *, due_at: datetime, attempts: int = 0) -> None:
        row = self._unit.new_id()
        seal = await self._unit.seal(conversations, conversation)
        await self._unit.change(
            held.insert().values(
                id=row,
                conversation_id=conversation,
                body=seal.close("held", "body", row, body),
                attempts=attempts,
                due_at=due_at,
                held_at=self._unit.now,
            )
        )
        self._unit.ring(Bell.TIMERS)

    async def waiting(self, ids: Iterable[ConversationId]) -> set[ConversationId]:
        """Which of these have a held message that is not quarantined: later ones wait behind it."""
        found = await self._unit.rows(
            select(held.c.conversation_id)
            .where(held.c.conversation_id.in_(sorted(set(ids))), held.c.due_at.is_not(None))
            .distinct()
        )
        return {ConversationId(row.conversation_id) for row in found}

    async def due(self) -> ConversationId | None:
        """A conversation whose oldest held message is due, if any."""
        heads = select(held.c.conversation_id).where(held.c.due_at <= self._unit.now, _is_head())
        found = await self._unit.value(heads.order_by(held.c.due_at).limit(1))
        return None if found is None else ConversationId(found)

    async def next_due(self) -> datetime | None:
        return await self._unit.value(select(func.min(held.c.due_at)).where(_is_head()))

    async def of(self, conversation: ConversationId) -> Sequence[HeldMessage]:
        """Its held messages that are not quarantined, oldest first. The caller holds the conversation's lock."""
        return await self._read(
            select(held).where(held.c.conversation_id == conversation, held.c.due_at.is_not(None)).order_by(held.c.n)
        )

    async def quarantined(self) -> Sequence[HeldMessage]:
        return await self._read(select(held).where(held.c.due_at.is_(None)).order_by(held.c.n))

    async def retry(self, message: str, *, due_at: datetime, attempts: int) -> None:
        await self._unit.change(update(held).where(held.c.id == message).values(due_at=due_at, attempts=attempts))

    async def quarantine(self, message: str, *, attempts: int) -> None:
        await self._unit.change(update(held).where(held.c.id == message).values(due_at=None, attempts=attempts))

    async def release(self, message: str) -> None:
        """Its turn has run, or a person has dealt with it."""
        await self._unit.change(delete(held).where(held.c.id == message))

    async def _read(self, statement: Statement) -> Sequence[HeldMessage]:
        found = await self._unit.rows(statement)
        seals = await self._unit.seals(conversations, [row.conversation_id for row in found])
        return [_message(row, seals[row.conversation_id].open("held", "body", row.id, row.body)) for row in found]


def _is_head() -> ColumnElement[bool]:
    """No earlier message of its conversation waits."""
    earlier = held.alias()
    return ~(
        select(earlier.c.n)
        .where(
            earlier.c.conversation_id == held.c.conversation_id,
            earlier.c.due_at.is_not(None),
            earlier.c.n < held.c.n,
        )
        .exists()
    )


def _message(row: AnyRow, body: bytes) -> HeldMessage:
    return HeldMessage(
        id=row.id,
        conversation=ConversationId(row.conversation_id),
        body=body,
        attempts=row.attempts,
        due_at=row.due_at,
        held_at=row.held_at,
    )
