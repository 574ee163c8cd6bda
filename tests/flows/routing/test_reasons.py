"""Every reason has words, and its words have the values they name."""

from __future__ import annotations

import re

import pytest

from flows.routing.case import Asked
from flows.routing.reasons import SOURCES, Against, For, Unmet, text_of, texts
from flows.triage.reasons import Reason

VALUES: dict[str, set[str]] = {
    Against.FULL: {"open", "most"},
    For.ROOM: {"open", "most"},
    For.OPEN_CASES: {"open"},
    For.LAST_ASKED: {"days"},
}


def test_every_code_has_words_and_no_words_are_left_over() -> None:
    assert set(SOURCES) == {*Against, *For, *Unmet}
    assert len(SOURCES) == len(Against) + len(For) + len(Unmet)


@pytest.mark.parametrize("code", SOURCES)
def test_words_are_calm_short_and_name_only_values_that_exist(code: str) -> None:
    source = SOURCES[code]
    assert set(re.findall(r"{(\w+)}", source)) == VALUES.get(code, set())
    assert source.endswith(".")
    assert "!" not in source
    assert all(len(sentence.split()) <= 14 for sentence in source.split(". "))


def test_a_reason_becomes_a_text_with_its_values() -> None:
    text = text_of(Reason(For.LAST_ASKED, (("days", "3"),)))
    assert (text.context, text.values) == ("reason.last_asked", (("days", "3"),))
    assert text.source == "Days since its last offer: {days}."


def test_the_catalog_holds_each_once() -> None:
    contexts = [text.context for text in texts()]
    assert len(contexts) == len(set(contexts)) == len(SOURCES)


def test_every_earlier_answer_of_a_partner_is_a_reason() -> None:
    assert {Against(asked) for asked in Asked} <= set(Against)
