"""What must not get in, and what people do that no dialogue asks for: one house, everyone at once."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp

from tests.journeys.conftest import SECRET, Founded, House, open_house

FORGER, LATE, LOST = "+254700310001", "+254700310002", "+254700310003"
MALLORY, EDITOR, LEAVER = 7_315_000_001, 7_315_000_002, 7_315_000_003
NIA, DEV = 7_315_000_011, "+254700310012"
UPDATE = {
    "update_id": 1,
    "message": {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": {"id": MALLORY, "type": "private"},
        "from": {"id": MALLORY, "is_bot": False, "first_name": "Mallory"},
        "text": "/start",
    },
}


async def test_forged_and_repeated_messages_store_nothing(on_sqlite: Founded, tmp_path: Path) -> None:
    async with open_house(on_sqlite, tmp_path, TELEGRAM_MODE="webhook") as house, house.program.serving():
        before = rows(on_sqlite)
        forged = await house.twilio.do("text", sender=FORGER, body="HELP", forged=True)
        assert forged["hook"]["status"] == 403
        async with aiohttp.ClientSession() as http:
            for headers, status in (
                ({}, 401),
                ({"X-Telegram-Bot-Api-Secret-Token": "a-guess"}, 401),
                ({"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]}, 401),
            ):
                async with http.post(f"{house.url}/hooks/telegram", json=UPDATE, headers=headers) as answer:
                    assert answer.status == status
            right = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            async with http.post(f"{house.url}/hooks/telegram", data=b"{", headers=right) as answer:
                assert answer.status == 400
            async with http.post(f"{house.url}/hooks/twilio", data={"Body": "HELP"}) as answer:
                assert answer.status == 403
        assert rows(on_sqlite) == before

        person, chat = house.phone(LATE), house.chat(EDITOR)
        first = await house.twilio.do("text", sender=LATE, body="HELP")
        assert (first["hook"]["status"], first["hook"]["type"]) == (200, "text/xml")
        assert first["hook"]["body"] == "<Response/>"
        await person.reads("Is anyone in trouble right now?")
        started = await house.telegram.do("write", chat=EDITOR, text="/start")
        await chat.reads("Is anyone in trouble right now?")
        after = rows(on_sqlite)
        again = await house.twilio.do("replay", sid=first["sid"])
        assert again["hook"]["status"] == 200
        await house.telegram.do("redeliver", update=started["update"])
        await house.telegram.see("journal", what="delivered", update=started["update"], least=2)
        assert rows(on_sqlite) == after
        await person.has_read_all()
        await chat.has_read_all()


async def test_the_sweep_brings_what_no_hook_took(on_sqlite: Founded, tmp_path: Path) -> None:
    """A parameter that Twilio has added since is an alarm, and a lost message is nobody's: the list has both."""
    async with open_house(on_sqlite, tmp_path) as house:
        async with house.program.serving():
            strange = await house.twilio.do("text", sender=LATE, body="HELP", extra={"ParcelTier": "gold"})
            assert strange["hook"]["status"] == 200
            assert [line["level"] for line in house.program.logged() if "unknown" in line["event"]] == ["error"]
            await house.twilio.do("text", sender=LOST, body="HELP", lost=True)
            assert not await house.phone(LATE).texts()
        async with house.program.serving():
            for number in (LATE, LOST):
                phone = house.phone(number)
                await phone.reads("Is anyone in trouble right now?")
                await phone.has_read_all()


async def test_people_stop_leave_correct_and_send_pictures(on_sqlite: Founded, tmp_path: Path) -> None:
    async with open_house(on_sqlite, tmp_path) as house, house.program.serving(), asyncio.TaskGroup() as people:
        people.create_task(sends_a_picture(house))
        people.create_task(corrects_a_message(house))
        people.create_task(leaves_and_comes_back(house))
        people.create_task(calls_people(house))


async def sends_a_picture(house: House) -> None:
    phone = house.phone("+254700310021")
    await phone.says("HELP")
    await phone.reads("Is anyone in trouble right now?")
    await house.twilio.do("text", sender=phone.number, body="", media=["image/jpeg"])
    await phone.reads("Keep it safe and do not send it here.", "Is anyone in trouble right now?")


async def corrects_a_message(house: House) -> None:
    chat = house.chat(EDITOR)
    written = await house.telegram.do("write", chat=EDITOR, text="/start")
    await chat.reads("Is anyone in trouble right now?")
    await house.telegram.do("edit", chat=EDITOR, message=written["message"], text="4")
    await chat.reads("I can not read a changed message.", "Is anyone in trouble right now?")


async def leaves_and_comes_back(house: House) -> None:
    """Who blocks the bot gets nothing, and goes on where they were when they return."""
    chat = house.chat(LEAVER)
    await chat.says("/start")
    await chat.reads("Is anyone in trouble right now?")
    await chat.taps("No")
    await chat.reads("Who needs help?")
    await house.telegram.do("block", chat=LEAVER)
    await house.telegram.do("unblock", chat=LEAVER)
    await chat.says("/start")
    await chat.reads("Who needs help?")
    await chat.has_read_all()


async def calls_people(house: House) -> None:
    """Danger calls the first on duty at once, and so does a person who writes after STOP; neither call says why."""
    assert await on_call(house) == "nobody"
    nia, dev = await asyncio.gather(house.link_chat("Coordinator Nia", NIA), house.link_phone("Coordinator Dev", DEV))
    assert await on_call(house) == "nobody"
    await nia.reads("TEST.")
    await nia.taps("I can read this")
    await nia.reads("Thank you. We can call you on this phone.")
    assert await on_call(house) == "ready"
    hurt = house.phone("+254700310031")
    await hurt.says("HELP")
    await hurt.reads("1 Danger or hurt")
    await hurt.says("1")
    await hurt.reads("We are telling our people on duty now.")
    called = await nia.reads("A person needs you now.")
    await dev.reads("TEST.")
    await dev.says(called.rpartition("Reply ")[2].rstrip("."))
    await dev.reads("is yours")
    await nia.reads("Coordinator Dev has")

    gone = house.phone("+254700310032")
    await gone.says("HELP")
    await gone.reads("4 No")
    await gone.says("4")
    await gone.reads("Who needs help?")
    await gone.says("STOP")
    await gone.says("Please help, they are outside")
    await nia.reads("A person needs you now.")
    await nia.taps("I have it")
    await nia.reads("is yours", "they wrote after they had stopped all texts", "DO NOT TEXT")
    await gone.has_read_all()
    await gone.says("START")
    await gone.reads("Who needs help?")
    for phone in (hurt, gone, nia, dev):
        await phone.has_read_all()


async def on_call(house: House) -> object:
    async with aiohttp.ClientSession() as http, http.get(f"{house.url}/readyz") as answer:
        assert answer.status == 200
        return (await answer.json())["on_call"]


def rows(founded: Founded) -> dict[str, int]:
    """How much each table holds."""
    with closing(sqlite3.connect(founded.url.removeprefix("sqlite:///"))) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}  # noqa: S608
