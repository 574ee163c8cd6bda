"""The calendar of Nepal: known days, and that nothing is lost on the way there and back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dialogue.bikram_sambat import FIRST_YEAR, MONTHS, SETTLED, is_settled, of_date, to_date

LAST_YEAR = FIRST_YEAR + len(MONTHS) - 1


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ((2070, 1, 1), date(2013, 4, 14)),
        ((2072, 1, 12), date(2015, 4, 25)),  # the Gorkha earthquake
        ((2072, 6, 3), date(2015, 9, 20)),  # the Constitution of Nepal
        ((2073, 12, 15), date(2017, 3, 28)),
        ((2077, 1, 1), date(2020, 4, 13)),
        ((2080, 1, 1), date(2023, 4, 14)),
        ((2081, 1, 1), date(2024, 4, 13)),
        ((2082, 1, 1), date(2025, 4, 14)),
        ((2083, 1, 1), date(2026, 4, 14)),
    ],
)
def test_known_days(there: tuple[int, int, int], here: date) -> None:
    assert to_date(*there) == here
    assert of_date(here) == there


@given(st.dates(date(2013, 4, 14), date(2043, 4, 13)))
def test_there_and_back_is_the_same_day(on: date) -> None:
    found = of_date(on)
    assert found is not None
    assert to_date(*found) == on
    following = of_date(on + timedelta(days=1))
    assert following is None or following > found


def test_years_and_months_have_the_lengths_they_may_have() -> None:
    assert LAST_YEAR == 2099
    for months in MONTHS:
        assert len(months) == 12
        assert set(months) <= {29, 30, 31, 32}
        assert sum(months) in (365, 366)
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        first = to_date(year, 1, 1)
        assert first is not None
        assert (first.month, first.day) in ((4, 13), (4, 14), (4, 15))


@pytest.mark.parametrize(
    "day", [(2069, 12, 30), (2100, 1, 1), (2080, 0, 1), (2080, 13, 1), (2080, 9, 30), (2080, 1, 0)]
)
def test_no_such_day(day: tuple[int, int, int]) -> None:
    assert to_date(*day) is None


def test_outside_the_table() -> None:
    assert of_date(date(2013, 4, 13)) is None
    assert of_date(date(2043, 4, 16)) is None
    assert of_date(date.max) is None


def test_what_is_not_published_yet_is_not_sure() -> None:
    assert is_settled(date(2026, 11, 25))
    later = to_date(SETTLED + 1, 1, 1)
    assert later is not None
    assert not is_settled(later)
    assert not is_settled(date(1990, 1, 1))
