"""`line`: the whole line on SQLite, as in tests/bot/casework; `site`: the pages over it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage import ShiftedClock, Store
from tests.bot.casework.line import Library, Line, open_line, read_library
from tests.bot.web.visitor import Site, open_site
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


@pytest.fixture
async def site(line: Line) -> AsyncIterator[Site]:
    async with open_site(line) as opened:
        yield opened
