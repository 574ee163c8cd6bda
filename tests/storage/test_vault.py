"""The vault: nothing a person said is readable on disk or in a log, nothing opens where it does not belong."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from flows.dialogue.conversation import ConversationId
from flows.dialogue.session import Answered, Session
from flows.routing.casebook import Entry, EntryKind, Lane, PageKind, Role
from flows.routing.drills import DrillKind
from storage import ShiftedClock, Store, Tx
from storage.erasures import Trace
from storage.errors import SealBroken, Vanished
from storage.keys import KeyRing
from storage.outbox import Post
from storage.tables import cases, conversations, entries
from storage.vault import Vault
from tests.storage.casework import agree, case, conversation, offered
from tests.storage.test_records import partner
from tests.support import postgres
from tests.support.databases import Database

ADDRESS = "+254711222333"
PLANTED = {
    "answer": "Kipchumba-planted",
    "as said": "planted-on-the-hill",
    "provider id": "SMplanted0provider0id",
    "queued": "queued-and-planted",
    "sent": "sent-and-planted",
    "held": "held-and-planted",
    "fact": "fact-and-planted",
    "story": "my brother was planted",
    "entry": "relay-and-planted",
    "trace": "SMtraced0and0planted",
    "erasure": "SMgoing0and0planted",
}


async def planted(tx: Tx) -> dict[str, str]:
    """Words in every sealed place, and every code and token that was made on the way."""
    words = {**PLANTED, "address": ADDRESS, "code name": partner("mto").code_name}
    await tx.received.new([("sms", words["provider id"])])
    who = await conversation(tx, ADDRESS)
    session = Session(flow="intake", revision="1", log=(Answered("name", words["answer"], said=words["as said"]),))
    await tx.conversations.save([replace(await tx.conversations.get(who), session=session)])
    opened = await tx.cases.open(
        who,
        lane=Lane.NORMAL,
        region="KE-31",
        issue="work",
        urgency="soon",
        language="sw",
        facts={"name": words["fact"]},
        answers={"story": words["story"]},
    )
    await agree(tx, opened)
    await tx.cases.add_entry(opened.id, Entry(at=tx.now, kind=EntryKind.HELPER_WROTE, words=words["entry"]))
    await tx.held.add(who, words["held"].encode(), due_at=tx.now)
    await tx.outbox.add([Post(conversation=who, body=words[kind].encode()) for kind in ("sent", "queued")])
    (parcel,) = await tx.outbox.claim("sms", limit=9, lease=timedelta(minutes=1))
    await tx.outbox.sent([(parcel.reference, words["provider id"])])
    await tx.traces.add([(who, words["trace"])])
    await tx.erasures.add("sms", words["address"], [Trace(id=words["erasure"], at=tx.now)])
    member = await tx.members.add("Paralegal Asha", Role.PARALEGAL)
    await tx.partners.replace_all([partner("mto")])
    return words | {
        "invite": await tx.members.invite(member.id),
        "token": await tx.members.sign_in_token(member.id),
        "session": await tx.members.start_session(member.id),
        "receipt": opened.receipt,
        "offer": (await offered(tx, opened)).code,
        "page": (await tx.pages.open(who, PageKind.DANGER))[0].code,
        "drill": (await tx.drills.open(DrillKind.TEST, who))[0].code,
    }


def found_in(files: list[Path], words: dict[str, str]) -> set[str]:
    """Which of the words can be read in the files. Codes of four letters may turn up by chance and are left out."""
    contents = [file.read_bytes() for file in files]
    assert any(contents), "there is nothing to search"
    return {
        kind for kind, word in words.items() if len(word) > 4 and any(word.encode() in content for content in contents)
    }


async def test_no_word_is_readable_in_the_sqlite_file_its_log_or_the_programs_log(
    sqlite_database: Database, clock: ShiftedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="sqlalchemy")
    async with Store.open(sqlite_database.url, sqlite_database.keys, clock=clock) as store:
        words = await store.run(planted)
        files = sorted(sqlite_database.file.parent.glob("baraza.db*"))
        assert [file.suffix for file in files] == [".db", ".db-shm", ".db-wal"]
        assert b"Paralegal Asha" in files[2].read_bytes(), "what is plain is found, so the search works"
        assert found_in(files, words) == set()
        for broken in (_unknown_conversation, _same_row_twice):
            with pytest.raises((Vanished, IntegrityError)):
                await store.run(broken)
    assert found_in([sqlite_database.file], words) == set()
    assert "INSERT INTO" in caplog.text, "what happened was logged"
    assert {kind for kind, word in words.items() if len(word) > 4 and word in caplog.text} == set()


async def _unknown_conversation(tx: Tx) -> None:
    await tx.outbox.add([Post(conversation=ConversationId("nobody"), body=PLANTED["queued"].encode())])


async def _same_row_twice(tx: Tx) -> None:
    who = await conversation(tx, ADDRESS)
    await tx.conversations._unit.change(
        conversations.insert().values(id=who, channel="sms", language="", silenced=False)
    )


def test_no_word_is_readable_in_the_files_of_postgresql_or_its_log(
    postgres_server: str, postgres_database: Database, clock: ShiftedClock
) -> None:
    folder = postgres.data_folder(postgres_server)
    if folder is None:
        pytest.skip("the files of the given server are not on this machine")

    async def live() -> dict[str, str]:
        async with Store.open(postgres_database.url, postgres_database.keys, clock=clock) as store:
            words = await store.run(planted)
            for broken in (_unknown_conversation, _same_row_twice):
                with pytest.raises((Vanished, IntegrityError)):
                    await store.run(broken)
        await postgres.say(postgres_server, "CHECKPOINT")
        return words

    words = asyncio.run(live())
    files = [file for file in folder.rglob("*") if file.is_file() and file.name != "postmaster.pid"]
    assert any(b"Paralegal Asha" in file.read_bytes() for file in files), "what is plain is found, so the search works"
    assert found_in(files, words) == set()


# ---- moved and broken records


async def test_a_record_moved_to_another_row_does_not_open(store: Store) -> None:
    async with store.transaction() as tx:
        one, two = await case(tx, "1"), await case(tx, "2")
        unit = tx.cases._unit
        row = await unit.row(select(cases.c.key, cases.c.detail).where(cases.c.id == one.id))
        assert row is not None
        await unit.change(update(cases).where(cases.c.id == two.id).values(detail=row.detail))
    async with store.transaction() as tx:
        with pytest.raises(SealBroken):
            await tx.cases.get(two.id)
    async with store.transaction() as tx:
        await tx.cases._unit.change(update(cases).where(cases.c.id == two.id).values(key=row.key))
    async with store.transaction() as tx:
        with pytest.raises(SealBroken):
            await tx.cases.get(two.id)
        assert await tx.cases.get(one.id) == one


async def test_a_record_moved_to_another_column_does_not_open(store: Store) -> None:
    async with store.transaction() as tx:
        who = await conversation(tx)
        unit = tx.conversations._unit
        await unit.change(update(conversations).where(conversations.c.id == who).values(state=conversations.c.address))
    async with store.transaction() as tx:
        with pytest.raises(SealBroken):
            await tx.conversations.get(who)


async def test_lines_of_a_timeline_cannot_be_exchanged(store: Store) -> None:
    async with store.transaction() as tx:
        opened = await case(tx)
        for words in ("no", "yes"):
            await tx.cases.add_entry(opened.id, Entry(at=tx.now, kind=EntryKind.SEEKER_WROTE, words=words))
        first, second = await tx.cases._unit.rows(select(entries.c.n, entries.c.words).order_by(entries.c.n))
        await tx.cases._unit.change(update(entries).where(entries.c.n == first.n).values(words=second.words))
    async with store.transaction() as tx:
        with pytest.raises(SealBroken):
            await tx.cases.entries(opened.id)


@given(plain=st.binary(max_size=300), place=st.tuples(st.text(), st.text(), st.text()), bit=st.integers(min_value=0))
def test_what_is_sealed_opens_in_its_place_only_and_only_unchanged(
    plain: bytes, place: tuple[str, str, str], bit: int
) -> None:
    table, column, row = (part.replace("|", "") for part in place)
    seal, wrapped = Vault(RING).new_key("conversations", "a")
    sealed = seal.close(table, column, row, plain)
    assert Vault(RING).unwrap("conversations", "a", wrapped).open(table, column, row, sealed) == plain
    assert len(sealed) % 64 == (3 + 12 + 16) % 64
    bit %= len(sealed) * 8
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << bit % 8
    for wrong in (
        lambda: seal.open(table, column, row, bytes(changed)),
        lambda: seal.open(table, column, f"{row}x", sealed),
        lambda: seal.open(table, f"{column}x", row, sealed),
        lambda: seal.open(f"{table}x", column, row, sealed),
        lambda: Vault(RING).unwrap("conversations", "b", wrapped),
        lambda: Vault(RING).unwrap("cases", "a", wrapped),
        lambda: Vault(KeyRing.fresh()).unwrap("conversations", "a", wrapped),
        lambda: Vault(RING).unwrap("conversations", "a", b"v2" + wrapped[2:]),
    ):
        with pytest.raises(SealBroken):
            wrong()


RING = KeyRing.fresh()


def test_two_seals_of_one_word_differ_and_two_lookups_of_it_are_equal() -> None:
    vault = Vault(RING)
    seal, _ = vault.new_key("cases", "a")
    assert seal.close("t", "c", "r", b"x") != seal.close("t", "c", "r", b"x")
    assert vault.index("address", "sms", "1") == Vault(RING).index("address", "sms", "1")
    assert vault.index("address", "sms", "1") != vault.index("receipt", "sms", "1")
    assert vault.index("address", "sms", "1") != Vault(KeyRing.fresh()).index("address", "sms", "1")


# ---- erasure


async def test_erasing_destroys_the_key_the_words_and_what_sqlite_keeps_of_them(
    sqlite_database: Database, clock: ShiftedClock
) -> None:
    async with Store.open(sqlite_database.url, sqlite_database.keys, clock=clock) as store:
        await store.run(planted)
        async with store.reading() as tx:
            unit = tx.conversations._unit
            found = [
                *await unit.rows(select(conversations.c.key, conversations.c.address, conversations.c.state)),
                *await unit.rows(select(cases.c.key, cases.c.detail)),
            ]
        sealed = [value for row in found for value in row]
        assert all(sealed)
        assert len(sealed) == 5

        async with store.transaction() as tx:
            who = await tx.conversations.find("sms", ADDRESS)
            assert who is not None
            for opened in await tx.cases.of_conversation(who.id):
                await tx.cases.forget(opened.id)
            await tx.conversations.forget(who.id)
            await tx.conversations.let_go([who.id])
        files = [sqlite_database.file, sqlite_database.file.with_name("baraza.db-wal")]
        assert files[1].stat().st_size == 0
        assert not any(value in file.read_bytes() for file in files for value in sealed)


async def test_the_log_is_emptied_after_an_erasure_as_soon_as_no_reader_is_in_the_way(
    sqlite_database: Database, clock: ShiftedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engines.BUSY_MS", 1)
    log = sqlite_database.file.with_name("baraza.db-wal")
    async with Store.open(sqlite_database.url, sqlite_database.keys, clock=clock) as store:
        who = await store.run(conversation)
        async with store.reading() as reader:
            await reader.conversations.get(who)
            async with store.transaction() as tx:
                await tx.conversations.forget(who)
            assert log.stat().st_size > 0
        await store.run(lambda tx: tx.audit.add("anything", actor="system"))
        assert log.stat().st_size == 0


async def test_a_key_destroyed_on_postgresql_leaves_rows_that_nothing_opens(
    postgres_database: Database, clock: ShiftedClock
) -> None:
    async with Store.open(postgres_database.url, postgres_database.keys, clock=clock) as store:
        await store.run(planted)
        async with store.transaction() as tx:
            who = await tx.conversations.find("sms", ADDRESS)
            assert who is not None
            for opened in await tx.cases.of_conversation(who.id):
                await tx.cases.forget(opened.id)
            await tx.conversations.forget(who.id)
            await tx.conversations.let_go([who.id])
    connection = await asyncpg.connect(postgres_database.url)
    try:
        rows = [
            *await connection.fetch("SELECT key, detail FROM cases"),
            *await connection.fetch("SELECT key, address, state FROM conversations"),
        ]
        assert [set(row.values()) for row in rows] == [{None}, {None}]
        assert await connection.fetchval("SELECT count(*) FROM outbox") == 0
        assert await connection.fetchval("SELECT count(*) FROM held") == 0
    finally:
        await connection.close()
