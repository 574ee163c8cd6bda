"""The key file: made once, whole and private; a lost, foreign, exposed or broken one never starts a new key."""

from __future__ import annotations

import asyncio
import json
import shutil
import stat
import sys
from pathlib import Path

import pytest

from storage import KeyFile, ShiftedClock, Store
from storage.errors import KeysExposed, KeysMalformed, KeysMissing, KeysUnknown, StoreOutdated
from storage.keys import KeyRing
from tests.storage.casework import conversation
from tests.support import postgres
from tests.support.databases import START, Database


async def used(database: Database) -> None:
    """Something is stored under the key."""
    async with Store.open(database.url, database.keys, clock=ShiftedClock(START)) as store:
        await store.run(conversation)


async def still_readable(database: Database) -> None:
    async with Store.open(database.url, database.keys, clock=ShiftedClock(START)) as store, store.reading() as tx:
        found = await tx.conversations.find("sms", "+254700000001")
        assert found is not None
        assert await tx.conversations.address(found.id) == ("sms", "+254700000001")


def files(database: Database) -> dict[str, bytes]:
    """All that lies beside the key file, but for SQLite's shared memory, which holds no data."""
    folder = database.keys.path.parent
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}


async def opening(database: Database) -> None:
    async with Store.open(database.url, database.keys, clock=ShiftedClock(START)):
        pass


def test_a_new_ring_is_written_whole_private_and_read_back(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "deep" / "keys.json")
    ring = file.make()
    assert file.read() == ring
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [each.name for each in file.path.parent.iterdir()] == ["keys.json"]
    data = json.loads(file.path.read_text())
    assert (data["active"], list(data["keys"]), sorted(data["keys"]["k1"])) == ("k1", ["k1"], ["index", "wrap"])


def test_a_ring_is_never_overwritten(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    assert file.make() == file.make()


def test_no_key_shows_in_what_python_prints_of_it() -> None:
    ring = KeyRing.fresh()
    shown = f"{ring!r} {ring.current!r}"
    assert shown == "KeyRing(active='k1') Key()"


async def test_two_processes_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from storage import *\n"
        "async def main():\n"
        "    async with Store.open(sys.argv[1], KeyFile(sys.argv[2]), clock=DatabaseClock()) as store:\n"
        "        async with store.transaction() as tx:\n"
        "            await tx.conversations.ensure([('sms', sys.argv[3])])\n"
        "asyncio.run(main())\n"
    )
    url, keys = f"sqlite:///{tmp_path}/b.db", tmp_path / "keys.json"
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, url, str(keys), str(number))
        for number in range(4)
    ]
    assert [await process.wait() for process in running] == [0] * 4
    async with Store.open(url, KeyFile(keys), clock=ShiftedClock(START)) as store, store.reading() as tx:
        for number in range(4):
            found = await tx.conversations.find("sms", str(number))
            assert found is not None
            assert await tx.conversations.address(found.id) == ("sms", str(number))


@pytest.mark.parametrize("remove_first", [False, True], ids=["another ring", "none at all"])
async def test_another_or_no_key_file_never_starts_a_new_key_over_old_data(
    database: Database, tmp_path: Path, remove_first: bool
) -> None:
    await used(database)
    kept = tmp_path / "kept.json"
    shutil.move(database.keys.path, kept)
    if not remove_first:
        database.keys.make()
    before = files(database)
    for start in (opening, lambda of: Store.upgrade(of.url, of.keys)):
        with pytest.raises(KeysMissing if remove_first else KeysUnknown, match=str(database.keys.path)):
            await start(database)
        assert files(database) == before
    shutil.move(kept, database.keys.path)
    await still_readable(database)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"active": "k1", "keys": {}}',
        '{"active": "k1", "keys": {"k1": {"wrap": "AAAA", "index": "AAAA"}}}',
        '{"active": "k1", "keys": {"k1": {"wrap": 1, "index": 2}}}',
        '{"active": "k1", "keys": ["k1"]}',
        '{"active": ["k1"], "keys": {}}',
        '{"active": "x", "keys": {"x": {"wrap": "WRAP", "index": "WRAP"}}}',
        "\udcff",
    ],
)
async def test_a_broken_key_file_is_refused_and_left_as_it_is(database: Database, content: str) -> None:
    await used(database)
    good = database.keys.path.read_bytes()
    wrap = json.loads(good)["keys"]["k1"]["wrap"]
    database.keys.path.write_bytes(content.replace("WRAP", wrap).encode("utf-8", "surrogateescape"))
    before = files(database)
    with pytest.raises(KeysMalformed, match=str(database.keys.path)) as refused:
        await opening(database)
    assert files(database) == before
    assert wrap not in str(refused.value)
    database.keys.path.write_bytes(good)
    await still_readable(database)


async def test_a_broken_key_file_stops_a_first_start_before_anything_is_made(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    keys.path.write_text("{}")
    keys.path.chmod(0o600)
    with pytest.raises(KeysMalformed):
        await opening(Database(url=f"sqlite:///{tmp_path}/b.db", keys=keys))
    assert list(files(Database(url="", keys=keys))) == ["keys.json"]


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o666, 0o777, 0o601])
async def test_a_key_file_that_everyone_can_reach_is_refused(database: Database, mode: int) -> None:
    await used(database)
    database.keys.path.chmod(mode)
    with pytest.raises(KeysExposed, match=f"chmod 600 {database.keys.path}"):
        await opening(database)
    database.keys.path.chmod(0o640)
    await still_readable(database)


async def test_postgresql_makes_its_key_only_when_it_is_upgraded(postgres_server: str, tmp_path: Path) -> None:
    name = f"baraza_keyless_{tmp_path.parent.name.replace('-', '_')}"
    await postgres.say(postgres_server, f"CREATE DATABASE {name}")
    try:
        database = Database(url=postgres.named(postgres_server, name), keys=KeyFile(tmp_path / "keys.json"))
        with pytest.raises(StoreOutdated, match="baraza db upgrade"):
            await opening(database)
        assert not database.keys.exists()
        await asyncio.gather(*(Store.upgrade(database.url, database.keys) for _ in range(3)))
        await used(database)
        await still_readable(database)
    finally:
        await postgres.say(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")
