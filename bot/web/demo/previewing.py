"""The demo's page of every text in any language, as a cheap phone and as Telegram show it. For translators: what they
save is on it when it is opened again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from aiohttp import web

from bot.channels.simulator import Look
from bot.web.demo.preview import Preview, preview
from bot.web.desk import Desk
from bot.web.pages import language_of, page


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One text on both kinds of phones."""

    sms: Preview
    telegram: Preview


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    desk: Desk

    async def whole(self, request: web.Request) -> web.Response:
        wording = self.desk.wording
        lang, quiet = request.query.get("lang", language_of(request)), bool(request.query.get("quiet"))
        if lang not in wording.languages:
            raise web.HTTPNotFound
        flows = self.desk.voice.flows
        telegram = {each.name: each for each in preview(flows, wording, lang, Look.TELEGRAM, quiet=quiet)}
        both = [
            Both(sms=each, telegram=telegram[each.name])
            for each in preview(flows, wording, lang, Look.SMS, quiet=quiet)
            if each.name in telegram
        ]
        return page(
            request,
            "demo/preview.html",
            shown=wording.languages[lang],
            choices=tuple(wording.languages.values()),
            quiet=quiet,
            groups=[(name, list(each)) for name, each in groupby(both, key=lambda one: one.sms.group)],
            missing=sum(not one.sms.own for one in both),
        )
