"""Two at once: locks are taken in one order, a deadlock is redone, and work of two processes is never done twice."""

from __future__ import annotations

import asyncio
import gc
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.dialogue.conversation import ConversationId
from flows.routing.casebook import ReferralState
from storage import Clock, ShiftedClock, Store, Tx, engines
from storage.bells import Bell
from storage.errors import Contended, StoreUnreachable
from storage.outbox import Post
from tests.storage.casework import agree, case, conversation, offered
from tests.support import postgres
from tests.support.databases import Database

LEASE = timedelta(minutes=1)


@pytest.fixture
async def other(database: Database, clock: Clock) -> AsyncIterator[Store]:
    """Another process on the same database."""
    async with Store.open(database.url, database.keys, clock=clock) as store:
        yield store


async def test_batches_over_the_same_people_in_opposite_orders_do_not_deadlock(store: Store, other: Store) -> None:
    people = [("sms", f"+2547{number:08}") for number in range(60)]
    rng = random.Random(37)

    async def batch(of: Store, number: int) -> None:
        chosen = rng.sample(people, 40)
        strangers = [("sms", f"{number}-{n}") for n in range(3)]
        async with of.transaction() as tx:
            await tx.received.new([*chosen, *strangers])
            found = await tx.conversations.ensure([*chosen, *strangers])
            changed = [replace(each, sessions=each.sessions + 1) for each in found.values()]
            rng.shuffle(changed)
            await tx.conversations.save(changed)
            await tx.outbox.add([Post(conversation=each.id, body=b"x") for each in changed])

    async with asyncio.TaskGroup() as group:
        for number in range(24):
            group.create_task(batch(store if number % 2 else other, number))

    async with store.transaction() as tx:
        found = await tx.conversations.ensure(people)
        assert sum(each.sessions for each in found.values()) == 24 * 40


async def test_a_deadlock_is_redone_from_the_start(postgres_database: Database, clock: Clock) -> None:
    async with Store.open(postgres_database.url, postgres_database.keys, clock=clock) as store:
        async with store.transaction() as tx:
            one, two = await conversation(tx, "1"), await conversation(tx, "2")
        both_hold = asyncio.Barrier(2)
        attempts = 0

        async def in_order(tx: Tx, first: ConversationId, second: ConversationId) -> None:
            nonlocal attempts
            attempts += 1
            await tx.conversations.lock([first])
            if attempts <= 2:
                await both_hold.wait()
            (found,) = (await tx.conversations.lock([second])).values()
            await tx.conversations.save([replace(found, sessions=found.sessions + 1)])

        await asyncio.gather(store.run(lambda tx: in_order(tx, one, two)), store.run(lambda tx: in_order(tx, two, one)))
        assert attempts == 3
        async with store.reading() as tx:
            assert [(await tx.conversations.get(each)).sessions for each in (one, two)] == [1, 1]


async def test_says_contended_when_it_stays_locked(
    sqlite_database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_MS", 1)
    async with Store.open(sqlite_database.url, sqlite_database.keys, clock=clock) as store:
        with closing(sqlite3.connect(sqlite_database.file, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            with pytest.raises(Contended):
                await store.run(conversation)
        await store.run(conversation)


async def test_no_message_is_claimed_twice_and_only_the_oldest_of_each(store: Store, other: Store) -> None:
    async with store.transaction() as tx:
        for number in range(20):
            who = await conversation(tx, str(number))
            await tx.outbox.add([Post(conversation=who, body=b"%d" % n) for n in range(3)])

    async def claim(of: Store) -> list[tuple[str, bytes]]:
        async with of.transaction() as tx:
            return [(each.address, each.body) for each in await tx.outbox.claim("sms", limit=7, lease=LEASE)]

    claimed = [each for some in await asyncio.gather(*(claim(of) for of in (store, other) * 4)) for each in some]
    assert sorted(claimed) == sorted((str(number), b"0") for number in range(20))


async def test_a_claim_passes_over_what_another_is_claiming(postgres_database: Database, clock: Clock) -> None:
    async with Store.open(postgres_database.url, postgres_database.keys, clock=clock) as store:
        async with store.transaction() as tx:
            for number in range(4):
                await tx.outbox.add([Post(conversation=await conversation(tx, str(number)), body=b"x")])
        async with store.transaction() as first, store.transaction() as second:
            one = await first.outbox.claim("sms", limit=2, lease=LEASE)
            two = await second.outbox.claim("sms", limit=9, lease=LEASE)
            assert {each.address for each in one} | {each.address for each in two} == {"0", "1", "2", "3"}
            assert len(one) == len(two) == 2


async def test_two_takers_never_take_the_same_timer(store: Store, other: Store) -> None:
    async with store.transaction() as tx:
        for number in range(30):
            await tx.timers.set("remind", str(number), tx.now)

    async def take(of: Store) -> list[str]:
        taken: list[str] = []
        while True:
            async with of.transaction() as tx:
                due = await tx.timers.due(2)
                await asyncio.sleep(0)
            if not due:
                return taken
            taken += [timer.subject for timer in due]

    subjects = [each for some in await asyncio.gather(*(take(of) for of in (store, other, store))) for each in some]
    assert sorted(subjects, key=int) == [str(number) for number in range(30)]


async def test_takers_pass_over_one_anothers_timers(postgres_database: Database, clock: Clock) -> None:
    async with Store.open(postgres_database.url, postgres_database.keys, clock=clock) as store:
        async with store.transaction() as tx:
            await tx.timers.set("remind", "a", tx.now)
            await tx.timers.set("remind", "b", tx.now)
        async with store.transaction() as first, store.transaction() as second:
            assert {(await each.timers.due(1))[0].subject for each in (first, second)} == {"a", "b"}


async def test_only_one_of_two_who_accept_at_once_has_it(store: Store, other: Store) -> None:
    async with store.transaction() as tx:
        opened = await case(tx)
        await agree(tx, opened)
        referral = await offered(tx, opened)

    async def accept(of: Store) -> bool:
        async with of.transaction() as tx:
            accepted = replace(referral, state=ReferralState.ACCEPTED)
            return await tx.referrals.save(accepted, was=ReferralState.OFFERED)

    assert sorted(await asyncio.gather(accept(store), accept(other))) == [False, True]


async def test_run_finishes_though_its_caller_went_away(store: Store) -> None:
    begun = asyncio.Event()

    async def work(tx: Tx) -> None:
        begun.set()
        await conversation(tx)

    task = asyncio.get_running_loop().create_task(store.run(work))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(20):
        while True:
            async with store.reading() as tx:
                if await tx.conversations.find("sms", "+254700000001") is not None:
                    return


async def test_bells_ring_for_committed_work_only(store: Store) -> None:
    before = store.rings(Bell.TIMERS)

    async def fail(tx: Tx) -> None:
        await tx.timers.set("remind", "a", tx.now)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.run(fail)
    assert store.rings(Bell.TIMERS) == before
    async with store.transaction() as tx:
        await tx.timers.set("remind", "a", tx.now)
    await store.wait(Bell.TIMERS, heard=before)


async def test_one_process_hears_anothers_bells(postgres_database: Database, clock: Clock) -> None:
    url, keys = postgres_database.url, postgres_database.keys
    async with Store.open(url, keys, clock=clock) as store, Store.open(url, keys, clock=clock) as other:
        listening = asyncio.get_running_loop().create_task(other.listen())
        heard = other.rings(Bell.OUTBOX)
        while other.rings(Bell.OUTBOX) == heard:
            async with store.transaction() as tx:
                await tx.outbox.add([Post(conversation=await conversation(tx), body=b"x")])
            await asyncio.sleep(0.01)
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening


async def test_listening_ends_with_the_connection(postgres_database: Database, clock: ShiftedClock) -> None:
    async with Store.open(postgres_database.url, postgres_database.keys, clock=clock) as store:
        listening = asyncio.get_running_loop().create_task(store.listen())
        while not listening.done():
            await postgres.say(
                postgres_database.url,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE 'LISTEN%'",
            )
        with pytest.raises(StoreUnreachable):
            await listening


async def test_closing_waits_for_work_whose_caller_went_away(database: Database, clock: Clock) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work(tx: Tx) -> None:
        begun.set()
        await go_on.wait()
        await conversation(tx)

    async with Store.open(database.url, database.keys, clock=clock) as store:
        task = asyncio.get_running_loop().create_task(store.run(work))
        await begun.wait()
        task.cancel()
        go_on.set()
    async with Store.open(database.url, database.keys, clock=clock) as store, store.reading() as tx:
        assert await tx.conversations.find("sms", "+254700000001") is not None


async def test_a_fault_that_nobody_waits_for_any_more_is_not_logged(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work(_tx: Tx) -> None:
        begun.set()
        await go_on.wait()
        raise ZeroDivisionError("words of a person")

    task = asyncio.get_running_loop().create_task(store.run(work))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await store._finished()
    gc.collect()
    assert "words of a person" not in caplog.text
