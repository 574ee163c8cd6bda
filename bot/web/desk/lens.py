"""Codes into words, in one reader's language: regions, issues, languages, reasons, times, and how much time is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.web.desk.desk import Desk
from bot.web.pages import Say, language_of
from flows.routing.reasons import text_of
from flows.triage.reasons import Reason

_SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Time until something is due: in words, and how pressing (`over`, `soon`, `later`)."""

    words: str
    how: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    desk: Desk
    say: Say

    @classmethod
    def of(cls, request: web.Request, desk: Desk) -> Lens:
        return cls(desk=desk, say=Say(wording=desk.wording, language=language_of(request)))

    @property
    def language(self) -> str:
        return self.say.language

    def region(self, code: str) -> str:
        """`Nakuru, Kenya`; empty for an unknown place."""
        if not code:
            return ""
        tree = self.desk.regions
        name, country = tree.name(code, self.language), tree.ancestors(code)[-1]
        if code == country:
            return name
        return self.say("desk.place", "{region}, {country}", region=name, country=tree.name(country, self.language))

    def issue(self, node: str) -> str:
        issue = self.desk.issues.get(node)
        return self.say.text(issue.text) if issue else node

    def language_name(self, code: str) -> str:
        known = self.desk.wording.languages.get(code)
        return known.name if known else code

    def reason(self, reason: Reason) -> str:
        urgent = self.desk.issues.rules.texts().get(reason.code)
        return self.say.text(urgent or text_of(reason))

    def way(self, code: str) -> str:
        """How a person may be reached."""
        return self.say.text(self.desk.voice.phrase(f"contact_{code}"))

    def moment(self, at: datetime) -> str:
        """`Sat 21 Nov, 16:00`, in the network's time."""
        from babel.dates import format_skeleton

        day = format_skeleton("MMMEd", self._local(at), locale=self._locale)
        return self.say("desk.moment", "{day}, {time}", day=day, time=self.time(at))

    def time(self, at: datetime) -> str:
        return f"{self._local(at):%H:%M}"

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(str(self.desk.network.timezone)))

    def span(self, length: timedelta) -> str:
        from babel.dates import format_timedelta

        return str(format_timedelta(length, threshold=1.5, locale=self._locale))

    def left(self, due: datetime | None, now: datetime) -> Left | None:
        if due is None:
            return None
        length = due - now
        span = self.span(max(abs(length), timedelta(minutes=1)))
        if length < timedelta():
            return Left(words=self.say("desk.over", "{time} late", time=span), how="over", at=self.moment(due))
        how = "soon" if length <= _SOON else "later"
        return Left(words=self.say("desk.left", "{time} left", time=span), how=how, at=self.moment(due))

    @property
    def _locale(self) -> str:
        return self.desk.wording.languages[self.language].formatting
