"""The store: opens the database, refuses what it must not touch, and hands out transactions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.bells import Bell, Bells
from storage.clock import Clock
from storage.engines import Engines, hear, notify, open_engines, read_url, truncate_log
from storage.errors import Contended, StoreUnreachable, translated
from storage.ids import Ids
from storage.keys import KeyFile
from storage.migrations import HEAD, revision
from storage.opening import opened, prepared
from storage.rotation import KeyUse, key_uses, rotate
from storage.transaction import Tx
from storage.unit import Unit
from storage.vault import Vault

Result = TypeVar("Result")
REDOS = 5


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


class Store:
    """Made by `Store.open`. Many tasks may use it at once; each transaction belongs to one task."""

    def __init__(self, engines: Engines, vault: Vault, clock: Clock) -> None:
        self._writer = engines.writer
        self._reader = engines.reader
        self._vault = vault
        self._clock = clock
        self._ids = Ids()
        self._bells = Bells()
        self._log_is_full = False
        self._running = 0
        self._all_done = asyncio.Event()
        self._alone: AbstractAsyncContextManager[object] = asyncio.Lock() if self._on_sqlite else nullcontext()

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, keys: KeyFile, *, clock: Clock) -> AsyncIterator[Store]:
        """`sqlite:///path` or `postgresql://...`. Raises StoreUnreachable, StoreOutdated, KeysRefused; then nothing
        was written. A SQLite file is made and brought up to date here, PostgreSQL only by `upgrade`."""
        async with AsyncExitStack() as stack:
            engines = await open_engines(stack, read_url(url))
            ring = await prepared(engines, keys) if engines.on_sqlite else await opened(engines, keys)
            store = cls(engines, Vault(ring, keys), clock)
            stack.push_async_callback(store._finished)
            yield store

    @classmethod
    async def upgrade(cls, url: str, keys: KeyFile) -> None:
        """Brings the tables up to date and, for a database that holds none yet, makes the key. Raises as `open`."""
        async with AsyncExitStack() as stack:
            await prepared(await open_engines(stack, read_url(url)), keys)

    @classmethod
    async def key_uses(cls, url: str, keys: KeyFile) -> tuple[KeyUse, ...]:
        """Each key of the file and how many rows' keys it wraps. Raises as `open`."""
        async with AsyncExitStack() as stack:
            engines = await open_engines(stack, read_url(url))
            return await key_uses(engines, await opened(engines, keys))

    @classmethod
    async def rotate(cls, url: str, keys: KeyFile) -> None:
        """Makes a new key the active one, while the service may run. Raises as `open`."""
        async with AsyncExitStack() as stack:
            engines = await open_engines(stack, read_url(url))
            await rotate(engines, keys, await opened(engines, keys))

    async def is_current(self) -> bool:
        """Whether the tables are those of this program. Raises StoreUnreachable."""
        with translated():
            async with self._reader.connect() as connection:
                return await connection.run_sync(revision) == HEAD

    @property
    def _on_sqlite(self) -> bool:
        return self._writer.dialect.name == "sqlite"

    # ---- transactions

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """One transaction: committed when the block ends, rolled back when it raises. Raises StoreUnreachable,
        Contended. Not for code that may be cancelled: that uses `run`."""
        with translated():
            async with self._alone, self._writer.connect() as connection:
                async with connection.begin():
                    unit = await self._unit(connection)
                    yield Tx(unit)
                    await notify(connection, unit.rung)
                await self._forget_log(connection, erased=unit.erased)
        self._bells.ring(unit.rung)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """A transaction that changes nothing."""
        with translated():
            async with self._reader.connect() as connection:
                await connection.execution_options(postgresql_readonly=True)
                async with connection.begin():
                    yield Tx(await self._unit(connection))

    async def run(self, work: Callable[[Tx], Awaitable[Result]]) -> Result:
        """Does `work` in one transaction, all of it again after a deadlock. Once begun it is finished even when the
        caller is cancelled."""
        result = await asyncio.shield(self._finish(work))
        if isinstance(result, _Failed):
            raise result.error
        return result

    async def _finish(self, work: Callable[[Tx], Awaitable[Result]]) -> Result | _Failed:
        """A fault that nobody waits for any more must not be raised: asyncio would log its words."""
        self._running += 1
        try:
            return await self._attempts(work)
        except Exception as error:
            return _Failed(error)
        finally:
            self._running -= 1
            if not self._running:
                self._all_done.set()

    async def _finished(self) -> None:
        """What was begun for callers who went away is done before the connections close."""
        while self._running:
            self._all_done.clear()
            await self._all_done.wait()

    async def _attempts(self, work: Callable[[Tx], Awaitable[Result]]) -> Result:
        for _ in range(REDOS - 1):
            try:
                async with self.transaction() as tx:
                    return await work(tx)
            except Contended:
                continue
        async with self.transaction() as tx:
            return await work(tx)

    async def _unit(self, connection: AsyncConnection) -> Unit:
        return Unit(connection, self._vault, self._ids, await self._clock.read(connection))

    async def _forget_log(self, connection: AsyncConnection, *, erased: bool) -> None:
        """After an erasure SQLite's log is emptied; where a reader is in the way, after the next commit."""
        self._log_is_full |= erased
        if self._log_is_full and self._on_sqlite:
            self._log_is_full = not await truncate_log(connection)

    # ---- bells

    def rings(self, bell: Bell) -> int:
        """How often it has rung; ask before looking for work, then wait for more than that."""
        return self._bells.rings(bell)

    def ring(self, bell: Bell) -> None:
        """For what no transaction tells: a send has ended, someone moved the clock."""
        self._bells.ring([bell])

    async def wait(self, bell: Bell, *, heard: int) -> None:
        """Returns when a transaction, here or (on PostgreSQL) in another process, has rung it since."""
        await self._bells.wait(bell, heard=heard)

    async def listen(self) -> None:
        """Runs for the life of the service and hears the other processes' bells; on SQLite there are none. Raises
        StoreUnreachable when the connection is lost: start it again."""
        if self._on_sqlite:
            await asyncio.Event().wait()
        with translated():
            await hear(self._reader, self._bells)
        raise StoreUnreachable("The connection that listens to the database was lost.")
