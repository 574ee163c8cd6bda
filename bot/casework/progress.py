"""What a helper logs after a yes, and the clock that runs until they have reached the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.casework.due import Due
from bot.casework.notices import Notices
from bot.casework.offers import Offers
from bot.casework.office import Office
from bot.casework.oncall import OnCall
from bot.casework.referrals import Referrals
from bot.casework.safety import good_time
from bot.casework.staff import Staff
from bot.casework.timeline import SYSTEM, record
from flows.dialogue.conversation import Conversation
from flows.routing.casebook import (
    Case,
    CaseState,
    Entry,
    EntryKind,
    Member,
    PageKind,
    Referral,
    ReferralId,
    ReferralState,
)
from flows.routing.codes import show_receipt
from flows.routing.referral import Contacted, HandedBack, MoveRefused, WithdrawReason, contact_due
from flows.triage.urgency import Urgency
from storage import Tx
from storage.errors import Vanished

TRIES = 3
"""After so many calls nobody answered, the coordinator is told."""
LONGER = 2
"""So often at most, once for each try on record, a helper gets the time to first contact once more."""


@dataclass(frozen=True, slots=True)
class Progress:
    office: Office
    notices: Notices
    staff: Staff
    offers: Offers
    referrals: Referrals
    oncall: OnCall

    async def reached(self, tx: Tx, member: Member, phone: Conversation, referral: Referral) -> None:
        if await self._contacted(tx, referral, actor=member.id):
            await self.staff.answer(tx, member, phone, "member_noted_reached", code=referral.code)
        else:
            await self.staff.answer(tx, member, phone, "member_noted", code=referral.code)

    async def _contacted(self, tx: Tx, referral: Referral, *, actor: str, reason: str = "") -> bool:
        if isinstance(await self.offers.move(tx, referral, Contacted()), MoveRefused):
            return False
        case = await tx.cases.lock(referral.case)
        await tx.cases.save(replace(case, state=CaseState.CONTACTED))
        await record(tx, case.id, EntryKind.REACHED, actor=actor, partner=referral.partner, reason=reason)
        return True

    async def no_answer(self, tx: Tx, member: Member, phone: Conversation, referral: Referral) -> None:
        """A try that reached nobody: the clock runs on, the person may write when it suits them."""
        case = await tx.cases.lock(referral.case)
        await record(tx, case.id, EntryKind.NOT_REACHED, actor=member.id, partner=referral.partner)
        tries = sum(entry.kind is EntryKind.NOT_REACHED for entry in await self._since_yes(tx, referral))
        if tries == TRIES:
            await self.staff.tell_coordinators(tx, "member_not_reached", receipt=show_receipt(case.receipt))
        await self.notices.start(tx, case, "notice_tried")
        if referral.due_at:
            by = self.office.voice.moment(referral.due_at, member.language)
            await self.staff.answer(tx, member, phone, "member_try_again", code=referral.code, by=by)
        else:
            await self.staff.answer(tx, member, phone, "member_noted", code=referral.code)

    async def hand_back(self, tx: Tx, member: Member, phone: Conversation, referral: Referral) -> None:
        moved = await self.offers.move(tx, referral, HandedBack(by=member.id))
        if isinstance(moved, MoveRefused):
            await self.staff.answer(tx, member, phone, "member_not_yours", code=referral.code)
            return
        case = await tx.cases.lock(referral.case)
        await record(tx, case.id, EntryKind.HANDED_BACK, actor=member.id, partner=referral.partner)
        await self.staff.answer(tx, member, phone, "member_handed_back", code=referral.code)
        await self.staff.tell_coordinators(tx, "member_case_back", receipt=show_receipt(case.receipt))
        await self.referrals.re_route(tx, case, told="notice_reoffered")

    async def missed(self, tx: Tx, subject: str, note: str) -> None:
        """The time to first contact is over. Words that went both ways count as contact, a try on record gives them the
        same time again (`note`: how often it did); else a person is called, the case is taken back and put to the next,
        and the person is told."""
        try:
            case = await tx.cases.lock((await tx.referrals.get(ReferralId(subject))).case)
            referral = await tx.referrals.lock(ReferralId(subject))
        except Vanished:
            return
        if referral.state is not ReferralState.ACCEPTED:
            return
        since = await self._since_yes(tx, referral)
        wrote = {entry.kind for entry in since}
        if {EntryKind.HELPER_WROTE, EntryKind.SEEKER_WROTE} <= wrote:
            await self._contacted(tx, referral, actor=SYSTEM, reason="relay")
            return
        given, tries = int(note or 0), sum(entry.kind is EntryKind.NOT_REACHED for entry in since)
        if given < min(tries, LONGER) and await self._gets_longer(tx, case, referral, given + 1):
            return
        await self.oncall.call(tx, case.conversation, PageKind.MISSED_CONTACT, case.id)
        await self.take_back(tx, case, referral, WithdrawReason.NO_CONTACT)

    async def _gets_longer(self, tx: Tx, case: Case, referral: Referral, times: int) -> bool:
        """False: the partner is not in the directory any more."""
        partner = (await self.office.directory(tx)).partners.get(referral.partner)
        if partner is None:
            return False
        begins = good_time(case, self.office.network.timezone, tx.now)
        by = contact_due(self.office.network, Urgency(case.urgency), partner, begins)
        await tx.referrals.save(replace(referral, due_at=by), was=referral.state)
        await tx.timers.set(Due.CONTACT, referral.id, by, str(times))
        await tx.audit.add("given_longer", actor=SYSTEM, subject=referral.id)
        return True

    async def take_back(
        self, tx: Tx, case: Case, referral: Referral, reason: WithdrawReason, *, actor: str = SYSTEM
    ) -> Case:
        """From the partner that holds it; the next is asked."""
        await self.offers.withdraw(tx, case, referral, reason, "member_taken_back", actor=actor)
        return await self.referrals.re_route(tx, case, told="notice_late")

    async def _since_yes(self, tx: Tx, referral: Referral) -> Sequence[Entry]:
        entries = await tx.cases.entries(referral.case)
        yes = max((at for at, entry in enumerate(entries) if entry.kind is EntryKind.ACCEPTED), default=0)
        return entries[yes:]
