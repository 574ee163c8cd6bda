"""Bells: how one task tells others, in this process and through PostgreSQL in the others, that there is work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from enum import StrEnum


class Bell(StrEnum):
    """What changed: there is something to send, something falls due at a new time, a case looks different,
    something is to be erased at a provider."""

    OUTBOX = "outbox"
    TIMERS = "timers"
    CASES = "cases"
    ERASURES = "erasures"


class Bells:
    """Counts the rings of each bell, so that one between two waits is never missed."""

    def __init__(self) -> None:
        self._rings = dict.fromkeys(Bell, 0)
        self._rung = {bell: asyncio.Event() for bell in Bell}

    def ring(self, bells: Iterable[Bell]) -> None:
        for bell in bells:
            self._rings[bell] += 1
            self._rung[bell].set()
            self._rung[bell] = asyncio.Event()

    def rings(self, bell: Bell) -> int:
        return self._rings[bell]

    async def wait(self, bell: Bell, *, heard: int) -> None:
        """Returns when the bell has rung more often than `heard`."""
        while self._rings[bell] <= heard:
            await self._rung[bell].wait()
