"""What falls due: timers, held messages, the sweep for what a hook missed, and forgetting what is no longer needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.channels.base import Channel, SendFailed, StoreDown
from bot.pipeline.inbox import Inbox
from storage import Store, Tx
from storage.bells import Bell
from storage.errors import Contended, StoreUnreachable
from storage.timers import Timer

IDLE = 30.0
"""Seconds after which we look for work even if nobody rang."""
AWAY = 5.0
"""Seconds before we look again when the database is away."""
BACKOFF = (10, 60, 300, 900, 3600)
"""Seconds before a timer that failed is tried again, by how often it has."""
SWEEP_EVERY = 300.0
SWEEP_BACK = timedelta(hours=24)
"""How far back the first sweep looks, in case we were away."""
SWEEP_OVERLAP = timedelta(minutes=15)
REMEMBER_RECEIVED = timedelta(days=35)
"""Longer than any provider re-delivers or lists a message."""
REMEMBER_SENT = timedelta(days=14)
"""Longer than a delivery report takes, and as long as what went out can be erased at its provider."""
log = structlog.get_logger()

Due = Callable[[Tx, str, str], Awaitable[None]]
"""(tx, subject, note): what a kind of timer does, in the transaction that takes it."""


class TimerWheel:
    """`run` for ever, or `turn` once. `handlers`: by kind of timer. `channels`: those that are swept."""

    def __init__(
        self,
        store: Store,
        handlers: Mapping[str, Due],
        *,
        inbox: Inbox,
        channels: Sequence[Channel] = (),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._inbox = inbox
        self._channels = channels
        self._sleep = sleep
        self._swept_at: dict[str, datetime] = {}

    async def run(self) -> None:
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._run())
            loops.create_task(self._run_sweeps())

    async def _run(self) -> None:
        while True:
            heard = self._store.rings(Bell.TIMERS)
            try:
                if not await self.turn():
                    await self._wait(heard)
            except (StoreUnreachable, Contended):
                await self._sleep(AWAY)

    async def _wait(self, heard: int) -> None:
        async with self._store.reading() as tx:
            times = [await tx.timers.next_due(), await tx.held.next_due()]
            due_in = min(((at - tx.now).total_seconds() for at in times if at is not None), default=IDLE)
        with suppress(TimeoutError):
            async with asyncio.timeout(min(IDLE, max(0.05, due_in))):
                await self._store.wait(Bell.TIMERS, heard=heard)

    async def turn(self) -> bool:
        """Does one thing that is due; False when nothing is."""
        return await self._fire() or await self._inbox.retry_held()

    async def _fire(self) -> bool:
        taken: list[Timer] = []

        async def work(tx: Tx) -> None:
            taken[:] = await tx.timers.due(1)
            for timer in taken:
                await self._handlers[timer.kind](tx, timer.subject, timer.note)

        try:
            await self._store.run(work)
        except (StoreUnreachable, Contended):
            raise
        except Exception as error:
            if not taken:
                raise
            timer = taken[0]
            log.error("timer_failed", kind=timer.kind, attempts=timer.attempts + 1, error=type(error).__name__)
            pause = timedelta(seconds=BACKOFF[min(timer.attempts, len(BACKOFF) - 1)])
            await self._store.run(lambda tx: tx.timers.postpone(timer, tx.now + pause))
        return bool(taken)

    # ---- every five minutes

    async def _run_sweeps(self) -> None:
        while True:
            try:
                await self.sweep()
                await self.prune()
            except (StoreUnreachable, Contended, StoreDown):
                log.warning("sweep_put_off")
            await self._sleep(SWEEP_EVERY)

    async def sweep(self) -> None:
        """Takes in what providers received for us and a hook missed; what was taken before is recognised."""
        async with self._store.reading() as tx:
            now = tx.now
        for channel in self._channels:
            since = self._swept_at.get(channel.name, now - SWEEP_BACK) - SWEEP_OVERLAP
            try:
                missed = await channel.missed(since=since)
            except SendFailed as failure:
                log.warning("sweep_failed", channel=channel.name, code=failure.code)
                continue
            await self._inbox.take(missed)
            self._swept_at[channel.name] = now

    async def prune(self) -> None:
        """Forgets look-up values and delivery states that nothing can refer to any more."""

        async def work(tx: Tx) -> None:
            await tx.received.prune(tx.now - REMEMBER_RECEIVED)
            await tx.outbox.prune(tx.now - REMEMBER_SENT)
            for channel in self._channels:
                await tx.traces.prune(channel.name, tx.now - channel.erasable_for)

        await self._store.run(work)
