"""Erases at the providers what people asked to be deleted: at once, at the channel's pace, again where it must wait.

The work is stored, so that it outlives us. What a provider can not erase any more is counted, and nothing of it kept.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.channels.base import ERASED_AT_ONCE, Channel, SendFailed, Unerased
from bot.pipeline.pacing import Sleep
from storage import Store, Tx
from storage.bells import Bell
from storage.erasures import Erasure, Trace
from storage.errors import Contended, StoreUnreachable

LEASE = timedelta(minutes=5)
"""Only the work of a process that died outlives it."""
BACKOFF = (5, 15, 60, 300, 900, 3600)
"""Seconds before what is still there is tried again, by how often it was."""
IDLE = 30.0
"""Seconds after which we look for work even if nobody rang."""
AWAY = 5.0
"""Seconds before we look again when the database is away."""
log = structlog.get_logger()


class Eraser:
    """`run` for ever, or `erase` what is due now. `counts`: messages `erased`, and those that `never` can be."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], *, sleep: Sleep = asyncio.sleep) -> None:
        self._store = store
        self._channels = channels
        self._sleep = sleep
        self.counts: Counter[str] = Counter()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as loops:
            for name in self._channels:
                loops.create_task(self._run(name))

    async def _run(self, channel: str) -> None:
        while True:
            heard = self._store.rings(Bell.ERASURES)
            try:
                if not await self.erase(channel):
                    await self._wait(channel, heard)
            except (StoreUnreachable, Contended):
                await self._sleep(AWAY)

    async def _wait(self, channel: str, heard: int) -> None:
        async with self._store.reading() as tx:
            due_at = await tx.erasures.next_due(channel)
            seconds = IDLE if due_at is None else min(IDLE, max(0.05, (due_at - tx.now).total_seconds()))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._store.wait(Bell.ERASURES, heard=heard)

    async def erase(self, channel: str) -> bool:
        """Takes up the one piece of work that is most overdue; False when there is none."""
        found: list[tuple[Erasure, datetime]] = []

        async def take(tx: Tx) -> None:
            erasure = await tx.erasures.claim(channel, lease=LEASE)
            found[:] = [(erasure, tx.now)] if erasure else []

        await self._store.run(take)
        for erasure, now in found:
            left, pause = await self._left(erasure, now)
            await self._store.run(lambda tx: tx.erasures.left(erasure, left, due_at=tx.now + pause))  # noqa: B023 - run now
        return bool(found)

    async def _left(self, erasure: Erasure, now: datetime) -> tuple[Sequence[Trace], timedelta]:
        """What is to be tried again, and in how long."""
        channel = self._channels[erasure.channel]
        young = [trace for trace in erasure.traces if now - trace.at < channel.erasable_for]
        self.counts["never"] += len(erasure.traces) - len(young)
        left: list[Trace] = []
        seconds = float(BACKOFF[min(erasure.attempts, len(BACKOFF)) - 1])
        for start in range(0, len(young), ERASED_AT_ONCE):
            some = young[start : start + ERASED_AT_ONCE]
            try:
                still = await channel.erase(erasure.address, [trace.id for trace in some])
            except SendFailed as failed:
                level = log.error if failed.alarm else log.info
                level("erasing_failed", channel=channel.name, code=failed.code, attempts=erasure.attempts)
                names = tuple(trace.id for trace in some)
                waits = failed.retry or failed.alarm
                still = Unerased(later=names) if waits else Unerased(never=names)
                seconds = max(seconds, failed.after or 0)
            except Exception as error:
                log.error("erasing_broke", channel=channel.name, error=type(error).__name__)
                still = Unerased(later=tuple(trace.id for trace in some))
            self.counts["erased"] += len(some) - len(still.later) - len(still.never)
            self.counts["never"] += len(still.never)
            left += [trace for trace in some if trace.id in still.later]
            await self._sleep(channel.pace.chat_gap)
        return left, timedelta(seconds=seconds)
