"""Why a case is where it is: each partner near it, with what speaks for or against it, as matching sees it now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.casework.casework import Casework
from bot.casework.facts import facts_of
from bot.web.desk.lens import Lens
from flows.routing.casebook import Case, Referral, ReferralState
from flows.routing.match import match
from flows.routing.partners import Partner
from flows.routing.reasons import For
from flows.triage.reasons import Reason
from storage import Tx


class Standing(StrEnum):
    """has: it said yes. thinks: it holds the offer. next: it can be asked, in this order. passed: it can not."""

    HAS = "has"
    THINKS = "thinks"
    NEXT = "next"
    PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    partner: Partner
    standing: Standing
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """`outside`: how many partners do not work near this place at all. `unmet`: wishes nobody can meet."""

    considered: Sequence[Considered]
    outside: int
    unmet: tuple[str, ...]

    def those(self, *standings: str) -> list[Considered]:
        return [each for each in self.considered if each.standing in standings]


_STANDS = {
    ReferralState.OFFERED: Standing.THINKS,
    ReferralState.ACCEPTED: Standing.HAS,
    ReferralState.CONTACTED: Standing.HAS,
}
_SINCE_ASKED = frozenset({For.NEVER_ASKED, For.LAST_ASKED})


async def read_routing(tx: Tx, casework: Casework, case: Case, referrals: Iterable[Referral], lens: Lens) -> Routing:
    """Who was asked is weighed as if it had not been: that is why it was chosen."""
    directory, facts, loads = await casework.directory(tx), await facts_of(tx, case), await tx.partners.loads()
    asked = {each.partner: _STANDS[each.state] for each in referrals if each.state in _STANDS}
    others = {partner: why for partner, why in facts.asked.items() if partner not in asked}
    found = match(replace(facts, asked=others), directory, loads, tx.now)
    chosen = [
        Considered(
            partner=each.partner,
            standing=asked.get(each.partner.id, Standing.NEXT),
            reasons=_words(lens, each.reasons, asked=each.partner.id in asked),
        )
        for each in found.candidates
    ]
    passed = [
        Considered(
            partner=each.partner,
            standing=asked.get(each.partner.id, Standing.PASSED),
            reasons=_words(lens, each.reasons, asked=False),
        )
        for each in found.passed_over
    ]
    order = tuple(Standing)
    return Routing(
        considered=sorted((*chosen, *passed), key=lambda each: order.index(each.standing)),
        outside=found.outside,
        unmet=tuple(lens.reason(reason) for reason in found.preference_unmet),
    )


def _words(lens: Lens, reasons: Iterable[Reason], *, asked: bool) -> tuple[str, ...]:
    """When it was last asked says nothing of who has just been asked."""
    return tuple(lens.reason(each) for each in reasons if not (asked and each.code in _SINCE_ASKED))
