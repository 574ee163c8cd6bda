"""An answer of the menu that may mean several groups: who takes one of them can be asked, after all others."""

from __future__ import annotations

from flows.routing.casebook import PartnerId
from flows.routing.match import explain, match
from flows.routing.reasons import Against, For
from tests.flows.routing.made import NOW, case, directory, partner

ALSO = frozenset({"housing", "corporate_abuse"})


def test_who_takes_only_what_it_may_be_comes_last_and_says_so() -> None:
    land = case(issue="land_environment", also=ALSO)
    exact, maybe = partner("b", regions=("KE",)), partner("a", issues=("housing",))
    found = match(land, directory(maybe, exact), {}, NOW)
    assert [ranked.partner.id for ranked in found.candidates] == ["b", "a"]
    assert For.MAY_BE_ISSUE in {reason.code for reason in found.candidates[1].reasons}
    assert For.MAY_BE_ISSUE in {reason.code for reason in explain(land, PartnerId("a"), directory(maybe), {}, NOW)}


def test_who_takes_several_is_listed_once() -> None:
    found = match(
        case(issue="land_environment", also=ALSO),
        directory(partner("a", issues=("land_environment", "housing", "corporate_abuse"))),
        {},
        NOW,
    )
    assert [ranked.partner.id for ranked in found.candidates] == ["a"]
    assert found.passed_over == ()
    assert For.MAY_BE_ISSUE not in {reason.code for reason in found.candidates[0].reasons}


def test_a_part_of_what_it_may_be_is_not_enough() -> None:
    found = match(
        case(issue="land_environment", also=ALSO), directory(partner("a", issues=("housing.eviction",))), {}, NOW
    )
    assert found.candidates == ()
    assert [reason.code for reason in found.passed_over[0].reasons] == [Against.OTHER_ISSUES]
