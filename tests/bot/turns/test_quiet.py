"""A phone that others read: what is never said on it, and how everything starts clean after a while."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.app import LOCALES
from bot.casework.effects import AddToCase, CallPerson, DraftBegun, Effect, TellStatus
from bot.pipeline.turn import SeekerTurns
from flows.dialogue.words import normalise
from flows.routing.casebook import Lane, PageKind
from tests.bot.turns.talk import SMS, TELEGRAM, State, Talk, at_review, not_shared, sent

LANGUAGES = ("en", "sw", "ne", "ar", "es")
TOWN, NUMBER = "Nakuru", "+254700000009"

WAYS = {
    "can't say here": ("5",),
    "danger, others read": ("1", "2"),
    "danger, not sure": ("1", "3"),
    "harm, others read": ("4", "1", "1", "2", "2"),
    "reach me: others read": ("4", "1", "1", "1", TOWN, "1", "2", "5"),
}
"""Answers after which the phone is known to be shared."""

ORDERS = ("0", "AGAIN", "SKIP", "WHY", "PERSON", "STATUS", "HELP", "START", "zzz", "?", "he is beating me", "1", "9")
anyhow = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
in_all = pytest.mark.parametrize("language", LANGUAGES)


def telling(language: str) -> list[str]:
    """Words that tell a stranger what this number is for, from the translators' own list."""
    path = Path(LOCALES) / language / "unquiet.txt"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) > 20
    return [normalise(line) for line in lines]


def tells(text: str, words: Iterable[str]) -> list[str]:
    said = f" {normalise(text)} "
    return [word for word in words if word and f" {word} " in said]


def shared(turns: SeekerTurns, way: tuple[str, ...], channel: str = SMS, language: str = "en") -> Talk:
    talk = Talk(turns, channel, language=language)
    talk.say("START")
    for answer in way:  # a long list comes in pages where letters are wide
        talk.say(answer)
    assert talk.conversation.shared
    return talk


# ---- what is never said


def test_the_list_of_telling_words_finds_what_the_open_texts_say(talk: Talk) -> None:
    talk.say("hello")
    assert tells(talk.text, telling("en"))


@in_all
@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
def test_nothing_that_tells_is_said_to_the_end(turns: SeekerTurns, channel: str, language: str) -> None:
    words = telling(language)
    for way in ("5",), ("1", "2"):
        talk = shared(turns, way, channel, language)
        for answer in (*ORDERS, TOWN, *ORDERS[:11], NUMBER, *ORDERS[:11], "2", *ORDERS[:11]):
            talk.say(answer)
            shown = "\n".join((talk.text, *talk.buttons))
            assert tells(shown, words) == [], (answer, shown)
            talk.heard_nothing_of(TOWN, NUMBER, "KE-31", "baraza")


@anyhow
def test_no_order_brings_an_open_text_back(turns: SeekerTurns, way: tuple[str, ...]) -> None:
    for order in (*ORDERS, "000", "DELETE", "no", "00", "1", "0", "0", "0", "0", "0", "0", "0", "0"):
        talk = shared(turns, way)
        talk.say(order)
        assert tells(talk.text, telling("en")) == [], order
        talk.heard_nothing_of(TOWN, "robot", "wrong?", "please check")
        assert talk.conversation.shared or not talk.conversation.session


def test_going_back_stays_on_this_side(talk: Talk) -> None:
    talk.say("START", "5", TOWN, "1").say("0").heard("How can we reach you?")
    talk.say("0").heard_only("Which town is nearest?")
    talk.say("0").heard_only("Which town is nearest?")
    assert talk.conversation.shared


def test_pictures_old_buttons_and_corrections_are_answered_in_quiet_words(turns: SeekerTurns) -> None:
    talk = shared(turns, ("5",), TELEGRAM)
    talk.attach().heard_only("Please write in words here.\nWhich town is nearest?")
    talk.tap_old("1.1.0").heard_only("Here is the question we are at.\nWhich town is nearest?")
    talk.edit("hello").heard_only("Please send it again as a new one.\nWhich town is nearest?")


def test_the_end_is_quiet_too(talk: Talk) -> None:
    talk.say("START", "5", TOWN, "1", "1", "1")
    assert talk.filed.lane is Lane.QUIET
    assert talk.filed.ending.source == "Thank you. You can write here any time."
    other = Talk(talk.turns)
    other.say("START", "5", TOWN, "1", "1", "2").heard_only("All right. You can write here any time.")


@in_all
def test_every_phrase_a_seeker_may_be_told_has_quiet_words(turns: SeekerTurns, language: str) -> None:
    phrases = turns.voice.flows.phrases
    told = [
        "person_called", "help_inside", "status_none", "status_draft", "delete_ask", "delete_kept", "stopped", "paused",
        "edited", "not_offered", "unreadable", "stale", "lost", "why", "no_skip",
    ]  # fmt: skip
    for name in told:
        quiet = phrases[name].quiet
        assert quiet is not None, name
        assert tells(turns.voice.wording.say(quiet, language), telling(language)) == [], name


def test_the_next_request_on_this_phone_is_quiet_from_its_first_word(talk: Talk) -> None:
    talk.say("START", "5", TOWN, "1", "1", "1").say("START").heard_only("Which town is nearest?")


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
def test_each_time_they_come_a_person_is_called_at_the_first_answer(turns: SeekerTurns, channel: str) -> None:
    """Nobody asks them again whether they are in danger."""
    talk = Talk(turns, channel).say("hello", "5", "Nakuru", "2", "1").wait(days=3).say("START")
    assert not talk.happened(CallPerson), "a hello from whoever found the phone calls nobody"
    talk.say("Nakuru").heard_nothing_of("Nakuru")
    assert talk.happened(CallPerson) == [CallPerson(PageKind.DANGER)]
    talk.say("2")
    assert not talk.happened(CallPerson)


def test_after_stop_and_start_it_is_still_a_phone_that_others_read(turns: SeekerTurns) -> None:
    talk = shared(turns, ("5",))
    talk.say("STOP", "START").heard_only("Which town is nearest?")


# ---- after thirty minutes everything starts clean

WHATEVER: dict[str, State] = {
    "words": lambda talk: talk.say("are you there"),
    "an answer": lambda talk: talk.say("1"),
    "back": lambda talk: talk.say("0"),
    "help": lambda talk: talk.say("HELP"),
    "start": lambda talk: talk.say("START"),
    "person": lambda talk: talk.say("PERSON"),
    "status": lambda talk: talk.say("STATUS"),
    "again": lambda talk: talk.say("AGAIN"),
    "why": lambda talk: talk.say("WHY"),
    "language": lambda talk: talk.say("00"),
    "delete and no": lambda talk: talk.say("DELETE", "no"),
    "a picture": lambda talk: talk.attach(),
    "a picture with words": lambda talk: talk.attach(caption="look"),
    "a place": lambda talk: talk.share_location(),
    "a contact": lambda talk: talk.share_contact(),
    "an old button": lambda talk: talk.tap_old("1.4.0"),
    "a forged button": lambda talk: talk.tap_old("x"),
    "a correction": lambda talk: talk.edit("hello"),
}
with_whatever = pytest.mark.parametrize("send", WHATEVER.values(), ids=WHATEVER)


@with_whatever
def test_after_thirty_minutes_the_question_of_before_is_not_shown(turns: SeekerTurns, send: State) -> None:
    talk = shared(turns, ("5", TOWN, "1"), TELEGRAM)
    assert talk.at == "quiet_time"
    log = talk.conversation.session.log if talk.conversation.session else ()
    talk.wait(minutes=31)
    send(talk)
    talk.heard_nothing_of("good time", "reach you", TOWN).heard("Which town is nearest?")
    assert (talk.at, talk.given) == ("place", {})
    session = talk.conversation.session
    assert session is not None
    assert session.log[: len(log)] == log, "what was told stays in the sealed log"


def test_within_thirty_minutes_it_goes_on(turns: SeekerTurns) -> None:
    talk = shared(turns, ("5", TOWN))
    talk.wait(minutes=29).say("1")
    assert talk.at == "quiet_time"


def test_behind_the_neutral_screen_too(turns: SeekerTurns) -> None:
    talk = shared(turns, ("5", TOWN))
    talk.say("000").wait(minutes=31).say("who is this").heard_only("Which town is nearest?")


def test_after_stop_too(turns: SeekerTurns) -> None:
    talk = shared(turns, ("5", TOWN))
    talk.say("STOP").wait(minutes=31).say("START").heard_only("Which town is nearest?")


def test_what_was_pressing_stays_pressing(turns: SeekerTurns) -> None:
    for way, lane, opening in ((("5",), Lane.QUIET, "cant_say"), (("1", "2"), Lane.DANGER, "danger")):
        talk = shared(turns, way)
        talk.wait(minutes=31).say("are you there", TOWN, "1", "1", "1")
        assert talk.filed.lane is lane
        assert {answer.step: answer.value for answer in talk.filed.given}["opening"] == opening


def test_the_words_that_came_are_heard_and_kept(turns: SeekerTurns) -> None:
    talk = Talk(turns)
    talk.say("my husband", "4", "1", "1", "2", "2", TOWN)
    talk.wait(minutes=31).say("he says he will kill me").set_in_motion(CallPerson(PageKind.DANGER))
    talk.heard_only("Which town is nearest?")
    talk.say(TOWN, "1", "1", "1")
    assert talk.filed.first_words == "my husband\nhe says he will kill me"
    assert talk.filed.lane is Lane.DANGER


# ---- after thirty days, everywhere


@with_whatever
def test_after_thirty_days_an_open_intake_starts_clean(turns: SeekerTurns, send: State) -> None:
    talk = Talk(turns, TELEGRAM)
    at_review(talk)
    talk.wait(days=31)
    send(talk)
    talk.heard_nothing_of(TOWN, "Amina", "please check", "not sent").heard("Is anyone in trouble right now?")
    assert (talk.at, talk.given) == ("opening", {})


def test_within_thirty_days_it_goes_on(talk: Talk) -> None:
    at_review(talk)
    talk.wait(days=29).say("STATUS").heard("Please check:")


def test_words_for_danger_are_heard_however_long_it_was(talk: Talk) -> None:
    at_review(talk)
    talk.wait(days=31).say("he is beating me").set_in_motion(CallPerson(PageKind.DANGER))
    assert talk.at == "danger_phone"


@pytest.mark.parametrize(
    ("words", "effect"),
    [
        ("hello", TellStatus(clean=True)),
        ("STATUS", TellStatus(clean=True)),
        ("HELP", TellStatus(clean=True)),
        ("is there news of my land", AddToCase("is there news of my land", clean=True)),
    ],
)
def test_a_case_shows_nothing_of_before_either(talk: Talk, words: str, effect: Effect) -> None:
    sent(talk)
    talk.wait(days=31).say(words).heard_nothing().set_in_motion(effect)
    talk.say("STATUS").set_in_motion(TellStatus())


def test_what_was_told_in_danger_and_not_shared_is_not_shown_later(talk: Talk) -> None:
    not_shared(talk)
    talk.wait(days=31).say("STATUS").heard_nothing_of("duty", "not sent").heard("Is anyone in trouble right now?")


def test_a_new_message_begins_a_new_stretch(talk: Talk) -> None:
    at_review(talk)
    talk.wait(days=31).say("hello", "4")
    assert talk.at == "who"


def test_nobody_is_begun_twice(turns: SeekerTurns) -> None:
    talk = shared(turns, ("5",))
    talk.wait(minutes=31).say("hello")
    assert talk.happened(DraftBegun) == []
