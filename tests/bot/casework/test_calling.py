"""Calling a person on duty: at once, on every phone, saying nothing, until one of them has it."""

from __future__ import annotations

from flows.routing.casebook import Lane, PageKind, Role
from storage import Tx
from tests.bot.casework.line import SMS, Line, Person


async def on_duty(line: Line) -> tuple[Person, Person, Person]:
    """Nia with two phones, Dev with one; all screens read."""
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    nia_sms = await line.joins("Nia", "+254711000079", SMS, role=Role.COORDINATOR)
    dev = await line.joins("Dev", "78", role=Role.COORDINATOR)
    return nia, nia_sms, dev


async def in_danger(line: Line) -> Person:
    """Someone who has just said so at the first question."""
    amina = line.person("+254700000009")
    await amina.says("hello")
    if "language" in amina.screen[-1]:
        await amina.says("1")
    await amina.says("1")
    return amina


async def test_a_dangerous_answer_calls_the_first_on_duty_on_every_phone_and_says_nothing(line: Line) -> None:
    nia, nia_sms, dev = await on_duty(line)

    await in_danger(line)

    for phone in (nia, nia_sms):
        (call,) = phone.heard()
        assert call.startswith("A person needs you now. Reply GOT ")
    assert nia.buttons == ["I have it"]
    assert dev.heard() == []


async def test_the_call_is_repeated_every_five_minutes_and_climbs_until_someone_has_it(line: Line) -> None:
    nia, _, dev = await on_duty(line)
    juma = await line.joins("Juma", "77", role=Role.COORDINATOR)
    await in_danger(line)
    nia.heard()

    await line.passes(minutes=10)
    assert (len(nia.heard()), dev.heard()) == (2, [])
    await line.passes(minutes=15)
    assert (len(nia.heard()), len(dev.heard()), juma.heard()) == (3, 3, [])
    await line.passes(minutes=5)
    assert (len(nia.heard()), len(dev.heard()), len(juma.heard())) == (1, 1, 1)
    await dev.taps("I have it")
    assert "is yours. This is what we know." in dev.heard()[-1]
    assert "Dev has " in nia.heard()[-1]
    assert "Dev has " in juma.heard()[-1]
    await line.passes(minutes=20)
    assert nia.heard() == juma.heard() == []


async def test_when_all_were_called_for_an_hour_they_are_called_less_often(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    await in_danger(line)
    await line.passes(minutes=90)
    nia.heard()

    await line.passes(hours=2)

    assert len(nia.heard()) == 4


async def test_by_text_message_got_and_the_code(line: Line) -> None:
    _, nia_sms, dev = await on_duty(line)
    await in_danger(line)
    code = nia_sms.heard()[-1].rstrip(".").rpartition(" ")[2]
    dev.heard()

    await nia_sms.says(f"got {code.lower()}")
    assert nia_sms.heard() == [f"{code} is yours. Please open the desk to read it."]
    await dev.says(f"GOT {code}")
    assert dev.heard()[-1] == f"There is no open call {code}. Someone may have it already."


async def test_what_is_not_known_to_be_safe_reads_do_not_contact(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    await in_danger(line)

    await nia.taps("I have it")

    assert "Why: someone may be in danger" in nia.screen[-1]
    assert "DO NOT CONTACT. We do not know what is safe." in nia.screen[-1]


async def test_ten_minutes_of_silence_hand_over_what_exists(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    amina = await in_danger(line)
    await nia.taps("I have it")
    await amina.says("1")
    await amina.says("2")
    await amina.says("Nakuru")
    nia.heard()

    await line.passes(minutes=11)

    news = nia.heard()[-1]
    assert "this is what we know by now" in news
    assert "Texts only. Do not call." in news
    assert "Place: Nakuru" in news


async def test_the_sent_case_is_handed_to_whoever_has_the_call(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    amina = await in_danger(line)
    await nia.taps("I have it")
    nia.heard()
    for answer in ("1", "1", "Nakuru", "1"):
        await amina.says(answer)

    assert amina.heard()[-1].startswith("Sent. Your code is ")
    assert "Texts and calls are safe." in nia.heard()[-1]


async def test_a_paralegal_can_not_take_a_call(line: Line) -> None:
    _, nia_sms, _ = await on_duty(line)
    asha = await line.joins("Asha", "71", partner="mto")
    await in_danger(line)
    code = nia_sms.heard()[-1].rstrip(".").rpartition(" ")[2]

    await asha.says(f"GOT {code}")

    assert asha.heard() == [f"There is no open call {code}. Someone may have it already."]


async def test_with_no_phone_on_the_rota_the_last_resort_is_called_at_once(line: Line) -> None:
    juma = await line.joins("Juma", "77", role=Role.COORDINATOR)
    await in_danger(line)

    assert len(juma.heard()) == 1


async def test_when_nobody_can_be_called_the_call_waits_and_is_on_record(line: Line) -> None:
    await in_danger(line)

    async with line.store.reading() as tx:
        (page,) = await tx.pages.open_pages()
        acts = [act.action for act in await tx.audit.list(subject=page.id)]
    assert acts == ["page_unheard", "paged"]
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    await line.passes(minutes=5)
    assert nia.heard()[-1].startswith("A person needs you now.")


async def test_two_reasons_of_one_kind_are_one_call(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    amina = await line.files()
    nia.heard()

    await amina.says("PERSON")
    await amina.says("PERSON")

    assert len(nia.heard()) == 1


async def test_a_dangerous_draft_is_kept_until_a_person_closes_the_call(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    amina = await in_danger(line)
    await nia.taps("I have it")
    await line.passes(days=3)
    assert (await amina.conversation()).session is not None

    async def close(tx: Tx) -> None:
        (page,) = await tx.pages.of_conversation((await amina.conversation()).id)
        member = await tx.members.by_name("Nia")
        assert member is not None
        await line.casework.close_call(tx, page, member, "rang her sister")

    await line.store.run(close)

    assert (await amina.conversation()).session is None


async def test_a_message_that_can_not_be_read_calls_a_person_and_asks_for_it_again(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    amina = await line.files(lane=Lane.QUIET, contact="here", issue="")
    amina.heard()
    conversation = await amina.conversation()

    await line.store.run(lambda tx: line.casework.quarantined(tx, conversation))
    await line.deliver()

    assert amina.heard() == ["Please send your last message again in a few words."]
    assert nia.heard()[-1].startswith("A person needs you now.")
    async with line.store.reading() as tx:
        assert {page.kind for page in await tx.pages.open_pages()} == {PageKind.QUARANTINE}


async def test_place_and_contact_reach_whoever_has_the_call_as_they_arrive(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    amina = await in_danger(line)
    await nia.taps("I have it")
    nia.heard()

    await amina.says("1")
    assert nia.heard() == []
    await amina.says("2")
    assert "Texts only. Do not call." in nia.heard()[-1]
    await amina.says("Nakuru")
    assert "Place: Nakuru" in nia.heard()[-1]


async def test_a_call_in_a_new_intake_tells_nothing_of_an_old_case(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    amina = await line.files(contact="call")
    member, case = await line.member("Nia"), await line.case(amina)
    async with line.store.transaction() as tx:
        await line.casework.close(tx, case.id, member, "service_given")

    await amina.says("START")
    if "language" in amina.screen[-1]:
        await amina.says("1")
    await amina.says("1")
    await nia.taps("I have it")

    assert "DO NOT CONTACT. We do not know what is safe." in nia.screen[-1]
    assert "Calls only" not in nia.screen[-1]


async def test_who_had_the_call_of_an_earlier_case_hears_nothing_of_a_new_one(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    amina = await in_danger(line)
    await nia.taps("I have it")
    for answer in ("1", "1", "Nakuru", "1"):
        await amina.says(answer)
    await line.passes(hours=1)
    await line.files(amina.address)
    nia.heard()

    await line.files(amina.address)

    assert not [text for text in nia.heard() if "this is what we know by now" in text]


async def test_what_was_told_before_it_began_again_still_reaches_whoever_has_the_call(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    amina = await in_danger(line)
    for answer in ("2", "Nakuru", "1"):
        await amina.says(answer)
    await line.passes(minutes=31)
    await amina.says("hello")
    assert amina.screen[-1] == "Which town is nearest?"

    await nia.taps("I have it")

    assert "Nakuru" in nia.screen[-1]
    assert "DO NOT CONTACT" not in nia.screen[-1]


async def test_what_was_not_shared_is_kept_for_whoever_was_called(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    amina = await in_danger(line)
    for answer in ("1", "1", "Nakuru", "2"):
        await amina.says(answer)
    assert amina.screen[-1].startswith("All right. We tell no group.")
    await line.passes(days=2)

    await nia.taps("I have it")

    assert "Nakuru" in nia.screen[-1]
    assert "DO NOT CONTACT" not in nia.screen[-1]
    async with line.store.transaction() as tx:
        (page,) = await tx.pages.of_conversation((await amina.conversation()).id)
        await line.casework.close_call(tx, page, await line.member("Nia"), "safe")
    assert (await amina.conversation()).session is None
