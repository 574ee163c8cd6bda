"""Group commit: whoever comes while a batch is being stored waits, and the next batch takes all who wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class _Ticket:
    """How much of what one caller brought is still to be stored, and the first thing that went wrong with it."""

    left: int
    fault: Exception | None = None


class Turnstile(Generic[Item]):
    """First in, first out; one batch at a time; no timer, so a lone caller never waits for company."""

    def __init__(self, store: Callable[[Sequence[Item]], Awaitable[None]], *, most: int) -> None:
        self._store = store
        self._most = most
        self._queue: deque[tuple[Item, _Ticket]] = deque()
        self._turn = asyncio.Lock()

    async def put(self, items: Sequence[Item]) -> None:
        """Returns when all of them are stored, or raises what the batch of one of them raised. What was begun is
        finished even when the caller is cancelled."""
        if not items:
            return
        ticket = _Ticket(left=len(items))
        self._queue.extend((item, ticket) for item in items)
        await asyncio.shield(self._until_done(ticket))
        if ticket.fault is not None:
            raise ticket.fault

    async def _until_done(self, ticket: _Ticket) -> None:
        while ticket.left:
            async with self._turn:
                if ticket.left:
                    await self._next_batch()

    async def _next_batch(self) -> None:
        batch = [self._queue.popleft() for _ in range(min(self._most, len(self._queue)))]
        fault: Exception | None = None
        try:
            await self._store([item for item, _ in batch])
        except Exception as error:
            fault = error
        for _, ticket in batch:
            ticket.left -= 1
            ticket.fault = ticket.fault or fault
