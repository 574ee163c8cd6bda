"""The tree of problems people bring: groups, and issues within them. A case names either; both are of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from flows.dialogue.text import Text
from flows.strict_yaml import Faults, Node, parse
from flows.triage.urgency import Rules, Urgency, load_rules


class Certificate(StrEnum):
    """What a partner must be trained and checked for before it is shown certain cases."""

    GBV = "gbv"
    CHILD = "child"
    DEFENDER = "defender"
    DETENTION = "detention"


class Sensitivity(StrEnum):
    """S1 ordinary, S2 private, S3 special-category or an official as opponent, S4 a leak could cost a life."""

    S1 = "S1"
    S2 = "S2"
    S3 = "S3"
    S4 = "S4"


class DisputeType(StrEnum):
    """The ten types of dispute of SDG indicator 16.3.3."""

    LAND_PROPERTY = "land_property"
    FAMILY = "family"
    INJURY_ILLNESS = "injury_illness"
    EMPLOYMENT = "employment"
    COMMERCIAL = "commercial"
    GOV_PAYMENTS = "gov_payments"
    PUBLIC_SERVICES = "public_services"
    HOUSING = "housing"
    DEBT_MONEY = "debt_money"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A group (`parent` is "") or an issue of one. `authority`: the other side is an official more often than not.

    `certificates`: hard needs of a case of this node. `list_code`, `list_match`: the nearest node of the LIST taxonomy.
    """

    id: str
    parent: str
    label: str
    plain: str
    urgency: Urgency
    sensitivity: Sensitivity
    certificates: frozenset[Certificate] = frozenset()
    authority: bool = False
    sdg: DisputeType | None = None
    list_code: str = ""
    list_match: str = ""

    @property
    def text(self) -> Text:
        """Its label, for a person."""
        return Text(f"issue.{self.id}", self.label)


OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTree:
    """Every node by id, each group before its issues. `basis`: where the fields of the file come from. `menu`: each
    option of the intake's menu with the groups it stands for. `rules`: how soon a person must act on each."""

    nodes: Mapping[str, Issue]
    basis: Mapping[str, str] = field(default_factory=dict)
    menu: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)

    def __contains__(self, issue_id: object) -> bool:
        return issue_id in self.nodes

    def __getitem__(self, issue_id: str) -> Issue:
        return self.nodes[issue_id]

    def get(self, issue_id: str) -> Issue | None:
        return self.nodes.get(issue_id)

    @property
    def groups(self) -> tuple[Issue, ...]:
        return tuple(node for node in self.nodes.values() if not node.parent)

    def issues_of(self, group_id: str) -> tuple[Issue, ...]:
        return tuple(node for node in self.nodes.values() if node.parent == group_id)

    def chain(self, issue_id: str) -> tuple[str, ...]:
        """The node and what is above it, nearest first; empty for an unknown id."""
        node = self.nodes.get(issue_id)
        if node is None:
            return ()
        return (node.id, node.parent) if node.parent else (node.id,)

    def may_be(self, option: str) -> tuple[str, ...]:
        """The further groups that an answer of the menu may mean. Something else may be anything: nothing follows."""
        return tuple(group for group in self.menu.get(option, ()) if group != option) if option != OTHER else ()

    def group_of(self, issue_id: str) -> str:
        """The id of the node's group; "" for an unknown id."""
        return self.chain(issue_id)[-1] if issue_id in self.nodes else ""


LIST_MATCHES = ("exact", "near", "broad")
_OF_BOTH = ("id", "label", "urgency", "sensitivity")
_OPTIONAL = ("certificates", "authority", "sdg", "list")


def load_issues(name: str, text: str) -> IssueTree:
    """Raises FileBroken with everything that is wrong in the file."""
    faults = Faults()
    root = faults.mapping(parse(name, text), required=("basis", "groups"), optional=("menu",))
    basis = {key: faults.text(node) for key, node in faults.entries(root["basis"])} if "basis" in root else {}
    nodes: dict[str, Issue] = {}
    for group in faults.items(root["groups"]) if "groups" in root else ():
        for node, issue in _group(faults, group):
            if issue.id in nodes:
                faults.add(node, f"the id {issue.id!r} is used twice", "Give each its own id")
            nodes[issue.id] = issue
    menu = {option: _groups(node, nodes, faults) for option, node in _entries(root.get("menu"), faults)}
    faults.raise_any()
    return IssueTree(nodes=nodes, basis=basis, menu=menu)


def with_rules(issues: IssueTree, name: str, text: str) -> IssueTree:
    """With the rules of how soon a person must act. Raises FileBroken."""
    return replace(issues, rules=load_rules(name, text, issues=issues))


def _entries(node: Node | None, faults: Faults) -> Iterator[tuple[str, Node]]:
    yield from faults.entries(node) if node else ()


def _groups(node: Node, nodes: Mapping[str, Issue], faults: Faults) -> tuple[str, ...]:
    named = faults.texts(node)
    for name in named:
        if name not in nodes or nodes[name].parent:
            faults.add(node, f"{name!r} is not a group of this file", "Name groups only")
    return named


def _group(faults: Faults, node: Node) -> Iterator[tuple[Node, Issue]]:
    fields = faults.mapping(node, required=(*_OF_BOTH, "issues"), optional=_OPTIONAL)
    if any(key not in fields for key in (*_OF_BOTH, "issues")):
        return
    group = _issue(faults, fields, parent="")
    yield node, group
    for child in faults.items(fields["issues"]):
        own = faults.mapping(child, required=(*_OF_BOTH, "plain"), optional=_OPTIONAL)
        if any(key not in own for key in (*_OF_BOTH, "plain")):
            continue
        issue = _issue(faults, own, parent=group.id)
        if not issue.id.startswith(f"{group.id}."):
            faults.add(own["id"], f"{issue.id!r} is not an id of this group", f"Write {group.id}.something")
        yield child, issue


def _issue(faults: Faults, fields: Mapping[str, Node], *, parent: str) -> Issue:
    label = faults.text(fields["label"])
    listed = faults.mapping(fields["list"], required=("code", "match")) if "list" in fields else {}
    certificates = faults.items(fields["certificates"]) if "certificates" in fields else ()
    return Issue(
        id=faults.text(fields["id"]),
        parent=parent,
        label=label,
        plain=faults.text(fields["plain"]) if "plain" in fields else label,
        urgency=Urgency(faults.one_of(fields["urgency"], Urgency)),
        sensitivity=Sensitivity(faults.one_of(fields["sensitivity"], Sensitivity)),
        certificates=frozenset(Certificate(faults.one_of(each, Certificate)) for each in certificates),
        authority=faults.flag(fields["authority"]) if "authority" in fields else False,
        sdg=DisputeType(faults.one_of(fields["sdg"], DisputeType)) if "sdg" in fields else None,
        list_code=faults.text(listed["code"]) if "code" in listed else "",
        list_match=faults.one_of(listed["match"], LIST_MATCHES) if "match" in listed else "",
    )
