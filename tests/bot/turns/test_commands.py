"""What a whole message may order besides STOP and DELETE, and what no digit ever orders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.casework.effects import AddToCase, CallPerson, LanguageChanged, ShowAnswers, TellStatus
from bot.pipeline.turn import SeekerTurns
from flows.dialogue.position import LANGUAGES
from flows.dialogue.words import Command
from flows.routing.casebook import PageKind
from tests.bot.turns.talk import (
    SMS,
    STATES,
    TELEGRAM,
    State,
    Talk,
    asked,
    asked_to_delete,
    at_review,
    fresh,
    in_the_list_of_languages,
    not_shared,
    paused,
    quiet,
    sent,
    silenced,
    silenced_with_a_case,
)

HEARING = [state for state in STATES if state not in (silenced, silenced_with_a_case)]
where_heard = pytest.mark.parametrize("state", HEARING, ids=lambda state: state.__name__)
QUESTION = "Is anyone in trouble right now?"


# ---- digits


@pytest.mark.parametrize("digit", [*"123456789", *"١٢٣٤٥٦٧٨٩", *"१२३४५६७८९", "1️⃣"])
def test_no_digit_but_nought_orders_anything(turns: SeekerTurns, digit: str) -> None:
    for language in ("en", "sw", "ne", "ar", "es"):
        assert turns.reader(language, SMS).command(digit) is None


@pytest.mark.parametrize("nought", ["0", "٠", "०", " 0. "])
def test_nought_goes_back(talk: Talk, nought: str) -> None:
    talk.say("START", "4", "1", nought)
    assert (talk.at, talk.given) == ("who", {"opening": "none"})


def test_two_noughts_change_the_language_and_go_on_from_there(talk: Talk) -> None:
    talk.say("START", "4", "00")
    assert talk.at == LANGUAGES
    talk.say("2").heard(talk.question("who"))
    assert (talk.conversation.language, talk.at, talk.given) == ("sw", "who", {"opening": "none"})


def test_a_language_may_be_changed_and_changed_back_by_name(talk: Talk) -> None:
    asked(talk)
    talk.say("LANGUAGE", "العربية", "لغة", "English").heard(QUESTION)
    assert talk.conversation.language == "en"


# ---- the neutral screen


@where_heard
@pytest.mark.parametrize("word", ["000", "PAUSE", "hide"])
def test_three_noughts_show_a_neutral_screen_and_nothing_else(talk: Talk, state: State, word: str) -> None:
    state(talk)
    session = talk.conversation.session
    talk.say(word).heard_only("Wrong number, sorry.").set_in_motion()
    assert (talk.conversation.session, talk.conversation.paused, talk.buttons) == (session, True, [])


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
@pytest.mark.parametrize(
    "send",
    [
        lambda talk: talk.say("1"),
        lambda talk: talk.say("who is this"),
        lambda talk: talk.say("0"),
        lambda talk: talk.say("START"),
        lambda talk: talk.tap_old("1.2.0"),
        lambda talk: talk.share_location(),
        lambda talk: talk.share_contact(),
        lambda talk: talk.attach(),
    ],
)
def test_then_the_question_comes_again_and_what_was_sent_is_no_answer(
    turns: SeekerTurns, channel: str, send: State
) -> None:
    talk = Talk(turns, channel)
    paused(talk)
    send(talk)
    assert (talk.at, talk.given, talk.conversation.paused) == ("who", {"opening": "none"}, False)
    talk.heard("Who needs help?").heard_nothing_of("not understand", "older question").set_in_motion()
    talk.say("1")
    assert talk.at == "consent"


def test_words_for_danger_are_heard_behind_the_neutral_screen(talk: Talk) -> None:
    paused(talk)
    talk.say("he is beating me").set_in_motion(CallPerson(PageKind.DANGER))
    assert talk.at == "danger_phone"


def test_a_correction_behind_the_neutral_screen_shows_nothing(talk: Talk) -> None:
    paused(talk)
    talk.edit("hello").heard_nothing().set_in_motion()
    assert talk.conversation.paused
    talk.edit("he is beating me").heard_nothing().set_in_motion(CallPerson(PageKind.DANGER))


def test_with_nothing_begun_the_next_word_begins(talk: Talk) -> None:
    talk.say("000").heard_only("Wrong number, sorry.").say("hello").heard(QUESTION)


# ---- a person


@where_heard
def test_a_person_is_called_from_anywhere(talk: Talk, state: State) -> None:
    state(talk)
    is_quiet, given = talk.conversation.shared, talk.given if talk.conversation.session else None
    talk.say("PERSON").heard(talk.phrase("person_called", quiet=is_quiet)).set_in_motion(CallPerson(PageKind.PERSON))
    assert given == (talk.given if talk.conversation.session else None)


def test_after_three_replies_that_are_not_understood_a_person_is_called(talk: Talk) -> None:
    talk.say("START", "zzz").heard("Sorry, I did not understand.").set_in_motion()
    talk.say("zzz").heard("I still do not understand.", "PERSON = a human.").set_in_motion()
    talk.say("zzz").heard("We are asking a person to read it.", QUESTION).set_in_motion(CallPerson(PageKind.PERSON))


# ---- status


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (fresh, ["We have nothing from you yet. Send START to ask for help, or PERSON to reach a human."]),
        (asked, ["You have not sent this yet. Here is the next question.", QUESTION]),
        (at_review, ["You have not sent this yet.", "Please check:"]),
        (in_the_list_of_languages, ["You have not sent this yet.", QUESTION]),
        (asked_to_delete, ["Nothing was deleted.", "You have not sent this yet.", QUESTION]),
        (paused, ["You have not sent this yet.", "Who needs help?"]),
        (quiet, ["Here is the next question.\nWhich town is nearest?"]),
        (not_shared, ["We tell no group. A person on duty knows that you wrote."]),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_status_tells_where_they_are(talk: Talk, state: State, said: list[str]) -> None:
    state(talk)
    talk.say("STATUS").heard(*said).set_in_motion()


def test_status_of_a_case_is_casework_and_of_both_is_both(talk: Talk) -> None:
    sent(talk)
    talk.say("STATUS").heard_nothing().set_in_motion(TellStatus())
    talk.say("START", "STATUS").heard("You have not sent this yet.", QUESTION).set_in_motion(TellStatus())


# ---- help and start


def test_help_begins_where_nothing_runs_and_inside_repeats_the_question_and_offers_a_person(talk: Talk) -> None:
    talk.say("HELP").heard("Free help from people near you.", QUESTION)
    talk.say("4", "HELP").heard("Here is the question again. PERSON = a human. 0 = back.", "Who needs help?")
    assert talk.given == {"opening": "none"}


def test_help_after_the_case_tells_how_it_stands(talk: Talk) -> None:
    sent(talk)
    talk.say("HELP").heard_nothing().set_in_motion(TellStatus())


def test_start_inside_shows_the_question_and_begins_nothing(talk: Talk) -> None:
    talk.say("START", "4", "/start")
    assert (talk.at, talk.conversation.sessions, talk.effects) == ("who", 1, ())


# ---- the dialogue's own orders


@pytest.mark.parametrize("word", ["LANGUAGE", "00"])
@pytest.mark.parametrize("answer", ["2", "Kiswahili"])
def test_the_language_can_be_changed_when_no_question_waits(talk: Talk, word: str, answer: str) -> None:
    sent(talk)
    talk.say(word).heard("Which language?", "Kiswahili")
    talk.say(answer).set_in_motion(LanguageChanged("sw"))
    assert talk.conversation.language == "sw"


def test_a_list_of_languages_holds_nobody(talk: Talk) -> None:
    sent(talk)
    talk.say("LANGUAGE", "they came back").set_in_motion(AddToCase("they came back"))
    assert talk.conversation.language == "en"


@pytest.mark.parametrize("word", ["BACK", "0"])
def test_what_was_sent_is_shown_to_correct_it_only_soon_and_on_a_phone_of_their_own(talk: Talk, word: str) -> None:
    sent(talk)
    talk.say(word).set_in_motion(ShowAnswers())
    talk.wait(minutes=31).say(word).set_in_motion(TellStatus())
    talk.conversation = replace(talk.conversation, shared=True)
    talk.say(word).set_in_motion(TellStatus())


@pytest.mark.parametrize("word", ["AGAIN", "SKIP", "WHY"])
def test_an_order_for_a_question_where_none_waits_is_no_word_for_the_helper(talk: Talk, word: str) -> None:
    sent(talk)
    talk.say(word).set_in_motion(TellStatus())


@pytest.mark.parametrize("language", ["en", "sw", "ne", "ar", "es"])
def test_every_order_is_obeyed_in_every_language(turns: SeekerTurns, language: str) -> None:
    words = turns.tongues.words[language].commands
    for word, command in words.items():
        talk = Talk(turns, language=language)
        talk.say("START", "4", word)
        match command:
            case Command.BACK:
                assert talk.at == "opening", word
            case Command.LANGUAGE:
                assert talk.at == LANGUAGES, word
            case Command.PERSON:
                assert talk.effects == (CallPerson(PageKind.PERSON),), word
            case Command.PAUSE:
                assert talk.conversation.paused, word
            case Command.STOP:
                assert talk.conversation.silenced, word
            case _:
                assert (talk.at, len(talk.outgoing)) == ("who", 1), word
