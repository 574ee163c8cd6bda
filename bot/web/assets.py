"""The files a page loads: styles, scripts, fonts. Each is named with a piece of its hash, so a browser keeps it for
good and still sees a change at once; text is sent compressed, which on a slow line is most of the waiting."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_TEXT = frozenset({".css", ".js", ".svg"})
_FOR_GOOD = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    body: bytes
    squeezed: bytes | None
    type: str
    mark: str


@cache
def _assets() -> dict[str, Asset]:
    """Every file that can be asked for, by its path below the folder. Nothing else is ever read."""
    paths = (path for path in sorted(FOLDER.rglob("*")) if path.suffix in _TYPES)
    return {path.relative_to(FOLDER).as_posix(): _asset(path) for path in paths}


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(
        body=body,
        squeezed=gzip.compress(body, mtime=0) if path.suffix in _TEXT else None,
        type=_TYPES[path.suffix],
        mark=hashlib.sha256(body).hexdigest()[:12],
    )


def asset_url(name: str) -> str:
    """Raises KeyError for a file that is not there: a page that names one is broken."""
    return f"/static/{name}?v={_assets()[name].mark}"


async def _serve(request: web.Request) -> web.Response:
    asset = _assets().get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    headers = {
        "Cache-Control": _FOR_GOOD if request.query.get("v") == asset.mark else _ASK_FIRST,
        "ETag": f'"{asset.mark}"',
        "Vary": "Accept-Encoding",
    }
    if any(tag.value == asset.mark for tag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    if asset.squeezed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return web.Response(body=asset.squeezed, content_type=asset.type, headers=headers)
    return web.Response(body=asset.body, content_type=asset.type, headers=headers)


def asset_routes() -> list[web.RouteDef]:
    return [web.get("/static/{name:.+}", _serve)]
