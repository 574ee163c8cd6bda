"""What a person sent us goes: all of it when they say DELETE, a case when it was closed long enough ago."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.casework.due import OF_DRAFT, Due
from bot.casework.facts import holding, offered
from bot.casework.notices import Notices
from bot.casework.offers import Offers
from bot.casework.timeline import SEEKER, SYSTEM
from flows.dialogue.conversation import CaseId, Conversation, ConversationId
from flows.routing.casebook import Case
from flows.routing.referral import WithdrawReason
from storage import Tx
from storage.errors import Vanished


@dataclass(frozen=True, slots=True)
class Erasing:
    notices: Notices
    offers: Offers

    async def erase(self, tx: Tx, conversation: Conversation, *, actor: str = SEEKER, reply: bool = True) -> None:
        """Last words go out after the key is gone; then the address goes too."""
        for case in await tx.cases.of_conversation(conversation.id):
            await self._end(tx, case)
            await tx.cases.forget(case.id)
            await tx.audit.add("erased", actor=actor, subject=case.id)
        for page in await tx.pages.of_conversation(conversation.id):
            for clock in (Due.PAGE, Due.SILENCE):
                await tx.timers.cancel(clock, page.id)
        for clock in (*OF_DRAFT, Due.HANDS):
            await tx.timers.cancel(clock, conversation.id)
        await tx.pages.end(conversation.id)
        await self._erase_at_provider(tx, conversation)
        stranger = await tx.conversations.forget(conversation.id)
        await tx.audit.add("erased", actor=actor, subject=conversation.id)
        if not reply or stranger.silenced:
            await tx.conversations.let_go([conversation.id])
        else:
            last_words = "erased_sms" if self.notices.by_text(stranger) else "erased_chat"
            await self.notices.answer(tx, replace(stranger, shared=conversation.shared), last_words)

    async def _erase_at_provider(self, tx: Tx, conversation: Conversation) -> None:
        """What they and we wrote goes there too, as soon as can be; our last words come after it and stay."""
        channel, address = await tx.conversations.address(conversation.id)
        sent = await tx.outbox.traces(conversation.id)
        await tx.erasures.add(channel, address, (*await tx.traces.of(conversation.id), *sent))

    async def erase_case(self, tx: Tx, case: Case, *, actor: str) -> None:
        """By its receipt, from the outside: the person is not written to."""
        await self.erase(tx, await tx.conversations.get(case.conversation), actor=actor, reply=False)

    async def take_back(self, tx: Tx, conversation: ConversationId, case: CaseId | None) -> None:
        """They agreed, stopped, and now say no: what was made of their answers goes, and whoever was asked hears it."""
        if case is None:
            return
        try:
            await self._end(tx, await tx.cases.get(case))
        except Vanished:
            return
        await tx.cases.forget(case)
        await tx.timers.cancel(Due.HANDS, conversation)
        fresh = await tx.conversations.get(conversation)
        await tx.conversations.save([replace(fresh, case=None)])
        await tx.audit.add("erased", actor=SEEKER, subject=case)

    async def kept_long_enough(self, tx: Tx, subject: str, note: str) -> None:
        """A closed case goes when the network's time for it is over; the phone it came from begins anew."""
        try:
            case = await tx.cases.lock(CaseId(subject))
            locked = await tx.conversations.lock([case.conversation])
        except Vanished:
            return
        for conversation in locked.values():
            if conversation.case == case.id:
                others = [each.id for each in await tx.cases.of_conversation(conversation.id) if each.id != case.id]
                await tx.conversations.save([replace(conversation, case=next(iter(others), None))])
                if conversation.parted and not others:
                    await tx.conversations.forget(conversation.id)
                    await tx.conversations.let_go([conversation.id])
        await tx.cases.forget(case.id)
        await tx.audit.add("erased", actor=SYSTEM, subject=case.id)

    async def _end(self, tx: Tx, case: Case) -> None:
        await tx.cases.lock(case.id)
        referrals = await tx.referrals.of_case(case.id)
        for referral in offered(referrals):
            await self.offers.withdraw(tx, case, referral, WithdrawReason.PERSON, "member_closed_offer", actor=SEEKER)
        if (held := holding(referrals)) is not None:
            await self.offers.withdraw(tx, case, held, WithdrawReason.PERSON, "member_erased", actor=SEEKER)
        for clock in (Due.PROMISE, Due.RE_OFFER, Due.CLOSED):
            await tx.timers.cancel(clock, case.id)
