"""Words for danger: gaps, stems, and what must be heard in what people write in each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some

from flows.dialogue.alarms import LONGEST_GAP, Alarms, Heard, PhraseBroken, alarm, phrase
from flows.dialogue.words import load_words, normalise

ROOT = Path(__file__).parents[3]
CORPUS: Mapping[str, Mapping[str, Sequence[str]]] = yaml.safe_load(
    (Path(__file__).parent / "data" / "alarms.yaml").read_text(encoding="utf-8")
)
MOST_FALSE = 1
"""Ordinary stories a language may take for danger: a person looks, and one BACK undoes it."""


def _all_languages() -> Alarms:
    words = [
        load_words(path.parent.name, path.read_text(encoding="utf-8")) for path in ROOT.glob("locales/*/answers.yaml")
    ]
    return Alarms.of(spoken for each in words for spoken in each.phrases())


ALARMS = _all_languages()


def heard(*phrases: str, text: str) -> bool:
    listed = [(Heard.DANGER, phrase(each, normalise)) for each in phrases]
    return bool(Alarms.of(listed).heard(normalise(text)))


@pytest.mark.parametrize("language", CORPUS)
def test_no_words_of_danger_are_missed_in_any_language(language: str) -> None:
    sentences = [(kind, said) for kind, each in CORPUS[language].items() if kind != "ordinary" for said in each]
    assert len(sentences) >= 20
    found = {said: ALARMS.heard(normalise(said)) for _, said in sentences}
    missed = [said for kind, said in sentences if alarm(found[said]) is None or Heard(kind) not in found[said]]
    assert not missed, missed


@pytest.mark.parametrize("language", CORPUS)
def test_ordinary_troubles_are_not_taken_for_danger(language: str) -> None:
    ordinary = CORPUS[language]["ordinary"]
    assert len(ordinary) >= 20
    false = [said for said in ordinary if alarm(ALARMS.heard(normalise(said)))]
    assert len(false) <= MOST_FALSE, false


@pytest.mark.parametrize(
    ("written", "text", "found"),
    [
        ("beat* ... me", "he beats me", True),
        ("beat* ... me", "he beat both of us and me", False),
        ("beat* ... me", "beating my brother and me", True),
        ("beat* ... me", "me he beat", False),
        ("police ... took", "the police came and took", True),
        ("took him", "took the him", False),
        ("arrest*", "arrested!", True),
        ("arrest*", "unarrested", False),
        ("a ... b ... c", "a x b x x c", True),
        ("a ... b ... c", "a b b x x x c", True),
        ("a ... b ... c", "a x x x x b c", False),
    ],
)
def test_a_phrase_may_stand_apart_and_bend(written: str, text: str, found: bool) -> None:
    assert heard(written, text=text) is found


@pytest.mark.parametrize("written", ["... me", "me ...", "a ... ... b", "ab*", "*", "a ... b* ... *"])
def test_a_phrase_that_would_fit_too_much_is_refused(written: str) -> None:
    with pytest.raises(PhraseBroken):
        phrase(written, normalise)


def test_a_broken_phrase_names_its_line() -> None:
    with pytest.raises(Exception, match=r"4: alarms\.danger.*fewer than 3 letters"):
        load_words("en/answers.yaml", "yes: [y]\nno: [n]\ncommands: {}\nalarms: {danger: [ki*]}\n")


def test_a_threat_alone_is_no_alarm_and_a_threatened_defender_is_in_danger() -> None:
    assert alarm(ALARMS.heard("the bank threatens to raise the rent")) is None
    assert alarm(ALARMS.heard("i work on human rights")) is None
    assert alarm(ALARMS.heard("i get threats for my human rights work")) == "danger"


WORD = some.sampled_from(["ab", "abc", "kill", "me", "x", "y"])


@given(between=some.lists(some.just("x"), max_size=6), before=some.lists(WORD), after=some.lists(WORD))
def test_a_gap_is_as_long_as_it_says(between: list[str], before: list[str], after: list[str]) -> None:
    text = " ".join([*(w for w in before if w != "kill"), "kill", *between, "me", *(w for w in after if w != "kill")])
    nearer = 3 - len(between)
    assert heard("kill ... me", text=text) is (len(between) <= LONGEST_GAP) or nearer < 0


@given(some.lists(WORD, max_size=30), some.lists(WORD, min_size=1, max_size=4))
def test_a_phrase_without_signs_is_heard_just_where_it_stands(words: list[str], spoken: list[str]) -> None:
    expected = f" {' '.join(spoken)} " in f" {' '.join(words)} "
    assert heard(" ".join(spoken), text=" ".join(words)) is expected


def test_no_phrase_can_be_made_slow() -> None:
    """Every word begins the phrase and may stand in every gap: counting the ways there would never end."""
    spoken = " ... ".join(["a"] * 20 + ["b"])
    assert not heard(spoken, text="a " * 2000)
    assert heard(spoken, text="a " * 2000 + "b")
