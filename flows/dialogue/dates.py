"""Dates as people write them: `12/3`, `12 March`, `tomorrow`, `in 3 days`, a weekday, with digits of any script.

Day comes before month unless the year leads. A date without a year is the next one where the question looks forward,
the last one where it looks back. What may mean two days (`next friday`; a day and month of either calendar of Nepal) is
given as both, for the person to choose. What can not be read for sure is not read: two dates, from one day to another,
`next week`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.dialogue import bikram_sambat
from flows.dialogue.numbers import in_digits
from flows.dialogue.words import AnswerWords, normalise

BIKRAM_SAMBAT = "bikram_sambat"
"""The calendar, as the registry of languages names it, in which a day and a month may be those of Nepal."""

_ISO = re.compile(r"\b(\d{4}) (\d{1,2}) (\d{1,2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2}) (\d{1,2})(?: (\d{2}|\d{4}))?\b")
_TIME = re.compile(r"\b\d{1,2}\s?[:h]\s?\d{2}\b(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?", re.IGNORECASE)
_NTH = r"(?:(?!h\b)[^\W\d_]{1,3})?"
"""Behind the day of a month: `1st`, `1er`, `2nd`; an hour is none."""
_MOST_YEARS = 100
_NEPALI_YEARS = range(2050, 2100)
"""A year written like this by people who use both calendars is one of Bikram Sambat."""

_MakeDate = Callable[[int, int, int], date | None]


def find_dates(
    text: str, *, today: date, forward: bool, words: Sequence[AnswerWords], calendar: str = ""
) -> tuple[date, ...]:
    """The one day the text holds, read with each language's words in turn; two where it may mean either of them; none
    where it holds no day, or several."""
    plain = normalise(_TIME.sub(" ", text) if ":" in text or text.isascii() else text)
    reading = _Reading(today, forward, calendar == BIKRAM_SAMBAT)
    if leading := _ISO.findall(plain):
        return reading.numeric(*leading[0]) if len(leading) == 1 else ()
    for language in words:
        if (named := reading.by_month(f" {plain} ", language)) is not None:
            return named
    if numeric := _NUMERIC.findall(plain):
        return reading.numeric(*reversed(numeric[0])) if len(numeric) == 1 else ()
    for language in words:
        if named := reading.by_word(f" {plain} ", language):
            return named
    return ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a date is read today. `nepali`: days and months may be those of Bikram Sambat."""

    today: date
    forward: bool
    nepali: bool

    def numeric(self, year: str, month: str, day: str) -> tuple[date, ...]:
        """In the calendar its year tells; without one, in either."""
        of_nepal = int(year) + (2000 if len(year) == 2 else 0) in _NEPALI_YEARS if year else None
        calendars: list[_MakeDate] = []
        if of_nepal is not False and self.nepali:
            calendars.append(bikram_sambat.to_date)
        if not (of_nepal and self.nepali):
            calendars.append(_gregorian)
        found = (self._dated(make, year, int(month), int(day)) for make in calendars)
        return tuple(dict.fromkeys(on for on in found if on is not None))

    def by_month(self, spaced: str, words: AnswerWords) -> tuple[date, ...] | None:
        """`7 december`, `december 7 2026`; None where no month stands beside a day."""
        found: list[date] = []
        beside = False
        calendars: tuple[tuple[_MakeDate, tuple[tuple[str, ...], ...]], ...] = (
            (_gregorian, words.months),
            (bikram_sambat.to_date, words.nepali_months),
        )
        for make, months in calendars:
            for month, names in enumerate(months, 1):
                for name in names:
                    if name not in spaced or f" {name} " not in spaced:
                        continue
                    if _is_span(name, spaced, words):
                        return ()
                    for year, day in _days_beside(name, spaced):
                        beside = True
                        found += filter(None, [self._dated(make, year, month, int(day))])
        if not beside:
            return None
        told = {*found, *(on for on, _ in self._relative(spaced, words))}
        return (found[0],) if len(told) == 1 else ()

    def by_word(self, spaced: str, words: AnswerWords) -> tuple[date, ...]:
        """`tomorrow`, `3 days ago`, `monday`; `next friday` may be this week's or the one after. A weekday on the
        day named beside it is the same; Spanish `el lunes por la mañana` may be two, since `mañana` is tomorrow."""
        relative = list(self._relative(spaced, words))
        days = {on for on, _ in relative}
        for _, said in relative:
            spaced = spaced.replace(f" {said} ", "  ")
        weekdays = [at for at, names in enumerate(words.days) if any(f" {name} " in spaced for name in names)]
        named: list[date] = []
        for weekday in weekdays:
            ahead = (weekday - self.today.weekday()) % 7
            named.append(self.today + timedelta(days=ahead if self.forward else ahead - 7 if ahead else 0))
        if not days and len(named) == 1 and self.forward and any(f" {word} " in spaced for word in words.coming):
            first = named[0] if named[0] > self.today else named[0] + timedelta(days=7)
            same_week = first - timedelta(days=first.weekday()) == self.today - timedelta(days=self.today.weekday())
            return (first, first + timedelta(days=7)) if same_week else (first,)
        days.update(named)
        if not days:
            days.update(self._bare(spaced, words))
        return tuple(days) if len(days) == 1 else ()

    def _relative(self, spaced: str, words: AnswerWords) -> Iterator[tuple[date, str]]:
        """Days counted from today, and the words that count them."""
        for word, days in words.relative.items():
            if word in spaced and f" {word} " in spaced:
                yield self.today + timedelta(days=days), word
                spaced = spaced.replace(f" {word} ", "  ")
        digits = in_digits(spaced, (words,)) if words.spans else ""
        for pattern, unit in words.spans if any(map(str.isdecimal, digits)) else ():
            if found := pattern.search(digits):
                yield self.today + timedelta(days=unit * int(found[1])), found[0]
                digits = digits.replace(found[0], " ")

    def _bare(self, spaced: str, words: AnswerWords) -> Iterator[date]:
        """`2 weeks` and nothing else: from today on, or back."""
        said = in_digits(spaced.strip(), (words,))
        for pattern, unit in words.bare:
            if found := pattern.fullmatch(said):
                yield self.today + timedelta(days=int(found[1]) * (unit if self.forward else -unit))

    def _dated(self, make: _MakeDate, year: str, month: int, day: int) -> date | None:
        if year:
            on = make(int(year) + (2000 if len(year) == 2 else 0), month, day)
            return on if on and abs(on.year - self.today.year) <= _MOST_YEARS else None
        now = bikram_sambat.of_date(self.today) if make is bikram_sambat.to_date else None
        this = now[0] if now else self.today.year
        guess = make(this, month, day)
        if guess is not None and self.forward and guess < self.today:
            return make(this + 1, month, day)
        return make(this - 1, month, day) if guess is not None and not self.forward and guess > self.today else guess


def _gregorian(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _days_beside(name: str, spaced: str) -> Iterator[tuple[str, str]]:
    """(year, day) for each time the month stands beside a day; Nepali may put the year first (`2083 mangsir 8`), and a
    small word may stand between (`7 de diciembre de 2026`)."""
    small = r"(?:[^\d\s]{1,4} )?"
    day = rf"(?:(\d{{1,2}}){_NTH} )?"
    pattern = rf" (?:(\d{{4}}) {small})?{day}{re.escape(name)} {day}(?:{small}(\d{{4}}) )?"
    for at in re.finditer(pattern, spaced):
        if at[2] or at[3]:
            yield at[4] or at[1] or "", at[2] or at[3]


def _is_span(name: str, spaced: str, words: AnswerWords) -> bool:
    """From one day of the month to another: `3-5 march`, `march 3 or 5`."""
    between = "|".join(map(re.escape, sorted({*words.joiners, *words.unless, "to", "or"})))
    two = rf"\d{{1,2}}{_NTH} (?:(?:{between}) )?\d{{1,2}}{_NTH}"
    return re.search(rf" {two} {re.escape(name)} | {re.escape(name)} {two} ", spaced) is not None
