"""Open calls for a person: whoever is on duty says that they have one, and the others stop being called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from bot.casework.roster import Seat, roster
from bot.web.desk.desk import Desk
from bot.web.desk.lens import Lens
from bot.web.desk.signing import member_of
from bot.web.pages import page
from flows.routing.casebook import Case, Member, Page, PageId
from storage import Tx, scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`facts`: what is safe to know of it: language, region, how contact is safe."""

    page: Page
    since: str
    case: Case | None
    facts: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnRota:
    """`comes`: when an absent one's hours begin. `answered`: how long ago one of their phones last answered."""

    seat: Seat
    comes: str
    answered: str


class CallPages:
    """Only for members who see the network's cases; anyone else finds no such page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def whole(self, request: web.Request) -> web.Response:
        return await self._show(request, "desk/calls.html")

    async def piece(self, request: web.Request) -> web.Response:
        return await self._show(request, "desk/calls_piece.html")

    async def got(self, request: web.Request) -> web.StreamResponse:
        member, lens = member_of(request), Lens.of(request, self._desk)

        async def acknowledge(tx: Tx) -> bool:
            found = await tx.pages.get(PageId(request.match_info["call"]))
            if found is None:
                raise web.HTTPNotFound
            return await self._desk.casework.acknowledge(tx, found, member)

        if await self._desk.store.run(acknowledge):
            return web.Response(status=303, headers={"Location": "/desk/calls?done=got"})
        refused = lens.say("calls.faster", "Someone else has this call already.")
        return await self._show(request, "desk/calls.html", refused=refused, status=422)

    async def _show(self, request: web.Request, template: str, *, refused: str = "", status: int = 200) -> web.Response:
        member, lens = member_of(request), Lens.of(request, self._desk)
        if not scope(member).network:
            raise web.HTTPNotFound
        async with self._desk.store.reading() as tx:
            reader = replace(member, language=lens.language)
            calls = [await self._call(tx, each, lens, reader) for each in await tx.pages.open_pages()]
            seats = [_on_rota(each, lens, tx.now) for each in await roster(tx, self._desk.network)]
        return page(
            request,
            template,
            status=status,
            calls=calls,
            seats=seats,
            refused=refused,
            done=request.query.get("done", ""),
            member=member,
            desk=self._desk,
        )

    async def _call(self, tx: Tx, found: Page, lens: Lens, reader: Member) -> Call:
        about = found.case or (await tx.conversations.get(found.conversation)).case
        case = await tx.cases.get(about) if about else None
        _, *facts = await self._desk.casework.call_facts(tx, found, reader)
        return Call(
            page=found,
            since=lens.span(tx.now - found.opened_at),
            case=case,
            facts=[line if isinstance(line, str) else lens.say.text(line) for line in facts],
        )


def _on_rota(seat: Seat, lens: Lens, now: datetime) -> OnRota:
    return OnRota(
        seat=seat,
        comes=lens.moment(seat.comes_at) if seat.comes_at else "",
        answered=lens.span(now - seat.answered_at) if seat.answered_at else "",
    )
