"""Hours counted from six, as in Swahili: `saa moja asubuhi`, the first hour of the morning, is seven."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from flows.dialogue.numbers import in_digits
from flows.dialogue.words import AnswerWords, normalise


def hour_of(text: str, words: Sequence[AnswerWords]) -> int | None:
    """The hour of the day, 0 to 23, that is named with its part of the day; without one it may be two."""
    for language in words:
        said = in_digits(normalise(text), (language,)).split()
        parts = {part for part, names in language.clock.items() if part != "hour" and names.intersection(said)}
        named = [
            int(number)
            for hour, number in pairwise(said)
            if hour in language.clock.get("hour", ()) and number.isdecimal() and 1 <= int(number) <= 12
        ]
        if len(named) == 1 and len(parts) == 1:
            (part,), (hour,) = parts, named
            late = part in ("night", "dawn") or (part == "morning" and hour >= 10)
            return (hour + (18 if late else 6)) % 24
    return None
