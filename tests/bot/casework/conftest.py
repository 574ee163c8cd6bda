"""`line`: the whole line with an invented network on SQLite, its clock standing on a Friday at noon in Nairobi."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage import ShiftedClock, Store
from tests.bot.casework.line import Library, Line, open_line, read_library
from tests.support.databases import Database


@pytest.fixture(scope="session")
def library() -> Library:
    return read_library()


@pytest.fixture
async def line(sqlite_database: Database, clock: ShiftedClock, library: Library) -> AsyncIterator[Line]:
    async with (
        Store.open(sqlite_database.url, sqlite_database.keys, clock=clock) as store,
        open_line(store, clock, library) as opened,
    ):
        yield opened
