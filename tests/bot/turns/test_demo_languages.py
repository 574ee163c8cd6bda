"""The demo shows every language it names, drafts too; words that mean two things in French or Portuguese do no harm."""

from __future__ import annotations

import pytest

from bot.casework.effects import CallPerson, OptedOutNow
from bot.pipeline.turn import SeekerTurns
from flows.routing.casebook import PageKind
from tests.bot.turns.talk import TELEGRAM, Talk


def test_every_language_of_the_demo_can_be_chosen_by_its_own_name(turns: SeekerTurns) -> None:
    talk = Talk(turns, TELEGRAM, language="")
    talk.say("?")
    shown = "\n".join(
        "\n".join([message.text, *(choice.label for choice in message.choices)]) for message in talk.outgoing
    )
    assert {"English", "Kiswahili", "नेपाली", "Nepali (roman)", "العربية", "Español", "Français", "Português"} <= set(
        shown.splitlines()
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bonjour", "fr"),
        ("j'ai besoin d'aide", "fr"),
        ("mon voisin a pris notre terre", "fr"),
        ("mon mari me frappe", "fr"),
        ("Bom dia", "pt"),
        ("preciso de ajuda", "pt"),
        ("o meu vizinho tirou a minha terra", "pt"),
        ("o meu marido me bate", "pt"),
        ("Hola", "es"),
        ("mi vecino tomó la tierra", "es"),
        ("malai maddat chahiyo", "ne-Latn"),
        ("mero jagga khosyo", "ne-Latn"),
        ("नमस्ते", "ne"),
    ],
)
def test_first_words_tell_near_languages_apart(turns: SeekerTurns, text: str, language: str) -> None:
    talk = Talk(turns, language="")
    talk.say(text)
    assert talk.conversation.language == language


@pytest.mark.parametrize("said", ["arrêté", "ARRETE", "arreter"])
def test_arrested_in_french_is_never_read_as_stop(turns: SeekerTurns, said: str) -> None:
    talk = Talk(turns, language="fr")
    talk.say("START", said)
    assert OptedOutNow() not in talk.effects
    assert CallPerson(PageKind.HELD) in talk.effects


def test_nobody_in_french_is_an_answer_and_no_call_for_a_person(turns: SeekerTurns) -> None:
    talk = Talk(turns, language="fr")
    talk.say("START", "personne")
    assert talk.at == "who"
    assert CallPerson(PageKind.PERSON) not in talk.effects


@pytest.mark.parametrize(
    ("language", "order"),
    [("fr", "Arrêtez"), ("fr", "ne m'écrivez plus"), ("pt", "PARE"), ("pt", "não me escrevam mais")],
)
def test_stop_is_obeyed_in_their_words(turns: SeekerTurns, language: str, order: str) -> None:
    talk = Talk(turns, language=language)
    talk.say("START", order)
    assert OptedOutNow() in talk.effects


@pytest.mark.parametrize(
    ("language", "cry", "kind"),
    [
        ("fr", "la police a arrêté mon frère", PageKind.HELD),
        ("fr", "il m'a frappée hier", PageKind.DANGER),
        ("pt", "a polícia levou o meu irmão", PageKind.HELD),
        ("pt", "ele quer me matar", PageKind.DANGER),
    ],
)
def test_words_of_danger_call_a_person(turns: SeekerTurns, language: str, cry: str, kind: PageKind) -> None:
    talk = Talk(turns, language=language)
    talk.say("START", cry)
    assert CallPerson(kind) in talk.effects


@pytest.mark.parametrize(("language", "day"), [("fr", "le 1er décembre 2030"), ("pt", "1º de dezembro de 2030")])
def test_the_first_of_a_month_is_written_as_they_write_it(turns: SeekerTurns, language: str, day: str) -> None:
    talk = Talk(turns, language=language)
    talk.say("START", "3", day)
    assert talk.at == "who"
