"""A case that turns out to be more pressing than it was when it was sent. Less pressing only a member makes it.

Whoever has the case or thinks about it is told and gets the shorter time; an emergency calls the people on duty too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.casework.due import Due
from bot.casework.facts import heard, holding, offered, situation
from bot.casework.offers import Offers
from bot.casework.office import Office
from bot.casework.oncall import OnCall
from bot.casework.promises import Promises
from bot.casework.referrals import Referrals
from bot.casework.several import Several
from bot.casework.staff import Staff
from bot.casework.timeline import SEEKER, record
from flows.dialogue.alarms import NOTED, Heard, alarm
from flows.dialogue.conversation import Conversation
from flows.routing.casebook import Case, CaseState, EntryKind, PageKind, Referral, ReferralState
from flows.routing.referral import contact_due, offer_due
from flows.triage.urgency import Urgency
from storage import Tx

_HELD_GROUPS = frozenset({"detention_police"})


@dataclass(frozen=True, slots=True)
class Pressing:
    office: Office
    staff: Staff
    offers: Offers
    referrals: Referrals
    promises: Promises
    oncall: OnCall
    several: Several

    async def words(self, tx: Tx, conversation: Conversation, said: Collection[Heard]) -> None:
        """Words for danger after the case was sent, which casework was told of already: they count for the case they
        wrote of last."""
        case = await self.several.latest(tx, await tx.conversations.get(conversation.id))
        if case is None or case.state is CaseState.CLOSED:
            return
        lane = alarm(said)
        known = heard(case.facts) | (NOTED & set(said)) | ({Heard(lane)} if lane else set())
        facts = {**case.facts, "heard": ",".join(each for each in Heard if each in known)}
        if facts == case.facts:
            return
        case, is_raised = await self.judge(tx, replace(case, facts=facts))
        if is_raised:
            case = await self.hasten(tx, case)
        if holding(await tx.referrals.of_case(case.id)) is None:
            await self.referrals.route(tx, case)

    async def judge(self, tx: Tx, case: Case) -> tuple[Case, bool]:
        """Stores what is known by now, and how pressing that makes it; whether that is more than before. The caller
        takes offers back that do not fit any more, and then `hasten`s and routes."""
        level, reasons = self.office.issues.rules.judge(
            situation(case.lane, "", case.facts, self.office.issues, tx.now)
        )
        levels = tuple(Urgency)
        if levels.index(level) >= levels.index(Urgency(case.urgency)):
            await tx.cases.save(case)
            return case, False
        case = replace(case, urgency=level)
        await tx.cases.save(case)
        codes = ",".join(each.code for each in reasons)
        await record(tx, case.id, EntryKind.CORRECTED, actor=SEEKER, reason=f"urgency:{level}:{codes}")
        if level is Urgency.EMERGENCY:
            await self.oncall.call(tx, case.conversation, self._kind(case), case.id)
        return case, True

    def _kind(self, case: Case) -> PageKind:
        said = heard(case.facts)
        held = Heard.HELD in said or self.office.issues.group_of(case.issue) in _HELD_GROUPS
        return PageKind.HELD if held and Heard.DANGER not in said else PageKind.DANGER

    async def hasten(self, tx: Tx, case: Case) -> Case:
        """Every clock that runs for the case ends as soon as it would if it began now."""
        referrals = await tx.referrals.of_case(case.id)
        for referral in offered(referrals):
            if (sooner := await self._sooner(tx, case, referral)) is not None:
                await self.offers.show_again(tx, case, sooner)
        held = holding(referrals)
        if held is None:
            next_told = self.promises.next_told(case, tx.now)
            return case if case.promised_at and case.promised_at <= next_told else await self.promises.make(tx, case)
        await self._sooner(tx, case, held)
        level = self.staff.text(f"urgency_{case.urgency}")
        await self.staff.tell_holder(tx, held, "member_more_urgent", code=held.code, urgency=level)
        return case

    async def _sooner(self, tx: Tx, case: Case, referral: Referral) -> Referral | None:
        """None: its time is no shorter now, or none runs."""
        partner = (await self.office.directory(tx)).partners.get(referral.partner)
        if partner is None or referral.due_at is None or referral.state is ReferralState.CONTACTED:
            return None
        is_offer = referral.state is ReferralState.OFFERED
        due_at = (offer_due if is_offer else contact_due)(self.office.network, Urgency(case.urgency), partner, tx.now)
        if due_at >= referral.due_at:
            return None
        sooner = replace(referral, due_at=due_at)
        await tx.referrals.save(sooner, was=referral.state)
        await tx.timers.set(Due.OFFER if is_offer else Due.CONTACT, referral.id, due_at)
        return sooner
