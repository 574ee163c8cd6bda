"""What the pipeline asks of whoever decides: a pure turn for seekers, and the effects that need the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.channels.base import Inbound, Outgoing
from flows.dialogue.conversation import Conversation, ConversationId
from storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """conversation: as it is after the message. outgoing: the reply, in order. effects: whatever `Handler.apply` of the
    same handler understands; the pipeline does not look inside."""

    conversation: Conversation
    outgoing: tuple[Outgoing, ...] = ()
    effects: tuple[Any, ...] = ()


class Handler(Protocol):
    """Everything but `turn` runs inside the transaction that took the message. Any of it may run again after a
    deadlock, so nothing reaches outside except through `tx`."""

    def turn(self, conversation: Conversation, message: Inbound, *, now: datetime) -> Turn:
        """Pure. `conversation.received_at` is still that of the message before; the turn sets the new one."""

    def is_pressing(self, message: Inbound) -> bool:
        """Whether it tells of danger, so that it is read before others that wait."""

    def hushes(self, message: Inbound) -> bool:
        """Whether nothing that answers an earlier message may be shown after it."""

    async def was_away(self, tx: Tx, conversation: Conversation, *, late: bool) -> None:
        """They wrote while nobody was here: says so, before their messages are answered. `late`: long ago."""

    async def apply(self, tx: Tx, turn: Turn) -> None:
        """Only called when `turn.effects`; `turn.conversation` and `turn.outgoing` are stored already."""

    async def member(self, tx: Tx, conversation: Conversation, message: Inbound) -> None:
        """A message of a linked member: everything about it, saving the conversation included."""

    async def quarantined(self, tx: Tx, conversation: Conversation) -> None:
        """A message could not be handled, ever: page a person and say a neutral line."""

    async def delivery_failed(self, tx: Tx, conversation: ConversationId, code: str) -> None:
        """A message will not arrive: `blocked`, `opted_out`, `expired` or a code of the channel."""
