"""The gate for what we start, over everything that can close it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.casework.safety import Way, good_time, is_live, may_start, way_of
from flows.dialogue.conversation import CaseId, Conversation, ConversationId
from flows.routing.casebook import Case, CaseState, Lane

NOON = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NAIROBI = ZoneInfo("Africa/Nairobi")
PHONE = Conversation(id=ConversationId("c"), channel="sms", received_at=NOON)


def case(*, lane: Lane = Lane.NORMAL, **facts: str) -> Case:
    return Case(
        id=CaseId("k"), receipt="7Q2M4KXT", conversation=PHONE.id, channel="sms", language="en", lane=lane,
        state=CaseState.OPEN, region="KE-31", issue="other", urgency="soon", opened_at=NOON, facts=facts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("contact", "way", "allowed"),
    [
        ("text_or_call", Way.EITHER, True),
        ("text", Way.TEXT, True),
        ("call", Way.CALL, False),
        ("never", Way.WRITES, False),
        ("write", Way.WRITES, False),
        ("here", Way.HERE, False),
        ("+254799000000", Way.OTHER, False),
        ("0799000000", Way.OTHER, False),
        ("shared", Way.UNKNOWN, False),
        ("anything else", Way.UNKNOWN, False),
        ("", Way.UNKNOWN, False),
    ],
)
def test_only_who_said_that_texts_are_safe_is_texted_first(contact: str, way: Way, *, allowed: bool) -> None:
    assert way_of({"contact": contact}) is way
    assert may_start(case(contact=contact), PHONE) is allowed


def test_a_stopped_phone_a_shared_phone_and_the_quiet_lane_close_the_gate_whatever_else_was_said() -> None:
    safe = case(contact="text")

    assert may_start(safe, PHONE)
    assert not may_start(safe, replace(PHONE, silenced=True))
    assert not may_start(safe, replace(PHONE, shared=True))
    assert not may_start(case(contact="text", lane=Lane.QUIET), PHONE)


def test_live_lasts_half_an_hour_and_never_on_a_shared_phone() -> None:
    safe, half_an_hour = case(contact="text"), timedelta(minutes=30)

    assert is_live(safe, PHONE, NOON + half_an_hour)
    assert not is_live(safe, PHONE, NOON + half_an_hour + timedelta(seconds=1))
    assert not is_live(safe, replace(PHONE, shared=True), NOON)
    assert not is_live(case(contact="text", lane=Lane.QUIET), PHONE, NOON)
    assert not is_live(safe, replace(PHONE, received_at=None), NOON)


@pytest.mark.parametrize(
    ("time", "hour"), [("morning", 8 + 24), ("afternoon", 12), ("evening", 17), ("any", 12), ("", 12), ("odd", 12)]
)
def test_a_text_waits_for_the_part_of_the_day_they_named(time: str, hour: int) -> None:
    at = good_time(case(contact_time=time), NAIROBI, NOON).astimezone(NAIROBI)

    assert at == datetime(2026, 11, 20 + hour // 24, hour % 24, tzinfo=NAIROBI)
