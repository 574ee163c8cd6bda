"""A second case beside the first: each keeps its helper, and words never reach the wrong one."""

from __future__ import annotations

import pytest

from flows.routing.casebook import Case, EntryKind, Lane
from flows.routing.codes import show_receipt
from tests.bot.casework.line import SMS, TELEGRAM, Line, Person


async def cases(line: Line, person: Person) -> list[Case]:
    """Oldest first."""
    async with line.store.reading() as tx:
        return list(await tx.cases.of_conversation((await person.conversation()).id))[::-1]


async def two(line: Line, channel: str = SMS) -> tuple[Person, Person, Person, Case, Case]:
    """Someone with a case that Asha holds and a later one that Zuri holds; all screens are read."""
    address = "+254700000001" if channel == SMS else "501"
    asha = await line.joins("Asha", "71", partner="mto")
    zuri = await line.joins("Zuri", "72", partner="taa")
    amina = await line.files(address, channel)
    await asha.says("ACC")
    await asha.says("1")
    await line.files(address, channel, lane=Lane.HELD, issue="detention_police")
    await zuri.says("ACC")
    await zuri.says("1")
    asha.heard(), zuri.heard(), amina.heard()
    first, second = await cases(line, amina)
    assert first.state == second.state == "accepted"
    return amina, asha, zuri, first, second


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
async def test_status_says_each_with_its_code(line: Line, channel: str) -> None:
    amina, _, _, first, second = await two(line, channel)
    await amina.says("STATUS")
    (told,) = amina.heard()
    assert told.index(show_receipt(second.receipt)) < told.index(show_receipt(first.receipt))
    assert "Mto" in told
    assert "Taa" in told
    assert f"begin with its code, like {show_receipt(second.receipt)}." in told


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
async def test_words_that_may_be_for_either_helper_wait_until_it_is_said_for_whom(line: Line, channel: str) -> None:
    amina, asha, zuri, first, second = await two(line, channel)

    await amina.says("they came back with a paper")
    (asked,) = amina.heard()
    assert asked.startswith("Which one is this for?")
    assert asha.heard() == zuri.heard() == []

    if channel == SMS:
        assert f"1 {show_receipt(second.receipt)}" in asked
        await amina.says("2")
    else:
        await amina.taps(show_receipt(first.receipt))
    assert "they came back with a paper" in asha.heard()[-1]
    assert zuri.heard() == []
    assert amina.heard()[-1] == "Passed on to your helper."

    await amina.says("and a bulldozer")
    assert "and a bulldozer" in asha.heard()[-1], "the choice is remembered"
    await line.passes(minutes=31)
    await amina.says("hello there again, still me")
    assert amina.heard()[-1].startswith("Which one is this for?")


async def test_a_code_before_the_words_says_it_without_a_question(line: Line) -> None:
    amina, asha, zuri, first, _ = await two(line)
    for code in (first.receipt.lower(), show_receipt(first.receipt), f"{first.receipt}:"):
        await amina.says(f"{code} they came back")
        assert asha.heard()[-1].endswith("they came back")
    assert zuri.heard() == []


async def test_words_are_not_lost_when_the_question_is_not_answered(line: Line) -> None:
    amina, asha, zuri, _, second = await two(line)
    await amina.says("they came back with a paper")
    await amina.says("STATUS")
    async with line.store.reading() as tx:
        words = [entry.words for entry in await tx.cases.entries(second.id) if entry.kind is EntryKind.SEEKER_WROTE]
    assert words == ["they came back with a paper"]
    assert "they came back with a paper" in zuri.heard()[-1]
    assert asha.heard() == []
    assert "passed" not in " ".join(amina.heard()).lower()


async def test_a_helpers_words_come_with_the_code_of_their_case(line: Line) -> None:
    amina, asha, zuri, first, second = await two(line)
    await amina.says(f"{first.receipt} hello")
    amina.heard()
    await asha.says("I come on Monday")
    assert amina.heard() == [f"{show_receipt(first.receipt)}, from your helper:\nI come on Monday"]
    await zuri.says("Your brother is well")
    assert amina.heard() == [f"{show_receipt(second.receipt)}, from your helper:\nYour brother is well"]


async def test_stop_is_told_to_both_helpers(line: Line) -> None:
    amina, asha, zuri, _, _ = await two(line)
    await amina.says("STOP")
    assert "has stopped all texts" in asha.heard()[-1]
    assert "has stopped all texts" in zuri.heard()[-1]


async def test_delete_ends_both(line: Line) -> None:
    amina, asha, zuri, _, _ = await two(line)
    await amina.says("DELETE")
    await amina.says("1")
    assert "wants all deleted" in asha.heard()[-1]
    assert "wants all deleted" in zuri.heard()[-1]
    assert amina.heard()[-1].startswith("All that you sent us is deleted here.")


async def test_a_shared_phone_is_not_shown_that_there_are_two(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()
    await asha.says("ACC")
    await asha.says("1")
    await line.files(lane=Lane.QUIET, contact="shared", issue="violence_abuse")
    amina.heard()
    await amina.says("is there any news")
    await amina.says("STATUS")
    said = " ".join(amina.heard())
    for case in await cases(line, amina):
        assert show_receipt(case.receipt) not in said
    assert "Which one" not in said


async def test_a_yes_for_an_earlier_case_lets_nobody_see_a_later_one(line: Line) -> None:
    await line.files()
    async with line.store.transaction() as tx:
        (who,) = (await tx.conversations.ensure([(SMS, "+254700000001")])).values()
        later = await tx.cases.open(
            who.id, lane=Lane.NORMAL, region="KE-31", issue="work", urgency="soon", language="en", facts={}, answers={}
        )
        assert await tx.consents.granting(later.id) is None


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
async def test_the_language_can_be_changed_after_sending_and_helpers_see_it(line: Line, channel: str) -> None:
    amina = await line.files("+254700000001" if channel == SMS else "501", channel)
    amina.heard()
    await amina.says("LANGUAGE")
    assert amina.heard()[-1].startswith("Which language?")
    if channel == SMS:
        await amina.says("2")
    else:
        await amina.taps("Kiswahili")
    assert (await amina.conversation()).language == "sw"
    assert (await line.case(amina)).language == "sw"
    amina.heard()
    await amina.says("STATUS")
    assert "we are asking" not in amina.heard()[-1]
