"""What a turn costs when many conversations are stored, against a thousand; and what an idle one takes on disk."""

from __future__ import annotations

import asyncio
import itertools
import random
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from storage import DatabaseClock, KeyFile, Store, Tx
from tests.bench import shipped, twelve
from tests.bench.load import PEOPLE_AT_ONCE, Script, closed

FEW, MANY, MILLION = 1_000, 100_000, 1_000_000
ROUNDS = 3
SECONDS = 3.0
FASTEST = 6_000
AT_A_TIME = 1_000
Work = Callable[[Tx, Sequence[str]], Awaitable[None]]


def run(*, million: bool = False) -> dict[str, float]:
    return asyncio.run(_run(MILLION if million else MANY))


async def _run(many: int) -> dict[str, float]:
    everyone = list(itertools.islice(twelve.numbers(), many))
    few_people = everyone[:FEW]
    with TemporaryDirectory(prefix="baraza-bench-") as name:
        few, large = Path(name, "few"), Path(name, "many")
        sizes = [await _stored(few, few_people), await _stored(large, everyone)]
        few_rates, many_rates = [], []
        async with AsyncExitStack() as stack:
            small_port = await stack.enter_async_context(shipped.serving(_url(few), few))
            large_port = await stack.enter_async_context(shipped.serving(_url(large), large))
            for port, people in ((small_port, few_people), (large_port, everyone)):
                await closed(_returning(port, people, 1.0), 1.0)
            for _ in range(ROUNDS):
                few_rates.append(await closed(_returning(small_port, few_people, SECONDS), SECONDS))
                many_rates.append(await closed(_returning(large_port, everyone, SECONDS), SECONDS))
    return {
        "conversations stored": many,
        "turn cost with many by a thousand": median(a / b for a, b in zip(few_rates, many_rates, strict=True)),
        "idle conversation on disk, bytes": (sizes[1] - sizes[0]) / (many - FEW),
    }


def _url(folder: Path) -> str:
    return f"sqlite:///{folder}/baraza.db"


async def _stored(folder: Path, people: Sequence[str]) -> int:
    """Everyone has written once, long ago. Returns the size with the conversations alone: what dedupe remembers of a
    message goes after some weeks."""
    await _each(folder, people, _conversations)
    size = _size(folder)
    await _each(folder, people, _received)
    return size


async def _each(folder: Path, people: Sequence[str], work: Work) -> None:
    """In transactions of many at a time."""
    async with Store.open(_url(folder), KeyFile(folder / "keys.json"), clock=DatabaseClock()) as store:
        for begin in range(0, len(people), AT_A_TIME):
            async with store.transaction() as tx:
                await work(tx, people[begin : begin + AT_A_TIME])


async def _conversations(tx: Tx, some: Sequence[str]) -> None:
    found = await tx.conversations.ensure(("sms", number) for number in some)
    await tx.conversations.save([replace(each, language="en", received_at=tx.now) for each in found.values()])


async def _received(tx: Tx, some: Sequence[str]) -> None:
    await tx.received.new(("sms", f"long-ago-{number}") for number in some)


def _size(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "baraza.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (folder / "baraza.db").stat().st_size


def _returning(port: int, people: Sequence[str], seconds: float) -> Script:
    """Some of those who are stored come back, in no order, and leave at the question of consent."""
    count = PEOPLE_AT_ONCE + int(FASTEST * seconds / len(twelve.DECLINED))
    some = itertools.islice(itertools.cycle(random.sample(people, min(len(people), count))), count)
    walks = twelve.by_text(list(some), f"http://127.0.0.1:{port}", twelve.DECLINED)
    return Script(host="127.0.0.1", port=port, conversations=walks)


if __name__ == "__main__":
    for figure, value in run().items():
        print(f"{figure}: {value:,.3f}")
