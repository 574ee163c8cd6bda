"""What a seeker is told: answers to what they just wrote, and notices we start, only as they said is safe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.casework.office import Office
from bot.casework.post import queue_messages
from bot.casework.safety import good_time, is_live, is_quiet, may_start
from bot.casework.timeline import record
from bot.channels.base import Outgoing
from flows.dialogue.conversation import Conversation
from flows.dialogue.text import Text
from flows.routing.casebook import Case, EntryKind
from storage import Tx

Choices = Sequence[tuple[Text | str, str]]


class Notices:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._voice = office.voice

    def language(self, conversation: Conversation) -> str:
        return conversation.language or self._office.default_language

    def by_text(self, conversation: Conversation) -> bool:
        """Whether they write text messages, not in a chat."""
        return self._voice.limits[conversation.channel].counted

    async def answer(
        self,
        tx: Tx,
        conversation: Conversation,
        name: str,
        *,
        case: Case | None = None,
        by: datetime | None = None,
        choices: Choices = (),
        words: Sequence[str] = (),
        **values: str | Text,
    ) -> None:
        """Replies to their own message: quiet where others may read the phone. `by` fills the place `deadline`, `words`
        stand under the text as they are."""
        text = self.text(name, conversation, quiet=is_quiet(case, conversation), by=by, **values)
        await self.send(tx, conversation, [text, *words], choices=choices, reply=True)

    async def start(
        self,
        tx: Tx,
        case: Case,
        name: str,
        *,
        by: datetime | None = None,
        choices: Choices = (),
        actor: str = "system",
        **values: str | Text,
    ) -> bool:
        """Tells them unasked: the whole text if they wrote just now, else the quiet one. False: they did not say that
        we may, so nothing is sent."""
        conversation = await tx.conversations.get(case.conversation)
        if not may_start(case, conversation):
            return False
        live = self.may_be_plain(case, conversation, tx.now)
        text = self.text(name, conversation, quiet=not live, by=by, **values)
        due_at = good_time(case, self._office.network.timezone, tx.now)
        await self.send(tx, conversation, [text], choices=choices if live else (), due_at=due_at)
        await record(tx, case.id, EntryKind.NOTICE, actor=actor, reason=name)
        return True

    def may_be_plain(self, case: Case, conversation: Conversation, now: datetime) -> bool:
        """Whether what we start may say all: they wrote just now, and this is a time they said is good."""
        soon = good_time(case, self._office.network.timezone, now) <= now
        return soon and may_start(case, conversation) and is_live(case, conversation, now)

    async def preview(self, tx: Tx, case: Case, name: str, *, by: datetime | None = None) -> tuple[Outgoing, ...]:
        """What `start` would send now, if it may."""
        conversation = await tx.conversations.get(case.conversation)
        text = self.text(name, conversation, quiet=not self.may_be_plain(case, conversation, tx.now), by=by)
        return self._voice.messages(conversation.channel, self.language(conversation), [text])

    async def send(
        self,
        tx: Tx,
        conversation: Conversation,
        texts: Sequence[Text | str],
        *,
        choices: Choices = (),
        reply: bool = False,
        due_at: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> None:
        messages = self._voice.messages(conversation.channel, self.language(conversation), texts, choices=choices)
        queued = [(conversation.id, message) for message in messages]
        await queue_messages(tx, queued, reply=reply, due_at=due_at, expires_at=expires_at)

    def text(
        self,
        name: str,
        conversation: Conversation,
        *,
        quiet: bool = False,
        by: datetime | None = None,
        **values: str | Text,
    ) -> Text:
        if by is not None:
            values["deadline"] = self._voice.moment(by, self.language(conversation))
        return self._voice.phrase(name, quiet=quiet, **values)
