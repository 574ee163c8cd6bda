"""The committed file: whole, small, dated, and readable lazily."""

import io
import zipfile

import pytest

from flows.places.index import PlaceIndex
from flows.places.regions import RegionTree
from tests.flows.places.conftest import SHIPPED

LIMIT = 2_000_000


def members(shipped: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(shipped)) as archive:
        assert archive.testzip() is None
        return {name.removesuffix(".tsv"): archive.read(name).decode() for name in archive.namelist()}


def test_is_small_and_says_where_it_comes_from(shipped: bytes) -> None:
    notice = SHIPPED.with_name("NOTICE").read_text("utf-8")
    assert len(shipped) < LIMIT
    for said in ("GeoNames", "Attribution 4.0", "Unicode", "2026-11-21", "pycountry", "iso3166-2"):
        assert said in notice


def test_every_place_lies_in_a_region_of_its_country(shipped: bytes) -> None:
    lists = members(shipped)
    tree = RegionTree.parse(lists.pop("regions").splitlines())
    assert set(lists) == set(tree.countries)
    for country, text in lists.items():
        lines = [line.split("\t") for line in text.splitlines()]
        assert len(lines) > 30, country
        for level, region, people, latitude, longitude, names in lines:
            assert region in tree
            assert tree.ancestors(region)[-1] == country
            assert level in "rdt"
            assert int(people) >= 0
            assert not latitude or (abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180)
            assert all(name == name.strip() and name for name in names.split("|"))


def test_every_region_a_place_lies_in_has_a_name_of_its_own(shipped: bytes) -> None:
    lists = members(shipped)
    tree = RegionTree.parse(lists.pop("regions").splitlines())
    for country, text in lists.items():
        lines = [line.split("\t") for line in text.splitlines()]
        named = {line[1] for line in lines if line[0] == "r"}
        assert {line[1] for line in lines} == named, country
        shown = [tree.name(code, "en") for code in named]
        assert len(set(shown)) == len(shown), country


def test_one_country_s_places_are_unpacked_only_when_asked_about(
    shipped: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    honest = zipfile.ZipFile.read

    def noted(archive: zipfile.ZipFile, name: str, pwd: bytes | None = None) -> bytes:
        read.append(name)
        return honest(archive, name, pwd)

    monkeypatch.setattr(zipfile.ZipFile, "read", noted)
    index = PlaceIndex.load(shipped)
    assert read == ["regions.tsv"]
    index.find("Nakuru", countries=("KE",))
    index.find("Narok", countries=("KE",))
    assert read == ["regions.tsv", "KE.tsv"]


def test_a_broken_file_is_refused() -> None:
    with pytest.raises(zipfile.BadZipFile):
        PlaceIndex.load(b"not a zip")
