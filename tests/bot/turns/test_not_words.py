"""Buttons new, old and forged; pictures, places, contacts and corrections."""

from __future__ import annotations

import pytest

from bot.casework.effects import AddToCase, CallPerson, TellStatus
from bot.pipeline.turn import SeekerTurns
from flows.routing.casebook import PageKind
from tests.bot.turns.talk import SMS, TELEGRAM, State, Talk, asked, at_review, quiet, sent

REFUSED = "I can not open pictures, voice or files. Keep it safe and do not send it here. Please write in words."
QUESTION = "Is anyone in trouble right now?"
on_both = pytest.mark.parametrize("channel", [SMS, TELEGRAM])


@pytest.fixture
def chat(turns: SeekerTurns) -> Talk:
    """Someone on Telegram at the first question."""
    talk = Talk(turns, TELEGRAM)
    asked(talk)
    return talk


# ---- buttons


def test_a_button_is_an_answer(chat: Talk) -> None:
    chat.tap("No")
    assert (chat.at, chat.given) == ("who", {"opening": "none"})


def test_a_button_tells_nothing_to_who_reads_it(chat: Talk) -> None:
    assert [choice.data for choice in chat.outgoing[0].choices] == ["1.1.0", "1.1.1", "1.1.2", "1.1.3", "1.1.4"]


def test_an_old_button_changes_nothing_and_shows_the_question_of_now(chat: Talk) -> None:
    old = chat.outgoing[0].choices[0].data
    chat.tap("No").tap_old(old)
    chat.heard("That was an older question.", "Who needs help?").set_in_motion()
    assert chat.given == {"opening": "none"}


def test_a_button_of_an_earlier_intake_answers_nothing(chat: Talk) -> None:
    old = chat.outgoing[0].choices[0].data
    chat.say("4", "1", "2")
    assert chat.conversation.session is None
    chat.say("START").tap_old(old)
    chat.heard("That was an older question.", QUESTION).set_in_motion()


@pytest.mark.parametrize(
    "data",
    ["", "x", "1.1", "1.1.9", "1.1.-1", "1.2.0", "2.1.0", "1.1.0.0", "١.١.٠", "1.1.1e1", f"1.1.{'9' * 5000}", "1. 1.0",
     "delete.yes", "delete.no", "yes", "no", "ACC", "0.0.0", "\x00"],
)  # fmt: skip
def test_forged_buttons_answer_nothing(chat: Talk, data: str) -> None:
    chat.tap_old(data).heard(QUESTION).set_in_motion()
    assert chat.given == {}


@on_both
def test_an_old_button_with_nothing_begun_begins(turns: SeekerTurns, channel: str) -> None:
    talk = Talk(turns, channel)
    talk.tap_old("1.1.0").heard(QUESTION)
    assert talk.given == {}


def test_an_old_button_after_the_case_tells_how_it_stands(turns: SeekerTurns) -> None:
    talk = Talk(turns, TELEGRAM)
    sent(talk)
    talk.tap_old("1.1.0").set_in_motion(TellStatus())


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_yes_or_no_asked_by_casework_reaches_it_also_during_a_new_intake(turns: SeekerTurns, answer: str) -> None:
    talk = Talk(turns, TELEGRAM)
    sent(talk)
    talk.tap_old(answer).set_in_motion(AddToCase(answer))
    talk.say("START").tap_old(answer).set_in_motion(AddToCase(answer))


def test_several_answers_are_tapped_one_or_typed_together(turns: SeekerTurns) -> None:
    talk = Talk(turns, TELEGRAM)
    talk.say("START", "4", "1", "1", "1", "Nakuru", "1")
    assert talk.buttons[:2] == ["1 Family", "2 Neighbour"]
    talk.tap("2 Neighbour")
    assert talk.given["other_side"] == ("neighbour",)


# ---- pictures, voices, files


@on_both
@pytest.mark.parametrize("kind", ["photo", "voice", "document", "video"])
def test_what_is_not_words_is_refused_and_the_question_repeated(turns: SeekerTurns, channel: str, kind: str) -> None:
    talk = Talk(turns, channel)
    asked(talk)
    talk.attach(kind).heard(REFUSED, QUESTION).set_in_motion()
    assert (talk.at, talk.given, len(talk.outgoing)) == ("opening", {}, 1)


@on_both
def test_a_sticker_is_gently_refused(turns: SeekerTurns, channel: str) -> None:
    talk = Talk(turns, channel)
    asked(talk)
    talk.attach("sticker").heard("I can read only words and numbers.", QUESTION).set_in_motion()
    assert (talk.at, talk.given) == ("opening", {})


def test_after_the_case_a_sticker_is_gently_refused(talk: Talk) -> None:
    sent(talk)
    talk.attach("sticker").heard_only("I can read only words and numbers. Please answer in words.").set_in_motion()


def test_words_under_a_picture_are_an_answer(talk: Talk) -> None:
    asked(talk)
    talk.attach(caption="4").heard(REFUSED, "Who needs help?")
    assert talk.given == {"opening": "none"}
    talk.attach(caption="he is beating me").set_in_motion(CallPerson(PageKind.DANGER))


def test_after_the_case_a_picture_is_refused_and_its_words_reach_the_helper(talk: Talk) -> None:
    sent(talk)
    talk.attach().heard_only(REFUSED).set_in_motion()
    talk.attach(caption="this is the fence").heard_only(REFUSED).set_in_motion(AddToCase("this is the fence"))


# ---- places and contacts


def test_a_shared_place_answers_the_question_for_a_place(turns: SeekerTurns) -> None:
    talk = Talk(turns, TELEGRAM)
    talk.say("START", "4", "1", "1", "1")
    assert talk.outgoing[0].asks_label == "Share my location"
    talk.share_location(-0.28, 36.07).heard("Which one is it?")
    talk.tap("Nakuru, Kenya")
    assert talk.given["place"] == "KE-31"


@pytest.mark.parametrize("state", [asked, at_review], ids=["at a choice", "at the review"])
@pytest.mark.parametrize("share", [Talk.share_location, Talk.share_contact], ids=["place", "contact"])
def test_at_another_question_neither_is_kept(turns: SeekerTurns, state: State, share: State) -> None:
    talk = Talk(turns, TELEGRAM)
    state(talk)
    before, at = talk.given, talk.at
    share(talk)
    talk.heard("Please write in words.").set_in_motion()
    assert (talk.given, talk.at) == (before, at)


def test_a_shared_contact_is_not_taken_for_a_name(turns: SeekerTurns) -> None:
    talk = Talk(turns, TELEGRAM)
    talk.say("START", "4", "1", "1", "1", "Nakuru", "1", "2", "1")
    assert talk.at == "name"
    talk.share_contact("+254700000009").heard(REFUSED)
    assert talk.at == "name"


def test_a_shared_contact_answers_the_question_for_a_number(turns: SeekerTurns) -> None:
    talk = Talk(turns, TELEGRAM)
    quiet(talk)
    talk.say("Nakuru").share_contact("+254700000009")
    assert talk.given["quiet_contact"] == "+254700000009"


@pytest.mark.parametrize("share", [Talk.share_location, Talk.share_contact], ids=["place", "contact"])
def test_after_the_case_neither_is_passed_on(turns: SeekerTurns, share: State) -> None:
    talk = Talk(turns, TELEGRAM)
    sent(talk)
    share(talk)
    talk.heard_only(REFUSED).set_in_motion()


# ---- corrections


def test_a_changed_message_is_no_answer(chat: Talk) -> None:
    chat.say("4").edit("1").heard("I can not read a changed message.", "Who needs help?").set_in_motion()
    assert chat.given == {"opening": "none"}


def test_words_for_danger_in_a_changed_message_call_a_person(chat: Talk) -> None:
    chat.edit("he is beating me").set_in_motion(CallPerson(PageKind.DANGER))
    chat.heard("Please send it again as a new one.", QUESTION)


def test_a_changed_message_before_and_after_the_case_is_asked_for_again(turns: SeekerTurns) -> None:
    talk = Talk(turns, TELEGRAM)
    talk.edit("hello").heard("Please send it again as a new one.").set_in_motion()
    sent(talk)
    talk.edit("the fence is gone").heard("Please send it again as a new one.").set_in_motion()
