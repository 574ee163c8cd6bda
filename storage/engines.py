"""Connections, set up so that a commit is durable, deleted bytes are gone and one writer at a time uses SQLite."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.bells import Bell, Bells
from storage.errors import StoreUnreachable
from storage.near import connect_near

BUSY_MS = 5_000
CACHE_KIB = 32_768
"""Holds the inner pages of a million conversations."""
POOL = 8
READERS = 4
_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
_TOPIC = "baraza"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """`place`: how to name the database to people, without its password."""

    writer: AsyncEngine
    reader: AsyncEngine
    place: str

    @property
    def on_sqlite(self) -> bool:
        return self.writer.dialect.name == "sqlite"


def read_url(url: str) -> URL:
    """The address with our driver. Raises StoreUnreachable, in words that do not repeat it: it may hold a password."""
    try:
        parsed = make_url(url)
        driver = _DRIVERS[parsed.get_backend_name()]
    except (ArgumentError, KeyError) as error:
        raise StoreUnreachable("DATABASE_URL must begin with sqlite:/// or postgresql://") from error
    if parsed.get_backend_name() == "sqlite" and not parsed.database:
        raise StoreUnreachable("DATABASE_URL must name a file, as in sqlite:///var/baraza.db")
    return parsed.set(drivername=driver)


async def open_engines(stack: AsyncExitStack, url: URL) -> Engines:
    """Nothing is connected yet; the stack closes what will be."""
    place = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)
    if url.get_backend_name() != "sqlite":
        engine = _postgres(url)
        stack.push_async_callback(engine.dispose)
        return Engines(writer=engine, reader=engine, place=place)
    try:
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnreachable(f"{place}: its folder cannot be made ({type(error).__name__}).") from error
    writer = _sqlite(url, "PRAGMA secure_delete=ON", begin="BEGIN IMMEDIATE", connections=1, connect=connect_near)
    stack.push_async_callback(writer.dispose)
    reader = _sqlite(url, "PRAGMA query_only=ON", begin="BEGIN", connections=READERS)
    stack.push_async_callback(reader.dispose)
    return Engines(writer=writer, reader=reader, place=place)


def _postgres(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=POOL,
        max_overflow=0,
        connect_args={
            "timeout": 10,
            "command_timeout": 60,
            "prepared_statement_cache_size": 500,  # one for each size of a batch
            "server_settings": {"application_name": "baraza"},
        },
    )


def _sqlite(
    url: URL, pragma: str, *, begin: str, connections: int, connect: Callable[..., aiosqlite.Connection] | None = None
) -> AsyncEngine:
    """The driver's own BEGIN comes too late (before the first write only), so we say it ourselves."""
    logging.getLogger("aiosqlite").setLevel(logging.INFO)  # its debug lines hold the values of every statement
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        connect_args={"async_creator_fn": connect} if connect else {},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for statement in (
            f"PRAGMA busy_timeout={BUSY_MS}",
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "PRAGMA foreign_keys=ON",
            f"PRAGMA cache_size=-{CACHE_KIB}",
            pragma,
        ):
            cursor.execute(statement)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


async def truncate_log(connection: AsyncConnection) -> bool:
    """Empties SQLite's write-ahead log, outside any transaction. False: someone was in the way."""
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    try:
        async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
            (busy, *_) = await cursor.fetchone()
    except sqlite3.OperationalError:  # what was to be stored is stored: this may come later
        return False
    return not busy


async def notify(connection: AsyncConnection, bells: Iterable[Bell]) -> None:
    """Rings them in every process that listens, at the commit. SQLite has nobody to tell."""
    if connection.dialect.name != "sqlite" and (names := ",".join(sorted(bells))):
        await connection.execute(text("SELECT pg_notify(:topic, :names)"), {"topic": _TOPIC, "names": names})


async def hear(engine: AsyncEngine, bells: Bells) -> None:
    """Rings what other processes ring, until the connection is lost."""
    lost = asyncio.Event()
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        driver.add_termination_listener(lambda _: lost.set())

        def ring(_connection: object, _process: int, _topic: str, names: str) -> None:
            bells.ring(Bell(name) for name in names.split(","))

        await driver.add_listener(_TOPIC, ring)
        try:
            await lost.wait()
        finally:
            await connection.invalidate()
