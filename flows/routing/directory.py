"""The directory of partners, indexed by region and issue, so that a match costs the same whatever its size."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from flows.places.regions import RegionTree
from flows.routing.casebook import PartnerId
from flows.routing.partners import Partner
from flows.routing.reasons import Against
from flows.triage.issues import IssueTree
from flows.triage.reasons import Reason


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A partner of the region's tree that is not asked, and every reason why not."""

    partner: Partner
    reasons: tuple[Reason, ...]


_OTHER_ISSUES = (Reason(Against.OTHER_ISSUES),)
_PART_OF_ISSUE = (Reason(Against.PART_OF_ISSUE),)
_PART_OF_REGION = (Reason(Against.PART_OF_REGION),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """The partners of one region's tree. takers: cover it and take the issue. others: the rest, with reasons."""

    takers: tuple[Partner, ...]
    others: tuple[PassedOver, ...]


@dataclass(slots=True)
class _Place:
    """Who states this very region, each also as passed over for its issues; by issue, where in the lists they stand
    (`by_part`: only for a part of the group). within: who states only something inside the region."""

    partners: list[Partner] = field(default_factory=list)
    others: list[PassedOver] = field(default_factory=list)
    by_issue: dict[str, list[int]] = field(default_factory=dict)
    by_part: dict[str, list[int]] = field(default_factory=dict)
    within: list[PassedOver] = field(default_factory=list)


class Directory:
    """Built once from partners and the trees, then only read. Lists come in the order of partner ids."""

    __slots__ = ("_places", "issues", "partners", "regions")

    def __init__(self, partners: Iterable[Partner], *, regions: RegionTree, issues: IssueTree) -> None:
        self.regions = regions
        self.issues = issues
        self.partners: Mapping[PartnerId, Partner] = {
            partner.id: partner for partner in sorted(partners, key=attrgetter("id"))
        }
        self._places: dict[str, _Place] = {}
        for partner in self.partners.values():
            self._add(partner)

    def _add(self, partner: Partner) -> None:
        group_of = self.issues.group_of
        whole = {issue for issue in partner.issues if issue == group_of(issue)}
        single = {issue for issue in partner.issues if group_of(issue) not in whole}
        above = {region: self.regions.ancestors(region)[1:] for region in partner.regions}
        widest = [region for region in partner.regions if above.keys().isdisjoint(above[region])]
        for region in widest:
            place = self._places.setdefault(region, _Place())
            for issue in whole | single:
                place.by_issue.setdefault(issue, []).append(len(place.partners))
            for group in set(map(group_of, single)):
                place.by_part.setdefault(group, []).append(len(place.partners))
            place.partners.append(partner)
            place.others.append(PassedOver(partner, _OTHER_ISSUES))
        for wider in {code for region in widest for code in above[region]}:
            self._places.setdefault(wider, _Place()).within.append(PassedOver(partner, _PART_OF_REGION))

    def near(self, region: str, issue: str, also: Collection[str] = ()) -> Nearby:
        """`also`: groups that the issue may turn out to be; who takes one whole is a taker too."""
        takers: list[Partner] = []
        others: list[PassedOver] = []
        chain = self.issues.chain(issue)
        for code in self.regions.ancestors(region):
            place = self._places.get(code)
            if place is None:
                continue
            here = list(dict.fromkeys(at for node in (*chain, *also) for at in place.by_issue.get(node, ())))
            parts = [at for at in place.by_part.get(issue, ()) if at not in here]
            takers += [place.partners[at] for at in here]
            others += [PassedOver(place.partners[at], _PART_OF_ISSUE) for at in parts]
            begin = 0
            for at in sorted((*here, *parts)):
                others += place.others[begin:at]
                begin = at + 1
            others += place.others[begin:]
            if code == region:
                others += place.within
        return Nearby(takers=tuple(takers), others=tuple(others))

    def covers(self, partner: Partner, region: str) -> Against | None:
        """What speaks against the partner by region alone."""
        chain = self.regions.ancestors(region)
        if not any(stated in chain for stated in partner.regions):
            within = any(region in self.regions.ancestors(stated) for stated in partner.regions)
            return Against.PART_OF_REGION if within else Against.OUTSIDE
        return Against.LEFT_OUT_REGION if any(code in chain for code in partner.exclude_regions) else None

    def takes(self, partner: Partner, issue: str, also: Collection[str] = ()) -> Against | None:
        """What speaks against the partner by issue alone."""
        if any(node in partner.issues for node in (*self.issues.chain(issue), *also)):
            return None
        part = any(self.issues.group_of(stated) == issue for stated in partner.issues)
        return Against.PART_OF_ISSUE if part else Against.OTHER_ISSUES
