"""STOP, START, HELP and DELETE: each word of each language, in each state, on both channels, does what was decided."""

from __future__ import annotations

from copy import copy

import pytest

from bot.casework.effects import Erase, OptedOutNow, OptedOutWrote, Resumed, TellStatus
from bot.pipeline.own_words import CARRIER_STOP_WORDS
from bot.pipeline.turn import SeekerTurns
from flows.dialogue.conversation import Pending
from flows.dialogue.position import LANGUAGES as LANGUAGES_SHOWN
from flows.dialogue.words import Command
from tests.bot.turns.talk import (
    SILENT,
    SMS,
    STATES,
    TELEGRAM,
    State,
    Talk,
    fresh,
    not_shared,
    sent,
    silenced_with_a_case,
)

WITH_A_CASE = (sent, silenced_with_a_case)
LANGUAGES = ("ar", "en", "es", "fr", "ne", "ne-Latn", "pt", "sw")


def test_these_are_the_languages(turns: SeekerTurns) -> None:
    assert sorted(turns.tongues.words) == sorted(LANGUAGES)


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_each_does_what_was_decided(turns: SeekerTurns, state: State, language: str, channel: str) -> None:
    found = Talk(turns, channel, language=language)
    state(found)
    for command, holds in DECIDED.items():
        words = {*_words(turns, language, command), *_words(turns, "en", command)}
        assert words
        for word in sorted(words):
            holds(copy(found).say(word), found, state, word)


def _words(turns: SeekerTurns, language: str, command: Command) -> list[str]:
    return [word for word, each in turns.tongues.words[language].commands.items() if each is command]


def _stops(talk: Talk, found: Talk, state: State, word: str) -> None:
    """Once, and nothing that was told is lost. The provider has answered its own words."""
    assert talk.conversation.silenced
    assert talk.conversation.session == found.conversation.session
    if state in SILENT:
        talk.heard_nothing().set_in_motion()
    elif talk.conversation.channel == SMS and word in CARRIER_STOP_WORDS:
        talk.heard_nothing().set_in_motion(OptedOutNow())
    else:
        talk.heard_only(talk.phrase("stopped", quiet=found.conversation.shared)).set_in_motion(OptedOutNow())


def _starts(talk: Talk, found: Talk, state: State, word: str) -> None:
    """Opts in again; shows the question that waits, or begins."""
    assert not talk.conversation.silenced
    if state is silenced_with_a_case:
        talk.heard_nothing().set_in_motion(Resumed(), TellStatus())
    elif state in (fresh, sent, not_shared):
        assert talk.at == "opening", word
    else:
        assert talk.outgoing
        assert talk.at == _question(found), word


def _helps(talk: Talk, found: Talk, state: State, word: str) -> None:
    """Never silences and is never an answer: begins, tells how it stands, or repeats the question and offers a
    person."""
    assert talk.conversation.silenced == found.conversation.silenced
    if state in SILENT:
        talk.heard_nothing().set_in_motion(OptedOutWrote(word))
    elif state is fresh:
        assert talk.at == "opening", word
    elif state in WITH_A_CASE:
        talk.set_in_motion(TellStatus())
    else:
        assert talk.outgoing[0].text.startswith(talk.phrase("help_inside", quiet=found.conversation.shared)) or (
            state.__name__ == "asked_to_delete"
        ), word
        assert talk.at == _question(found), word


def _deletes(talk: Talk, found: Talk, state: State, word: str) -> None:
    """Asks once; after STOP, when nothing can be asked, it is done."""
    if state in SILENT:
        talk.heard_nothing().set_in_motion(Erase())
    else:
        assert talk.conversation.pending is Pending.DELETE, word
        assert talk.conversation.session == found.conversation.session
        assert not talk.effects
        talk.heard(talk.phrase("delete_ask", quiet=found.conversation.shared))


def _question(found: Talk) -> str:
    """The list of languages is left for the question it was shown over."""
    return "opening" if found.at == LANGUAGES_SHOWN else found.at


DECIDED = {Command.STOP: _stops, Command.START: _starts, Command.HELP: _helps, Command.DELETE: _deletes}
