"""How a page is made: Jinja templates whose English is the source text, said in the reader's language.

A template writes `say("queue.title", "Queue")`; the first word is the catalog's context, places are `{name}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web
from aiohttp.typedefs import Handler
from markupsafe import Markup

from bot.web.assets import asset_url
from bot.web.visible import visible
from bot.wording import SOURCE, Wording
from flows.dialogue.text import Text

LANGUAGES = (SOURCE, "ar")
"""The languages the pages themselves are in; what people wrote stays as they wrote it."""

COOKIE = "language"
_YEAR = 365 * 24 * 3600
_LANGUAGE = web.RequestKey("language", str)
_TEMPLATES = web.AppKey("templates", jinja2.Environment)
_WORDING = web.AppKey("wording", Wording)
AROUND: web.RequestKey[dict[str, Any]] = web.RequestKey("around", dict)
"""What every page of one part of the site shows besides, put there by its guard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Says the pages' texts in one language."""

    wording: Wording
    language: str

    def __call__(self, context: str, source: str, **values: object) -> str:
        filled = tuple((name, str(value)) for name, value in values.items())
        return self.wording.say(Text(context, source, filled), self.language)

    def text(self, text: Text) -> str:
        return self.wording.say(text, self.language)


def set_up_pages(app: web.Application, wording: Wording) -> None:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(visible=visible, receipt=receipt)
    app[_TEMPLATES] = environment
    app[_WORDING] = wording


def surroundings(wording: Wording, language: str, path: str) -> dict[str, Any]:
    """What every template finds."""
    return {
        "asset": asset_url,
        "say": Say(wording=wording, language=language),
        "language": language,
        "direction": wording.languages[language].direction,
        "languages": [wording.languages[code] for code in LANGUAGES],
        "path": path,
        "broken_texts": wording.faults,
    }


def receipt(code: str) -> Markup:
    """A case's code as people are told it: two groups of four, read left to right everywhere."""
    return Markup('<bdi class="receipt" dir="ltr">{}</bdi>').format(f"{code[:4]} {code[4:]}".strip())


def page(request: web.Request, template: str, /, *, status: int = 200, **values: object) -> web.Response:
    around = surroundings(request.app[_WORDING], language_of(request), request.path_qs)
    html = request.app[_TEMPLATES].get_template(template).render(around | request.get(AROUND, {}) | values)
    return web.Response(text=html, content_type="text/html", status=status)


# ---- the reader's language


def language_of(request: web.Request) -> str:
    return request[_LANGUAGE]


@web.middleware
async def read_language(request: web.Request, handler: Handler) -> web.StreamResponse:
    request[_LANGUAGE] = _chosen(request.cookies) or _accepted(request.headers.get("Accept-Language", ""))
    return await handler(request)


def _chosen(cookies: Mapping[str, str]) -> str | None:
    code = cookies.get(COOKIE)
    return code if code in LANGUAGES else None


def _accepted(header: str) -> str:
    """The first of the browser's languages that we have; their order is nearly always that of liking."""
    wanted = (part.partition(";")[0].strip().partition("-")[0].lower() for part in header.split(","))
    return next((code for code in wanted if code in LANGUAGES), SOURCE)


def remember_language(response: web.StreamResponse, code: str) -> None:
    response.set_cookie(COOKIE, code, max_age=_YEAR, httponly=True, samesite="Lax", path="/")


async def _switch(request: web.Request) -> web.StreamResponse:
    form = await request.post()
    code, back = str(form.get("language", "")), str(form.get("back", ""))
    if code not in LANGUAGES:
        raise web.HTTPBadRequest
    response = web.Response(status=303, headers={"Location": back if _is_here(back) else "/"})
    remember_language(response, code)
    return response


def _is_here(path: str) -> bool:
    return path.startswith("/") and not path.startswith(("//", "/\\"))


def language_routes() -> list[web.RouteDef]:
    return [web.post("/language", _switch)]
