"""A drill of the running service: a command queues it, phones ring, somebody takes it, the command tells who."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.conftest import Founded, open_house

NIA = 7_315_000_041


async def test_a_drill_rings_the_running_service_and_tells_who_answered(on_sqlite: Founded, tmp_path: Path) -> None:
    async with open_house(on_sqlite, tmp_path) as house, house.program.serving():
        nia = await house.link_chat("Coordinator Nia", NIA)
        await nia.reads("TEST.")
        await nia.taps("I can read this")
        await nia.reads("We can call you on this phone.")

        begun = await house.program.run("drill", "--kind", "held", "--json")
        assert (begun.code, begun.objects[0]["called"]) == (0, ["Coordinator Nia"])
        await nia.reads("DRILL. A person would need you now.", begun.objects[0]["code"])
        assert (await house.program.run("drill")).code == 2
        await nia.taps("I have it")
        await nia.reads("DRILL. ", "is yours", "someone is held")

        (told,) = (await house.program.run("drill", "--status", "--json")).objects
        assert (told["kind"], told["state"], told["calls"]) == ("held", "answered", 1)
        assert told["answered_by"] == "Coordinator Nia"


async def test_the_texts_for_the_provider_take_one_part_each(on_sqlite: Founded, tmp_path: Path) -> None:
    async with open_house(on_sqlite, tmp_path) as house:
        ran = await house.program.run("sms", "texts", "--json")
        assert [(told["name"], told["parts"]) for told in ran.objects] == [
            ("provider_fallback", 1),
            ("provider_help", 1),
        ]
        assert (await house.program.run("sms", "texts", "--lang", "xx")).code == 2
