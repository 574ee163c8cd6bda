"""Sends what was queued: each conversation's messages one at a time and in order, at the channel's pace.

A send that may have happened is looked up at the provider before it is repeated; where that is impossible it is
repeated once, and counted. What is too old is not sent, and a person is told.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

import structlog

from bot.casework.post import GONE, from_bytes, silence
from bot.channels.base import Channel, Outgoing, SendFailed, Sent, Unknowable
from bot.pipeline.contract import Handler
from bot.pipeline.pacing import Pacer, Seconds, Sleep
from bot.pipeline.turnstile import Turnstile
from storage import Store, Tx
from storage.bells import Bell
from storage.erasures import Trace
from storage.errors import Contended, StoreUnreachable
from storage.outbox import Parcel

IN_FLIGHT = 32
LEASE = timedelta(minutes=2)
"""Longer than any channel's own time limit: only the message of a process that died outlives it."""
BACKOFF = (2, 5, 15, 60, 300, 900)
"""Seconds before the next try, by how many there were."""
LOOK_AFTER = timedelta(seconds=5)
"""A provider needs a moment before it lists what it has just taken."""
IDLE = 30.0
"""Seconds after which we look for work even if nobody rang."""
GRACE = 15.0
"""Seconds that sends in flight may take to end when we are stopped."""
AWAY = 5.0
"""Seconds before we look again when the database is away."""
PATIENCE = (1, 2, 4, 8, 15, 30)
"""Seconds between the tries to store what became of a send while the database is away."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Done:
    provider_id: str


@dataclass(frozen=True, slots=True)
class Again:
    """unsure: look before the next try. repeats: tries so far that could not be preceded by a look."""

    after: timedelta
    unsure: bool
    repeats: int


@dataclass(frozen=True, slots=True)
class Never:
    """It will not arrive, and a person should know."""

    code: str


@dataclass(frozen=True, slots=True)
class Needless:
    """It is not to be sent any more."""

    code: str


Outcome = Done | Again | Never | Needless
Ended = tuple[Parcel, Outcome]


class Outbox:
    """`run` for ever, or `deliver` what is due now. `counts`: what became of messages since the process started."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        handler: Handler,
        *,
        seconds: Seconds | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._store = store
        self._channels = channels
        self._handler = handler
        self._sleep = sleep
        seconds = seconds or (lambda: asyncio.get_running_loop().time())
        self._pacers = {name: Pacer(each.pace, seconds=seconds, sleep=sleep) for name, each in channels.items()}
        self._in_flight: dict[str, set[asyncio.Task[None]]] = {name: set() for name in channels}
        self._ended = Turnstile(self._store_all, most=IN_FLIGHT)
        self.counts: Counter[str] = Counter()

    # ---- taking messages on

    async def run(self) -> None:
        """Sends until cancelled; what is in flight then is finished first."""
        async with asyncio.TaskGroup() as senders:
            for name in self._channels:
                senders.create_task(self._run(name))

    async def deliver(self, channel: str) -> int:
        """Sends what is due now, of each conversation its oldest, and says how many that were."""
        async with asyncio.TaskGroup() as sends:
            return await self._begin(channel, sends)

    async def settled(self) -> None:
        """Returns once, beside a `run`, everything due has been sent and what became of it is stored."""
        while True:
            heard = self._store.rings(Bell.OUTBOX)
            async with self._store.reading() as tx:
                if not await tx.outbox.busy():
                    return
            await self._store.wait(Bell.OUTBOX, heard=heard)

    async def _run(self, channel: str) -> None:
        stopped = False
        async with asyncio.TaskGroup() as sends:
            try:
                while True:
                    await self._step(channel, sends)
            except asyncio.CancelledError:
                stopped = True
                await self._see_off(self._in_flight[channel])
        if stopped:
            raise asyncio.CancelledError

    async def _see_off(self, sends: set[asyncio.Task[None]]) -> None:
        """Lets sends end, but not for ever; what does not will be looked up by whoever comes after us."""
        if sends:
            _, late = await asyncio.wait(sends, timeout=GRACE)
            for send in late:
                send.cancel()

    async def _step(self, channel: str, sends: asyncio.TaskGroup) -> None:
        """Begins what is due, or waits. While the database is away what is in flight goes on."""
        heard = self._store.rings(Bell.OUTBOX)
        try:
            if not await self._begin(channel, sends):
                await self._wait(channel, heard)
        except (StoreUnreachable, Contended):
            await self._sleep(AWAY)

    async def _begin(self, channel: str, sends: asyncio.TaskGroup) -> int:
        room = IN_FLIGHT - len(self._in_flight[channel])
        if room <= 0:
            return 0
        parcels = await self._store.run(lambda tx: tx.outbox.claim(channel, limit=room, lease=LEASE))
        for parcel in parcels:
            send = sends.create_task(self._deliver(parcel))
            self._in_flight[channel].add(send)
            send.add_done_callback(self._in_flight[channel].discard)
            send.add_done_callback(lambda _: self._store.ring(Bell.OUTBOX))
        return len(parcels)

    async def _wait(self, channel: str, heard: int) -> None:
        """Until someone rings (a send that ended rings too), or the next message is due."""
        async with self._store.reading() as tx:
            due_at = await tx.outbox.next_due(channel)
            seconds = IDLE if due_at is None else min(IDLE, max(0.05, (due_at - tx.now).total_seconds()))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._store.wait(Bell.OUTBOX, heard=heard)

    # ---- one message

    async def _deliver(self, parcel: Parcel) -> None:
        outcome = await self._outcome(parcel)
        self.counts[type(outcome).__name__.lower()] += 1
        await self._keep((parcel, outcome))

    async def _outcome(self, parcel: Parcel) -> Outcome:
        if parcel.stale:
            return Never("expired")
        if parcel.silenced and not parcel.reply:
            return Needless("silenced")
        message = from_bytes(parcel.body)
        if parcel.unsure:
            looked = await self._look(parcel, message)
            if not isinstance(looked, Parcel):
                return looked
            parcel = looked
        return await self._send(parcel, message)

    async def _look(self, parcel: Parcel, message: Outgoing) -> Outcome | Parcel:
        """What became of a send that may have happened; the parcel: it is to be sent (again)."""
        try:
            found = await self._channels[parcel.channel].look_up(parcel.address, message, since=parcel.added_at)
        except SendFailed as failure:
            self._alarm(parcel, failure)
            return Again(self._pause(parcel, failure), unsure=True, repeats=parcel.repeats)
        if isinstance(found, Sent):
            return Done(found.provider_id)
        if found is not Unknowable.UNKNOWABLE:
            return parcel
        if parcel.repeats:
            return Never("unsure")
        self.counts["repeated"] += 1
        return replace(parcel, repeats=1)

    async def _send(self, parcel: Parcel, message: Outgoing) -> Outcome:
        await self._pacers[parcel.channel].turn(parcel.conversation)
        try:
            sent = await self._channels[parcel.channel].send(parcel.address, message, reference=parcel.reference)
        except SendFailed as failure:
            self._alarm(parcel, failure)
            if failure.unsure:
                return Again(LOOK_AFTER, unsure=True, repeats=parcel.repeats)
            if failure.retry:
                return Again(self._pause(parcel, failure), unsure=False, repeats=parcel.repeats)
            return Never(failure.code)
        except Exception as error:
            log.error("send_broke", channel=parcel.channel, error=type(error).__name__)
            return Again(LOOK_AFTER, unsure=True, repeats=parcel.repeats)
        return Done(sent.provider_id)

    def _pause(self, parcel: Parcel, failure: SendFailed) -> timedelta:
        if failure.after is not None:
            self._pacers[parcel.channel].pause(failure.after)
        backoff = BACKOFF[min(parcel.attempts, len(BACKOFF)) - 1]
        return timedelta(seconds=max(failure.after or 0, backoff))

    def _alarm(self, parcel: Parcel, failure: SendFailed) -> None:
        level = log.error if failure.alarm else log.info
        level("send_failed", channel=parcel.channel, code=failure.code, attempts=parcel.attempts)

    # ---- storing what became of it

    async def _keep(self, ended: Ended) -> None:
        """While the database is away we keep trying, so that a sent message is not taken for an unsure one."""
        for seconds in PATIENCE:
            try:
                await self._ended.put([ended])
            except (StoreUnreachable, Contended):
                await self._sleep(seconds)
            else:
                return
        log.error("send_not_stored", channel=ended[0].channel)

    async def _store_all(self, ended: Sequence[Ended]) -> None:
        """All in one transaction; if that fails for one of them, each alone, and none is left unsaid for another."""
        try:
            await self._store.run(lambda tx: self._store_each(tx, ended, tell=True))
        except (StoreUnreachable, Contended):
            raise
        except Exception as error:
            log.error("send_outcomes_failed", error=type(error).__name__)
            for each in ended:
                await self._store_alone(each)

    async def _store_alone(self, ended: Ended) -> None:
        try:
            await self._store.run(lambda tx: self._store_each(tx, [ended], tell=True))
        except (StoreUnreachable, Contended):
            raise
        except Exception as error:
            log.error("failure_not_told", error=type(error).__name__)
            await self._store.run(lambda tx: self._store_each(tx, [ended], tell=False))

    async def _store_each(self, tx: Tx, ended: Sequence[Ended], *, tell: bool) -> None:
        erased = await tx.outbox.sent(
            [(parcel.reference, outcome.provider_id) for parcel, outcome in ended if isinstance(outcome, Done)]
        )
        for parcel, outcome in ended:
            match outcome:
                case Done(provider_id) if parcel.reference in erased:
                    trace = Trace(id=provider_id, at=parcel.added_at)
                    await tx.erasures.add(parcel.channel, parcel.address, [trace])
                case Done():
                    pass
                case Again():
                    await tx.outbox.retry(
                        parcel.reference, tx.now + outcome.after, unsure=outcome.unsure, repeats=outcome.repeats
                    )
                case Needless():
                    await tx.outbox.dropped(parcel.reference, outcome.code)
                case Never():
                    await tx.outbox.failed(parcel.reference, outcome.code)
                    if outcome.code in GONE:
                        await silence(tx, parcel.conversation)
                    if tell and not parcel.erased:
                        await self._handler.delivery_failed(tx, parcel.conversation, outcome.code)
                case _:
                    assert_never(outcome)
        await tx.conversations.let_go(parcel.conversation for parcel, _ in ended if parcel.erased)
