"""Codes for people: made from the alphabet, read however they are typed."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.routing.codes import (
    ALPHABET,
    new_offer_code,
    new_receipt,
    parse_offer_code,
    parse_receipt,
    show_receipt,
)


@given(st.integers())
def test_a_new_code_is_read_back_as_it_was_printed(seed: int) -> None:
    draw = random.Random(seed)
    receipt, offer = new_receipt(draw.choice), new_offer_code(draw.choice)
    assert (len(receipt), len(offer)) == (8, 4)
    assert set(receipt + offer) <= set(ALPHABET)
    assert parse_receipt(show_receipt(receipt).lower()) == receipt
    assert parse_offer_code(f" {offer.lower()} ") == offer


def test_a_new_code_is_never_a_word() -> None:
    letters: Iterator[str] = iter("BACKBAC7")
    assert new_offer_code(lambda _: next(letters)) == "BAC7"


@pytest.mark.parametrize(
    "typed",
    [
        "7Q2M 4KXT",
        "7q2m4kxt",
        "7Q2M-4KXT.",
        " 7 q 2 m 4 k x t ",
        "７Ｑ２Ｍ　４ＫＸＴ",
        "٧Q٢M ٤KXT",
        "7Q2М 4КХТ",
        "7Q2M\u200f4KXT",
    ],
)
def test_reads_any_case_spacing_and_script(typed: str) -> None:
    assert parse_receipt(typed) == "7Q2M4KXT"


@pytest.mark.parametrize(
    "typed", ["", "7Q2M", "7Q2M 4KXT 2", "7Q2M 4KX0", "7Q2M 4KXO", "7Q2M 4KX1", "7Q2M 4KXL", "जी2M4KXT"]
)
def test_never_guesses_at_what_is_not_a_code(typed: str) -> None:
    assert parse_receipt(typed) is None


def test_shows_a_receipt_in_two_groups() -> None:
    assert show_receipt("7Q2M4KXT") == "7Q2M 4KXT"


@given(st.text())
def test_reading_never_fails(typed: str) -> None:
    for code in (parse_receipt(typed), parse_offer_code(typed)):
        assert code is None or set(code) <= set(ALPHABET)
