"""The whole line: a person asks for help, a partner's paralegal takes the case, both write to each other without
numbers, and the person is told. By signed text messages, by Telegram's polling and by its webhook, on both databases;
and afterwards none of their words is readable in what was stored or logged."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import Founded, House, open_house
from tests.journeys.phones import Chat, TextPhone
from tests.support import postgres

SEEKER, PATIENT = "+254700150041", "+254700150074"
BARAKA, FATU = "+254700260052", "+23276370063"
ASHA, SORIE = 7_314_005_001, 7_314_006_001
NAME = "Wanjiku wa Kesho"
CASE_WORDS = ("They pull down the fence on Monday.", "I come tomorrow. Keep the papers dry.")
WORK_WORDS = ("Can you come to our office at ten?", "Yes, I walk there with my sister.")
NUMBERS = re.compile(r"\d{7,}")
CARD = re.compile(
    r"New case (?P<code>[2-9A-Z]{4})\n"
    r"(?P<issue>[^\n]+)\n"
    r"(?P<region>[^\n]+)\n"
    r"Language: (?P<language>\w+)\n"
    r"(?P<urgency>Not urgent|Soon|Urgent|Emergency)\n"
    r"Please answer before [^\n]+\."
)
TEXT_CARD = re.compile(
    r"New case (?P<code>[2-9A-Z]{4}): (?P<issue>[^.]+)\. (?P<region>[^.]+)\. (?P<language>\w+)\. "
    r"(?P<urgency>Not urgent|Soon|Urgent|Emergency)\. Reply ACC (?P=code) or DEC (?P=code) before .+\."
)
"""All that an offer may say of a case: four fields, and when to answer."""


@pytest.mark.postgres
async def test_each_way_in_ends_in_an_accepted_case(
    on_sqlite: Founded, on_postgres: Founded, postgres_server: str, tmp_path: Path
) -> None:
    """Two houses at once, since most of the time is spent waiting between two messages to one phone."""
    cluster = await asyncio.to_thread(postgres.data_folder, postgres_server)
    async with asyncio.TaskGroup() as houses:
        houses.create_task(by_polling(on_sqlite, tmp_path))
        houses.create_task(by_webhook(on_postgres, on_postgres.keys.parent, cluster))


async def by_polling(founded: Founded, folder: Path) -> None:
    async with open_house(founded, folder) as house, house.program.serving():
        async with asyncio.TaskGroup() as people:
            people.create_task(both_lines(house))
            people.create_task(is_kept_waiting(house))
        await unwelcome(house)
        nothing_is_readable([folder / "baraza.db", folder / "baraza.db-wal"], house.program.log)


async def by_webhook(founded: Founded, folder: Path, cluster: Path | None) -> None:
    async with open_house(founded, folder, TELEGRAM_MODE="webhook") as house, house.program.serving():
        await both_lines(house)
        await unwelcome(house)
        nothing_is_readable(files_of(cluster), house.program.log)


async def both_lines(house: House) -> None:
    asha, baraka, fatu = await asyncio.gather(
        house.link_chat("Paralegal Asha", ASHA),
        house.link_phone("Paralegal Baraka", BARAKA),
        house.link_phone("Paralegal Fatu", FATU),
    )
    async with asyncio.TaskGroup() as lines:
        lines.create_task(from_a_text_to_a_tap(house.phone(SEEKER), asha, baraka))
        lines.create_task(from_a_tap_to_a_text(house.chat(SORIE), fatu))


async def from_a_text_to_a_tap(seeker: TextPhone, asha: Chat, baraka: TextPhone) -> None:
    """A seeker with a cheap phone in Nakuru; Asha takes the case on Telegram before Baraka answers his text."""
    await seeker.says("HELP")
    await seeker.reads("I am a robot, not a lawyer", "Is anyone in trouble right now?", "\n4 No")
    await seeker.says("4")
    await seeker.reads("Who needs help?", "1 Me")
    await seeker.says("1")
    await seeker.reads("May we keep your answers", "without your name", "1 Yes")
    await seeker.says("1")
    await seeker.reads("What is it about?", "1 Land, home")
    await seeker.says("1")
    await seeker.reads("Where did it happen?")
    await seeker.says("Nakuru")
    await seeker.reads("Nakuru, Kenya (wrong? 0).", "Is there a date soon?")
    await seeker.says("1")
    await seeker.reads("Who is it with?", "2 Neighbour")
    await seeker.says("2")
    await seeker.reads("How may a helper reach you?", "1 Text or call here")
    await seeker.says("1")
    await seeker.reads("What name should the helper use?")
    await seeker.says(NAME)
    await seeker.reads("Please check:", "Place: Nakuru, Kenya", f"Name: {NAME}", "1 Send")
    await seeker.says("1")
    sent = await seeker.reads("Sent. Your code is", "We write here before", "DELETE removes all.")
    receipt = matched(r"[2-9A-Z]{4} [2-9A-Z]{4}", sent)[0]
    await seeker.reads("You may tell more, or SKIP. What fits best?", "1 Land, forest or water")

    card = matched(CARD, await asha.reads("New case"))
    text = matched(TEXT_CARD, await baraka.reads("New case"))
    assert card.groupdict() == text.groupdict()
    assert (card["region"], card["language"], card["urgency"]) == ("Nakuru", "English", "Soon")
    await asha.taps("Accept")
    await asha.reads("could you, your family or your group be close to either side?")
    await asha.taps("No")
    await asha.reads("is yours", f"Name to use: {NAME}", "Texts and calls are safe.", SEEKER)
    await baraka.reads("someone in your group has taken it")
    await seeker.reads("Mto Paralegals", "has said yes", "What you write here goes to them.")

    asked, answered = CASE_WORDS
    await seeker.says(asked)
    await seeker.reads("Passed on to your helper.")
    heard = await asha.reads("from the person:", asked)
    await asha.says(answered)
    told = await seeker.reads("From your helper:", answered)
    await asha.reads("sent to the person")
    for relayed in (heard, told):
        assert not NUMBERS.search(relayed)

    await asha.says(f"REACHED {card['code']}")
    await asha.reads("you have reached them")
    await seeker.says("STATUS")
    await seeker.reads(receipt, "Mto Paralegals", "is helping you")
    for phone in (seeker, asha, baraka):
        await phone.has_read_all()


async def from_a_tap_to_a_text(seeker: Chat, fatu: TextPhone) -> None:
    """A seeker on Telegram who shares where they are in Sierra Leone; Fatu takes the case by text message."""
    await seeker.says("/start")
    await seeker.reads("I am a robot, not a lawyer")
    await seeker.taps("No")
    await seeker.reads("Who needs help?")
    await seeker.taps("Me")
    await seeker.reads("May we keep your answers")
    await seeker.taps("Yes")
    await seeker.reads("What is it about?")
    await seeker.taps("Work, pay")
    await seeker.reads("Where did it happen?")
    await seeker.shares_location(7.96, -11.74)
    await seeker.reads("Which one is it?")
    await seeker.taps("Southern Province, Sierra Leone")
    await seeker.reads("Is there a date soon?")
    await seeker.taps("No")
    await seeker.reads("Who is it with?")
    await seeker.says("3")
    await seeker.reads("How may a helper reach you?")
    await seeker.taps("Text only")
    await seeker.reads("What name should the helper use?")
    await seeker.says("SKIP")
    await seeker.reads("Please check:", "Reach you: Text only")
    await seeker.taps("Send")
    await seeker.reads("Sent. Your code is")
    await seeker.reads("You may tell more, or SKIP. What fits best?")

    code = matched(TEXT_CARD, await fatu.reads("New case"))["code"]
    await fatu.says(f"ACC {code}")
    await fatu.reads("be close to either side?", "1 No", "2 Yes or not sure")
    await fatu.says("1")
    taken = await fatu.reads("is yours", "Names and numbers need Telegram.")
    assert not NUMBERS.search(taken)
    await seeker.reads("Salone Bridge", "has said yes")

    asked, answered = WORK_WORDS
    await fatu.says(f"M {code} {asked}")
    await fatu.reads("sent to the person")
    await seeker.reads("From your helper:", asked)
    await seeker.says(answered)
    await seeker.reads("Passed on to your helper.")
    await fatu.reads("from the person:", answered)
    await fatu.says(f"M {code} Ring me on {FATU}")
    await fatu.reads("We do not pass on numbers")
    for phone in (seeker, fatu):
        await phone.has_read_all()


async def is_kept_waiting(house: House) -> None:
    """Twilio takes their first message and never answers: nobody else waits for it, and it is not sent again."""
    seeker = house.phone(PATIENT)
    await house.twilio.do("fault", method="create", to=PATIENT, how="hang", accept=True)
    await house.twilio.do("fate", to=PATIENT, statuses=["sent", "delivered"], callbacks=[])
    await seeker.says("HELP")
    await seeker.reads("Is anyone in trouble right now?")
    await seeker.says("4")
    await seeker.reads("Who needs help?", within=60)
    await seeker.has_read_all()


def matched(pattern: re.Pattern[str] | str, text: str) -> re.Match[str]:
    found = re.fullmatch(pattern, text) if isinstance(pattern, re.Pattern) else re.search(pattern, text)
    assert found, text
    return found


# ---- nothing readable


async def unwelcome(house: House) -> None:
    """What the program complains of in its log: messages it refuses, and one that the provider takes only when it is
    sent again: by then the first failure is in the log."""
    await house.twilio.do("text", sender=SEEKER, body=CASE_WORDS[0], forged=True)
    await house.twilio.do("text", sender=SEEKER, body=CASE_WORDS[0], extra={"Surprise": NAME})
    await house.twilio.do("fault", method="create", how="status", status=429, to=SEEKER)
    seeker = house.phone(SEEKER)
    for text in await seeker.texts():
        await seeker.reads(text)
    await seeker.says(CASE_WORDS[0])
    await house.twilio.see("journal", what="fault", to=SEEKER, least=1)
    await seeker.reads("Passed on to your helper.")


def files_of(folder: Path | None) -> list[Path]:
    """None: the database is on another machine."""
    return [path for path in folder.rglob("*") if path.is_file()] if folder else []


def nothing_is_readable(stored: list[Path], log: Path) -> None:
    """Members' names are stored as they are: finding one shows that what is searched is what was written."""
    assert "send_failed" in log.read_text()
    assert "hook.refused" in log.read_text()
    assert not stored or any(b"Paralegal Asha" in path.read_bytes() for path in stored)
    for path in (*stored, log):
        data = path.read_bytes().lower()
        for word in planted():
            assert word.encode().lower() not in data, f"{word!r} is readable in {path}"


def planted() -> Iterator[str]:
    yield from (NAME, "kesho", *CASE_WORDS, *WORK_WORDS)
    yield from (number.removeprefix("+") for number in (SEEKER, PATIENT, BARAKA, FATU))
    yield from (str(chat) for chat in (ASHA, SORIE))
