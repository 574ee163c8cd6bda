"""When a person stops hearing us: STOP, words after STOP, a message that cannot arrive, one that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.casework.due import Due
from bot.casework.facts import holding
from bot.casework.notices import Notices
from bot.casework.oncall import OnCall
from bot.casework.several import Several
from bot.casework.staff import Staff
from bot.casework.timeline import SEEKER, record
from flows.dialogue.conversation import Conversation, ConversationId
from flows.routing.casebook import Case, CaseState, EntryKind, PageKind, Role
from flows.routing.codes import show_receipt
from storage import Tx
from storage.errors import Vanished

PART_AFTER = timedelta(days=90)
DISCONNECTED = "disconnected"
"""The code of a send whose number is in nobody's hands."""


@dataclass(frozen=True, slots=True)
class Stopping:
    notices: Notices
    staff: Staff
    oncall: OnCall
    several: Several

    async def opted_out(self, tx: Tx, conversation: Conversation) -> None:
        """STOP is not DELETE: the case goes on, and who works with it hears not to text. What a dangerous intake has
        told so far is handed over."""
        await self._hand_over_draft(tx, conversation)
        for case in await self._cases(tx, conversation):
            await record(tx, case.id, EntryKind.NOTICE, actor=SEEKER, reason="opted_out")
            await self._tell_both(tx, case, "member_person_stopped", "member_case_stopped")

    async def wrote_again(self, tx: Tx, conversation: Conversation, words: str) -> None:
        """Taken in, never answered: a person is called and sees not to text."""
        for case in (await self._cases(tx, conversation))[:1]:
            if words:
                await record(tx, case.id, EntryKind.SEEKER_WROTE, actor=SEEKER, words=words)
        await self.oncall.call(tx, conversation.id, PageKind.OPTED_OUT, conversation.case)

    async def quarantined(self, tx: Tx, conversation: Conversation) -> None:
        await self.oncall.call(tx, conversation.id, PageKind.QUARANTINE, conversation.case)
        if not conversation.silenced:
            await self.notices.answer(tx, conversation, "not_handled")

    async def delivery_failed(self, tx: Tx, conversation_id: ConversationId, code: str) -> None:
        """Nobody waits in silence: whoever works with the case hears that it did not arrive."""
        try:
            conversation = await tx.conversations.get(conversation_id)
        except Vanished:
            return
        await tx.audit.add("not_delivered", actor="system", subject=conversation.id, reason=code)
        if conversation.member is not None:
            await self._member_unreached(tx, conversation)
            return
        await self._hand_over_draft(tx, conversation)
        if code == DISCONNECTED:
            await self._part(tx, conversation)
            return
        for case in await self._cases(tx, conversation):
            await record(tx, case.id, EntryKind.NOTICE, reason=f"not_delivered:{code}")
            await self._tell_both(tx, case, "member_not_delivered", "member_case_not_delivered")

    async def silent_long(self, tx: Tx, subject: str, note: str) -> None:
        """Carriers give a number to someone else after months. From then on whoever writes is a stranger."""
        conversation = (await tx.conversations.lock([ConversationId(subject)])).get(ConversationId(subject))
        if conversation is None or conversation.member is not None or conversation.parted:
            return
        parts_at = (conversation.received_at or tx.now) + PART_AFTER
        if tx.now < parts_at:
            await tx.timers.set(Due.HANDS, conversation.id, parts_at)
        elif await self._cases(tx, conversation):
            await self._part(tx, conversation)
        else:
            await tx.conversations.save([replace(conversation, case=None)])

    async def _part(self, tx: Tx, conversation: Conversation) -> None:
        """The case goes on, its helper hears not to text, and nothing more is sent to the number. A chat is nobody
        else's, ever."""
        if not self.notices.by_text(conversation):
            return
        cases = await self._cases(tx, conversation)
        await tx.outbox.drop(conversation.id, "parted")
        await tx.conversations.part(conversation.id)
        await tx.conversations.save([replace(conversation, session=None, silenced=True, parted=True)])
        for case in cases:
            await tx.timers.cancel(Due.PROMISE, case.id)
            await tx.cases.save(replace(case, promised_at=None))
            await record(tx, case.id, EntryKind.NOTICE, reason="number_changed")
            await self._tell_both(tx, case, "member_number_changed", "member_case_number_changed")

    async def _member_unreached(self, tx: Tx, conversation: Conversation) -> None:
        """About a coordinator's own phone nobody is told, so that two of them never tell each other for ever."""
        member = await tx.members.by_conversation(conversation.id)
        if member is not None and member.role is Role.PARALEGAL:
            await self.staff.tell_coordinators(tx, "member_phone_fails", who=member.name)

    async def _tell_both(self, tx: Tx, case: Case, to_helper: str, to_coordinator: str) -> None:
        if (referral := holding(await tx.referrals.of_case(case.id))) is not None:
            await self.staff.tell_holder(tx, referral, to_helper, code=referral.code)
        await self.staff.tell_coordinators(tx, to_coordinator, receipt=show_receipt(case.receipt))

    async def _hand_over_draft(self, tx: Tx, conversation: Conversation) -> None:
        if conversation.draft is not None:
            await self.oncall.learned(tx, conversation.id)

    async def _cases(self, tx: Tx, conversation: Conversation) -> Sequence[Case]:
        """Those that are open, newest first."""
        return [case for case in await self.several.open(tx, conversation) if case.state is not CaseState.CLOSED]
