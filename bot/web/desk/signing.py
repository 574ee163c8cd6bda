"""Who is at the desk: one-time links, sessions, and the guard before every page."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.casework.roster import is_covered
from bot.web.desk.desk import Desk
from bot.web.pages import AROUND, page
from flows.routing.casebook import Member
from storage import Tx

_MEMBER = web.RequestKey("member", Member)
_SIGN_IN = "/desk/sign-in"


def member_of(request: web.Request) -> Member:
    """Who asks; only behind the guard."""
    return request[_MEMBER]


class Signing:
    """A link's page only shows a button, so that a messenger's preview of the link does not use it up."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._cookie = "__Host-desk" if desk.secure else "desk"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(_SIGN_IN, self._how),
            web.get(_SIGN_IN + "/{token}", self._offer),
            web.post(_SIGN_IN + "/{token}", self._sign_in),
            web.post("/desk/sign-out", self._sign_out),
        ]

    def guarded(self, handler: Handler, *, by_itself: bool = False) -> Handler:
        """`by_itself`: the page's own script asks, which is no sign that anyone is there."""

        async def guard(request: web.Request) -> web.StreamResponse:
            member = await self.present(request, by_itself=by_itself)
            if member is None:
                return self._away(request)
            request[_MEMBER] = member
            async with self._desk.store.reading() as tx:
                request[AROUND] = {"covered": await is_covered(tx, self._desk.network)}
            return await handler(request)

        return guard

    async def present(self, request: web.Request, *, by_itself: bool) -> Member | None:
        token, store = request.cookies.get(self._cookie), self._desk.store
        member: Member | None = None
        if token and by_itself:
            async with store.reading() as tx:
                member = await tx.members.glance(token)
        elif token:
            member = await store.run(lambda tx: tx.members.session(token))
        if member is None and self._desk.guest is not None:
            async with store.reading() as tx:
                member = await tx.members.get(self._desk.guest)
        return member

    def _away(self, request: web.Request) -> web.Response:
        if request.headers.get("HX-Request") == "true":
            return web.Response(status=401, headers={"HX-Redirect": _SIGN_IN})
        return web.Response(status=303, headers={"Location": _SIGN_IN})

    async def _how(self, request: web.Request) -> web.Response:
        return page(request, "desk/sign_in.html", state="how", action="")

    async def _offer(self, request: web.Request) -> web.Response:
        return page(request, "desk/sign_in.html", state="offer", action=request.path)

    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        async def begin(tx: Tx) -> str | None:
            member = await tx.members.spend_token(request.match_info["token"])
            if member is None:
                return None
            await tx.audit.add("signed_in", actor=member.id)
            return await tx.members.start_session(member.id)

        session = await self._desk.store.run(begin)
        if session is None:
            return page(request, "desk/sign_in.html", status=410, state="spent", action="")
        response = web.Response(status=303, headers={"Location": "/desk/queue"})
        response.set_cookie(
            self._cookie, session, httponly=True, secure=self._desk.secure, samesite="Lax", path="/", max_age=None
        )
        return response

    async def _sign_out(self, request: web.Request) -> web.StreamResponse:
        token = request.cookies.get(self._cookie)
        if token:
            await self._desk.store.run(lambda tx: tx.members.end_session(token))
        response = web.Response(status=303, headers={"Location": _SIGN_IN, "Clear-Site-Data": '"cache"'})
        response.del_cookie(self._cookie, path="/", secure=self._desk.secure, httponly=True, samesite="Lax")
        return response
