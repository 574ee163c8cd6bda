"""Which provider messages were taken before: only keyed look-up values, which outlive erasure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete

from storage.tables import received
from storage.unit import Unit

Message = tuple[str, str]
"""(channel, provider id): names one inbound message for ever."""

KEY_BYTES = 16
"""Half of a look-up value: enough that no two messages meet, and there is one for each message that ever came."""


class Received:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def new(self, messages: Iterable[Message]) -> set[Message]:
        """Those not seen before, which from the commit on are seen. Sorted, so that two batches with the same
        messages wait for one another in one direction only."""
        keys = {self._unit.vault.index("received", *message)[:KEY_BYTES]: message for message in messages}
        if not keys:
            return set()
        statement = self._unit.insert(received).on_conflict_do_nothing().returning(received.c.key)
        fresh = await self._unit.insert_each(statement, [{"key": key, "at": self._unit.now} for key in sorted(keys)])
        return {keys[row.key] for row in fresh}

    async def prune(self, before: datetime) -> int:
        """Providers do not repeat a message after days; what is older need not be recognised."""
        return await self._unit.change(delete(received).where(received.c.at < before))
