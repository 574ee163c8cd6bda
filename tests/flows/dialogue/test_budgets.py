"""How many messages want a reply, on every way through the intake on which each answer is understood: at most 6 in
danger, held and quiet, at most 12 otherwise. What a person asks for (MORE, WHY, back, a change) is not counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from flows.dialogue import engine
from flows.dialogue.definition import AnswerType, Flow, Flows, Step
from flows.dialogue.events import Asked, LanguageChosen, Moved, Wrote
from flows.dialogue.questions import NONE
from flows.dialogue.reading import Reader
from flows.dialogue.session import Session
from tests.flows.dialogue.walks import LIBRARY, NOW, flows_of, reader, shipped

AT_ONCE = frozenset({"danger", "held", "cant_say"})
SHORT, LONG = 6, 12
EXACT, MISSPELT = "Nakuru", "Nakuruu"


@dataclass(frozen=True, slots=True)
class Way:
    """`asked`: messages that wanted a reply. `quiet_after`, `alarm_after`: how many of them came before the phone was
    said to be shared, or before words for danger; -1 where that has not happened."""

    session: Session
    question: Asked
    asked: int
    quiet_after: int
    alarm_after: int


def ways(flows: Flows, read: Reader, *, sure: bool, alarms: bool) -> Iterator[Way]:
    """Every way to each end; ways that no later condition can tell apart are walked once."""
    flow = flows["intake"]
    first = engine.begin(flows, "intake", Wrote("hello"), reader=read, sure=sure, now=NOW)
    open_ways = [_after(flows, read, first, Way(first.session, Asked(step="", text=NO_TEXT), 0, -1, -1))]
    seen: set[object] = set()
    while open_ways:
        way = open_ways.pop()
        if way.question.step == "":
            yield way
            continue
        key = (
            way.question.step,
            way.question.options,
            way.asked,
            way.quiet_after,
            way.alarm_after,
            _matters(flow, way, flows, read),
        )
        if key in seen:
            continue
        seen.add(key)
        for text in _replies(flow, way, alarms=alarms):
            moved = engine.advance(flows, way.session, Wrote(text), reader=read, now=NOW)
            open_ways.append(_after(flows, read, moved, way, alarmed=text in ALARMS))


NO_TEXT = shipped().phrases["why"].live
ALARMS = ("they are beating me", "police took him")


def _after(flows: Flows, read: Reader, moved: Moved, way: Way, *, alarmed: bool = False) -> Way:
    while isinstance(moved.events[-1], LanguageChosen):
        moved = engine.go_on(flows, moved.session, reader=read, now=NOW)
    asked = [event for event in moved.events if isinstance(event, Asked)]
    quiet = moved.quiet and way.quiet_after < 0
    return Way(
        session=moved.session,
        question=asked[0] if asked else Asked(step="", text=NO_TEXT),
        asked=way.asked + len(asked),
        quiet_after=way.asked if quiet else way.quiet_after,
        alarm_after=way.asked if alarmed and way.alarm_after < 0 else way.alarm_after,
    )


def _matters(flow: Flow, way: Way, flows: Flows, read: Reader) -> frozenset[object]:
    """The answers that a condition still to come looks at."""
    at = next((index for index, step in enumerate(flow.steps) if step.id == way.question.step), 0)
    looked_at = {name for term in flow.terms.values() for name in term.reads}
    looked_at |= {name for step in flow.steps[at:] if step.when for name in step.when.reads}
    given = engine.given(flows, way.session, reader=read)
    return frozenset((answer.step, answer.value) for answer in given if answer.step in looked_at)


def _replies(flow: Flow, way: Way, *, alarms: bool) -> list[str]:
    """What an understanding person might send: each line of the list, or what the question wants in words."""
    step = flow.step(way.question.step)
    numbers = [
        str(number)
        for number, option in enumerate(way.question.options, 1)
        if option.id not in (NONE, "more", "change")
    ]
    if step is None or way.question.options:
        return numbers
    return [*_words(step), *(ALARMS if alarms else ())]


def _words(step: Step) -> list[str]:
    return (
        [EXACT, MISSPELT] if step.type is AnswerType.PLACE else ["25/12" if step.type is AnswerType.DATE else "words"]
    )


@pytest.mark.parametrize("menu", [9, 5])
@pytest.mark.parametrize("sure", [True, False])
def test_no_way_asks_more_than_it_may(menu: int, sure: bool) -> None:
    flows = shipped()
    ends = list(ways(flows, reader(flows, menu=menu), sure=sure, alarms=False))
    openings = set()
    for way in ends:
        given = {a.step: a.value for a in engine.given(flows, way.session, reader=reader(flows))}
        openings.add(given["opening"])
        most = SHORT if given["opening"] in AT_ONCE else LONG
        assert way.asked <= most, given
        if way.quiet_after >= 0:
            assert way.asked - way.quiet_after <= SHORT, given
    assert openings == {"danger", "held", "deadline", "none", "cant_say"}
    assert max(way.asked for way in ends) == LONG, "the test looks at the longest way there is"


@pytest.mark.parametrize("menu", [9, 5])
def test_from_words_for_danger_on_no_more_than_six_are_asked(menu: int) -> None:
    flows = shipped()
    alarmed = [way for way in ways(flows, reader(flows, menu=menu), sure=False, alarms=True) if way.alarm_after >= 0]
    assert alarmed
    assert max(way.asked - way.alarm_after for way in alarmed) <= SHORT


def text_of_intake() -> str:
    return (LIBRARY / "intake.yaml").read_text(encoding="utf-8")


def test_a_question_too_many_would_be_noticed() -> None:
    text = "  - ask: held_extra\n    when: held and not quiet\n    text: One more?\n\n  - ask: held_consent\n"
    flows = flows_of(text_of_intake().replace("  - ask: held_consent\n", text))
    longest = max(
        way.asked
        for way in ways(flows, reader(flows), sure=False, alarms=False)
        if {a.step: a.value for a in engine.given(flows, way.session, reader=reader(flows))}["opening"] == "held"
    )
    assert longest > SHORT
