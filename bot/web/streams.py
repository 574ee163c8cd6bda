"""Open connections by which a page hears that something changed. They carry names of events, never a word of a case:
the page then fetches what its reader may see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

from aiohttp import web

from storage.errors import StoreUnreachable

PING_AFTER = 15.0
Tell = Callable[[str, str], None]
"""tell(event, data): data is a name of ours, such as which phone."""
Watch = Callable[[Tell], Coroutine[Any, Any, None]]
"""Watches something for the life of one connection and tells of each change."""
_OVER = ("", "")


class News:
    """What one connection has yet to say. The same news twice is said once, so a slow reader holds nothing up."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], None] = {}
        self._some = asyncio.Event()

    def tell(self, event: str, data: str = "") -> None:
        self._waiting[event, data] = None
        self._some.set()

    async def next(self) -> Iterable[tuple[str, str]]:
        await self._some.wait()
        self._some.clear()
        news, self._waiting = self._waiting, {}
        return news


class Streams:
    """Every open connection of the application, so that stopping it does not wait for any of them."""

    def __init__(self) -> None:
        self._open: set[News] = set()

    async def close(self, app: web.Application) -> None:
        for news in self._open:
            news.tell(*_OVER)

    async def serve(
        self,
        request: web.Request,
        watches: Iterable[Watch],
        *,
        may_go_on: Callable[[], Awaitable[bool]],
    ) -> web.StreamResponse:
        """Streams until the reader leaves, the application stops, or `may_go_on` (asked at each news and ping) says
        no. The first news is told at once, since the page may be older than the connection."""
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        )
        await response.prepare(request)
        news = News()
        self._open.add(news)
        try:
            async with asyncio.TaskGroup() as group:
                watching = [group.create_task(watch(news.tell)) for watch in watches]
                await self._say(response, news, may_go_on)
                for task in watching:
                    task.cancel()
        except* StoreUnreachable:
            pass  # the page's script connects again
        finally:
            self._open.discard(news)
        return response

    async def _say(self, response: web.StreamResponse, news: News, may_go_on: Callable[[], Awaitable[bool]]) -> None:
        while True:
            try:
                async with asyncio.timeout(PING_AFTER):
                    told = await news.next()
            except TimeoutError:
                told = ()
            if _OVER in told or not await may_go_on():
                return
            lines = [f"event: {event}\ndata: {data}\n\n" for event, data in told] or [": ping\n\n"]
            try:
                await response.write("".join(lines).encode())
            except ConnectionResetError:
                return
