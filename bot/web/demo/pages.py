"""The demo's page and what its scripts ask for. Screens are read from the phones themselves, never kept here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.channels.base import Content, Tapped, Typed
from bot.channels.simulator import Bubble, Look
from bot.web.demo.previewing import PreviewPage
from bot.web.demo.stage import LONGEST_JUMP, Demo
from bot.web.demo.story import WORDS, story
from bot.web.desk import Desk
from bot.web.desk.lens import Lens
from bot.web.desk.queue import Wanted, read_queue
from bot.web.desk.routing import Routing, read_routing
from bot.web.desk.site import queue_changes
from bot.web.pages import LANGUAGES, language_of, page, remember_language
from bot.web.streams import Streams, Tell, Watch
from flows.dialogue.session import Session, Shown
from flows.routing.casebook import Case
from storage import Tx

_LONGEST_TEXT = 1600
_ORDERS = {"offer": re.compile(r"ACC \w+"), "call": re.compile(r"GOT \w+")}


def demo_routes(demo: Demo, desk: Desk, streams: Streams) -> list[web.RouteDef]:
    pages = DemoPages(demo, desk, streams)
    return [
        web.get("/demo", pages.whole),
        web.get("/demo/preview", PreviewPage(desk=desk).whole),
        web.get("/demo/queue", pages.queue),
        web.get("/demo/events", pages.events),
        web.get("/demo/helpers", pages.helpers),
        web.get("/demo/phones/{key}", pages.screen),
        web.post("/demo/phones/{key}", pages.say),
        web.post("/demo/stories/{name}", pages.story),
        web.get("/demo/clock", pages.clock),
        web.post("/demo/clock", pages.advance),
        web.post("/demo/reset", pages.reset),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why the newest case is where it is."""

    receipt: str
    routing: Routing


class DemoPages:
    def __init__(self, demo: Demo, desk: Desk, streams: Streams) -> None:
        self._demo = demo
        self._desk = desk
        self._streams = streams

    async def whole(self, request: web.Request) -> web.Response:
        """In one language with the phones: the reader's while nobody has written, then the phones'. The phones speak
        more languages than the pages do; around those the page stays in the reader's."""
        wanted = language_of(request)
        if self._demo.language in LANGUAGES and wanted != self._demo.language:
            if not self._demo.is_untouched:
                response = web.Response(status=303, headers={"Location": "/demo"})
                remember_language(response, self._demo.language)
                return response
            await asyncio.shield(self._demo.reset(wanted))
        return page(
            request,
            "demo/demo.html",
            helpers=self._demo.helpers,
            spoken=self._demo.language,
            told=self._demo.language in WORDS,
            choices=self._desk.wording.languages.values(),
        )

    async def queue(self, request: web.Request) -> web.Response:
        lens = Lens.of(request, self._desk)
        async with self._desk.store.reading() as tx:
            guest = await tx.members.get(self._demo.guest)
            queue = await read_queue(tx, self._desk, guest, lens, Wanted.of({}))
            newest = max((row.case for row in queue.rows), key=lambda case: case.opened_at, default=None)
            why = await self._why(tx, newest, lens) if newest else None
        return page(request, "demo/queue.html", queue=queue, why=why)

    async def _why(self, tx: Tx, case: Case, lens: Lens) -> Why:
        whole = await tx.cases.get(case.id)
        referrals = await tx.referrals.of_case(case.id)
        routing = await read_routing(tx, self._desk.casework, whole, referrals, lens)
        return Why(receipt=case.receipt, routing=routing)

    async def events(self, request: web.Request) -> web.StreamResponse:
        async def go_on() -> bool:
            return True

        watches = [queue_changes(self._desk), *(self._watching(look) for look in Look)]
        return await self._streams.serve(request, watches, may_go_on=go_on)

    def _watching(self, look: Look) -> Watch:
        async def watch(tell: Tell) -> None:
            with self._demo.channels[look].watch() as changed:
                while True:
                    if (key := self._demo.key_of(look, await changed.get())) is not None:
                        tell("phone-changed", key)

        return watch

    # ---- phones

    async def screen(self, request: web.Request) -> web.Response:
        key = self._key(request)
        async with self._demo.store.reading() as tx:
            asked = await self._asked(tx, key)
        lens = Lens.of(request, self._desk)
        bubbles = [_bubble(bubble, lens) for bubble in self._demo.screen(key)]
        return web.json_response({"key": key, "bubbles": bubbles, **asked})

    async def _asked(self, tx: Tx, key: str) -> Mapping[str, Any]:
        """Which question the dialogue waits at, as it is stored; the story goes by it."""
        conversation = await self._demo.conversation(tx, key)
        session = conversation.draft if conversation else None
        shown = _last_shown(session) if session else None
        return {
            "asks": shown.step if shown else "",
            "options": list(shown.options) if shown else [],
            "ended": conversation is not None and session is None and conversation.case is not None,
        }

    async def say(self, request: web.Request) -> web.Response:
        key, content = self._key(request), self._content(await _body(request))
        try:
            await self._demo.say(key, content)
        except ValueError:
            raise web.HTTPUnprocessableEntity from None
        return web.Response(status=204)

    def _content(self, body: Mapping[str, Any]) -> Content:
        match body:
            case {"text": str(text)} if 0 < len(text) <= _LONGEST_TEXT:
                return Typed(text=text)
            case {"tap": str(data)}:
                return Tapped(data=data)
            case {"share": "location"}:
                return self._demo.near()
            case _:
                raise web.HTTPUnprocessableEntity

    async def helpers(self, request: web.Request) -> web.Response:
        return web.json_response(
            [{"key": helper.key, "news": _news(self._demo.screen(helper.key))} for helper in self._demo.helpers]
        )

    def _key(self, request: web.Request) -> str:
        key = request.match_info["key"]
        if key not in self._demo.keys:
            raise web.HTTPNotFound
        return key

    # ---- the story, the clock, starting over

    async def story(self, request: web.Request) -> web.Response:
        """The steps, for people who have not written yet."""
        with suppress(KeyError):
            steps = story(request.match_info["name"], self._demo.language)
            self._demo.welcome()
            return web.json_response({"steps": [step.data() for step in steps]})
        raise web.HTTPNotFound

    async def clock(self, request: web.Request) -> web.Response:
        async with self._demo.store.reading() as tx:
            return web.json_response({"now": Lens.of(request, self._desk).moment(tx.now)})

    async def advance(self, request: web.Request) -> web.Response:
        match await _body(request):
            case {"hours": int(hours)} if 0 < hours <= LONGEST_JUMP:
                await asyncio.shield(self._demo.advance(hours))
                return web.Response(status=204)
        raise web.HTTPUnprocessableEntity

    async def reset(self, request: web.Request) -> web.Response:
        match await _body(request):
            case {"language": str(language)} if language in self._desk.wording.languages:
                await asyncio.shield(self._demo.reset(language))
                response = web.Response(status=204)
                if language in LANGUAGES:
                    remember_language(response, language)
                return response
        raise web.HTTPUnprocessableEntity


async def _body(request: web.Request) -> Mapping[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise web.HTTPBadRequest from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body


def _last_shown(session: Session) -> Shown | None:
    return next((entry for entry in reversed(session.log) if isinstance(entry, Shown)), None)


def _news(screen: Sequence[Bubble]) -> Mapping[str, int]:
    """The newest message of each kind that waits for this helper's decision."""
    return {
        kind: max((bubble.number for bubble in screen if any(map(order.fullmatch, _datas(bubble)))), default=0)
        for kind, order in _ORDERS.items()
    }


def _datas(bubble: Bubble) -> Iterable[str]:
    return (choice.data for choice in bubble.choices)


def _bubble(bubble: Bubble, lens: Lens) -> dict[str, Any]:
    parts = bubble.parts
    return {
        "n": bubble.number,
        "ours": bubble.ours,
        "text": bubble.text,
        "at": lens.time(bubble.at),
        "kind": bubble.kind,
        "edited": bubble.edited,
        "choices": [{"label": choice.label, "data": choice.data} for choice in bubble.choices],
        "share": bubble.asks_label,
        "parts": parts and {"encoding": parts.encoding, "characters": parts.characters, "parts": parts.parts},
    }
