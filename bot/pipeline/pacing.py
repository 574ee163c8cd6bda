"""How fast a channel may be spoken to: sends a second for the whole sender, and a pause between two to one chat."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.channels.base import Pace
from flows.dialogue.conversation import ConversationId

Sleep = Callable[[float], Awaitable[None]]
Seconds = Callable[[], float]


class Pacer:
    """`seconds` only ever grows (a monotonic clock)."""

    def __init__(self, pace: Pace, *, seconds: Seconds, sleep: Sleep) -> None:
        self._gap = 1 / pace.per_second
        self._chat_gap = pace.chat_gap
        self._seconds = seconds
        self._sleep = sleep
        self._next = 0.0
        self._chats: dict[ConversationId, float] = {}

    async def turn(self, conversation: ConversationId) -> None:
        """Waits until this chat may be sent to, and takes the moment."""
        now = self._seconds()
        at = max(now, self._next, self._chats.get(conversation, 0.0))
        self._next = max(now, self._next) + self._gap
        self._chats = {chat: free for chat, free in self._chats.items() if free > now}
        self._chats[conversation] = at + self._chat_gap
        if at > now:
            await self._sleep(at - now)

    def pause(self, seconds: float) -> None:
        """The provider asked us to be quiet for so long."""
        self._next = max(self._next, self._seconds() + seconds)
