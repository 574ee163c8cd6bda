"""A browser at the pages: keeps cookies, says where its requests come from, and follows nothing by itself."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape

from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from bot.casework.voice import Voice
from bot.web.desk import Desk
from bot.web.health import Health
from bot.web.site import make_site
from flows.routing.casebook import Member, PartnerId, Role
from flows.routing.network import load_network
from tests.bot.casework.line import LIMITS, NETWORK, Line

OWN: Mapping[str, str] = {"Sec-Fetch-Site": "same-origin"}


def text_of(html: str) -> str:
    """What a reader sees, without marks and with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@dataclass(slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    html: str

    @property
    def text(self) -> str:
        return text_of(self.html)

    @property
    def leads_to(self) -> str:
        return self.headers.get("Location", "")


@dataclass(slots=True, kw_only=True)
class Visitor:
    line: Line
    server: TestServer
    session: ClientSession

    async def opens(self, path: str, **headers: str) -> Answer:
        async with self.session.get(self.at(path), headers=_named(headers), allow_redirects=False) as response:
            return await _answer(response)

    async def sends(self, path: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        told = {**OWN, **_named(headers)}
        async with self.session.post(
            self.at(path), data=dict(form or {}), headers=told, allow_redirects=False
        ) as response:
            return await _answer(response)

    async def signs_in(self, member: Member) -> Answer:
        async with self.line.store.transaction() as tx:
            token = await tx.members.sign_in_token(member.id)
        return await self.sends(f"/desk/sign-in/{token}")

    async def speaks(self, language: str) -> None:
        await self.sends("/language", {"language": language, "back": "/"})

    def at(self, path: str) -> str:
        return str(self.server.make_url("/")).rstrip("/") + path


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


async def _answer(response: ClientResponse) -> Answer:
    body = await response.read()
    return Answer(status=response.status, headers=response.headers, html=body.decode(errors="replace"))


@dataclass(slots=True, kw_only=True)
class Site:
    """The pages over one line, served as the program serves them."""

    line: Line
    server: TestServer

    @asynccontextmanager
    async def visitor(self, member: Member | None = None) -> AsyncIterator[Visitor]:
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
            visitor = Visitor(line=self.line, server=self.server, session=session)
            if member is not None:
                await visitor.signs_in(member)
            yield visitor

    async def member(self, name: str, role: Role, partner: str = "") -> Member:
        """One without a phone."""
        async with self.line.store.transaction() as tx:
            return await tx.members.add(name, role, partner=PartnerId(partner) if partner else None)


async def _probe(request: web.Request) -> web.Response:
    return web.Response(text="taken")


@asynccontextmanager
async def open_site(line: Line, *, secure: bool = False) -> AsyncIterator[Site]:
    """`POST /hooks/probe` stands for a channel's hook."""
    network = load_network("network.yaml", NETWORK)
    voice = Voice(wording=line.library.wording, flows=line.library.flows, limits=LIMITS, timezone=str(network.timezone))
    desk = Desk(
        store=line.store,
        casework=line.casework,
        voice=voice,
        network=network,
        regions=line.library.places.regions,
        issues=line.library.issues,
        secure=secure,
    )
    health = Health(store=line.store, network=network)
    server = TestServer(make_site(doors=[web.post("/hooks/probe", _probe)], health=health, desk=desk))
    await server.start_server()
    try:
        yield Site(line=line, server=server)
    finally:
        await server.close()
