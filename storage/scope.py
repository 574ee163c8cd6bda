"""Which cases a member may see, said once and put into every query that shows a case to a member.

Coordinators and admins see the network's. A paralegal sees those their partner holds, and of those only offered to it
nothing that tells who or where. A translator sees none, and nor does anyone suspended.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from sqlalchemy import ColumnElement, false, select, true

from flows.routing.casebook import Case, Member, PartnerId, ReferralState, Role
from storage.tables import cases, referrals

HOLDS = (ReferralState.ACCEPTED, ReferralState.CONTACTED)
OPEN = (ReferralState.OFFERED, *HOLDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberScope:
    network: bool = False
    partner: PartnerId | None = None

    def seen(self) -> ColumnElement[bool]:
        """The cases that may be shown at all."""
        return self._by(OPEN)

    def known(self) -> ColumnElement[bool]:
        """The cases that may be shown whole."""
        return self._by(HOLDS)

    def referrals(self) -> ColumnElement[bool]:
        """The referrals that may be shown: a partner sees only its own."""
        if self.network:
            return true()
        return false() if self.partner is None else referrals.c.partner_id == self.partner

    def _by(self, states: tuple[ReferralState, ...]) -> ColumnElement[bool]:
        if self.network:
            return true()
        if self.partner is None:
            return false()
        return (
            select(referrals.c.id)
            .where(
                referrals.c.case_id == cases.c.id,
                referrals.c.partner_id == self.partner,
                referrals.c.state.in_(states),
            )
            .exists()
        )


def scope(member: Member) -> MemberScope:
    if member.suspended:
        return MemberScope()
    match member.role:
        case Role.COORDINATOR | Role.ADMIN:
            return MemberScope(network=True)
        case Role.PARALEGAL:
            return MemberScope(partner=member.partner)
        case Role.TRANSLATOR:
            return MemberScope()
        case _:
            assert_never(member.role)


def veiled(case: Case) -> Case:
    """A case as an offer shows it: first-level region, group of issue, language, urgency."""
    return replace(
        case,
        receipt="",
        region="-".join(case.region.split("-")[:2]),
        issue=case.issue.split(".")[0],
        taken_by=None,
        facts={},
        answers={},
    )
