"""Group commit: batches in order, whoever leads one may go away, a bad batch is the fault of its own callers only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.pipeline.turnstile import Turnstile


class Gate:
    """Stores a batch when it is let through; items below zero are refused."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun = asyncio.Semaphore(0)
        self.open = asyncio.Semaphore(0)

    async def store(self, items: Sequence[int]) -> None:
        self.begun.release()
        await self.open.acquire()
        if any(item < 0 for item in items):
            raise ValueError(items)
        self.batches.append(list(items))

    async def let_through(self) -> None:
        await self.begun.acquire()
        self.open.release()


async def test_who_comes_while_a_batch_is_stored_shares_the_next_in_the_order_they_came() -> None:
    gate = Gate()
    turnstile = Turnstile(gate.store, most=4)
    async with asyncio.timeout(20), asyncio.TaskGroup() as callers:
        for items in ([1], [2, 3], [4], [5, 6], [7]):
            callers.create_task(turnstile.put(items))
            await asyncio.sleep(0)
        for _ in range(3):
            await gate.let_through()
    assert gate.batches == [[1], [2, 3, 4, 5], [6, 7]]


async def test_more_than_a_batch_goes_in_several() -> None:
    gate = Gate()
    async with asyncio.timeout(20), asyncio.TaskGroup() as callers:
        callers.create_task(Turnstile(gate.store, most=2).put([1, 2, 3, 4, 5]))
        for _ in range(3):
            await gate.let_through()
    assert gate.batches == [[1, 2], [3, 4], [5]]


async def test_a_leader_who_goes_away_leaves_nobody_behind() -> None:
    gate = Gate()
    turnstile = Turnstile(gate.store, most=4)
    async with asyncio.timeout(20), asyncio.TaskGroup() as callers:
        callers.create_task(turnstile.put([1]))
        await gate.begun.acquire()
        leader = callers.create_task(turnstile.put([2]))
        follower = callers.create_task(turnstile.put([3]))
        await asyncio.sleep(0)
        gate.open.release()
        await gate.begun.acquire()
        leader.cancel()
        await asyncio.sleep(0)
        assert leader.cancelled()
        gate.open.release()
        await follower
    assert gate.batches == [[1], [2, 3]]


async def test_a_fault_is_raised_to_those_whose_batch_it_was() -> None:
    gate = Gate()
    turnstile = Turnstile(gate.store, most=2)
    callers = []
    async with asyncio.timeout(20):
        for items in ([1], [-2], [3], [4]):
            callers.append(asyncio.get_running_loop().create_task(turnstile.put(items)))
            await asyncio.sleep(0)
        for _ in range(3):
            await gate.let_through()
        answers = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(answer) for answer in answers] == [type(None), ValueError, ValueError, type(None)]
    assert gate.batches == [[1], [4]]


async def test_nothing_is_done_at_once() -> None:
    await Turnstile(Gate().store, most=2).put([])


async def test_a_fault_nobody_waits_for_any_more_is_not_an_error_of_the_loop(caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate()
    caller = asyncio.get_running_loop().create_task(Turnstile(gate.store, most=2).put([-1]))
    await gate.begun.acquire()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    gate.open.release()
    for _ in range(5):
        await asyncio.sleep(0)
    assert caplog.text == ""
