"""Signs that hide are shown; joiners that spell are left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.visible import visible


def mark(code: str) -> str:
    return f'<span class="hidden-sign">U+{code}</span>'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain <b> & text", "plain &lt;b&gt; &amp; text"),
        ("\u202eabc", mark("202E") + "abc"),
        ("a\u2066b\u2069", f"a{mark('2066')}b{mark('2069')}"),
        ("pay\u200bpal", f"pay{mark('200B')}pal"),
        ("\ufeff", mark("FEFF")),
        ("a\U000e0041", "a" + mark("E0041")),
        ("a\u200db", f"a{mark('200D')}b"),
        ("\u200c", mark("200C")),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
    ],
)
def test_what_hides_is_marked(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_nothing_that_turns_the_direction_is_left(text: str) -> None:
    shown = visible(text)
    assert not any("\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069" for sign in shown)
    assert "<script" not in shown
