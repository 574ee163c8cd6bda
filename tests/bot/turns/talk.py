"""One seeker and their phone, and nothing behind it: what is said and what is set in motion, message by message.

    talk.say("STOP")
    talk.heard("You get no more messages")
    talk.set_in_motion(OptedOutNow())

Whatever a test is about, after every message it is looked at what must always hold (`_holds`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Self, TypeVar

from bot.app import Library, make_turns
from bot.casework.effects import Effect, Erase, FileCase, OptedOutNow
from bot.channels.base import (
    Attached,
    Content,
    Inbound,
    Limits,
    OptedOut,
    OptOut,
    Outgoing,
    SharedContact,
    SharedLocation,
    Tapped,
    Typed,
)
from bot.channels.parts import units
from bot.channels.sms.channel import LIMITS as SMS_LIMITS
from bot.channels.telegram.channel import LIMITS as TELEGRAM_LIMITS
from bot.pipeline.turn import SeekerTurns
from flows.dialogue import engine
from flows.dialogue.conversation import CaseId, Conversation, ConversationId
from flows.dialogue.position import LANGUAGES, fold
from flows.dialogue.session import Session
from flows.routing.casebook import Lane
from flows.routing.network import Network

SMS, TELEGRAM = "sms", "telegram"
LIMITS: Mapping[str, Limits] = {SMS: SMS_LIMITS, TELEGRAM: TELEGRAM_LIMITS}
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
"""A Wednesday."""
E = TypeVar("E")


def turns_for(library: Library, network: Network, *languages: str) -> SeekerTurns:
    return make_turns(library, network, LIMITS, languages=languages or network.languages)


class Talk:
    """`outgoing` and `effects` are those of the last message; `conversation` is what is stored between two. `address`
    is of a country that hints at no language."""

    address = "+447700900001"

    def __init__(
        self, turns: SeekerTurns, channel: str = SMS, *, language: str = "en", hint: str = "", shared: bool = False
    ) -> None:
        self.turns = turns
        self.hint = hint
        self.now = NOW
        self.conversation = Conversation(id=ConversationId("phone"), channel=channel, language=language, shared=shared)
        self.outgoing: tuple[Outgoing, ...] = ()
        self.effects: tuple[Effect, ...] = ()
        self._received = 0

    # ---- writing

    def say(self, *texts: str) -> Self:
        for text in texts:
            self.send(Typed(text=text))
        return self

    def edit(self, text: str) -> Self:
        """An earlier message, changed."""
        return self.send(Typed(text=text, edited=True))

    def tap(self, label: str) -> Self:
        """A button of the last message."""
        (data,) = [choice.data for choice in self.outgoing[-1].choices if choice.label == label]
        return self.send(Tapped(data=data))

    def tap_old(self, data: str) -> Self:
        return self.send(Tapped(data=data))

    def share_location(self, latitude: float = -0.28, longitude: float = 36.07) -> Self:
        return self.send(SharedLocation(latitude=latitude, longitude=longitude))

    def share_contact(self, phone: str = "+254700000009") -> Self:
        return self.send(SharedContact(phone=phone))

    def attach(self, kind: str = "photo", caption: str = "") -> Self:
        return self.send(Attached(kind=kind, caption=caption))

    def provider(self, kind: OptOut, text: str = "") -> Self:
        """The provider tells us what it has done about an opt-out word."""
        return self.send(OptedOut(kind=kind, text=text))

    def wait(self, **length: float) -> Self:
        self.now += timedelta(**length)
        return self

    def send(self, content: Content) -> Self:
        self._received += 1
        message = Inbound(
            channel=self.conversation.channel,
            provider_id=f"M{self._received}",
            address=self.address,
            content=content,
            language_hint=self.hint,
        )
        before = self.conversation
        turn = self.turns.take(before, message, now=self.now)
        self.conversation, self.outgoing, self.effects = turn.conversation, turn.outgoing, turn.effects
        self._holds(before)
        for effect in self.effects:
            match effect:
                case FileCase():
                    self.conversation = replace(self.conversation, case=CaseId("case"))
                case Erase():
                    self.conversation = Conversation(
                        id=before.id,
                        channel=before.channel,
                        language=before.language,
                        silenced=before.silenced,
                        received_at=self.now,
                    )
                case _:
                    pass
        self.now += timedelta(seconds=20)
        return self

    def _holds(self, before: Conversation) -> None:
        limits = LIMITS[before.channel]
        texts = [message.text for message in self.outgoing]
        assert all(texts), "nothing empty is sent"
        assert all(units(text) <= limits.length for text in texts)
        assert len(texts) <= 2
        assert not any("{" in text and "}" in text for text in texts), texts
        buttons = [choice for message in self.outgoing for choice in message.choices]
        assert all(len(button.data.encode()) <= 64 and button.label for button in buttons)
        assert limits.buttons or not buttons
        stopped = OptedOutNow() in self.effects
        assert not (before.silenced and self.conversation.silenced and self.outgoing), "the silenced hear nothing"
        assert not stopped or self.conversation.silenced
        assert self.conversation.received_at == self.now
        if (session := self.conversation.session) is not None:
            assert Session.from_data(json.loads(json.dumps(session.to_data()))) == session

    # ---- looking

    @property
    def text(self) -> str:
        """All that the last message was answered with."""
        return "\n".join(message.text for message in self.outgoing)

    @property
    def buttons(self) -> list[str]:
        return [choice.label for message in self.outgoing for choice in message.choices]

    def heard(self, *pieces: str) -> Self:
        for piece in pieces:
            assert piece in self.text, f"{piece!r} is not in {self.text!r}"
        return self

    def heard_only(self, *pieces: str) -> Self:
        assert self.text == "\n".join(pieces)
        return self

    def heard_nothing_of(self, *pieces: str) -> Self:
        for piece in pieces:
            assert piece.lower() not in self.text.lower(), f"{piece!r} is in {self.text!r}"
        return self

    def heard_nothing(self) -> Self:
        assert self.outgoing == ()
        return self

    def set_in_motion(self, *effects: Effect) -> Self:
        """These and no others."""
        assert list(self.effects) == list(effects)
        return self

    def happened(self, kind: type[E]) -> list[E]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @property
    def filed(self) -> FileCase:
        (filed,) = self.happened(FileCase)
        return filed

    @property
    def at(self) -> str:
        """The step whose question stands on the phone; "" where no intake runs."""
        session = self.conversation.session
        if session is None:
            return ""
        shown = fold(self.turns.voice.flows[session.flow], session).shown
        return shown.step if shown else ""

    @property
    def given(self) -> dict[str, object]:
        session = self.conversation.session
        assert session is not None
        reader = self.turns.reader(self.conversation.language or "en", self.conversation.channel)
        return {answer.step: answer.value for answer in engine.given(self.turns.voice.flows, session, reader=reader)}

    def phrase(self, name: str, *, quiet: bool = False) -> str:
        """A shipped phrase in the conversation's language, as its channel shows it."""
        voice, language = self.turns.voice, self.conversation.language or "en"
        (message,) = voice.messages(self.conversation.channel, language, [voice.phrase(name, quiet=quiet)])
        return message.text

    def question(self, step_id: str) -> str:
        """A question of the intake in the conversation's language."""
        step = self.turns.voice.flows["intake"].step(step_id)
        assert step is not None
        return self.turns.voice.wording.say(step.line.live, self.conversation.language)


# ---- states a message may find someone in


def fresh(talk: Talk) -> None:
    """Nobody yet."""


def asked(talk: Talk) -> None:
    talk.say("START")
    assert talk.at == "opening"


def in_a_list_of_places(talk: Talk) -> None:
    talk.say("START", "4", "1", "1", "1", "Nakuruu")
    assert (talk.at, "place" in talk.given) == ("place", False)


def at_review(talk: Talk) -> None:
    talk.say("START", "4", "1", "1", "1", "Nakuru", "1", "2", "1", "Amina")
    assert talk.at == "summary"


def in_the_list_of_languages(talk: Talk) -> None:
    talk.say("START", "00")
    assert talk.at == LANGUAGES


def asked_to_delete(talk: Talk) -> None:
    talk.say("START", "DELETE")


def sent(talk: Talk) -> None:
    at_review(talk)
    talk.say("1")
    assert talk.filed.lane is Lane.NORMAL
    assert talk.conversation.case


def silenced(talk: Talk) -> None:
    talk.say("START", "4").provider(OptOut.STOP, "STOP")


def silenced_with_a_case(talk: Talk) -> None:
    sent(talk)
    talk.provider(OptOut.STOP, "STOP")


def paused(talk: Talk) -> None:
    talk.say("START", "4", "000")


def quiet(talk: Talk) -> None:
    talk.say("START", "5")
    assert (talk.at, talk.conversation.shared) == ("place", True)


def not_shared(talk: Talk) -> None:
    """In danger, and said no to telling a helper."""
    talk.say("START", "1", "1", "1", "Nakuru", "2")


State = Callable[[Talk], object]
STATES: Sequence[State] = (
    fresh,
    asked,
    in_a_list_of_places,
    at_review,
    in_the_list_of_languages,
    asked_to_delete,
    sent,
    silenced,
    silenced_with_a_case,
    paused,
    quiet,
    not_shared,
)
SILENT: Sequence[State] = (silenced, silenced_with_a_case)
