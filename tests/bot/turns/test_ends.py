"""How an intake ends, what comes after it, and what happens when its dialogue is changed under way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.app import LIBRARY, Library
from bot.casework.effects import (
    AddToCase,
    Alarmed,
    CallPerson,
    DraftBegun,
    KeepNothing,
    Learned,
    RecordConsent,
    TellStatus,
)
from bot.pipeline.turn import SeekerTurns
from flows.dialogue.alarms import Heard
from flows.dialogue.events import Consented
from flows.dialogue.loader import load
from flows.routing.casebook import Lane, PageKind
from flows.routing.network import Network
from tests.bot.turns.talk import SMS, TELEGRAM, Talk, at_review, not_shared, sent, turns_for

on_both = pytest.mark.parametrize("channel", [SMS, TELEGRAM])


def facts(talk: Talk) -> dict[str, object]:
    return {answer.fact: answer.value for answer in talk.filed.given if answer.fact}


# ---- sent


@on_both
def test_a_case_is_filed_with_what_was_answered(turns: SeekerTurns, channel: str) -> None:
    talk = Talk(turns, channel)
    at_review(talk)
    talk.say("1").heard_nothing()
    assert [type(effect).__name__ for effect in talk.effects] == ["FileCase"]
    assert (talk.filed.lane, talk.filed.contactable, talk.conversation.session) == (Lane.NORMAL, True, None)
    assert facts(talk) == {
        "who": "me",
        "issue": "land_environment",
        "region": "KE-31",
        "date": "no",
        "other_side": ("neighbour",),
        "contact": "text_or_call",
        "name": "Amina",
    }
    assert talk.filed.ending.source.startswith("Sent. Your code is {receipt}. We write here before {deadline}")


@pytest.mark.parametrize(
    ("answers", "lane", "told"),
    [
        (("1", "1", "1", "Nakuru", "1"), Lane.DANGER, {"phone": "no", "contact": "text_or_call", "region": "KE-31"}),
        (("1", "2", "Nakuru", "1", "1", "1"), Lane.DANGER, {"phone": "yes", "region": "KE-31", "contact": "here"}),
        (("2", "1", "Nakuru", "1", "3", "1"), Lane.HELD, {"contact": "text_or_call", "held_state": ("hurt",)}),
        (("5", "Nakuru", "1", "1", "1"), Lane.QUIET, {"region": "KE-31", "contact": "here"}),
        (("3", "tomorrow", "1", "1", "1", "Nakuru", "1", "1", "Amina", "1"), Lane.NORMAL, {"date": "2026-11-26"}),
        (("4", "1", "1", "2", "2", "Nakuru", "1"), Lane.QUIET, {"issue": "violence_abuse", "contact": "here"}),
    ],
)
def test_each_lane_ends_in_its_case(talk: Talk, answers: tuple[str, ...], lane: Lane, told: dict[str, object]) -> None:
    talk.say("START", *answers)
    assert talk.filed.lane is lane
    assert facts(talk).items() >= told.items()
    assert talk.filed.given[0].step == "opening"


@pytest.mark.parametrize(
    ("answers", "contactable"),
    [
        (("1", "1", "4", "Nakuru", "1"), False),
        (("1", "1", "3", "Nakuru", "1"), True),
        (("2", "3", "Nakuru", "1", "3", "1"), False),
        (("5", "Nakuru", "2", "1"), False),
        (("5", "Nakuru", "+254700000009", "1", "1"), True),
    ],
)
def test_whoever_said_do_not_contact_me_is_not_contactable(
    talk: Talk, answers: tuple[str, ...], contactable: bool
) -> None:
    talk.say("START", *answers)
    assert talk.filed.contactable is contactable


def test_place_and_contact_of_someone_in_danger_are_told_as_they_come(talk: Talk) -> None:
    talk.say("START", "1").set_in_motion(CallPerson(PageKind.DANGER))
    assert Learned() not in talk.say("1").effects
    talk.say("1").set_in_motion(Learned())
    talk.say("Nakuru").set_in_motion(Learned())


def test_an_alarm_inside_the_ordinary_way_changes_the_lane(talk: Talk) -> None:
    talk.say("START", "4", "1", "1", "1", "Nakuru", "no but they will kill me")
    talk.set_in_motion(CallPerson(PageKind.DANGER))
    talk.say("1", "1", "1")
    assert talk.filed.lane is Lane.DANGER


def test_consent_is_recorded_as_it_was_given_with_the_words_that_were_shown(talk: Talk) -> None:
    talk.say("START", "4", "1", "3")
    assert talk.effects == ()
    talk.say("1")
    (recorded,) = talk.happened(RecordConsent)
    assert (recorded.consent.purpose, recorded.consent.value) == ("share_without_name", "yes")
    told = recorded.consent.wording
    talk.say("0", "1")
    (again,) = talk.happened(RecordConsent)
    assert again.consent == Consented("share_without_name", "yes", again.consent.wording)
    assert again.consent.wording != told, "the first yes was to the longer words"


# ---- declined


def test_on_no_nothing_is_kept_and_one_line_says_how_to_reach_a_person(talk: Talk) -> None:
    talk.say("my land was taken", "4", "1", "2")
    talk.heard_only("All right. Nothing is kept. Send PERSON to reach a human, or write again any time.")
    assert [type(effect) for effect in talk.effects] == [RecordConsent, KeepNothing]
    assert talk.conversation.session is None
    talk.say("STATUS").heard("We have nothing from you yet.")
    talk.say("hello again").set_in_motion(DraftBegun())
    assert talk.at == "opening"


# ---- not shared


def test_what_was_told_in_danger_stays_for_the_person_who_was_called(talk: Talk) -> None:
    not_shared(talk)
    talk.heard_only("All right. We tell no group. A person on duty knows that you wrote. You can write again any time.")
    assert [type(effect) for effect in talk.effects] == [RecordConsent]
    assert talk.given["place"] == "KE-31"


def test_the_no_can_be_taken_back(talk: Talk) -> None:
    not_shared(talk)
    talk.say("0").heard("May we tell a helper near you now what you wrote?").say("1")
    assert talk.filed.lane is Lane.DANGER


@pytest.mark.parametrize("words", ["hello", "he is here", "START", "/start"])
def test_whoever_writes_again_begins_again_and_nothing_is_lost(talk: Talk, words: str) -> None:
    not_shared(talk)
    before = talk.conversation.session.log if talk.conversation.session else ()
    talk.say(words).heard("Is anyone in trouble right now?")
    assert talk.conversation.session is not None
    assert talk.conversation.session.log[: len(before)] == before
    assert (talk.at, talk.given, talk.effects) == ("opening", {}, ())


# ---- after the case


def test_words_after_the_case_go_to_it_and_greetings_tell_how_it_stands(talk: Talk) -> None:
    sent(talk)
    talk.say("They moved the fence").heard_nothing().set_in_motion(AddToCase("They moved the fence"))
    talk.say("1").set_in_motion(AddToCase("1"))
    talk.say("hello").heard_nothing().set_in_motion(TellStatus())
    talk.say("?").set_in_motion(TellStatus())


@pytest.mark.parametrize(
    ("words", "kind"), [("he will kill me", PageKind.DANGER), ("kaka yangu amekamatwa", PageKind.HELD)]
)
def test_words_for_danger_after_the_case_call_a_person_in_any_language(talk: Talk, words: str, kind: PageKind) -> None:
    sent(talk)
    talk.say(words).heard_only(talk.phrase("person_called"))
    talk.set_in_motion(CallPerson(kind), AddToCase(words), Alarmed((Heard(kind),)))


def test_a_new_request_leaves_the_case_as_it_is(talk: Talk) -> None:
    sent(talk)
    case = talk.conversation.case
    talk.say("START", "4").heard("Who needs help?")
    assert talk.conversation.case == case


# ---- a dialogue that is changed while someone is inside it


def changed(library: Library, network: Network, *changes: tuple[str, str]) -> SeekerTurns:
    """The shipped intake with pieces of its text exchanged."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in LIBRARY.glob("*.yaml") if path.stem != "issues"}
    for before, after in changes:
        assert texts["intake.yaml"].count(before) == 1, before
        texts["intake.yaml"] = texts["intake.yaml"].replace(before, after)
    return turns_for(replace(library, flows=load(sorted(texts.items()))), network)


@on_both
def test_an_answer_to_a_question_that_is_gone_is_not_taken_for_another(
    turns: SeekerTurns, library: Library, network: Network, channel: str
) -> None:
    talk = Talk(turns, channel)
    talk.say("START", "4")
    assert talk.at == "who"
    asks_who = "  - ask: who\n    type: choice\n    when: "
    talk.turns = changed(library, network, (f"{asks_who}normal", f"{asks_who}shared == yes"))
    talk.say("1").heard("That was an older question.", "May we keep your answers")
    assert (talk.at, talk.given) == ("consent", {"opening": "none"})


TERMS_OF_WHO = (("child", "in"), ("minor", "=="), ("for_child", "=="), ("proxy", "=="), ("group", "=="))


def test_a_button_of_a_question_that_is_gone_is_recognised(
    turns: SeekerTurns, library: Library, network: Network
) -> None:
    talk = Talk(turns, TELEGRAM)
    talk.say("START", "4")
    data = talk.outgoing[0].choices[0].data
    terms = [(f"{term}: who {test}", f"{term}: helped {test}") for term, test in TERMS_OF_WHO]
    talk.turns = changed(library, network, ("ask: who\n", "ask: helped\n"), *terms)
    talk.tap_old(data)
    talk.heard("That was an older question.", "Who needs help?")
    assert talk.at == "helped"


def test_an_answer_that_means_nothing_any_more_is_asked_again(
    turns: SeekerTurns, library: Library, network: Network
) -> None:
    talk = Talk(turns)
    talk.say("START", "4", "5")
    assert talk.given["who"] == "group"
    talk.turns = changed(
        library,
        network,
        ('      group: {label: A group, words: "us, community, village"}\n', ""),
        ("  group: who == group\n", "  group: who == other\n"),
    )
    talk.say("1").heard("Who needs help?")


def test_a_dialogue_that_is_gone_is_begun_anew(turns: SeekerTurns) -> None:
    talk = Talk(turns)
    talk.say("START", "4")
    session = talk.conversation.session
    assert session is not None
    talk.conversation = replace(talk.conversation, session=replace(session, flow="gone"))
    talk.say("1").heard("Is anyone in trouble right now?").set_in_motion(DraftBegun())
