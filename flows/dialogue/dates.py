"""Dates as people write them: `12/3`, `12 March`, `tomorrow`, a weekday, with digits of any script.

Day comes before month unless the year leads. A date without a year is the next one where the question looks forward,
the last one where it looks back. What cannot be read for sure is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from flows.dialogue.words import AnswerWords, normalise

_ISO = re.compile(r"\b(\d{4}) (\d{1,2}) (\d{1,2})\b")
_NUMERIC = re.compile(r"\b(\d{1,2}) (\d{1,2})(?: (\d{2}|\d{4}))?\b")
_MOST_YEARS = 100


def find_date(text: str, *, today: date, forward: bool, words: Sequence[AnswerWords]) -> date | None:
    """The one date the text holds, read with each language's words in turn; None when there is none or two."""
    plain = normalise(text)
    for pattern, order in ((_ISO, (0, 1, 2)), (_NUMERIC, (2, 1, 0))):
        found = pattern.findall(plain)
        if len(found) == 1:
            year, month, day = (found[0][at] for at in order)
            return _dated(year, int(month), int(day), today, forward)
        if found:
            return None
    for language in words:
        if named := _by_name(f" {plain} ", language, today, forward):
            return named.pop() if len(named) == 1 else None
    return None


def _by_name(spaced: str, words: AnswerWords, today: date, forward: bool) -> set[date]:
    """Every date the language's words name. A weekday counts only where no day of a month is named: `Monday 7 December`
    is one date, but Spanish `el lunes por la mañana` may be two, since its `mañana` is also tomorrow."""
    found = set()
    for word, days in words.relative.items():
        if f" {word} " in spaced:
            found.add(today + timedelta(days=days))
            spaced = spaced.replace(f" {word} ", "  ")
    in_months = set()
    for month, names in enumerate(words.months, 1):
        for name in names:
            if f" {name} " in spaced:
                in_months |= _days_of(name, month, spaced, today, forward)
    if in_months:
        return found | in_months
    for weekday, names in enumerate(words.days):
        if any(f" {name} " in spaced for name in names):
            ahead = (weekday - today.weekday()) % 7
            found.add(today + timedelta(days=ahead if forward else ahead - 7 if ahead else 0))
    return found


def _days_of(name: str, month: int, spaced: str, today: date, forward: bool) -> set[date]:
    """`7 december`, `december 7`, `december 7 2026`; the month alone is no day."""
    pattern = rf" (?:(\d{{1,2}}) )?{re.escape(name)} (?:(\d{{1,2}}) )?(?:(\d{{4}}) )?"
    found = ((at[3] or "", at[1] or at[2]) for at in re.finditer(pattern, spaced))
    dates = (_dated(year, month, int(day), today, forward) for year, day in found if day)
    return {on for on in dates if on}


def _dated(year: str, month: int, day: int, today: date, forward: bool) -> date | None:
    try:
        if year:
            full = int(year) + (2000 if len(year) == 2 else 0)
            return date(full, month, day) if abs(full - today.year) <= _MOST_YEARS else None
        guess = date(today.year, month, day)
        if forward and guess < today:
            return date(today.year + 1, month, day)
        return date(today.year - 1, month, day) if not forward and guess > today else guess
    except ValueError:
        return None
