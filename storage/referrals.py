"""Referrals: one case put to one partner. No row without a consent; a state moves only from where it was read."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from flows.dialogue.conversation import CaseId, MemberId
from flows.routing.casebook import Member, PartnerId, Referral, ReferralId, ReferralState
from flows.routing.codes import new_offer_code, parse_offer_code
from storage.bells import Bell
from storage.consents import Consents
from storage.errors import ConsentMissing, Vanished
from storage.scope import OPEN, MemberScope, scope
from storage.tables import cards, cases, referrals
from storage.unit import AnyRow, Statement, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The message (by its outbox reference) that showed an offer to a member."""

    reference: str
    member: MemberId


class Referrals:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._consents = Consents(unit)

    async def offer(self, case: CaseId, partner: PartnerId, *, urgency: str, due_at: datetime | None) -> Referral:
        """Puts the case to the partner, under a code that no other open offer has. Raises ConsentMissing when the
        person's last answer about sharing is not a yes."""
        if (consent := await self._consents.granting(case)) is None:
            raise ConsentMissing("This case has no consent to be shown to a partner.")
        code = await self._new_code()
        referral = Referral(
            id=ReferralId(self._unit.new_id()),
            case=case,
            partner=partner,
            state=ReferralState.OFFERED,
            code=code,
            urgency=urgency,
            offered_at=self._unit.now,
            due_at=due_at,
        )
        seal = await self._unit.seal(cases, case)
        await self._unit.change(
            referrals.insert().values(
                id=referral.id,
                case_id=case,
                consent_id=consent,
                partner_id=partner,
                state=referral.state,
                open_code=self._index(code),
                code=seal.close("referrals", "code", referral.id, code.encode()),
                urgency=urgency,
                offered_at=referral.offered_at,
                due_at=due_at,
                reason="",
            )
        )
        self._unit.ring(Bell.CASES)
        return referral

    async def get(self, referral: ReferralId) -> Referral:
        return _present(await self._one(select(referrals).where(referrals.c.id == referral)))

    async def lock(self, referral: ReferralId) -> Referral:
        return _present(await self._one(_locked(select(referrals).where(referrals.c.id == referral))))

    async def by_code(self, code: str, member: Member) -> Referral | None:
        """The open referral this member may act on by that code, locked; None where it is another partner's."""
        return await self._one(
            _locked(
                select(referrals).where(
                    referrals.c.open_code == self._index(parse_offer_code(code) or ""), scope(member).referrals()
                )
            )
        )

    async def open_for(self, partner: PartnerId) -> Sequence[Referral]:
        """What this partner was offered or holds, oldest first."""
        return await self._many(select(referrals).where(referrals.c.partner_id == partner, referrals.c.state.in_(OPEN)))

    async def of_case(self, case: CaseId) -> Sequence[Referral]:
        """All that ever were, oldest first, for the service's own work."""
        return await self._many(select(referrals).where(referrals.c.case_id == case))

    async def shown(self, seen_by: MemberScope, case: CaseId) -> Sequence[Referral]:
        """A case's referrals as this scope may see them."""
        return await self._many(select(referrals).where(referrals.c.case_id == case, seen_by.referrals()))

    async def save(self, referral: Referral, *, was: ReferralState) -> bool:
        """Stores it if it is still in the state it was read in; False: someone else moved it first, nothing is
        changed. Its code is free again when it is neither offered nor held."""
        is_open = referral.state in OPEN
        changed = await self._unit.change(
            update(referrals)
            .where(referrals.c.id == referral.id, referrals.c.state == was)
            .values(
                state=referral.state,
                offered_at=referral.offered_at,
                due_at=referral.due_at,
                decided_at=referral.decided_at,
                decided_by=referral.decided_by,
                reason=referral.reason,
                **({} if is_open else {"open_code": None}),
            )
        )
        self._unit.ring(Bell.CASES)
        return changed == 1

    async def show(self, referral: ReferralId, member: MemberId, reference: str) -> None:
        """Remembers which message showed the offer to whom, so that it can be edited later."""
        await self._unit.change(cards.insert().values(reference=reference, referral_id=referral, member_id=member))

    async def cards(self, referral: ReferralId) -> Sequence[Card]:
        found = await self._unit.rows(select(cards).where(cards.c.referral_id == referral).order_by(cards.c.reference))
        return [Card(reference=row.reference, member=MemberId(row.member_id)) for row in found]

    # ---- rows

    def _index(self, code: str) -> bytes:
        return self._unit.vault.index("offer", code)

    async def _new_code(self) -> str:
        while True:
            code = new_offer_code(secrets.choice)
            taken = select(referrals.c.id).where(referrals.c.open_code == self._index(code))
            if await self._unit.value(taken) is None:
                return code

    async def _one(self, statement: Statement) -> Referral | None:
        found = await self._many(statement)
        return found[0] if found else None

    async def _many(self, statement: Statement) -> Sequence[Referral]:
        with_key = statement.add_columns(cases.c.key).join(cases, cases.c.id == referrals.c.case_id)
        found = await self._unit.rows(with_key.order_by(referrals.c.id))
        return [self._read(row) for row in found]

    def _read(self, row: AnyRow) -> Referral:
        code = ""
        if row.key is not None and row.code is not None:
            seal = self._unit.unwrapped(cases, row.case_id, row.key)
            code = seal.open("referrals", "code", row.id, row.code).decode()
        return Referral(
            id=ReferralId(row.id),
            case=CaseId(row.case_id),
            partner=PartnerId(row.partner_id),
            state=ReferralState(row.state),
            code=code,
            urgency=row.urgency,
            offered_at=row.offered_at,
            due_at=row.due_at,
            decided_at=row.decided_at,
            decided_by=None if row.decided_by is None else MemberId(row.decided_by),
            reason=row.reason,
        )


def _locked(statement: Statement) -> Statement:
    return statement.with_for_update(key_share=True, of=referrals)


def _present(referral: Referral | None) -> Referral:
    if referral is None:
        raise Vanished("There is no such referral.")
    return referral
