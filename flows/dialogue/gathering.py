"""Messages that come in a row: a story in five parts, words sent before our question could be seen."""

from __future__ import annotations

from collections.abc import Sequence

from flows.dialogue.session import Entry, Shown
from flows.dialogue.words import normalise

BURST = 15
"""Seconds in which nobody has read our question and written a sentence."""

STORY = 90
"""Seconds in which what follows a story still belongs to it."""

LATE = 60
"""Seconds in which an answer may still be to the question before."""

_WORDS, _LETTERS = 3, 20


def is_sentence(text: str, *, words: int = _WORDS) -> bool:
    """More than an answer to a list; a script without spaces is measured by its length."""
    plain = normalise(text)
    return len(plain.split()) >= words or len(plain) >= _LETTERS * words // _WORDS


def was_repeated(log: Sequence[Entry]) -> bool:
    """Whether the question that waits has been put twice in one burst, so that another time would say nothing new."""
    asked = [entry for entry in log if isinstance(entry, Shown)][-2:]
    return len(asked) == 2 and asked[0].step == asked[1].step and asked[1].at - asked[0].at <= BURST
