"""kill -9 at twenty seeded points of a real process: every reply is sent, in order, and none of them twice.

The provider here delivers as providers do: again what was not acknowledged, sometimes again what was, and the next of a
lane only when the one before is through.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.chaos.worker import OPEN_BATCH, POINTS, Setup
from tests.support.databases import Database

KILLS = 20
LANES = 6
PEOPLE_A_LANE = 6
MESSAGES = 20
A_DELIVERY = 3
A_LIFE_APART = 600
"""Seconds between two lives by the clock: longer than any lease."""
PATIENCE = 300
PROJECT = Path(__file__).parents[2]

Message = tuple[str, str, str]
"""(provider id, text, address)."""


class Provider:
    """Takes sends and answers look-ups; what it took, by address, in order."""

    def __init__(self, expected: int) -> None:
        self.taken: dict[str, list[str]] = {}
        self.complete = asyncio.Event()
        self.looked_up = 0
        self.port = 0
        self._missing = expected

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with await asyncio.start_server(self._answer, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if line := await reader.readline():
            kind, address, text = json.loads(line)
            texts = self.taken.setdefault(address, [])
            if kind == "send":
                texts.append(text)
                self._missing -= 1
                if not self._missing:
                    self.complete.set()
            else:
                self.looked_up += 1
            writer.write(json.dumps("P" if text in texts else "").encode() + b"\n")
        writer.close()


class Lane:
    """Some people's messages in one order, of which a part is through. What is through may be delivered again."""

    def __init__(self, number: int, rng: random.Random) -> None:
        self._rng = rng
        self.people = [f"+2547{number:02}{person:04}" for person in range(PEOPLE_A_LANE)]
        self._messages = [(f"{who}-{n}", f"m{n}", who) for n in range(1, MESSAGES + 1) for who in self.people]
        self._through = 0

    @property
    def done(self) -> bool:
        return self._through == len(self._messages)

    def _next(self) -> tuple[list[Message], int]:
        end = min(len(self._messages), self._through + self._rng.randint(1, A_DELIVERY))
        again = self._rng.choices(self._messages[: self._through] or self._messages[:1], k=self._rng.randint(0, 2))
        fresh = self._messages[self._through : end]
        return [*again, *fresh] if self._through else [*fresh, *fresh[:1]], end

    async def deliver(self, port: int) -> None:
        """Until all are through or the other side dies."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            return
        try:
            while not self.done:
                messages, end = self._next()
                writer.write(json.dumps(messages).encode() + b"\n")
                if await reader.readline() != b"ok\n":
                    return
                self._through = end
        except ConnectionError:
            return
        finally:
            writer.close()


async def life(setup: Setup, lanes: list[Lane], provider: Provider) -> str:
    """One process from its start to its end; says at which point it died, "" if it had to be stopped."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.chaos.worker",
        json.dumps(asdict(setup)),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        async with asyncio.TaskGroup() as group:
            for lane in lanes:
                group.create_task(lane.deliver(port))
            if setup.point:
                died_at = (await process.stdout.readline()).decode().strip()
                assert await process.wait() == -9
                return died_at
        await provider.complete.wait()
        return ""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.parametrize("seed", [20261121])
async def test_every_reply_is_sent_once_and_in_order_through_twenty_kills(database: Database, seed: int) -> None:
    rng = random.Random(seed)
    lanes = [Lane(number, rng) for number in range(LANES)]
    points = [*POINTS, *POINTS, *rng.choices(POINTS, k=KILLS - 2 * len(POINTS))]
    rng.shuffle(points)
    provider, deaths = Provider(LANES * PEOPLE_A_LANE * MESSAGES), []
    async with asyncio.timeout(PATIENCE), provider.open():
        for number, point in enumerate([*points, ""]):
            setup = Setup(
                url=database.url,
                keys=str(database.keys.path),
                provider=provider.port,
                ahead=number * A_LIFE_APART,
                point=point,
                count=rng.randint(1, 3),
            )
            deaths.append(await life(setup, lanes, provider))

    assert deaths == [*points, ""]
    assert sum(death in OPEN_BATCH for death in deaths) >= 5, "too few kills hit an open batch to prove anything"
    assert provider.looked_up > 0, "no send was in doubt, so none was looked up"
    assert all(lane.done for lane in lanes)
    expected = [f"{n}: m{n}" for n in range(1, MESSAGES + 1)]
    assert provider.taken == {who: expected for lane in lanes for who in lane.people}
