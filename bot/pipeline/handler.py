"""Decides for the pipeline: seekers' messages go through the pure turn, members' and all effects to casework."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.casework.casework import Casework
from bot.channels.base import Inbound
from bot.pipeline import sorting
from bot.pipeline.contract import Turn
from bot.pipeline.turn import SeekerTurns
from flows.dialogue.conversation import Conversation, ConversationId
from storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The `Handler` the service runs with."""

    turns: SeekerTurns
    casework: Casework

    def turn(self, conversation: Conversation, message: Inbound, *, now: datetime) -> Turn:
        return self.turns.take(conversation, message, now=now)

    def is_pressing(self, message: Inbound) -> bool:
        return sorting.is_pressing(self.turns, message)

    def hushes(self, message: Inbound) -> bool:
        return sorting.hushes(self.turns, message)

    async def was_away(self, tx: Tx, conversation: Conversation, *, late: bool) -> None:
        await self.casework.was_away(tx, conversation, late=late)

    async def apply(self, tx: Tx, turn: Turn) -> None:
        for effect in turn.effects:
            await self.casework.apply(tx, turn.conversation, effect)

    async def member(self, tx: Tx, conversation: Conversation, message: Inbound) -> None:
        await self.casework.member_wrote(tx, conversation, message)

    async def quarantined(self, tx: Tx, conversation: Conversation) -> None:
        await self.casework.quarantined(tx, conversation)

    async def delivery_failed(self, tx: Tx, conversation: ConversationId, code: str) -> None:
        await self.casework.delivery_failed(tx, conversation, code)
