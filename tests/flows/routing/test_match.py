"""Hard filters, order and words of a match; and the whole of it against a plain reading of the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.routing.case import Asked, CaseFacts, Gender, OtherSide, Scope
from flows.routing.casebook import Lane, PartnerId
from flows.routing.hours import DAYS, Hours, Window
from flows.routing.match import Load, Match, explain, match
from flows.routing.partners import Independence, Partner, Status
from flows.routing.reasons import Against, For, Unmet
from flows.triage.issues import Certificate
from flows.triage.reasons import Reason
from flows.triage.urgency import Urgency
from tests.flows.routing.made import NOW, case, directory, issues, partner

YES = Scope(share=True)
NIGHT = Hours(tuple((Window(0, 60),) for _ in DAYS))


def matched(facts: CaseFacts, *partners: Partner, **loads: Load) -> Match:
    return match(facts, directory(*partners), {PartnerId(key): load for key, load in loads.items()}, NOW)


def order(found: Match) -> list[str]:
    return [ranked.partner.id for ranked in found.candidates]


@pytest.mark.parametrize(
    ("facts", "changes", "reason"),
    [
        ({"scope": Scope()}, {}, Against.NO_CONSENT),
        ({}, {"status": Status.PAUSED}, Against.PAUSED),
        ({}, {"status": Status.CLOSED}, Against.CLOSED),
        ({}, {"status": Status.ENDANGERED}, Against.ENDANGERED),
        ({}, {"vetted_until": date(2026, 11, 19)}, Against.CHECK_RAN_OUT),
        ({"region": "KE-31-GILGIL"}, {"exclude_regions": ("KE-31-GILGIL",)}, Against.LEFT_OUT_REGION),
        ({}, {"regions": ("KE",), "exclude_regions": ("KE-31",)}, Against.LEFT_OUT_REGION),
        (
            {"region": "KE-31-GILGIL"},
            {"regions": ("KE",), "exclude_regions": ("KE-31",)},
            Against.LEFT_OUT_REGION,
        ),
        ({}, {"regions": ("KE-31-GILGIL", "KE-30")}, Against.PART_OF_REGION),
        ({}, {"issues": ("work",)}, Against.OTHER_ISSUES),
        ({}, {"issues": ("land_environment.land_grab",)}, Against.OTHER_ISSUES),
        ({"issue": "land_environment"}, {"issues": ("land_environment.land_grab",)}, Against.PART_OF_ISSUE),
        ({"issue": "not.known"}, {}, Against.OTHER_ISSUES),
        ({"language": "ne"}, {}, Against.LANGUAGE),
        ({"issue": "violence_abuse"}, {"issues": ("violence_abuse",)}, Against.NEEDS_GBV),
        ({"issue": "defender_at_risk"}, {"issues": ("defender_at_risk",)}, Against.NEEDS_DEFENDER),
        ({"child": True}, {}, Against.NEEDS_CHILD),
        ({"held": True}, {}, Against.NEEDS_DETENTION),
        ({"lane": Lane.HELD}, {}, Against.NEEDS_DETENTION),
        ({}, {"independence": Independence.STATE}, Against.STATE_BODY),
        ({"scope": Scope(share=True, national_bodies=True)}, {"independence": Independence.STATE}, Against.STATE_BODY),
        ({"other_side": frozenset({OtherSide.OFFICIAL})}, {"independence": Independence.TIED}, Against.TIED),
        ({"other_side": frozenset({OtherSide.LEADER})}, {"independence": Independence.TIED}, Against.TIED),
        (
            {"issue": "identity.id_refused"},
            {"issues": ("identity",), "independence": Independence.TIED},
            Against.TIED,
        ),
        ({}, {"national": True}, Against.NATIONAL_BODY),
        ({"other_side": frozenset({OtherSide.HELPER})}, {}, Against.HELPER_ACCUSED),
        (
            {"helper": Gender.WOMAN, "helper_only": True},
            {"genders": frozenset({Gender.MAN})},
            Against.NO_WOMAN,
        ),
        ({"helper": Gender.MAN, "helper_only": True}, {}, Against.NO_MAN),
        ({"lane": Lane.QUIET, "helper_only": True}, {}, Against.NO_WOMAN),
        ({"excluded": frozenset({PartnerId("a")})}, {}, Against.RULED_OUT),
        *(({"asked": {PartnerId("a"): asked}}, {}, Against(asked)) for asked in Asked),
    ],
)
def test_passes_over_and_says_why(facts: Mapping[str, Any], changes: Mapping[str, Any], reason: Against) -> None:
    subject = case(**facts)
    assert order(matched(case(), partner())) == ["a"]
    found = matched(subject, partner(**changes))
    assert not found.candidates
    assert [(over.partner.id, over.reasons) for over in found.passed_over] == [("a", (Reason(reason),))]
    told = explain(subject, PartnerId("a"), directory(partner(**changes)), {}, NOW)
    assert told == (Reason(reason),)


def test_full_partner_is_passed_over_with_its_figures() -> None:
    found = matched(case(), partner(max_open=3), a=Load(open_cases=3))
    assert found.passed_over[0].reasons == (Reason(Against.FULL, (("open", "3"), ("most", "3"))),)
    assert order(matched(case(), partner(max_open=3), a=Load(open_cases=2))) == ["a"]


@pytest.mark.parametrize(
    ("facts", "changes"),
    [
        ({"region": "KE-31-GILGIL"}, {"regions": ("KE",)}),
        ({"region": "KE-30"}, {"regions": ("KE",), "exclude_regions": ("KE-31",)}),
        ({"issue": "land_environment"}, {}),
        ({}, {"vetted_until": date(2026, 11, 20)}),
        ({"other_side": frozenset({OtherSide.COMPANY})}, {"independence": Independence.TIED}),
        ({"scope": Scope(share=True, state_bodies=True)}, {"independence": Independence.STATE}),
        ({"scope": Scope(share=True, named=frozenset({PartnerId("a")}))}, {"independence": Independence.STATE}),
        ({"scope": Scope(share=True, national_bodies=True)}, {"national": True}),
        (
            {"other_side": frozenset({OtherSide.OFFICIAL}), "scope": Scope(share=True, state_bodies=True)},
            {"independence": Independence.TIED},
        ),
        ({"helper": Gender.WOMAN}, {"genders": frozenset({Gender.MAN})}),
        ({"helper": Gender.WOMAN, "helper_only": True}, {"genders": frozenset(Gender)}),
        ({"child": True}, {"certificates": frozenset({Certificate.CHILD})}),
        ({"lane": Lane.HELD}, {"certificates": frozenset({Certificate.DETENTION})}),
        ({"language": "ne-Latn"}, {"languages": ("ne",)}),
    ],
)
def test_asks_where_nothing_speaks_against_it(facts: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
    assert order(matched(case(**facts), partner(**changes))) == ["a"]


def test_every_failed_filter_is_told_not_only_the_first() -> None:
    found = matched(case(language="ne", child=True), partner(status=Status.PAUSED, max_open=1), a=Load(open_cases=1))
    codes = [reason.code for reason in found.passed_over[0].reasons]
    assert codes == [Against.PAUSED, Against.LANGUAGE, Against.NEEDS_CHILD, Against.FULL]


def test_partners_far_away_are_one_counted_reason_and_can_still_be_explained() -> None:
    far = partner("far", regions=("NP",), issues=("work",))
    found = matched(case(), partner(), far)
    assert found.outside == 1
    assert not found.passed_over
    told = explain(case(), PartnerId("far"), directory(partner(), far), {}, NOW)
    assert told == (Reason(Against.OUTSIDE), Reason(Against.OTHER_ISSUES))


LAST_WEEK = Load(last_offer_at=NOW - timedelta(days=7))
YESTERDAY = Load(last_offer_at=NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("facts", "first", "second", "loads"),
    [
        ({"helper": Gender.WOMAN}, {"genders": frozenset({Gender.WOMAN}), "regions": ("KE",)}, {}, {}),
        ({"lane": Lane.QUIET}, {"genders": frozenset({Gender.WOMAN}), "regions": ("KE",)}, {}, {}),
        ({}, {"regions": ("KE",)}, {"independence": Independence.TIED}, {}),
        ({"urgency": Urgency.URGENT}, {"regions": ("KE",)}, {"hours": NIGHT, "timezone": ZoneInfo("UTC")}, {}),
        ({"other_side": frozenset({OtherSide.COMPANY})}, {"independence": Independence.TIED}, {"regions": ("KE",)}, {}),
        ({"urgency": Urgency.SOON}, {"hours": NIGHT, "timezone": ZoneInfo("UTC")}, {"regions": ("KE",)}, {}),
        ({}, {"issues": ("land_environment.boundary_neighbour",), "max_open": 9}, {}, {"x": Load(open_cases=5)}),
        ({}, {"max_open": 10}, {"max_open": 10}, {"x": Load(open_cases=4), "b": Load(open_cases=5)}),
        ({}, {"max_open": 10}, {"max_open": 10}, {"x": Load(open_cases=7), "b": Load(open_cases=8)}),
        ({}, {"max_open": 10}, {"max_open": 10}, {"x": Load(open_cases=4), "b": YESTERDAY}),
        ({}, {}, {}, {"x": LAST_WEEK, "b": YESTERDAY}),
        ({}, {}, {}, {"b": LAST_WEEK}),
    ],
)
def test_ranks_first(
    facts: Mapping[str, Any], first: Mapping[str, Any], second: Mapping[str, Any], loads: Mapping[str, Load]
) -> None:
    found = matched(case(**facts), partner("x", **first), partner("b", **second), **loads)
    assert order(found) == ["x", "b"]
    assert [ranked.rank for ranked in found.candidates] == [1, 2]


def test_full_ties_go_to_the_lower_id() -> None:
    assert order(matched(case(), partner("b"), partner("a"), partner("c"))) == ["a", "b", "c"]


def test_a_candidate_says_what_speaks_for_it() -> None:
    facts = case(helper=Gender.WOMAN, urgency=Urgency.URGENT)
    subject = partner(genders=frozenset(Gender), max_open=5)
    found = matched(facts, subject, a=Load(open_cases=2, last_offer_at=NOW - timedelta(days=3)))
    expected = (
        Reason(For.HAS_WOMAN),
        Reason(For.INDEPENDENT),
        Reason(For.AT_WORK),
        Reason(For.THIS_REGION),
        Reason(For.ISSUE_GROUP),
        Reason(For.ROOM, (("open", "2"), ("most", "5"))),
        Reason(For.LAST_ASKED, (("days", "3"),)),
    )
    assert found.candidates[0].reasons == expected
    loads = {PartnerId("a"): Load(open_cases=2, last_offer_at=NOW - timedelta(days=3))}
    assert explain(facts, PartnerId("a"), directory(subject), loads, NOW) == expected


def test_ask_me_first_marks_who_must_be_named_to_the_person() -> None:
    scope = Scope(share=True, ask_first=True, named=frozenset({PartnerId("a")}))
    found = matched(case(scope=scope), partner("a"), partner("b"))
    assert [(ranked.partner.id, ranked.ask_first) for ranked in found.candidates] == [("a", False), ("b", True)]
    assert [Reason(For.ASK_FIRST) in ranked.reasons for ranked in found.candidates] == [False, True]


@pytest.mark.parametrize(
    ("facts", "genders", "unmet"),
    [
        ({"helper": Gender.WOMAN}, {Gender.MAN}, (Reason(Unmet.WISH_WOMAN),)),
        ({"helper": Gender.MAN}, set(), (Reason(Unmet.WISH_MAN),)),
        ({"lane": Lane.QUIET}, {Gender.MAN}, (Reason(Unmet.WISH_WOMAN),)),
        ({"lane": Lane.QUIET, "helper": Gender.MAN}, {Gender.MAN}, ()),
        ({"helper": Gender.WOMAN}, {Gender.WOMAN}, ()),
        ({}, set(), ()),
    ],
)
def test_a_wish_nobody_meets_is_reported(
    facts: Mapping[str, Any], genders: set[Gender], unmet: tuple[Reason, ...]
) -> None:
    found = matched(case(**facts), partner(genders=frozenset(genders)))
    assert order(found) == ["a"]
    assert found.preference_unmet == unmet


REGION_CODES = ("KE", "KE-31", "KE-31-A", "KE-31-B", "KE-30", "NP", "NP-P1")
ISSUES = (
    "land_environment", "land_environment.land_grab", "land_environment.water_access", "violence_abuse",
    "violence_abuse.fgm", "detention_police", "detention_police.torture", "other.unsure", "identity",
)  # fmt: skip
few = st.lists(st.sampled_from(REGION_CODES), min_size=1, max_size=3, unique=True).map(tuple)


@st.composite
def partners(draw: st.DrawFn) -> tuple[Partner, ...]:
    return tuple(
        partner(
            f"p{at}",
            regions=draw(few),
            exclude_regions=draw(st.just(()) | few),
            issues=draw(st.lists(st.sampled_from(ISSUES), min_size=1, max_size=4, unique=True).map(tuple)),
            languages=draw(st.sampled_from([("en",), ("sw",), ("en", "sw")])),
            status=draw(st.sampled_from([Status.ACTIVE] * 4 + list(Status))),
            independence=draw(st.sampled_from(Independence)),
            national=draw(st.booleans()),
            certificates=draw(st.frozensets(st.sampled_from(Certificate)) | st.just(frozenset(Certificate))),
            genders=draw(st.frozensets(st.sampled_from(Gender))),
            max_open=draw(st.none() | st.integers(1, 6)),
            hours=draw(st.sampled_from([NIGHT, None])),
            timezone=ZoneInfo("UTC"),
            vetted_until=draw(st.none() | st.sampled_from([date(2026, 11, 19), date(2027, 1, 1)])),
        )
        for at in range(draw(st.integers(1, 12)))
    )


ids = st.sampled_from([PartnerId(f"p{at}") for at in range(12)])
cases = st.builds(
    CaseFacts,
    region=st.sampled_from(REGION_CODES),
    issue=st.sampled_from(ISSUES),
    urgency=st.sampled_from(Urgency),
    language=st.sampled_from(["en", "sw"]),
    scope=st.builds(
        Scope,
        share=st.sampled_from([True, True, True, False]),
        ask_first=st.booleans(),
        state_bodies=st.booleans(),
        national_bodies=st.booleans(),
        named=st.frozensets(ids, max_size=3),
    ),
    lane=st.sampled_from(Lane),
    other_side=st.frozensets(st.sampled_from(OtherSide), max_size=2),
    helper=st.none() | st.sampled_from(Gender),
    helper_only=st.booleans(),
    child=st.booleans(),
    held=st.booleans(),
    excluded=st.frozensets(ids, max_size=2),
    asked=st.dictionaries(ids, st.sampled_from(Asked), max_size=2),
)
loads_of = st.dictionaries(
    ids,
    st.builds(
        Load,
        open_cases=st.integers(0, 7),
        last_offer_at=st.none() | st.integers(0, 400).map(lambda hours: NOW - timedelta(hours=hours)),
    ),
)


def covers(stated: str, region: str) -> bool:
    return region == stated or region.startswith(f"{stated}-")


def able(facts: CaseFacts, subject: Partner, load: Load) -> bool:
    """The rules of routing as they are written, one after the other."""
    node = issues()[facts.issue]
    held = facts.held or facts.lane is Lane.HELD
    authority = held or node.authority or bool({OtherSide.OFFICIAL, OtherSide.LEADER} & facts.other_side)
    wish = facts.helper or (Gender.WOMAN if facts.lane is Lane.QUIET else None)
    named = subject.id in facts.scope.named
    needed = set(node.certificates)
    needed |= {Certificate.CHILD} if facts.child else set()
    needed |= {Certificate.DETENTION} if held else set()
    return all(
        (
            facts.scope.share,
            subject.status is Status.ACTIVE,
            subject.vetted_until is None or subject.vetted_until >= NOW.date(),
            any(covers(stated, facts.region) for stated in subject.regions),
            not any(covers(left_out, facts.region) for left_out in subject.exclude_regions),
            facts.issue in subject.issues or facts.issue.partition(".")[0] in subject.issues,
            facts.language in subject.languages,
            needed <= subject.certificates,
            subject.independence is not Independence.STATE or facts.scope.state_bodies or named,
            subject.independence is not Independence.TIED or not authority or facts.scope.state_bodies or named,
            not subject.national or facts.scope.national_bodies or named,
            OtherSide.HELPER not in facts.other_side,
            not (facts.helper_only and wish) or wish in subject.genders,
            subject.max_open is None or load.open_cases < subject.max_open,
            subject.id not in facts.excluded,
            subject.id not in facts.asked,
        )
    )


def place_in_line(facts: CaseFacts, subject: Partner, load: Load) -> tuple[Any, ...]:
    node = issues()[facts.issue]
    held = facts.held or facts.lane is Lane.HELD
    authority = held or node.authority or bool({OtherSide.OFFICIAL, OtherSide.LEADER} & facts.other_side)
    wish = facts.helper or (Gender.WOMAN if facts.lane is Lane.QUIET else None)
    share = 0.0 if subject.max_open is None else load.open_cases / subject.max_open
    nearest = max(len(stated) for stated in subject.regions if covers(stated, facts.region))
    asleep = subject.hours == NIGHT and facts.urgency in (Urgency.EMERGENCY, Urgency.URGENT)
    return (
        0 if wish is None or wish in subject.genders else 1,
        list(Independence)[::-1].index(subject.independence) if authority or not facts.other_side else 0,
        1 if asleep else 0,
        -nearest,
        0 if facts.issue in subject.issues else 1,
        0 if share < 0.5 else 1 if share < 0.8 else 2,
        load.last_offer_at.timestamp() if load.last_offer_at else 0,
        subject.id,
    )


@given(cases, partners(), loads_of)
def test_agrees_with_a_plain_reading_of_the_rules(
    facts: CaseFacts, listed: tuple[Partner, ...], loads: dict[PartnerId, Load]
) -> None:
    found = match(facts, directory(*listed), loads, NOW)
    free = [each for each in listed if able(facts, each, loads.get(each.id, Load()))]
    free.sort(key=lambda each: place_in_line(facts, each, loads.get(each.id, Load())))
    assert order(found) == [each.id for each in free]


@given(cases, partners(), loads_of)
def test_every_partner_is_accounted_for_once(
    facts: CaseFacts, listed: tuple[Partner, ...], loads: dict[PartnerId, Load]
) -> None:
    found = match(facts, directory(*listed), loads, NOW)
    named = order(found) + [over.partner.id for over in found.passed_over]
    near = [
        each.id
        for each in listed
        if any(covers(stated, facts.region) or covers(facts.region, stated) for stated in each.regions)
    ]
    assert sorted(named) == sorted(near)
    assert found.outside == len(listed) - len(named)
    assert all(over.reasons for over in found.passed_over)


@given(cases, partners(), loads_of)
def test_explain_says_of_each_partner_what_match_decided(
    facts: CaseFacts, listed: tuple[Partner, ...], loads: dict[PartnerId, Load]
) -> None:
    book = directory(*listed)
    found = match(facts, book, loads, NOW)
    for ranked in found.candidates:
        assert explain(facts, ranked.partner.id, book, loads, NOW) == ranked.reasons
    against = set(Against)
    for over in found.passed_over:
        told = explain(facts, over.partner.id, book, loads, NOW)
        assert set(over.reasons) <= set(told)
        assert all(reason.code in against for reason in told)


@given(cases, partners(), loads_of, st.randoms())
def test_the_order_of_the_file_changes_nothing(
    facts: CaseFacts, listed: tuple[Partner, ...], loads: dict[PartnerId, Load], shuffle: Any
) -> None:
    mixed = list(listed)
    shuffle.shuffle(mixed)
    assert match(facts, directory(*listed), loads, NOW) == match(facts, directory(*mixed), loads, NOW)
