"""Ids sort in the order they were made."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage.ids import Ids
from tests.support.databases import START


@given(steps=st.lists(st.integers(min_value=-3, max_value=3), min_size=1, max_size=50))
def test_ids_sort_in_the_order_they_were_made_even_when_the_clock_is_set_back(steps: list[int]) -> None:
    ids, now = Ids(), START
    made = []
    for step in steps:
        now += timedelta(milliseconds=step)
        made.append(ids.new(now))
    assert made == sorted(set(made))
    assert {len(each) for each in made} == {26}


def test_ids_of_two_processes_differ_and_sort_by_time() -> None:
    one, other = Ids(), Ids()
    first, second = one.new(START), other.new(START)
    assert first != second
    assert one.new(START + timedelta(milliseconds=1)) > second
