"""From words to a line of a list: its number, its label or the beginning of it, one letter wrong, more words behind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from flows.dialogue.definition import NOT_KNOWN, NOT_SAID
from flows.dialogue.numbers import lines_of
from flows.dialogue.session import Value
from flows.dialogue.signs import Sign, sign_of
from flows.dialogue.words import AnswerWords, normalise

YES, NO = "yes", "no"
_COMMAS = re.compile("[,;،؛、/\n]")
_SHORTEST_BEGINNING, _SHORTEST_MISSPELT = 4, 5
_MOST_WORDS_AHEAD = 4
_MOST_WORDS_BEHIND_YES = 8


@dataclass(frozen=True, slots=True)
class Taken:
    """Understood. `said` keeps the words where they hold more than the value; `sure`: False where it may be off."""

    value: Value
    said: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Choosing:
    """A list as the person sees it. `listed`: the options as last shown, which numbers mean. `known`: words to option
    ids. `words`: their language, then English."""

    listed: Sequence[str]
    known: Mapping[str, str]
    words: Sequence[AnswerWords]

    def exactly(self, text: str) -> str | None:
        """The number of a line in digits, or an option's own words: nothing near to it."""
        word = normalise(text)
        if word.isdecimal() and len(word) <= 2:
            return self._line(int(word))
        return self.known.get(word)

    def yes_or_no(self, text: str) -> Taken | None:
        """As consent is read: exactly, or a plain yes or no before words that can not take it back."""
        if (value := self.exactly(text)) is not None:
            return Taken(value)
        said = normalise(text).split()
        if not self.words or not self.words[0].unless or len(said) > _MOST_WORDS_BEHIND_YES:
            return None
        for length in range(min(len(said) - 1, _MOST_WORDS_AHEAD), 0, -1):
            if (value := self.known.get(" ".join(said[:length]))) in (YES, NO):
                rest = said[length:]
                doubtful = any(word in language.unless for word in rest for language in self.words)
                doubtful |= any(self.known.get(part, value) != value for part in _phrases(rest))
                return None if doubtful or any(word.isdecimal() for word in rest) else Taken(value, text.strip())
        return None

    def one(self, text: str) -> str | None:
        """The option the whole text names."""
        if (value := self.exactly(text)) is not None:
            return value
        word = normalise(text)
        if not word:
            sign = sign_of(text)
            return sign.value if sign in (Sign.YES, Sign.NO) and sign.value in self.known.values() else None
        if word.isdecimal():
            return None
        lines = lines_of(text, self.words, taken=self.known)
        if len(lines.numbers) == 1 and lines.length == len(word.split()):
            return self._line(lines.numbers[0])
        return self._begun(word) or self._misspelt(word)

    def leading(self, text: str) -> Taken | None:
        """An option with more words behind it ("no but they say monday"): both are kept. A number spelt out is no
        line here: `one of my brothers`."""
        said = normalise(text).split()
        lines = lines_of(text, self.words, taken=self.known, spoken=False)
        if lines.numbers:
            value = self._line(lines.numbers[0]) if len(lines.numbers) == 1 else None
            return Taken(value, text.strip()) if value is not None else None
        return self._head(said, text)

    def several(self, text: str) -> Taken | None:
        """`1,3`, `1 3`, `1 and 3`, `13` where there is no thirteenth, or labels with commas between; else one or more,
        and more words behind. A line that is no option (further options) counts only by itself."""
        said = normalise(text).split()
        if (value := self.exactly(text)) is not None:
            return Taken(value if value in (NOT_KNOWN, NOT_SAID) and value not in self.listed else (value,))
        if len(said) == 1 and said[0].isdecimal() and len(said[0]) <= len(self.listed):
            return _distinct([self._line(int(digit)) for digit in said[0]])
        lines = lines_of(text, self.words, taken=self.known)
        if lines.numbers and lines.length == len(said):
            return _distinct([self._line(number) for number in lines.numbers])
        if pieces := _distinct([self.one(piece) for piece in self._pieces(text)]):
            return pieces
        lines = lines_of(text, self.words, taken=self.known, spoken=False)
        if lines.numbers:
            taken = _distinct([self._line(number) for number in lines.numbers])
            return Taken(taken.value, text.strip()) if taken else None
        leading = self._head(said, text)
        return Taken((str(leading.value),), leading.said) if leading else None

    def _line(self, number: int) -> str | None:
        return self.listed[number - 1] if 1 <= number <= len(self.listed) else None

    def _head(self, said: Sequence[str], text: str) -> Taken | None:
        for length in range(min(len(said) - 1, _MOST_WORDS_AHEAD), 0, -1):
            if (value := self.known.get(" ".join(said[:length]))) is not None:
                return Taken(value, text.strip())
        return None

    def _begun(self, word: str) -> str | None:
        """The one option whose words begin like this."""
        if len(word) < _SHORTEST_BEGINNING:
            return None
        found = {option for known, option in self.known.items() if known.startswith(word)}
        return found.pop() if len(found) == 1 else None

    def _misspelt(self, word: str) -> str | None:
        """The one option a single slip away."""
        if len(word) < _SHORTEST_MISSPELT:
            return None
        found = {
            option
            for known, option in self.known.items()
            if len(known) >= _SHORTEST_MISSPELT and OSA.distance(word, known, score_cutoff=1) <= 1
        }
        return found.pop() if len(found) == 1 else None

    def _pieces(self, text: str) -> list[str]:
        joiners = [re.escape(word) for language in self.words for word in language.joiners]
        parts = _COMMAS.split(text)
        if joiners:
            between = re.compile(rf"\s(?:{'|'.join(joiners)})\s", re.IGNORECASE)
            parts = [piece for part in parts for piece in between.split(part)]
        return [piece for part in parts if (piece := part.strip())]


def _distinct(values: Sequence[str | None]) -> Taken | None:
    """All of them, each once; None where one is none."""
    if not values or None in values:
        return None
    distinct = tuple(dict.fromkeys(value for value in values if value))
    return Taken(tuple(value for value in distinct if not value.startswith("@")) or distinct)


def _phrases(said: Sequence[str]) -> Iterator[str]:
    for length in range(1, _MOST_WORDS_AHEAD + 1):
        for at in range(len(said) - length + 1):
            yield " ".join(said[at : at + length])
