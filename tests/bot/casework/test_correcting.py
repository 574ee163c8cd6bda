"""An answer that was sent can be put right, before and after somebody has taken the case."""

from __future__ import annotations

import pytest

from flows.routing.casebook import EntryKind, Lane, Role
from tests.bot.casework.line import SMS, TELEGRAM, Line, Person


async def shown(person: Person, word: str = "0") -> str:
    person.heard()
    await person.says(word)
    return person.heard()[-1]


def number(listed: str, label: str) -> str:
    return next(line.split(" ")[0] for line in listed.splitlines() if label in line)


@pytest.mark.parametrize("word", ["BACK", "0"])
async def test_a_helper_hears_what_was_put_right(line: Line, word: str) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(name="Amina")
    await asha.says("ACC")
    await asha.says("1")
    asha.heard()

    listed = await shown(amina, word)
    assert listed.startswith("Which one is not right?")
    await amina.says(number(listed, "Amina"))
    assert amina.heard()[-1] == "What is right? Write it in a few words."
    await amina.says("Halima")

    assert amina.heard()[-1] == "Thank you. We have changed that and tell whoever needs to know."
    assert "Halima" in asha.heard()[-1]
    assert (await line.case(amina)).answers["name"] == "Halima"
    assert (await line.happened(amina))[-1] is EntryKind.CORRECTED


async def test_another_place_sends_a_case_nobody_has_taken_to_others(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(region="KE-31")
    asha.heard()
    listed = await shown(amina)
    await amina.says(number(listed, "KE-31"))
    await amina.says("Mombasa")
    assert (await line.case(amina)).region.startswith("KE")
    assert (await line.case(amina)).region != "KE-31"
    assert "is closed" in " ".join(asha.screen)


async def test_how_to_reach_them_is_not_guessed_from_words(line: Line) -> None:
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    amina = await line.files()
    nia.heard()
    listed = await shown(amina)
    await amina.says(number(listed, "text_or_call"))
    await amina.says("do not call, my husband has the phone")
    assert "contact" not in (await line.case(amina)).facts
    assert nia.heard(), "a person reads it"


async def test_the_yes_can_be_taken_back(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()
    asha.heard()
    listed = await shown(amina)
    await amina.says(number(listed, "I take back my yes"))
    assert amina.heard()[-1].startswith("All right. No group is asked any more.")
    case = await line.case(amina)
    async with line.store.reading() as tx:
        assert await tx.consents.granting(case.id) is None


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
async def test_answers_are_shown_on_no_other_phone_and_not_later(line: Line, channel: str) -> None:
    address = "+254700000001" if channel == SMS else "501"
    amina = await line.files(address, channel)
    await line.passes(minutes=31)
    assert "Amina" not in await shown(amina)
    quiet = await line.files("+254700000002", lane=Lane.QUIET, contact="shared", issue="violence_abuse")
    assert "violence" not in await shown(quiet)
    assert "Amina" not in " ".join(quiet.screen)


async def test_on_a_chat_it_is_a_tap(line: Line) -> None:
    amina = await line.files("501", TELEGRAM, name="Amina")
    await amina.says("/back")
    label = next(each for each in amina.buttons if "Amina" in each)
    await amina.taps(label)
    await amina.says("Halima")
    assert (await line.case(amina)).answers["name"] == "Halima"


async def test_a_list_holds_nobody(line: Line) -> None:
    amina = await line.files()
    await shown(amina)
    await amina.says("they came back")
    assert "they came back" in [entry.words for entry in await line.timeline(amina)]
