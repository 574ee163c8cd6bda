"""Opening a store: what cannot work is refused in words that name the place and the mend, and no password."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import DatabaseClock, KeyFile, ShiftedClock, Store
from storage.engines import Engines, open_engines, read_url
from storage.errors import StoreError, StoreOutdated, StoreUnreachable
from storage.migrations import HEAD
from tests.support import postgres
from tests.support.databases import START, Database


def made_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def refusal(url: str, keys: KeyFile) -> StoreError:
    with pytest.raises(StoreError) as refused:
        async with Store.open(url, keys, clock=ShiftedClock(START)):
            pass
    return refused.value


@pytest.mark.parametrize("url", ["", "baraza.db", "mysql://u:hunter2@h/d", "sqlite://", "sqlite:///", "://hunter2"])
async def test_an_address_it_cannot_use_is_refused_without_repeating_it(url: str, tmp_path: Path) -> None:
    refused = await refusal(url, KeyFile(tmp_path / "keys.json"))
    assert isinstance(refused, StoreUnreachable)
    assert "DATABASE_URL" in str(refused)
    assert "hunter2" not in str(refused)
    assert made_in(tmp_path) == []


async def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    refused = await refusal(f"postgresql://u:hunter2@/d?host={tmp_path}", KeyFile(tmp_path / "keys.json"))
    assert isinstance(refused, StoreUnreachable)
    assert str(tmp_path) in str(refused).replace("%2F", "/")
    assert "hunter2" not in str(refused)
    assert made_in(tmp_path) == []


async def test_a_database_that_is_not_there_is_named(postgres_server: str, tmp_path: Path) -> None:
    refused = await refusal(postgres.named(postgres_server, "nowhere"), KeyFile(tmp_path / "keys.json"))
    assert isinstance(refused, StoreUnreachable)
    assert "/nowhere" in str(refused)
    assert "InvalidCatalogName" in str(refused)


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    file.write_bytes(b"this is a letter to a friend" * 100)
    refused = await refusal(f"sqlite:///{file}", KeyFile(tmp_path / "keys.json"))
    assert isinstance(refused, StoreUnreachable)
    assert str(file) in str(refused)
    assert file.read_bytes() == b"this is a letter to a friend" * 100
    assert not (tmp_path / "keys.json").exists()


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused = await refusal(f"sqlite:///{tmp_path}/file/b.db", KeyFile(tmp_path / "keys.json"))
    assert isinstance(refused, StoreUnreachable)
    assert f"{tmp_path}/file/b.db" in str(refused)


async def test_a_newer_database_is_refused_by_an_older_program(database: Database) -> None:
    await _set_revision(database, "9999")
    refused = await refusal(database.url, database.keys)
    assert isinstance(refused, StoreOutdated)
    assert "newer than this program" in str(refused)
    with pytest.raises(StoreOutdated):
        await Store.upgrade(database.url, database.keys)


async def test_tells_whether_the_tables_are_its_own(database: Database) -> None:
    async with Store.open(database.url, database.keys, clock=ShiftedClock(START)) as store:
        assert await store.is_current()
        await _set_revision(database, "9999")
        assert not await store.is_current()
        await _set_revision(database, HEAD)


async def test_the_clock_of_the_database_is_aware_and_read_once(database: Database) -> None:
    async with Store.open(database.url, database.keys, clock=DatabaseClock()) as store:
        async with store.transaction() as tx:
            before = tx.now
            await tx.audit.add("one", actor="system")
            assert tx.now == before
        async with store.transaction() as tx:
            assert tx.now >= before
            assert (await tx.audit.list())[0].at == before
    assert before.utcoffset() is not None


async def test_a_database_that_goes_away_is_unreachable_and_comes_back(
    postgres_server: str, postgres_database: Database
) -> None:
    name = read_url(postgres_database.url).database
    async with Store.open(postgres_database.url, postgres_database.keys, clock=DatabaseClock()) as store:
        await store.run(lambda tx: tx.audit.add("one", actor="system"))
        await postgres.say(
            postgres_server,
            f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608 - ours
        )
        for _ in range(3):
            with pytest.raises(StoreUnreachable):
                await store.run(lambda tx: tx.audit.add("two", actor="system"))
        await postgres.say(postgres_server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await store.run(lambda tx: tx.audit.add("three", actor="system"))
        async with store.reading() as tx:
            assert [act.action for act in await tx.audit.list()] == ["three", "one"]


async def _set_revision(database: Database, revision: str) -> None:
    async with AsyncExitStack() as stack:
        engines: Engines = await open_engines(stack, read_url(database.url))
        async with engines.writer.begin() as connection:
            await connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))  # noqa: S608 - ours
