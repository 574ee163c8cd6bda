"""Prompts as messages: numbered or with buttons, whole or in pieces."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.channels.base import Ask, Choice, Limits, Outgoing
from bot.channels.parts import units
from bot.channels.rendering import Prompt, render, split

SMS = Limits(buttons=False, menu=9, menu_wide=5, length=1600, counted=True)
CHAT = Limits(buttons=True, menu=10, menu_wide=10, length=4096, counted=False, shares_location=True)
YES, NO = Choice(label="Sí", data="s:1:yes"), Choice(label="No", data="s:1:no")


def test_choices_are_numbered_lines_where_there_are_no_buttons() -> None:
    (message,) = render(Prompt(lines=("¿Está a salvo?",), choices=(YES, NO)), SMS)
    assert message == Outgoing(text="¿Está a salvo?\n1 Sí\n2 No")


def test_choices_are_buttons_under_their_question() -> None:
    (message,) = render(Prompt(lines=("Free help.", "I am a robot.", "Are you safe?"), choices=(YES, NO)), CHAT)
    assert message == Outgoing(text="Free help.\nI am a robot.\n\nAre you safe?", choices=(YES, NO))


def test_a_single_question_has_no_blank_line_above_it() -> None:
    (message,) = render(Prompt(lines=("Are you safe?",), choices=(YES,)), CHAT)
    assert message.text == "Are you safe?"


def test_lines_without_choices_stay_together() -> None:
    assert render(Prompt(lines=("One", "Two")), CHAT) == (Outgoing(text="One\nTwo"),)


def test_accents_go_only_where_parts_are_counted_and_the_language_says_so() -> None:
    prompt = Prompt(lines=("¿Dónde está? “Sí”",))
    assert [render(prompt, limits, folds=folds)[0].text for limits in (SMS, CHAT) for folds in (True, False)] == [
        '¿Donde esta? "Si"',
        '¿Dónde está? "Sí"',
        "¿Dónde está? “Sí”",
        "¿Dónde está? “Sí”",
    ]


def test_labels_fold_with_their_question() -> None:
    (message,) = render(Prompt(lines=("¿Qué?",), choices=(YES,)), SMS, folds=True)
    assert message.text == "¿Qué?\n1 Si"


def test_sharing_is_offered_only_where_it_works() -> None:
    prompt = Prompt(lines=("Which town?",), asks=Ask.LOCATION, asks_label="Send where I am")
    assert render(prompt, CHAT)[0].asks is Ask.LOCATION
    assert render(prompt, SMS) == (Outgoing(text="Which town?"),)


def test_of_a_long_prompt_the_first_piece_replaces_and_the_last_asks() -> None:
    long = Prompt(
        lines=("word " * 1200, "Well?"), choices=(YES,), asks=Ask.CONTACT, asks_label="My number", replaces="7"
    )
    first, *middle, last = render(long, CHAT)
    assert (first.replaces, first.choices, first.asks) == ("7", (), None)
    assert (last.replaces, last.choices, last.asks, last.asks_label) == ("", (YES,), Ask.CONTACT, "My number")
    assert middle == []


def test_numbered_lines_follow_the_last_piece_of_a_long_text() -> None:
    pieces = render(Prompt(lines=("word " * 500, "Well?"), choices=(YES, NO)), SMS)
    assert pieces[-1].text.endswith("Well?\n1 Sí\n2 No")


# ---- splitting

signs = st.sampled_from(
    [*"ab ", "\n", "  ", "é", "e\u0301", "क्षि", "न", "👩🏽\u200d⚖️", "🇰🇪", "🇳🇵", "한", "\u1112\u1161\u11ab", "กำ", "مُ"]
)
texts = st.lists(signs, max_size=120).map("".join)


@given(texts | st.text(max_size=200), st.integers(min_value=1, max_value=40))
def test_pieces_fit_and_lose_only_white_space(text: str, length: int) -> None:
    assume(not any(units(character) > length for character in text))
    pieces = list(split(text, length))
    assert all(units(piece) <= length for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(pieces) or pieces == [""]
    if units(text) <= length:
        assert pieces == [text]


@given(texts, st.integers(min_value=20, max_value=60))
def test_no_sign_is_torn_apart(text: str, length: int) -> None:
    for before, after in pairwise(split(text, length)):
        assert not unicodedata.category(after[0]).startswith("M")
        assert not before.endswith("\u200d")
        assert not after.startswith(("\u200d", "🏽"))
        assert not (before[-1] == "\u094d" and after[0].isalpha())
        assert not (before.endswith("\U0001f1f0") and after.startswith("\U0001f1ea"))
        assert not (before.endswith("\U0001f1f3") and after.startswith("\U0001f1f5"))


@pytest.mark.parametrize(
    "sign",
    [
        "e\u0301",
        "क्षि",
        "🏳\ufe0f\u200d🌈",
        "👩🏽",
        "👩🏽\u200d⚖\ufe0f",
        "🇰🇪",
        "\u1112\u1161\u11ab",
        "กำ",
        "ກຳ",
        "مُ",
        "1\ufe0f\u20e3",
    ],
)
def test_a_sign_on_the_edge_goes_over_whole(sign: str) -> None:
    """However many of its units would still fit, and behind whatever stands before it."""
    for room in range(1, units(sign)):
        for before in ("न" * 9, "🇳🇵" * 3):
            pieces = list(split(before + sign, units(before) + room))
            assert pieces == [before, sign]


@given(st.lists(st.text(st.sampled_from("abc"), min_size=1, max_size=9), min_size=1, max_size=60))
def test_words_stay_whole_when_they_fit(words: list[str]) -> None:
    assert [word for piece in split(" ".join(words), 10) for word in piece.split()] == words


@given(st.lists(st.text(st.sampled_from("ab "), min_size=1, max_size=9).map(str.strip), min_size=1, max_size=60))
def test_lines_stay_whole_when_they_fit(lines: list[str]) -> None:
    kept = [line for line in lines if line] or ["a"]
    assert [line for piece in split("\n".join(kept), 10) for line in piece.split("\n")] == kept


@pytest.mark.parametrize(("text", "length"), [("a\u0301" * 3, 1), ("न" + "\u093f" * 30, 10), ("🇰🇪" * 9, 3)])
def test_a_sign_longer_than_a_message_is_cut_rather_than_looped_on(text: str, length: int) -> None:
    assert len(list(split(text, max(length, 2)))) > 1
