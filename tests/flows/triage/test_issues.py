"""The shipped tree of problems, and what its loader refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.strict_yaml import FileBroken
from flows.triage.issues import Certificate, IssueTree, Sensitivity, load_issues
from flows.triage.urgency import Urgency

FILE = Path(__file__).parents[3] / "flows" / "library" / "issues.yaml"
LEVELS = tuple(Urgency)


@pytest.fixture(scope="module")
def tree() -> IssueTree:
    return load_issues("issues.yaml", FILE.read_text(encoding="utf-8"))


def test_ships_eighteen_groups_each_with_its_issues(tree: IssueTree) -> None:
    assert len(tree.groups) == 18
    assert all(tree.issues_of(group.id) for group in tree.groups)
    assert len(tree.nodes) == 18 + sum(len(tree.issues_of(group.id)) for group in tree.groups)


def test_chain_goes_from_the_issue_to_its_group(tree: IssueTree) -> None:
    assert tree.chain("violence_abuse.fgm") == ("violence_abuse.fgm", "violence_abuse")
    assert tree.chain("violence_abuse") == ("violence_abuse",)
    assert tree.chain("nothing.known") == ()
    assert tree.group_of("violence_abuse.fgm") == "violence_abuse"
    assert tree.group_of("nothing.known") == ""


def test_a_group_is_as_urgent_as_some_of_its_issues_and_as_sensitive_as_the_worst(tree: IssueTree) -> None:
    for group in tree.groups:
        issues = tree.issues_of(group.id)
        levels = [LEVELS.index(issue.urgency) for issue in issues]
        assert min(levels) <= LEVELS.index(group.urgency) <= max(levels), group.id
        assert group.sensitivity == max(issue.sensitivity for issue in issues), group.id


def test_a_group_needs_what_most_of_its_issues_need(tree: IssueTree) -> None:
    for group in tree.groups:
        issues = tree.issues_of(group.id)
        most = {each for each in Certificate if sum(each in issue.certificates for issue in issues) * 2 > len(issues)}
        assert group.certificates == most, group.id
        assert group.authority == (sum(issue.authority for issue in issues) * 2 >= len(issues)), group.id


@pytest.mark.parametrize(
    ("issue", "certificates"),
    [
        ("violence_abuse.sexual_violence", {Certificate.GBV}),
        ("violence_abuse.fgm", {Certificate.GBV, Certificate.CHILD}),
        ("children.child_in_law_conflict", {Certificate.CHILD, Certificate.DETENTION}),
        ("detention_police.torture", {Certificate.DETENTION}),
        ("defender_at_risk.threats", {Certificate.DEFENDER}),
        ("corporate_abuse.mine_farm_dam", set()),
        ("land_environment.boundary_neighbour", set()),
    ],
)
def test_certificates_follow_the_safety_notes(tree: IssueTree, issue: str, certificates: set[Certificate]) -> None:
    assert tree[issue].certificates == certificates


def test_every_field_that_is_a_judgement_says_where_it_comes_from(tree: IssueTree) -> None:
    fields = {"words", "urgency", "sensitivity", "certificates", "authority", "sdg", "list"}
    assert tree.basis.keys() == fields
    assert all(tree.basis.values())


def test_a_life_risk_issue_is_never_routine(tree: IssueTree) -> None:
    grave = [node for node in tree.nodes.values() if node.sensitivity is Sensitivity.S4 and node.parent]
    assert grave
    assert all(node.urgency is not Urgency.ROUTINE for node in grave)


GROUP = """\
basis: {urgency: ours}
groups:
  - id: work
    label: Work or pay
    urgency: soon
    sensitivity: S1
    issues:
      - id: work.unpaid
        label: Not paid
        plain: My boss did not pay me.
        urgency: soon
        sensitivity: S1
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "error"),
    [
        ("work.unpaid", "job.unpaid", 8, "groups[1].issues[1].id", "is not an id of this group"),
        ("urgency: soon\n        sens", "urgency: sonn\n        sens", 11, "groups[1].issues[1].urgency", "'sonn'"),
        ("sensitivity: S1\n    issues", "sensitivity: S9\n    issues", 6, "groups[1].sensitivity", "'S9'"),
        ("label: Not paid", "lable: Not paid", 9, "groups[1].issues[1].lable", "'lable' is not known"),
        ("basis: {urgency: ours}", "basis: [ours]", 1, "basis", "expected names with values"),
        ("groups:", "group:", 2, "group", "'group' is not known"),
    ],
)
def test_refuses_a_broken_tree_naming_the_place(old: str, new: str, line: int, field: str, error: str) -> None:
    assert "work.unpaid" in load_issues("issues.yaml", GROUP)
    with pytest.raises(FileBroken) as caught:
        load_issues("issues.yaml", GROUP.replace(old, new))
    assert any(
        fault.line == line and fault.field == field and error in fault.error and fault.mend
        for fault in caught.value.faults
    ), caught.value


def test_refuses_an_id_used_twice() -> None:
    issue = GROUP.partition("    issues:\n")[2]
    with pytest.raises(FileBroken, match="used twice"):
        load_issues("issues.yaml", GROUP + issue)
