"""What is checked before the first transaction: the revision of the tables, and that the key file belongs to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engines import Engines
from storage.errors import KeysUnknown, StoreOutdated, StoreUnreachable, translated
from storage.keys import KeyFile, KeyRing
from storage.migrations import HEAD, is_known, migrate, revision
from storage.tables import key_prints

_ONE_AT_A_TIME = 0x62617261
"""The PostgreSQL advisory lock under which tables change."""


async def opened(engines: Engines, keys: KeyFile) -> KeyRing:
    """The key ring of a database that must be ready. Changes nothing."""
    with _named(engines.place):
        async with engines.reader.connect() as connection:
            prints = await connection.run_sync(_prints)
            at = await connection.run_sync(revision)
    if at != HEAD or not prints:
        raise StoreOutdated(f"{engines.place}: {_mend(at)}")
    return _checked(keys.read(), prints, keys, engines.place)


async def prepared(engines: Engines, keys: KeyFile) -> KeyRing:
    """Brings the tables up to date, and makes the key where the database holds no trace of one. One process at a
    time; when it refuses, nothing was changed."""
    if keys.exists():
        keys.read()
    with _named(engines.place):
        async with engines.writer.begin() as connection:
            if not engines.on_sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_AT_A_TIME})
            prints = await connection.run_sync(_prints)
            at = await connection.run_sync(revision)
            if at is not None and not is_known(at):
                raise StoreOutdated(f"{engines.place}: {_mend(at)}")
            ring = keys.read() if prints or keys.exists() else keys.make()
            _checked(ring, prints, keys, engines.place)
            if at != HEAD:
                await connection.run_sync(migrate)
            await _add_prints(connection, ring, prints)
    return ring


@contextmanager
def _named(place: str) -> Iterator[None]:
    """Says which database it was."""
    try:
        with translated():
            yield
    except StoreUnreachable as error:
        raise StoreUnreachable(f"{place}: {error} Check that it runs and that DATABASE_URL is right.") from error


def _mend(at: str | None) -> str:
    if at is None:
        return "the database has no tables yet. Run: baraza db upgrade"
    if is_known(at):
        return "the database is older than this program. Run: baraza db upgrade"
    return "the database is newer than this program. Run the newer program."


def _prints(connection: Connection) -> dict[str, bytes]:
    """What the database remembers of the keys that sealed it; empty: nothing was sealed yet."""
    if not inspect(connection).has_table(key_prints.name):
        return {}
    return {row.name: row.fingerprint for row in connection.execute(select(key_prints))}


def _checked(ring: KeyRing, prints: Mapping[str, bytes], keys: KeyFile, place: str) -> KeyRing:
    ours = ring.fingerprints()
    if any(ours.get(name) != print_ for name, print_ in prints.items()):
        raise KeysUnknown(
            f"{keys.path}: this key file does not belong to {place}. Put back the one that does; "
            "without it nothing stored there can be read."
        )
    return ring


async def _add_prints(connection: AsyncConnection, ring: KeyRing, prints: Mapping[str, bytes]) -> None:
    added = [
        {"name": name, "fingerprint": print_, "added_at": datetime.now(UTC)}
        for name, print_ in ring.fingerprints().items()
        if name not in prints
    ]
    if added:
        await connection.execute(key_prints.insert(), added)
