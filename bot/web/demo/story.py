"""The stories: only what people type and tap. Every reply in them is the program's own, and every step waits for it.

A seeker's answers are named by the question they answer, so a story holds in every language and after a change of the
dialogue. An answer that is one of the options is picked; any other is typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Act(StrEnum):
    """say: types `text`. answer: answers what is asked, `most` times or until nothing is. tap: presses the newest
    button whose data fits `button`. turn: to a helper's phone on which `news` (an offer, a call) has come. case: waits
    for a new case (in `state`) in the queue. hear: does nothing itself."""

    SAY = "say"
    ANSWER = "answer"
    TAP = "tap"
    TURN = "turn"
    CASE = "case"
    HEAR = "hear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`caption` names the words above the stage. `hears`: a phone on which a new message must come before the story
    goes on. `reading`: how long to leave it there, in usual pauses."""

    act: Act
    caption: str = ""
    phone: str = ""
    text: str = ""
    answers: Mapping[str, str] | None = None
    most: int = 99
    button: str = ""
    news: str = ""
    state: str = ""
    hears: str = ""
    reading: float = 1.0

    def data(self) -> dict[str, Any]:
        return {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the people of one language write. The place is one where two groups that speak it take the case."""

    call: str
    land: Mapping[str, str]
    danger: Mapping[str, str]
    held: Mapping[str, str]
    greeting: str
    thanks: str
    status: str


_LAND = {
    "opening": "none",
    "who": "me",
    "consent": "yes",
    "date": "no",
    "contact": "text",
    "summary": "send",
}
_DANGER = {
    "opening": "danger",
    "danger_phone": "no",
    "danger_contact": "text",
    "danger_consent": "yes",
}
_HELD = {
    "opening": "held",
    "held_contact": "text",
    "held_since": "today",
    "held_state": "none",
    "held_consent": "yes",
}

WORDS: Mapping[str, Words] = {
    "en": Words(
        call="HELP",
        land=_LAND | {"issue": "land_environment", "place": "Nakuru", "other_side": "company", "name": "Amina"},
        danger=_DANGER | {"place": "Nakuru"},
        held=_HELD | {"place": "Tunis"},
        greeting="Hello, I am a paralegal near you. Do you have papers for the plot?",
        thanks="Yes, I have a letter from the chief.",
        status="STATUS",
    ),
    "sw": Words(
        call="Msaada",
        land=_LAND | {"issue": "land_environment", "place": "Nakuru", "other_side": "company", "name": "Amina"},
        danger=_DANGER | {"place": "Nakuru"},
        held=_HELD | {"place": "Tunis"},
        greeting="Habari, mimi ni msaidizi wa kisheria karibu nawe. Je, una hati za shamba?",
        thanks="Ndiyo, nina barua ya chifu.",
        status="hali",
    ),
    "ne": Words(
        call="नमस्ते",
        land=_LAND | {"issue": "work", "place": "Kathmandu", "other_side": "company", "name": "आमिना"},
        danger=_DANGER | {"place": "Kathmandu"},
        held=_HELD | {"place": "Tunis"},
        greeting="नमस्ते, म नजिकैको कानुनी सहयोगी हुँ। कामको कागज छ?",
        thanks="छ, एउटा चिठी छ।",
        status="खबर",
    ),
    "ne-Latn": Words(
        call="namaste",
        land=_LAND | {"issue": "work", "place": "Kathmandu", "other_side": "company", "name": "Amina"},
        danger=_DANGER | {"place": "Kathmandu"},
        held=_HELD | {"place": "Tunis"},
        greeting="Namaste, ma najikai ko kanuni sahayogi hun. Kaam ko kagaj chha?",
        thanks="Chha, euta chitthi chha.",
        status="khabar",
    ),
    "es": Words(
        call="Hola",
        land=_LAND | {"issue": "land_environment", "place": "Quibdó", "other_side": "company", "name": "Amina"},
        danger=_DANGER | {"place": "Quibdó"},
        held=_HELD | {"place": "Tunis"},
        greeting="Hola, trabajo cerca de usted. ¿Tiene papeles del terreno?",
        thanks="Sí, tengo una carta.",
        status="estado",
    ),
    "fr": Words(
        call="Bonjour",
        land=_LAND | {"issue": "work", "place": "Sousse", "other_side": "company", "name": "Amina"},
        danger=_DANGER | {"place": "Tunis"},
        held=_HELD | {"place": "Tunis"},
        greeting="Bonjour, je travaille près de chez vous. Avez-vous un contrat de travail ?",
        thanks="Oui, j'en ai une copie.",
        status="suivi",
    ),
    "pt": Words(
        call="Olá",
        land=_LAND | {"issue": "land_environment", "place": "Quibdó", "other_side": "company", "name": "Amina"},
        danger=_DANGER | {"place": "Quibdó"},
        held=_HELD | {"place": "Tunis"},
        greeting="Olá, trabalho perto de si. Tem papéis do terreno?",
        thanks="Sim, tenho uma carta.",
        status="estado",
    ),
    "ar": Words(
        call="مساعدة",
        land=_LAND | {"issue": "work", "place": "سوسة", "other_side": "company", "name": "أمينة"},
        danger=_DANGER | {"place": "تونس"},
        held=_HELD | {"place": "تونس"},
        greeting="مرحبا، أنا مساعدة قانونية قريبة منك. هل لديك عقد عمل؟",
        thanks="نعم، عندي نسخة منه.",
        status="متابعة",
    ),
}

_SMS, _TELEGRAM, _HELPER = "sms", "telegram", "helper"
_OFFER, _CALL = "offer", "call"
_ACCEPT, _CLEAR = r"^ACC \w+$", r"^ACC \w+ 1$"
_DECLINE, _FULL = r"^DEC \w+$", r"^DEC \w+ FULL$"
_GOT = r"^GOT \w+$"


def _asks_for_help(words: Words) -> tuple[Step, ...]:
    return (
        Step(act=Act.SAY, caption="writes", phone=_SMS, text=words.call, hears=_SMS, reading=2),
        Step(act=Act.ANSWER, caption="answers", phone=_SMS, answers=words.land),
    )


def _land(words: Words) -> tuple[Step, ...]:
    return (
        *_asks_for_help(words),
        Step(act=Act.CASE, caption="case", reading=2.5),
        Step(act=Act.TURN, caption="offer", phone=_HELPER, news=_OFFER, reading=3),
        Step(act=Act.TAP, caption="accepts", phone=_HELPER, button=_ACCEPT, hears=_HELPER, reading=1.5),
        Step(act=Act.TAP, phone=_HELPER, button=_CLEAR, hears=_SMS),
        Step(act=Act.HEAR, caption="told", phone=_SMS, reading=3),
        Step(act=Act.SAY, caption="relay", phone=_HELPER, text=words.greeting, hears=_SMS, reading=1.5),
        Step(act=Act.SAY, phone=_SMS, text=words.thanks, hears=_HELPER, reading=2),
        Step(act=Act.SAY, caption="danger", phone=_TELEGRAM, text=words.call, hears=_TELEGRAM),
        Step(act=Act.ANSWER, phone=_TELEGRAM, answers=words.danger, most=1),
        Step(act=Act.TURN, caption="call", phone=_HELPER, news=_CALL, reading=2),
        Step(act=Act.TAP, phone=_HELPER, button=_GOT, hears=_HELPER, reading=1.5),
        Step(act=Act.ANSWER, caption="pressing", phone=_TELEGRAM, answers=words.danger),
        Step(act=Act.CASE, caption="end", state="offered", reading=0),
    )


def _declines(words: Words) -> tuple[Step, ...]:
    return (
        *_asks_for_help(words),
        Step(act=Act.TURN, caption="offer", phone=_HELPER, news=_OFFER),
        Step(act=Act.TAP, caption="declines", phone=_HELPER, button=_DECLINE, hears=_HELPER),
        Step(act=Act.TAP, phone=_HELPER, button=_FULL, hears=_HELPER, reading=2),
        Step(act=Act.TURN, caption="next", phone=_HELPER, news=_OFFER, reading=3),
        Step(act=Act.SAY, caption="asks", phone=_SMS, text=words.status, hears=_SMS, reading=0),
    )


def _nobody(words: Words) -> tuple[Step, ...]:
    return (
        Step(act=Act.SAY, caption="held", phone=_SMS, text=words.call, hears=_SMS, reading=2),
        Step(act=Act.ANSWER, phone=_SMS, answers=words.held),
        Step(act=Act.CASE, caption="nobody", state="unserved", reading=3),
        Step(act=Act.SAY, caption="plain", phone=_SMS, text=words.status, hears=_SMS, reading=0),
    )


_STORIES = {"land": _land, "declines": _declines, "nobody": _nobody}


def story(name: str, language: str) -> Sequence[Step]:
    """Raises KeyError for a story that is not told, or not in that language."""
    return _STORIES[name](WORDS[language])
