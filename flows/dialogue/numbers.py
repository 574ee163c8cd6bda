"""Numbers as people write them: `2`, `two`, `option 2`, `second`, `1,3`, `1 na 3`; always over normalised words."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from flows.dialogue.words import AnswerWords, normalise

_FROM_TO = re.compile(r"\d\s*[-–—~]\s*\d")
_LONGEST = 12


def number_of(word: str, words: Sequence[AnswerWords]) -> int | None:
    """One word as a number: in digits, or as each language says it."""
    if word.isdecimal():
        return int(word) if len(word) <= _LONGEST else None
    return next((language.numbers[word] for language in words if word in language.numbers), None)


def in_digits(plain: str, words: Sequence[AnswerWords]) -> str:
    """The same words with numbers in digits: `in three days` is `in 3 days`."""
    for language in words:
        for said, number in language.numbers.items():
            if " " in said and said in plain:
                plain = f" {plain} ".replace(f" {said} ", f" {number} ").strip()
    numbers = [number_of(word, words) for word in plain.split()]
    return " ".join(
        word if number is None else str(number) for word, number in zip(plain.split(), numbers, strict=True)
    )


def only_number(plain: str, words: Sequence[AnswerWords]) -> int | None:
    """The one number the words hold; None where there is none, or another."""
    if (whole := number_of(plain, words)) is not None:
        return whole
    found = {number for word in plain.split() if (number := number_of(word, words)) is not None}
    return found.pop() if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Lines:
    """Numbers of lines of a list that stand at the head of a message, and how many of its words they are."""

    numbers: tuple[int, ...]
    length: int


def lines_of(text: str, words: Sequence[AnswerWords], *, taken: Container[str] = (), spoken: bool = True) -> Lines:
    """`option 2`, `1 and 3`, `the second`, and what follows is left. `taken`: words that are answers themselves, and so
    lead to no number (`no 2`). `spoken`: also numbers that are spelt out. From one line to another (`1-3`) may mean two
    things and is not read."""
    if _FROM_TO.search(text):
        return Lines((), 0)
    said = _parted(normalise(text), words).split()
    picks = {word for language in words for word in language.picks if word not in taken}
    joiners = {word for language in words for word in language.joiners}
    numbers: list[int] = []
    length = at = 0
    while at < len(said):
        number = _line(said[at:], words if spoken else ())
        if number is not None:
            numbers.append(number[0])
            at = length = at + number[1]
        elif (not numbers and said[at] in picks) or (numbers and said[at] in joiners | picks):
            at += 1
        else:
            break
    return Lines(tuple(numbers), length)


def _line(said: Sequence[str], words: Sequence[AnswerWords]) -> tuple[int, int] | None:
    """A number, or the two or three words of an ordinal, at the head: the number and how many words it takes."""
    for length in (3, 2, 1):
        ordinal = " ".join(said[:length]) if len(said) >= length else ""
        for language in words:
            for known in (language.ordinals, language.numbers):
                if ordinal in known:
                    return known[ordinal], length
    return (int(said[0]), 1) if said[0].isdecimal() and len(said[0]) <= 2 else None


def _parted(plain: str, words: Sequence[AnswerWords]) -> str:
    """A joiner of one letter may be written onto the number behind it (Arabic `1 و3`)."""
    letters = "".join(word for language in words for word in language.joiners if len(word) == 1)
    return re.sub(rf"(?<!\S)([{re.escape(letters)}])(?=\d)", r"\1 ", plain) if letters else plain
