"""What an operator's machine is told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.casework.post import queue_message
from bot.channels.base import Outgoing
from flows.routing.casebook import Role
from storage.errors import StoreUnreachable
from tests.bot.web.visitor import Site


async def test_the_process_answers(site: Site) -> None:
    async with site.visitor() as probe:
        assert json.loads((await probe.opens("/healthz")).html) == {"status": "ok"}


async def test_it_is_ready_and_says_who_is_there(site: Site) -> None:
    async with site.visitor() as probe:
        answer = await probe.opens("/readyz")
        assert answer.status == 200
        assert json.loads(answer.html) == {
            "ready": True,
            "database": "ok",
            "tables": "current",
            "outbox": {"waiting": 0, "oldest_seconds": 0, "late": False},
            "on_call": "nobody",
        }
        nia = await site.line.joins("Nia", "79", role=Role.COORDINATOR, tested=False)
        assert json.loads((await probe.opens("/readyz")).html)["on_call"] == "nobody"
        await nia.taps("I can read this")
        assert json.loads((await probe.opens("/readyz")).html)["on_call"] == "ready"


async def test_someone_who_is_not_on_the_rota_is_not_on_call(site: Site) -> None:
    await site.line.joins("Lena", "81", role=Role.COORDINATOR)
    async with site.visitor() as probe:
        assert json.loads((await probe.opens("/readyz")).html)["on_call"] == "nobody"


async def test_messages_that_wait_long_are_told_but_do_not_fail_it(site: Site) -> None:
    line = site.line
    async with line.store.transaction() as tx:
        (conversation,) = (await tx.conversations.ensure([("sms", "+254700000001")])).values()
        await queue_message(tx, conversation.id, Outgoing(text="hello"))
    line.clock.advance(timedelta(minutes=11))
    async with site.visitor() as probe:
        answer = await probe.opens("/readyz")
    assert answer.status == 200
    assert json.loads(answer.html)["outbox"] == {"waiting": 1, "oldest_seconds": 660, "late": True}


async def test_a_database_that_is_away(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away() -> bool:
        raise StoreUnreachable("away")

    monkeypatch.setattr(site.line.store, "is_current", away)
    async with site.visitor() as probe:
        answer = await probe.opens("/readyz")
    assert answer.status == 503
    assert json.loads(answer.html) == {"ready": False, "database": "unreachable"}


async def test_tables_of_another_program(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def outdated() -> bool:
        return False

    monkeypatch.setattr(site.line.store, "is_current", outdated)
    async with site.visitor() as probe:
        answer = await probe.opens("/readyz")
    assert answer.status == 503
    assert json.loads(answer.html)["tables"] == "outdated"
