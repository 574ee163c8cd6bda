"""A shared point to regions: used, never kept."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.places.index import PlaceIndex

NETWORK = ("KE", "NP", "TN", "CO", "SL")


@pytest.mark.parametrize(
    ("latitude", "longitude", "region", "place"),
    [
        (-0.30, 36.07, "KE-31", "Nakuru"),
        (8.48, -13.23, "SL-W", "Freetown"),
        (28.20, 83.98, "NP-P4", "Pokhara"),
        (36.80, 10.18, "TN-11", "Tunis"),
        (4.65, -74.10, "CO-DC", "Bogotá"),
        (-0.09, 34.76, "KE-17", "Kisumu"),
        (7.96, -11.74, "SL-S", "Bo"),
    ],
)
def test_finds_the_region_of_a_point_in_a_town(
    index: PlaceIndex, latitude: float, longitude: float, region: str, place: str
) -> None:
    found = index.near(latitude, longitude, countries=NETWORK)
    assert (found[0].region, found[0].place) == (region, place)
    assert not found[0].exact
    assert index.accepted(found)


@pytest.mark.parametrize(
    ("latitude", "longitude", "regions"),
    [(0.35, 34.40, {"KE-11", "KE-04", "KE-38"}), (-0.45, 36.20, {"KE-31", "KE-35"})],
)
def test_asks_where_two_regions_are_about_as_close(
    index: PlaceIndex, latitude: float, longitude: float, regions: set[str]
) -> None:
    found = index.near(latitude, longitude, countries=("KE",))
    assert {candidate.region for candidate in found} == regions
    assert not index.accepted(found)


def test_looks_only_in_the_countries_given(index: PlaceIndex) -> None:
    kampala = (0.32, 32.58)
    assert index.near(*kampala)[0].region == "UG-C"
    assert all(candidate.country == "KE" for candidate in index.near(*kampala, countries=("KE",)))


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(0.0, -30.0), (51.0, 0.0), (math.nan, 36.0), (math.inf, 0.0), (0.0, -math.inf), (91.0, 0.0), (0.0, 181.0)],
)
def test_a_point_far_from_everything_names_no_region(index: PlaceIndex, latitude: float, longitude: float) -> None:
    assert index.near(latitude, longitude, countries=NETWORK) == ()


@given(st.floats(), st.floats())
def test_any_two_numbers_give_at_most_three_regions(index: PlaceIndex, latitude: float, longitude: float) -> None:
    found = index.near(latitude, longitude, countries=NETWORK)
    assert found == index.near(latitude, longitude, countries=NETWORK)
    assert len({candidate.region for candidate in found}) == len(found) <= 3


def test_keeps_nothing_of_the_point(index: PlaceIndex) -> None:
    (candidate, *_) = index.near(-0.30721, 36.07231, countries=("KE",))
    assert "0.307" not in repr(candidate)
    assert "36.07" not in repr(candidate)
