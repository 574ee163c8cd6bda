"""Who is called, when, and how often: the rota of a network, and the ladder a call climbs while nobody answers.

At once the first who is on duty; after 15 minutes the next as well; after 30 everyone, on duty or not, and the last
resort. Nobody on duty: the last resort at once. It depends on the time that has passed alone, never on how often
somebody was called, so a service that was away goes on at the rung where it would stand.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.routing.casebook import PageKind
from flows.routing.hours import ALWAYS, Hours, is_open

REPEAT = timedelta(minutes=5)
NEXT_AFTER = timedelta(minutes=15)
ALL_AFTER = timedelta(minutes=30)
WORN_AFTER = ALL_AFTER + timedelta(hours=1)
"""When all have been called for an hour, they are called less often, so that a phone is not switched off."""
SELDOM = timedelta(minutes=30)
PATIENT = frozenset({PageKind.QUARANTINE, PageKind.OPTED_OUT, PageKind.MISSED_CONTACT})
"""Nobody is in danger by what we know: called on the same ladder, a third as often."""
_PATIENCE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A member of the rota, and the hours in which they are called first."""

    name: str
    timezone: ZoneInfo
    hours: Hours = ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall:
    """`rota`: in the order in which they are called."""

    rota: tuple[Duty, ...]
    last_resort: str
    repeat: timedelta = REPEAT

    @property
    def names(self) -> tuple[str, ...]:
        """Everyone who may be called, the last resort at the end, each once."""
        return tuple(dict.fromkeys((*(duty.name for duty in self.rota), self.last_resort)))

    def on_duty(self, now: datetime) -> tuple[str, ...]:
        return tuple(duty.name for duty in self.rota if is_open(duty.hours, duty.timezone, now))

    def called(self, opened_at: datetime, now: datetime, *, reached: Container[str]) -> tuple[str, ...]:
        """Who is called at this moment by a call opened then. `reached`: who has a phone that takes messages; whoever
        has none holds up nobody behind them. Empty only when nobody has."""
        everyone = tuple(name for name in self.names if name in reached)
        waited = now - opened_at
        if waited >= ALL_AFTER:
            return everyone
        first = [name for name in self.on_duty(now) if name in reached]
        wanted = first[: 1 if waited < NEXT_AFTER else 2]
        if not wanted or (waited >= NEXT_AFTER and len(wanted) == 1):
            wanted += [self.last_resort] if self.last_resort in reached and self.last_resort not in wanted else []
        return tuple(wanted) or everyone

    def calls_again(self, opened_at: datetime, now: datetime, kind: PageKind) -> datetime:
        """When to call next: never later than the moment at which the ladder reaches somebody new."""
        every = self.repeat * (_PATIENCE if kind in PATIENT else 1)
        if now - opened_at >= WORN_AFTER:
            return now + max(every, SELDOM)
        rungs = (opened_at + NEXT_AFTER, opened_at + ALL_AFTER)
        return min((now + every, *(rung for rung in rungs if rung > now)))
