"""Two questions an operator's machine asks. /healthz: does the process answer. /readyz: can it serve people, and who is
there for them. No word, number or place of anyone is in the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from bot.casework.roster import is_covered
from flows.routing.network import Network
from storage import Store, Tx
from storage.errors import StoreUnreachable

LATE_AFTER = timedelta(minutes=10)
"""A message that waits longer than this to be sent is worth a look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    store: Store
    network: Network

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", self._alive), web.get("/readyz", self._ready)]

    async def _alive(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _ready(self, request: web.Request) -> web.Response:
        """503 only for what another process could do better; a provider that takes no messages is told, not failed."""
        try:
            current = await self.store.is_current()
            async with self.store.reading() as tx:
                told = await self._told(tx)
        except StoreUnreachable:
            return web.json_response({"ready": False, "database": "unreachable"}, status=503)
        tables = "current" if current else "outdated"
        return web.json_response(
            {"ready": current, "database": "ok", "tables": tables, **told}, status=200 if current else 503
        )

    async def _told(self, tx: Tx) -> Mapping[str, object]:
        waiting = await tx.outbox.waiting()
        age = tx.now - waiting.oldest_at if waiting.oldest_at else timedelta()
        return {
            "outbox": {
                "waiting": waiting.queued,
                "oldest_seconds": max(round(age.total_seconds()), 0),
                "late": age > LATE_AFTER,
            },
            "on_call": "ready" if await is_covered(tx, self.network) else "nobody",
        }
