"""Background work of a double: in order within one lane, side by side between lanes."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable
from types import TracebackType
from typing import Self


class Lanes:
    """A task group that is cancelled when it is left; a bug in the work itself surfaces there."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._running: set[asyncio.Task[None]] = set()
        self._turns: defaultdict[Hashable, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._running:
            task.cancel()
        await self._group.__aexit__(kind, error, trace)

    def put(self, lane: Hashable, work: Callable[[], Awaitable[None]]) -> None:
        """Locks are granted in the order they were asked for, so a lane keeps the order of its work."""
        task = self._group.create_task(self._in_turn(lane, work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _in_turn(self, lane: Hashable, work: Callable[[], Awaitable[None]]) -> None:
        async with self._turns[lane]:
            await work()
