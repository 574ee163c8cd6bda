"""After an outage: those in danger are read first, everyone hears once that we were away, all in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.casework.post import from_bytes
from bot.channels.base import Inbound
from bot.pipeline import away
from bot.pipeline.clock import TimerWheel
from bot.pipeline.inbox import BATCH, Inbox
from bot.pipeline.sorting import danger_first
from storage import ShiftedClock, Store
from tests.bot.pipeline.rehearsal import CountingHandler, typed
from tests.support.databases import START

AMINA, BARAKA = "+254700000001", "+254700000002"


@pytest.fixture
def handler() -> CountingHandler:
    return CountingHandler()


@pytest.fixture
def inbox(store: Store, handler: CountingHandler) -> Inbox:
    return Inbox(store, handler)


def written(provider_id: str, text: str, at: datetime, address: str = AMINA) -> Inbound:
    return replace(typed(provider_id, text, address), sent_at=at)


async def queued(store: Store) -> list[tuple[str, str]]:
    """(address, text) of what would be sent, in the order it would be."""
    found: list[tuple[str, str]] = []
    while True:
        async with store.transaction() as tx:
            parcels = await tx.outbox.claim("sms", limit=1000, lease=timedelta(minutes=1))
            await tx.outbox.sent([(parcel.reference, "x") for parcel in parcels])
        if not parcels:
            return found
        found += [(parcel.address, from_bytes(parcel.body).text) for parcel in parcels]


async def falls(inbox: Inbox, store: Store, clock: ShiftedClock, **length: int) -> datetime:
    """The service was here, and is not for so long; then it starts again. Returns a moment in between."""
    await store.run(away.wake)
    lost = clock.now() + timedelta(minutes=1)
    clock.advance(timedelta(**length))
    inbox.absence = await store.run(away.wake)
    return lost


async def test_who_wrote_meanwhile_hears_it_once_before_the_answers(
    store: Store, inbox: Inbox, clock: ShiftedClock
) -> None:
    lost = await falls(inbox, store, clock, hours=2)

    await inbox.take([written(str(n), f"answer {n}", lost + timedelta(minutes=n)) for n in range(1, 6)])
    await inbox.take([written("6", "answer 6", lost + timedelta(minutes=6))])

    assert [text for _, text in await queued(store)] == [
        "away, quiet",
        *(f"{n}: answer {n}" for n in range(1, 7)),
    ]


async def test_who_wrote_just_now_hears_it_plainly_and_who_wrote_after_hears_nothing_of_it(
    store: Store, inbox: Inbox, clock: ShiftedClock
) -> None:
    await falls(inbox, store, clock, hours=2)
    late = clock.now() - timedelta(minutes=5)

    await inbox.take([written("1", "a", late), written("2", "b", clock.now(), BARAKA)])

    assert sorted(await queued(store)) == [(AMINA, "1: a"), (AMINA, "away"), (BARAKA, "1: b")]


async def test_a_short_pause_and_a_first_start_are_no_absence(store: Store, inbox: Inbox, clock: ShiftedClock) -> None:
    await store.run(away.wake)
    await inbox.take([written("1", "a", clock.now() - timedelta(hours=1))])
    lost = await falls(inbox, store, clock, minutes=9)
    await inbox.take([written("2", "b", lost)])

    assert [text for _, text in await queued(store)] == ["1: a", "2: b"]


async def test_while_we_are_here_the_beat_goes_on(store: Store, inbox: Inbox, clock: ShiftedClock) -> None:
    wheel = TimerWheel(store, away.TIMERS, inbox=inbox)
    await store.run(away.wake)
    for _ in range(30):
        clock.advance(away.BEAT)
        while await wheel.turn():
            pass

    await store.run(away.wake)

    async with store.reading() as tx:
        assert await away.absence(tx) is None


async def test_a_second_fall_in_the_middle_of_catching_up_tells_nobody_twice_and_forgets_nobody(
    store: Store, inbox: Inbox, handler: CountingHandler, clock: ShiftedClock
) -> None:
    lost = await falls(inbox, store, clock, hours=2)
    await inbox.take([written("1", "a", lost)])
    clock.advance(timedelta(minutes=2))
    again = Inbox(store, handler, absence=await store.run(away.wake))

    await again.take([written("2", "b", lost), written("3", "c", lost, BARAKA)])

    said = await queued(store)
    assert [text for who, text in said if who == AMINA] == ["away, quiet", "1: a", "2: b"]
    assert [text for who, text in said if who == BARAKA] == ["away, quiet", "1: c"]


async def test_a_day_later_it_is_over(store: Store, inbox: Inbox, clock: ShiftedClock) -> None:
    lost = await falls(inbox, store, clock, hours=2)
    await inbox.take([written("1", "a", lost)])
    wheel = TimerWheel(store, away.TIMERS, inbox=inbox)
    clock.advance(away.KEPT + away.BEAT)
    while await wheel.turn():
        pass

    async with store.reading() as tx:
        assert await away.absence(tx) is None
        assert await tx.timers.next_due() == clock.now() + away.BEAT


@pytest.mark.parametrize("word", ["stop", "pause"])
async def test_nothing_of_before_is_said_to_who_asked_for_silence_later(
    store: Store, inbox: Inbox, clock: ShiftedClock, word: str
) -> None:
    lost = await falls(inbox, store, clock, hours=2)

    await inbox.take([written("1", "a", lost), written("2", "b", lost), written("3", word, lost)])

    assert [text for _, text in await queued(store)] == [f"3: {word}"]


async def test_danger_is_answered_first_however_many_wait(store: Store, inbox: Inbox, clock: ShiftedClock) -> None:
    lost = await falls(inbox, store, clock, hours=2)
    waiting = [written(f"{n}", "hello", lost, f"+2547001{n:05}") for n in range(2 * BATCH)]
    danger = [written("d1", "hello", lost, AMINA), written("d2", "danger", lost, AMINA)]

    await inbox.take([*waiting[:100], danger[0], *waiting[100:], danger[1]])

    said = await queued(store)
    assert said[0] == (AMINA, "away, quiet")
    assert [text for who, text in said if who == AMINA] == ["away, quiet", "1: hello", "2: danger"]
    assert len(said) == 2 * len(waiting) + 3


@given(
    st.lists(
        st.tuples(st.sampled_from([AMINA, BARAKA, "+254700000003"]), st.sampled_from(["hello", "danger", "4"])),
        max_size=12,
    )
)
def test_nobodys_messages_are_lost_or_change_their_order(said: list[tuple[str, str]]) -> None:
    messages = [written(str(n), text, START, address) for n, (address, text) in enumerate(said)]

    ordered = danger_first(messages, CountingHandler().is_pressing)

    assert sorted(ordered, key=lambda each: int(each.provider_id)) == messages
    for address in {each.address for each in messages}:
        assert [m for m in ordered if m.address == address] == [m for m in messages if m.address == address]
    people = [(address, list(own)) for address, own in groupby(ordered, key=lambda each: each.address)]
    pressing = [any("danger" in str(each.content) for each in own) for _, own in people]
    assert len(people) == len({address for address, _ in people})
    assert pressing == sorted(pressing, reverse=True)
