"""The service was down and is back: people who wrote meanwhile hear so once, and those in danger are read first.

A timer beats every minute. When the service starts and the last beat is long ago, nobody was here in between: the time
is kept for a day, so that a second fall in the middle of catching up forgets nothing and tells nobody twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.dialogue.conversation import ConversationId
from storage import Tx

ALIVE, AWAY, TOLD = "alive", "away", "away_told"
"""Kinds of timers: the beat, the time we were away, and who was told of it."""
SERVICE = "service"
BEAT = timedelta(minutes=1)
LONG = timedelta(minutes=10)
"""Shorter than this nobody noticed."""
KEPT = timedelta(hours=24)
"""As long as messages may still wait at a provider."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Nobody was here from `since` until `back`."""

    since: datetime
    back: datetime

    def covers(self, at: datetime | None) -> bool:
        return at is not None and self.since <= at < self.back


async def wake(tx: Tx) -> Absence | None:
    """At the start, before any message is taken: the first beat. Returns the absence that is to be caught up with."""
    last = await tx.timers.find(ALIVE, SERVICE)
    if last is not None and tx.now - last.due_at >= LONG:
        known = await absence(tx)
        since = known.since if known else last.due_at - BEAT
        await tx.timers.set(AWAY, SERVICE, tx.now + KEPT, since.isoformat())
        await tx.audit.add("was_away", actor="system")
    await beat(tx, SERVICE, "")
    return await absence(tx)


async def beat(tx: Tx, subject: str, note: str) -> None:
    """We are here."""
    await tx.timers.set(ALIVE, SERVICE, tx.now + BEAT)


async def over(tx: Tx, subject: str, note: str) -> None:
    """Nothing waits any more; the timer itself was all there was."""


async def absence(tx: Tx) -> Absence | None:
    """The one that is being caught up with."""
    found = await tx.timers.find(AWAY, SERVICE)
    return Absence(since=datetime.fromisoformat(found.note), back=found.due_at - KEPT) if found else None


async def to_tell(tx: Tx, conversation: ConversationId, absence: Absence) -> bool:
    """Whether this conversation is yet to hear of it; from now on it has."""
    told = await tx.timers.find(TOLD, conversation)
    mark = absence.back.isoformat()
    if told is not None and told.note == mark:
        return False
    await tx.timers.set(TOLD, conversation, absence.back + KEPT, mark)
    return True


TIMERS: Mapping[str, Callable[[Tx, str, str], Awaitable[None]]] = {ALIVE: beat, AWAY: over, TOLD: over}
"""What each of its timers does."""
