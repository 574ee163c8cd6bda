"""Random walks through the shipped intake in every language of the registry, in words of that language: no words
vanish, where one stands is always the first open question, and from wherever a walk has led a way goes to the end."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as given_
from hypothesis import strategies as st

from bot.wording import Wording
from flows.dialogue.definition import AnswerType
from flows.dialogue.events import Received, Wrote
from flows.dialogue.reading import Reader, make_reader
from flows.dialogue.session import Shown
from flows.dialogue.words import AnswerWords
from tests.flows.dialogue.test_random_walks import MOVES, Stroll
from tests.flows.dialogue.walks import ROOT, places, shipped

WORDING = Wording(ROOT / "locales")
CODES = tuple(WORDING.languages)
WALKS, LENGTH = 20, 40
FURTHEST = 60
"""Answers in a row that bring any dialogue to its end."""


@cache
def reader_in(code: str) -> Reader:
    return make_reader(
        shipped(),
        code,
        translate=lambda text: WORDING.say(text, code),
        words={each: WORDING.words(each) for each in CODES},
        languages=[(each, language.name) for each, language in WORDING.languages.items()],
        places=places(),
        countries=("KE", "NP", "TN", "CO", "SL"),
        menu=9,
        calendar=WORDING.languages[code].calendar,
        clock=WORDING.languages[code].clock,
    )


def said_in(words: AnswerWords) -> list[str]:
    """What people of the language may write: its answers, orders, days and words for danger, alone and in sentences."""
    single = [
        *words.yes, *words.no, *words.commands, *words.greetings, *words.unknown, *words.unsaid, *words.relative,
        *(name for names in (*words.days, *words.months) for name in names), *words.numbers, *words.ordinals,
    ]  # fmt: skip
    alarms = [spoken.replace("...", "").replace("*", "") for _, spoken in words.phrases()]
    pairs = [f"{first} {second}" for first, second in zip(single, reversed(single), strict=True)]
    return sorted({*single, *pairs, *alarms, *(f"{one} {two}" for one, two in zip(alarms, single, strict=False))})


def to_the_end(stroll: Stroll) -> bool:
    """Whether plain answers lead out of where the walk stands."""
    for _ in range(FURTHEST):
        if stroll.ended:
            return True
        stroll.send(answer_to(stroll))
    return stroll.ended


def answer_to(stroll: Stroll) -> Received:
    session = stroll.session
    shown = next((each for each in reversed(session.log) if isinstance(each, Shown)), None) if session else None
    step = shipped()["intake"].step(shown.step) if shown else None
    if shown is None or shown.options or step is None:
        return Wrote("1")
    return Wrote(
        {AnswerType.PLACE: "Nakuru", AnswerType.DATE: "25/12", AnswerType.PHONE: "+254700000001"}.get(
            step.type or AnswerType.TEXT, "Asha"
        )
    )


@pytest.mark.parametrize("code", CODES)
def test_the_intake_holds_on_every_way_in_every_language(code: str) -> None:
    readers = {(0, each): reader_in(each) for each in CODES}
    theirs = st.sampled_from(said_in(WORDING.words(code)))

    @settings(max_examples=WALKS, suppress_health_check=list(HealthCheck), deadline=None)
    @given_(st.lists(st.one_of(MOVES, theirs, theirs), min_size=LENGTH, max_size=LENGTH))
    def walk(moves: list[object]) -> None:
        stroll = Stroll("intake", (shipped(),), readers, language=code)
        for move in moves:
            stroll.go(move)
        assert to_the_end(stroll), "no dead end"

    walk()
