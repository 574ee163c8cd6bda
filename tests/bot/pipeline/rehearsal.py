"""Stand-ins for the ends of the pipeline: a handler that counts, a channel that records, and time that stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aiohttp import web

from bot.casework.post import queue_message
from bot.channels.base import Inbound, Intake, Limits, Outgoing, Pace, Sent, Typed, Unerased, Unknowable
from bot.pipeline.contract import Turn
from flows.dialogue.conversation import Conversation, ConversationId
from storage import Tx


def typed(provider_id: str, text: str, address: str = "+254700000001", channel: str = "sms") -> Inbound:
    return Inbound(channel=channel, provider_id=provider_id, address=address, content=Typed(text=text))


@dataclass(frozen=True, slots=True)
class Effect:
    word: str


class CountingHandler:
    """Answers `<how many it has had>: <text>`. `broken` texts make their turn raise, `unwritable` ones what is stored
    after it; `effect ...` has an effect, which answers by itself; `stop` silences."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.unwritable: set[str] = set()
        self.quarantines: list[ConversationId] = []
        self.failures: list[tuple[ConversationId, str]] = []
        self.members: list[str] = []
        self.untold = False

    def turn(self, conversation: Conversation, message: Inbound, *, now: datetime) -> Turn:
        assert isinstance(message.content, Typed)
        text = message.content.text
        if text in self.broken:
            raise ZeroDivisionError(text)
        count = conversation.sessions + 1
        after = replace(conversation, sessions=count, received_at=now, silenced=conversation.silenced or text == "stop")
        effects = (Effect(text),) if text in self.unwritable or text.startswith(("effect", "join")) else ()
        return Turn(conversation=after, outgoing=(Outgoing(text=f"{count}: {text}"),), effects=effects)

    def is_pressing(self, message: Inbound) -> bool:
        return isinstance(message.content, Typed) and "danger" in message.content.text

    def hushes(self, message: Inbound) -> bool:
        return isinstance(message.content, Typed) and message.content.text in ("stop", "pause")

    async def was_away(self, tx: Tx, conversation: Conversation, *, late: bool) -> None:
        await queue_message(tx, conversation.id, Outgoing(text="away, quiet" if late else "away"), reply=True)

    async def apply(self, tx: Tx, turn: Turn) -> None:
        for effect in turn.effects:
            if effect.word in self.unwritable:
                raise ZeroDivisionError(effect.word)
            if effect.word.startswith("join"):
                await tx.members.link(effect.word.removeprefix("join "), turn.conversation.id)
            else:
                await tx.conversations.save([replace(turn.conversation, language="sw")])
            await queue_message(tx, turn.conversation.id, Outgoing(text=f"did {effect.word}"))

    async def member(self, tx: Tx, conversation: Conversation, message: Inbound) -> None:
        assert isinstance(message.content, Typed)
        if message.content.text in self.unwritable:
            raise ZeroDivisionError
        self.members.append(message.content.text)
        await queue_message(tx, conversation.id, Outgoing(text=f"member: {message.content.text}"), reply=True)

    async def quarantined(self, tx: Tx, conversation: Conversation) -> None:
        if self.untold:
            raise ZeroDivisionError
        self.quarantines.append(conversation.id)
        await queue_message(tx, conversation.id, Outgoing(text="A person will look at this."), reply=True)

    async def delivery_failed(self, tx: Tx, conversation: ConversationId, code: str) -> None:
        if self.untold:
            raise ZeroDivisionError
        self.failures.append((conversation, code))


@dataclass(slots=True)
class Time:
    """Monotonic seconds that pass only by sleeping."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def seconds(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


Reply = Callable[[str, Outgoing], Sent | Exception]
"""What the provider does with a send."""


class RecordingChannel:
    """`sent`: (address, text) in the order the provider took them. `reply`: replaced to make sends fail. `listed`:
    what a look-up finds. `erasing`: its next answers to being asked to erase."""

    limits = Limits(buttons=False, menu=10, menu_wide=5, length=1600, counted=True)

    def __init__(self, name: str = "sms", pace: Pace | None = None) -> None:
        self.name = name
        self.pace = pace or Pace(per_second=1000, chat_gap=0)
        self.sent: list[tuple[str, str]] = []
        self.references: list[str] = []
        self.looked: list[str] = []
        self.listed: Sent | Unknowable | Exception | None = None
        self.inbound: Sequence[Inbound] | Exception = ()
        self.asked_since: list[datetime] = []
        self.asked_to_erase: list[tuple[str, tuple[str, ...]]] = []
        self.erasing: list[Unerased | Exception] = []
        self.reply: Reply = lambda _address, _message: Sent(provider_id=f"P{len(self.sent)}")

    def routes(self, intake: Intake) -> Sequence[web.RouteDef]:
        return ()

    async def listen(self, intake: Intake) -> None:
        return

    async def send(self, address: str, message: Outgoing, *, reference: str) -> Sent:
        done = self.reply(address, message)
        if isinstance(done, Exception):
            raise done
        self.sent.append((address, message.text))
        self.references.append(reference)
        return done

    async def look_up(self, address: str, message: Outgoing, *, since: datetime) -> Sent | Unknowable | None:
        self.looked.append(message.text)
        if isinstance(self.listed, Exception):
            raise self.listed
        return self.listed

    async def missed(self, *, since: datetime) -> Sequence[Inbound]:
        self.asked_since.append(since)
        if isinstance(self.inbound, Exception):
            raise self.inbound
        return self.inbound

    @property
    def erasable_for(self) -> timedelta:
        return timedelta(days=2)

    async def erase(self, address: str, traces: Sequence[str]) -> Unerased:
        self.asked_to_erase.append((address, tuple(traces)))
        answer = self.erasing.pop(0) if self.erasing else Unerased()
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        return

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.sent]
