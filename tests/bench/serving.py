"""What `baraza serve` takes in over HTTP, a commit behind every 200: signature, vault, routing and audit on.

Turns a second are held against raw commits on the same disk and against aiogram's own way, in turns within one run; so
noise meets both. How long an answer takes is measured at half of what was reached.
"""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

import asyncpg

from tests.bench import frameworks, shipped, twelve
from tests.bench.load import PEOPLE_AT_ONCE, Script, closed, paced
from tests.support import postgres

ROUNDS = 3
SECONDS = 4.0
FASTEST = 6_000
"""Turns a second that the prepared messages last for."""
COMMITS = 4_000
CONNECTIONS = 16
ROW = b"x" * 400

_numbers = twelve.numbers()
_chats = itertools.count(1)


def run() -> dict[str, float]:
    with TemporaryDirectory(prefix="baraza-bench-") as folder:
        figures = asyncio.run(_on_sqlite(Path(folder)))
    with TemporaryDirectory(prefix="baraza-bench-") as folder, postgres.running(flushed=True) as url:
        figures |= asyncio.run(_on_postgres(url, Path(folder)))
    with TemporaryDirectory(prefix="baraza-bench-") as folder, frameworks.running() as address:
        if address is not None:
            figures |= asyncio.run(_beside_aiogram(Path(folder), address))
    return figures


async def _on_sqlite(folder: Path) -> dict[str, float]:
    with closing(_raw_database(folder)) as connection:

        async def raw() -> float:
            return _raw_commits(connection)

        async with shipped.serving(f"sqlite:///{folder}/baraza.db", folder) as port:
            return await _against_commits("SQLite", port, raw)


async def _on_postgres(url: str, folder: Path) -> dict[str, float]:
    name = "baraza_bench"
    await postgres.say(url, f"CREATE DATABASE {name}", "CREATE TABLE raw (n bigserial PRIMARY KEY, body bytea)")
    async with asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:

        async def raw() -> float:
            begun = perf_counter()
            await asyncio.gather(*(_insert(pool) for _ in range(CONNECTIONS)))
            return COMMITS / (perf_counter() - begun)

        async with shipped.serving(postgres.named(url, name), folder) as port:
            return await _against_commits("PostgreSQL", port, raw)


async def _against_commits(name: str, port: int, raw: Callable[[], Awaitable[float]]) -> dict[str, float]:
    commits, turns = [], []
    await closed(texts(port, 1.0), 1.0)
    for _ in range(ROUNDS):
        commits.append(await raw())
        turns.append(await closed(texts(port, SECONDS), SECONDS))
    times = await paced(texts(port, SECONDS), SECONDS, median(turns) / 2)
    cuts = quantiles(times, n=100)
    return {
        f"raw commits/s beside HTTP, {name}": median(commits),
        f"turns/s over HTTP, {name}": median(turns),
        f"turns over HTTP by raw commits, {name}": median(t / c for t, c in zip(turns, commits, strict=True)),
        f"answer at half load, p50 ms, {name}": 1000 * cuts[49],
        f"answer at half load, p99 ms, {name}": 1000 * cuts[98],
        f"answer at half load, p99 by p50, {name}": cuts[98] / cuts[49],
    }


async def _beside_aiogram(folder: Path, address: tuple[str, int]) -> dict[str, float]:
    host, port = address
    ours, theirs = [], []
    async with shipped.serving(f"sqlite:///{folder}/baraza.db", folder, with_telegram=True) as own_port:
        for at in (own_port, port):
            await closed(_updates("127.0.0.1", at, 1.0), 1.0)
        for _ in range(ROUNDS):
            theirs.append(await closed(_updates(host, port, SECONDS), SECONDS))
            ours.append(await closed(_updates("127.0.0.1", own_port, SECONDS), SECONDS))
    return {
        "turns/s over Telegram's webhook": median(ours),
        "turns/s of aiogram, Redis and its lock": median(theirs),
        "turns by aiogram's": median(our / their for our, their in zip(ours, theirs, strict=True)),
    }


def texts(port: int, seconds: float) -> Script:
    people = list(itertools.islice(_numbers, _enough(seconds)))
    return Script(host="127.0.0.1", port=port, conversations=twelve.by_text(people, f"http://127.0.0.1:{port}"))


def _updates(host: str, port: int, seconds: float) -> Script:
    people = list(itertools.islice(_chats, _enough(seconds)))
    return Script(host=host, port=port, conversations=twelve.by_telegram(people))


def _enough(seconds: float) -> int:
    return PEOPLE_AT_ONCE + int(FASTEST * seconds / len(twelve.TWELVE))


# ---- raw commits of one row


def _raw_database(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE raw (n INTEGER PRIMARY KEY, body BLOB)")
    return connection


def _raw_commits(connection: sqlite3.Connection) -> float:
    begun = perf_counter()
    for _ in range(COMMITS):
        connection.execute("INSERT INTO raw (body) VALUES (?)", (ROW,))
    return COMMITS / (perf_counter() - begun)


async def _insert(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        for _ in range(COMMITS // CONNECTIONS):
            await connection.execute("INSERT INTO raw (body) VALUES ($1)", ROW)


if __name__ == "__main__":
    for figure, value in run().items():
        print(f"{figure}: {value:,.3f}")
