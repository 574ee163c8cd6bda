"""A dangerous intake that stops, whatever the way: whoever has the call reads what exists, and how contact is safe."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from flows.routing.casebook import Role
from tests.bot.casework.line import SMS, TELEGRAM, Line, Person

ADDRESS = {SMS: "+254700000009", TELEGRAM: "77"}


@pytest.fixture(params=[SMS, TELEGRAM])
def channel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def in_danger(line: Line, channel: str, opening: str = "1") -> tuple[Person, Person]:
    """The person, who has answered the first question only, and Nia, who has the call and has read it."""
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    amina = line.person(ADDRESS[channel], channel)
    await amina.says("hello")
    if (await amina.conversation()).language == "":
        await amina.says("English")
    await amina.says(opening)
    await nia.taps("I have it")
    nia.heard(), amina.heard()
    return amina, nia


@pytest.mark.parametrize("opening", ["1", "2"])
@pytest.mark.parametrize("words", [(), ("0",), ("00",), ("PAUSE",), ("000",), ("no", "0")])
async def test_ten_minutes_of_silence(line: Line, channel: str, opening: str, words: Sequence[str]) -> None:
    amina, nia = await in_danger(line, channel, opening)
    for word in words:
        await amina.says(word)
    nia.heard()

    await line.passes(minutes=9)
    assert nia.heard() == []
    await line.passes(minutes=2)

    (handed,) = nia.heard()
    assert "DO NOT CONTACT" in handed
    assert "English" in handed


async def test_each_silence_after_new_words_is_handed_over_and_no_other(line: Line, channel: str) -> None:
    amina, nia = await in_danger(line, channel)
    await line.passes(minutes=11)
    assert len(nia.heard()) == 1
    await line.passes(minutes=60)
    assert nia.heard() == []

    await amina.says("1")
    nia.heard()
    await line.passes(minutes=21)

    (handed,) = nia.heard()
    assert "DO NOT CONTACT" in handed


async def test_stop(line: Line, channel: str) -> None:
    amina, nia = await in_danger(line, channel)

    await amina.stops()

    assert any("DO NOT TEXT." in text for text in nia.heard())


async def test_a_message_that_does_not_arrive(line: Line, channel: str) -> None:
    amina, nia = await in_danger(line, channel)
    line.channels[channel].failing[amina.address] = "blocked"

    await amina.says("AGAIN")

    assert any("DO NOT" in text for text in nia.heard())


async def test_delete_ends_it(line: Line, channel: str) -> None:
    amina, nia = await in_danger(line, channel)
    await amina.says("DELETE")
    await amina.says("1")
    nia.heard()

    await line.passes(hours=30)

    assert nia.heard() == []


async def test_no_reminder_and_no_case_comes_of_it_and_it_is_kept_for_a_person(line: Line, channel: str) -> None:
    amina, _ = await in_danger(line, channel)

    await line.passes(hours=30)

    assert (await amina.conversation()).session is not None
    assert (await amina.conversation()).case is None
    assert not [text for text in amina.heard() if "go on" in text]
