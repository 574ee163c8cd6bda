"""How soon a person must act: an ordered table of rules, the first that fits wins.

A human may raise the result at once and lower it only with a reason. What is not known never lowers anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from flows.triage.reasons import Reason


class Urgency(StrEnum):
    """From the most to the least pressing."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What an intake has learned that can make a case pressing.

    cannot_say: asked about danger, they chose "I can't say". days_left: days to the date they gave (0 is today, less is
    past). three_days: they must leave home or go to court within three days. child: the person who needs help is
    under 18. issue, issue_urgency: the issue or group and its usual urgency.
    """

    danger: bool = False
    cannot_say: bool = False
    held: bool = False
    missing: bool = False
    wants_to_die: bool = False
    child: bool = False
    three_days: bool = False
    court_paper: bool = False
    days_left: int | None = None
    issue: str = ""
    issue_urgency: Urgency | None = None

    def is_about(self, *issues: str) -> bool:
        return self.issue in issues or self.issue.partition(".")[0] in issues

    def within(self, days: int) -> bool:
        return self.days_left is not None and 0 <= self.days_left <= days

    def missed_within(self, days: int) -> bool:
        return self.days_left is not None and -days <= self.days_left < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    code: str
    urgency: Urgency
    words: str
    fits: Callable[[Situation], bool]


def _usual(urgency: Urgency) -> Callable[[Situation], bool]:
    return lambda it: it.issue_urgency is urgency


RULES: tuple[Rule, ...] = (
    Rule(
        code="danger",
        urgency=Urgency.EMERGENCY,
        words="Someone is hurt or in danger now.",
        fits=lambda it: it.danger,
    ),
    Rule(
        code="cannot_say",
        urgency=Urgency.EMERGENCY,
        words="They could not say if there is danger. This counts as danger.",
        fits=lambda it: it.cannot_say,
    ),
    Rule(
        code="wants_to_die",
        urgency=Urgency.EMERGENCY,
        words="They wrote that they may want to die.",
        fits=lambda it: it.wants_to_die,
    ),
    Rule(
        code="held",
        urgency=Urgency.EMERGENCY,
        words="Someone is held by police, soldiers or armed people.",
        fits=lambda it: it.held,
    ),
    Rule(
        code="missing",
        urgency=Urgency.EMERGENCY,
        words="Someone was taken and is missing.",
        fits=lambda it: it.missing,
    ),
    Rule(
        code="child_at_risk",
        urgency=Urgency.EMERGENCY,
        words="A child may be at risk now.",
        fits=lambda it: it.child and it.is_about("children", "violence_abuse"),
    ),
    Rule(
        code="sent_away",
        urgency=Urgency.EMERGENCY,
        words="They may be sent out of the country within three days.",
        fits=lambda it: it.within(3) and it.is_about("migration.deportation"),
    ),
    Rule(
        code="home_in_two_days",
        urgency=Urgency.EMERGENCY,
        words="They may lose their home within two days.",
        fits=lambda it: it.within(2) and it.is_about("housing", "land_environment.land_grab"),
    ),
    Rule(
        code="wedding_or_cutting",
        urgency=Urgency.EMERGENCY,
        words="A forced marriage or a cutting is planned within two weeks.",
        fits=lambda it: it.within(14) and it.is_about("violence_abuse.forced_early_marriage", "violence_abuse.fgm"),
    ),
    Rule(
        code="usual_emergency",
        urgency=Urgency.EMERGENCY,
        words="With this kind of problem, each case is an emergency.",
        fits=_usual(Urgency.EMERGENCY),
    ),
    Rule(
        code="three_days",
        urgency=Urgency.URGENT,
        words="They must leave home or go to court within three days.",
        fits=lambda it: it.three_days,
    ),
    Rule(
        code="date_this_week",
        urgency=Urgency.URGENT,
        words="There is a date within seven days.",
        fits=lambda it: it.within(7),
    ),
    Rule(
        code="date_just_missed",
        urgency=Urgency.URGENT,
        words="A date has passed in the last seven days.",
        fits=lambda it: it.missed_within(7),
    ),
    Rule(
        code="home_in_two_weeks",
        urgency=Urgency.URGENT,
        words="They may lose their home within two weeks.",
        fits=lambda it: it.within(14) and it.is_about("housing", "land_environment.land_grab"),
    ),
    Rule(
        code="court_paper",
        urgency=Urgency.URGENT,
        words="There is a court paper and the date is not known.",
        fits=lambda it: it.court_paper and it.days_left is None,
    ),
    Rule(
        code="usual_urgent",
        urgency=Urgency.URGENT,
        words="This kind of problem is urgent as a rule.",
        fits=_usual(Urgency.URGENT),
    ),
    Rule(
        code="date_this_month",
        urgency=Urgency.SOON,
        words="There is a date within thirty days.",
        fits=lambda it: it.within(30),
    ),
    Rule(
        code="usual_soon",
        urgency=Urgency.SOON,
        words="This kind of problem should not wait long.",
        fits=_usual(Urgency.SOON),
    ),
    Rule(
        code="nothing_pressing",
        urgency=Urgency.ROUTINE,
        words="No date or danger is known.",
        fits=lambda _: True,
    ),
)

CHILD_STEP = "child_step"
"""The one modifier: a case about a child is one step more pressing than the rule that fits it."""

WORDS: dict[str, str] = {rule.code: rule.words for rule in RULES} | {
    CHILD_STEP: "It is about a child, so it is one step more urgent."
}


def urgency(situation: Situation) -> tuple[Urgency, tuple[Reason, ...]]:
    """How pressing it is, and the rule that says so (with the child's step, where it was taken)."""
    rule = next(rule for rule in RULES if rule.fits(situation))
    reasons = (Reason(rule.code),)
    if situation.child and rule.urgency is not Urgency.EMERGENCY:
        levels = tuple(Urgency)
        return levels[levels.index(rule.urgency) - 1], (*reasons, Reason(CHILD_STEP))
    return rule.urgency, reasons
