"""The script that builds the file: the parts that decide, without its sources."""

import io
import zipfile

import pytest

from deploy.build.places import Place, in_scripts, pack, plain


def test_packs_the_same_bytes_for_the_same_lists() -> None:
    one = pack({"KE.tsv": "b", "regions.tsv": "a"})
    other = pack({"regions.tsv": "a", "KE.tsv": "b"})
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.namelist() == ["KE.tsv", "regions.tsv"]


@pytest.mark.parametrize(
    ("listed", "typed"),
    [("Khā̃dbāri̇̄", "Khadbari"), ("Murang’a", "Murang'a"), ("Şanlıurfa", "Şanlıurfa"), ("Bogotá", "Bogotá")],
)
def test_drops_marks_only_scholars_put_on_a_name(listed: str, typed: str) -> None:
    assert plain(listed) == typed


@pytest.mark.parametrize(
    ("name", "country", "kept"),
    [
        ("Nakuru", "KE", True),
        ("nakwrw", "KE", False),
        ("NUU", "KE", False),
        ("नाकुरु", "KE", True),
        ("Накуру", "KE", False),
        ("Душанбе", "TJ", True),
        ("ناکورو", "KE", True),
        ("گفسه", "TN", False),
        ("ڈھnkwٹa", "NP", False),
        ("12", "KE", False),
    ],
)
def test_keeps_spellings_people_of_the_country_may_type(name: str, country: str, kept: bool) -> None:
    assert in_scripts(name, country) is kept


def test_a_place_keeps_its_names_once_and_bare_of_an_attached_kind() -> None:
    place = Place(level="town", region="MM-02")
    place.call(["Bago", "Bago", "ပဲခူးမြို့", " a | b "])
    assert list(place.names) == ["Bago", "ပဲခူးမြို့", "ပဲခူး", "a b"]
