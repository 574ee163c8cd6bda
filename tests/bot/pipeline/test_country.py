"""The country of a number hints at a language, and never decides it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.pipeline.country import language_of_number
from bot.wording import load_registry

LANGUAGES = load_registry(Path(__file__).resolve().parents[3] / "locales")


@pytest.mark.parametrize(
    ("address", "offered", "language"),
    [
        ("+254700000001", ("en", "sw", "ar"), "sw"),
        ("+21620000001", ("en", "sw", "ar"), "ar"),
        ("+9779800000001", ("en", "sw"), "en"),
        ("+254700000001", ("en", "ar"), "en"),
        ("48151623", ("sw", "en"), "sw"),
        ("+999", ("sw", "en"), "sw"),
        ("", ("sw", "en"), "sw"),
    ],
)
def test_the_first_offered_language_of_the_country(address: str, offered: tuple[str, ...], language: str) -> None:
    assert language_of_number(address, LANGUAGES, offered) == language
