"""The inbox: each message once, each conversation in order, one bad message harms no other, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.casework.post import from_bytes
from bot.channels.base import Delivery, DeliveryReport, Inbound, StoreDown
from bot.pipeline.inbox import BATCH, TRIES, Inbox
from flows.routing.casebook import Role
from storage import ShiftedClock, Store, Tx
from storage.errors import Contended, StoreUnreachable
from storage.outbox import PostState
from tests.bot.pipeline.rehearsal import CountingHandler, typed
from tests.support import postgres
from tests.support.databases import Database


@pytest.fixture
def handler() -> CountingHandler:
    return CountingHandler()


@pytest.fixture
def inbox(store: Store, handler: CountingHandler) -> Inbox:
    return Inbox(store, handler)


async def queued(store: Store) -> list[tuple[str, str]]:
    """(address, text) of what would be sent, each conversation's in order. Sends all of it."""
    found: list[tuple[str, str]] = []
    while True:
        async with store.transaction() as tx:
            parcels = [
                parcel
                for channel in ("sms", "telegram")
                for parcel in await tx.outbox.claim(channel, limit=1000, lease=timedelta(minutes=1))
            ]
            await tx.outbox.sent([(parcel.reference, "x") for parcel in parcels])
        if not parcels:
            return found
        found += [(parcel.address, from_bytes(parcel.body).text) for parcel in parcels]


async def texts(store: Store) -> list[str]:
    return [text for _, text in await queued(store)]


async def test_answers_in_the_order_of_the_messages(store: Store, inbox: Inbox) -> None:
    await inbox.take([typed("1", "a"), typed("2", "b"), typed("3", "c")])
    await inbox.take([typed("4", "d")])
    assert await texts(store) == ["1: a", "2: b", "3: c", "4: d"]


async def test_a_message_counts_once_however_often_it_comes(store: Store, inbox: Inbox) -> None:
    await inbox.take([typed("1", "a"), typed("1", "a"), typed("2", "b")])
    await inbox.take([typed("2", "b"), typed("1", "a"), typed("3", "c")])
    await asyncio.gather(*(inbox.take([typed("3", "c"), typed("4", "d")]) for _ in range(20)))
    assert await texts(store) == ["1: a", "2: b", "3: c", "4: d"]


async def test_the_first_of_two_with_one_id_counts(store: Store, inbox: Inbox) -> None:
    await inbox.take([typed("1", "first"), typed("1", "second")])
    assert await texts(store) == ["1: first"]


async def test_nothing_at_all_is_taken_at_once(inbox: Inbox) -> None:
    await inbox.take([])


async def test_many_at_once_share_transactions_and_keep_each_conversations_order(store: Store, inbox: Inbox) -> None:
    sizes: list[int] = []
    whole = inbox._take

    async def counted(tx: Tx, messages: Sequence[Inbound]) -> None:
        sizes.append(len(messages))
        await whole(tx, messages)

    inbox._take = counted  # type: ignore[method-assign]
    people = [f"+25470000{number:04}" for number in range(40)]
    await asyncio.gather(
        *(inbox.take([typed(f"{person}-{n}", str(n), person)]) for n in range(1, 6) for person in people)
    )

    heard = await queued(store)
    assert {person: [text for who, text in heard if who == person] for person in people} == {
        person: [f"{n}: {n}" for n in range(1, 6)] for person in people
    }
    assert sum(sizes) == 200
    assert max(sizes) == BATCH
    assert len(sizes) <= 6


async def test_of_64_with_a_bad_37th_turn_63_are_answered_at_once(
    store: Store, inbox: Inbox, handler: CountingHandler
) -> None:
    handler.broken.add("37")
    await inbox.take([typed(str(n), str(n), f"+2547{n:08}") for n in range(1, 65)])

    assert sorted(await texts(store)) == sorted(f"1: {n}" for n in range(1, 65) if n != 37)
    assert handler.quarantines == []


async def test_of_64_whose_37th_cannot_be_written_63_are_answered_at_once(
    store: Store, inbox: Inbox, handler: CountingHandler
) -> None:
    handler.unwritable.add("37")
    await inbox.take([typed(str(n), str(n), f"+2547{n:08}") for n in range(1, 65)])
    assert sorted(await texts(store)) == sorted(f"1: {n}" for n in range(1, 65) if n != 37)
    assert handler.quarantines == []


async def try_again(inbox: Inbox, clock: ShiftedClock, pause: timedelta) -> bool:
    clock.advance(pause)
    return await inbox.retry_held()


@pytest.mark.parametrize("kind", ["broken", "unwritable"])
async def test_a_bad_message_heals_and_those_behind_it_follow_in_order(
    store: Store, inbox: Inbox, handler: CountingHandler, clock: ShiftedClock, kind: str
) -> None:
    getattr(handler, kind).add("bad")
    await inbox.take([typed("1", "a"), typed("2", "bad"), typed("3", "b")])
    await inbox.take([typed("4", "c"), typed("5", "other", "+254700000002")])
    assert await queued(store) == [("+254700000001", "1: a"), ("+254700000002", "1: other")]

    assert not await inbox.retry_held()
    assert await try_again(inbox, clock, TRIES[0])
    assert not await inbox.retry_held()
    getattr(handler, kind).clear()
    assert not await try_again(inbox, clock, TRIES[0])
    assert await try_again(inbox, clock, TRIES[1])
    assert await inbox.retry_held()
    assert await inbox.retry_held()
    assert not await inbox.retry_held()
    assert await texts(store) == ["2: bad", "3: b", "4: c"]

    await inbox.take([typed("2", "bad"), typed("6", "d")])
    assert await texts(store) == ["5: d"]


@pytest.mark.parametrize("kind", ["broken", "unwritable"])
async def test_after_five_tries_a_person_is_called_and_the_later_ones_flow_on(
    store: Store, inbox: Inbox, handler: CountingHandler, clock: ShiftedClock, kind: str
) -> None:
    getattr(handler, kind).add("bad")
    await inbox.take([typed("1", "bad"), typed("2", "a")])
    for pause in TRIES:
        assert handler.quarantines == []
        assert await try_again(inbox, clock, pause)
    assert len(handler.quarantines) == 1
    assert await inbox.retry_held()
    assert not await try_again(inbox, clock, timedelta(days=1))

    await inbox.take([typed("3", "b")])
    assert await texts(store) == ["A person will look at this.", "1: a", "2: b"]
    async with store.reading() as tx:
        (kept,) = await tx.held.quarantined()
        assert (kept.conversation, kept.attempts, kept.due_at) == (handler.quarantines[0], 5, None)
        assert [act.action for act in await tx.audit.list()] == ["message_quarantined"]


async def test_a_message_is_quarantined_even_if_nobody_can_be_told(
    store: Store, inbox: Inbox, handler: CountingHandler, clock: ShiftedClock
) -> None:
    handler.broken.add("bad")
    handler.untold = True
    await inbox.take([typed("1", "bad"), typed("2", "a")])
    for pause in TRIES:
        assert await try_again(inbox, clock, pause)
    assert await inbox.retry_held()
    assert await texts(store) == ["1: a"]


async def test_a_broken_character_pair_is_held_and_comes_back_as_it_was(
    store: Store, inbox: Inbox, handler: CountingHandler, clock: ShiftedClock
) -> None:
    handler.broken.add("\ud83d \x00")
    await inbox.take([typed("1", "\ud83d \x00")])
    handler.broken.clear()
    await try_again(inbox, clock, TRIES[0])
    assert await texts(store) == ["1: \ud83d \x00"]


async def test_effects_are_applied_before_the_next_message_is_looked_at(store: Store, inbox: Inbox) -> None:
    await inbox.take([typed("1", "a"), typed("2", "effect x"), typed("3", "b"), typed("4", "effect y")])
    assert await texts(store) == ["1: a", "2: effect x", "did effect x", "3: b", "4: effect y", "did effect y"]
    async with store.reading() as tx:
        found = await tx.conversations.find("sms", "+254700000001")
    assert found is not None
    assert (found.language, found.sessions) == ("sw", 4)


async def test_who_links_as_a_member_is_one_from_the_next_message_on(
    store: Store, inbox: Inbox, handler: CountingHandler
) -> None:
    async with store.transaction() as tx:
        member = await tx.members.add("Paralegal Asha", Role.PARALEGAL)
        code = await tx.members.invite(member.id)
    await inbox.take([typed("1", f"join {code}"), typed("2", "mine"), typed("3", "yours")])
    assert handler.members == ["mine", "yours"]
    assert (await texts(store))[-2:] == ["member: mine", "member: yours"]


async def test_a_members_bad_message_is_held_like_any_other(
    store: Store, inbox: Inbox, handler: CountingHandler, clock: ShiftedClock
) -> None:
    async with store.transaction() as tx:
        member = await tx.members.add("Paralegal Asha", Role.PARALEGAL)
        code = await tx.members.invite(member.id)
    await inbox.take([typed("1", f"join {code}")])
    handler.unwritable.add("bad")
    await inbox.take([typed("2", "bad"), typed("3", "good"), typed("4", "elsewhere", "+254700000002")])
    assert handler.members == []
    handler.unwritable.clear()
    await try_again(inbox, clock, TRIES[0])
    await inbox.retry_held()
    assert handler.members == ["bad", "good"]


async def test_who_opts_out_gets_the_answer_to_that_and_nothing_queued_before(store: Store, inbox: Inbox) -> None:
    await inbox.take([typed("1", "a")])
    await inbox.take([typed("2", "b"), typed("3", "stop")])
    assert await texts(store) == ["3: stop"]


@pytest.mark.parametrize("fault", [StoreUnreachable, Contended])
async def test_without_a_database_nothing_is_taken_and_all_may_come_again(
    store: Store, inbox: Inbox, fault: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(_work: object) -> None:
        raise fault("away")

    with monkeypatch.context() as away:
        away.setattr(store, "run", down)
        with pytest.raises(StoreDown):
            await inbox.take([typed("1", "a")])
        with pytest.raises(StoreDown):
            await inbox.report(DeliveryReport(channel="sms", reference="r", provider_id="p", state=Delivery.SENT))
    await inbox.take([typed("1", "a")])
    assert await texts(store) == ["1: a"]


async def test_messages_of_a_database_that_falls_over_are_taken_when_it_is_back(
    postgres_server: str, postgres_database: Database, clock: ShiftedClock, handler: CountingHandler
) -> None:
    name = postgres_database.url.rpartition("/")[2].partition("?")[0]
    struck = False

    class Falling(Inbox):
        async def _take(self, tx: Tx, messages: Sequence[Inbound]) -> None:
            nonlocal struck
            await super()._take(tx, messages)
            if not struck:
                struck = True
                await postgres.say(
                    postgres_server,
                    f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608 - ours
                )

    async with Store.open(postgres_database.url, postgres_database.keys, clock=clock) as store:
        inbox = Falling(store, handler)
        with pytest.raises(StoreDown):
            await inbox.take([typed("1", "a"), typed("2", "b")])
        await inbox.take([typed("1", "a"), typed("2", "b")])
        assert await texts(store) == ["1: a", "2: b"]


async def test_a_caller_that_goes_away_does_not_stop_its_message(store: Store, inbox: Inbox) -> None:
    async with asyncio.TaskGroup() as group:
        callers = [group.create_task(inbox.take([typed(str(n), "a", f"+2547{n:08}")])) for n in range(5)]
        await asyncio.sleep(0)
        for caller in callers:
            caller.cancel()
    await inbox.take([typed("9", "z", "+254799999999")])
    assert len(await texts(store)) == 6


async def test_a_report_moves_a_message_and_a_failure_is_told(
    store: Store, inbox: Inbox, handler: CountingHandler
) -> None:
    await inbox.take([typed("1", "a")])
    async with store.transaction() as tx:
        (parcel,) = await tx.outbox.claim("sms", limit=1, lease=timedelta(minutes=1))
        await tx.outbox.sent([(parcel.reference, "P1")])

    def report(state: Delivery, code: str = "") -> DeliveryReport:
        return DeliveryReport(channel="sms", reference=parcel.reference, provider_id="P1", state=state, code=code)

    handler.untold = True
    await inbox.report(report(Delivery.SENT))
    handler.untold = False
    await inbox.report(report(Delivery.FAILED, "bad_address"))
    await inbox.report(report(Delivery.FAILED, "bad_address"))
    await inbox.report(report(Delivery.DELIVERED))
    assert handler.failures == [(parcel.conversation, "bad_address")]
    async with store.transaction() as tx:
        assert await tx.outbox.report(parcel.reference, PostState.DELIVERED) is None


async def test_a_report_that_they_opted_out_silences_even_if_nobody_can_be_told(
    store: Store, inbox: Inbox, handler: CountingHandler
) -> None:
    await inbox.take([typed("1", "a"), typed("2", "b")])
    async with store.transaction() as tx:
        (parcel,) = await tx.outbox.claim("sms", limit=1, lease=timedelta(minutes=1))
        await tx.outbox.sent([(parcel.reference, "P1")])
    handler.untold = True
    await inbox.report(
        DeliveryReport(
            channel="sms", reference=parcel.reference, provider_id="P1", state=Delivery.FAILED, code="opted_out"
        )
    )
    async with store.reading() as tx:
        assert (await tx.conversations.get(parcel.conversation)).silenced
        assert (await tx.outbox.waiting()).queued == 0
