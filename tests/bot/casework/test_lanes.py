"""Words for danger from a phone to the case: the lane, the urgency and why, whom it may reach, what is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.casework.facts import held_for, is_defender_threatened, situation
from flows.routing.casebook import EntryKind, Lane
from tests.bot.casework.line import SMS, TELEGRAM, Library, Line, Person

TO_THE_STORY = ("hello", "4", "1", "1", "9")
"""Nobody in trouble, me, yes, other: they are asked to tell it."""
REST_OF_DANGER = ("1", "1", "Nakuru", "1")


async def writes(line: Line, *words: str, channel: str = SMS) -> Person:
    amina = line.person("+254700000001" if channel == SMS else "1", channel)
    for each in words:
        await amina.says(each)
    return amina


async def reasons(line: Line, person: Person) -> str:
    return next(each.reason for each in await line.timeline(person) if each.kind is EntryKind.OPENED)


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("i do not know what to do, i want to die", "wants_to_die"),
        ("they threaten me because of my work for the community", "defender"),
        ("he beats us every night", "danger"),
    ],
)
async def test_words_in_the_middle_of_a_story_change_the_lane_and_say_why(
    line: Line, words: str, why: str, channel: str
) -> None:
    amina = await writes(line, *TO_THE_STORY, words, *REST_OF_DANGER, channel=channel)

    case = await line.case(amina)
    assert (case.lane, case.urgency) == (Lane.DANGER, "emergency")
    assert await reasons(line, amina) == why


async def test_someone_missing_is_held_and_said_to_be_missing(line: Line) -> None:
    brother = await writes(line, "my brother is missing since soldiers came", "1", "Nakuru", "1", "5", "1")

    case = await line.case(brother)
    assert case.lane is Lane.HELD
    assert await reasons(line, brother) == "missing"


async def test_what_was_said_before_counts_with_what_is_said_later(line: Line) -> None:
    """Neither a defender nor a threat alone is an alarm."""
    amina = await writes(line, *TO_THE_STORY, "i work on human rights here")
    before = amina.heard()
    assert not any("on duty" in said for said in before), before
    await amina.says("we get threats at night")
    assert "on duty" in amina.heard()[-1]


async def test_a_threatened_defender_reaches_only_those_trained_for_it(line: Line) -> None:
    ordinary = await line.files(lane=Lane.DANGER, issue="violence_abuse")
    defender = await line.files("+254700000002", lane=Lane.DANGER, issue="violence_abuse", heard="defender,threat")

    assert await line.referrals(ordinary)
    assert not await line.referrals(defender)


async def test_words_for_danger_after_it_was_sent_call_a_person(line: Line) -> None:
    amina = await line.files()
    await amina.says("i want to die")

    assert EntryKind.PAGED in await line.happened(amina)


async def test_a_second_case_within_a_day_is_marked(line: Line) -> None:
    await line.files()
    amina = await line.files()

    assert (await reasons(line, amina)).endswith("wrote_again")


@pytest.mark.parametrize(("since", "at_most"), [("today", 34), ("yesterday", 58), ("days", 82)])
async def test_the_clock_of_a_detention_goes_on(line: Line, since: str, at_most: int) -> None:
    nia = await line.joins("Nia", "90")
    brother = await writes(
        line, "my brother was arrested", "1", "Nakuru", {"today": "1", "yesterday": "2"}.get(since, "3")
    )
    for each in ("5", "1"):
        await brother.says(each)
    assert await reasons(line, brother) == "held_72"
    await line.passes(hours=10)
    nia.heard()
    nia_takes = next(label for label in nia.buttons if "have it" in label)
    await nia.taps(nia_takes)

    assert f"They may be held for up to {at_most} hours by now." in "\n".join(nia.screen)


def test_longer_ago_or_unknown_is_not_counted_in_hours() -> None:
    assert held_for({"held_since": "longer"}) is None
    assert held_for({}) is None


@pytest.mark.parametrize(
    ("lane", "facts", "level", "why"),
    [
        (Lane.NORMAL, {"issue": "violence_abuse.sexual_violence"}, "emergency", "usual_emergency"),
        (Lane.NORMAL, {"issue": "violence_abuse.partner_violence"}, "urgent", "usual_urgent"),
        (Lane.NORMAL, {"issue": "public_services.health_care"}, "urgent", "usual_urgent"),
        (Lane.HELD, {"issue": "detention_police", "held_state": "minor"}, "emergency", "held"),
        (Lane.NORMAL, {"issue": "detention_police.arbitrary_detention"}, "emergency", "usual_emergency"),
        (Lane.NORMAL, {"issue": "detention_police", "who": "minor"}, "emergency", "usual_urgent"),
        (Lane.NORMAL, {"issue": "other.court_process", "date": "not_sure"}, "urgent", "court_paper"),
        (Lane.NORMAL, {"issue": "other.court_process"}, "urgent", "court_paper"),
        (Lane.NORMAL, {"issue": "other.court_process", "date": "no"}, "soon", "usual_soon"),
        (Lane.NORMAL, {"issue": "other.court_process", "date": "2026-12-10"}, "soon", "date_this_month"),
        (Lane.NORMAL, {"issue": "other.court_process", "date": "2026-11-24"}, "urgent", "date_this_week"),
    ],
)
def test_each_level_of_the_rules_is_reached_by_what_can_be_known(
    library: Library, lane: Lane, facts: dict[str, str], level: str, why: str
) -> None:
    found, said = library.issues.rules.judge(
        situation(lane, "", facts, library.issues, datetime(2026, 11, 20, 9, tzinfo=UTC))
    )

    assert (found, said[0].code) == (level, why)


def test_a_defender_who_is_not_threatened_is_not_treated_as_one() -> None:
    assert not is_defender_threatened(Lane.NORMAL, {"heard": "defender"})
    assert is_defender_threatened(Lane.NORMAL, {"heard": "defender", "issue": "violence_abuse"})
