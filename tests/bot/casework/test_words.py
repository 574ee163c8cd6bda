"""The shipped texts: each fits its parts at its longest, quiet ones tell nothing, each name has one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.casework import briefing
from bot.casework.deciding import DECLINE_WORDS
from bot.casework.desk import NOTICES
from bot.casework.safety import Way
from bot.channels.parts import Encoding, count
from bot.cli.look import AT_PROVIDER
from bot.pipeline import exchange
from flows.dialogue.text import Text
from flows.routing.casebook import PageKind
from flows.routing.network import load_network
from flows.routing.reasons import SOURCES
from flows.triage.urgency import Urgency
from tests.bot.casework.line import Library, read_library

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = read_library()
LONGEST = {
    "receipt": "7Q2M 4KXT",
    "code": "7Q2M",
    "deadline": "Wed 23:45",
    "by": "Wed 23:45",
    "partner": "Lake Region Paralegals and Friends",
    "who": "Coordinator Alexandra",
    "value": "",
    "kind": "",
}
ONE_PART = {"members.yaml"}
ALLOWED_TWO = {"member_yours", "member_help"}
TELLING = re.compile(
    r"\b(help(er|ers)?|group|partner|case|land|law|legal|police|violence|danger|answer(ed)?|code)\b", re.IGNORECASE
)


def names(file: str) -> list[str]:
    text = (ROOT / "flows" / "library" / file).read_text(encoding="utf-8")
    return list(yaml.safe_load(text)["phrases"])


def said(library: Library, text: Text) -> str:
    return library.wording.say(text.filled(**LONGEST), "en")


def texts(file: str) -> Iterator[tuple[str, str]]:
    for name in names(file):
        for text in LIBRARY.flows.phrases[name].texts():
            yield name, said(LIBRARY, text)


@pytest.mark.parametrize(("name", "text"), list(texts("notices.yaml")))
def test_a_notice_takes_two_parts_at_most(name: str, text: str) -> None:
    parts = count(text)
    assert parts.encoding is Encoding.GSM7
    assert parts.parts <= 2, name


@pytest.mark.parametrize(
    ("name", "text"), [pair for pair in texts("members.yaml") if not pair[0].startswith("member_offer")]
)
def test_what_members_read_takes_one_part(name: str, text: str) -> None:
    parts = count(text)
    assert parts.encoding is Encoding.GSM7
    assert parts.parts <= (2 if name in ALLOWED_TWO else 1), f"{name}: {parts.characters}"


def test_an_offer_by_text_message_takes_one_part_for_the_longest_group_and_region_of_the_demo() -> None:
    network = load_network("network.yaml", (ROOT / "deploy/demo/network.yaml").read_text(encoding="utf-8"))
    regions = [
        LIBRARY.places.region_name(code, "en")
        for code in LIBRARY.places.regions.codes
        if code[:2] in network.countries and code.count("-") == 1
    ]
    issues = [group.label for group in LIBRARY.issues.groups]
    text = LIBRARY.flows.phrases["member_offer_sms"].live
    longest = text.filled(
        **LONGEST, issue=max(issues, key=len), region=max(regions, key=len), language="Spanish", urgency="Not urgent"
    )

    parts = count(LIBRARY.wording.say(longest, "en"))

    assert (parts.encoding, parts.parts) == (Encoding.GSM7, 1)


def test_quiet_notices_tell_nothing() -> None:
    quiet = {name: line.quiet.source for name in names("notices.yaml") if (line := LIBRARY.flows.phrases[name]).quiet}

    assert quiet.keys() == set(names("notices.yaml"))
    exempt = {"link_failed", "notice_emergency"}
    assert [name for name, words in quiet.items() if TELLING.search(words) and name not in exempt] == []
    assert not any("{partner}" in words or "{receipt}" in words for words in quiet.values())


def test_nothing_shouts() -> None:
    assert not [name for file in ("notices.yaml", "members.yaml") for name, text in texts(file) if "!" in text]


def test_every_text_the_code_names_is_there_and_every_text_is_named() -> None:
    folders = (Path(briefing.__file__).parent, Path(exchange.__file__).parent)
    code = "".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.py"))
    built = {
        *(f"urgency_{each}" for each in Urgency),
        *(f"contact_{each}" for each in (*Way, "morning", "afternoon", "evening")),
        *(f"page_{each}" for each in PageKind),
        *(f"member_fact_{step}" for step in briefing.STEPS),
        *(f"member_decline_{word}" for word in DECLINE_WORDS),
        *(f"{state}_no_date" for state in ("status_asking", "status_no_cover")),
        *NOTICES,
        *AT_PROVIDER,
        "wish_woman",
        "wish_man",
    }
    shipped = {name for file in ("notices.yaml", "members.yaml") for name in names(file)}

    assert built - LIBRARY.flows.phrases.keys() == set()
    assert {name for name in shipped - built if f'"{name}"' not in code} == set()
    assert {"wish_woman", "wish_man"} <= SOURCES.keys()
