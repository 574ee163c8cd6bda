"""A number that may be someone else's by now: they see nothing of before, and the case goes on without texts."""

from __future__ import annotations

import pytest

from flows.routing.casebook import CaseState, Role
from flows.routing.codes import show_receipt
from storage import Tx
from storage.errors import Vanished
from tests.bot.casework.line import SMS, TELEGRAM, Line, Person


async def held(line: Line, channel: str = SMS) -> tuple[Person, Person]:
    """Someone whose case Asha holds; screens are read."""
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files("+254700000001" if channel == SMS else "501", channel)
    await asha.says("ACC")
    await asha.says("1")
    await asha.says("REACHED")
    asha.heard(), amina.heard()
    return amina, asha


async def test_after_three_months_of_silence_whoever_writes_is_a_stranger(line: Line) -> None:
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    amina, asha = await held(line)
    case = await line.case(amina)
    await asha.says("M are you well")
    await line.passes(days=91)
    assert "may belong to someone else now. DO NOT TEXT" in asha.heard()[-1]
    assert any(show_receipt(case.receipt) in told and "DO NOT TEXT" in told for told in nia.heard())
    before = len(amina.screen)

    for words in ("hello", "STATUS", "0", "LANGUAGE"):
        await amina.says(words)
    said = " ".join(amina.screen[before:])
    for secret in (case.receipt, show_receipt(case.receipt), "Mto", "are you well", "Amina"):
        assert secret not in said

    await amina.says("DELETE")
    await amina.says("1")
    async with line.store.reading() as tx:
        assert (await tx.cases.get(case.id)).state is CaseState.CONTACTED, "the new holder erases only what is theirs"

    await asha.says("M shall I come")
    assert "may belong to someone else now" in asha.heard()[-1]
    assert "shall I come" not in " ".join(amina.screen)


async def test_who_writes_now_and_then_stays_who_they_are(line: Line) -> None:
    amina, asha = await held(line)
    await line.passes(days=60)
    await amina.says("any news for me")
    await line.passes(days=60)
    assert "someone else" not in " ".join(asha.heard())
    assert (await line.case(amina)).state is CaseState.CONTACTED
    await line.passes(days=31)
    assert "someone else" in asha.heard()[-1]


async def test_a_number_in_nobodys_hands_is_parted_at_once(line: Line) -> None:
    amina, asha = await held(line)
    line.channels[SMS].failing[amina.address] = "disconnected"
    await amina.says("they came back")
    assert "may belong to someone else now" in asha.heard()[-1]
    del line.channels[SMS].failing[amina.address]
    await amina.says("STATUS")
    assert "Mto" not in " ".join(amina.heard())


async def test_an_opt_out_stays_with_the_number(line: Line) -> None:
    amina, _ = await held(line)
    await amina.says("STOP")
    amina.heard()
    await line.passes(days=91)
    await amina.says("hello")
    assert amina.heard() == []
    assert (await amina.conversation()).silenced


async def test_a_chat_is_nobody_elses(line: Line) -> None:
    _, asha = await held(line, TELEGRAM)
    await line.passes(days=120)
    assert "someone else" not in " ".join(asha.heard())


async def test_a_parted_case_can_be_erased_by_its_code(line: Line) -> None:
    amina, _ = await held(line)
    case = await line.case(amina)
    await line.passes(days=91)

    async def work(tx: Tx) -> None:
        await line.casework.erase(tx, await tx.cases.get(case.id))

    await line.store.run(work)
    await line.deliver()
    async with line.store.reading() as tx:
        with pytest.raises(Vanished):
            await tx.cases.get(case.id)


async def test_a_parted_conversation_goes_with_its_last_case(line: Line) -> None:
    amina, asha = await held(line)
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    case = await line.case(amina)
    await line.passes(days=91)
    async with line.store.transaction() as tx:
        await line.casework.close(tx, case.id, await line.member("Nia"), "service_given")
    await line.passes(days=91)
    async with line.store.reading() as tx:
        with pytest.raises(Vanished):
            await tx.conversations.get(case.conversation)
    assert asha.heard()
    assert nia.heard()
