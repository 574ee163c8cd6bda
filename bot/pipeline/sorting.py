"""What a message is at a glance, before its turn: whether it tells of danger, and whether it asks us to be silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.channels.base import Attached, Inbound, OptedOut, OptOut, Typed
from bot.pipeline.turn import SeekerTurns
from flows.dialogue.words import Command, legible

_HUSHING = frozenset({Command.STOP, Command.PAUSE})
Look = Callable[[Inbound], bool]


def is_pressing(turns: SeekerTurns, message: Inbound) -> bool:
    """Words for danger, in any language."""
    words = _words(message)
    return bool(words) and turns.reader(turns.languages[0], message.channel).alarm(words) is not None


def hushes(turns: SeekerTurns, message: Inbound) -> bool:
    """STOP, or the neutral screen, in any language the network offers: after it nothing of before may be shown."""
    match message.content:
        case OptedOut(kind=kind):
            return kind is OptOut.STOP
        case Typed(edited=True):
            return False
        case _:
            pass
    words = _words(message).strip()
    readers = (turns.reader(language, message.channel) for language in turns.languages)
    return bool(words) and any(reader.command(words) in _HUSHING for reader in readers)


def danger_first(messages: Iterable[Inbound], pressing: Look) -> Sequence[Inbound]:
    """The conversations that tell of danger before the others; each conversation's messages in their order."""
    people: dict[tuple[str, str], list[Inbound]] = {}
    for message in messages:
        people.setdefault((message.channel, message.address), []).append(message)
    ordered = sorted(people.values(), key=lambda own: not any(map(pressing, own)))
    return [message for own in ordered for message in own]


def _words(message: Inbound) -> str:
    match message.content:
        case Typed(text=words) | OptedOut(text=words) | Attached(caption=words):
            return legible(words)
        case _:
            return ""
