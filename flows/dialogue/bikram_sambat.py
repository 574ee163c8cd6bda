"""Bikram Sambat, the calendar of Nepal, and the international one: a table of month lengths, since no rule gives them.

The lengths are decided year by year. Up to 2082 the tables of medic/bikram-sambat, amitgaru2/nepali-datetime,
opensource-nepal/node-nepali-datetime and shivathapaa/Nepali-Date-Picker are the same; from 2083 on the last two, which
agree with each other, are followed. Years after `SETTLED` were not published when this was written: a day of theirs may
move by one, so it is never told as sure.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import accumulate

FIRST_YEAR = 2070
SETTLED = 2083
_FIRST_DAY = date(2013, 4, 14)
"""1 Baisakh 2070."""

_A = (31, 31, 31, 32, 31, 31, 29, 30, 30, 29, 30, 30)
_B = (31, 31, 32, 31, 31, 31, 30, 29, 30, 29, 30, 30)
_C = (31, 32, 31, 32, 31, 30, 30, 29, 30, 29, 30, 30)
_D = (31, 32, 31, 32, 31, 30, 30, 30, 29, 29, 30, 31)
_E = (31, 31, 31, 32, 31, 31, 30, 29, 30, 29, 30, 30)
_F = (31, 32, 31, 32, 31, 30, 30, 30, 29, 29, 30, 30)
_G = (31, 32, 31, 32, 31, 30, 30, 30, 29, 30, 29, 31)
_H = (30, 32, 31, 32, 31, 30, 30, 30, 29, 30, 29, 31)
_I = (31, 31, 32, 32, 31, 30, 30, 29, 30, 29, 30, 30)
_J = (31, 31, 31, 32, 31, 31, 29, 30, 30, 29, 29, 31)
MONTHS: tuple[tuple[int, ...], ...] = (
    *(_A, _B, _C, _D, _E, _B, _F, _G, _E, _B),  # 2070 to 2079
    *(_F, _G, _B, _B, _D, _H, _B, _I, _D, _H),  # 2080 to 2089
    *(_B, _I, _D, _J, _B, _I, _D, _A, _B, _I),  # 2090 to 2099
)
"""The days of each month, Baisakh first, of each year from FIRST_YEAR on."""

_STARTS = tuple(accumulate((sum(months) for months in MONTHS), initial=0))
"""Days from _FIRST_DAY to the first day of each year, and to the day after the last."""


def to_date(year: int, month: int, day: int) -> date | None:
    """The same day in the international calendar; None where there is no such day, or the table does not hold it."""
    at = year - FIRST_YEAR
    if not (0 <= at < len(MONTHS) and 1 <= month <= 12 and 1 <= day <= MONTHS[at][month - 1]):
        return None
    return _FIRST_DAY + timedelta(days=_STARTS[at] + sum(MONTHS[at][: month - 1]) + day - 1)


def of_date(on: date) -> tuple[int, int, int] | None:
    """Year, month and day in Bikram Sambat; None outside the table."""
    days = (on - _FIRST_DAY).days
    if not 0 <= days < _STARTS[-1]:
        return None
    at = next(at for at in range(len(MONTHS)) if days < _STARTS[at + 1])
    days -= _STARTS[at]
    month = 0
    while days >= MONTHS[at][month]:
        days -= MONTHS[at][month]
        month += 1
    return FIRST_YEAR + at, month + 1, days + 1


def is_settled(on: date) -> bool:
    """Whether the day lies in a year whose calendar is published."""
    found = of_date(on)
    return found is not None and found[0] <= SETTLED
