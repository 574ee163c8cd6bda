"""Writing to SQLite changes threads only to wait."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

from storage import ShiftedClock, Store
from tests.support.databases import Database


async def test_a_wait_for_another_process_holds_up_nobody_else(sqlite_database: Database, clock: ShiftedClock) -> None:
    async with Store.open(sqlite_database.url, sqlite_database.keys, clock=clock) as store:
        with closing(sqlite3.connect(sqlite_database.file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with asyncio.TaskGroup() as tasks:
                waiting = tasks.create_task(store.run(lambda tx: tx.partners.version()))
                for _ in range(100):
                    await asyncio.sleep(0)
                assert not waiting.done()
                other.execute("COMMIT")
        assert await waiting == 0
