"""The outbox: in order, at the channel's pace, never twice if that can be known, and a person is told what fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.casework.post import STALE_AFTER, from_bytes, queue_message, queue_messages, to_bytes
from bot.channels.base import Ask, Choice, Outgoing, Pace, SendFailed, Sent, Unknowable
from bot.pipeline.outbox import AWAY, BACKOFF, LEASE, LOOK_AFTER, Outbox
from flows.dialogue.conversation import ConversationId
from storage import ShiftedClock, Store
from storage.errors import Contended, StoreUnreachable
from tests.bot.pipeline.rehearsal import CountingHandler, RecordingChannel, Time

ASHA = "+254700000001"
BIM = "+254700000002"


@pytest.fixture
def handler() -> CountingHandler:
    return CountingHandler()


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def outbox(store: Store, channel: RecordingChannel, handler: CountingHandler, time: Time) -> Outbox:
    return Outbox(store, {"sms": channel}, handler, seconds=time.seconds, sleep=time.sleep)


async def queue(store: Store, *texts: str, address: str = ASHA, reply: bool = False) -> ConversationId:
    async with store.transaction() as tx:
        conversation = (await tx.conversations.ensure([("sms", address)]))["sms", address].id
        await queue_messages(tx, [(conversation, Outgoing(text=text)) for text in texts], reply=reply)
    return conversation


async def deliver_all(outbox: Outbox) -> None:
    while await outbox.deliver("sms"):
        pass


async def left(store: Store) -> int:
    async with store.reading() as tx:
        return (await tx.outbox.waiting()).queued


def test_a_message_comes_out_of_storage_as_it_went_in() -> None:
    full = Outgoing(
        text="Salama? \u0633\u0644\u0627\u0645 \ud83d",
        choices=(Choice(label="1", data="a"), Choice(label="2", data="b")),
        asks=Ask.LOCATION,
        asks_label="Here",
        replaces="77",
    )
    assert from_bytes(to_bytes(full)) == full
    assert from_bytes(to_bytes(Outgoing(text="x"))) == Outgoing(text="x")


async def test_each_conversations_messages_go_out_in_order_one_at_a_time(
    store: Store, outbox: Outbox, channel: RecordingChannel
) -> None:
    await queue(store, "1", "2", "3")
    await queue(store, "a", "b", address=BIM)
    assert await outbox.deliver("sms") == 2
    assert sorted(channel.sent) == [(ASHA, "1"), (BIM, "a")]
    await deliver_all(outbox)
    assert [text for who, text in channel.sent if who == ASHA] == ["1", "2", "3"]
    assert [text for who, text in channel.sent if who == BIM] == ["a", "b"]
    assert len(set(channel.references)) == 5
    assert await left(store) == 0


async def test_a_failing_message_holds_back_only_its_own_conversation(
    store: Store, outbox: Outbox, channel: RecordingChannel, clock: ShiftedClock
) -> None:
    channel.reply = lambda who, _: SendFailed("flood", retry=True) if who == ASHA else Sent(provider_id="P")
    await queue(store, "1", "2")
    await queue(store, "a", "b", address=BIM)
    await deliver_all(outbox)
    assert channel.sent == [(BIM, "a"), (BIM, "b")]

    channel.reply = lambda _who, _message: Sent(provider_id="P")
    await deliver_all(outbox)
    assert len(channel.sent) == 2
    clock.advance(timedelta(seconds=BACKOFF[0]))
    await deliver_all(outbox)
    assert channel.texts[2:] == ["1", "2"]


async def test_waits_longer_after_each_failure_and_as_long_as_the_provider_asks(
    store: Store, outbox: Outbox, channel: RecordingChannel, clock: ShiftedClock, time: Time
) -> None:
    failures: Sequence[SendFailed] = [SendFailed("unreachable", retry=True)] * 3 + [
        SendFailed("flood", retry=True, after=40.0)
    ]
    await queue(store, "1")
    for failure, pause in zip(failures, [*BACKOFF[:3], 60], strict=True):
        channel.reply = lambda _who, _message, failure=failure: failure  # type: ignore[misc]
        assert await outbox.deliver("sms") == 1
        clock.advance(timedelta(seconds=pause) - timedelta(microseconds=1))
        assert await outbox.deliver("sms") == 0
        clock.advance(timedelta(microseconds=1))
    channel.reply = lambda _who, _message: Sent(provider_id="P")
    assert await outbox.deliver("sms") == 1
    assert channel.texts == ["1"]
    assert max(time.slept) == pytest.approx(40.0)


async def test_an_unsure_send_that_the_provider_has_is_not_repeated(
    store: Store, outbox: Outbox, channel: RecordingChannel, clock: ShiftedClock
) -> None:
    channel.reply = lambda _who, _message: SendFailed("timeout", unsure=True)
    await queue(store, "1", "2")
    await outbox.deliver("sms")
    assert channel.looked == []
    assert await outbox.deliver("sms") == 0

    clock.advance(LOOK_AFTER)
    channel.listed = Sent(provider_id="SM-found")
    channel.reply = lambda _who, _message: Sent(provider_id="P")
    await deliver_all(outbox)
    assert channel.looked == ["1"]
    assert channel.texts == ["2"]


async def test_an_unsure_send_that_the_provider_has_not_is_repeated(
    store: Store, outbox: Outbox, channel: RecordingChannel, clock: ShiftedClock
) -> None:
    channel.reply = lambda _who, _message: SendFailed("timeout", unsure=True)
    await queue(store, "1", "2")
    await outbox.deliver("sms")
    clock.advance(LOOK_AFTER)
    channel.listed = SendFailed("unreachable", retry=True)
    await outbox.deliver("sms")
    clock.advance(timedelta(seconds=BACKOFF[1]))
    channel.listed = None
    channel.reply = lambda _who, _message: Sent(provider_id="P")
    await deliver_all(outbox)
    assert channel.looked == ["1", "1"]
    assert channel.texts == ["1", "2"]


async def test_where_nothing_can_be_looked_up_it_is_repeated_once_and_counted(
    store: Store, outbox: Outbox, channel: RecordingChannel, clock: ShiftedClock, handler: CountingHandler
) -> None:
    channel.listed = Unknowable.UNKNOWABLE
    channel.reply = lambda _who, _message: SendFailed("timeout", unsure=True)
    conversation = await queue(store, "1", "2")
    for _ in range(3):
        assert await outbox.deliver("sms") == 1
        clock.advance(LOOK_AFTER)
    assert outbox.counts["repeated"] == 1
    assert handler.failures == [(conversation, "unsure")]

    channel.reply = lambda _who, _message: Sent(provider_id="P")
    await deliver_all(outbox)
    assert channel.texts == ["2"]


async def test_what_a_dead_process_had_taken_is_looked_up_before_it_is_sent(
    store: Store, outbox: Outbox, channel: RecordingChannel, clock: ShiftedClock
) -> None:
    await queue(store, "1", "2")
    async with store.transaction() as tx:
        await tx.outbox.claim("sms", limit=10, lease=LEASE)
    assert await outbox.deliver("sms") == 0
    clock.advance(LEASE)
    channel.listed = Sent(provider_id="SM-found")
    await deliver_all(outbox)
    assert channel.looked == ["1"]
    assert channel.texts == ["2"]


@pytest.mark.parametrize("code", ["blocked", "opted_out"])
async def test_who_blocked_us_is_silenced_and_a_person_is_told(
    store: Store, outbox: Outbox, channel: RecordingChannel, handler: CountingHandler, code: str
) -> None:
    channel.reply = lambda _who, _message: SendFailed(code)
    conversation = await queue(store, "1", "2")
    await deliver_all(outbox)
    assert handler.failures == [(conversation, code)]
    assert await left(store) == 0

    channel.reply = lambda _who, _message: Sent(provider_id="P")
    await queue(store, "a notice")
    await queue(store, "an answer", reply=True)
    await deliver_all(outbox)
    assert channel.texts == ["an answer"]
    assert outbox.counts["needless"] == 1


async def test_a_hopeless_message_is_told_and_the_next_goes_out(
    store: Store, outbox: Outbox, channel: RecordingChannel, handler: CountingHandler
) -> None:
    channel.reply = lambda _who, message: SendFailed("too_long") if message.text == "1" else Sent(provider_id="P")
    conversation = await queue(store, "1", "2")
    await deliver_all(outbox)
    assert handler.failures == [(conversation, "too_long")]
    assert channel.texts == ["2"]


async def test_what_went_out_is_remembered_even_if_a_failure_beside_it_cannot_be_told(
    store: Store, outbox: Outbox, channel: RecordingChannel, handler: CountingHandler
) -> None:
    handler.untold = True
    channel.reply = lambda who, _: SendFailed("refused") if who == ASHA else Sent(provider_id="P")
    await queue(store, "1")
    await queue(store, "a", address=BIM)
    await deliver_all(outbox)
    assert channel.texts == ["a"]
    assert await left(store) == 0


async def test_what_is_too_old_is_not_sent_and_a_person_is_told(
    store: Store, outbox: Outbox, channel: RecordingChannel, handler: CountingHandler, clock: ShiftedClock
) -> None:
    conversation = await queue(store, "1")
    async with store.transaction() as tx:
        await queue_message(tx, conversation, Outgoing(text="later"), due_at=tx.now + timedelta(hours=1))
    clock.advance(STALE_AFTER)
    await deliver_all(outbox)
    assert handler.failures == [(conversation, "expired")]
    assert channel.texts == ["later"]


async def test_nothing_goes_out_before_it_is_due(
    store: Store, outbox: Outbox, channel: RecordingChannel, clock: ShiftedClock
) -> None:
    async with store.transaction() as tx:
        conversation = (await tx.conversations.ensure([("sms", ASHA)]))["sms", ASHA].id
        await queue_message(tx, conversation, Outgoing(text="later"), due_at=tx.now + timedelta(hours=1))
    assert await outbox.deliver("sms") == 0
    clock.advance(timedelta(hours=1))
    assert await outbox.deliver("sms") == 1


async def test_a_fault_of_the_channel_is_an_unsure_send(
    store: Store, outbox: Outbox, channel: RecordingChannel, clock: ShiftedClock
) -> None:
    channel.reply = lambda _who, _message: ZeroDivisionError()
    await queue(store, "1")
    await outbox.deliver("sms")
    clock.advance(LOOK_AFTER)
    channel.listed = Sent(provider_id="SM-found")
    await deliver_all(outbox)
    assert (channel.looked, channel.texts) == (["1"], [])


async def test_a_send_is_not_forgotten_while_the_database_is_away(
    store: Store, outbox: Outbox, channel: RecordingChannel, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queue(store, "1")
    whole, faults = outbox._store_each, [StoreUnreachable("away"), StoreUnreachable("away")]

    async def sometimes(*arguments: object, **options: object) -> None:
        if faults:
            raise faults.pop()
        await whole(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "_store_each", sometimes)
    await outbox.deliver("sms")
    assert channel.texts == ["1"]
    assert await left(store) == 0
    assert time.slept == [1, 2]


async def test_keeps_the_pace_of_the_sender_and_of_each_chat(
    store: Store, handler: CountingHandler, time: Time
) -> None:
    channel = RecordingChannel(pace=Pace(per_second=10, chat_gap=1.0))
    sent_at: list[tuple[str, float]] = []

    def note(who: str, _message: Outgoing) -> Sent:
        sent_at.append((who, time.now))
        return Sent(provider_id="P")

    channel.reply = note
    outbox = Outbox(store, {"sms": channel}, handler, seconds=time.seconds, sleep=time.sleep)
    await queue(store, "1", "2", "3")
    await deliver_all(outbox)
    gaps = [later - earlier for (_, earlier), (_, later) in pairwise(sent_at)]
    assert gaps == pytest.approx([1.0, 1.0])


async def test_last_words_to_the_erased_go_out_and_then_the_address_goes(
    store: Store, outbox: Outbox, channel: RecordingChannel
) -> None:
    conversation = await queue(store, "never")
    async with store.transaction() as tx:
        await tx.conversations.forget(conversation)
        await queue_message(tx, conversation, Outgoing(text="All gone."), reply=True)
    await deliver_all(outbox)
    assert channel.texts == ["All gone."]
    async with store.transaction() as tx:
        assert await tx.conversations.find("sms", ASHA) is None
        assert await tx.conversations.lock([conversation]) == {}


async def test_goes_on_when_the_database_was_away(
    store: Store, channel: RecordingChannel, handler: CountingHandler, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = Outbox(store, {"sms": channel}, handler, seconds=time.seconds, sleep=time.sleep)
    sent, begin, faults = asyncio.Event(), outbox._begin, [StoreUnreachable("away"), Contended("busy")]

    async def sometimes(name: str, sends: asyncio.TaskGroup) -> int:
        if faults:
            raise faults.pop()
        return await begin(name, sends)

    def reply(_who: str, _message: Outgoing) -> Sent:
        sent.set()
        return Sent(provider_id="P")

    monkeypatch.setattr(outbox, "_begin", sometimes)
    channel.reply = reply
    await queue(store, "1")
    running = asyncio.get_running_loop().create_task(outbox.run())
    async with asyncio.timeout(20):
        await sent.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert channel.texts == ["1"]
    assert time.slept == [AWAY, AWAY]


async def test_runs_until_cancelled_and_finishes_what_is_in_flight(
    store: Store, channel: RecordingChannel, handler: CountingHandler
) -> None:
    outbox = Outbox(store, {"sms": channel}, handler)
    begun, go_on = asyncio.Event(), asyncio.Event()

    class Slow(RecordingChannel):
        async def send(self, address: str, message: Outgoing, *, reference: str) -> Sent:
            if message.text == "slow":
                begun.set()
                await go_on.wait()
            return await super().send(address, message, reference=reference)

    slow = Slow()
    outbox = Outbox(store, {"sms": slow}, handler)
    running = asyncio.get_running_loop().create_task(outbox.run())
    await queue(store, "1", "2", "slow", "never")
    await begun.wait()
    running.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert slow.texts == ["1", "2", "slow"]
    assert await left(store) == 1


async def test_does_not_wait_for_ever_for_a_send_that_hangs(
    store: Store, handler: CountingHandler, clock: ShiftedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.pipeline.outbox.GRACE", 0.01)
    begun = asyncio.Event()

    class Hanging(RecordingChannel):
        async def send(self, address: str, message: Outgoing, *, reference: str) -> Sent:
            begun.set()
            await asyncio.Event().wait()
            return await super().send(address, message, reference=reference)

    running = asyncio.get_running_loop().create_task(Outbox(store, {"sms": Hanging()}, handler).run())
    await queue(store, "1")
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    clock.advance(LEASE)
    after = RecordingChannel()
    await deliver_all(Outbox(store, {"sms": after}, handler))
    assert (after.looked, after.texts) == (["1"], ["1"])
