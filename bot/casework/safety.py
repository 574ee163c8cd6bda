"""How a person may be reached, from what they said is safe. What they did not say is not safe.

`live` is a reply within thirty minutes on a phone not said to be shared; everything else we send is quiet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from flows.dialogue.conversation import Conversation
from flows.routing.casebook import Case, Lane
from flows.routing.hours import ALWAYS, Hours, Window, next_open

LIVE_FOR = timedelta(minutes=30)


class Way(StrEnum):
    """How a person wants to be reached. OTHER: on a number they gave. UNKNOWN: do not contact."""

    EITHER = "text_or_call"
    TEXT = "text"
    CALL = "call"
    HERE = "here"
    OTHER = "other_number"
    WRITES = "writes"
    UNKNOWN = "unknown"


_WAYS: Mapping[str, Way] = {
    "text_or_call": Way.EITHER,
    "text": Way.TEXT,
    "call": Way.CALL,
    "here": Way.HERE,
    "never": Way.WRITES,
    "write": Way.WRITES,
}
_TIMES: Mapping[str, Hours] = {
    "morning": Hours(((Window(8 * 60, 12 * 60),),) * 7),
    "afternoon": Hours(((Window(12 * 60, 17 * 60),),) * 7),
    "evening": Hours(((Window(17 * 60, 21 * 60),),) * 7),
}
OTHERS_READ = frozenset({"yes", "not_sure"})
"""Answers to whether others can read this phone that make every text unsafe."""
TEXTS = frozenset({Way.EITHER, Way.TEXT})
RINGS = frozenset({Way.EITHER, Way.CALL, Way.HERE})


def way_of(facts: Mapping[str, str]) -> Way:
    contact = facts.get("contact", "")
    if contact.lstrip("+").isdecimal():
        return Way.OTHER
    return _WAYS.get(contact, Way.UNKNOWN)


def is_quiet(case: Case | None, conversation: Conversation) -> bool:
    """Others may read this phone: by the way the intake went, or because the person said so of it."""
    if conversation.shared or case is None:
        return conversation.shared
    return case.lane is Lane.QUIET or case.facts.get("phone") in OTHERS_READ


def is_live(case: Case | None, conversation: Conversation, now: datetime) -> bool:
    wrote = conversation.received_at
    return not is_quiet(case, conversation) and wrote is not None and now - wrote <= LIVE_FOR


def may_start(case: Case, conversation: Conversation) -> bool:
    """Whether we may text them without being written to first."""
    if conversation.silenced or conversation.paused:
        return False
    return not is_quiet(case, conversation) and way_of(case.facts) in TEXTS


def good_time(case: Case, tz: ZoneInfo, now: datetime) -> datetime:
    """From when a text we start may arrive: now, or when the part of the day begins that they named."""
    return next_open(_TIMES.get(case.facts.get("contact_time", ""), ALWAYS), tz, now)


_DAY = Window(8 * 60, 20 * 60)


def daylight(facts: Mapping[str, str], *, ends_earlier: timedelta = timedelta()) -> Hours:
    """When something nobody waits for may arrive: never at night, and only in the part of the day they named."""
    less = int(ends_earlier.total_seconds()) // 60
    named = _TIMES.get(facts.get("contact_time", ""), ALWAYS).days[0][0]
    return Hours(((Window(max(named.opens, _DAY.opens), min(named.closes, _DAY.closes) - less),),) * 7)
