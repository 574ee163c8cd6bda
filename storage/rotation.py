"""Changing the key that wraps all others, while the service runs.

The new key is in the file before anything is wrapped by it, and a running service sees that the file was changed. What
it was just then wrapping by the old key stays readable: that key goes with the next rotation, not with this one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engines import Engines
from storage.errors import translated
from storage.keys import KeyFile, KeyRing
from storage.tables import cases, conversations, key_prints, network_keys
from storage.vault import Vault, wrapped_by

CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """A key of the file, and how many rows' keys it wraps."""

    name: str
    active: bool
    rows: int


async def key_uses(engines: Engines, ring: KeyRing) -> tuple[KeyUse, ...]:
    counted: Counter[str] = Counter()
    with translated():
        async with engines.reader.connect() as connection:
            for table in (conversations, cases, network_keys):
                found = await connection.stream_scalars(select(table.c.key).where(table.c.key.is_not(None)))
                async for wrapped in found:
                    counted[wrapped_by(wrapped)] += 1
    return tuple(KeyUse(name=name, active=name == ring.active, rows=counted[name]) for name in ring.keys)


async def rotate(engines: Engines, keys: KeyFile, ring: KeyRing) -> KeyRing:
    """Makes a new key the active one and wraps every row's key by it. Keys that were in no use when this began are
    dropped. Interrupted, it is simply run again."""
    idle = {use.name for use in await key_uses(engines, ring) if not use.rows and not use.active}
    turned = ring.rotated()
    keys.replace(turned)
    with translated():
        async with engines.writer.begin() as connection:
            await _note(connection, turned)
        for table, name in ((conversations, "id"), (cases, "id"), (network_keys, "name")):
            await _rewrap(engines, Vault(turned), table, name)
        async with engines.writer.begin() as connection:
            await connection.execute(delete(key_prints).where(key_prints.c.name.in_(idle)))
    kept = turned.without(idle)
    keys.replace(kept)
    return kept


async def _note(connection: AsyncConnection, ring: KeyRing) -> None:
    known = set((await connection.execute(select(key_prints.c.name))).scalars())
    fresh = [
        {"name": name, "fingerprint": print_, "added_at": datetime.now(UTC)}
        for name, print_ in ring.fingerprints().items()
        if name not in known
    ]
    if fresh:
        await connection.execute(key_prints.insert(), fresh)


async def _rewrap(engines: Engines, vault: Vault, table: Table, name: str) -> None:
    """In short transactions, so that the service is never kept waiting."""
    last = ""
    id_ = table.c[name]
    while True:
        async with engines.writer.begin() as connection:
            found = (
                await connection.execute(
                    select(id_, table.c.key)
                    .where(id_ > last, table.c.key.is_not(None))
                    .order_by(id_)
                    .limit(CHUNK)
                    .with_for_update(key_share=True)
                )
            ).all()
            if not found:
                return
            await connection.execute(
                update(table).where(id_ == bindparam("row")).values(key=bindparam("wrapped")),
                [{"row": row, "wrapped": vault.rewrapped(table.name, row, key)} for row, key in found],
            )
        last = found[-1][0]
