"""Puts a case to partners: whom to ask, how many at once, whom to ask next, and what is said when there is nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.casework.due import Due
from bot.casework.facts import ASKED, NAMED, NO, case_facts, facts_of, holding, offered, question_open
from bot.casework.notices import Choices, Notices
from bot.casework.offers import Offers
from bot.casework.office import Office
from bot.casework.promises import Promises
from bot.casework.safety import is_quiet
from bot.casework.setting_down import set_down
from bot.casework.staff import Staff
from bot.casework.timeline import SEEKER, record
from flows.dialogue.conversation import CaseId, Conversation
from flows.dialogue.engine import wording_version
from flows.routing.case import CaseFacts
from flows.routing.casebook import Case, CaseState, EntryKind, Lane, PartnerId
from flows.routing.codes import show_receipt
from flows.routing.match import Match, Ranked, match
from flows.routing.partners import Partner
from flows.routing.reasons import Against
from flows.routing.referral import WithdrawReason
from flows.triage.reasons import Reason
from flows.triage.urgency import Urgency
from storage import Tx
from storage.consents import YES
from storage.errors import Vanished

AT_ONCE = 3
"""Partners asked at the same time in an emergency; else one, and one on a quiet phone, where consent is to one."""
NEED_A_YES = frozenset({Against.STATE_BODY, Against.NATIONAL_BODY, Against.TIED})
"""What stands against a partner only until the person says yes to it by name."""
LOOK_AGAIN = timedelta(hours=24)
"""Where nobody covers a case, how long until we look whether somebody does now."""


@dataclass(frozen=True, slots=True)
class Referrals:
    office: Office
    notices: Notices
    staff: Staff
    offers: Offers
    promises: Promises

    async def route(self, tx: Tx, case: Case) -> Case:
        """Offers the case to as many partners as its urgency allows, and stores how it stands. It may be called at any
        time: offers that are out are left alone."""
        referrals = await tx.referrals.of_case(case.id)
        consents = await tx.consents.of_case(case.id)
        out = len(offered(referrals))
        if case.state is CaseState.CLOSED or holding(referrals):
            return case
        if question_open(consents):
            return await self._stands(tx, case, CaseState.OFFERED if out else CaseState.OPEN)
        if not case.region or await tx.consents.granting(case.id) is None:
            await self.staff.tell_coordinators(tx, "member_needs_look", receipt=show_receipt(case.receipt))
            return await self._stands(tx, case, CaseState.OPEN)
        found = await self._match(tx, case_facts(case, consents, referrals))
        at_once = AT_ONCE if case.urgency == Urgency.EMERGENCY and case.lane is not Lane.QUIET else 1
        room = max(0, at_once - out)
        made = await self._offer(tx, case, found.candidates[:room])
        if made or out:
            return await self._stands(tx, case, CaseState.OFFERED)
        if found.candidates:
            return await self._stands(tx, case, CaseState.OPEN)
        if (partner := _needs_only_a_yes(found)) and not await self._is_quiet(tx, case):
            await self._ask_first(tx, case, partner)
            return await self._stands(tx, case, CaseState.OPEN)
        return await self._no_cover(tx, case, found)

    async def _is_quiet(self, tx: Tx, case: Case) -> bool:
        return is_quiet(case, await tx.conversations.get(case.conversation))

    async def _match(self, tx: Tx, facts: CaseFacts) -> Match:
        return match(facts, await self.office.directory(tx), await tx.partners.loads(), tx.now)

    async def unmet(self, tx: Tx, case: Case) -> Sequence[Reason]:
        """Wishes that no group which can be asked meets."""
        facts = await facts_of(tx, case)
        if facts.wanted_helper is None:
            return ()
        found = await self._match(tx, facts)
        return found.preference_unmet if found.candidates else ()

    async def _offer(self, tx: Tx, case: Case, candidates: Sequence[Ranked]) -> int:
        """How many offers went out. Where the person wants to hear a name first, it stops and asks."""
        for number, ranked in enumerate(candidates):
            if ranked.ask_first:
                await self._ask_first(tx, case, ranked.partner)
                return number
            await self.offers.make(tx, case, ranked.partner)
        return len(candidates)

    async def _stands(self, tx: Tx, case: Case, state: CaseState) -> Case:
        if case.state is not state:
            case = replace(case, state=state)
            await tx.cases.save(case)
        return case

    # ---- nobody

    async def _no_cover(self, tx: Tx, case: Case, found: Match) -> Case:
        """Counted once for each time it becomes so; looked at again later."""
        if case.state is not CaseState.UNSERVED:
            group = self.office.issues.group_of(case.issue)
            await tx.gaps.count(case.region, group, case.language, tx.now.date())
            await record(tx, case.id, EntryKind.NO_COVER, reason="none" if not found.passed_over else "passed_over")
            await self.staff.tell_coordinators(tx, "member_no_cover", receipt=show_receipt(case.receipt))
        await tx.timers.set(Due.RE_OFFER, case.id, tx.now + LOOK_AGAIN)
        return await self._stands(tx, case, CaseState.UNSERVED)

    async def look_again(self, tx: Tx, subject: str, note: str) -> None:
        try:
            case = await tx.cases.lock(CaseId(subject))
        except Vanished:
            return
        if case.state is CaseState.UNSERVED:
            await self.route(tx, case)

    async def re_route(self, tx: Tx, case: Case, *, told: str) -> Case:
        """After a partner said no, stayed silent or gave the case back: asks the next, and tells the person, by the
        notice `told`, once nobody thinks about it any more. A question they were just asked stands alone."""
        was_unserved = case.state is CaseState.UNSERVED
        thinking = offered(await tx.referrals.of_case(case.id))
        case = await self.route(tx, case)
        if thinking:
            return case
        case = await self.promises.make(tx, case)
        if question_open(await tx.consents.of_case(case.id)):
            return case
        if case.state is CaseState.UNSERVED and not was_unserved:
            told = "notice_no_cover"
        await self.notices.start(tx, case, told, by=case.promised_at)
        return case

    async def withdraw_offers(self, tx: Tx, case: Case, reason: WithdrawReason, name: str, *, actor: str) -> None:
        """Takes back what partners only think about."""
        for referral in offered(await tx.referrals.of_case(case.id)):
            await self.offers.withdraw(tx, case, referral, reason, name, actor=actor)

    # ---- ask me first

    async def _ask_first(self, tx: Tx, case: Case, partner: Partner) -> None:
        """Names the group now if they wrote just now, else says that a question waits; STATUS shows it."""
        await self._consent(tx, case, partner.id, ASKED)
        await set_down(tx, case.conversation)
        asked = await self.notices.start(
            tx, case, "notice_ask_first", choices=self.yes_no(), partner=partner.shown_name
        )
        if not asked:
            await self.staff.tell_coordinators(tx, "member_needs_look", receipt=show_receipt(case.receipt))

    async def ask_again(self, tx: Tx, case: Case, conversation: Conversation) -> bool:
        """Shows a question that waits, as an answer to their message. A shared phone is never shown a name."""
        waiting = question_open(await tx.consents.of_case(case.id))
        partner = (await self.office.directory(tx)).partners.get(waiting) if waiting else None
        if partner is None or is_quiet(case, conversation):
            return False
        await self.notices.answer(
            tx, conversation, "notice_ask_first", case=case, choices=self.yes_no(), partner=partner.shown_name
        )
        return True

    async def named(self, tx: Tx, case: Case, conversation: Conversation, partner: PartnerId, *, agreed: bool) -> None:
        """The person's yes or no to one group by its name."""
        await self._consent(tx, case, partner, YES if agreed else NO)
        await record(tx, case.id, EntryKind.SEEKER_WROTE, actor=SEEKER, partner=partner, reason=YES if agreed else NO)
        await self.notices.answer(tx, conversation, "asked_yes" if agreed else "asked_no", case=case)
        await self.route(tx, case)

    async def _consent(self, tx: Tx, case: Case, partner: PartnerId, answer: str) -> None:
        asked = self.office.voice.phrase("notice_ask_first")
        await tx.consents.record(
            case.conversation,
            case.id,
            purpose=NAMED,
            answer=answer,
            wording=wording_version(asked),
            scope=partner,
            language=case.language,
            channel=case.channel,
        )

    def yes_no(self) -> Choices:
        phrase = self.office.voice.phrase
        return ((phrase("yes"), "yes"), (phrase("no"), "no"))


def _needs_only_a_yes(found: Match) -> Partner | None:
    """A state, national or tied body that could take the case if the person agreed to it by its name. It is asked for
    only when nobody else can; a no keeps it out (design: consent)."""
    for passed in found.passed_over:
        if {reason.code for reason in passed.reasons} <= NEED_A_YES:
            return passed.partner
    return None
