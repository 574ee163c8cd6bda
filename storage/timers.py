"""What falls due later: one row for each kind and subject, taken by whichever process is first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, tuple_, update

from storage.bells import Bell
from storage.tables import timers
from storage.unit import AnyRow, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """`subject` is an id, `note` a code: neither is sealed. `attempts`: how often it failed when it was due."""

    kind: str
    subject: str
    due_at: datetime
    note: str
    attempts: int


class Timers:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def set(self, kind: str, subject: str, due_at: datetime, note: str = "") -> None:
        """Replaces an earlier one of the same kind and subject."""
        values = {"due_at": due_at, "note": note, "attempts": 0}
        await self._unit.change(
            self._unit.insert(timers)
            .values(kind=kind, subject=subject, **values)
            .on_conflict_do_update(index_elements=["kind", "subject"], set_=values)
        )
        self._unit.ring(Bell.TIMERS)

    async def cancel(self, kind: str, subject: str) -> None:
        await self._unit.change(delete(timers).where(timers.c.kind == kind, timers.c.subject == subject))

    async def get(self, kind: str, subject: str) -> datetime | None:
        found: datetime | None = await self._unit.value(
            select(timers.c.due_at).where(timers.c.kind == kind, timers.c.subject == subject)
        )
        return found

    async def find(self, kind: str, subject: str) -> Timer | None:
        """Left where it is."""
        row = await self._unit.row(select(timers).where(timers.c.kind == kind, timers.c.subject == subject))
        return None if row is None else _timer(row)

    async def due(self, limit: int) -> Sequence[Timer]:
        """Takes up to `limit` that are due and that no other process is taking, oldest first. They are gone when this
        transaction commits, so that what they start may set them again; a rollback brings them back."""
        found = await self._unit.rows(
            select(timers)
            .where(timers.c.due_at <= self._unit.now)
            .order_by(timers.c.due_at, timers.c.kind, timers.c.subject)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        if found:
            taken = [(row.kind, row.subject) for row in found]
            await self._unit.change(delete(timers).where(tuple_(timers.c.kind, timers.c.subject).in_(taken)))
        return [_timer(row) for row in found]

    async def postpone(self, timer: Timer, due_at: datetime) -> None:
        """What it started failed; it counts one more attempt."""
        await self._unit.change(
            update(timers)
            .where(timers.c.kind == timer.kind, timers.c.subject == timer.subject, timers.c.due_at == timer.due_at)
            .values(due_at=due_at, attempts=timers.c.attempts + 1)
        )

    async def next_due(self) -> datetime | None:
        found: datetime | None = await self._unit.value(select(func.min(timers.c.due_at)))
        return found


def _timer(row: AnyRow) -> Timer:
    return Timer(kind=row.kind, subject=row.subject, due_at=row.due_at, note=row.note, attempts=row.attempts)
