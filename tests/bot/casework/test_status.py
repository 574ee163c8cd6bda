"""STATUS in each state a case can be in, read aloud, on both channels."""

from __future__ import annotations

import re

import pytest

from flows.routing.casebook import CaseState, Lane, Role
from tests.bot.casework.line import SMS, TELEGRAM, Line, Person

CHANNELS = pytest.mark.parametrize("channel", [SMS, TELEGRAM])
_CODE = re.compile(r"[0-9A-Z]{4} [0-9A-Z]{4}")
_TIME = re.compile(r"before [A-Z][a-z]{2} \d{2}:\d{2}")


async def files(line: Line, channel: str, **facts: str) -> Person:
    lane = Lane(facts.pop("lane", Lane.NORMAL))
    consent = facts.pop("consent", "yes")
    amina = await line.files("+254700000001" if channel == SMS else "1", channel, lane=lane, consent=consent, **facts)
    amina.heard()
    return amina


async def status(person: Person) -> list[str]:
    """What is said, with codes and times as letters."""
    await person.says("STATUS")
    return [_TIME.sub("before T", _CODE.sub("C", each)) for each in person.heard()]


async def accepts(line: Line) -> Person:
    asha = await line.joins("Asha", "71", partner="mto")
    await asha.says("ACC")
    await asha.says("1")
    return asha


ASKING = "C: we are asking groups near you. None has said yes so far. We write here before T."
ACCEPTED = (
    "C: Mto Paralegals (invented) has said yes. A helper there should reach you before T. You can write to them here."
)


@CHANNELS
async def test_asking(line: Line, channel: str) -> None:
    amina = await files(line, channel)
    assert (await line.case(amina)).state is CaseState.OFFERED
    assert await status(amina) == [ASKING]


@CHANNELS
async def test_asking_where_we_may_not_write(line: Line, channel: str) -> None:
    amina = await files(line, channel, contact="never")
    assert await status(amina) == ["C: we are asking groups near you. None has said yes so far. Send STATUS any time."]


@CHANNELS
async def test_a_question_waits(line: Line, channel: str) -> None:
    amina = await files(line, channel, consent="ask_first")
    amina.heard()
    told = await status(amina)
    assert told[0] == ASKING
    assert told[1].startswith("May we ask Mto Paralegals (invented) if they can help?")


@CHANNELS
async def test_accepted_and_contacted(line: Line, channel: str) -> None:
    amina = await files(line, channel)
    asha = await accepts(line)
    amina.heard()
    assert await status(amina) == [ACCEPTED]
    await asha.says("REACHED")
    assert await status(amina) == [
        "C: Mto Paralegals (invented) is helping you. What you write here goes to your helper."
    ]


@CHANNELS
async def test_handed_back_and_asked_anew(line: Line, channel: str) -> None:
    amina = await files(line, channel)
    asha = await accepts(line)
    await asha.says("BACK")
    amina.heard()
    assert await status(amina) == [ASKING]


@CHANNELS
async def test_a_helper_is_away(line: Line, channel: str) -> None:
    """Away stops offers; the case goes to others."""
    asha = await line.joins("Asha", "71", partner="mto")
    await asha.says("AWAY 3")
    amina = await files(line, channel)
    assert await status(amina) == [ASKING]


@CHANNELS
async def test_nobody_covers_it(line: Line, channel: str) -> None:
    amina = await files(line, channel, issue="work", region="SL-E")
    assert (await line.case(amina)).state is CaseState.UNSERVED
    assert await status(amina) == [
        "C: we know no helper for this place and problem now. We go on looking. We write here before T."
    ]


@CHANNELS
async def test_closed(line: Line, channel: str) -> None:
    await line.joins("Nia", "79", role=Role.COORDINATOR)
    amina = await files(line, channel)
    member = await line.member("Nia")
    case = await line.case(amina)
    async with line.store.transaction() as tx:
        await line.casework.close(tx, case.id, member, "service_given")
    await line.deliver()
    amina.heard()
    assert await status(amina) == ["C: this is closed. Send START to ask for help again, or PERSON to reach a human."]


@CHANNELS
async def test_nothing_was_told_and_an_intake_that_runs(line: Line, channel: str) -> None:
    amina = line.person("+254700000001" if channel == SMS else "1", channel)
    await amina.says("hello")
    amina.heard()
    told = "\n".join(await status(amina))
    assert "Is anyone in trouble right now?" in told
    await amina.says("4")
    amina.heard()
    told = "\n".join(await status(amina))
    assert "Who needs help?" in told


@CHANNELS
async def test_filed_while_they_were_silent(line: Line, channel: str) -> None:
    amina = line.person("+254700000001" if channel == SMS else "1", channel)
    for each in ("hello", "4", "1", "1", "1", "Nakuru"):
        await amina.says(each)
    await line.passes(hours=2, minutes=5)
    amina.heard()
    told = "\n".join(await status(amina))
    assert "we are asking groups near you" in told
    assert "Is there a date soon?" in told


@CHANNELS
async def test_two_cases(line: Line, channel: str) -> None:
    amina = await files(line, channel)
    await accepts(line)
    await files(line, channel)
    (told,) = await status(amina)
    assert told.splitlines()[0] == ASKING
    assert ACCEPTED in told
    assert "To write about one of them, begin with its code, like C." in told


@CHANNELS
async def test_a_phone_that_others_read(line: Line, channel: str) -> None:
    amina = await files(line, channel, lane=Lane.QUIET, contact="here", issue="violence_abuse")
    assert await status(amina) == ["Thank you. We are still on it. You can write here any time."]
