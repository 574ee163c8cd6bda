"""What a person sees when something cannot be done: a calm page that says what and what to do, never a trace."""

from __future__ import annotations

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web.pages import page
from storage.errors import StoreUnreachable

log = structlog.get_logger(__name__)

_OWN_WORDS = frozenset({403, 404, 405, 413, 429, 503})
_HOOKS = "/hooks/"


@web.middleware
async def speak_plainly(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The process's edge towards browsers. Hooks answer their providers in their own words."""
    if request.path.startswith(_HOOKS):
        return await handler(request)
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return fault(request, error.status, headers=_allowed(error))
    except StoreUnreachable:
        log.error("page_refused", code="store_unreachable")
        return fault(request, 503)
    except Exception as error:  # the edge: nobody is ever shown a trace
        log.error("page_broke", code=type(error).__name__)
        return fault(request, 500)


def fault(request: web.Request, status: int, *, headers: dict[str, str] | None = None) -> web.Response:
    """A page that refreshes itself and finds that its case is gone is loaded anew, so that nothing of it stays."""
    kind = status if status in _OWN_WORDS else 400 if status < 500 else 500
    response = page(request, "fault.html", status=status, kind=kind)
    response.headers.update(headers or {})
    if status == 404 and request.headers.get("HX-Request") == "true":
        response.headers["HX-Refresh"] = "true"
    return response


def _allowed(error: web.HTTPException) -> dict[str, str]:
    return {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
