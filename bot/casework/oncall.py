"""Calling a person: a notice that says nothing, up the rota and again and again until one of them has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.casework.briefing import Briefing
from bot.casework.drills import Drills
from bot.casework.due import Due
from bot.casework.ringing import Ringing
from bot.casework.staff import Staff
from bot.casework.timeline import record
from bot.casework.waiting import Waiting
from flows.dialogue.conversation import CaseId, Conversation, ConversationId
from flows.routing.casebook import EntryKind, Member, Page, PageId, PageKind, Role
from storage import Tx
from storage.errors import Vanished

SILENCE = timedelta(minutes=10)
"""A dangerous intake that stands still for so long is handed over as it is."""
LISTENS = timedelta(hours=3)
"""After their last word, how long a person who wrote again would be handed over again."""
_DANGER = frozenset({PageKind.DANGER, PageKind.HELD})


@dataclass(frozen=True, slots=True)
class OnCall:
    staff: Staff
    briefing: Briefing
    ringing: Ringing
    drills: Drills
    waiting: Waiting

    async def call(self, tx: Tx, conversation: ConversationId, kind: PageKind, case: CaseId | None = None) -> Page:
        """Whatever else happens. Calling twice for one conversation and reason is one call."""
        page, is_new = await tx.pages.open(conversation, kind, case)
        if not is_new:
            return page
        await tx.audit.add("paged", actor="system", subject=page.id, reason=kind)
        if case is not None:
            await record(tx, case, EntryKind.PAGED, reason=kind)
        await self._ring(tx, page)
        if kind in _DANGER:
            await tx.timers.cancel(Due.DRAFT, conversation)
            await tx.timers.set(Due.SILENCE, page.id, tx.now + SILENCE)
            await self.waiting.begin(tx, page)
        return page

    async def again(self, tx: Tx, subject: str, note: str) -> None:
        page = await tx.pages.get(PageId(subject))
        if page is not None and await tx.pages.escalate(page.id):
            await self._ring(tx, page)

    async def _ring(self, tx: Tx, page: Page) -> None:
        """On every phone of whoever is called now: a call that is missed on one may be seen on the other."""
        again_at = self.ringing.again_at(page.opened_at, tx.now, page.kind)
        if again_at is not None:
            await tx.timers.set(Due.PAGE, page.id, again_at)
        if not await self.ringing.ring(tx, "member_page", page.code, opened_at=page.opened_at):
            await tx.audit.add("page_unheard", actor="system", subject=page.id, reason=page.kind)

    # ---- someone has it

    def may_take(self, member: Member) -> bool:
        return member.role in (Role.COORDINATOR, Role.ADMIN) or self.ringing.is_named(member)

    async def got(self, tx: Tx, member: Member, phone: Conversation, code: str) -> None:
        """GOT CODE, OK CODE, or the button."""
        page = await tx.pages.by_code(code) if self.may_take(member) else None
        if page is None:
            if not await self.drills.got(tx, member, phone, code):
                await self.staff.answer(tx, member, phone, "member_no_such_call", code=code.upper())
        elif await self.acknowledge(tx, page, member):
            await self.drills.proven(tx, member, phone)
            await self._show(tx, page, member, phone)

    async def acknowledge(self, tx: Tx, page: Page, member: Member) -> bool:
        """False: someone else was faster. The others are told who has it."""
        if not await tx.pages.acknowledge(page.id, member.id):
            return False
        await tx.timers.cancel(Due.PAGE, page.id)
        await tx.audit.add("acknowledged", actor=member.id, subject=page.id, reason=page.kind)
        if page.case is not None:
            await record(tx, page.case, EntryKind.ACKNOWLEDGED, actor=member.id, reason=page.kind)
        await self.ringing.tell_others(tx, member, "member_call_taken", opened_at=page.opened_at, code=page.code)
        if page.kind in _DANGER:
            await self.waiting.answered(tx, page)
        return True

    async def _show(self, tx: Tx, page: Page, member: Member, phone: Conversation) -> None:
        if not self.staff.has_buttons(phone):
            await self.staff.answer(tx, member, phone, "member_call_yours_sms", code=page.code)
            return
        lines = await self.briefing.of_page(tx, page, member)
        await self.staff.say(
            tx, member, phone, [self.staff.text("member_call_yours", code=page.code), *lines], reply=True
        )

    async def hand_over(self, tx: Tx, page: Page) -> None:
        """Shows whoever has the call what is known by now."""
        if page.acknowledged_by is None:
            return
        member = await tx.members.get(page.acknowledged_by)
        for phone in (await self.staff.phones(tx, member))[:1]:
            if self.staff.has_buttons(phone):
                lines = await self.briefing.of_page(tx, page, member)
                await self.staff.say(tx, member, phone, [self.staff.text("member_call_news", code=page.code), *lines])
            else:
                await self.staff.tell(tx, member, "member_call_news_sms", code=page.code)

    async def learned(self, tx: Tx, conversation: ConversationId) -> None:
        """More is known of someone in danger: whoever has the call of this intake reads it."""
        cases = await tx.cases.of_conversation(conversation)
        earlier = max((case.opened_at for case in cases if case.opened_at < tx.now), default=None)
        for page in await tx.pages.of_conversation(conversation):
            if page.kind in _DANGER and (earlier is None or page.opened_at > earlier):
                await self.hand_over(tx, page)

    async def went_silent(self, tx: Tx, subject: str, note: str) -> None:
        """Ten minutes after a dangerous answer, or after the last word since: what exists is handed over.
        Each silence after new words is one of its own; `note`: how much was told at the last one."""
        page = await tx.pages.get(PageId(subject))
        if page is None:
            return
        try:
            conversation = await tx.conversations.get(page.conversation)
        except Vanished:
            return
        if conversation.draft is None:
            return
        wrote = conversation.received_at or page.opened_at
        if tx.now - wrote < SILENCE:
            await tx.timers.set(Due.SILENCE, page.id, wrote + SILENCE, note)
            return
        told = str(len(conversation.draft.log))
        if told != note:
            await self.hand_over(tx, page)
        if tx.now - wrote < LISTENS:
            await tx.timers.set(Due.SILENCE, page.id, tx.now + SILENCE, told)

    async def close(self, tx: Tx, page: Page, member: Member, reason: str) -> None:
        """A person has dealt with it: the call ends and a draft that was never sent goes."""
        await self.acknowledge(tx, page, member)
        await tx.timers.cancel(Due.SILENCE, page.id)
        await tx.audit.add("call_closed", actor=member.id, subject=page.id, reason=reason)
        locked = await tx.conversations.lock([page.conversation])
        for conversation in locked.values():
            if conversation.draft is not None:
                await tx.conversations.save([replace(conversation, session=None)])
