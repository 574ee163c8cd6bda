"""The tree of regions and their names."""

import pytest

from flows.places.index import PlaceIndex
from flows.places.regions import Region, RegionTree


@pytest.mark.parametrize(
    ("region", "ancestors"),
    [
        ("KE-31", ("KE-31", "KE")),
        ("KE", ("KE",)),
        ("DO-01", ("DO-01", "DO-40", "DO")),
        ("UG-101", ("UG-101", "UG-C", "UG")),
        ("KE-31-NAIVASHA", ("KE-31-NAIVASHA", "KE-31", "KE")),
        ("FR-75", ("FR-75", "FR")),
    ],
)
def test_climbs_from_a_region_to_its_country(index: PlaceIndex, region: str, ancestors: tuple[str, ...]) -> None:
    assert index.ancestors(region) == ancestors


@pytest.mark.parametrize(
    ("region", "language", "name"),
    [
        ("KE-31", "en", "Nakuru"),
        ("KE-31", "sw", "Nakuru"),
        ("KE-30", "ar", "نايروبي"),
        ("NP-P1", "ne", "कोशी प्रदेश"),
        ("NP-P7", "en", "Sudurpashchim"),
        ("TN-71", "ar", "قفصة"),
        ("TN-82", "fr", "Médenine"),
        ("CO-DC", "es", "Bogotá"),
        ("CO-DC", "es_CO", "Bogotá"),
        ("SL-W", "en", "Western Area"),
        ("SL-NW", "es", "Provincia del Noroeste"),
        ("SL-W", "xx", "Western Area"),
        ("KE", "ar", "كينيا"),
        ("NP", "ne", "नेपाल"),
        ("NP", "ne-Latn", "Nepal"),
        ("NP-P7", "ne-Latn", "Sudurpashchim"),
        ("KE-31-NAIVASHA", "sw", "KE-31-NAIVASHA"),
    ],
)
def test_names_a_region_in_the_language(index: PlaceIndex, region: str, language: str, name: str) -> None:
    assert index.region_name(region, language) == name


@pytest.mark.parametrize(("country", "regions"), [("KE", 47), ("NP", 7), ("TN", 24), ("CO", 33), ("SL", 5)])
def test_ships_every_region_of_the_demo_countries(index: PlaceIndex, country: str, regions: int) -> None:
    codes = [code for code in index.regions.codes if code.startswith(f"{country}-")]
    assert len(codes) == regions
    for code in codes:
        found = index.find(index.region_name(code, "en"), countries=(country,))
        assert found[0].region == code
        assert index.accepted(found)


def test_finds_each_region_by_the_name_it_shows(index: PlaceIndex) -> None:
    for code in index.regions.codes:
        if code.startswith(("NP-", "TN-", "SL-")):
            for language in ("ne", "ar", "fr", "es"):
                found = index.find(index.region_name(code, language), countries=(code[:2],))
                assert found, (code, language)
                assert found[0].region == code


def test_a_network_may_add_districts() -> None:
    tree = RegionTree(
        [
            Region(code="KE", parent=None),
            Region(code="KE-31", parent="KE"),
            Region(code="MOLO", parent="KE-31", names={"en": "Molo"}),
        ]
    )
    assert tree.ancestors("MOLO") == ("MOLO", "KE-31", "KE")
    assert tree.name("MOLO", "sw") == "Molo"
    assert tree.name("KE-31", "sw") == "KE-31"
    assert "MOLO" in tree
    assert "MARS" not in tree
