"""Typed words to regions: what is understood, what is asked about, what is not taken for a place."""

import csv
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.places.index import Candidate, PlaceIndex

TYPED = Path(__file__).with_name("typed_places.csv")
NETWORK = ("KE", "NP", "TN", "CO", "SL")


def typed() -> list[tuple[str, str, str]]:
    with TYPED.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["country"], row["region"]) for row in csv.DictReader(file)]


def first(index: PlaceIndex, text: str, country: str) -> Candidate:
    found = index.find(text, countries=(country,))
    assert found, f"{text!r} names no place in {country}"
    assert index.accepted(found), f"{text!r}: {found}"
    return found[0]


@pytest.mark.parametrize(("text", "country", "region"), typed())
def test_finds_the_region_of_what_people_type(index: PlaceIndex, text: str, country: str, region: str) -> None:
    assert first(index, text, country).region == region


@pytest.mark.parametrize(("text", "country", "region"), [row for row in typed() if row[0] != "Hola"])
def test_finds_it_too_among_all_countries_of_the_network(
    index: PlaceIndex, text: str, country: str, region: str
) -> None:
    found = index.find(text, countries=NETWORK)
    assert [candidate.region for candidate in found][:1] == [region]


def test_the_list_of_typed_places_covers_every_demo_country_and_script() -> None:
    rows = typed()
    assert len(rows) > 250
    assert {country for _, country, _ in rows} == set(NETWORK)
    assert any("\u0900" <= text[0] <= "\u097f" for text, _, _ in rows)
    assert any("\u0621" <= text[0] <= "\u064a" for text, _, _ in rows)


def test_a_candidate_says_what_was_met(index: PlaceIndex) -> None:
    assert first(index, "naivasha", "KE") == Candidate(
        region="KE-31", name="Nakuru", country="KE", place="Naivasha", confidence=1.0, exact=True
    )


@pytest.mark.parametrize(
    ("text", "country", "place"),
    [
        ("Corinto, Cauca", "CO", "Corinto"),
        ("Naivasha Nakuru", "KE", "Naivasha"),
        ("Mocoa putumayo colombia", "CO", "Mocoa"),
        ("पोखरा, नेपाल", "NP", "पोखरा"),
        ("between Nakuru and Naivasha", "KE", "Naivasha"),
        ("my house is in Bo", "SL", "Bo"),
        ("police took my brother in Kenema", "SL", "Kenema"),
        ("أنا من جربة", "TN", "جربة"),
    ],
)
def test_finds_the_town_in_a_sentence(index: PlaceIndex, text: str, country: str, place: str) -> None:
    assert first(index, text, country).place == place


@pytest.mark.parametrize(
    ("text", "country", "region"),
    [
        ("naukru", "KE", "KE-31"),
        ("Kisimu", "KE", "KE-17"),
        ("Baranquila", "CO", "CO-ATL"),
        ("Jandouba", "TN", "TN-32"),
        ("Freetaun", "SL", "SL-W"),
        ("काठमान्डु", "NP", "NP-P3"),
        ("المنستر", "TN", "TN-52"),
    ],
)
def test_reads_misspellings_and_says_they_are_not_exact(
    index: PlaceIndex, text: str, country: str, region: str
) -> None:
    candidate = first(index, text, country)
    assert candidate.region == region
    assert not candidate.exact
    assert candidate.confidence < 1


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Nakuru central police station", "KE-31"),
        ("Nakuru, central police", "KE-31"),
        ("Nakuru town, bondeni police post", "KE-31"),
        ("Freetown CID", "SL-W"),
        ("Kathmandu, Hanumandhoka", "NP-P3"),
        ("Tunis, Bouchoucha", "TN-11"),
        ("Quibdó, estación de policía", "CO-CHO"),
        ("مركز شرطة سوسة", "TN-51"),
    ],
)
def test_a_town_with_the_building_somebody_is_held_in_is_the_town(index: PlaceIndex, text: str, region: str) -> None:
    found = index.find(text, countries=NETWORK)
    assert index.accepted(found), found
    assert found[0].region == region


@pytest.mark.parametrize("text", ["i am at the police station", "prison", "Central police", "police took my brother"])
def test_a_building_without_a_town_is_no_place(index: PlaceIndex, text: str) -> None:
    assert not index.accepted(index.find(text, countries=NETWORK))


@pytest.mark.parametrize("text", ["Mbea", "Kisa", "Embo", "Nkru"])
def test_never_guesses_at_short_words(index: PlaceIndex, text: str) -> None:
    assert index.find(text, countries=("KE",)) == ()


@pytest.mark.parametrize(
    ("text", "country", "regions"),
    [
        ("Nawalparasi", "NP", {"NP-P4", "NP-P5"}),
        ("Rukum", "NP", {"NP-P5", "NP-P6"}),
        ("रुकुम", "NP", {"NP-P5", "NP-P6"}),
        ("Rongai", "KE", {"KE-31", "KE-10"}),
        ("Makutano", "KE", {"KE-22", "KE-47"}),
        ("La Unión", "CO", {"CO-VAC", "CO-ANT", "CO-NAR", "CO-SUC"}),
        ("Ciudad Bolívar", "CO", {"CO-ANT", "CO-DC"}),
        ("Nairobi, Nakuru", "KE", {"KE-30", "KE-31"}),
    ],
)
def test_a_name_of_several_regions_is_asked_about(
    index: PlaceIndex, text: str, country: str, regions: set[str]
) -> None:
    found = index.find(text, countries=(country,))
    assert {candidate.region for candidate in found} == regions
    assert len(found) == len(regions)
    assert not index.accepted(found)


def test_a_region_goes_before_towns_of_the_same_name(index: PlaceIndex) -> None:
    found = index.find("Bolívar", countries=("CO",))
    assert found[0].region == "CO-BOL"
    assert len(found) > 1
    assert index.accepted(found)


@pytest.mark.parametrize(
    "text",
    [
        "police", "I don't know", "ndiyo", "si", "sí", "no", "yes", "hapana", "oui", "sijui", "no sé", "policía",
        "salary", "salaam", "naomba msaada", "polisi walimkamata ndugu yangu", "मलाई थाहा छैन", "हो", "2", "water",
        "hello", "in the mountains", "employer", "لا أعرف", "نعم", "الشرطة", "they beat me", "my boss did not pay me",
        "me quitaron la tierra", "ils ont pris ma terre", "at home", "my village", "STOP", "asdf", "0712345678",
        "🙂", "...", "", " ", "\n", "in", "county", "the", "मेरो जग्गा", "أرضي", "shamba langu", "policja", "polise",
    ],
)  # fmt: skip
def test_never_accepts_what_is_no_place(index: PlaceIndex, text: str) -> None:
    for countries in (*((country,) for country in NETWORK), NETWORK, ()):
        assert not index.accepted(index.find(text, countries=countries)), countries


def test_a_word_is_a_place_only_where_it_is_not_a_greeting(index: PlaceIndex) -> None:
    assert first(index, "Hola", "KE").region == "KE-40"
    assert index.find("Hola", countries=("CO",)) == ()
    assert index.find("Hola", countries=("KE", "CO")) == ()
    assert index.find("Hola") == ()


def test_a_misspelt_name_is_kept_from_words_of_its_own_country_only(index: PlaceIndex) -> None:
    assert first(index, "Yangoon", "MM").region == "MM-06"  # "yangu" is Swahili
    assert index.find("polise", countries=("KE",)) == ()


def test_a_country_named_in_the_text_narrows_the_search(index: PlaceIndex) -> None:
    assert {candidate.country for candidate in index.find("Trujillo")} > {"PE", "VE"}
    assert {candidate.region for candidate in index.find("Trujillo, Perú")} == {"PE-LAL"}
    assert index.find("Kampala Uganda", countries=("KE",)) == ()


@pytest.mark.parametrize("text", ["Kenya", "Nepal", "नेपाल", "Tunisie", "Sierra Leone", "Colombia"])
def test_a_country_alone_is_no_region(index: PlaceIndex, text: str) -> None:
    assert index.find(text, countries=NETWORK) == ()


def test_a_capital_called_as_its_country_is_a_region(index: PlaceIndex) -> None:
    assert first(index, "تونس", "TN").region == "TN-11"


def test_countries_are_read_in_any_case_and_unknown_ones_hold_nothing(index: PlaceIndex) -> None:
    assert index.find("Nakuru", countries=("ke",)) == index.find("Nakuru", countries=("KE",))
    assert index.find("Nakuru", countries=("FR",)) == ()
    assert index.find("Nakuru", countries=("NP",)) == ()


def test_gives_no_more_than_was_asked_for(index: PlaceIndex) -> None:
    assert len(index.find("San Pedro", countries=("CO",))) == 4
    assert len(index.find("San Pedro", countries=("CO",), limit=2)) == 2
    assert index.find("San Pedro", countries=("CO",), limit=0) == ()


@pytest.mark.parametrize(
    "text",
    [
        "a" * 65_536,
        "Nakuru " * 9_000,
        "\x00" * 65_536,
        "\ud800\udfff\ud800",
        "Nak\x00uru",
        "\u202eurukaN",
        "," * 65_536,
        "न" * 65_536,
        "ﷺ" * 65_536,
        "e\u0301" * 30_000,
        "{name}%s\\'\";--",
    ],
)
def test_hostile_text_is_read_like_any_other(index: PlaceIndex, text: str) -> None:
    for countries in (("KE",), ()):
        assert len(index.find(text, countries=countries)) <= 4


@example("Nakuru\ud800")
@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_gives_distinct_regions_in_the_same_order(index: PlaceIndex, text: str) -> None:
    found = index.find(text, countries=NETWORK)
    assert found == index.find(text, countries=tuple(reversed(NETWORK)))
    assert len({candidate.region for candidate in found}) == len(found)
    assert [candidate.confidence for candidate in found] == sorted(
        (candidate.confidence for candidate in found), reverse=True
    )
    assert all(0 <= candidate.confidence <= 1 and candidate.region.startswith(candidate.country) for candidate in found)


@given(st.lists(st.sampled_from([text for text, _, _ in typed()]), min_size=1, max_size=4))
def test_places_heaped_together_never_fail(index: PlaceIndex, texts: list[str]) -> None:
    joined = " / ".join(texts)
    assert index.find(joined, countries=NETWORK) == index.find(joined, countries=NETWORK)
