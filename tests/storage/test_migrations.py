"""The migrations: up and down with data in the tables, ending exactly at what the program uses, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage import ShiftedClock, Store, migrations
from storage.engines import Engines, open_engines, read_url
from storage.tables import metadata
from tests.storage.test_vault import planted
from tests.support.databases import START, Database

SCRIPTS = ScriptDirectory(str(Path(migrations.__file__).parent))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]


@pytest.fixture
async def engines(database: Database) -> AsyncIterator[Engines]:
    async with AsyncExitStack() as stack:
        yield await open_engines(stack, read_url(database.url))


def contents(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for Alembic's own."""
    return {
        table: sorted((tuple(row) for row in connection.execute(text(f'SELECT * FROM "{table}"'))), key=repr)  # noqa: S608 - ours
        for table in inspect(connection).get_table_names()
        if table != "alembic_version"
    }


def test_the_program_works_with_the_newest_revision() -> None:
    assert REVISIONS[-1] == migrations.HEAD == SCRIPTS.get_current_head()
    assert all(migrations.is_known(revision) for revision in REVISIONS)
    assert not migrations.is_known("9999")


async def test_migrated_tables_are_those_the_program_uses(engines: Engines) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": metadata}
        )
        return list(compare_metadata(context, metadata))

    async with engines.reader.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_partial_and_unique_indexes_are_made_as_the_program_means_them(engines: Engines) -> None:
    def indexes(connection: Connection) -> dict[str, bool]:
        return {
            str(index["name"]): bool(index["unique"])
            for table in metadata.tables
            for index in inspect(connection).get_indexes(table)
            if any(
                str(option).endswith("_where") and value is not None
                for option, value in index["dialect_options"].items()
            )
        }

    async with engines.reader.connect() as connection:
        assert await connection.run_sync(indexes) == {
            "ix_outbox_waiting": False,
            "ix_outbox_due": False,
            "ix_outbox_settled_at": False,
            "uq_pages_open": True,
        }


async def test_every_step_down_and_up_again_works_with_data_in_the_tables(database: Database, engines: Engines) -> None:
    async with Store.open(database.url, database.keys, clock=ShiftedClock(START)) as store:
        await store.run(planted)
    async with engines.writer.begin() as connection:
        full = await connection.run_sync(contents)
        assert all(
            full[table] for table in metadata.tables if table not in {"timers", "links", "cards", "gaps", "audit"}
        )
    for step in range(len(REVISIONS) - 1, -1, -1):
        below = REVISIONS[step - 1] if step else "base"
        async with engines.writer.begin() as connection:
            before = await connection.run_sync(contents)
            await connection.run_sync(migrations.migrate, below)
            assert await connection.run_sync(migrations.revision) == (None if below == "base" else below)
            lower = await connection.run_sync(contents)
            await connection.run_sync(migrations.migrate, REVISIONS[step])
            after = await connection.run_sync(contents)
            assert after.keys() == before.keys()
            if below != "base":
                assert after == {table: rows if table in lower else [] for table, rows in before.items()}
            await connection.run_sync(migrations.migrate, below)


async def test_a_step_that_fails_leaves_nothing_half_done(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    async with engines.writer.begin() as connection:
        before = await connection.run_sync(contents)

    def fall(connection: Connection) -> None:
        migrations.migrate(connection, "base")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with engines.writer.begin() as connection:
            await connection.run_sync(fall)
    async with engines.writer.begin() as connection:
        assert await connection.run_sync(contents) == before
        assert await connection.run_sync(migrations.revision) == migrations.HEAD
