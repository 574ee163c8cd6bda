"""The service is stopped while people write, and started again: they are heard in order, and told that we were away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.pipeline.away import ALIVE, BEAT, LONG
from tests.journeys.conftest import Founded, open_house


def was_here_last(founded: Founded, ago: timedelta) -> None:
    """The last beat is moved back, as if the service had been down for so long."""
    with closing(sqlite3.connect(founded.url.removeprefix("sqlite:///"))) as database, database:
        moved = database.execute(
            "UPDATE timers SET due_at = due_at - ? WHERE kind = ?", (int(ago.total_seconds() * 1_000_000), ALIVE)
        )
        assert moved.rowcount == 1


async def test_people_who_wrote_while_we_were_down_are_told_once_and_answered_in_order(
    on_sqlite: Founded, tmp_path: Path
) -> None:
    async with open_house(on_sqlite, tmp_path) as house:
        amina, baraka = house.chat(7_317_000_001), house.chat(7_317_000_002)
        for person in (amina, baraka):
            await house.telegram.do("person", chat=person.number, language_code="en")
        async with house.program.serving():
            await amina.says("/start")
            await amina.reads("Is anyone in trouble right now?")

        was_here_last(on_sqlite, LONG + 2 * BEAT)
        for answer in ("4", "1", "1", "1"):
            await amina.says(answer)
        await baraka.says("they will kill me")
        async with house.program.serving():
            await amina.reads("We were away and could not write. We are back now.")
            for question in (
                "Who needs help?",
                "May we keep your answers",
                "What is it about?",
                "Where did it happen?",
            ):
                await amina.reads(question)
            await baraka.reads("We were away and could not write. We are back now.")
            await baraka.reads("Can others read this phone?")
            await amina.has_read_all()
            await baraka.has_read_all()

        async with house.program.serving():
            await amina.says("Nakuru")
            await amina.reads("Nakuru")
            await amina.has_read_all()
