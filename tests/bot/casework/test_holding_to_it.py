"""What was promised or said of the phone is held to: promises outlive a pause, shared phones get no words, a code is no
answer, and who wrote for someone held hears that a person has the call."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from flows.routing.casebook import EntryKind, Lane, Role
from storage import ShiftedClock, Store
from tests.bot.casework.line import SMS, TELEGRAM, Library, Line, Person, open_line
from tests.support.databases import Database

CHANNELS = pytest.mark.parametrize("channel", [SMS, TELEGRAM])


@pytest.fixture
async def line(database: Database, clock: ShiftedClock, library: Library) -> AsyncIterator[Line]:
    async with (
        Store.open(database.url, database.keys, clock=clock) as store,
        open_line(store, clock, library) as opened,
    ):
        yield opened


def address(channel: str) -> str:
    return "+254700000001" if channel == SMS else "1"


async def writes(line: Line, channel: str, *words: str) -> Person:
    person = line.person(address(channel), channel)
    for each in words:
        await person.says(each)
    person.heard()
    return person


# ---- a promise and a pause


@CHANNELS
async def test_a_promise_that_lapsed_while_they_had_paused_is_made_again_when_they_write(
    line: Line, channel: str
) -> None:
    amina = await line.files(address(channel), channel)
    assert (await line.case(amina)).promised_at is not None
    await amina.says("PAUSE")
    await line.passes(days=5)
    assert (await line.case(amina)).promised_at is None
    amina.heard()
    await amina.says("STATUS")

    promised = (await line.case(amina)).promised_at
    assert promised is not None
    assert "We write here before" in amina.heard()[0]
    await line.passes(days=5)
    assert amina.heard()


async def test_a_promise_that_still_waits_stays_as_it_is(line: Line) -> None:
    amina = await line.files()
    promised = (await line.case(amina)).promised_at
    await amina.says("PAUSE")
    await line.passes(minutes=5)
    await amina.says("STATUS")

    assert (await line.case(amina)).promised_at == promised


@CHANNELS
async def test_after_stop_and_start_a_promise_is_made_again(line: Line, channel: str) -> None:
    amina = await line.files(address(channel), channel)
    await amina.says("STOP")
    await line.passes(days=5)
    assert (await line.case(amina)).promised_at is None
    await amina.says("START")

    assert (await line.case(amina)).promised_at is not None


@pytest.mark.parametrize("contact", ["call", "never"])
async def test_nothing_is_promised_to_whom_we_may_not_write(line: Line, contact: str) -> None:
    amina = await line.files(contact=contact)
    await amina.says("PAUSE")
    await amina.says("STATUS")

    assert (await line.case(amina)).promised_at is None


# ---- a person only, never a text


@CHANNELS
@pytest.mark.parametrize("lane", [Lane.DANGER, Lane.NORMAL])
@pytest.mark.parametrize("phone", ["yes", "not_sure"])
async def test_a_helpers_words_never_go_to_a_phone_they_said_others_read(
    line: Line, channel: str, lane: Lane, phone: str
) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(address(channel), channel, lane=lane, issue="violence_abuse", phone=phone)
    amina.heard()
    await asha.taps("Accept")
    await asha.taps("No")
    assert "Others read this phone." in "\n".join(asha.heard())
    await asha.says("I can meet you on Monday")

    assert "not sent. Others read this phone." in asha.heard()[-1]
    await line.passes(days=3)
    assert amina.heard() == []
    assert EntryKind.HELPER_WROTE not in await line.happened(amina)


# ---- held: a person has it


@CHANNELS
@pytest.mark.parametrize("contact", ["1", "2"])
@pytest.mark.parametrize("sent", [True, False])
async def test_who_wrote_for_someone_held_hears_that_a_person_has_it(
    line: Line, channel: str, contact: str, sent: bool
) -> None:
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    rest = ("Nakuru", "1", "5", "1") if sent else ()
    brother = await writes(line, channel, "hello", "2", contact, *rest)
    await nia.taps("I have it")

    assert brother.heard() == ["A person on our team has this now. You can write more here any time."]


@CHANNELS
async def test_who_does_not_want_to_be_written_to_hears_it_at_status_only(line: Line, channel: str) -> None:
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    brother = await writes(line, channel, "hello", "2", "3", "Nakuru", "1", "5", "1")
    await nia.taps("I have it")

    assert brother.heard() == []


# ---- a code while another problem is told


@CHANNELS
async def test_a_code_in_a_running_intake_is_about_what_was_sent_before(line: Line, channel: str) -> None:
    amina = await line.files(address(channel), channel)
    code = (await line.case(amina)).receipt
    await amina.says("START")
    await amina.says("4")
    amina.heard()
    await amina.says(f"{code[:4]} {code[4:]}".lower())

    told = "\n".join(amina.heard())
    assert "we are asking groups near you" in told
    assert "Who needs help?" in told


@CHANNELS
async def test_words_behind_it_reach_the_helper_and_the_question_stays(line: Line, channel: str) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(address(channel), channel)
    code = (await line.case(amina)).receipt
    await asha.taps("Accept")
    await asha.taps("No")
    await amina.says("START")
    await amina.says("4")
    asha.heard()
    amina.heard()
    await amina.says(f"{code} I found the letter")

    assert [each.partition("\n")[2] for each in asha.heard()] == ["I found the letter"]
    told = amina.heard()
    assert "Passed on to your helper." in told
    assert any("Who needs help?" in each for each in told)
    await amina.says("1")
    assert "May we keep your answers" in amina.heard()[-1]


async def test_a_code_alone_is_never_passed_on_as_words(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()
    code = (await line.case(amina)).receipt
    await asha.taps("Accept")
    await asha.taps("No")
    asha.heard()
    await amina.says(code)

    assert asha.heard() == []
