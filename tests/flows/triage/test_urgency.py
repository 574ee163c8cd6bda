"""Which rule decides how soon a person must act."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.strict_yaml import FileBroken
from flows.triage.issues import load_issues, with_rules
from flows.triage.reasons import Reason
from flows.triage.urgency import Situation, Urgency, load_rules

LIBRARY = Path(__file__).parents[3] / "flows" / "library"
FILE = LIBRARY / "triage" / "urgency.yaml"
ISSUES = load_issues("issues.yaml", (LIBRARY / "issues.yaml").read_text(encoding="utf-8"))
RULES = with_rules(ISSUES, FILE.name, FILE.read_text(encoding="utf-8")).rules
urgency = RULES.judge
CHILD_STEP = "child_step"

LEVELS = tuple(Urgency)


@pytest.mark.parametrize(
    ("situation", "level", "rule"),
    [
        (Situation(danger=True), Urgency.EMERGENCY, "danger"),
        (Situation(cannot_say=True), Urgency.EMERGENCY, "cannot_say"),
        (Situation(wants_to_die=True), Urgency.EMERGENCY, "wants_to_die"),
        (Situation(held=True), Urgency.EMERGENCY, "held"),
        (Situation(missing=True), Urgency.EMERGENCY, "missing"),
        (Situation(danger=True, held=True), Urgency.EMERGENCY, "danger"),
        (Situation(child=True, issue="violence_abuse"), Urgency.EMERGENCY, "child_at_risk"),
        (Situation(child=True, issue="children.child_labour"), Urgency.EMERGENCY, "child_at_risk"),
        (Situation(issue="migration.deportation", days_left=3), Urgency.EMERGENCY, "sent_away"),
        (Situation(issue="migration.deportation", days_left=4), Urgency.URGENT, "date_this_week"),
        (Situation(issue="migration.asylum", days_left=3), Urgency.URGENT, "date_this_week"),
        (Situation(issue="housing.eviction", days_left=2), Urgency.EMERGENCY, "home_in_two_days"),
        (Situation(issue="housing.eviction", days_left=3), Urgency.URGENT, "date_this_week"),
        (Situation(issue="housing", days_left=14), Urgency.URGENT, "home_in_two_weeks"),
        (Situation(issue="housing", days_left=15), Urgency.SOON, "date_this_month"),
        (Situation(issue="land_environment.land_grab", days_left=0), Urgency.EMERGENCY, "home_in_two_days"),
        (Situation(issue="land_environment.boundary_neighbour", days_left=0), Urgency.URGENT, "date_this_week"),
        (Situation(issue="violence_abuse.fgm", days_left=14), Urgency.EMERGENCY, "wedding_or_cutting"),
        (Situation(issue="violence_abuse.forced_early_marriage", days_left=15), Urgency.SOON, "date_this_month"),
        (Situation(three_days=True), Urgency.URGENT, "three_days"),
        (Situation(days_left=7), Urgency.URGENT, "date_this_week"),
        (Situation(days_left=8), Urgency.SOON, "date_this_month"),
        (Situation(days_left=31), Urgency.ROUTINE, "nothing_pressing"),
        (Situation(days_left=-7), Urgency.URGENT, "date_just_missed"),
        (Situation(days_left=-8), Urgency.ROUTINE, "nothing_pressing"),
        (Situation(issue="housing", days_left=-1), Urgency.URGENT, "date_just_missed"),
        (Situation(court_paper=True), Urgency.URGENT, "court_paper"),
        (Situation(court_paper=True, days_left=20), Urgency.SOON, "date_this_month"),
        (Situation(issue_urgency=Urgency.EMERGENCY), Urgency.EMERGENCY, "usual_emergency"),
        (Situation(issue_urgency=Urgency.URGENT), Urgency.URGENT, "usual_urgent"),
        (Situation(issue_urgency=Urgency.SOON), Urgency.SOON, "usual_soon"),
        (Situation(issue_urgency=Urgency.SOON, days_left=5), Urgency.URGENT, "date_this_week"),
        (Situation(issue_urgency=Urgency.ROUTINE), Urgency.ROUTINE, "nothing_pressing"),
        (Situation(), Urgency.ROUTINE, "nothing_pressing"),
    ],
)
def test_first_rule_that_fits_decides(situation: Situation, level: Urgency, rule: str) -> None:
    assert urgency(situation) == (level, (Reason(rule),))


@pytest.mark.parametrize(
    ("situation", "level"),
    [
        (Situation(child=True), Urgency.SOON),
        (Situation(child=True, issue_urgency=Urgency.SOON), Urgency.URGENT),
        (Situation(child=True, days_left=3), Urgency.EMERGENCY),
    ],
)
def test_a_child_is_one_step_more_pressing_and_says_so(situation: Situation, level: Urgency) -> None:
    found, reasons = urgency(situation)
    assert found is level
    assert reasons[-1] == Reason(CHILD_STEP)


def test_an_emergency_about_a_child_needs_no_step() -> None:
    assert urgency(Situation(child=True, danger=True)) == (Urgency.EMERGENCY, (Reason("danger"),))


situations = st.builds(
    Situation,
    danger=st.booleans(),
    cannot_say=st.booleans(),
    held=st.booleans(),
    missing=st.booleans(),
    wants_to_die=st.booleans(),
    child=st.booleans(),
    three_days=st.booleans(),
    court_paper=st.booleans(),
    days_left=st.none() | st.integers(-60, 60),
    issue=st.sampled_from(["", "housing", "violence_abuse.fgm", "migration.deportation", "work"]),
    issue_urgency=st.none() | st.sampled_from(Urgency),
)


@given(situations)
def test_no_rule_that_fits_is_more_pressing_than_the_result(situation: Situation) -> None:
    level, _ = urgency(situation)
    most_pressing = min(LEVELS.index(rule.urgency) for rule in RULES.rules if rule.fits(situation))
    assert LEVELS.index(level) <= most_pressing


@given(situations)
def test_every_reason_has_words(situation: Situation) -> None:
    _, reasons = urgency(situation)
    assert reasons
    assert all(reason.code in RULES.texts() for reason in reasons)


def test_rules_stand_from_most_to_least_pressing() -> None:
    order = [LEVELS.index(rule.urgency) for rule in RULES.rules]
    assert order == sorted(order)
    assert len({rule.code for rule in RULES.rules}) == len(RULES.rules)


@pytest.mark.parametrize(
    ("situation", "level", "reasons"),
    [
        (Situation(danger=True, wants_to_die=True), Urgency.EMERGENCY, ["wants_to_die"]),
        (Situation(danger=True, defender=True, threatened=True), Urgency.EMERGENCY, ["defender"]),
        (Situation(defender=True), Urgency.ROUTINE, ["nothing_pressing"]),
        (Situation(held=True, hours_held=72), Urgency.EMERGENCY, ["held_72"]),
        (Situation(held=True, hours_held=73), Urgency.EMERGENCY, ["held"]),
        (Situation(held=True, missing=True, hours_held=1), Urgency.EMERGENCY, ["missing"]),
        (Situation(issue="violence_abuse", shared_phone=True), Urgency.ROUTINE, ["nothing_pressing", "call_only"]),
        (Situation(wrote_again=True), Urgency.ROUTINE, ["nothing_pressing", "wrote_again"]),
        (Situation(child=True, wrote_again=True), Urgency.SOON, ["nothing_pressing", "child_step", "wrote_again"]),
    ],
)
def test_what_a_helper_must_know_is_said(situation: Situation, level: Urgency, reasons: list[str]) -> None:
    found, why = urgency(situation)
    assert (found, [reason.code for reason in why]) == (level, reasons)


GOOD = """basis: {urgency: ours}
rules:
  - {rule: hurt, level: emergency, when: danger, words: Someone is hurt.}
  - {rule: other, level: routine, words: Nothing is known.}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("when: danger", "when: dagner", "urgency.yaml:3: rules[1].when: 'dagner' is neither"),
        ("when: danger", "when: issue == moon", "rules[1].when: 'moon' is not an option of 'issue'"),
        ("when: danger", "when: danger()", "rules[1].when: only comparisons"),
        ("when: danger", "when: danger.__class__", "rules[1].when: only comparisons"),
        ("level: emergency", "level: high", "rules[1].level: 'high' is not one of"),
        ("level: emergency", "level: emergency, basis: dream", "rules[1].basis: 'dream' is not under `basis:`"),
        ("level: routine", "level: routine, when: danger", "rules: a case may fit no rule"),
        ("rule: other", "rule: hurt", "there are two rules called 'hurt'"),
        ("level: emergency", "level: routine", None),
        (", words: Someone is hurt.", "", "'words' is missing"),
    ],
)
def test_a_broken_rule_names_its_line_and_what_to_do(old: str, new: str, said: str | None) -> None:
    text = GOOD.replace(old, new, 1)
    if said is None:
        assert load_rules("urgency.yaml", text, issues=ISSUES).rules
        return
    with pytest.raises(FileBroken) as broken:
        load_rules("urgency.yaml", text, issues=ISSUES)
    assert said in str(broken.value)


def test_a_less_pressing_rule_can_not_hide_a_more_pressing_one() -> None:
    text = GOOD.replace("level: emergency", "level: soon").replace("level: routine", "level: urgent")
    with pytest.raises(FileBroken, match="stands below a less pressing one"):
        load_rules("urgency.yaml", text, issues=ISSUES)
