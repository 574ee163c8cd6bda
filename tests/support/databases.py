"""A fresh database for each test, on SQLite and on PostgreSQL, copied from one that was made by the migrations.

    async def test_something(store: Store, clock: ShiftedClock) -> None: ...   # runs on both

`database` is where it is and its key file, `clock` stands still until moved, `store` is open on both of them.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage import KeyFile, ShiftedClock, Store
from tests.support import postgres

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""A Friday, nine in the morning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    url: str
    keys: KeyFile

    @property
    def on_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def file(self) -> Path:
        """Of a SQLite database."""
        return Path(self.url.removeprefix("sqlite:///"))


def finished(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs it to its end on a loop of its own, whether or not this thread has one."""
    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    thread.join()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.running() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder = tmp_path_factory.mktemp("sqlite")
    template = Database(url=f"sqlite:///{folder}/template.db", keys=KeyFile(folder / "keys.json"))
    finished(lambda: Store.upgrade(template.url, template.keys))
    return template


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    name = f"baraza_template_{secrets.token_hex(4)}"
    finished(lambda: postgres.say(postgres_server, f"CREATE DATABASE {name}"))
    keys = KeyFile(tmp_path_factory.mktemp("postgres") / "keys.json")
    template = Database(url=postgres.named(postgres_server, name), keys=keys)
    finished(lambda: Store.upgrade(template.url, template.keys))
    yield template
    finished(lambda: postgres.say(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Database) -> Database:
    shutil.copy(sqlite_template.file, tmp_path / "baraza.db")
    shutil.copy(sqlite_template.keys.path, tmp_path / "keys.json")
    return Database(url=f"sqlite:///{tmp_path}/baraza.db", keys=KeyFile(tmp_path / "keys.json"))


@pytest.fixture
def postgres_database(tmp_path: Path, postgres_server: str, postgres_template: Database) -> Iterator[Database]:
    name = f"baraza_{secrets.token_hex(6)}"
    template = postgres_template.url.rpartition("?")[0] or postgres_template.url
    made = f"CREATE DATABASE {name} TEMPLATE {template.rpartition('/')[2]}"
    finished(lambda: postgres.say(postgres_server, made))
    shutil.copy(postgres_template.keys.path, tmp_path / "keys.json")
    yield Database(url=postgres.named(postgres_server, name), keys=KeyFile(tmp_path / "keys.json"))
    finished(lambda: postgres.say(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock(START)


@pytest.fixture
async def store(database: Database, clock: ShiftedClock) -> AsyncIterator[Store]:
    async with Store.open(database.url, database.keys, clock=clock) as opened:
        yield opened
