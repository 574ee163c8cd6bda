"""The shipped demo network: invented, complete, and with the one gap that the demo shows."""

from __future__ import annotations

from typing import Any

import pytest

from flows.places.index import PlaceIndex
from flows.routing.case import Gender, OtherSide
from flows.routing.casebook import Lane
from flows.routing.directory import Directory
from flows.routing.match import Match, match
from flows.routing.network import Network, load_network
from flows.routing.partners import Independence, Partner, Status, load_partners
from flows.routing.reasons import Against
from flows.triage.urgency import Urgency
from tests.flows.routing.made import NOW, ROOT, case, issues

DEMO = ROOT / "deploy" / "demo"


@pytest.fixture(scope="module")
def places() -> PlaceIndex:
    return PlaceIndex.load((ROOT / "flows/library/places/places.zip").read_bytes())


@pytest.fixture(scope="module")
def network() -> Network:
    return load_network("network.yaml", (DEMO / "network.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def partners(network: Network, places: PlaceIndex) -> tuple[Partner, ...]:
    text = (DEMO / "partners.yaml").read_text(encoding="utf-8")
    return load_partners("partners.yaml", text, issues=issues(), regions=places.regions, languages=network.languages)


@pytest.fixture(scope="module")
def directory(partners: tuple[Partner, ...], places: PlaceIndex) -> Directory:
    return Directory(partners, regions=places.regions, issues=issues())


def asked(directory: Directory, region: str, issue: str, language: str, **more: Any) -> Match:
    return match(case(region=region, issue=issue, language=language, **more), directory, {}, NOW)


def ids(found: Match) -> list[str]:
    return [ranked.partner.id for ranked in found.candidates]


def test_everything_in_it_is_plainly_invented(network: Network, partners: tuple[Partner, ...]) -> None:
    assert "(invented)" in network.name
    assert all("(invented)" in partner.name for partner in partners)
    assert not network.contacts
    roles = {"Paralegal", "Lawyer"}
    assert {member.split()[0] for partner in partners for member in partner.members} == roles


def test_it_spans_the_network_and_differs_in_what_matters(network: Network, partners: tuple[Partner, ...]) -> None:
    assert {region[:2] for partner in partners for region in partner.regions} == set(network.countries)
    spoken = {code.partition("-")[0] for code in network.languages}
    assert {language for partner in partners for language in partner.languages} == spoken, "whatever the letters"
    assert {partner.independence for partner in partners} == set(Independence)
    assert {partner.status for partner in partners} == {Status.ACTIVE, Status.PAUSED}
    assert set(network.draft_languages) == set(network.languages) - {"en"}
    assert network.oncall is not None


@pytest.mark.parametrize("issue", ["violence_abuse", "other.unsure"])
def test_three_partners_can_be_asked_at_once_in_danger_in_nakuru(directory: Directory, issue: str) -> None:
    found = asked(directory, "KE-31", issue, "sw", lane=Lane.DANGER, urgency=Urgency.EMERGENCY)
    assert set(ids(found)) == {"mto-paralegals", "taa-ya-haki", "daraja-women"}


def test_a_land_case_in_nakuru_has_a_next_partner_after_a_no(directory: Directory) -> None:
    found = asked(directory, "KE-31", "land_environment", "sw", other_side=frozenset({OtherSide.COMPANY}))
    assert ids(found) == ["mto-paralegals", "ziwa-land-watch"]
    state = next(over for over in found.passed_over if over.partner.id == "mji-legal-office")
    assert [reason.code for reason in state.reasons] == [Against.STATE_BODY, Against.NATIONAL_BODY]


def test_someone_held_in_freetown_is_not_sent_to_the_state(directory: Directory) -> None:
    found = asked(directory, "SL-W", "detention_police", "en", lane=Lane.HELD, urgency=Urgency.EMERGENCY)
    assert ids(found) == ["salone-bridge"]


def test_a_survivor_in_rural_nepal_is_offered_a_woman(directory: Directory) -> None:
    found = asked(directory, "NP-P6", "violence_abuse", "ne", lane=Lane.QUIET, urgency=Urgency.URGENT)
    assert ids(found)
    assert all(Gender.WOMAN in ranked.partner.genders for ranked in found.candidates)
    assert not found.preference_unmet


def test_nobody_covers_a_held_person_in_tunis(directory: Directory) -> None:
    found = asked(directory, "TN-11", "detention_police", "ar", lane=Lane.HELD, urgency=Urgency.EMERGENCY)
    assert not found.candidates
    assert {reason.code for over in found.passed_over for reason in over.reasons} >= {Against.OTHER_ISSUES}


@pytest.mark.parametrize(
    ("region", "language"), [("KE-31", "sw"), ("NP-P3", "ne"), ("TN-11", "ar"), ("CO-CHO", "es"), ("SL-E", "en")]
)
def test_danger_is_covered_in_every_country(directory: Directory, region: str, language: str) -> None:
    for issue in ("violence_abuse", "other.unsure"):
        assert ids(asked(directory, region, issue, language, urgency=Urgency.EMERGENCY))
