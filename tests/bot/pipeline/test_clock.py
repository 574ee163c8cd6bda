"""What falls due: once, by one process, again later if it failed; and what a hook missed is swept in."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels.base import SendFailed
from bot.pipeline.clock import BACKOFF, REMEMBER_RECEIVED, REMEMBER_SENT, SWEEP_BACK, SWEEP_OVERLAP, TimerWheel
from bot.pipeline.inbox import TRIES, Inbox
from storage import ShiftedClock, Store, Tx
from tests.bot.pipeline.rehearsal import CountingHandler, RecordingChannel, typed
from tests.support.databases import START


class Diary:
    """Notes what fell due; `broken` kinds of it fail."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str]] = []
        self.broken = False

    async def remind(self, tx: Tx, subject: str, note: str) -> None:
        if self.broken:
            await tx.audit.add("half_done", actor="system")
            raise ZeroDivisionError
        self.noted.append((subject, note))
        if note == "again":
            await tx.timers.set("remind", subject, tx.now + timedelta(hours=1), "last")


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel()


@pytest.fixture
def handler() -> CountingHandler:
    return CountingHandler()


@pytest.fixture
def wheel(store: Store, diary: Diary, channel: RecordingChannel, handler: CountingHandler) -> TimerWheel:
    return TimerWheel(store, {"remind": diary.remind}, inbox=Inbox(store, handler), channels=[channel])


async def set_timer(store: Store, subject: str, due_in: timedelta, note: str = "", kind: str = "remind") -> None:
    async with store.transaction() as tx:
        await tx.timers.set(kind, subject, tx.now + due_in, note)


async def turn_all(wheel: TimerWheel) -> None:
    while await wheel.turn():
        pass


async def test_things_happen_when_they_are_due_and_once(
    store: Store, wheel: TimerWheel, diary: Diary, clock: ShiftedClock
) -> None:
    await set_timer(store, "b", timedelta(hours=2), "second")
    await set_timer(store, "a", timedelta(hours=1), "first")
    await turn_all(wheel)
    assert diary.noted == []
    clock.advance(timedelta(hours=2))
    await turn_all(wheel)
    await turn_all(wheel)
    assert diary.noted == [("a", "first"), ("b", "second")]


async def test_what_falls_due_may_set_itself_again(
    store: Store, wheel: TimerWheel, diary: Diary, clock: ShiftedClock
) -> None:
    await set_timer(store, "a", timedelta(), "again")
    await turn_all(wheel)
    clock.advance(timedelta(hours=1))
    await turn_all(wheel)
    assert diary.noted == [("a", "again"), ("a", "last")]


async def test_one_that_fails_leaves_nothing_and_is_tried_later_and_harms_no_other(
    store: Store, wheel: TimerWheel, diary: Diary, clock: ShiftedClock
) -> None:
    await set_timer(store, "unknown", timedelta(), kind="nobody knows this")
    await set_timer(store, "a", timedelta())
    diary.broken = True
    await turn_all(wheel)
    async with store.reading() as tx:
        assert await tx.audit.list() == []
        assert await tx.timers.next_due() == START + timedelta(seconds=BACKOFF[0])
    diary.broken = False
    clock.advance(timedelta(seconds=BACKOFF[0]))
    await turn_all(wheel)
    assert diary.noted == [("a", "")]
    async with store.reading() as tx:
        assert await tx.timers.next_due() == START + timedelta(seconds=BACKOFF[0] + BACKOFF[1])


async def test_held_messages_are_tried_when_due(
    store: Store, wheel: TimerWheel, handler: CountingHandler, clock: ShiftedClock
) -> None:
    handler.broken.add("bad")
    await Inbox(store, handler).take([typed("1", "bad")])
    handler.broken.clear()
    await turn_all(wheel)
    clock.advance(TRIES[0])
    await turn_all(wheel)
    async with store.reading() as tx:
        assert (await tx.outbox.waiting()).queued == 1


async def test_the_sweep_takes_in_what_a_hook_missed_and_only_that(
    store: Store, wheel: TimerWheel, channel: RecordingChannel, clock: ShiftedClock
) -> None:
    channel.inbound = [typed("1", "a"), typed("2", "b")]
    await wheel.sweep()
    clock.advance(timedelta(minutes=5))
    await wheel.sweep()
    async with store.reading() as tx:
        assert (await tx.outbox.waiting()).queued == 2
    assert channel.asked_since == [START - SWEEP_BACK - SWEEP_OVERLAP, START - SWEEP_OVERLAP]


async def test_a_sweep_that_failed_looks_as_far_back_the_next_time(
    wheel: TimerWheel, channel: RecordingChannel, clock: ShiftedClock
) -> None:
    await wheel.sweep()
    channel.inbound = SendFailed("unreachable", retry=True)
    clock.advance(timedelta(minutes=5))
    await wheel.sweep()
    clock.advance(timedelta(minutes=5))
    await wheel.sweep()
    assert channel.asked_since[1:] == [START - SWEEP_OVERLAP, START - SWEEP_OVERLAP]


async def test_what_nothing_can_refer_to_any_more_is_forgotten(
    store: Store, wheel: TimerWheel, clock: ShiftedClock
) -> None:
    await Inbox(store, CountingHandler()).take([typed("1", "a"), typed("2", "b")])
    async with store.transaction() as tx:
        (parcel,) = await tx.outbox.claim("sms", limit=9, lease=timedelta(minutes=1))
        await tx.outbox.sent([(parcel.reference, "P1")])
    clock.advance(REMEMBER_SENT)
    await wheel.prune()
    async with store.reading() as tx:
        assert await tx.outbox.provider_id(parcel.reference) == "P1"
    clock.advance(timedelta(seconds=1))
    await wheel.prune()
    async with store.transaction() as tx:
        assert await tx.outbox.provider_id(parcel.reference) is None
        assert (await tx.outbox.waiting()).queued == 1
        assert await tx.received.new([("sms", "1")]) == set()
    clock.advance(REMEMBER_RECEIVED)
    await wheel.prune()
    async with store.transaction() as tx:
        assert await tx.received.new([("sms", "1")]) == {("sms", "1")}


async def test_wakes_by_itself_for_what_is_set_while_it_sleeps(store: Store, diary: Diary) -> None:
    done = asyncio.Event()

    async def remind(_tx: Tx, _subject: str, _note: str) -> None:
        done.set()

    wheel = TimerWheel(store, {"remind": remind}, inbox=Inbox(store, CountingHandler()))
    running = asyncio.get_running_loop().create_task(wheel.run())
    await asyncio.sleep(0)
    await set_timer(store, "a", timedelta())
    async with asyncio.timeout(20):
        await done.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
