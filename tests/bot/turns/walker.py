"""Walks the shipped dialogues as people of every language would: a likely answer to whatever is asked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.casework.effects import Erase, FileCase
from bot.channels.parts import count
from flows.dialogue.definition import AnswerType, Kind
from flows.dialogue.position import fold, position
from tests.bot.turns.talk import SMS, Talk

PLACE, DAY, NAME, NUMBER = "Nakuru", "25/12", "Amina", "+254700000009"
MOST_MESSAGES = 40
Choose = Callable[[str, tuple[str, ...]], str]
"""(step, options shown) -> the option taken, or "" for words of one's own."""


@dataclass(slots=True, kw_only=True)
class Walked:
    """What a way through cost: questions that wanted an answer, and parts of text messages."""

    asked: int = 0
    parts: int = 0
    ended: bool = False


def walk_through(talk: Talk, choose: Choose, *, first: str = "START", most: int = MOST_MESSAGES) -> Walked:
    """From the first message until the intake has ended, or `most` have been sent."""
    walked = Walked()
    message = first
    for _ in range(most):
        before = talk.conversation.session
        send(talk, message)
        walked.parts += price(talk)
        if before is not None and (talk.conversation.session is None or talk.conversation.session.flow != before.flow):
            walked.ended = True
            break
        if _at_the_end(talk):
            walked.ended = True
            break
        walked.asked += 1
        message = _next(talk, choose)
    return walked


def price(talk: Talk) -> int:
    """Parts of what was answered, the ending that casework says included."""
    voice, conversation = talk.turns.voice, talk.conversation
    messages = list(talk.outgoing)
    for filed in talk.happened(FileCase):
        ending = filed.ending.filled(receipt="7Q2M 4KXT", deadline=voice.moment(talk.now, conversation.language))
        messages += voice.messages(conversation.channel, conversation.language, [ending])
    return sum(count(message.text).parts for message in messages) if conversation.channel == SMS else 0


def send(talk: Talk, message: str) -> None:
    """A button where there is one, else words."""
    labels = {choice.label: choice.data for outgoing in talk.outgoing for choice in outgoing.choices}
    if message.startswith("[") and message[1:-1].isdecimal() and labels:
        talk.tap_old(list(labels.values())[int(message[1:-1])])
    elif message.startswith("["):
        talk.say(str(int(message[1:-1]) + 1))
    else:
        talk.say(message)


def _next(talk: Talk, choose: Choose) -> str:
    session = talk.conversation.session
    assert session is not None, f"nothing waits after {talk.text!r}"
    flow = talk.turns.voice.flows[session.flow]
    shown = fold(flow, session).shown
    assert shown is not None
    step = flow.step(shown.step)
    taken = choose(shown.step, shown.options)
    if taken:
        return f"[{shown.options.index(taken)}]"
    match step.type if step else None:
        case AnswerType.PLACE:
            return PLACE
        case AnswerType.DATE:
            return DAY
        case AnswerType.PHONE:
            return NUMBER
        case _:
            return NAME


def _at_the_end(talk: Talk) -> bool:
    """Ended; kept only for a person who was called."""
    if Erase() in talk.effects:
        return True
    session = talk.conversation.session
    if session is None:
        return True
    flow = talk.turns.voice.flows[session.flow]
    return position(flow, fold(flow, session)).step.kind is Kind.END


def by_lane(opening: str, *, shared: bool = False) -> Choose:
    """The longest likely way: own words where they are asked for, else the first answer that goes on."""
    leads_on = {"danger_phone": "no", "phone": "no", "consent": "yes", "contact": "call", "issue": "violence_abuse"}

    def choose(step: str, options: tuple[str, ...]) -> str:
        if step == "opening":
            return opening
        if step in leads_on and leads_on[step] in options:
            return leads_on[step]
        if step in ("place", "name", "deadline", "date", "story") and not any(
            each.startswith("KE-") for each in options
        ):
            return ""
        plain = [option for option in options if not option.startswith("@")]
        return plain[0] if plain else ""

    return choose


def at_random(seed: int) -> Choose:
    """Any answer that is offered, now and then words of one's own."""
    dice = random.Random(seed)

    def choose(step: str, options: tuple[str, ...]) -> str:
        own = step in ("place", "name", "deadline", "date", "story") or not options
        return "" if own and dice.random() < 0.7 else dice.choice(options) if options else ""

    return choose


def lanes() -> Iterator[tuple[str, str, bool, int]]:
    """(lane, answer to the opening, on a phone known to be shared, most questions)."""
    yield "danger", "danger", False, 6
    yield "held", "held", False, 6
    yield "quiet", "cant_say", False, 6
    yield "shared", "", True, 6
    yield "deadline", "deadline", False, 12
    yield "normal", "none", False, 12
