"""What a person agreed to, taken back: nobody new hears of the case, and whoever did is told to stop."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.casework.due import Due
from bot.casework.facts import holding
from bot.casework.offers import Offers
from bot.casework.referrals import Referrals
from bot.casework.staff import Staff
from bot.casework.timeline import SEEKER, record
from flows.routing.casebook import Case, CaseState, EntryKind
from flows.routing.codes import show_receipt
from flows.routing.referral import WithdrawReason
from storage import Tx
from storage.consents import NO, SHARE

OWN = "own"
"""The yes of the person who needs help, where somebody else wrote for them."""
TO_BE_ASKED = "to_be_asked"
CONSENT_WITHDRAWN = "consent_withdrawn"


@dataclass(frozen=True, slots=True)
class Consenting:
    offers: Offers
    referrals: Referrals
    staff: Staff

    async def withdraw(self, tx: Tx, case: Case) -> Case:
        """Sharing alone: the case and its answers stay, a coordinator sees that no group may be asked. Asking twice
        changes nothing more."""
        if await tx.consents.granting(case.id) is None:
            return case
        await tx.consents.record(
            case.conversation,
            case.id,
            purpose=SHARE,
            answer=NO,
            wording="",
            scope="",
            language=case.language,
            channel=case.channel,
        )
        await self.referrals.withdraw_offers(tx, case, WithdrawReason.PERSON, "member_share_withdrawn", actor=SEEKER)
        if (held := holding(await tx.referrals.of_case(case.id))) is not None:
            await self.offers.withdraw(tx, case, held, WithdrawReason.PERSON, "member_share_withdrawn", actor=SEEKER)
        await tx.timers.cancel(Due.RE_OFFER, case.id)
        await record(tx, case.id, EntryKind.CORRECTED, actor=SEEKER, reason=CONSENT_WITHDRAWN)
        await self.staff.tell_coordinators(tx, "member_needs_look", receipt=show_receipt(case.receipt))
        if case.state is CaseState.CLOSED:
            return case
        case = replace(case, state=CaseState.OPEN)
        await tx.cases.save(case)
        return case
