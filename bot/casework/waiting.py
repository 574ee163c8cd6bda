"""What someone in danger is told while nobody has answered the call for them, and when somebody has.

Only on a phone of their own and where they said that texts are safe: what they did not say is not safe. A case that was
sent has its own next message (`Promises`); this is for those who are still answering.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.casework.briefing import Briefing
from bot.casework.due import Due
from bot.casework.notices import Notices
from bot.casework.office import Office
from bot.casework.safety import LIVE_FOR, TEXTS, way_of
from flows.dialogue.conversation import Conversation
from flows.routing.casebook import Page, PageId
from storage import Tx
from storage.errors import Vanished

FIRST_AFTER = timedelta(minutes=15)
EVERY = timedelta(minutes=30)
UNTIL = timedelta(hours=2)
"""After so long the same words again help nobody; the call itself goes on."""


@dataclass(frozen=True, slots=True)
class Waiting:
    office: Office
    notices: Notices
    briefing: Briefing

    async def begin(self, tx: Tx, page: Page) -> None:
        await tx.timers.set(Due.UNANSWERED, page.id, page.opened_at + FIRST_AFTER)

    async def unanswered(self, tx: Tx, subject: str, note: str) -> None:
        page = await tx.pages.get(PageId(subject))
        if page is None or page.acknowledged_at is not None:
            return
        if tx.now - page.opened_at < UNTIL:
            await tx.timers.set(Due.UNANSWERED, page.id, tx.now + EVERY)
        conversation = await self._conversation(tx, page)
        if conversation is not None and conversation.draft is not None:
            await self._tell(tx, conversation, page, "notice_unanswered")

    async def answered(self, tx: Tx, page: Page) -> None:
        """A person has said that they have it."""
        await tx.timers.cancel(Due.UNANSWERED, page.id)
        conversation = await self._conversation(tx, page)
        if conversation is None:
            return
        about = page.case or (conversation.case if conversation.draft is None else None)
        if about is not None:
            await self.notices.start(tx, await tx.cases.get(about), "notice_person_has_it")
        elif conversation.draft is not None:
            await self._tell(tx, conversation, page, "notice_person_has_it")

    async def _conversation(self, tx: Tx, page: Page) -> Conversation | None:
        try:
            return await tx.conversations.get(page.conversation)
        except Vanished:
            return None

    async def _tell(self, tx: Tx, conversation: Conversation, page: Page, name: str) -> None:
        if conversation.silenced or conversation.paused or conversation.shared:
            return
        if way_of(self.briefing.draft_facts(conversation)) not in TEXTS:
            return
        wrote = conversation.received_at
        live = wrote is not None and tx.now - wrote <= LIVE_FOR
        await self.notices.send(tx, conversation, [self.office.voice.phrase(name, quiet=not live)])
        await tx.audit.add("told", actor="system", subject=page.id, reason=name)
