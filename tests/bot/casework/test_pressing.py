"""What makes a case more pressing after it was sent: words for danger, and what is told of the problem."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.base import Attached, Typed
from flows.routing.casebook import CaseState, Entry, EntryKind, PageKind, ReferralState, Role
from flows.triage.details import with_details
from storage import ShiftedClock, Store
from tests.bot.casework.line import PARTNERS, SMS, TELEGRAM, Library, Line, Person, open_line
from tests.support.databases import Database

MORE_PARTNERS = (
    PARTNERS
    + """
  - {id: usalama, name: Usalama House (invented), regions: [KE-31], issues: [violence_abuse, land_environment],
     languages: [en], independence: independent, certificates: [gbv, child], genders: [woman],
     hours: {mon-sun: "00:00-24:00"}, timezone: Africa/Nairobi}
"""
)


@pytest.fixture
async def line(database: Database, clock: ShiftedClock, library: Library) -> AsyncIterator[Line]:
    """Over both databases, with the questions after "Sent"."""
    asking = replace(library, flows=with_details(library.flows, library.issues))
    async with (
        Store.open(database.url, database.keys, clock=clock) as store,
        open_line(store, clock, asking, partners=MORE_PARTNERS) as opened,
    ):
        yield opened


async def files(line: Line, channel: str = SMS, **facts: Any) -> Person:
    return await line.files("+254700000001" if channel == SMS else "1", channel, **facts)


async def calls(line: Line, person: Person) -> list[PageKind]:
    conversation = await person.conversation()
    async with line.store.reading() as tx:
        return [page.kind for page in await tx.pages.of_conversation(conversation.id)]


async def raised(line: Line, person: Person) -> list[Entry]:
    return [each for each in await line.timeline(person) if each.reason.startswith("urgency:")]


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
@pytest.mark.parametrize(
    ("words", "heard", "why", "kind"),
    [
        ("he says he will kill me tonight", "danger", "danger", PageKind.DANGER),
        ("i want to die", "danger,wants_to_die", "wants_to_die", PageKind.DANGER),
        ("police arrested my brother today", "held", "held", PageKind.HELD),
    ],
)
async def test_words_for_danger_raise_the_case_and_say_why(
    line: Line, channel: str, words: str, heard: str, why: str, kind: PageKind
) -> None:
    amina = await files(line, channel)
    assert (await line.case(amina)).urgency == "soon"
    await amina.says(words)

    case = await line.case(amina)
    assert (case.urgency, case.facts["heard"], case.issue) == ("emergency", heard, "land_environment")
    assert [each.reason for each in await raised(line, amina)] == [f"urgency:emergency:{why}"]
    assert await calls(line, amina) == [kind]


async def test_more_groups_are_asked_at_once_and_those_who_think_about_it_have_less_time(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await files(line)
    (first,) = (await line.referrals(amina)).values()
    assert first.partner == "mto"
    assert first.due_at is not None
    asha.heard()
    await amina.says("he says he will kill me tonight")

    out = await line.referrals(amina)
    assert len(out) == 3
    assert out["mto"].due_at is not None
    assert out["mto"].due_at < first.due_at
    (card,) = asha.heard()
    assert "Emergency" in card
    await asha.taps("Accept")
    await asha.taps("No")
    assert (await line.case(amina)).state is CaseState.ACCEPTED


async def test_the_time_that_was_told_is_the_time_that_counts(line: Line) -> None:
    amina = await files(line)
    await amina.says("he says he will kill me tonight")
    await line.passes(minutes=16)

    assert (await line.referrals(amina))["mto"].state is ReferralState.EXPIRED


async def test_whoever_has_the_case_is_told_and_must_reach_them_sooner(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await files(line)
    await asha.taps("Accept")
    await asha.taps("No")
    before = (await line.referrals(amina))["mto"].due_at
    asha.heard()
    await amina.says("he says he will kill me tonight")

    heard = asha.heard()
    assert "kill me" in heard[0]
    assert "is more urgent now: Emergency." in heard[1]
    now = (await line.referrals(amina))["mto"]
    assert before is not None
    assert now.due_at is not None
    assert now.due_at < before
    await line.passes(minutes=31)
    assert PageKind.MISSED_CONTACT in await calls(line, amina)


async def test_nothing_is_ever_lowered_and_the_same_words_change_nothing_more(line: Line) -> None:
    amina = await files(line)
    await amina.says("he says he will kill me tonight")
    await amina.says("he says he will kill me tonight")
    await amina.says("all is well now")

    assert (await line.case(amina)).urgency == "emergency"
    assert len(await raised(line, amina)) == 1
    assert await calls(line, amina) == [PageKind.DANGER]


async def test_a_threat_after_it_was_sent_counts_with_the_work_they_told_of_before(line: Line) -> None:
    amina = await files(line, heard="defender")
    assert (await line.case(amina)).urgency == "soon"
    await amina.says("they threaten me")

    assert (await line.case(amina)).urgency == "emergency"
    assert await calls(line, amina) == [PageKind.DANGER]


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
@pytest.mark.parametrize(
    "content",
    [
        Typed(text="he says he will kill me tonight", edited=True),
        Attached(kind="photo", caption="he says he will kill me tonight"),
    ],
)
async def test_in_a_changed_message_or_under_a_picture_too(line: Line, channel: str, content: Typed | Attached) -> None:
    amina = await files(line, channel)
    await line.hear(amina, content)

    assert (await line.case(amina)).urgency == "emergency"
    assert await calls(line, amina) == [PageKind.DANGER]


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
@pytest.mark.parametrize("caption", [True, False])
async def test_in_an_intake_that_runs_they_call_a_person(line: Line, channel: str, caption: bool) -> None:
    amina = line.person("+254700000001" if channel == SMS else "1", channel)
    for each in ("hello", "4", "1"):
        await amina.says(each)
    words = "he says he will kill me tonight"
    await line.hear(amina, Attached(kind="photo", caption=words) if caption else Typed(text=words, edited=True))

    assert await calls(line, amina) == [PageKind.DANGER]


async def test_with_two_cases_the_one_that_was_meant_is_raised(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await files(line)
    older = await line.case(amina)
    await asha.taps("Accept")
    await asha.taps("No")
    await files(line)
    newer = await line.case(amina)
    await amina.says(f"{older.receipt} he says he will kill me tonight")

    async with line.store.reading() as tx:
        assert (await tx.cases.get(older.id)).urgency == "emergency"
        assert (await tx.cases.get(newer.id)).urgency == "soon"


async def test_what_waits_for_which_case_it_is_about_is_pressing_at_once(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await files(line)
    older = await line.case(amina)
    await asha.taps("Accept")
    await asha.taps("No")
    await files(line)
    newer = await line.case(amina)
    await amina.says("he says he will kill me tonight")
    async with line.store.reading() as tx:
        assert (await tx.cases.get(newer.id)).urgency == "emergency"
    await amina.says("2")

    async with line.store.reading() as tx:
        assert (await tx.cases.get(older.id)).urgency == "emergency"


async def test_a_kind_of_problem_that_is_an_emergency_calls_a_person(line: Line) -> None:
    amina = await files(line, issue="violence_abuse")
    await amina.says("1")
    assert (await line.case(amina)).urgency == "urgent"
    await amina.says("2")

    case = await line.case(amina)
    assert (case.issue, case.urgency) == ("violence_abuse.sexual_violence", "emergency")
    assert await calls(line, amina) == [PageKind.DANGER]


async def test_a_kind_of_problem_that_is_not_calls_nobody(line: Line) -> None:
    amina = await files(line, issue="violence_abuse")
    await amina.says("1")
    await amina.says("1")

    assert (await line.case(amina)).issue == "violence_abuse.partner_violence"
    assert await calls(line, amina) == []


async def test_an_emergency_by_what_was_told_in_an_ordinary_intake_calls_a_person(line: Line) -> None:
    nia = await line.joins("Nia", "90", role=Role.COORDINATOR)
    amina = await files(line, issue="violence_abuse", who="minor")

    assert (await line.case(amina)).urgency == "emergency"
    assert EntryKind.PAGED in await line.happened(amina)
    assert any(each.startswith("A person needs you now.") for each in nia.heard())
