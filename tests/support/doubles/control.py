"""The other side of a double: what people do (POST /control/<deed>) and see (GET /control/<view>).

A view takes `least` (and `within` seconds) to wait until it has that many rows, so that no test sleeps.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from tests.support.doubles.journal import Journal

Deed = Callable[..., Awaitable[Any]]
View = Callable[..., list[dict[str, Any]]]

PATIENCE = 10.0


class Impossible(Exception):
    """Asked for something no person could do, such as tapping a button that is not shown."""


def routes(deeds: Mapping[str, Deed], views: Mapping[str, View], journal: Journal) -> list[web.RouteDef]:
    views = {**views, "journal": _journal_view(journal)}

    async def act(request: web.Request) -> web.Response:
        deed = deeds.get(request.match_info["deed"])
        facts = await request.json() if request.can_read_body else {}
        try:
            if deed is None:
                raise Impossible(f"no such deed; there are {', '.join(sorted(deeds))}")
            _fits(deed, facts)
            return web.json_response({"result": await deed(**facts)})
        except (Impossible, ValueError) as problem:
            return web.json_response({"error": str(problem)}, status=400)

    async def look(request: web.Request) -> web.Response:
        view = views.get(request.match_info["view"])
        query: dict[str, str] = dict(request.query)
        least, within = int(query.pop("least", "0")), float(query.pop("within", PATIENCE))
        try:
            if view is None:
                raise Impossible(f"no such view; there are {', '.join(sorted(views))}")
            _fits(view, query)
            await journal.until(lambda: len(view(**query)) >= least, within)
            rows = view(**query)
            if len(rows) < least:
                raise Impossible(f"{len(rows)} of {least} rows after {within:g} s: {rows}")
            return web.json_response({"result": rows})
        except (Impossible, ValueError) as problem:
            return web.json_response({"error": str(problem)}, status=400)

    return [web.post("/control/{deed}", act), web.get("/control/{view}", look)]


def _fits(function: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    try:
        inspect.signature(function).bind(**arguments)
    except TypeError as error:
        raise Impossible(f"{error}; it takes {inspect.signature(function)}") from error


def _journal_view(journal: Journal) -> View:
    def entries(since: str = "0", **facts: str) -> list[dict[str, Any]]:
        return journal.entries(int(since), **facts)

    return entries
