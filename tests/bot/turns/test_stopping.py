"""STOP, DELETE and START, in every language and wherever someone is when they send them."""

from __future__ import annotations

import pytest

from bot.casework.effects import CallPerson, DraftBegun, Erase, OptedOutNow, OptedOutWrote, Resumed, TellStatus
from bot.channels.base import OptOut
from bot.pipeline.own_words import CARRIER_STOP_WORDS
from bot.pipeline.turn import SeekerTurns
from flows.dialogue.conversation import Pending
from flows.dialogue.words import Command
from flows.routing.casebook import PageKind
from tests.bot.turns.talk import (
    SILENT,
    SMS,
    STATES,
    TELEGRAM,
    State,
    Talk,
    asked,
    at_review,
    paused,
    quiet,
    sent,
    silenced,
    silenced_with_a_case,
)

LANGUAGES = ("en", "sw", "ne", "ar", "es")
HEARING = [state for state in STATES if state not in SILENT]

everywhere = pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
where_heard = pytest.mark.parametrize("state", HEARING, ids=lambda state: state.__name__)
where_silenced = pytest.mark.parametrize("state", SILENT, ids=lambda state: state.__name__)
on_both = pytest.mark.parametrize("channel", [SMS, TELEGRAM])
in_all = pytest.mark.parametrize("language", LANGUAGES)


def words_for(turns: SeekerTurns, language: str, command: Command) -> list[str]:
    """What people of a language type for it; English works for all."""
    found = {
        word
        for code in (language, "en")
        for word, each in turns.tongues.words[code].commands.items()
        if each is command
    }
    assert found
    return sorted(found)


# ---- STOP


@on_both
@in_all
@where_heard
def test_stop_ends_all_messages(turns: SeekerTurns, channel: str, language: str, state: State) -> None:
    for word in words_for(turns, language, Command.STOP):
        talk = Talk(turns, channel, language=language)
        state(talk)
        is_quiet = talk.conversation.shared
        talk.say(word)
        assert talk.conversation.silenced
        talk.set_in_motion(OptedOutNow())
        if channel == SMS and word in CARRIER_STOP_WORDS:
            talk.heard_nothing()
        else:
            talk.heard_only(talk.phrase("stopped", quiet=is_quiet))


@on_both
@where_heard
def test_the_providers_own_stop_is_not_answered_again(turns: SeekerTurns, channel: str, state: State) -> None:
    talk = Talk(turns, channel)
    state(talk)
    talk.provider(OptOut.STOP, "STOP").heard_nothing().set_in_motion(OptedOutNow())
    assert talk.conversation.silenced


@pytest.mark.parametrize("typed", ["STOP", " stop. ", "Stop!", "ＳＴＯＰ", "/stop"])
def test_stop_is_read_however_it_is_typed(talk: Talk, typed: str) -> None:
    asked(talk)
    assert talk.say(typed).conversation.silenced


@pytest.mark.parametrize("text", ["stop him", "he will not stop", "the end", "I want to cancel the marriage"])
def test_stop_inside_a_sentence_is_the_sentence(talk: Talk, text: str) -> None:
    asked(talk)
    assert not talk.say(text).conversation.silenced


def test_stop_under_a_picture_and_stop_as_a_correction_count(talk: Talk) -> None:
    asked(talk)
    talk.attach(caption="STOP").heard_nothing().set_in_motion(OptedOutNow())
    talk.say("START").edit("STOP").heard_nothing().set_in_motion(OptedOutNow())


def test_stop_keeps_what_was_told(talk: Talk) -> None:
    at_review(talk)
    session = talk.conversation.session
    assert talk.say("STOP").conversation.session == session


# ---- after STOP


@everywhere
@pytest.mark.parametrize(
    "send",
    [
        lambda talk: talk.say("hello"),
        lambda talk: talk.say("YES"),
        lambda talk: talk.say("HELP"),
        lambda talk: talk.say("PERSON"),
        lambda talk: talk.say("JOIN 7Q2M4KXT"),
        lambda talk: talk.edit("hello"),
        lambda talk: talk.attach(),
        lambda talk: talk.attach(caption="hello"),
        lambda talk: talk.share_location(),
        lambda talk: talk.share_contact(),
        lambda talk: talk.tap_old("1.1.0"),
        lambda talk: talk.tap_old("yes"),
        lambda talk: talk.tap_old("delete.yes"),
        lambda talk: talk.provider(OptOut.HELP, "HELP"),
    ],
)
def test_whatever_comes_after_stop_is_not_answered_and_calls_a_person(talk: Talk, state: State, send: State) -> None:
    state(talk)
    talk.say("STOP")
    send(talk)
    talk.heard_nothing()
    (wrote,) = talk.happened(OptedOutWrote)
    assert wrote.words in ("hello", "YES", "HELP", "PERSON", "JOIN 7Q2M4KXT", "")
    assert talk.conversation.silenced


def test_stop_again_tells_nobody_again(talk: Talk) -> None:
    silenced(talk)
    talk.say("STOP").heard_nothing().set_in_motion()
    talk.provider(OptOut.STOP, "STOP").heard_nothing().set_in_motion()


@in_all
def test_start_shows_the_question_that_waits(turns: SeekerTurns, language: str) -> None:
    for word in words_for(turns, language, Command.START):
        talk = Talk(turns, language=language)
        silenced(talk)
        talk.say(word)
        assert (talk.conversation.silenced, talk.at, len(talk.outgoing)) == (False, "who", 1)


def test_start_tells_how_the_case_stands(talk: Talk) -> None:
    silenced_with_a_case(talk)
    talk.say("START").heard_nothing().set_in_motion(Resumed(), TellStatus())
    assert not talk.conversation.silenced


def test_start_begins_where_there_is_nothing(talk: Talk) -> None:
    talk.say("STOP").say("START").set_in_motion(DraftBegun())
    assert talk.at == "opening"


@pytest.mark.parametrize("word", ["START", "YES", "UNSTOP"])
def test_the_word_that_opts_in_at_the_provider_is_no_answer(talk: Talk, word: str) -> None:
    talk.say("START", "4", "1")
    assert talk.at == "consent"
    talk.provider(OptOut.STOP, "STOP").provider(OptOut.START, word)
    assert (talk.at, "consent" in talk.given, talk.effects) == ("consent", False, ())
    assert not talk.conversation.silenced
    talk.heard("May we keep your answers")


def test_letting_the_bot_back_in_says_nothing_yet(turns: SeekerTurns) -> None:
    talk = Talk(turns, TELEGRAM)
    asked(talk)
    talk.provider(OptOut.STOP).provider(OptOut.START).heard_nothing().set_in_motion()
    assert not talk.conversation.silenced


@pytest.mark.parametrize(("kind", "word"), [(OptOut.HELP, "HELP"), (OptOut.HELP, "INFO"), (OptOut.START, "START")])
def test_help_and_start_at_the_provider_never_silence(talk: Talk, kind: OptOut, word: str) -> None:
    talk.provider(kind, word)
    assert (talk.conversation.silenced, talk.at) == (False, "opening")
    talk.provider(kind, word)
    assert (talk.conversation.silenced, talk.at) == (False, "opening")


def test_yes_from_someone_who_never_opted_out_is_an_answer(talk: Talk) -> None:
    talk.say("START", "4", "1").provider(OptOut.START, "YES")
    assert talk.at == "issue"
    talk.provider(OptOut.HELP, "").heard("Here is the question again.")


# ---- DELETE


@on_both
@in_all
@where_heard
def test_delete_asks_once_and_a_yes_erases(turns: SeekerTurns, channel: str, language: str, state: State) -> None:
    for number, word in enumerate(words_for(turns, language, Command.DELETE)):
        talk = Talk(turns, channel, language=language)
        state(talk)
        is_quiet = talk.conversation.shared
        talk.say(word).heard(talk.phrase("delete_ask", quiet=is_quiet)).set_in_motion()
        assert talk.conversation.pending is Pending.DELETE
        assert len(talk.outgoing) == 1
        yes = ["1", *sorted(turns.tongues.words[language].yes | turns.tongues.words["en"].yes)]
        talk.say(yes[number % len(yes)]).heard_nothing().set_in_motion(Erase())


def test_the_question_of_delete_has_buttons_and_they_work(turns: SeekerTurns) -> None:
    talk = Talk(turns, TELEGRAM)
    asked(talk)
    assert talk.say("DELETE").buttons == ["Yes", "No"]
    talk.tap("No").heard("Nothing was deleted.").set_in_motion()
    assert talk.at == "opening"
    talk.say("DELETE").tap("Yes").set_in_motion(Erase())


@in_all
@where_heard
def test_anything_but_a_yes_keeps_everything(turns: SeekerTurns, language: str, state: State) -> None:
    for no in ("2", "0", *sorted(turns.tongues.words[language].no)):
        talk = Talk(turns, language=language)
        state(talk)
        before = talk.conversation.session
        talk.say("DELETE", no).heard(talk.phrase("delete_kept")).set_in_motion()
        after = talk.conversation.session
        assert (before is None) == (after is None)
        if before and after:
            assert after.log[: len(before.log)] == before.log
            assert not [entry for entry in after.log[len(before.log) :] if type(entry).__name__ != "Shown"]


@pytest.mark.parametrize("words", ["no!!", "NO.", "no"])
def test_a_no_is_not_taken_for_an_answer(talk: Talk, words: str) -> None:
    talk.say("START", "4", "1", "DELETE", words)
    assert talk.at == "consent"
    assert talk.conversation.session is not None


def test_words_that_are_no_answer_to_delete_are_read_as_what_they_are(talk: Talk) -> None:
    asked(talk)
    talk.say("DELETE", "he is beating me").heard("Nothing was deleted.").set_in_motion(CallPerson(PageKind.DANGER))
    talk.say("DELETE", "PERSON").heard("Nothing was deleted.").set_in_motion(CallPerson(PageKind.PERSON))


def test_delete_twice_asks_twice_and_says_nothing_else(talk: Talk) -> None:
    asked(talk)
    question = talk.say("DELETE").text
    talk.say("DELETE").heard_only(question).set_in_motion()


@pytest.mark.parametrize(
    "lapse",
    [
        lambda talk: talk.tap_old(f"{talk.conversation.sessions}.1.3"),
        lambda talk: talk.tap_old("nonsense"),
        lambda talk: talk.share_location(),
        lambda talk: talk.share_contact(),
        lambda talk: talk.attach(),
        lambda talk: talk.edit("hello"),
        lambda talk: talk.say("000"),
        lambda talk: talk.say("PERSON"),
    ],
)
def test_a_question_that_was_passed_over_erases_nothing_later(talk: Talk, lapse: State) -> None:
    asked(talk)
    talk.say("DELETE")
    lapse(talk)
    assert talk.conversation.pending is Pending.NOTHING
    assert Erase() not in talk.say("1").effects


def test_an_old_yes_under_delete_answers_nothing_else(turns: SeekerTurns) -> None:
    talk = Talk(turns, TELEGRAM)
    sent(talk)
    (yes, _) = talk.say("DELETE").outgoing[0].choices
    talk.say("no").tap_old(yes.data)
    talk.set_in_motion(TellStatus())


def test_stop_is_not_delete(talk: Talk) -> None:
    asked(talk)
    talk.say("DELETE", "STOP").heard_nothing().set_in_motion(OptedOutNow())
    assert talk.conversation.session is not None
    talk.say("1").heard_nothing()
    assert not talk.happened(Erase)


@where_silenced
def test_delete_after_stop_erases_unasked_as_we_said_it_would(talk: Talk, state: State) -> None:
    state(talk)
    talk.say("DELETE").heard_nothing().set_in_motion(Erase())
    assert talk.conversation.silenced


def test_delete_comes_before_the_pause_and_on_a_shared_phone_says_little(talk: Talk) -> None:
    paused(talk)
    talk.say("DELETE").heard("Delete all that you sent us?")
    other = Talk(talk.turns)
    quiet(other)
    other.say("DELETE").heard_only("Delete all?\n1 Yes\n2 No")
    other.say("2").heard_only("Nothing was deleted.\nWhich town is nearest?")


def test_after_it_is_gone_they_are_a_stranger(talk: Talk) -> None:
    sent(talk)
    talk.say("DELETE", "1")
    assert (talk.conversation.session, talk.conversation.case, talk.conversation.pending) == (None, None, "")
    talk.say("hello").set_in_motion(DraftBegun())


# ---- STOP in a sentence


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
@pytest.mark.parametrize("words", ["I want to stop please", "please stop, please", "we want to unsubscribe please"])
def test_stop_among_small_words_is_asked_about_once(turns: SeekerTurns, words: str, channel: str) -> None:
    talk = Talk(turns, channel).say("START", "4", words)
    talk.heard("Do you want no more messages from us?")
    assert OptedOutNow() not in talk.effects
    if channel == SMS:
        talk.say("1")
    else:
        talk.tap("Yes")
    assert talk.conversation.silenced
    talk.heard("You get no more messages from us.")
    assert OptedOutNow() in talk.effects


def test_who_did_not_mean_to_stop_goes_on_where_they_were(turns: SeekerTurns) -> None:
    talk = Talk(turns).say("START", "4", "I want to stop please", "no")
    assert not talk.conversation.silenced
    assert talk.conversation.aside == ""
    talk.heard("Who needs help?")


@pytest.mark.parametrize(
    "words", ["in the end", "they will not stop", "stop beating me", "please stop the men at my gate"]
)
def test_other_sentences_are_not_taken_for_stop(turns: SeekerTurns, words: str) -> None:
    talk = Talk(turns).say("START", "4", words)
    assert not talk.conversation.silenced
    talk.heard_nothing_of("Do you want no more messages")


@pytest.mark.parametrize("yes", ["1", "yes", "yes please", "YES, I want", "ok please"])
def test_a_polite_yes_deletes(turns: SeekerTurns, yes: str) -> None:
    assert Talk(turns).say("hello", "4", "DELETE", yes).happened(Erase)


@pytest.mark.parametrize("no", ["2", "no", "no please", "0", "yes but not now", "yes no", "why"])
def test_anything_else_deletes_nothing(turns: SeekerTurns, no: str) -> None:
    assert not Talk(turns).say("hello", "4", "DELETE", no).heard("Nothing was deleted.").happened(Erase)
