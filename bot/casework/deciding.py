"""A partner's yes, no or silence to an offer.

Before a yes counts, the member says whether they could stand close to either side; only a clear no shows anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.casework.briefing import Briefing
from bot.casework.due import Due
from bot.casework.facts import offered
from bot.casework.notices import Notices
from bot.casework.offers import Offers
from bot.casework.office import Office
from bot.casework.promises import Promises
from bot.casework.referrals import Referrals
from bot.casework.safety import good_time
from bot.casework.setting_down import set_down
from bot.casework.staff import Staff
from bot.casework.timeline import record
from flows.dialogue.conversation import Conversation
from flows.dialogue.text import Text
from flows.routing.casebook import Case, CaseState, EntryKind, Member, Referral, ReferralId, ReferralState
from flows.routing.codes import show_receipt
from flows.routing.referral import (
    Accepted,
    Declined,
    DeclineReason,
    Expired,
    MoveRefused,
    WhyNot,
    WithdrawReason,
    contact_due,
)
from flows.triage.urgency import Urgency
from storage import Tx
from storage.errors import Vanished

CLEAR, CLOSE = "1", "2"
DECLINE_WORDS = {
    "full": DeclineReason.CAPACITY,
    "far": DeclineReason.OUTSIDE_AREA,
    "topic": DeclineReason.OUTSIDE_ISSUE,
    "language": DeclineReason.LANGUAGE,
    "conflict": DeclineReason.CONFLICT,
    "other": DeclineReason.OTHER,
}
"""What a member may write behind DEC, and what each button says."""


@dataclass(frozen=True, slots=True)
class Deciding:
    office: Office
    notices: Notices
    staff: Staff
    offers: Offers
    referrals: Referrals
    promises: Promises
    briefing: Briefing

    async def accept(self, tx: Tx, member: Member, phone: Conversation, referral: Referral, answer: str) -> None:
        """ACC: asks about closeness once; `1` takes the case, `2` is a no for conflict and shows nothing."""
        if referral.state is not ReferralState.OFFERED:
            await self.staff.answer(tx, member, phone, "member_already", code=referral.code)
        elif answer == CLEAR:
            await self._take(tx, member, phone, referral)
        elif answer == CLOSE:
            await self.decline(tx, member, phone, referral, DeclineReason.CONFLICT)
        else:
            choices = (
                (self.staff.text("member_close_no"), f"ACC {referral.code} {CLEAR}"),
                (self.staff.text("member_close_yes"), f"ACC {referral.code} {CLOSE}"),
            )
            await self.staff.answer(tx, member, phone, "member_close_to_either", choices=choices, code=referral.code)

    async def _take(self, tx: Tx, member: Member, phone: Conversation, referral: Referral) -> None:
        case = await tx.cases.lock(referral.case)
        partner = (await self.office.directory(tx)).partners.get(referral.partner)
        if partner is None:
            await self.staff.answer(tx, member, phone, "member_not_yours", code=referral.code)
            return
        from_when = good_time(case, self.office.network.timezone, tx.now)
        by = contact_due(self.office.network, Urgency(case.urgency), partner, from_when)
        moved = await self.offers.move(tx, referral, Accepted(by=member.id, contact_due_at=by))
        if isinstance(moved, MoveRefused):
            late = "member_too_late" if moved.why is WhyNot.TOO_LATE else "member_taken"
            await self.staff.answer(tx, member, phone, late, code=referral.code)
            return
        await record(tx, case.id, EntryKind.ACCEPTED, actor=member.id, partner=referral.partner)
        await tx.timers.set(Due.CONTACT, referral.id, by)
        await tx.timers.cancel(Due.RE_OFFER, case.id)
        case = await self.promises.drop(tx, replace(case, state=CaseState.ACCEPTED))
        for other in offered(await tx.referrals.of_case(case.id)):
            await self.offers.withdraw(tx, case, other, WithdrawReason.SUPERSEDED, "member_taken")
        await self.offers.settle(tx, moved, "member_colleague_took", own=(member.id, "member_you_took"))
        await set_down(tx, case.conversation)
        await self._hand_over(tx, member, phone, case, moved)
        await self.notices.start(tx, case, "notice_accepted", by=by, partner=partner.shown_name)

    async def _hand_over(self, tx: Tx, member: Member, phone: Conversation, case: Case, referral: Referral) -> None:
        """What the helper reads first: all that was passed on, or by text message only how contact is safe."""
        by = self.office.voice.moment(referral.due_at, member.language) if referral.due_at else ""
        lines: tuple[Text | str, ...]
        if self.staff.has_buttons(phone):
            lines = await self.briefing.of_case(tx, case, member)
            name = "member_yours"
        else:
            lines = self.briefing.safe_contact(case, await tx.conversations.get(case.conversation))
            name = "member_yours_sms"
        text = self.staff.text(name, code=referral.code, by=by)
        choices = [(self.staff.text(label), f"{order} {referral.code}") for label, order in AFTER_ACCEPT]
        await self.staff.say(
            tx, member, phone, [text, *lines], choices=choices if self.staff.has_buttons(phone) else (), reply=True
        )
        if words := await self._written_so_far(tx, case):
            await self.staff.say(
                tx, member, phone, [self.staff.text("member_seeker_wrote", code=referral.code), *words], reply=True
            )

    async def _written_so_far(self, tx: Tx, case: Case) -> list[str]:
        entries = await tx.cases.entries(case.id)
        return [each.words for each in entries if each.kind is EntryKind.SEEKER_WROTE and each.words]

    async def decline(
        self, tx: Tx, member: Member, phone: Conversation, referral: Referral, reason: DeclineReason, words: str = ""
    ) -> None:
        moved = await self.offers.move(tx, referral, Declined(by=member.id, reason=reason))
        if isinstance(moved, MoveRefused):
            await self.staff.answer(tx, member, phone, "member_already", code=referral.code)
            return
        case = await tx.cases.lock(referral.case)
        await record(
            tx, case.id, EntryKind.DECLINED, actor=member.id, partner=referral.partner, reason=reason, words=words
        )
        await self.staff.answer(tx, member, phone, "member_declined", code=referral.code)
        await self.offers.settle(tx, moved, "member_colleague_declined", own=(member.id, "member_you_declined"))
        await self.referrals.re_route(tx, case, told="notice_reoffered")

    async def ask_why(self, tx: Tx, member: Member, phone: Conversation, referral: Referral) -> None:
        """DEC alone, where there are buttons: the reason first."""
        choices = [
            (self.staff.text(f"member_decline_{word}"), f"DEC {referral.code} {word.upper()}") for word in DECLINE_WORDS
        ]
        await self.staff.answer(tx, member, phone, "member_why_decline", choices=choices, code=referral.code)

    async def expire(self, tx: Tx, subject: str, note: str) -> None:
        """Nobody answered in time: the next partner is asked, the coordinator and the person are told."""
        try:
            case = await tx.cases.lock((await tx.referrals.get(ReferralId(subject))).case)
            referral = await tx.referrals.lock(ReferralId(subject))
        except Vanished:
            return
        moved = await self.offers.move(tx, referral, Expired())
        if isinstance(moved, MoveRefused):
            return
        await record(tx, case.id, EntryKind.EXPIRED, partner=referral.partner)
        await self.offers.settle(tx, moved, "member_too_late")
        await self.staff.tell_coordinators(tx, "member_offer_silent", receipt=show_receipt(case.receipt))
        urgent = case.urgency == Urgency.EMERGENCY
        await self.referrals.re_route(tx, case, told="notice_emergency" if urgent else "notice_reoffered")


AFTER_ACCEPT = (("member_reached", "REACHED"), ("member_no_answer", "NOANSWER"), ("member_back", "BACK"))
