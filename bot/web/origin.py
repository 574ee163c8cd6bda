"""Refuses what another site's page sends in the name of someone who is signed in here.

Browsers say where a request comes from: `Sec-Fetch-Site` (over https and on this machine) or else `Origin`. A
provider's hook comes from no browser and carries its own signature, so hooks are left alone.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

_CHANGES_NOTHING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({"same-origin", "none"})
_HOOKS = "/hooks/"


@web.middleware
async def refuse_other_sites(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.method not in _CHANGES_NOTHING and not request.path.startswith(_HOOKS) and not _is_own(request):
        raise web.HTTPForbidden
    return await handler(request)


def _is_own(request: web.Request) -> bool:
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in _OWN
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host
