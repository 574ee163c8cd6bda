"""An offer on the phones of a partner's members, from the first card to what the card says in the end.

A card shows level-1 region, issue group, language, urgency and the time to answer by; nothing else leaves before a
partner has said yes and that it stands close to neither side.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.casework.due import Due
from bot.casework.facts import holding
from bot.casework.office import Office
from bot.casework.staff import Staff
from bot.casework.timeline import SYSTEM, record
from flows.dialogue.conversation import Conversation, MemberId
from flows.dialogue.text import Text
from flows.routing.casebook import Case, EntryKind, Member, Referral
from flows.routing.codes import show_receipt
from flows.routing.partners import Partner
from flows.routing.referral import Event, MoveRefused, WhyNot, Withdrawn, WithdrawReason, offer_due, step
from flows.triage.urgency import Urgency
from storage import Tx


@dataclass(frozen=True, slots=True)
class Offers:
    office: Office
    staff: Staff

    async def make(self, tx: Tx, case: Case, partner: Partner, *, actor: str = SYSTEM, reason: str = "") -> Referral:
        """Puts the case to the partner. Storage refuses it without the person's consent (ConsentMissing)."""
        due_at = offer_due(self.office.network, Urgency(case.urgency), partner, tx.now)
        referral = await tx.referrals.offer(case.id, partner.id, urgency=case.urgency, due_at=due_at)
        await tx.timers.set(Due.OFFER, referral.id, due_at)
        await record(tx, case.id, EntryKind.OFFERED, actor=actor, partner=partner.id, reason=reason)
        if not await self.show_again(tx, case, referral):
            await self.staff.tell_coordinators(
                tx, "member_no_phone", partner=partner.name, receipt=show_receipt(case.receipt)
            )
        return referral

    async def show_again(self, tx: Tx, case: Case, referral: Referral) -> bool:
        """A card of its own on the phone of each of the partner's members. False: none has one."""
        shown = [await self._show(tx, case, referral, each) for each in await tx.members.of_partner(referral.partner)]
        return any(shown)

    async def move(self, tx: Tx, referral: Referral, event: Event) -> Referral | MoveRefused:
        """The referral after the event, stored, its clock stopped. Refused: nothing has changed."""
        moved = step(referral, event, tx.now)
        if isinstance(moved, MoveRefused):
            return moved
        if not await tx.referrals.save(moved, was=referral.state):
            return MoveRefused(state=referral.state, why=WhyNot.STATE)
        for clock in (Due.OFFER, Due.CONTACT):
            await tx.timers.cancel(clock, referral.id)
        return moved

    async def settle(self, tx: Tx, referral: Referral, name: str, *, own: tuple[MemberId, str] | None = None) -> None:
        """Says on every card what became of the offer: in its place where a card can be edited, else under it. `own`:
        who decided reads other words, and is not written to again where their card cannot be edited."""
        for card in await tx.referrals.cards(referral.id):
            member = await tx.members.get(card.member)
            decided = own is not None and own[0] == member.id
            for phone in (await self.staff.phones(tx, member))[:1]:
                shown = await tx.outbox.provider_id(card.reference) if self.staff.has_buttons(phone) else None
                if shown or not decided:
                    text = self.staff.text(own[1] if own and decided else name, code=referral.code)
                    await self.staff.say(tx, member, phone, [text], replaces=shown or "")

    async def withdraw(
        self, tx: Tx, case: Case, referral: Referral, reason: WithdrawReason, name: str, *, actor: str = SYSTEM
    ) -> None:
        """Takes the case back from a partner that thinks about it or holds it, and tells its members with `name`; who
        holds it reads that in a message of its own."""
        if isinstance(await self.move(tx, referral, Withdrawn(reason=reason)), MoveRefused):
            return
        await record(tx, case.id, EntryKind.WITHDRAWN, actor=actor, partner=referral.partner, reason=reason)
        if holding([referral]):
            await self.staff.tell_holder(tx, referral, name, code=referral.code)
        else:
            await self.settle(tx, referral, name)

    async def _show(self, tx: Tx, case: Case, referral: Referral, member: Member) -> bool:
        for phone in (await self.staff.phones(tx, member))[:1]:
            text = self.card(case, referral, member, phone)
            choices = (
                (self.staff.text("member_accept"), f"ACC {referral.code}"),
                (self.staff.text("member_decline"), f"DEC {referral.code}"),
            )
            reference = await self.staff.say(tx, member, phone, [text], choices=choices)
            await tx.referrals.show(referral.id, member.id, reference)
            return True
        return False

    def card(self, case: Case, referral: Referral, member: Member, phone: Conversation) -> Text:
        """What a member sees of a case that is only offered."""
        name = "member_offer" if self.staff.has_buttons(phone) else "member_offer_sms"
        by = self.office.voice.moment(referral.due_at, member.language) if referral.due_at else ""
        return self.staff.text(name, code=referral.code, by=by, **self.veiled(case, member.language))

    def veiled(self, case: Case, language: str) -> dict[str, str | Text]:
        """The four fields that may be shown of any case to whom it is offered."""
        group = self.office.issues.get(self.office.issues.group_of(case.issue))
        return {
            "issue": group.text if group else case.issue,
            "region": self.office.places.region_name("-".join(case.region.split("-")[:2]), language),
            "language": self.tongue(case.language, language),
            "urgency": self.staff.text(f"urgency_{case.urgency}"),
        }

    def tongue(self, spoken: str, language: str) -> str:
        """A language's name for a member: in Latin letters where theirs are, so that a text message stays short."""
        known = self.office.voice.wording.languages
        if spoken not in known:
            return spoken
        return known[spoken].name if known[language].wide else known[spoken].english
