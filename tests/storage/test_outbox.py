"""Stored messages: their states move forward only, whatever order words about them come in, and keep no words."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from flows.dialogue.conversation import ConversationId
from storage import KeyFile, ShiftedClock, Store
from storage.outbox import Post, PostState
from storage.tables import outbox
from tests.storage.casework import conversation
from tests.support.databases import START

LEASE = timedelta(minutes=1)
BY_US = "sent by us"
WORDS = (BY_US, PostState.SENT, PostState.DELIVERED, PostState.FAILED)


async def queued(store: Store) -> str:
    async with store.transaction() as tx:
        (reference,) = await tx.outbox.add([Post(conversation=await conversation(tx), body=b"x")])
        await tx.outbox.claim("sms", limit=1, lease=LEASE)
    return reference


async def say(store: Store, reference: str, word: str) -> ConversationId | None:
    async with store.transaction() as tx:
        if word != BY_US:
            return await tx.outbox.report(reference, PostState(word), "30003")
        await tx.outbox.sent([(reference, "P1")])
    return None


async def state_of(store: Store, reference: str) -> tuple[str, bytes | None]:
    async with store.reading() as tx:
        row = await tx.outbox._unit.row(select(outbox.c.state, outbox.c.body).where(outbox.c.reference == reference))
        assert row is not None
        return row.state, row.body


def furthest(words: list[str]) -> str:
    """The first final word stands, else that it was sent."""
    final = [word for word in words if word in {PostState.DELIVERED, PostState.FAILED}]
    return final[0] if final else PostState.SENT


async def heard(store: Store, words: list[str]) -> None:
    reference = await queued(store)
    for word in words:
        await say(store, reference, word)
    assert await state_of(store, reference) == (furthest(words), None)
    async with store.reading() as tx:
        assert await tx.outbox.provider_id(reference) == ("P1" if BY_US in words else None)
        assert (await tx.outbox.waiting()).queued == 0


async def test_states_move_forward_only(store: Store) -> None:
    for first in WORDS:
        for second in WORDS:
            await heard(store, [first, second])


@settings(max_examples=6)
@example(stories=[[PostState.FAILED, BY_US, PostState.DELIVERED], [PostState.DELIVERED, BY_US, PostState.FAILED]])
@given(stories=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), min_size=20, max_size=40))
def test_states_move_forward_only_however_often_and_in_whatever_order_words_come(stories: list[list[str]]) -> None:
    async def tried() -> None:
        with TemporaryDirectory() as folder:
            keys = KeyFile(Path(folder) / "keys.json")
            async with Store.open(f"sqlite:///{folder}/b.db", keys, clock=ShiftedClock(START)) as store:
                for words in stories:
                    await heard(store, words)

    asyncio.run(tried())


async def test_a_report_says_whom_it_moved_once(store: Store) -> None:
    reference = await queued(store)
    async with store.reading() as tx:
        who = await tx.conversations.find("sms", "+254700000001")
    assert who is not None
    assert await say(store, reference, PostState.FAILED) == who.id
    assert await say(store, reference, PostState.FAILED) is None
    assert await say(store, "no such reference", PostState.FAILED) is None


async def test_a_message_reported_before_we_knew_it_was_sent_is_not_sent_again(
    store: Store, clock: ShiftedClock
) -> None:
    reference = await queued(store)
    await say(store, reference, PostState.DELIVERED)
    clock.advance(LEASE)
    async with store.transaction() as tx:
        assert await tx.outbox.claim("sms", limit=1, lease=LEASE) == []
        await tx.outbox.retry(reference, tx.now, unsure=True)
        await tx.outbox.failed(reference, "late")
        await tx.outbox.dropped(reference, "late")
    assert (await state_of(store, reference))[0] == PostState.DELIVERED


async def test_tells_how_much_waits_and_since_when(store: Store, clock: ShiftedClock) -> None:
    async with store.reading() as tx:
        assert (await tx.outbox.waiting()).oldest_at is None
        assert await tx.outbox.next_due("sms") is None
    async with store.transaction() as tx:
        who = await conversation(tx)
        later = tx.now + timedelta(hours=1)
        await tx.outbox.add([Post(conversation=who, body=b"x", due_at=later), Post(conversation=who, body=b"y")])
        assert await tx.outbox.add([]) == ()
    clock.advance(timedelta(minutes=1))
    async with store.reading() as tx:
        waiting = await tx.outbox.waiting()
        assert (waiting.queued, waiting.oldest_at) == (2, START)
        assert await tx.outbox.next_due("sms") == START
        assert await tx.outbox.next_due("telegram") is None


async def test_drops_what_waits_and_keeps_what_is_on_its_way(store: Store, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        who = await conversation(tx)
        first, _second = await tx.outbox.add([Post(conversation=who, body=b"1"), Post(conversation=who, body=b"2")])
        await tx.outbox.claim("sms", limit=1, lease=LEASE)
        assert await tx.outbox.drop(who, "silenced") == 1
    clock.advance(LEASE)
    async with store.transaction() as tx:
        (parcel,) = await tx.outbox.claim("sms", limit=9, lease=LEASE)
        assert (parcel.reference, parcel.unsure, parcel.attempts) == (first, True, 2)
