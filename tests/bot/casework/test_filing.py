"""From answers to a case: its code, its urgency, our promise, and what becomes of intakes that stop on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.routing.casebook import CaseState, EntryKind, Lane, ReferralState
from tests.bot.casework.line import TELEGRAM, Line, Person


async def writes(person: Person, *words: str) -> None:
    for each in words:
        await person.says(each)


async def test_the_first_thing_they_hear_is_the_code_and_when_we_write(line: Line) -> None:
    amina = await line.files()

    case = await line.case(amina)
    shown = f"{case.receipt[:4]} {case.receipt[4:]}"
    assert amina.heard() == [f"Sent. Your code is {shown}. We write here before Mon 12:15."]
    assert case.promised_at is not None


@pytest.mark.parametrize(
    ("facts", "lane", "urgency"),
    [
        ({}, Lane.NORMAL, "soon"),
        ({"date": "2026-11-22"}, Lane.NORMAL, "urgent"),
        ({"issue": "money_consumer"}, Lane.NORMAL, "routine"),
        ({"issue": "money_consumer", "who": "minor"}, Lane.NORMAL, "soon"),
        ({"issue": ""}, Lane.DANGER, "emergency"),
        ({"issue": "", "held_state": "minor,sick"}, Lane.HELD, "emergency"),
    ],
)
async def test_urgency_comes_from_the_rules_and_is_on_record(
    line: Line, facts: dict[str, str], lane: Lane, urgency: str
) -> None:
    amina = await line.files(lane=lane, **facts)

    assert (await line.case(amina)).urgency == urgency
    assert (await line.timeline(amina))[0].reason != ""


async def test_where_no_issue_was_asked_only_those_trained_for_the_worst_are(line: Line) -> None:
    brother = await line.files(lane=Lane.HELD, issue="")

    assert set(await line.referrals(brother)) == {"taa"}


@pytest.mark.parametrize("contact", ["never", "call"])
async def test_to_whom_we_may_not_write_we_promise_nothing(line: Line, contact: str) -> None:
    amina = await line.files(contact=contact)

    assert "We will not write to you." in amina.heard()[0]
    await line.passes(days=7)
    assert amina.heard() == []
    assert (await line.case(amina)).promised_at is None


async def test_an_answer_about_contact_that_was_not_understood_is_no_leave_to_text(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(contact="not_known")

    receipt = (await line.case(amina)).receipt
    assert amina.heard() == [
        f"Sent. Your code is {receipt[:4]} {receipt[4:]}. Send STATUS any time for news. DELETE removes all."
    ]
    await asha.says("ACC")
    await asha.says("1")
    assert amina.heard() == []
    assert "DO NOT CONTACT. We do not know what is safe." in asha.heard()[-1]


async def test_a_text_we_start_waits_for_the_part_of_the_day_they_named(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(contact="text", contact_time="evening")
    amina.heard()

    await asha.says("ACC")
    await asha.says("1")
    await line.passes(hours=4)
    assert amina.heard() == []
    await line.passes(hours=2)

    assert amina.heard() == ["There is news for you. Send STATUS to read it."]


async def test_the_promise_is_kept_without_news_and_made_again(line: Line) -> None:
    amina = await line.files()
    amina.heard()
    promised = (await line.case(amina)).promised_at
    assert promised is not None

    await line.passes(days=3)

    told = amina.heard()
    assert told[-1].startswith("We are still on it. We write here again before ")
    async with line.store.reading() as tx:
        again = (await line.case(amina)).promised_at
        assert again is not None
        assert again > tx.now


async def test_an_emergency_hears_again_within_a_quarter_of_an_hour(line: Line) -> None:
    amina = await line.files(lane=Lane.DANGER, issue="", region="SL-E")
    amina.heard()

    await line.passes(minutes=15)

    assert amina.heard()[-1].startswith("We know no helper for this place and problem now.")
    await line.passes(minutes=30)
    assert amina.heard()[-1].startswith("We found nothing so far. We go on looking.")


async def test_a_phone_without_news_sounds_less_and_less_often(line: Line) -> None:
    amina = await line.files(lane=Lane.DANGER, issue="", region="SL-E")
    amina.heard()

    await line.passes(hours=1)
    assert len(amina.heard()) == 4, "every quarter of an hour at first"
    await line.passes(hours=11)
    assert len(amina.heard()) == 4
    await line.passes(days=2)
    assert len(amina.heard()) == 12, "every four hours, also at night"


async def test_nobody_is_told_that_nobody_answered_once_a_person_has_it(line: Line) -> None:
    nia = await line.joins("Nia", "81", TELEGRAM)
    asha = await line.joins("Asha", "71", partner="mto")
    amina = line.person("+254700000041")
    for said in ("he is beating me", "1", "1", "Nakuru", "1"):
        await amina.says(said)
    assert "New case" in asha.heard()[-1]
    (call, *_) = nia.heard()
    await nia.says(f"GOT {call.rstrip('.').rpartition(' ')[2]}")
    assert amina.heard()[-1].startswith("A person on our team has this now.")

    await line.passes(minutes=30)

    told = amina.heard()
    assert told
    assert not [text for text in told if "obody has answered" in text or "No answer yet" in text]


async def test_what_we_start_is_quiet_even_when_they_wrote_an_hour_ago(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()
    amina.heard()
    await line.passes(hours=1)

    await asha.says("ACC")
    await asha.says("1")

    assert amina.heard() == ["There is news for you. Send STATUS to read it."]
    await amina.says("STATUS")
    assert "Mto Paralegals (invented) has said yes." in amina.heard()[-1]


class TestStatus:
    async def test_it_says_how_the_case_truly_stands(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await line.files()
        amina.heard()

        await amina.says("STATUS")
        assert "we are asking groups near you. None has said yes so far. We write here before" in amina.heard()[-1]
        await writes(asha, "ACC", "1")
        amina.heard()
        await amina.says("status")
        assert "Mto Paralegals (invented) has said yes." in amina.heard()[-1]
        await asha.says("REACHED")
        await amina.says("STATUS")
        assert "Mto Paralegals (invented) is helping you." in amina.heard()[-1]

    async def test_nobody_covers_it(self, line: Line) -> None:
        amina = await line.files(region="SL-E", contact="never")
        amina.heard()

        await amina.says("STATUS")

        assert "we know no helper for this place and problem now" in amina.heard()[-1]
        assert "{" not in amina.screen[-1]

    async def test_after_a_month_nothing_of_before_is_shown(self, line: Line) -> None:
        amina = await line.files(contact="never")
        amina.heard()
        await line.passes(days=31)

        await amina.says("STATUS")

        assert amina.heard() == ["Thank you. We are still on it. You can write here any time."]
        await amina.says("STATUS")
        assert "May we ask Mji Public Office (invented)" in amina.heard()[-1]


class TestDrafts:
    async def begins(self, line: Line) -> Person:
        amina = line.person("77", TELEGRAM)
        await writes(amina, "hello", "English")
        return amina

    async def test_a_draft_goes_a_day_after_the_last_message(self, line: Line) -> None:
        amina = await self.begins(line)
        await line.passes(hours=20)
        await amina.says("hello again")
        await line.passes(hours=20)
        assert (await amina.conversation()).session is not None

        await line.passes(hours=4)

        assert (await amina.conversation()).session is None

    async def test_consent_place_and_issue_then_two_hours_of_silence_is_a_case(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await self.begins(line)
        await writes(amina, "4", "1", "1", "1", "Nakuru")
        amina.heard()

        await line.passes(hours=2)

        case = await line.case(amina)
        assert (case.region, case.issue, case.state) == ("KE-31", "land_environment", CaseState.OFFERED)
        assert len(asha.heard()) == 1
        assert "unfinished" in [entry.reason for entry in await line.timeline(amina)]
        assert amina.heard() == []

    async def test_consent_without_a_place_is_not_a_case_and_goes_as_a_draft(self, line: Line) -> None:
        amina = await self.begins(line)
        await writes(amina, "4", "1", "1", "1")

        await line.passes(hours=30)

        conversation = await amina.conversation()
        assert conversation.case is None
        assert conversation.session is None

    async def test_a_no_to_sharing_keeps_nothing(self, line: Line) -> None:
        amina = await self.begins(line)
        await writes(amina, "4", "1", "2")

        assert (await amina.conversation()).session is None
        async with line.store.reading() as tx:
            assert await tx.timers.next_due() is None


async def test_a_whole_intake_by_button_ends_in_a_case_with_its_answers(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = line.person("77", TELEGRAM)
    await amina.says("my land was taken")
    if "English" in amina.buttons:
        await amina.taps("English")
    for label in ("No", "Me", "Yes", "Land, home"):
        await amina.taps(label)
    await amina.says("nakuru")
    await amina.taps("No")
    await amina.says("Family")
    await amina.taps("Text or call here")
    await amina.says("Amina")
    await amina.taps("Send")

    case = await line.case(amina)
    assert amina.screen[-1].startswith("Sent. Your code is ")
    assert (case.region, case.issue, case.facts["name"]) == ("KE-31", "land_environment", "Amina")
    assert case.answers["first_words"] == "my land was taken"
    assert case.answers["other_side"] == "Family"
    assert case.answers["place"] == "Nakuru, Kenya"
    assert (await line.referrals(amina))["mto"].state is ReferralState.OFFERED
    assert len(asha.heard()) == 1
    assert (await amina.conversation()).session is None
    async with line.store.reading() as tx:
        consent, contact = await tx.consents.of_case(case.id)
    assert (consent.purpose, consent.answer, consent.scope) == ("share", "yes", "without_name")
    assert (contact.purpose, contact.answer) == ("contact", "text_or_call")


async def test_a_helper_reads_what_was_said_once_dates_in_words_and_nothing_of_what_was_skipped(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(name="skipped", place="Nakuru, Kenya", date="2026-11-24", other_side="family,police")
    await writes(asha, "ACC", "1")

    assert "skipped" not in asha.screen[-1]
    assert "Place: Nakuru, Kenya\n" in asha.screen[-1]
    assert "Date: Tue, 24 Nov 2026" in asha.screen[-1]
    assert (await line.case(amina)).answers["other_side"] == "family; police"


async def test_a_case_nobody_covered_is_offered_when_somebody_does(line: Line) -> None:
    amina = await line.files(region="SL-E")
    assert (await line.case(amina)).state is CaseState.UNSERVED
    async with line.store.transaction() as tx:
        partners = await tx.partners.all()
        wider = [replace(each, regions=(*each.regions, "SL")) if each.id == "taa" else each for each in partners]
        await tx.partners.replace_all(wider)

    await line.passes(days=1)

    assert (await line.referrals(amina))["taa"].state is ReferralState.OFFERED
    kinds = await line.happened(amina)
    assert kinds.index(EntryKind.NO_COVER) < kinds.index(EntryKind.OFFERED)
