"""An answer to the question before, which came after the next one was asked: the person is asked which it is."""

from __future__ import annotations

from collections.abc import Mapping

from flows.dialogue.choosing import NO, YES, Choosing
from flows.dialogue.definition import AnswerType
from flows.dialogue.events import Marked
from flows.dialogue.position import LATE
from flows.dialogue.questions import options_of
from flows.dialogue.session import Answered, Proposed
from flows.dialogue.turn import Turn

LATE_FOR = 60
"""Seconds in which an answer may still be to the question before."""

_MAY_BE_LATE = (AnswerType.CHOICE, AnswerType.YES_NO, AnswerType.MANY)


def answers_before(turn: Turn, text: str) -> bool:
    """Whether it answers the question before, differently, and not this one; the person is asked, nothing is
    guessed."""
    before = turn.position.answered[-1] if turn.position.answered else None
    if before is None or before.type not in _MAY_BE_LATE or turn.since_asked > LATE_FOR:
        return False
    value = Choosing((), turn.known(before), ()).exactly(text)
    chosen = next((option for option in before.options if option.id == value and option.tells is None), None)
    old = turn.position.answers.get(before.id)
    if value not in options_of(before) or value in (old, *(old if isinstance(old, tuple) else ())):
        return False
    if before.type is not AnswerType.YES_NO and chosen is None:
        return False
    turn.log(Proposed(LATE, (before.id, str(value)), text.strip()))
    turn.show(turn.questions.late(turn.state, turn.strength), counts=False)
    return True


def settle(turn: Turn, answer: str | None, text: str) -> None:
    """Their yes or no to that, or words that are neither."""
    proposed = turn.state.proposed
    turn.keep(text if answer is None else "")
    if proposed is None or proposed.step != LATE or answer != YES:
        if proposed and answer == NO:
            turn.keep(proposed.said)
        turn.log(Proposed(LATE, (), ""))
        if answer is not None or not turn.alarmed(text):
            turn.ask_again()
        return
    step_id, value = proposed.values
    step = turn.flow.step(step_id)
    if step is None or not any(step is each for each in turn.position.answered):
        turn.log(Proposed(LATE, (), ""))
        turn.ask_again()
        return
    at = turn.flow.steps.index(step)
    turn.log(Answered(step.id, (value,) if step.type is AnswerType.MANY else value, proposed.said))
    turn.events.extend(Marked(option.mark) for option in step.options if option.id == value and option.mark)
    turn.proceed(after=at)


def yes_and_no(turn: Turn) -> Mapping[str, str]:
    """The words for both, in the person's languages."""
    answers = ((said, answer) for each in turn.reader.words for said, answer in ((each.yes, YES), (each.no, NO)))
    found: dict[str, str] = {}
    for said, answer in answers:
        for word in said:
            found.setdefault(word, answer)
    return found
