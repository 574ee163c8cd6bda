"""The desk's routes, and what its pages listen to."""

from __future__ import annotations

from aiohttp import web

from bot.web.desk.acts import ActPages
from bot.web.desk.calls import CallPages
from bot.web.desk.case import CasePages
from bot.web.desk.desk import Desk
from bot.web.desk.queue import QueuePages
from bot.web.desk.signing import Signing
from bot.web.streams import Streams, Tell, Watch
from storage.bells import Bell


def desk_routes(desk: Desk, streams: Streams) -> list[web.RouteDef]:
    signing, queue, case, acts, calls = (
        Signing(desk),
        QueuePages(desk),
        CasePages(desk),
        ActPages(desk),
        CallPages(desk),
    )

    async def events(request: web.Request) -> web.StreamResponse:
        async def still_signed_in() -> bool:
            return await signing.present(request, by_itself=True) is not None

        return await streams.serve(request, [queue_changes(desk)], may_go_on=still_signed_in)

    async def start(request: web.Request) -> web.StreamResponse:
        return web.Response(status=303, headers={"Location": "/desk/queue"})

    return [
        *signing.routes(),
        web.get("/desk", start),
        web.get("/desk/queue", signing.guarded(queue.whole)),
        web.get("/desk/queue/piece", signing.guarded(queue.piece, by_itself=True)),
        web.get("/desk/cases/{case}", signing.guarded(case.whole)),
        web.get("/desk/cases/{case}/piece", signing.guarded(case.piece, by_itself=True)),
        web.get("/desk/cases/{case}/{act}", signing.guarded(acts.ask)),
        web.post("/desk/cases/{case}/{act}", signing.guarded(acts.do)),
        web.get("/desk/calls", signing.guarded(calls.whole)),
        web.get("/desk/calls/piece", signing.guarded(calls.piece, by_itself=True)),
        web.post("/desk/calls/{call}/got", signing.guarded(calls.got)),
        web.get("/desk/events", signing.guarded(events, by_itself=True)),
    ]


def queue_changes(desk: Desk) -> Watch:
    """Tells at once, since a page may be older than its connection, and then whenever a case looks different."""

    async def watch(tell: Tell) -> None:
        while True:
            heard = desk.store.rings(Bell.CASES)
            tell("queue-changed", "")
            await desk.store.wait(Bell.CASES, heard=heard)

    return watch
