"""DELETE, as a person with a phone sees it: within a minute all is gone here, and at the provider what can be."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.conftest import Founded, open_house

WITHIN = 60.0


async def test_all_goes_within_a_minute_from_us_and_from_both_providers(on_sqlite: Founded, tmp_path: Path) -> None:
    async with open_house(on_sqlite, tmp_path) as house, house.program.serving():
        text, chat = house.phone("+254700000041"), house.chat(641)
        await text.says("hello")
        await text.reads("robot")
        await chat.says("hello")
        await chat.reads("robot")
        for phone in (text, chat):
            await phone.says("DELETE")
            await phone.reads("Delete all that you sent us?")
            await phone.says("yes")
        await text.reads("All that you sent us is deleted here. Your phone and phone company still have the texts.")
        await chat.reads("All that you sent us is deleted here. Older messages may stay in this chat.")

        await house.twilio.see("journal", what="deleted", least=5, within=WITHIN)
        await house.telegram.see("journal", what="removed", least=5, within=WITHIN)

        inbound = await house.twilio.see("inbound", sender=text.number)
        assert [row["deleted"] for row in inbound] == [True] * 3
        ours = await house.twilio.see("messages", to=text.number)
        assert [row["deleted"] for row in ours] == [True, True, False], "the last words stay"
        (left,) = await house.telegram.see("screen", chat=chat.number)
        assert left["text"].startswith("All that you sent us is deleted here.")
