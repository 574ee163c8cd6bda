"""Durable turns a second through the inbox, on both databases, as shares of raw commits a second in the same run.

Everything but the channel and the dialogue is as shipped: dedupe, locks, vault, outbox. 64 people write at once, each
the next message when the last was answered. Raw commits write one row of 400 bytes: sqlite3 alone (synchronous FULL),
and asyncpg on 16 connections. Figures are medians.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import asyncpg

from bot.channels.base import Inbound, Outgoing, Typed
from bot.pipeline.contract import Turn
from bot.pipeline.inbox import Inbox
from flows.dialogue.conversation import Conversation, ConversationId
from flows.dialogue.session import Answered, Session, Shown
from storage import DatabaseClock, KeyFile, Store, Tx
from tests.support import postgres

PEOPLE = 64
MESSAGES = 12
PIECES = 9
COMMITS = 1_600
CONNECTIONS = 16
ROW = b"x" * 400

Rate = Callable[[], Awaitable[float]]
"""Does a piece of work and says how many a second it did."""


class Recorder:
    """The least a handler can do: the answer is logged and a question of usual length goes out."""

    def turn(self, conversation: Conversation, message: Inbound, *, now: datetime) -> Turn:
        session = conversation.session or Session(flow="bench", revision="1")
        step = f"question_{len(session.log) // 2}"
        grown = replace(session, log=(*session.log, Shown(step, ("yes", "no"), "1"), Answered(step, "yes")))
        question = "Where did it happen? Write the nearest town or district. No street or house."
        return Turn(
            conversation=replace(conversation, session=grown, received_at=now), outgoing=(Outgoing(text=question),)
        )

    def is_pressing(self, message: Inbound) -> bool:
        return False

    def hushes(self, message: Inbound) -> bool:
        return False

    async def was_away(self, tx: Tx, conversation: Conversation, *, late: bool) -> None: ...

    async def apply(self, tx: Tx, turn: Turn) -> None: ...

    async def member(self, tx: Tx, conversation: Conversation, message: Inbound) -> None: ...

    async def quarantined(self, tx: Tx, conversation: Conversation) -> None: ...

    async def delivery_failed(self, tx: Tx, conversation: ConversationId, code: str) -> None: ...


def run() -> dict[str, float]:
    with TemporaryDirectory(prefix="baraza-bench-") as folder, postgres.running(flushed=True) as server:
        place = Path(folder)
        sqlite_url = f"sqlite:///{folder}/baraza.db"
        on_sqlite = asyncio.run(_beside(sqlite_url, place / "sqlite.json", _raw_sqlite(place / "raw.db")))
        with postgres.scratch(server) as url:
            on_postgres = asyncio.run(_beside(url, place / "postgres.json", _raw_postgres(url)))
    figures = {
        f"{what}, {database}": figure
        for database, measured in (("SQLite", on_sqlite), ("PostgreSQL", on_postgres))
        for what, figure in zip(("raw commits/s", "turns/s", "turns over raw commits"), measured, strict=True)
    }
    for name, figure in figures.items():
        print(f"{name}: {figure:,.2f}")
    return figures


async def _beside(url: str, keys: Path, raw: AbstractAsyncContextManager[Rate]) -> tuple[float, float, float]:
    """Raw commits a second, turns a second and the share, by turns in short pieces so that both meet the same noise."""
    await Store.upgrade(url, KeyFile(keys))
    async with raw as commits, Store.open(url, KeyFile(keys), clock=DatabaseClock()) as store:
        inbox = Inbox(store, Recorder())
        await _turns(inbox)
        pieces = [(await commits(), await _turns(inbox)) for _ in range(PIECES)]
        async with store.reading() as tx:
            assert (await tx.outbox.waiting()).queued == (1 + PIECES) * PEOPLE * MESSAGES, "every message was answered"
    committed, turned = (median(rates) for rates in zip(*pieces, strict=True))
    return committed, turned, turned / committed


async def _turns(inbox: Inbox) -> float:
    async def person() -> None:
        address = f"+{secrets.randbelow(10**12):012}"
        for _ in range(MESSAGES):
            message = Inbound(
                channel="sms", provider_id=secrets.token_hex(16), address=address, content=Typed(text="1")
            )
            await inbox.take([message])

    start = perf_counter()
    await asyncio.gather(*(person() for _ in range(PEOPLE)))
    return PEOPLE * MESSAGES / (perf_counter() - start)


@asynccontextmanager
async def _raw_sqlite(file: Path) -> AsyncIterator[Rate]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE raw (n INTEGER PRIMARY KEY, body BLOB)")

        async def commits() -> float:
            start = perf_counter()
            for _ in range(COMMITS):
                connection.execute("INSERT INTO raw (body) VALUES (?)", (ROW,))
            return COMMITS / (perf_counter() - start)

        yield commits


@asynccontextmanager
async def _raw_postgres(url: str) -> AsyncIterator[Rate]:
    async with asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS) as pool:
        await pool.execute("CREATE TABLE raw (n bigserial PRIMARY KEY, body bytea)")

        async def some() -> None:
            async with pool.acquire() as connection:
                for _ in range(COMMITS // CONNECTIONS):
                    await connection.execute("INSERT INTO raw (body) VALUES ($1)", ROW)

        async def commits() -> float:
            start = perf_counter()
            await asyncio.gather(*(some() for _ in range(CONNECTIONS)))
            return COMMITS / (perf_counter() - start)

        await commits()
        yield commits


if __name__ == "__main__":
    run()
