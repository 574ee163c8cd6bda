"""What people had deleted goes at the provider too: at once, again where it must wait, and nothing is kept of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.channels.base import SendFailed, Unerased
from bot.pipeline.eraser import BACKOFF, Eraser
from storage import ShiftedClock, Store, Tx
from storage.erasures import Trace
from tests.bot.pipeline.rehearsal import RecordingChannel

ADDRESS = "+254700000001"


async def no_pause(_: float) -> None:
    return


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel()


@pytest.fixture
async def eraser(store: Store, channel: RecordingChannel) -> Eraser:
    return Eraser(store, {"sms": channel}, sleep=no_pause)


async def asked(store: Store, *names: str, age: timedelta = timedelta()) -> None:
    async def work(tx: Tx) -> None:
        await tx.erasures.add("sms", ADDRESS, [Trace(id=name, at=tx.now - age) for name in names])

    await store.run(work)


async def left(store: Store) -> int:
    async with store.reading() as tx:
        return int((await tx.erasures.next_due("sms")) is not None)


async def test_everything_is_erased_and_the_work_forgotten(
    store: Store, channel: RecordingChannel, eraser: Eraser
) -> None:
    await asked(store, "A", "B")
    assert await eraser.erase("sms")
    assert channel.asked_to_erase == [(ADDRESS, ("A", "B"))]
    assert not await left(store)
    assert not await eraser.erase("sms")
    assert eraser.counts == {"erased": 2, "never": 0}


async def test_what_must_wait_is_tried_again_by_itself(
    store: Store, clock: ShiftedClock, channel: RecordingChannel, eraser: Eraser
) -> None:
    channel.erasing = [Unerased(later=("B",), never=("C",))]
    await asked(store, "A", "B", "C")
    await eraser.erase("sms")
    assert not await eraser.erase("sms")
    clock.advance(timedelta(seconds=BACKOFF[0]))
    assert await eraser.erase("sms")
    assert channel.asked_to_erase[1:] == [(ADDRESS, ("B",))]
    assert not await left(store)
    assert eraser.counts == {"erased": 2, "never": 1}


async def test_a_provider_that_is_away_is_asked_again_and_one_that_refuses_is_not(
    store: Store, clock: ShiftedClock, channel: RecordingChannel, eraser: Eraser
) -> None:
    channel.erasing = [SendFailed("flood", retry=True, after=90), SendFailed("blocked")]
    await asked(store, "A")
    await eraser.erase("sms")
    clock.advance(timedelta(seconds=89))
    assert not await eraser.erase("sms")
    clock.advance(timedelta(seconds=1))
    assert await eraser.erase("sms")
    assert not await left(store)
    assert eraser.counts == {"erased": 0, "never": 1}


async def test_what_is_too_old_for_the_provider_is_not_asked_of_it(
    store: Store, channel: RecordingChannel, eraser: Eraser
) -> None:
    await asked(store, "OLD", age=timedelta(days=2))
    assert await eraser.erase("sms")
    assert channel.asked_to_erase == []
    assert not await left(store)


async def test_work_survives_who_began_it(
    store: Store, clock: ShiftedClock, channel: RecordingChannel, eraser: Eraser
) -> None:
    await asked(store, "A")
    await store.run(lambda tx: tx.erasures.claim("sms", lease=timedelta(minutes=5)))
    assert not await eraser.erase("sms")
    clock.advance(timedelta(minutes=5))
    assert await eraser.erase("sms")
    assert channel.asked_to_erase == [(ADDRESS, ("A",))]


async def test_long_lists_go_in_pieces_the_provider_takes(
    store: Store, channel: RecordingChannel, eraser: Eraser
) -> None:
    names = [f"M{number}" for number in range(230)]
    await asked(store, *names)
    await eraser.erase("sms")
    assert [len(some) for _, some in channel.asked_to_erase] == [100, 100, 30]
    assert [name for _, some in channel.asked_to_erase for name in some] == names


async def test_address_and_names_are_sealed(store: Store) -> None:
    await asked(store, "NAMED")
    async with store._writer.connect() as connection:
        (row,) = (await connection.execute(text("SELECT body FROM erasures"))).all()
    assert b"NAMED" not in bytes(row[0])
    assert ADDRESS.encode() not in bytes(row[0])
