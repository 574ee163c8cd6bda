"""Which language a first message is in: what tells it, what does not, and what the network can do about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.dialogue.tongue import Guess, Tongues
from flows.dialogue.words import NO_WORDS
from tests.flows.dialogue.walks import words

ALL = ("en", "sw", "ne", "ar", "es")
SHIPPED = Tongues(words=words(*ALL), scripts={"ARABIC": ("ar",), "DEVANAGARI": ("ne",)})
ROMAN = ("en", "sw", "ne", "ne-Latn", "ar", "es", "fr", "pt")
WITH_ROMAN = replace(SHIPPED, words=words(*ROMAN), latin={"ne": "ne-Latn"})
UNSURE = Guess(language="en", sure=False)


def sure(language: str) -> Guess:
    return Guess(language=language, sure=True)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("नमस्ते", "ne"),
        ("Hello, नमस्ते", "ne"),
        ("أخذ جاري أرضي", "ar"),
        ("café? مرحبا", "ar"),
        ("Hello", "en"),
        ("HABARI!", "sw"),
        ("Hola", "es"),
        ("aslema", "ar"),
        ("namaste", "ne"),
        ("shamba langu limechukuliwa", "sw"),
        ("my neighbour took the land", "en"),
        ("mi vecino tomó la tierra", "es"),
        ("malai kuteko chha", "ne"),
        ("futa", "sw"),
        ("PARE", "es"),
        ("mtu", "sw"),
        ("amekamatwa", "sw"),
        ("me pega", "es"),
        ("he is beating me", "en"),
        ("السلام عليكم", "ar"),
        ("naomba msaada, shamba langu limechukuliwa", "sw"),
        ("buenos dias, necesito ayuda", "es"),
    ],
)
def test_words_and_script_tell_the_language(text: str, language: str) -> None:
    assert SHIPPED.of(text, "", ALL) == sure(language)


@pytest.mark.parametrize(
    "text", ["", "1", "?", "land", "no", "Nakuru", "ok", "STOP", "DELETE", "PERSON", "STATUS", "na", "la", "Amina"]
)
def test_what_tells_nothing_is_asked(text: str) -> None:
    assert SHIPPED.of(text, "", ALL) == UNSURE


@pytest.mark.parametrize(("hint", "language"), [("es", "es"), ("es-419", "es"), ("ES", "es"), ("sw-KE", "sw")])
@pytest.mark.parametrize("text", ["", "1", "/start", "HELP", "PERSON"])
def test_the_messengers_setting_counts_where_the_words_are_silent(text: str, hint: str, language: str) -> None:
    assert SHIPPED.of(text, hint, ALL) == sure(language)


@pytest.mark.parametrize("text", ["naomba msaada, nina shida", "habari"])
def test_the_words_count_more_than_the_messengers_setting(text: str) -> None:
    assert SHIPPED.of(text, "en", ALL) == sure("sw")


@pytest.mark.parametrize("text", ["HELP", "/start", "help", "INFO"])
def test_help_and_start_are_taken_for_english_where_nothing_else_speaks(text: str) -> None:
    assert SHIPPED.of(text, "", ALL) == sure("en")
    assert SHIPPED.of(text, "fr", ALL) == sure("en")
    assert SHIPPED.of(text, "", ("sw", "es")) == Guess(language="sw", sure=False)


def test_a_setting_that_is_not_offered_is_not_followed() -> None:
    assert SHIPPED.of("", "fr", ALL) == UNSURE


def test_a_whole_tag_is_matched_before_its_language() -> None:
    tongues = Tongues(words=dict.fromkeys(("en", "pt", "pt_BR", "pt_MZ"), NO_WORDS), scripts={})
    assert tongues.of("", "pt-br", ("en", "pt_MZ", "pt_BR")) == sure("pt_BR")
    assert tongues.of("", "pt", ("en", "pt_MZ", "pt_BR")) == sure("pt_MZ")
    assert tongues.of("", "pt-AO", ("en", "pt_BR")) == sure("pt_BR")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("नमस्ते, मलाई मद्दत चाहियो", "ne"),
        ("no me quiere pagar mi patrón", "es"),
        ("مرحبا", "ar"),
        ("aslema", "ar"),
    ],
)
@pytest.mark.parametrize("hint", ["", "en"])
def test_a_language_that_is_known_but_not_offered_is_named(text: str, hint: str, language: str) -> None:
    assert SHIPPED.of(text, hint, ("en", "sw")) == Guess(language="en", sure=False, unserved=language)
    assert SHIPPED.of(text, hint, ("sw",)) == Guess(language="sw", sure=False, unserved=language)


def test_where_one_language_is_offered_nothing_is_asked() -> None:
    assert SHIPPED.of("", "", ("sw",)) == sure("sw")
    assert SHIPPED.of("Nakuru", "es", ("sw",)) == sure("sw")


def test_of_two_languages_alike_the_offered_one_is_meant() -> None:
    twins = {code: replace(NO_WORDS, common=frozenset({"moja", "mbili"})) for code in ("aa", "bb")}
    tongues = Tongues(words={"en": NO_WORDS, **twins}, scripts={})
    assert tongues.of("moja mbili", "", ("en", "bb")) == sure("bb")
    assert tongues.of("moja mbili", "", ("en", "aa", "bb")) == UNSURE
    assert tongues.of("moja mbili", "", ("en",)) == sure("en")


def test_a_script_of_several_languages_needs_words_too() -> None:
    dari = replace(NO_WORDS, common=frozenset({"من", "است"}))
    pashto = replace(NO_WORDS, common=frozenset({"زما", "دی"}))
    tongues = Tongues(words={"en": NO_WORDS, "prs": dari, "ps": pashto}, scripts={"ARABIC": ("prs", "ps")})
    assert tongues.of("خانه", "", ("en", "prs", "ps")) == UNSURE
    assert tongues.of("زما کور", "", ("en", "prs", "ps")) == sure("ps")


@pytest.mark.parametrize(
    "text",
    [
        "namaste",
        "malai maddat chahiyo",
        "mlai madat chaiyo",
        "praharile mero dai lai lagyo",
        "malai kutyo",
        "mero jagga khosyo, ke garne",
        "sahu le talab diena, malai paisa chahiyo",
        "metau",
        "mero ghar bata nikalyo",
    ],
)
def test_nepali_in_latin_letters_is_answered_in_them_where_they_are_served(text: str) -> None:
    assert WITH_ROMAN.of(text, "", ROMAN) == sure("ne-Latn")
    assert WITH_ROMAN.of(text, "", ("en", "ne")) == sure("ne")
    assert WITH_ROMAN.of(text, "", ("en", "ne-Latn")) == sure("ne-Latn")
    assert WITH_ROMAN.of(text, "", ("en", "sw")).unserved in ("ne", "ne-Latn")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("my neighbour took the land", "en"),
        ("he is beating me", "en"),
        ("police took my brother", "en"),
        ("shamba langu limechukuliwa", "sw"),
        ("naomba msaada, shamba langu limechukuliwa", "sw"),
        ("mi vecino tomó la tierra", "es"),
        ("buenos dias, necesito ayuda", "es"),
        ("mon voisin a pris ma terre", "fr"),
        ("o meu vizinho tirou a terra", "pt"),
        ("नमस्ते", "ne"),
        ("मलाई maddat chahiyo", "ne"),
    ],
)
def test_nepali_in_latin_letters_takes_no_other_languages_words(text: str, language: str) -> None:
    assert WITH_ROMAN.of(text, "", ROMAN) == sure(language)


def test_the_messengers_setting_finds_a_language_in_latin_letters() -> None:
    assert WITH_ROMAN.of("", "ne-Latn", ROMAN) == sure("ne-Latn")
    assert WITH_ROMAN.of("", "ne-NP", ROMAN) == sure("ne")
    assert WITH_ROMAN.of("", "ne", ("en", "ne-Latn")) == sure("ne-Latn")
