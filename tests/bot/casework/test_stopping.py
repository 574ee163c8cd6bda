"""STOP, DELETE, and messages that do not arrive: what the person hears, and what those who help them hear."""

from __future__ import annotations

import pytest

from flows.routing.casebook import CaseState, Lane, Role
from storage.errors import Vanished
from tests.bot.casework.line import SMS, TELEGRAM, Line


async def test_stop_during_an_offer_silences_us_and_the_offer_goes_on(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    amina = await line.files()
    amina.heard(), asha.heard()

    await amina.stops()

    assert (await amina.conversation()).silenced
    assert "the person has stopped all texts" in nia.heard()[-1]
    await asha.says("ACC")
    await asha.says("1")
    assert "DO NOT TEXT. They have stopped all texts." in asha.heard()[-1]
    await asha.says("hello")
    assert "not sent. The person has stopped all texts." in asha.heard()[-1]
    await line.passes(days=1)
    assert amina.heard() == []


async def test_stop_after_a_yes_tells_the_helper(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()
    await asha.says("ACC")
    await asha.says("1")

    await amina.stops()

    assert asha.heard()[-1].endswith("the person has stopped all texts. Do not text them.")
    assert (await line.case(amina)).state is CaseState.ACCEPTED


async def test_words_after_stop_are_taken_in_and_call_a_person(line: Line) -> None:
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    amina = await line.files()
    await amina.stops()
    nia.heard(), amina.heard()

    await amina.says("please help me now")

    assert amina.heard() == []
    assert nia.heard()[-1].startswith("A person needs you now.")
    await nia.taps("I have it")
    assert "DO NOT TEXT." in nia.heard()[-1]
    assert "please help me now" in [entry.words for entry in await line.timeline(amina)]


async def test_a_blocked_bot_is_told_to_helper_and_coordinator(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    amina = await line.files("55", TELEGRAM)
    await asha.says("ACC")
    await asha.says("1")
    line.channels[TELEGRAM].failing["55"] = "blocked"

    await asha.says("Can you come on Monday?")

    assert any("a message to the person did not arrive" in text for text in asha.heard())
    assert "did not arrive. Please look at the desk." in nia.heard()[-1]
    assert (await amina.conversation()).silenced
    assert "not_delivered:blocked" in [entry.reason for entry in await line.timeline(amina)]


async def test_two_coordinators_who_can_not_be_reached_do_not_tell_each_other_for_ever(line: Line) -> None:
    await line.joins("Nia", "79", role=Role.COORDINATOR)
    await line.joins("Dev", "78", role=Role.COORDINATOR)
    for address in ("78", "79"):
        line.channels[TELEGRAM].failing[address] = "refused"

    await line.files(region="SL-E")

    async with line.store.reading() as tx:
        assert (await tx.outbox.waiting()).queued == 0


async def test_a_helper_who_can_not_be_reached_is_told_to_the_coordinator(line: Line) -> None:
    await line.joins("Asha", "71", partner="mto")
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    line.channels[TELEGRAM].failing["71"] = "blocked"

    await line.files()

    assert nia.heard()[-1] == "Messages to Asha do not arrive. Please ask them to link a phone again."


async def test_a_dangerous_intake_that_stops_is_handed_over_at_once(line: Line) -> None:
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    amina = line.person("55", TELEGRAM)
    await amina.says("hello")
    if "English" in amina.buttons:
        await amina.taps("English")
    await amina.taps("Danger or hurt")
    await nia.taps("I have it")
    nia.heard()

    await amina.stops()

    assert "DO NOT TEXT." in nia.heard()[-1]


class TestDelete:
    async def test_everything_goes_and_everyone_hears(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await line.files(first_words="my uncle took the farm")
        case = await line.case(amina)
        await asha.says("ACC")
        await asha.says("1")
        asha.heard(), amina.heard()

        await amina.says("DELETE")
        await amina.says("yes")

        assert amina.heard()[-1] == (
            "All that you sent us is deleted here. Your phone and phone company still have the texts. "
            "You can write any time."
        )
        assert "the person wants all deleted" in asha.heard()[-1]
        async with line.store.reading() as tx:
            with pytest.raises(Vanished):
                await tx.cases.get(case.id)
            assert await tx.timers.next_due() is None

    async def test_an_open_offer_is_closed_and_can_not_be_accepted(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        baraka = await line.joins("Baraka", "+254711000001", SMS, partner="mto")
        amina = await line.files()
        code = await line.code(amina, "mto")

        await amina.says("DELETE")
        await amina.says("1")

        assert asha.screen[-1] == f"{code} is closed. You need not answer."
        assert baraka.heard()[-1] == f"{code} is closed. You need not answer."
        await asha.says(f"ACC {code} 1")
        assert asha.heard()[-1] == f"{code} is not open for you. LIST shows what is."

    async def test_it_ends_a_call_too(self, line: Line) -> None:
        nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
        amina = await line.files(lane=Lane.DANGER, issue="")
        await amina.says("PERSON")
        nia.heard()

        await amina.says("DELETE")
        await amina.says("yes")
        await line.passes(minutes=30)

        assert not [text for text in nia.heard() if text.startswith("A person needs you")]
        async with line.store.reading() as tx:
            assert await tx.pages.open_pages() == []

    async def test_anything_but_yes_keeps_all(self, line: Line) -> None:
        amina = await line.files()

        await amina.says("DELETE")
        await amina.says("no")

        assert (await line.case(amina)).facts["name"] == "Amina"

    async def test_a_case_is_erased_by_its_code_without_writing_to_the_person(self, line: Line) -> None:
        amina = await line.files()
        amina.heard()
        case = await line.case(amina)

        await line.store.run(lambda tx: line.casework.erase(tx, case))
        await line.deliver()

        assert amina.heard() == []
        async with line.store.reading() as tx:
            assert await tx.cases.by_receipt(case.receipt) is None


async def test_a_closed_case_goes_when_its_time_is_over_and_the_phone_begins_anew(line: Line) -> None:
    await line.joins("Nia", "79", role=Role.COORDINATOR)
    amina = await line.files()
    case, nia = await line.case(amina), await line.member("Nia")
    async with line.store.transaction() as tx:
        await line.casework.close(tx, case.id, nia, "service_given")

    await line.passes(days=89)
    assert (await line.case(amina)).state is CaseState.CLOSED
    await line.passes(days=1)

    async with line.store.reading() as tx:
        with pytest.raises(Vanished):
            await tx.cases.get(case.id)
    assert (await amina.conversation()).case is None


async def test_a_late_clock_of_an_erased_case_does_nothing(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()
    referral = (await line.referrals(amina))["mto"]
    case = await line.case(amina)
    await amina.says("DELETE")
    await amina.says("yes")
    asha.heard()

    for kind, subject in (("offer_due", referral.id), ("contact_due", referral.id), ("promise", case.id)):
        async with line.store.transaction() as tx:
            await line.casework.timers[kind](tx, subject, "")

    await line.deliver()
    assert asha.heard() == []


async def test_delete_after_stop_erases_without_a_word(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()
    await asha.says("ACC")
    await asha.says("1")
    await amina.stops()
    asha.heard(), amina.heard()
    kept = await line.case(amina)

    await amina.says("DELETE")

    assert amina.heard() == []
    assert len(asha.heard()) == 1
    async with line.store.reading() as tx:
        with pytest.raises(Vanished):
            await tx.cases.get(kept.id)


async def test_behind_the_neutral_screen_nothing_is_sent_until_they_write(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()
    await amina.says("000")
    assert amina.heard()[-1] == "Wrong number, sorry."

    await asha.says("ACC")
    await asha.says("1")
    await asha.says("M Are you safe?")
    await line.passes(days=1)
    assert amina.heard() == []

    await amina.says("STATUS")
    assert "Are you safe?" in amina.heard()[-1]


class TestDeleteAtTheProvider:
    @pytest.mark.parametrize("channel", [SMS, TELEGRAM])
    async def test_what_both_wrote_goes_there_and_only_the_last_words_stay(self, line: Line, channel: str) -> None:
        address = "+254700000001" if channel == SMS else "501"
        amina = await line.files(address, channel, first_words="my uncle took the farm")
        await amina.says("they came again")
        before = len(line.channels[channel].screen(address).messages)
        assert before > 1

        await amina.says("DELETE")
        await amina.says("yes")
        assert await line.eraser.erase(channel)

        (left,) = line.channels[channel].screen(address).messages.values()
        assert left.text.startswith("All that you sent us is deleted here.")
        assert "they came again" in line.channels[channel].erased
        assert not await line.eraser.erase(channel)

    async def test_the_operators_erasure_reaches_the_provider_too(self, line: Line) -> None:
        amina = await line.files()
        case = await line.case(amina)
        async with line.store.transaction() as tx:
            await line.casework.erase(tx, case)
        assert await line.eraser.erase(SMS)
        assert not line.channels[SMS].screen(amina.address).messages
