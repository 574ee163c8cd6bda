"""What the commands print for programs: the fields, their order and their meaning, as others rely on them."""

from __future__ import annotations

import random
import unicodedata
from pathlib import Path

import pytest

from tests.journeys.conftest import Founded
from tests.support.doubles.twilio.segments import ALPHABET, segments
from tests.support.program import Program

PLAIN = sorted(ALPHABET - {"\n", "\r", "\f"})
"""One line each: what ends a line cannot be inside one."""
BEYOND = [
    *"çêãőğşţ`´’“”–…",
    *"नमस्तेसोमवार",
    *"مرحبايومالإثنين",
    *"日本語",
    "😀",
    "👩",
    "\u200d",
    "\ufe0f",
    "𝔸",
    "\u0301",
]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(folder=tmp_path)


def drawn(draw: random.Random) -> str:
    """Mostly near the lengths at which one more letter costs another part, with an odd letter in half of them."""
    length = max(1, draw.choice((5, 70, 134, 153, 160, 201, 306, 320)) + draw.randint(-4, 4))
    letters = draw.choices(PLAIN, k=length)
    if draw.random() < 0.5:
        for _ in range(draw.randint(1, 3)):
            letters[draw.randrange(length)] = draw.choice(BEYOND)
    return unicodedata.normalize("NFC", "".join(letters))


async def test_parts_agree_with_an_independent_count(program: Program) -> None:
    draw = random.Random(20261121)
    texts = [drawn(draw) for _ in range(1000)]
    ran = await program.run("sms", "parts", "--json", stdin="".join(f"{text}\n" for text in texts))
    assert (ran.code, ran.err) == (0, "")
    assert [told["text"] for told in ran.objects] == texts
    for text, told in zip(texts, ran.objects, strict=True):
        assert list(told) == ["text", "encoding", "characters", "parts"]
        plain = set(text) <= ALPHABET
        assert told["encoding"] == ("GSM-7" if plain else "UCS-2"), told
        assert told["parts"] == segments(text), told
    assert {told["encoding"] for told in ran.objects} == {"GSM-7", "UCS-2"}
    assert {told["parts"] for told in ran.objects} >= {1, 2, 3, 4, 5}


async def test_parts_count_letters_as_they_are_sent(program: Program) -> None:
    """A letter written as two is sent as one, where one exists."""
    ran = await program.run("sms", "parts", "--json", stdin="e\u0301\n€\nनमस्ते\n")
    assert [(told["encoding"], told["characters"], told["parts"]) for told in ran.objects] == [
        ("GSM-7", 1, 1),
        ("GSM-7", 2, 1),
        ("UCS-2", 6, 1),
    ]
    words = await program.run("sms", "parts", "Habari")
    assert words.out == "1 part, 6 characters, GSM-7: Habari\n"


async def test_places_are_told_in_the_order_of_the_lines(program: Program) -> None:
    lines = ["Nakuru", "zzzzqqq", "Freetown", "नेपालगन्ज"]
    ran = await program.run("places", "find", "--json", stdin="".join(f"{line}\n" for line in lines))
    assert (ran.code, ran.err) == (0, "")
    assert [told["text"] for told in ran.objects] == lines
    for told in ran.objects:
        assert list(told) == ["text", "candidates", "accepted"]
        assert isinstance(told["accepted"], bool)
        sure = [candidate["confidence"] for candidate in told["candidates"]]
        assert sure == sorted(sure, reverse=True)
        assert all(0 <= each <= 1 for each in sure)
        assert all(list(candidate) == ["region", "name", "confidence"] for candidate in told["candidates"])
    nakuru, nowhere, freetown, nepalgunj = ran.objects
    assert (nakuru["candidates"][0]["region"], nakuru["accepted"]) == ("KE-31", True)
    assert (nowhere["candidates"], nowhere["accepted"]) == ([], False)
    assert freetown["candidates"][0]["region"] == "SL-W"
    assert nepalgunj["candidates"][0]["region"].startswith("NP-")


async def test_a_point_is_told_as_a_place_is(program: Program) -> None:
    ran = await program.run("places", "find", "--near", "-0.28,36.07", "--json")
    assert ran.code == 0
    [told] = ran.objects
    assert list(told) == ["text", "candidates", "accepted"]
    assert told["candidates"][0]["region"] == "KE-31"
    wrong = await program.run("places", "find", "--near", "here")
    assert (wrong.code, wrong.out) == (2, "")
    assert "LAT,LON such as -0.28,36.07" in wrong.err


async def test_routes_are_explained_partner_by_partner(on_sqlite: Founded, program: Program) -> None:
    network = program.with_settings(DATABASE_URL=on_sqlite.url, KEY_FILE=str(on_sqlite.keys))
    asked = ("route", "explain", "--issue", "land_environment.land_grab", "--region", "KE-31", "--lang", "sw")
    told = (await network.run(*asked, "--json")).objects
    assert all(list(each) == ["partner", "rank", "reasons"] for each in told)
    ranks = [each["rank"] for each in told]
    taken = [rank for rank in ranks if rank is not None]
    assert ranks == [*range(1, len(taken) + 1), *[None] * (len(ranks) - len(taken))]
    assert told[0]["partner"] == "mto-paralegals"
    assert {each["partner"] for each in told} >= {"mto-paralegals", "taa-ya-haki", "mji-legal-office"}
    assert all(each["reasons"] for each in told)
    words = await network.run(*asked)
    assert len(words.out.splitlines()) == len(told) + 1
    assert words.out.startswith("1. Mto Paralegals (invented): ")


async def test_members_are_listed_with_whether_they_can_be_reached(on_sqlite: Founded, program: Program) -> None:
    network = program.with_settings(DATABASE_URL=on_sqlite.url, KEY_FILE=str(on_sqlite.keys))
    listed = (await network.run("members", "list", "--json")).objects
    asha = {"name": "Paralegal Asha", "role": "paralegal", "partner": "mto-paralegals", "state": "no phone linked"}
    assert {**asha, "on_call": None} in listed
    twice = await network.run("members", "add", "Paralegal Asha", "--role", "paralegal", "--partner", "mto-paralegals")
    assert twice.code == 0, "who is known already gets a new link"
    for order, piece in (
        (("add", "Paralegal Asha", "--role", "admin"), "exists with another role or partner"),
        (("add", "New", "--role", "paralegal"), "Add --partner ID."),
        (("add", "New", "--role", "paralegal", "--partner", "nobody"), "There is no partner 'nobody'."),
        (("invite", "Nobody"), "There is no member called 'Nobody'."),
    ):
        ran = await network.run("members", *order)
        assert (ran.code, ran.out) == (2, "")
        assert piece in ran.err
        assert len(ran.err.splitlines()) == 1
