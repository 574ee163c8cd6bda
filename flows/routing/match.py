"""Who can take a case, in order, and why each other partner of the region's tree was passed over.

Hard filters are never relaxed here. The order is lexicographic and explained; ties go to whoever waited longest since
its last offer, then to the lower id, never to chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.routing.case import AUTHORITIES, CaseFacts, Gender, OtherSide
from flows.routing.casebook import PartnerId
from flows.routing.directory import Directory, PassedOver
from flows.routing.partners import Independence, Partner, Status
from flows.routing.reasons import Against, For, Unmet
from flows.triage.issues import Certificate
from flows.triage.reasons import Reason
from flows.triage.urgency import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a partner carries now."""

    open_cases: int = 0
    last_offer_at: datetime | None = None


NO_LOAD = Load()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A partner that can be asked; rank 1 is asked first. ask_first: only after the person's yes to its name."""

    partner: Partner
    rank: int
    reasons: tuple[Reason, ...]
    ask_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """outside: how many partners do not touch the region at all. preference_unmet: a wish no candidate meets."""

    candidates: tuple[Ranked, ...]
    passed_over: tuple[PassedOver, ...]
    outside: int
    preference_unmet: tuple[Reason, ...] = ()


def match(case: CaseFacts, directory: Directory, loads: Mapping[PartnerId, Load], now: datetime) -> Match:
    view = _View.of(case, directory, now)
    nearby = directory.near(case.region, case.issue, case.also)
    able: list[tuple[Partner, Load]] = []
    passed: list[PassedOver] = []
    for partner in nearby.takers:
        load = loads.get(partner.id, NO_LOAD)
        against = view.against(partner, load)
        if against:
            passed.append(PassedOver(partner, against))
        else:
            able.append((partner, load))
    standings = sorted((view.standing(partner, load) for partner, load in able), key=lambda each: each.key)
    candidates = tuple(
        Ranked(
            partner=each.partner,
            rank=rank,
            reasons=each.reasons,
            ask_first=view.must_ask_first(each.partner),
        )
        for rank, each in enumerate(standings, 1)
    )
    return Match(
        candidates=candidates,
        passed_over=(*passed, *nearby.others),
        outside=len(directory.partners) - len(nearby.takers) - len(nearby.others),
        preference_unmet=_unmet(case, candidates),
    )


def explain(
    case: CaseFacts,
    partner: PartnerId,
    directory: Directory,
    loads: Mapping[PartnerId, Load],
    now: datetime,
) -> tuple[Reason, ...]:
    """Every reason against any one partner of the directory, near or far; what speaks for it when there is none."""
    view = _View.of(case, directory, now)
    subject = directory.partners[partner]
    load = loads.get(partner, NO_LOAD)
    reach = directory.covers(subject, case.region), directory.takes(subject, case.issue, case.also)
    against = tuple(Reason(code) for code in reach if code and code is not Against.LEFT_OUT_REGION)
    return (*against, *view.against(subject, load)) or view.standing(subject, load).reasons


def _unmet(case: CaseFacts, candidates: tuple[Ranked, ...]) -> tuple[Reason, ...]:
    wish = case.wanted_helper
    if wish is None or any(wish in ranked.partner.genders for ranked in candidates):
        return ()
    return (Reason(_UNMET[wish]),)


_NEEDS = {
    Certificate.GBV: Reason(Against.NEEDS_GBV),
    Certificate.CHILD: Reason(Against.NEEDS_CHILD),
    Certificate.DEFENDER: Reason(Against.NEEDS_DEFENDER),
    Certificate.DETENTION: Reason(Against.NEEDS_DETENTION),
}
_NOT_ACTIVE = {
    Status.PAUSED: Reason(Against.PAUSED),
    Status.CLOSED: Reason(Against.CLOSED),
    Status.ENDANGERED: Reason(Against.ENDANGERED),
}
_NO_GENDER = {Gender.WOMAN: Against.NO_WOMAN, Gender.MAN: Against.NO_MAN}
_HAS_GENDER = {Gender.WOMAN: For.HAS_WOMAN, Gender.MAN: For.HAS_MAN}
_UNMET = {Gender.WOMAN: Unmet.WISH_WOMAN, Gender.MAN: Unmet.WISH_MAN}
_FITS = (For.THIS_ISSUE, For.ISSUE_GROUP, For.MAY_BE_ISSUE)
_TIES = {Independence.INDEPENDENT: 0, Independence.TIED: 1, Independence.STATE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    partner: Partner
    reasons: tuple[Reason, ...]
    key: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """The case as every partner is held against it, worked out once."""

    case: CaseFacts
    now: datetime
    regions: tuple[str, ...]
    issue: str
    group: str
    needs: tuple[Certificate, ...]
    authority: bool
    pressing: bool

    @property
    def weighs_ties(self) -> bool:
        """Where the other side is not known it may be an authority."""
        return self.authority or not self.case.other_side

    @classmethod
    def of(cls, case: CaseFacts, directory: Directory, now: datetime) -> _View:
        node = directory.issues.get(case.issue)
        needs = set(node.certificates) if node else set()
        if case.child:
            needs.add(Certificate.CHILD)
        if case.is_held:
            needs.add(Certificate.DETENTION)
        if case.defender:
            needs.add(Certificate.DEFENDER)
        return cls(
            case=case,
            now=now,
            regions=directory.regions.ancestors(case.region),
            issue=case.issue,
            group=directory.issues.group_of(case.issue),
            needs=tuple(sorted(needs)),
            authority=bool(case.is_held or (node and node.authority) or case.other_side & AUTHORITIES),
            pressing=case.urgency in (Urgency.EMERGENCY, Urgency.URGENT),
        )

    def must_ask_first(self, partner: Partner) -> bool:
        return self.case.scope.ask_first and partner.id not in self.case.scope.named

    def against(self, partner: Partner, load: Load) -> tuple[Reason, ...]:
        """All hard filters but region and issue."""
        case, found = self.case, list[Reason]()
        if not case.scope.share:
            found.append(Reason(Against.NO_CONSENT))
        if partner.status is not Status.ACTIVE:
            found.append(_NOT_ACTIVE[partner.status])
        if partner.vetted_until and partner.vetted_until < self.now.date():
            found.append(Reason(Against.CHECK_RAN_OUT))
        if partner.exclude_regions and any(code in self.regions for code in partner.exclude_regions):
            found.append(Reason(Against.LEFT_OUT_REGION))
        if _spoken(case.language) not in map(_spoken, partner.languages):
            found.append(Reason(Against.LANGUAGE))
        found += [_NEEDS[need] for need in self.needs if need not in partner.certificates]
        wish = case.wanted_helper
        if case.helper_only and wish and wish not in partner.genders:
            found.append(Reason(_NO_GENDER[wish]))
        if partner.max_open is not None and load.open_cases >= partner.max_open:
            found.append(Reason(Against.FULL, _room(partner.max_open, load)))
        if partner.id in case.excluded:
            found.append(Reason(Against.RULED_OUT))
        if partner.id in case.asked:
            found.append(Reason(Against(case.asked[partner.id])))
        return (*found, *self._ties(partner))

    def _ties(self, partner: Partner) -> Iterator[Reason]:
        """What the person must have said yes to, and who may stand too close to the other side."""
        scope = self.case.scope
        agreed = partner.id in scope.named
        if partner.independence is Independence.STATE and not (agreed or scope.state_bodies):
            yield Reason(Against.STATE_BODY)
        if partner.independence is Independence.TIED and self.authority and not (agreed or scope.state_bodies):
            yield Reason(Against.TIED)
        if partner.national and not (agreed or scope.national_bodies):
            yield Reason(Against.NATIONAL_BODY)
        if OtherSide.HELPER in self.case.other_side:
            yield Reason(Against.HELPER_ACCUSED)

    def _fit(self, partner: Partner) -> For:
        if self.issue in partner.issues:
            return For.THIS_ISSUE
        return For.ISSUE_GROUP if self.group in partner.issues else For.MAY_BE_ISSUE

    def standing(self, partner: Partner, load: Load) -> _Standing:
        """Its place in the order: the key decides, the reasons say it in words."""
        wish = self.case.wanted_helper
        wished = wish is not None and wish in partner.genders
        ties = _TIES[partner.independence] if self.weighs_ties else 0
        at_work = self.pressing and partner.is_at_work(self.now)
        distance = next((at for at, code in enumerate(self.regions) if code in partner.regions), 0)
        fit = self._fit(partner)
        waited = (self.now - load.last_offer_at) if load.last_offer_at else None
        reasons = (
            *((Reason(_HAS_GENDER[wish]),) if wish and wished else ()),
            *((Reason(For.INDEPENDENT),) if self.weighs_ties and not ties else ()),
            *((Reason(For.AT_WORK),) if at_work else ()),
            Reason(For.WIDER_REGION if distance else For.THIS_REGION),
            Reason(fit),
            Reason(For.OPEN_CASES, (("open", str(load.open_cases)),))
            if partner.max_open is None
            else Reason(For.ROOM, _room(partner.max_open, load)),
            Reason(For.LAST_ASKED, (("days", str(max(waited.days, 0))),))
            if waited is not None
            else Reason(For.NEVER_ASKED),
            *((Reason(For.ASK_FIRST),) if self.must_ask_first(partner) else ()),
        )
        key = (
            fit is For.MAY_BE_ISSUE,
            wish is not None and not wished,
            ties,
            self.pressing and not at_work,
            distance,
            _FITS.index(fit),
            _fullness(partner, load),
            load.last_offer_at is not None,
            load.last_offer_at or self.now,
            partner.id,
        )
        return _Standing(partner=partner, reasons=reasons, key=key)


def _spoken(language: str) -> str:
    """The language without its letters: who speaks `ne` can help a person who writes `ne-Latn`."""
    return language.partition("-")[0]


def _room(most: int, load: Load) -> tuple[tuple[str, str], ...]:
    return (("open", str(load.open_cases)), ("most", str(most)))


def _fullness(partner: Partner, load: Load) -> int:
    """In three steps, so that partners with like room take turns: under half, under four fifths, nearly full."""
    if partner.max_open is None or load.open_cases * 2 < partner.max_open:
        return 0
    return 1 if load.open_cases * 5 < partner.max_open * 4 else 2
