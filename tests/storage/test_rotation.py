"""Changing keys: everything stays readable, for a service that runs meanwhile too, and old keys go in the end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from flows.routing.casebook import Case
from storage import Clock, Store
from storage.errors import KeysUnknown
from storage.rotation import KeyUse
from tests.storage.casework import case
from tests.storage.test_records import partner
from tests.support.databases import Database


def names(database: Database) -> list[str]:
    return list(json.loads(database.keys.path.read_text())["keys"])


async def read_all(store: Store, opened: Sequence[Case]) -> None:
    async with store.reading() as tx:
        assert [await tx.cases.get(each.id) for each in opened] == opened
        for each in opened:
            assert (await tx.conversations.address(each.conversation))[0] == "sms"
        assert await tx.partners.all() == [partner("mto")]


async def test_through_three_rotations_every_service_reads_everything(database: Database, clock: Clock) -> None:
    async with Store.open(database.url, database.keys, clock=clock) as old:
        async with old.transaction() as tx:
            await tx.partners.replace_all([partner("mto")])
            opened = [await case(tx, str(number)) for number in range(3)]
        for turn in range(3):
            await Store.rotate(database.url, database.keys)
            opened.append(await old.run(lambda tx, turn=turn: case(tx, f"old {turn}")))  # type: ignore[misc]
            async with Store.open(database.url, database.keys, clock=clock) as new:
                opened.append(await new.run(lambda tx, turn=turn: case(tx, f"new {turn}")))  # type: ignore[misc]
                await read_all(new, opened)
            await read_all(old, opened)
    async with Store.open(database.url, database.keys, clock=clock) as new:
        await read_all(new, opened)


async def test_a_key_is_dropped_by_the_rotation_after_the_one_that_replaced_it(
    database: Database, clock: Clock
) -> None:
    async with Store.open(database.url, database.keys, clock=clock) as store:
        await store.run(case)
    assert await Store.key_uses(database.url, database.keys) == (KeyUse(name="k1", active=True, rows=2),)
    await Store.rotate(database.url, database.keys)
    assert await Store.key_uses(database.url, database.keys) == (
        KeyUse(name="k1", active=False, rows=0),
        KeyUse(name="k2", active=True, rows=2),
    )
    await Store.rotate(database.url, database.keys)
    assert names(database) == ["k2", "k3"]
    assert database.keys.path.stat().st_mode & 0o777 == 0o600


async def test_the_key_file_from_before_a_rotation_no_longer_fits(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    shutil.copy(database.keys.path, tmp_path / "before.json")
    await Store.rotate(database.url, database.keys)
    shutil.copy(tmp_path / "before.json", database.keys.path)
    with pytest.raises(KeysUnknown):
        async with Store.open(database.url, database.keys, clock=clock):
            pass


async def test_an_interrupted_rotation_loses_nothing_and_is_run_again(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Store.open(database.url, database.keys, clock=clock) as store, store.transaction() as tx:
        await tx.partners.replace_all([partner("mto")])
        opened = [await case(tx, str(number)) for number in range(5)]

    async def fall(*_arguments: object) -> None:
        raise ZeroDivisionError

    for broken in ("_note", "_rewrap"):
        with monkeypatch.context() as fault:
            fault.setattr(f"storage.rotation.{broken}", fall)
            with pytest.raises(ZeroDivisionError):
                await Store.rotate(database.url, database.keys)
        async with Store.open(database.url, database.keys, clock=clock) as store:
            await read_all(store, opened)
    await Store.rotate(database.url, database.keys)
    async with Store.open(database.url, database.keys, clock=clock) as store:
        await read_all(store, opened)


async def test_a_running_service_takes_up_the_new_key_and_minds_no_file_that_is_away(
    database: Database, clock: Clock, tmp_path: Path
) -> None:
    async with Store.open(database.url, database.keys, clock=clock) as store:
        for _ in range(3):
            await Store.rotate(database.url, database.keys)
        opened = [await store.run(case)]
        assert names(database) == ["k3", "k4"]
        shutil.move(database.keys.path, tmp_path / "away.json")
        opened.append(await store.run(lambda tx: case(tx, "2")))
        shutil.move(tmp_path / "away.json", database.keys.path)
    async with Store.open(database.url, database.keys, clock=clock) as store, store.reading() as tx:
        assert [await tx.cases.get(each.id) for each in opened] == opened
    assert (await Store.key_uses(database.url, database.keys))[1] == KeyUse(name="k4", active=True, rows=4)
