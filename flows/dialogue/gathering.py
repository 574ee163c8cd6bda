"""Messages that come in a row: a story in five parts, words sent before our question could be seen."""

from __future__ import annotations

from collections.abc import Sequence

from flows.dialogue.definition import NOT_KNOWN, NOT_SAID, SKIPPED, AnswerType, Step
from flows.dialogue.placing import plain_place
from flows.dialogue.session import Answered, Entry, Shown
from flows.dialogue.turn import Turn
from flows.dialogue.words import normalise

BURST = 15
"""Seconds in which nobody has read our question and written a sentence."""

STORY = 90
"""Seconds in which what follows a story still belongs to it."""

_WORDS, _LETTERS = 3, 20
_A_NAME = 100
"""The most letters of a text that is no story."""


def is_sentence(text: str, *, words: int = _WORDS) -> bool:
    """More than an answer to a list; a script without spaces is measured by its length."""
    plain = normalise(text)
    return len(plain.split()) >= words or len(plain) >= _LETTERS * words // _WORDS


def was_repeated(log: Sequence[Entry]) -> bool:
    """Whether the question that waits has been put twice in one burst, so that another time would say nothing new."""
    asked = [entry for entry in log if isinstance(entry, Shown)][-2:]
    return len(asked) == 2 and asked[0].step == asked[1].step and asked[1].at - asked[0].at <= BURST


def _story_before(turn: Turn) -> Step | None:
    """The step before, where it took a story."""
    last = turn.position.answered[-1] if turn.position.answered else None
    kept = isinstance(turn.position.answers.get(last.id), str) if last else False
    return last if last and kept and last.type is AnswerType.TEXT and last.most > _A_NAME else None


def goes_on(turn: Turn, text: str) -> bool:
    """At a question that takes any words, whether these belong to the story just told."""
    step = turn.position.step
    takes_any = step.type is AnswerType.PLACE or (step.type is AnswerType.TEXT and step.most <= _A_NAME)
    if not takes_any or turn.since_asked > STORY or _story_before(turn) is None or not is_sentence(text, words=6):
        return False
    return step.type is AnswerType.TEXT or not plain_place(turn, text)


def in_a_burst(turn: Turn, text: str) -> bool:
    """Whether it was written before our question could be read, or goes on with a story."""
    return is_sentence(text) and turn.since_asked <= (STORY if _story_before(turn) else BURST)


def gather(turn: Turn, text: str) -> None:
    """Put with what it belongs to. The question is repeated once, and a burst gets no more than that."""
    story = _story_before(turn)
    before = turn.state.answers[story.id] if story else None
    answered = turn.since_asked <= BURST and was_repeated((*turn.session.log, *turn.added))
    if story and before and before.value not in (NOT_KNOWN, NOT_SAID, SKIPPED):
        whole = f"{before.said or before.value}\n{text.strip()}"
        turn.log(Answered(story.id, whole[: story.most], whole if len(whole) > story.most else ""))
    else:
        turn.keep(text)
    if not turn.alarmed(text) and not answered:
        turn.ask_again()
