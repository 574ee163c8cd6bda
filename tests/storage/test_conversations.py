"""Conversations: found by address, kept whole, locked, and forgotten for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.dialogue.conversation import Conversation, Pending
from flows.dialogue.session import Answered, LanguageSet, Proposed, Session, Shown
from flows.routing.casebook import Role
from storage import Store, Tx
from storage.errors import Vanished
from storage.outbox import Post
from tests.support.databases import START

ASHA = ("sms", "+254700000001")
BIM = ("telegram", "77001")


async def begun(store: Store, address: tuple[str, str] = ASHA) -> Conversation:
    async with store.transaction() as tx:
        return (await tx.conversations.ensure([address]))[address]


async def test_an_address_is_one_conversation_for_ever(store: Store) -> None:
    async with store.transaction() as tx:
        first = await tx.conversations.ensure([ASHA, BIM, ASHA])
    async with store.transaction() as tx:
        again = await tx.conversations.ensure([BIM, ASHA])

    assert first == again
    assert first[ASHA].id != first[BIM].id
    assert (first[ASHA].channel, first[BIM].channel) == ("sms", "telegram")


async def test_the_same_number_on_two_channels_is_two_conversations(store: Store) -> None:
    async with store.transaction() as tx:
        found = await tx.conversations.ensure([("sms", "1"), ("telegram", "1")])
    assert found["sms", "1"].id != found["telegram", "1"].id


async def test_what_is_saved_comes_back_whole(store: Store) -> None:
    conversation = await begun(store)
    async with store.transaction() as tx:
        member = await tx.members.add("Paralegal Asha", Role.PARALEGAL)
    session = Session(
        flow="intake",
        revision="7",
        log=(
            Shown("place", ("a", "b"), "2"),
            Answered("place", ("a", "b"), said="kwa \u0627 \ud83d\ude00 \ud800", sure=False),
            Proposed("place", ("KE-31",), "nakuru"),
            LanguageSet("sw"),
        ),
    )
    full = replace(
        conversation,
        language="sw",
        session=session,
        sessions=3,
        member=member.id,
        pending=Pending.DELETE,
        silenced=True,
        shared=True,
        paused=True,
        received_at=START + timedelta(microseconds=7),
    )

    async with store.transaction() as tx:
        await tx.conversations.save([full])
    async with store.reading() as tx:
        assert await tx.conversations.get(full.id) == full
        assert await tx.conversations.find(*ASHA) == full
        assert await tx.conversations.address(full.id) == ASHA
        assert await tx.conversations.find("sms", "+254700000002") is None


async def test_even_a_broken_address_is_an_address(store: Store) -> None:
    broken = ("sms", "\ud800 \x00")
    conversation = await begun(store, broken)
    async with store.transaction() as tx:
        assert await tx.conversations.address(conversation.id) == broken
        await tx.outbox.add([Post(conversation=conversation.id, body=b"x")])
        (parcel,) = await tx.outbox.claim("sms", limit=1, lease=timedelta(minutes=1))
        assert parcel.address == broken[1]


async def test_nothing_of_a_transaction_that_raises_stays(store: Store) -> None:
    async def work(tx: Tx) -> None:
        await tx.conversations.ensure([ASHA])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await store.run(work)
    async with store.reading() as tx:
        assert await tx.conversations.find(*ASHA) is None


async def test_lock_leaves_out_who_is_unknown_or_erased(store: Store) -> None:
    asha, bim = await begun(store, ASHA), await begun(store, BIM)
    async with store.transaction() as tx:
        await tx.conversations.forget(bim.id)
        await tx.conversations.let_go([bim.id])
    async with store.transaction() as tx:
        assert await tx.conversations.lock([bim.id, asha.id]) == {asha.id: asha}
        with pytest.raises(Vanished):
            await tx.conversations.get(bim.id)
        with pytest.raises(Vanished):
            await tx.conversations.address(bim.id)
        with pytest.raises(Vanished):
            await tx.conversations.save([bim])


async def test_a_forgotten_conversation_is_a_strangers_until_the_last_words_are_out(store: Store) -> None:
    conversation = await begun(store)
    async with store.transaction() as tx:
        await tx.conversations.save([replace(conversation, language="sw", sessions=4, shared=True)])
        await tx.outbox.add([Post(conversation=conversation.id, body=b"never to be sent")])
        stranger = await tx.conversations.forget(conversation.id)
        await tx.outbox.add([Post(conversation=conversation.id, body=b"It is all gone.", reply=True)])
        await tx.conversations.let_go([conversation.id])
    assert stranger == Conversation(id=conversation.id, channel="sms", language="sw", received_at=START)

    async with store.transaction() as tx:
        (parcel,) = await tx.outbox.claim("sms", limit=10, lease=timedelta(minutes=1))
        assert (parcel.address, parcel.body, parcel.erased) == (ASHA[1], b"It is all gone.", True)
        await tx.outbox.sent([(parcel.reference, "SM1")])
        await tx.conversations.let_go([conversation.id])
    async with store.reading() as tx:
        assert await tx.conversations.find(*ASHA) is None
    assert (await begun(store)).id != conversation.id


async def test_an_opt_out_outlives_erasure_and_nothing_else_does(store: Store) -> None:
    conversation = await begun(store)
    async with store.transaction() as tx:
        await tx.conversations.save([replace(conversation, language="sw", silenced=True, sessions=9)])
        await tx.conversations.forget(conversation.id)
        await tx.conversations.let_go([conversation.id])

    async with store.transaction() as tx:
        assert await tx.conversations.find(*ASHA) is None
        back = (await tx.conversations.ensure([ASHA]))[ASHA]
        assert back == Conversation(id=conversation.id, channel="sms", silenced=True)
        assert await tx.conversations.address(back.id) == ASHA


async def test_a_received_message_is_new_once_even_after_erasure(store: Store) -> None:
    conversation = await begun(store)
    async with store.transaction() as tx:
        assert await tx.received.new([("sms", "SM1"), ("sms", "SM2"), ("sms", "SM1")]) == {
            ("sms", "SM1"),
            ("sms", "SM2"),
        }
        await tx.conversations.forget(conversation.id)
    async with store.transaction() as tx:
        assert await tx.received.new([("sms", "SM2"), ("telegram", "SM2")]) == {("telegram", "SM2")}
        assert await tx.received.new([]) == set()
        assert await tx.received.prune(START + timedelta(seconds=1)) == 3


async def test_everyone_who_is_inside_a_dialogue_is_found(store: Store) -> None:
    inside = Session(flow="intake", revision="1", log=(Shown("opening", ("danger", "none")),))

    async def fill(tx: Tx) -> None:
        made = await tx.conversations.ensure([("sms", f"+1555010{n:04}") for n in range(520)])
        await tx.conversations.save([replace(each, session=inside) for each in list(made.values())[:510]])
        await tx.conversations.forget(next(iter(made.values())).id)

    await store.run(fill)
    async with store.reading() as tx:
        found = [session async for session in tx.conversations.sessions()]
    assert found == [inside] * 509
