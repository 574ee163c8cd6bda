"""Emergency numbers: only in danger, on a phone nobody else reads, near where they are, and checked lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.app import Library
from flows.routing.network import Contact, ContactKind, Network
from tests.bot.turns.talk import NOW, SMS, TELEGRAM, Talk, turns_for

HELPLINE = Contact(
    name="Lake helpline (invented)",
    kind=ContactKind.HELPLINE,
    number="+1 202 555 0101",
    regions=("KE",),
    checked_on=NOW.date() - timedelta(days=90),
)
CLINIC = replace(HELPLINE, name="Nakuru clinic (invented)", kind=ContactKind.MEDICAL, number="+1 202 555 0102")
THIRD = replace(HELPLINE, name="Third (invented)", number="+1 202 555 0103")
STALE = replace(HELPLINE, checked_on=NOW.date() - timedelta(days=91))
AWAY = replace(HELPLINE, regions=("SL",))
POLICE = replace(HELPLINE, kind=ContactKind.POLICE)
ARMY = replace(HELPLINE, kind=ContactKind.ARMY)


def talk_with(library: Library, contacts: Sequence[Contact], channel: str = SMS) -> Talk:
    network = Network(
        name="Test (invented)",
        countries=("KE",),
        languages=("en",),
        timezone=ZoneInfo("Africa/Nairobi"),
        contacts=tuple(contacts),
    )
    return Talk(turns_for(library, network), channel)


def heard(talk: Talk, *messages: str) -> list[str]:
    """All that was said in answer to each message."""
    said = []
    for message in messages:
        talk.say(message)
        said.append("\n".join(each.text for each in talk.outgoing))
    return said


IN_DANGER = ("hello", "1", "1", "1", "Nakuru")
"""Danger; the phone is mine; text or call; where."""


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
def test_two_numbers_stand_in_the_message_after_the_place(library: Library, channel: str) -> None:
    *before, after = heard(talk_with(library, [HELPLINE, CLINIC, THIRD], channel), *IN_DANGER)

    assert "Lake helpline (invented): +1 202 555 0101" in after
    assert "Nakuru clinic (invented): +1 202 555 0102" in after
    assert "May we tell a helper" in after
    assert "0103" not in after
    assert not any("555" in said for said in before)


def test_they_are_said_once(library: Library) -> None:
    assert "555" not in heard(talk_with(library, [HELPLINE]), *IN_DANGER, "AGAIN", "1")[-1]


@pytest.mark.parametrize("contact", [STALE, AWAY, POLICE, ARMY])
def test_a_number_that_may_harm_or_is_not_checked_is_never_shown(library: Library, contact: Contact) -> None:
    assert not any("555" in said for said in heard(talk_with(library, [contact]), *IN_DANGER, "1"))


@pytest.mark.parametrize(
    "messages",
    [
        ("hello", "1", "2", "Nakuru", "1", "1"),
        ("hello", "1", "3", "Nakuru", "1", "1"),
        ("hello", "5", "Nakuru", "1", "1"),
        ("hello", "2", "1", "Nakuru", "1", "5", "1"),
        ("hello", "4", "1", "1", "1", "Nakuru"),
    ],
)
def test_on_a_phone_others_read_and_out_of_danger_there_is_none(library: Library, messages: tuple[str, ...]) -> None:
    assert not any("555" in said for said in heard(talk_with(library, [HELPLINE]), *messages))
