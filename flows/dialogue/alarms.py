"""Words that mean danger wherever they stand. Each language's `answers.yaml` lists them under `alarms:`, as data.

A phrase is words in a row. `...` between two of them stands for up to three other words ("beat ... me"), since in many
languages the verb and its object stand apart; `*` ends a stem (`arrest*`), since verbs bend. Every phrase begins with a
word or a stem, so a text is looked through once, and the work a text can cause grows with its length alone.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

GAP, STEM = "...", "*"
LONGEST_GAP = 3
SHORTEST_STEM = 3
SHORTEST_LATER_STEM = 2
"""Behind the first word, which has already told much."""


class Heard(StrEnum):
    """What words can say, the most pressing first. `defender`: they speak of work for others' rights; `threat`:
    somebody threatens. Each of these two alone is no alarm; together they are danger."""

    DANGER = "danger"
    WANTS_TO_DIE = "wants_to_die"
    DEFENDER = "defender"
    THREAT = "threat"
    HELD = "held"
    MISSING = "missing"


NOTED = frozenset({Heard.WANTS_TO_DIE, Heard.DEFENDER, Heard.THREAT, Heard.MISSING})
"""What a lane does not say of itself, and a helper must know."""


def alarm(heard: Container[Heard]) -> str | None:
    """The lane that it calls for, which is also the reason a person is called."""
    if Heard.DANGER in heard or Heard.WANTS_TO_DIE in heard or (Heard.DEFENDER in heard and Heard.THREAT in heard):
        return "danger"
    return "held" if Heard.HELD in heard or Heard.MISSING in heard else None


class PhraseBroken(Exception):
    """The phrase cannot be looked for; the message says why, in a translator's words."""


def phrase(written: str, plain: Callable[[str], str]) -> str:
    """A phrase as `Alarms` takes it: its words made `plain`, its signs kept. Raises PhraseBroken."""
    words: list[str] = []
    for word in written.replace("…", GAP).replace(GAP, f" {GAP} ").split():
        if word == GAP:
            words.append(GAP)
        elif word.endswith(STEM):
            stem = plain(word.rstrip(STEM))
            shortest = SHORTEST_LATER_STEM if words else SHORTEST_STEM
            if len(stem.replace(" ", "")) < shortest:
                raise PhraseBroken(f"the stem {word!r} has fewer than {shortest} letters")
            words.extend(f"{stem}{STEM}".split())
        else:
            words.extend(plain(word).split())
    if GAP in (words[:1] + words[-1:]):
        raise PhraseBroken("a phrase must begin and end with a word")
    if any(first == second == GAP for first, second in pairwise(words)):
        raise PhraseBroken(f"write {GAP!r} once between two words")
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a phrase. `after`: how many other words may come before it."""

    text: str
    stem: bool
    after: int

    def fits(self, word: str) -> bool:
        return word.startswith(self.text) if self.stem else word == self.text


_Phrase = tuple[_Word, ...]


@dataclass(frozen=True, slots=True)
class Alarms:
    """All phrases of all languages, found by their first word. `stems` by the letters of a first stem; `lengths` are
    how many letters those have."""

    words: Mapping[str, tuple[tuple[Heard, _Phrase], ...]]
    stems: Mapping[str, tuple[tuple[Heard, _Phrase], ...]]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, phrases: Iterable[tuple[Heard, str]]) -> Alarms:
        by_word: dict[str, list[tuple[Heard, _Phrase]]] = {}
        by_stem: dict[str, list[tuple[Heard, _Phrase]]] = {}
        for heard, written in sorted(set(phrases)):
            first, *rest = _words(written)
            (by_stem if first.stem else by_word).setdefault(first.text, []).append((heard, tuple(rest)))
        return cls(
            words={word: tuple(found) for word, found in by_word.items()},
            stems={stem: tuple(found) for stem, found in by_stem.items()},
            lengths=tuple(sorted({len(stem) for stem in by_stem})),
        )

    def heard(self, plain: str) -> tuple[Heard, ...]:
        """Everything that a normalised text says, the most pressing first."""
        words = plain.split()
        found: set[Heard] = set()
        for at, word in enumerate(words):
            for heard, rest in self._beginning(word):
                if heard not in found and _goes_on(rest, words, at + 1):
                    found.add(heard)
        return tuple(heard for heard in Heard if heard in found)

    def _beginning(self, word: str) -> Iterable[tuple[Heard, _Phrase]]:
        yield from self.words.get(word, ())
        for length in self.lengths:
            if length > len(word):
                break
            yield from self.stems.get(word[:length], ())


def _words(written: str) -> _Phrase:
    words: list[_Word] = []
    after = 0
    for word in written.split():
        if word == GAP:
            after = LONGEST_GAP
        else:
            words.append(_Word(word.removesuffix(STEM), word.endswith(STEM), after))
            after = 0
    return tuple(words)


def _goes_on(rest: _Phrase, words: list[str], at: int) -> bool:
    """Whether the rest of a phrase stands from word `at` on. It keeps the places where the next word may stand, never
    the ways that led there. Most end at the very next word, so that is looked at first."""
    if rest and not rest[0].after and not (at < len(words) and rest[0].fits(words[at])):
        return False
    places = {at}
    for next_word in rest:
        places = {
            place + 1
            for begin in places
            for place in range(begin, min(begin + next_word.after + 1, len(words)))
            if next_word.fits(words[place])
        }
        if not places:
            return False
    return True
