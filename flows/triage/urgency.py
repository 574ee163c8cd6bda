"""How soon a person must act: an ordered list of rules (flows/library/triage/urgency.yaml), the first that fits wins.

A human may raise the result at once and lower it only with a reason. What is not known never lowers anything.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.dialogue.guards import Guard, GuardBroken, Known, compile_guard
from flows.dialogue.session import Value
from flows.dialogue.text import Text
from flows.strict_yaml import Faults, Node, parse
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

    cannot_say: asked about danger, they chose "I can't say". defender: they work for the rights of others; threatened:
    and are under threat for it. hours_held: since someone was taken, at most. days_left: days to the date they gave (0
    is today, less is past). three_days: they must leave home or go to court within three days. child: the person who
    needs help is under 18. issue, issue_urgency: the issue or group and its usual urgency. wrote_again: a second case
    within a day.
    """

    danger: bool = False
    cannot_say: bool = False
    held: bool = False
    missing: bool = False
    wants_to_die: bool = False
    defender: bool = False
    threatened: bool = False
    child: bool = False
    three_days: bool = False
    court_paper: bool = False
    shared_phone: bool = False
    wrote_again: bool = False
    hours_held: int | None = None
    days_left: int | None = None
    issue: str = ""
    issue_urgency: Urgency | None = None

    def known(self) -> Mapping[str, Value]:
        """As conditions see it: what is not so is not there."""
        answers: dict[str, Value] = {name: "yes" for name in _FLAGS if getattr(self, name)}
        if self.hours_held is not None:
            answers["hours_held"] = self.hours_held
        if self.days_left is not None:
            answers["days_left" if self.days_left >= 0 else "days_past"] = abs(self.days_left)
        if self.issue:
            answers["issue"] = (self.issue, self.issue.partition(".")[0])
        if self.issue_urgency is not None:
            answers["usual"] = self.issue_urgency.value
        return answers


_FLAGS = (
    "danger", "cannot_say", "held", "missing", "wants_to_die", "defender", "threatened", "child", "three_days",
    "court_paper", "shared_phone", "wrote_again",
)  # fmt: skip
_NUMBERS = ("hours_held", "days_left", "days_past")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`when`: None always holds. `steps`: of a modifier, how many levels more pressing it makes a case. `basis`: the
    entry of the file's `basis` that says where it comes from."""

    code: str
    words: str
    when: Guard | None = None
    urgency: Urgency = Urgency.ROUTINE
    steps: int = 0
    basis: str = "urgency"

    def fits(self, situation: Situation) -> bool:
        return self.when is None or self.when.holds(situation.known())

    @property
    def text(self) -> Text:
        return Text(f"reason.{self.code}", self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    rules: tuple[Rule, ...] = ()
    modifiers: tuple[Rule, ...] = ()
    basis: Mapping[str, str] = field(default_factory=dict)

    def judge(self, situation: Situation) -> tuple[Urgency, tuple[Reason, ...]]:
        """How pressing it is, the rule that says so, and what else there is to know."""
        rule = next(rule for rule in self.rules if rule.fits(situation))
        levels = tuple(Urgency)
        level, reasons = levels.index(rule.urgency), [Reason(rule.code)]
        for modifier in self.modifiers:
            if modifier.fits(situation) and (level > 0 or not modifier.steps):
                level = max(0, level - modifier.steps)
                reasons.append(Reason(modifier.code))
        return levels[level], tuple(reasons)

    def texts(self) -> Mapping[str, Text]:
        """The words of each rule, by its code."""
        return {rule.code: rule.text for rule in (*self.rules, *self.modifiers)}


def load_rules(name: str, text: str, *, issues: Container[str]) -> Rules:
    """Raises FileBroken with everything that is wrong in the file."""
    faults = Faults()
    root = faults.mapping(parse(name, text), required=("basis", "rules"), optional=("modifiers",))
    basis = {key: faults.text(node) for key, node in faults.entries(root["basis"])} if "basis" in root else {}
    names: dict[str, Known] = {flag: Known(flag, {"yes"}) for flag in _FLAGS}
    names |= {number: Known(number, ()) for number in _NUMBERS}
    names |= {"issue": Known("issue", issues), "usual": Known("usual", frozenset(Urgency))}
    reading = _Reading(faults, names, basis)
    rules = reading.rules(root.get("rules"), "level", ())
    modifiers = reading.rules(root.get("modifiers"), "when", ("steps",))
    levels = tuple(Urgency)
    if [levels.index(rule.urgency) for rule in rules] != sorted(levels.index(rule.urgency) for rule in rules):
        faults.add(root["rules"], "a rule stands below a less pressing one", "Order them from emergency to routine")
    if "rules" in root and (not rules or rules[-1].when is not None):
        faults.add(root["rules"], "a case may fit no rule", "Let the last rule have no `when`")
    faults.raise_any()
    return Rules(rules=rules, modifiers=modifiers, basis=basis)


@dataclass(slots=True)
class _Reading:
    faults: Faults
    names: Mapping[str, Known]
    basis: Mapping[str, str]
    codes: set[str] = field(default_factory=set)

    def rules(self, node: Node | None, required: str, more: tuple[str, ...]) -> tuple[Rule, ...]:
        return tuple(self._rule(item, required, more) for item in self.faults.items(node)) if node else ()

    def _rule(self, node: Node, required: str, more: tuple[str, ...]) -> Rule:
        faults = self.faults
        fields = faults.mapping(node, required=("rule", "words", required), optional=("when", "basis", *more))
        code = faults.text(fields["rule"]) if "rule" in fields else ""
        if code in self.codes:
            faults.add(node, f"there are two rules called {code!r}", "Rename one")
        self.codes.add(code)
        basis = faults.text(fields["basis"]) if "basis" in fields else "urgency"
        if basis not in self.basis:
            faults.add(fields.get("basis", node), f"{basis!r} is not under `basis:`", "Say there where it comes from")
        return Rule(
            code=code,
            words=faults.text(fields["words"]) if "words" in fields else "",
            when=self._when(fields["when"]) if "when" in fields else None,
            urgency=Urgency(faults.one_of(fields["level"], Urgency)) if "level" in fields else Urgency.ROUTINE,
            steps=faults.number(fields["steps"], least=1, most=3) if "steps" in fields else 0,
            basis=basis,
        )

    def _when(self, node: Node) -> Guard | None:
        try:
            return compile_guard(self.faults.text(node), names=self.names, terms={})
        except GuardBroken as broken:
            self.faults.add(node, str(broken), "Use the names listed at the top of the file")
            return None
