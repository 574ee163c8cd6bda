"""Messages as people really send them: in a row, too late, with signs, with more behind, or not knowing the answer."""

from __future__ import annotations

import pytest

from flows.dialogue import engine
from flows.dialogue.definition import NOT_KNOWN, NOT_SAID
from flows.dialogue.events import Consented, Lost
from flows.dialogue.questions import NONE
from flows.dialogue.reading import Reader, make_reader
from flows.dialogue.session import Answered
from flows.dialogue.text import Text
from flows.dialogue.words import Command
from tests.flows.dialogue.walks import LANGUAGES, Walk, flows_of, in_english, places, reader, shipped, words

STORY = """
flow: told
title: Told
terms: {quiet: others == yes}
steps:
  - {ask: others, type: yes_no, text: Do others read this?, label: Others}
  - {ask: kind, type: choice, text: Which?, options: {land: "Land, home", work: Work}, label: Kind}
  - {ask: story, type: text, most: 600, text: Tell us., label: Story}
  - ask: sides
    type: many
    text: Who?
    options: {family: Family, neighbour: Neighbour, chief: Chief}
  - {ask: people, type: number, least: 1, text: How many?}
  - {ask: agree, type: consent, purpose: share, text: May we?, options: {"yes": "Yes", "no": "No"}}
  - {ask: day, type: date, text: When?, label: Day}
  - {ask: number, type: phone, text: Another number?}
  - {ask: name, type: text, most: 60, text: Your name?}
  - {end: done, text: Done.}
"""


def told(*answers: str, pace: int = 120) -> Walk:
    walk = Walk(flows_of(STORY), "told").say(*answers)
    walk.pace = pace
    return walk


def nepali() -> Reader:
    flows = flows_of(STORY)
    return make_reader(
        flows,
        "ne",
        translate=in_english,
        words=words("ne", "en"),
        languages=[("ne", "Nepali"), ("en", "English")],
        places=places(),
        countries=("NP",),
        menu=9,
        calendar="bikram_sambat",
        clock="12",
    )


TO_SIDES = ("no", "land", "My neighbour took my land last year")
TO_AGREE = (*TO_SIDES, "1", "4")
TO_DAY = (*TO_AGREE, "yes")


# ---- more words behind an answer


@pytest.mark.parametrize(
    ("before", "text", "step", "value"),
    [
        (("no",), "1 but he comes back at night", "kind", "land"),
        (TO_SIDES, "1 and 3 but he comes back at night", "sides", ("family", "chief")),
        (TO_SIDES, "1 and 3, both of them", "sides", ("family", "chief")),
        ((*TO_SIDES, "1"), "about twelve people", "people", 12),
        (TO_AGREE, "yes my brother too", "agree", "yes"),
        (TO_AGREE, "yes please", "agree", "yes"),
        (TO_DAY, "monday in the big court", "day", "2026-11-30"),
        ((*TO_DAY, "monday"), "0700 000 001 call after five", "number", "0700000001"),
    ],
)
def test_an_answer_keeps_the_words_behind_it(before: tuple[str, ...], text: str, step: str, value: object) -> None:
    walk = told(*before).say(text)
    assert walk.given[step] == value
    (given,) = (each for each in engine.given(walk.flows, walk.session, reader=walk.reader) if each.step == step)
    assert given.said == text


@pytest.mark.parametrize(
    "text",
    ["yes but not to him", "yes if nobody hears", "no problem", "yes or no", "maybe", "yes 2", "one", "yess", "👍"],
)
def test_consent_is_only_what_is_plainly_a_yes_or_a_no(text: str) -> None:
    walk = told(*TO_AGREE).say(text)
    assert walk.at == "agree"
    assert walk.happened(Consented) == []


def test_an_alarm_behind_an_answer_is_heard() -> None:
    walk = Walk(shipped()).say("4", "1 but he will kill me")
    assert walk.at == "danger_phone"


# ---- labels, numbers in words, one letter wrong


@pytest.mark.parametrize("text", ["2", "two", "option 2", "no. 2", "second", "work", "2️⃣", "#2"])
def test_a_line_is_named_in_many_ways(text: str) -> None:
    assert told("no").say(text).given["kind"] == "work"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("neig", ("neighbour",)),
        ("neighbor", ("neighbour",)),
        ("famly", ("family",)),
        ("chie, famil", ("chief", "family")),
    ],
)
def test_a_label_may_be_short_or_misspelt(text: str, value: tuple[str, ...]) -> None:
    assert told(*TO_SIDES).say(text).given["sides"] == value


@pytest.mark.parametrize("text", ["one of my brothers was there", "1-3", "fam and somebody", "chi"])
def test_what_is_not_plain_is_no_line(text: str) -> None:
    assert "sides" not in told(*TO_SIDES).say(text).given


# ---- "I do not know", "I'd rather not say"


@pytest.mark.parametrize(
    ("text", "value"), [("I don't know", NOT_KNOWN), ("sijui", NOT_KNOWN), ("I'd rather not say", NOT_SAID)]
)
@pytest.mark.parametrize("before", [("no",), ("no", "land"), TO_SIDES, (*TO_SIDES, "1"), TO_DAY, (*TO_DAY, "monday")])
def test_not_to_know_or_not_to_say_is_an_answer(before: tuple[str, ...], text: str, value: str) -> None:
    flows = flows_of(STORY)
    walk = Walk(flows, "told", read=reader(flows, "sw")).say(*before)
    step = walk.at
    walk.say(text)
    assert walk.given[step] == value
    assert walk.at != step


def test_not_to_know_is_never_consent() -> None:
    walk = told(*TO_AGREE).say("I don't know")
    assert (walk.at, walk.said) == ("agree", ["phrases.needed.text"])
    walk = Walk(shipped()).say("4", "1", "not sure")
    assert walk.asked.text.context == "intake.consent.more.tells.text"


def test_no_question_of_the_intake_is_a_dead_end_for_who_does_not_know() -> None:
    walk = Walk(shipped()).say("I don't know")
    assert (walk.at, walk.said) == ("opening", ["phrases.needed.text"])
    walk.say("4", "I don't know")
    assert walk.at == "consent"
    seen = []
    walk.say("1")
    while walk.at not in ("summary", ""):
        seen.append(walk.at)
        assert seen.count(walk.at) <= 2
        walk.say("I don't know")
    assert {"issue", "place"} <= set(seen)
    assert walk.given["quiet_contact"] == "write"
    assert walk.given["place"] == NOT_KNOWN


# ---- signs


@pytest.mark.parametrize(("text", "value"), [("👍", "yes"), ("👎", "no"), ("✅🙏", "yes"), ("❌", "no")])
def test_a_thumb_is_a_yes_or_a_no(text: str, value: str) -> None:
    assert told().say(text).given["others"] == value


def test_other_signs_are_asked_again_gently_and_do_not_count_at_first() -> None:
    walk = told("no")
    assert (walk.say("😭").said, walk.at) == (["phrases.sign.text"], "kind")
    walk.say("😭", "😭")
    assert walk.happened(Lost) == []
    assert walk.say("😭").happened(Lost) == [Lost("kind")]


def test_a_call_for_help_in_a_sign_is_a_call_for_a_person() -> None:
    assert reader(flows_of(STORY)).command("🆘") is Command.PERSON


# ---- messages in a row


def test_a_story_in_five_parts_is_one_story() -> None:
    walk = told("no", "land", pace=3).say("My neighbour took my land last year")
    asked = []
    for part in (
        "he moved the fence at night",
        "then the chief came to us",
        "he said it is not ours",
        "we have a paper from 1987",
    ):
        walk.say(part)
        asked.append(walk.at)
    assert asked == ["sides", "", "", ""]
    story = walk.given["story"]
    assert isinstance(story, str)
    assert story.count("\n") == 4
    assert story.endswith("we have a paper from 1987")
    assert walk.say("1").given["sides"] == ("family",)


def test_a_story_goes_on_for_a_while_but_an_answer_is_an_answer() -> None:
    walk = told("no", "land", "My neighbour took my land last year", pace=60).say("he moved the fence at night")
    assert walk.at == "sides"
    assert "fence" in str(walk.given["story"])
    assert walk.say("family").given["sides"] == ("family",)


def test_words_sent_before_the_first_question_was_seen_are_kept() -> None:
    walk = Walk(shipped(), first="hello", pace=3)
    walk.say("my father died in March", "my uncle took the house", "we have nowhere to go", "what can we do now")
    assert walk.happened(Lost) == []
    assert "my uncle took the house" in engine.first_words(walk.session)
    assert "what can we do now" in engine.first_words(walk.session)
    assert walk.say("4").at == "who"


def test_words_that_were_not_understood_are_kept_for_a_person() -> None:
    walk = told("no").say("the one by the river")
    assert engine.first_words(walk.session) == "the one by the river"


# ---- a late answer


def test_an_answer_to_the_question_before_is_asked_about() -> None:
    walk = told("no", "land", pace=20).say("my land", "work")
    assert walk.at != "@late", "it fits only where the question before was a list"
    flows = flows_of(STORY.replace("  - {ask: story, type: text, most: 600, text: Tell us., label: Story}\n", ""))
    walk = Walk(flows, "told", pace=20).say("no", "land", "work")
    assert (walk.at, walk.options) == ("@late", ["yes", "no"])
    assert walk.say("1").given["kind"] == "work"
    assert walk.at == "sides"


def test_a_late_answer_may_turn_out_to_be_none() -> None:
    flows = flows_of(STORY.replace("  - {ask: story, type: text, most: 600, text: Tell us., label: Story}\n", ""))
    walk = Walk(flows, "told", pace=20).say("no", "land", "work", "no")
    assert (walk.at, walk.given["kind"]) == ("sides", "land")
    assert engine.first_words(walk.session) == "work"
    assert Walk(flows, "told", pace=120).say("no", "land", "work").at == "sides"


# ---- the first message


def test_a_place_in_the_first_message_is_offered_and_not_taken() -> None:
    walk = Walk(shipped(), first="I am in Nakuru, they took my land").say("4", "1", "1", "1")
    assert (walk.at, walk.options) == ("place", ["KE-31", NONE])
    assert walk.asked.text.context == "phrases.place_early.text"
    assert "place" not in walk.given
    assert walk.say("1").given["place"] == "KE-31"


def test_the_place_offered_may_be_wrong() -> None:
    def at_place() -> Walk:
        return Walk(shipped(), first="I am in Nakuru, they took my land").say("4", "1", "1", "1")

    assert at_place().say("Thika").given["place"] == "KE-13"
    walk = at_place().say("2")
    assert (walk.at, walk.options, walk.said) == ("place", [], [])
    assert at_place().say("0").at == "issue"


# ---- days of two calendars


def test_a_day_that_may_be_two_is_asked_once() -> None:
    walk = told(*TO_DAY).say("next friday")
    assert (walk.at, walk.options) == ("day", ["2026-11-27", "2026-12-04", NONE])
    assert walk.asked.text.context == "phrases.which_day.text"
    assert walk.say("2").given["day"] == "2026-12-04"
    assert Answered("day", "2026-12-04", "next friday") in walk.session.log
    assert told(*TO_DAY).say("next friday", "tomorrow").given["day"] == "2026-11-26"
    assert told(*TO_DAY).say("next friday", "next friday").given["day"] == NOT_KNOWN


def test_in_nepal_both_readings_are_shown_in_both_calendars() -> None:
    flows = flows_of(STORY)
    walk = Walk(flows, "told", read=nepali()).say(*TO_DAY).say("५/९")
    assert walk.options == ["2026-12-20", "2027-09-05", NONE]
    first = walk.asked.options[0].label
    assert isinstance(first, Text)
    assert first.source == "{first} ({second})"
    assert walk.say("1").given["day"] == "2026-12-20"


def test_a_day_of_a_calendar_that_is_not_published_is_not_sure() -> None:
    flows = flows_of(STORY)
    walk = Walk(flows, "told", read=nepali()).say(*TO_DAY).say("baisakh 10 2084")
    assert Answered("day", "2027-04-23", "baisakh 10 2084", sure=False) in walk.session.log


def test_hours_counted_from_six_are_told_to_the_helper() -> None:
    flows = flows_of(STORY)
    read = make_reader(
        flows, "sw", translate=in_english, words=words("sw", "en"), languages=LANGUAGES, places=places(),
        countries=("KE",), menu=9, clock="swahili",
    )  # fmt: skip
    walk = Walk(flows, "told", read=read).say(*TO_DAY).say("kesho saa nane mchana")
    assert Answered("day", "2026-11-26", "kesho saa nane mchana (14:00)") in walk.session.log
