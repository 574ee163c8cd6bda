"""What a provider still has of people who asked for all to be deleted, until it is gone there too.

While someone is known, the provider's names of what they sent us are kept, sealed under their own key (`Traces`). When
they say DELETE, those names and the names of what we sent become one piece of work (`Erasures`), sealed under the
network's key because theirs is gone, and dropped as soon as it is done.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from flows.dialogue.conversation import ConversationId
from storage.bells import Bell
from storage.tables import conversations, erasures, traces
from storage.unit import AnyRow, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One message as its provider names it, and when it was written."""

    id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What is to be erased at a provider. `attempts`: how often it was taken up, this time counted."""

    id: str
    channel: str
    address: str
    traces: tuple[Trace, ...]
    attempts: int


class Traces:
    """The provider's names of messages that came in."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, came: Sequence[tuple[ConversationId, str]]) -> None:
        """(conversation, the provider's name of the message), in one statement."""
        if not came:
            return
        seals = await self._unit.seals(conversations, [conversation for conversation, _ in came])
        rows = []
        for conversation, name in came:
            row = self._unit.new_id()
            sealed = seals[conversation].close("traces", "name", row, name.encode("utf-8", "surrogatepass"))
            rows.append({"id": row, "conversation_id": conversation, "name": sealed, "at": self._unit.now})
        await self._unit.change_each(traces.insert(), rows)

    async def of(self, conversation: ConversationId) -> tuple[Trace, ...]:
        """Oldest first."""
        seal = await self._unit.seal(conversations, conversation)
        found = await self._unit.rows(
            select(traces).where(traces.c.conversation_id == conversation).order_by(traces.c.n)
        )
        return tuple(
            Trace(id=seal.open("traces", "name", row.id, row.name).decode("utf-8", "surrogatepass"), at=row.at)
            for row in found
        )

    async def prune(self, channel: str, before: datetime) -> int:
        """Too old to be erased there."""
        ours = select(conversations.c.id).where(conversations.c.channel == channel)
        return await self._unit.change(delete(traces).where(traces.c.at < before, traces.c.conversation_id.in_(ours)))


class Erasures:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, channel: str, address: str, what: Sequence[Trace]) -> None:
        """Due at once; nothing to erase is no work."""
        if not what:
            return
        row = self._unit.new_id()
        await self._unit.change(
            erasures.insert().values(
                id=row,
                channel=channel,
                body=await self._sealed(row, address, what),
                attempts=0,
                due_at=self._unit.now,
            )
        )
        self._unit.ring(Bell.ERASURES)

    async def claim(self, channel: str, *, lease: timedelta) -> Erasure | None:
        """Takes up the one that is most overdue; when `lease` has run out it comes again."""
        due = select(erasures).where(erasures.c.channel == channel, erasures.c.due_at <= self._unit.now)
        found = await self._unit.rows(due.order_by(erasures.c.due_at).limit(1).with_for_update(skip_locked=True))
        if not found:
            return None
        await self._unit.change(
            update(erasures)
            .where(erasures.c.id == found[0].id)
            .values(attempts=erasures.c.attempts + 1, due_at=self._unit.now + lease)
        )
        return await self._read(found[0])

    async def left(self, erasure: Erasure, what: Sequence[Trace], *, due_at: datetime) -> None:
        """Only these are still there, and could go later; none: the work is done and nothing is kept of it."""
        here = erasures.c.id == erasure.id
        if what:
            body = await self._sealed(erasure.id, erasure.address, what)
            await self._unit.change(update(erasures).where(here).values(body=body, due_at=due_at))
        else:
            await self._unit.change(delete(erasures).where(here))
            self._unit.note_erasure()

    async def next_due(self, channel: str) -> datetime | None:
        found: datetime | None = await self._unit.value(
            select(func.min(erasures.c.due_at)).where(erasures.c.channel == channel)
        )
        return found

    async def _sealed(self, row: str, address: str, what: Sequence[Trace]) -> bytes:
        seal = await self._unit.network_seal()
        data = {"address": address, "traces": [[trace.id, trace.at.isoformat()] for trace in what]}
        return seal.close("erasures", "body", row, json.dumps(data).encode())

    async def _read(self, row: AnyRow) -> Erasure:
        seal = await self._unit.network_seal()
        data = json.loads(seal.open("erasures", "body", row.id, row.body))
        return Erasure(
            id=row.id,
            channel=row.channel,
            address=data["address"],
            traces=tuple(Trace(id=name, at=datetime.fromisoformat(at)) for name, at in data["traces"]),
            attempts=row.attempts + 1,
        )
