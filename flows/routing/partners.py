"""Partners: the groups that take cases, as people write them in a file, and the directory that finds them."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flows.routing.case import Gender
from flows.routing.casebook import PartnerId
from flows.routing.hours import Hours, hours_from_data, is_open, read_hours, read_timezone
from flows.strict_yaml import Faults, Node, parse
from flows.triage.issues import Certificate, IssueTree


class Status(StrEnum):
    """Only an active partner is asked. endangered: in danger itself."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"
    ENDANGERED = "endangered"


class Kind(StrEnum):
    GRASSROOTS = "grassroots"
    NGO = "ngo"
    LEGAL_AID = "legal_aid"
    BAR = "bar"
    PRO_BONO = "pro_bono"
    MECHANISM = "mechanism"


class Independence(StrEnum):
    """state: part of the state. tied: housed, paid or licensed by an authority. independent: neither."""

    STATE = "state"
    TIED = "tied"
    INDEPENDENT = "independent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """`regions` and `issues` cover what is below them, `exclude_regions` wins. vetted_until: the last day of the check
    (None: no end was set). max_open: None is no limit. code_name: shown instead of the name where that would be a risk.
    national: a national body, asked only with the person's yes. hours: None is not said, which for the clocks of an
    offer means office hours. timezone: None is the network's."""

    id: PartnerId
    name: str
    regions: tuple[str, ...]
    issues: tuple[str, ...]
    languages: tuple[str, ...]
    independence: Independence
    exclude_regions: tuple[str, ...] = ()
    code_name: str = ""
    status: Status = Status.ACTIVE
    kind: Kind = Kind.GRASSROOTS
    national: bool = False
    certificates: frozenset[Certificate] = frozenset()
    genders: frozenset[Gender] = frozenset()
    max_open: int | None = None
    hours: Hours | None = None
    timezone: ZoneInfo | None = None
    vetted_until: date | None = None
    members: tuple[str, ...] = ()

    @property
    def shown_name(self) -> str:
        return self.code_name or self.name

    def is_at_work(self, at: datetime) -> bool:
        """Where hours are not said, nothing speaks against asking at any time."""
        return self.hours is None or self.timezone is None or is_open(self.hours, self.timezone, at)


def partner_to_data(partner: Partner) -> dict[str, Any]:
    """JSON-ready, in the shape of a partner file; what has its usual value is left out."""
    data: dict[str, Any] = {
        "id": str(partner.id),
        "name": partner.name,
        "code_name": partner.code_name,
        "status": str(partner.status),
        "kind": str(partner.kind),
        "independence": str(partner.independence),
        "national": partner.national,
        "regions": list(partner.regions),
        "exclude_regions": list(partner.exclude_regions),
        "issues": list(partner.issues),
        "languages": list(partner.languages),
        "certificates": sorted(map(str, partner.certificates)),
        "genders": sorted(map(str, partner.genders)),
        "max_open": partner.max_open,
        "timezone": partner.timezone.key if partner.timezone else "",
        "hours": partner.hours.to_data() if partner.hours else {},
        "vetted_until": partner.vetted_until.isoformat() if partner.vetted_until else "",
        "members": list(partner.members),
    }
    return {key: value for key, value in data.items() if value}


def partner_from_data(data: Mapping[str, Any]) -> Partner:
    """The reverse of `partner_to_data`, for data we wrote ourselves."""
    return Partner(
        id=PartnerId(data["id"]),
        name=data["name"],
        code_name=data.get("code_name", ""),
        status=Status(data["status"]),
        kind=Kind(data["kind"]),
        independence=Independence(data["independence"]),
        national=data.get("national", False),
        regions=tuple(data["regions"]),
        exclude_regions=tuple(data.get("exclude_regions", ())),
        issues=tuple(data["issues"]),
        languages=tuple(data["languages"]),
        certificates=frozenset(map(Certificate, data.get("certificates", ()))),
        genders=frozenset(map(Gender, data.get("genders", ()))),
        max_open=data.get("max_open"),
        hours=hours_from_data(data["hours"]) if "hours" in data else None,
        timezone=ZoneInfo(data["timezone"]) if "timezone" in data else None,
        vetted_until=date.fromisoformat(data["vetted_until"]) if "vetted_until" in data else None,
        members=tuple(data.get("members", ())),
    )


_REQUIRED = ("id", "name", "regions", "issues", "languages", "independence")
_OPTIONAL = (
    "exclude_regions", "code_name", "status", "kind", "national", "certificates", "genders", "max_open", "hours",
    "timezone", "vetted_until", "members",
)  # fmt: skip
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9_]+)*")
_LONGEST_NAME = 60
_MOST_OPEN = 10_000


def load_partners(
    name: str,
    text: str,
    *,
    issues: IssueTree,
    regions: Container[str] | None = None,
    languages: Container[str] | None = None,
) -> tuple[Partner, ...]:
    """Raises FileBroken with everything that is wrong. `regions`, `languages`: those that are known (None: any)."""
    faults = Faults()
    root = faults.mapping(parse(name, text), required=("partners",))
    reader = _Reader(faults=faults, issues=issues, regions=regions, languages=languages)
    partners = [reader.partner(node) for node in (faults.items(root["partners"]) if "partners" in root else ())]
    if root and not partners and not faults.found:
        faults.add(root["partners"], "no partner is listed", "Write at least one")
    faults.raise_any()
    return tuple(partner for partner in partners if partner is not None)


T = TypeVar("T", bound=StrEnum)


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads one partner after the other; ids and members must differ over the whole file."""

    faults: Faults
    issues: IssueTree
    regions: Container[str] | None
    languages: Container[str] | None
    ids: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)

    def partner(self, node: Node) -> Partner | None:
        fields = self.faults.mapping(node, required=_REQUIRED, optional=_OPTIONAL)
        if any(key not in fields for key in _REQUIRED):
            return None
        regions = self.listed(fields, "regions", self.region)
        hours, timezone = self.clock(fields)
        return Partner(
            id=self.id(fields["id"]),
            name=self.name(fields["name"]),
            code_name=self.name(fields["code_name"]) if "code_name" in fields else "",
            status=self.choice(fields, "status", Status, Status.ACTIVE),
            kind=self.choice(fields, "kind", Kind, Kind.GRASSROOTS),
            independence=self.choice(fields, "independence", Independence, Independence.TIED),
            national=self.faults.flag(fields["national"]) if "national" in fields else False,
            regions=regions,
            exclude_regions=self.excluded(fields, regions),
            issues=self.listed(fields, "issues", self.issue),
            languages=self.listed(fields, "languages", self.language),
            certificates=self.choices(fields, "certificates", Certificate),
            genders=self.choices(fields, "genders", Gender),
            max_open=self.faults.number(fields["max_open"], least=1, most=_MOST_OPEN) if "max_open" in fields else None,
            hours=hours,
            timezone=timezone,
            vetted_until=self.date(fields["vetted_until"]) if "vetted_until" in fields else None,
            members=self.listed(fields, "members", self.member) if "members" in fields else (),
        )

    def id(self, node: Node) -> PartnerId:
        text = self.faults.text(node)
        if not _ID.fullmatch(text):
            self.faults.add(node, f"{text!r} is not an id", "Write up to 40 small letters, digits and hyphens")
        elif text in self.ids:
            self.faults.add(node, f"the id {text!r} is used twice", "Give each partner its own id")
        self.ids.add(text)
        return PartnerId(text)

    def name(self, node: Node) -> str:
        text = self.faults.text(node).strip()
        if not 0 < len(text) <= _LONGEST_NAME:
            self.faults.add(node, "this is not a name", f"Write 1 to {_LONGEST_NAME} characters")
        return text

    def member(self, node: Node) -> str:
        text = self.name(node)
        if text in self.members:
            self.faults.add(node, f"{text!r} is listed twice", "Give each member a name of their own")
        self.members.add(text)
        return text

    def region(self, node: Node) -> str:
        text = self.faults.text(node)
        if not _REGION.fullmatch(text):
            self.faults.add(node, f"{text!r} is not a region code", "Write an ISO 3166-2 code such as KE-31")
        elif self.regions is not None and text not in self.regions:
            self.faults.add(node, f"the region {text!r} is not known", "Check the code, such as KE-31, or the country")
        return text

    def excluded(self, fields: Mapping[str, Node], regions: tuple[str, ...]) -> tuple[str, ...]:
        if "exclude_regions" not in fields:
            return ()
        nodes = self.faults.items(fields["exclude_regions"])
        for node in nodes:
            if node.value in regions:
                self.faults.add(node, f"{node.value!r} is both covered and excluded", "Keep it in one of the two lists")
        return tuple(map(self.region, nodes))

    def issue(self, node: Node) -> str:
        text = self.faults.text(node)
        if text not in self.issues:
            return self.faults.one_of(node, self.issues.nodes)
        return text

    def language(self, node: Node) -> str:
        text = self.faults.text(node)
        if self.languages is not None and text not in self.languages:
            self.faults.add(node, f"the language {text!r} is not known", "Write a code such as sw")
        return text

    def date(self, node: Node) -> date | None:
        try:
            return date.fromisoformat(self.faults.text(node))
        except ValueError:
            self.faults.add(node, "this is not a date", "Write it as 2027-06-30")
            return None

    def clock(self, fields: Mapping[str, Node]) -> tuple[Hours | None, ZoneInfo | None]:
        timezone = read_timezone(self.faults, fields["timezone"]) if "timezone" in fields else None
        if "hours" not in fields:
            return None, timezone
        if "timezone" not in fields:
            self.faults.add(fields["hours"], "hours need a time zone", "Add `timezone: Africa/Nairobi`, or yours")
        return read_hours(self.faults, fields["hours"]), timezone

    def listed(self, fields: Mapping[str, Node], key: str, read: Callable[[Node], str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for node in self.faults.items(fields[key]):
            text = read(node)
            if text in found and key != "members":
                self.faults.add(node, f"{text!r} is listed twice", "Keep one of them")
            found[text] = None
        if not found and isinstance(fields[key].value, tuple):
            self.faults.add(fields[key], "the list is empty", "Write at least one")
        return tuple(found)

    def choice(self, fields: Mapping[str, Node], key: str, kind: type[T], usual: T) -> T:
        return kind(self.faults.one_of(fields[key], kind)) if key in fields else usual

    def choices(self, fields: Mapping[str, Node], key: str, kind: type[T]) -> frozenset[T]:
        nodes = self.faults.items(fields[key]) if key in fields else ()
        return frozenset(kind(self.faults.one_of(node, kind)) for node in nodes)
