"""A seeker's turn: what one message does to one conversation. Pure: no clock, no database, no network.

In which order a message is looked at is decided in `message.py`, what is said and changed in `exchange.py`. Whatever
needs the database is named as an effect and done by casework.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.casework.voice import Voice
from bot.channels.base import Inbound
from bot.pipeline.contract import Turn
from bot.pipeline.country import language_of_number
from bot.pipeline.exchange import Exchange
from bot.pipeline.message import Message
from flows.dialogue.conversation import Conversation
from flows.dialogue.reading import Reader, make_reader
from flows.dialogue.tongue import Tongues
from flows.places.index import PlaceIndex
from flows.routing.network import Contact


@dataclass(slots=True, kw_only=True)
class SeekerTurns:
    """`languages`: codes this network offers, the first being its default. `flow`: the dialogue that is run.
    `contacts`: numbers of the network for people in danger."""

    voice: Voice
    tongues: Tongues
    places: PlaceIndex
    countries: Sequence[str]
    languages: Sequence[str]
    flow: str = "intake"
    contacts: Sequence[Contact] = ()
    _readers: dict[tuple[str, str], Reader] = field(default_factory=dict, init=False)

    def take(self, conversation: Conversation, message: Inbound, *, now: datetime) -> Turn:
        """What the message does. `conversation.received_at` is still that of the message before."""
        talk = Exchange(
            conversation,
            voice=self.voice,
            reader=self.reader,
            flow=self.flow,
            language_hint=lambda: language_of_number(message.address, self.voice.wording.languages, self.languages),
            now=now,
            contacts=self.contacts,
        )
        Message(message, talk, voice=self.voice, tongues=self.tongues, languages=self.languages).receive()
        return talk.turn()

    def renew(self, tongues: Tongues, languages: Sequence[str]) -> None:
        """The texts have changed: what was made of them is made again."""
        self.tongues, self.languages = tongues, languages
        self._readers.clear()

    def reader(self, language: str, channel: str) -> Reader:
        """The frozen data the dialogue reads answers with, made once for each language and channel."""
        key = (language, channel)
        if key not in self._readers:
            limits = self.voice.limits[channel]
            registry = self.voice.wording.languages
            self._readers[key] = make_reader(
                self.voice.flows,
                language,
                translate=lambda text: self.voice.wording.say(text, language),
                words=self.tongues.words,
                languages=[(code, registry[code].name) for code in self.languages],
                places=self.places,
                countries=self.countries,
                menu=limits.menu_wide if registry[language].wide else limits.menu,
                calendar=registry[language].calendar,
                clock=registry[language].clock,
                means=self.voice.means(language),
            )
        return self._readers[key]
