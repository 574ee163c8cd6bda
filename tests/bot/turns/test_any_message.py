"""Any messages in any order, on any phone: whoever writes is answered, or something is set in motion."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bot.app import DEMO, read_library, read_network
from bot.casework.effects import Erase, OptedOutNow
from bot.channels.base import (
    Attached,
    Content,
    OptedOut,
    OptOut,
    SharedContact,
    SharedLocation,
    Tapped,
    Typed,
)
from bot.pipeline.turn import SeekerTurns
from flows.dialogue.words import Command, legible
from tests.bot.turns.talk import SMS, STATES, TELEGRAM, State, Talk, turns_for

WALKS = 300
"""Each of up to forty messages."""


@pytest.fixture(scope="module")
def phones() -> Callable[..., Talk]:
    turns: SeekerTurns = turns_for(read_library(), read_network(DEMO / "network.yaml"))
    return lambda *args, **kwargs: Talk(turns, *args, **kwargs)


# ---- what people send

LIKELY = [
    *map(str, range(10)), "00", "000", "1,3", "yes", "no", "YES", "PERSON", "STATUS", "AGAIN", "SKIP", "WHY", "HELP",
    "START", "STOP", "DELETE", "LANGUAGE", "BACK", "PAUSE", "Nakuru", "Nakuruu", "nowhere at all", "monday", "25/12",
    "Amina", "+254700000009", "hello", "habari", "नमस्ते", "مرحبا", "hola", "he is beating me", "kaka amekamatwa",
    "JOIN 7Q2M4KXT", "/start", "/start x", "{place}", "%s", "١", "१", "", " ", "\u202e\u200b", "a\x00b", "\ud800",
    "my neighbour took my land last week", "x" * 5000, "🙏🏾", "no but they say monday",
]  # fmt: skip
OFTEN = ["1", "2", "1", "4", "5", "Nakuru", "1", "3"]
words = st.one_of(st.sampled_from(LIKELY), st.sampled_from(OFTEN), st.text(max_size=40))
data = st.one_of(
    st.sampled_from(["yes", "no", "delete.yes", "delete.no", "", "x", "GOT ABCD", "1.1.1.1", "-1.1.1"]),
    st.builds("{}.{}.{}".format, st.integers(0, 4), st.integers(0, 30), st.integers(0, 9)),
)
contents: st.SearchStrategy[Content] = st.one_of(
    st.builds(Typed, text=words),
    st.builds(Typed, text=words),
    st.builds(Typed, text=words, edited=st.just(True)),
    st.builds(Tapped, data=data),
    st.builds(SharedLocation, latitude=st.floats(-90, 90), longitude=st.floats(-180, 180)),
    st.builds(SharedContact, phone=st.sampled_from(["+254700000009", "", "abc", "0" * 50])),
    st.builds(Attached, kind=st.sampled_from(["photo", "voice"]), caption=st.one_of(st.just(""), words)),
    st.builds(OptedOut, kind=st.sampled_from(OptOut), text=st.one_of(st.just(""), words)),
)
waits = st.sampled_from([0, 0, 0, 0, 0, 0, 31, 60 * 24 * 31])
"""Minutes between two messages."""
walks = st.lists(st.tuples(waits, contents), min_size=1, max_size=40)


@settings(max_examples=WALKS, suppress_health_check=[HealthCheck.too_slow])
@given(
    channel=st.sampled_from([SMS, TELEGRAM]),
    language=st.sampled_from(["", "en", "sw", "ne", "ar", "es"]),
    hint=st.sampled_from(["", "es-419", "xx", "pt-BR"]),
    state=st.sampled_from(STATES),
    walk=walks,
)
def test_whatever_is_sent_nothing_breaks_and_nobody_is_left_without_an_answer(
    phones: Callable[..., Talk],
    channel: str,
    language: str,
    hint: str,
    state: State,
    walk: list[tuple[int, Content]],
) -> None:
    talk = phones(channel, language=language, hint=hint)
    if language:
        state(talk)
    for minutes, content in walk:
        before = talk.conversation
        talk.wait(minutes=minutes).send(content)
        if not talk.outgoing and not talk.effects:
            assert rightly_unanswered(talk, before_silenced=before.silenced, before_paused=before.paused, sent=content)
        assert talk.conversation.shared or not before.shared or Erase() in talk.effects
        if before.silenced and talk.conversation.silenced:
            assert not talk.outgoing


def rightly_unanswered(talk: Talk, *, before_silenced: bool, before_paused: bool, sent: Content) -> bool:
    """STOP to someone who has stopped already; a correction behind the neutral screen; the provider's own notices."""
    match sent:
        case OptedOut(kind=OptOut.STOP):
            return before_silenced
        case OptedOut(kind=OptOut.START, text=text):
            return not legible(text).strip() or before_silenced
        case Typed(edited=True) if before_paused:
            return talk.conversation.paused
        case _:
            return before_silenced


# ---- every order is heard through every wall


@settings(max_examples=WALKS, suppress_health_check=[HealthCheck.too_slow])
@given(channel=st.sampled_from([SMS, TELEGRAM]), walk=walks, language=st.sampled_from(["en", "sw", "ne", "ar", "es"]))
def test_after_anything_at_all_stop_silences_and_delete_erases(
    phones: Callable[..., Talk], channel: str, walk: list[tuple[int, Content]], language: str
) -> None:
    talk = phones(channel, language=language)
    for minutes, content in walk:
        talk.wait(minutes=minutes).send(content)
    assume(not talk.conversation.silenced)
    for stop in orders(talk, Command.STOP):
        talk.say("START", stop)
        assert talk.conversation.silenced
        assert OptedOutNow() in talk.effects
    talk.say("START", *[next(orders(talk, Command.DELETE)), "1"])
    assert talk.effects == (Erase(),)


def orders(talk: Talk, command: Command) -> Iterator[str]:
    words = talk.turns.tongues.words[talk.conversation.language or "en"]
    return (word for word, each in words.commands.items() if each is command)
