"""Providers fail, before and after they took a message. Nobody gets a text message twice, and nothing is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tests.journeys.conftest import Founded, House, open_house

BY_TEXT: dict[str, dict[str, Any]] = {
    "+254700420001": {"how": "status", "status": 429, "retry_after": 1},
    "+254700420002": {"how": "status", "status": 500},
    "+254700420003": {"how": "status", "status": 500, "accept": True},
    "+254700420004": {"how": "status", "status": 503, "accept": True},
    "+254700420005": {"how": "reset"},
    "+254700420006": {"how": "reset", "accept": True},
    "+254700420007": {"how": "garble", "accept": True},
    "+254700420008": {"how": "status", "status": 500, "times": 2},
}
"""What goes wrong with the first message to each number. An answer that never comes takes long: see test_line."""
ON_TELEGRAM: dict[int, tuple[dict[str, Any], int]] = {
    7_316_000_001: ({"how": "status", "status": 429, "retry_after": 1}, 1),
    7_316_000_002: ({"how": "status", "status": 502}, 1),
    7_316_000_003: ({"how": "status", "status": 500, "accept": True}, 2),
    7_316_000_004: ({"how": "garble", "accept": True}, 2),
}
"""The same by chat, and how often the message comes: Telegram cannot be asked what it took, so what may have been lost
is repeated once, and never more."""
PATIENCE = 120


async def test_a_failing_provider_loses_and_doubles_nothing(on_sqlite: Founded, tmp_path: Path) -> None:
    async with open_house(on_sqlite, tmp_path) as house, house.program.serving():
        async with asyncio.TaskGroup() as people:
            for number, fault in BY_TEXT.items():
                people.create_task(asks_by_text(house, number, fault))
            for chat, (fault, copies) in ON_TELEGRAM.items():
                people.create_task(asks_on_telegram(house, chat, fault, copies))
        assert not [line for line in house.program.logged() if line["level"] == "error"]


async def asks_by_text(house: House, number: str, fault: dict[str, Any]) -> None:
    """Where the answer is lost, so is word of the delivery: all that is left is to look before sending again."""
    await house.twilio.do("fault", method="create", to=number, **fault)
    await house.twilio.do("fate", to=number, statuses=["sent", "delivered"], callbacks=[])
    phone = house.phone(number)
    await phone.says("HELP")
    await phone.reads("Is anyone in trouble right now?", within=PATIENCE)
    await phone.says("4")
    await phone.reads("Who needs help?", within=PATIENCE)
    await phone.has_read_all()


async def asks_on_telegram(house: House, number: int, fault: dict[str, Any], copies: int) -> None:
    chat = house.chat(number)
    await house.telegram.do("person", chat=number, language_code="en")
    await house.telegram.do("fault", method="sendMessage", to=number, **fault)
    await chat.says("/start")
    for _ in range(copies):
        await chat.reads("Is anyone in trouble right now?", within=PATIENCE)
    await chat.taps("No")
    await chat.reads("Who needs help?", within=PATIENCE)
    await chat.has_read_all()
