"""What a member does with a case at the desk. Each act checks who and what first, and raises a CaseworkRefused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.casework.due import Due
from bot.casework.facts import facts_of, holding, offered
from bot.casework.notices import Notices
from bot.casework.offers import Offers
from bot.casework.office import Office
from bot.casework.promises import Promises
from bot.casework.referrals import Referrals
from bot.casework.refusals import CaseMoved, CaseworkRefused, NotAgreed, NotAllowed, NotSafe, Unknown
from bot.casework.safety import may_start
from bot.casework.staff import Staff
from bot.casework.timeline import record
from bot.channels.base import Outgoing
from flows.dialogue.conversation import CaseId
from flows.dialogue.text import Text
from flows.routing.casebook import Case, CaseState, EntryKind, Member, PartnerId, Role
from flows.routing.codes import show_receipt
from flows.routing.directory import Directory
from flows.routing.match import explain
from flows.routing.reasons import Against, text_of
from flows.routing.referral import Closed, CloseReason, WithdrawReason
from flows.triage.urgency import Urgency
from storage import Tx, scope

NOTICES: Mapping[str, bool] = {
    "notice_looking": True,
    "notice_no_cover": True,
    "notice_emergency": True,
    "notice_away": False,
    "notice_news": False,
}
"""The notices a member may send, and whether each promises our next message."""
_COORDINATES = frozenset({Role.COORDINATOR, Role.ADMIN})
OVERRIDABLE = frozenset(
    {
        Against.OTHER_ISSUES,
        Against.PART_OF_ISSUE,
        Against.LANGUAGE,
        Against.FULL,
        Against.DECLINED,
        Against.NO_ANSWER,
        Against.HANDED_BACK,
        Against.TAKEN_BACK,
    }
)
"""What a coordinator may decide against with a reason. All else protects the person, or was not agreed to by them."""


@dataclass(frozen=True, slots=True)
class Desk:
    office: Office
    notices: Notices
    staff: Staff
    offers: Offers
    promises: Promises
    referrals: Referrals

    async def take(self, tx: Tx, case_id: CaseId, member: Member) -> None:
        """The coordinator looks after this case themself; offers run on."""
        case = await self._coordinated(tx, case_id, member)
        if case.taken_by == member.id:
            return
        await tx.cases.save(replace(case, taken_by=member.id))
        await record(tx, case.id, EntryKind.TAKEN, actor=member.id)

    async def offer_to(self, tx: Tx, case_id: CaseId, partner_id: PartnerId, member: Member, reason: str) -> None:
        """To a named partner, in place of those that think about it or hold it."""
        case = await self._coordinated(tx, case_id, member)
        directory = await self.office.directory(tx)
        partner = directory.partners.get(partner_id)
        if partner is None:
            raise self._refused(Unknown, "refused_unknown")
        if not reason.strip():
            raise self._refused(CaseMoved, "refused_reason")
        await self._may_hold(tx, case, partner_id, directory)
        await self._free(tx, case, member)
        await self.offers.make(tx, case, partner, actor=member.id, reason="coordinator")
        case = await tx.cases.lock(case.id)
        await tx.cases.save(replace(case, state=CaseState.OFFERED))
        await record(tx, case.id, EntryKind.CORRECTED, actor=member.id, reason="offer_to", words=reason)

    async def _may_hold(self, tx: Tx, case: Case, partner: PartnerId, directory: Directory) -> None:
        facts = await facts_of(tx, case)
        against = explain(facts, partner, directory, await tx.partners.loads(), tx.now)
        hard = [each for each in against if each.code in set(Against) and each.code not in OVERRIDABLE]
        if hard:
            raise NotAgreed(text_of(hard[0]))
        if facts.scope.ask_first and partner not in facts.scope.named:
            raise self._refused(NotAgreed, "refused_ask_first")

    async def _free(self, tx: Tx, case: Case, member: Member) -> None:
        """Takes the case back from whoever thinks about it or holds it."""
        await self.referrals.withdraw_offers(
            tx, case, WithdrawReason.SUPERSEDED, "member_closed_offer", actor=member.id
        )
        if (held := holding(await tx.referrals.of_case(case.id))) is not None:
            await self.offers.withdraw(tx, case, held, WithdrawReason.COORDINATOR, "member_taken_back", actor=member.id)

    async def correct(
        self,
        tx: Tx,
        case_id: CaseId,
        member: Member,
        *,
        region: str | None = None,
        issue: str | None = None,
        urgency: str | None = None,
        reason: str = "",
    ) -> None:
        """What turned out otherwise. Offers made by the old facts are taken back and the case is put to partners again.
        An urgency is raised at once and lowered only with a reason."""
        case = await self._coordinated(tx, case_id, member)
        self._check(case, region=region, issue=issue, urgency=urgency, reason=reason)
        changes = {"region": region, "issue": issue, "urgency": urgency}
        told = {name: value for name, value in changes.items() if value and value != getattr(case, name)}
        if not told:
            return
        case = replace(case, **told)  # type: ignore[arg-type]  # three fields of text
        await tx.cases.save(case)
        for name, value in told.items():
            await record(tx, case.id, EntryKind.CORRECTED, actor=member.id, reason=f"{name}:{value}", words=reason)
        if holding(await tx.referrals.of_case(case.id)) is None:
            await self.referrals.withdraw_offers(
                tx, case, WithdrawReason.SUPERSEDED, "member_closed_offer", actor=member.id
            )
            await self.referrals.route(tx, case)

    def _check(self, case: Case, *, region: str | None, issue: str | None, urgency: str | None, reason: str) -> None:
        levels = tuple(Urgency)
        if (
            (region and region not in self.office.places.regions)
            or (issue and issue not in self.office.issues)
            or (urgency and urgency not in set(levels))
        ):
            raise self._refused(Unknown, "refused_unknown")
        if urgency and levels.index(Urgency(urgency)) > levels.index(Urgency(case.urgency)) and not reason.strip():
            raise self._refused(CaseMoved, "refused_reason")

    async def notice(self, tx: Tx, case_id: CaseId, member: Member, name: str) -> None:
        """One of NOTICES, as the person said is safe."""
        case = await self._shown(tx, case_id, member)
        if name not in NOTICES:
            raise self._refused(Unknown, "refused_unknown")
        if not may_start(case, await tx.conversations.get(case.conversation)):
            raise self._refused(NotSafe, "refused_not_safe")
        if NOTICES[name]:
            case = await self.promises.make(tx, case)
        await self.notices.start(tx, case, name, by=case.promised_at, actor=member.id)

    async def preview(self, tx: Tx, case_id: CaseId, member: Member, name: str) -> tuple[Outgoing, ...]:
        """What the person would see of it."""
        case = await self._shown(tx, case_id, member)
        if name not in NOTICES:
            raise self._refused(Unknown, "refused_unknown")
        by = self.promises.next_told(case, tx.now) if NOTICES[name] else None
        return await self.notices.preview(tx, case, name, by=by)

    async def close(self, tx: Tx, case_id: CaseId, member: Member, reason: str) -> None:
        case = await self._shown(tx, case_id, member)
        if reason not in set(CloseReason):
            raise self._refused(Unknown, "refused_unknown")
        referrals = await tx.referrals.of_case(case.id)
        for referral in offered(referrals):
            await self.offers.withdraw(
                tx, case, referral, WithdrawReason.COORDINATOR, "member_closed_offer", actor=member.id
            )
        if (held := holding(referrals)) is not None:
            await self.offers.move(tx, held, Closed(reason=CloseReason(reason)))
            await self.staff.tell_holder(tx, held, "member_case_closed", code=held.code)
        for clock in (Due.PROMISE, Due.RE_OFFER):
            await tx.timers.cancel(clock, case.id)
        closed = replace(case, state=CaseState.CLOSED, closed_at=tx.now, closed_reason=reason, promised_at=None)
        await tx.cases.save(closed)
        await tx.timers.set(Due.CLOSED, case.id, tx.now + self.office.network.retention.closed_cases)
        await record(tx, case.id, EntryKind.CLOSED, actor=member.id, reason=reason)
        await self.notices.start(tx, closed, "notice_closed", receipt=show_receipt(case.receipt))

    # ---- who may

    async def _shown(self, tx: Tx, case_id: CaseId, member: Member) -> Case:
        """The whole case, locked, for a coordinator or a member of the partner that holds it."""
        shown = await tx.cases.shown(scope(member), case_id)
        if shown is None or not shown.receipt:
            raise self._refused(NotAllowed, "refused_not_allowed")
        case = await tx.cases.lock(case_id)
        if case.state is CaseState.CLOSED:
            raise self._refused(CaseMoved, "refused_closed")
        return case

    def may_close_call(self, member: Member) -> None:
        if member.role not in _COORDINATES:
            raise self._refused(NotAllowed, "refused_not_allowed")

    async def _coordinated(self, tx: Tx, case_id: CaseId, member: Member) -> Case:
        if member.role not in _COORDINATES:
            raise self._refused(NotAllowed, "refused_not_allowed")
        return await self._shown(tx, case_id, member)

    def _refused(self, kind: type[CaseworkRefused], name: str) -> CaseworkRefused:
        text: Text = self.staff.text(name)
        return kind(text)
