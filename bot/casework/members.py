"""The people who work with cases: added, invited to link a phone, and suspended when they leave."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.casework.facts import holding
from bot.casework.offers import Offers
from bot.casework.referrals import Referrals
from flows.routing.casebook import Member, PartnerId, Referral
from flows.routing.referral import WithdrawReason
from storage import Tx


@dataclass(frozen=True, slots=True)
class Members:
    offers: Offers
    referrals: Referrals

    async def suspend(self, tx: Tx, member: Member, *, actor: str = "system") -> None:
        """Unlinks their phones, ends their sessions, and puts what they had accepted to others; offers to their partner
        stay where colleagues can answer them."""
        await self._forget_menus(tx, member)
        await tx.members.suspend(member.id)
        await tx.audit.add("suspended", actor=actor, subject=member.id)
        if member.partner is None:
            return
        alone = not any(each.conversations for each in await tx.members.of_partner(member.partner))
        for theirs in await self._theirs(tx, member, member.partner, alone=alone):
            case = await tx.cases.lock(theirs.case)
            referral = await tx.referrals.lock(theirs.id)
            await self.offers.withdraw(tx, case, referral, WithdrawReason.MEMBER_GONE, "member_taken_back", actor=actor)
            await self.referrals.re_route(tx, case, told="notice_reoffered")

    async def _theirs(self, tx: Tx, member: Member, partner: PartnerId, *, alone: bool) -> list[Referral]:
        open_ = await tx.referrals.open_for(partner)
        return [each for each in open_ if each.decided_by == member.id or (alone and not holding([each]))]

    async def _forget_menus(self, tx: Tx, member: Member) -> None:
        """Their phones become strangers' phones, with no dialogue begun."""
        locked = await tx.conversations.lock(member.conversations)
        await tx.conversations.save([replace(phone, session=None) for phone in locked.values()])
