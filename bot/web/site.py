"""The whole web application: the channels' hooks, health, the desk, the demo where there is one, and the walls around
them. Served with `handler_cancellation=True`: a reader who leaves ends their stream at once, and what a handler writes
goes through `Store.run`, which finishes it all the same."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web.assets import asset_routes
from bot.web.demo import Demo
from bot.web.demo.pages import demo_routes
from bot.web.desk import Desk
from bot.web.desk.site import desk_routes
from bot.web.faults import speak_plainly
from bot.web.headers import protect
from bot.web.health import Health
from bot.web.origin import refuse_other_sites
from bot.web.pages import language_routes, read_language, set_up_pages
from bot.web.streams import Streams

LARGEST_BODY = 128 * 1024
"""A hook or a form is far smaller; what is larger is refused with 413 before it is read."""


def make_site(
    *, doors: Iterable[web.RouteDef], health: Health, desk: Desk, demo: Demo | None = None
) -> web.Application:
    """`doors`: the channels' own routes. Without `demo`, `/` leads to the desk."""
    app = web.Application(middlewares=[read_language, speak_plainly, refuse_other_sites], client_max_size=LARGEST_BODY)
    streams = Streams()
    set_up_pages(app, desk.wording)
    app.on_response_prepare.append(protect)
    app.on_shutdown.append(streams.close)
    app.add_routes([*doors, *asset_routes(), *language_routes(), *health.routes()])
    app.add_routes(desk_routes(desk, streams))
    if demo is not None:
        app.add_routes(demo_routes(demo, desk, streams))
    app.router.add_get("/", _leads_to("/demo" if demo else "/desk"))
    return app


def _leads_to(path: str) -> Handler:
    async def lead(request: web.Request) -> web.Response:
        return web.Response(status=303, headers={"Location": path})

    return lead
