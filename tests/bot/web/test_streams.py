"""A page hears that something changed, and nothing of what; and nobody waits for a reader who left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientResponse

from flows.routing.casebook import Role
from tests.bot.casework.line import Line
from tests.bot.web.visitor import Site, Visitor, open_site

PATIENCE = 60


@asynccontextmanager
async def listening(visitor: Visitor) -> AsyncIterator[ClientResponse]:
    async with visitor.session.get(visitor.at("/desk/events")) as response:
        yield response


async def next_news(stream: ClientResponse) -> str:
    async with asyncio.timeout(PATIENCE):
        return (await stream.content.readuntil(b"\n\n")).decode()


async def test_it_tells_at_once_and_at_each_change(site: Site) -> None:
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia, listening(nia) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["X-Accel-Buffering"] == "no"
        assert stream.headers["Cache-Control"] == "no-store"
        assert await next_news(stream) == "event: queue-changed\ndata: \n\n"
        await site.line.files(first_words="they took my plot")
        assert await next_news(stream) == "event: queue-changed\ndata: \n\n"


async def test_nothing_of_a_case_is_on_the_wire(site: Site) -> None:
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia, listening(nia) as stream:
        heard = await next_news(stream)
        for number in range(3):
            person = await site.line.files(f"+25470000000{number}")
            await person.says("the plot is by the river")
            heard += await next_news(stream)
    assert set(heard.split()) == {"event:", "queue-changed", "data:"}


async def test_only_members_may_listen(site: Site) -> None:
    async with site.visitor() as stranger:
        assert (await stranger.opens("/desk/events")).leads_to == "/desk/sign-in"


async def test_who_signs_out_hears_nothing_more(site: Site) -> None:
    member = await site.member("Nia", Role.COORDINATOR)
    async with site.visitor(member) as nia, listening(nia) as stream:
        await next_news(stream)
        async with site.line.store.transaction() as tx:
            await tx.members.suspend(member.id)
        await site.line.files()
        async with asyncio.timeout(PATIENCE):
            assert await stream.content.read() == b""


async def test_stopping_does_not_wait_for_readers(line: Line) -> None:
    async with open_site(line) as site:
        member = await site.member("Nia", Role.COORDINATOR)
        async with site.visitor(member) as nia, listening(nia) as stream:
            await next_news(stream)
            async with asyncio.timeout(PATIENCE):
                await site.server.close()
                assert await stream.content.read() == b""


async def test_a_reader_who_leaves_is_forgotten(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = asyncio.Event()
    wait = site.line.store.wait

    async def watched(*args: object, **kwargs: object) -> None:
        try:
            await wait(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it came
        except asyncio.CancelledError:
            ended.set()
            raise

    monkeypatch.setattr(site.line.store, "wait", watched)
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia, listening(nia) as stream:
        await next_news(stream)
    async with asyncio.timeout(PATIENCE):
        await ended.wait()
