"""From what a person answered to what triage and matching may know: kinds and codes, never a name or a story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from bot.casework.safety import OTHERS_READ
from flows.dialogue.alarms import Heard
from flows.dialogue.definition import NOT_KNOWN, NOT_SAID, SKIPPED
from flows.dialogue.events import Given
from flows.routing.case import CaseFacts, Gender, OtherSide, Scope
from flows.routing.casebook import Case, Lane, PartnerId, Referral, ReferralState
from flows.routing.referral import asked_of
from flows.triage.issues import IssueTree
from flows.triage.urgency import Situation, Urgency
from storage import Tx
from storage.consents import SHARE, YES, Consent

NAMED = "share_with"
"""The purpose of a yes or no to one group by its name; the consent's scope is the group's id."""
ASKED, NO = "asked", "no"
ASK_FIRST = "ask_first"
ISSUE_NOT_ASKED: Mapping[Lane, str] = {
    Lane.DANGER: "violence_abuse",
    Lane.QUIET: "violence_abuse",
    Lane.HELD: "detention_police",
    Lane.NORMAL: "other",
}
"""Where a lane asks no issue, the one whose helpers are trained for the worst it may be."""
ISSUE_ALSO = "issue_also"
"""The fact that holds what else an answer of the menu may mean, until the person tells."""
_CHILD = frozenset({"minor", "child"})
_COURT = "other.court_process"
"""A court case: where they did not say that no date is near, there is a paper whose date is not known."""
_THREATENS = frozenset({Heard.THREAT, Heard.DANGER, Heard.HELD})
WROTE_AGAIN = "wrote_again"
"""The fact that they had sent another case shortly before, and how shortly."""
AGAIN = timedelta(hours=24)
_TAKEN: Mapping[str, timedelta] = {
    "today": timedelta(hours=24),
    "yesterday": timedelta(hours=48),
    "days": timedelta(hours=72),
}
"""How long ago, at most, someone was taken when the person wrote that."""


def facts_from(given: Iterable[Given]) -> dict[str, str]:
    """Fact -> value; several values are joined by commas. A place taken without a yes is marked."""
    facts: dict[str, str] = {}
    for answer in given:
        if answer.fact and answer.value not in (NOT_KNOWN, NOT_SAID, SKIPPED):
            value = answer.value
            facts[answer.fact] = ",".join(value) if isinstance(value, tuple) else str(value)
            if not answer.sure:
                facts[f"{answer.fact}_sure"] = "no"
    return facts


def is_child(facts: Mapping[str, str]) -> bool:
    return facts.get("who") in _CHILD or "minor" in facts.get("held_state", "").split(",")


def heard(facts: Mapping[str, str]) -> frozenset[str]:
    """What words for danger said beyond the lane. Those that came after the case was sent change no lane: they say
    `danger` or `held` here."""
    return frozenset(filter(None, facts.get("heard", "").split(",")))


def is_defender_threatened(lane: Lane, facts: Mapping[str, str]) -> bool:
    said = heard(facts)
    threat = said & _THREATENS or lane in (Lane.DANGER, Lane.HELD) or facts.get("issue") == "violence_abuse"
    return Heard.DEFENDER in said and bool(threat)


def held_for(facts: Mapping[str, str], passed: timedelta = timedelta()) -> int | None:
    """For how many hours someone may be held by now; None where that was not told or is too long ago to count in hours.
    `passed`: since they told us."""
    taken = _TAKEN.get(facts.get("held_since", ""))
    return None if taken is None else int((taken + passed) / timedelta(hours=1))


def situation(lane: Lane, opening: str, facts: Mapping[str, str], issues: IssueTree, now: datetime) -> Situation:
    issue = facts.get("issue", "")
    node = issues.get(issue)
    held = lane is Lane.HELD or Heard.HELD in heard(facts)
    return Situation(
        danger=lane is Lane.DANGER or Heard.DANGER in heard(facts),
        cannot_say=opening == "cant_say",
        held=held,
        missing=held and Heard.MISSING in heard(facts),
        wants_to_die=Heard.WANTS_TO_DIE in heard(facts),
        defender=Heard.DEFENDER in heard(facts),
        threatened=is_defender_threatened(lane, facts),
        shared_phone=lane is Lane.QUIET or facts.get("phone", "") in OTHERS_READ,
        wrote_again=facts.get(WROTE_AGAIN) == "yes",
        hours_held=held_for(facts),
        child=is_child(facts),
        three_days=opening == "deadline",
        court_paper=issue == _COURT and facts.get("date") != "no",
        days_left=_days_left(facts.get("date", ""), now),
        issue=issue,
        issue_urgency=node.urgency if node else None,
    )


def _days_left(said: str, now: datetime) -> int | None:
    with suppress(ValueError):
        return (date.fromisoformat(said) - now.date()).days
    return None


async def facts_of(tx: Tx, case: Case) -> CaseFacts:
    """What matching is told of a case as it stands."""
    return case_facts(case, await tx.consents.of_case(case.id), await tx.referrals.of_case(case.id))


def case_facts(case: Case, consents: Sequence[Consent], referrals: Sequence[Referral]) -> CaseFacts:
    helper = case.facts.get("helper", "")
    return CaseFacts(
        region=case.region,
        issue=case.issue,
        also=_may_also_be(case),
        urgency=Urgency(case.urgency),
        language=case.language,
        scope=scope_of(consents),
        lane=case.lane,
        other_side=frozenset(OtherSide(side) for side in case.facts.get("other_side", "").split(",") if side in _SIDES),
        helper=Gender(helper) if helper in set(Gender) else None,
        child=is_child(case.facts),
        held=case.lane is Lane.HELD,
        defender=is_defender_threatened(case.lane, case.facts),
        excluded=refused_by_name(consents),
        asked=asked_of(referrals),
    )


def _may_also_be(case: Case) -> frozenset[str]:
    """Nothing more once a person has said what it is."""
    said = case.issue == case.facts.get("issue") and case.facts.get(ISSUE_ALSO, "")
    return frozenset(said.split(",")) if said else frozenset()


_SIDES = frozenset(OtherSide)


def scope_of(consents: Sequence[Consent]) -> Scope:
    shares = [consent for consent in consents if consent.purpose == SHARE][-1:]
    return Scope(
        share=bool(shares) and shares[0].answer == YES,
        ask_first=bool(shares) and shares[0].scope == ASK_FIRST,
        named=_named(consents, YES),
    )


def refused_by_name(consents: Sequence[Consent]) -> frozenset[PartnerId]:
    return _named(consents, NO)


def question_open(consents: Sequence[Consent]) -> PartnerId | None:
    """The group whose name the person was asked about and has not answered."""
    waiting = _named(consents, ASKED) - _named(consents, YES) - _named(consents, NO)
    return min(waiting, default=None)


def _named(consents: Sequence[Consent], answer: str) -> frozenset[PartnerId]:
    return frozenset(
        PartnerId(consent.scope) for consent in consents if consent.purpose == NAMED and consent.answer == answer
    )


_HOLDS = frozenset({ReferralState.ACCEPTED, ReferralState.CONTACTED})


def holding(referrals: Sequence[Referral]) -> Referral | None:
    """The one by which a partner has the case."""
    return next((referral for referral in referrals if referral.state in _HOLDS), None)


def offered(referrals: Sequence[Referral]) -> tuple[Referral, ...]:
    """Those a partner still thinks about."""
    return tuple(referral for referral in referrals if referral.state is ReferralState.OFFERED)
