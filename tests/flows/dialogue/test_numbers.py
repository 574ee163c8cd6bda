"""Numbers and hours in the words of each language."""

from __future__ import annotations

import pytest

from flows.dialogue.clock import hour_of
from flows.dialogue.numbers import Lines, in_digits, lines_of, only_number
from tests.flows.dialogue.walks import words

ALL = list(words("en", "sw", "ne", "ar", "es").values())


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2", (2,)), ("two", (2,)), ("mbili", (2,)), ("दुई", (2,)), ("اثنين", (2,)), ("dos", (2,)), ("2.", (2,)),
        ("2)", (2,)), ("(2)", (2,)), ("#2", (2,)), ("option 2", (2,)), ("no. 2", (2,)), ("number two", (2,)),
        ("2️⃣", (2,)), ("２", (2,)), ("٢", (2,)), ("२", (2,)), ("second", (2,)), ("the second", (2,)), ("ya pili", (2,)),
        ("دوم", ()), ("opción 2", (2,)), ("la segunda", (2,)), ("1 and 3", (1, 3)), ("1 na 3", (1, 3)),
        ("١ و ٣", (1, 3)), ("١ و٣", (1, 3)), ("1 y 3", (1, 3)), ("१ र ३", (1, 3)), ("1 & 3", (1, 3)), ("1,3", (1, 3)),
        ("1, 2 and 3", (1, 2, 3)), ("one and three", (1, 3)), ("1-3", ()), ("1 - 3", ()), ("kumi na moja", (11,)),
        ("", ()), ("hello", ()), ("the house", ()), ("999999", ()),
    ],
)  # fmt: skip
def test_the_numbers_of_lines(text: str, numbers: tuple[int, ...]) -> None:
    assert lines_of(text, ALL).numbers == numbers


def test_what_follows_the_numbers_is_left() -> None:
    assert lines_of("1 and 3 but he comes back at night", ALL) == Lines((1, 3), 3)
    assert lines_of("2 and my brother", ALL) == Lines((2,), 1)


def test_a_word_that_is_an_answer_leads_to_no_number() -> None:
    assert lines_of("no 2", ALL, taken={"no"}) == Lines((), 0)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4", 4),
        ("four", 4),
        ("about 20 people", 20),
        ("watu tano", 5),
        ("5 or 10", None),
        ("many", None),
        ("9" * 13, None),
    ],
)
def test_the_one_number_of_an_answer(text: str, number: int | None) -> None:
    assert only_number(text, ALL) == number


def test_numbers_become_digits() -> None:
    assert in_digits("in three days", ALL) == "in 3 days"


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("kesho saa moja asubuhi", 7), ("saa 1 asubuhi", 7), ("saa nane mchana", 14), ("saa kumi jioni", 16),
        ("saa kumi na mbili jioni", 18), ("saa 12 jioni", 18), ("saa moja usiku", 19), ("saa sita usiku", 0),
        ("saa 8 usiku", 2), ("saa 11 alfajiri", 5), ("saa 12 asubuhi", 6), ("saa 6 mchana", 12), ("saa tatu", None),
        ("asubuhi", None), ("saa 13 mchana", None), ("saa 1 asubuhi au saa 2 usiku", None),
    ],
)  # fmt: skip
def test_hours_counted_from_six(text: str, hour: int | None) -> None:
    assert hour_of(text, ALL) == hour
