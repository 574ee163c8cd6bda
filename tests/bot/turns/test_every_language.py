"""The shipped dialogues in every language, on both channels: every way ends, everything is said in words of that
language, within its price, and a phone that others read shows nothing."""

from __future__ import annotations

import re
from functools import cache

import pytest

from bot.app import DEMO, LOCALES, read_library, read_network
from bot.channels.parts import count
from bot.cli.catalogs.wordings import read_unquiet
from bot.pipeline.turn import SeekerTurns
from flows.dialogue.words import normalise
from tests.bot.turns.talk import SMS, TELEGRAM, Talk, turns_for
from tests.bot.turns.walker import DAY, NAME, NUMBER, PLACE, at_random, by_lane, lanes, send, walk_through

LANGUAGES = tuple(read_library().wording.languages)
WAYS = 200
"""Random ways for each language and channel."""
RAW = re.compile(r"\b(?:intake|details|phrases|issues|ui)\.[a-z_]+|\{[a-z_]+\}|@[a-z]+")
WANDERING = 20
"""Messages after which someone who went back and forth answers what is asked."""
MOST_PARTS = {False: 2, True: 4}
"""Of one answer by text message: the welcome and the first question together are the longest."""


@cache
def turns() -> SeekerTurns:
    return turns_for(read_library(), read_network(DEMO / "network.yaml"), *LANGUAGES)


@cache
def unquiet(language: str) -> frozenset[str]:
    return frozenset(map(normalise, read_unquiet(LOCALES / language)))


class Watched(Talk):
    """Looks at everything that reaches the phone."""

    def send(self, content: object) -> Watched:
        shared_before = self.conversation.shared
        super().send(content)  # type: ignore[arg-type]  # Talk knows what can be sent
        language = self.conversation.language
        wide = self.turns.voice.wording.languages[language].wide
        for message in self.outgoing:
            said = [message.text, *(choice.label for choice in message.choices)]
            assert not any(map(RAW.search, said)), said
            if self.conversation.channel == SMS:
                assert count(message.text).parts <= MOST_PARTS[wide], (count(message.text), message.text)
            if shared_before and self.conversation.shared:
                self._tells_nothing(said)
        return self

    def _tells_nothing(self, said: list[str]) -> None:
        plain = f" {normalise(' '.join(said))} "
        told = [word for word in unquiet(self.conversation.language) if f" {word} " in plain]
        assert not told, (told, said)
        assert not any(normalise(echo) in plain for echo in (PLACE, NAME, NUMBER, DAY)), said


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_lane_ends_within_its_questions(language: str, channel: str) -> None:
    for lane, opening, shared, most in lanes():
        talk = Watched(turns(), channel, language=language, shared=shared)
        walked = walk_through(talk, by_lane(opening))
        assert walked.ended, (lane, talk.text)
        assert walked.asked <= most, (lane, walked.asked)


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_way_is_a_dead_end_and_all_is_said_in_words(language: str, channel: str) -> None:
    for seed in range(WAYS):
        talk = Watched(turns(), channel, language=language)
        if not walk_through(talk, at_random(seed), most=WANDERING).ended:
            walked = walk_through(talk, by_lane("none"), first="AGAIN")
            assert walked.ended, (seed, talk.at, talk.text)
        for command in ("STATUS", "0", "000", "PERSON", "DELETE", "1"):
            send(talk, command)
            assert talk.outgoing or talk.effects, command
