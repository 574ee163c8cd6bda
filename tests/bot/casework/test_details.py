"""What is asked after "Sent": once, in the ordinary lane, and whatever else is sent is read as what it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from flows.dialogue.conversation import DETAILS
from flows.routing.casebook import CaseState, EntryKind, Lane, ReferralState
from flows.triage.details import with_details
from storage import ShiftedClock, Store
from tests.bot.casework.line import PARTNERS, SMS, TELEGRAM, Library, Line, open_line
from tests.support.databases import Database

MORE_PARTNERS = (
    PARTNERS
    + """
  - {id: nyumba, name: Nyumba Tenants (invented), regions: [KE-31], issues: [housing], languages: [en],
     independence: independent, genders: [woman], hours: {mon-sun: "00:00-24:00"}, timezone: Africa/Nairobi}
"""
)


@pytest.fixture
async def line(sqlite_database: Database, clock: ShiftedClock, library: Library) -> AsyncIterator[Line]:
    asking = replace(library, flows=with_details(library.flows, library.issues))
    async with (
        Store.open(sqlite_database.url, sqlite_database.keys, clock=clock) as store,
        open_line(store, clock, asking, partners=MORE_PARTNERS) as opened,
    ):
        yield opened


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
async def test_two_answers_name_the_issue_and_the_case_goes_where_it_fits(line: Line, channel: str) -> None:
    amina = await line.files(channel=channel)
    sent, asked = amina.heard()
    assert sent.startswith("Sent. Your code is")
    assert asked.startswith("You may tell more, or SKIP. What fits best?")
    assert (await line.case(amina)).issue == "land_environment"

    await (amina.taps("My home or rent") if channel == TELEGRAM else amina.says("2"))
    assert amina.heard()[-1].startswith("What fits best? Or SKIP.")
    assert (await line.case(amina)).issue == "housing"

    await amina.says("1")
    assert amina.heard() == ["Thank you. We add this for the helper."]
    case = await line.case(amina)
    assert case.issue == case.facts["issue"] == "housing.eviction"
    assert (await amina.conversation()).session is None
    told = [entry for entry in await line.timeline(amina) if entry.kind is EntryKind.CORRECTED]
    assert [(entry.actor, entry.reason) for entry in told] == [
        ("seeker", "issue:housing"),
        ("seeker", "urgency:urgent:usual_urgent"),
        ("seeker", "issue:housing.eviction"),
    ]
    states = {partner: referral.state for partner, referral in (await line.referrals(amina)).items()}
    assert states == {"mto": ReferralState.WITHDRAWN, "nyumba": ReferralState.OFFERED}


async def test_an_offer_that_still_fits_stays(line: Line) -> None:
    amina = await line.files()
    offered = set(await line.referrals(amina))
    await amina.says("1")
    await amina.says("1")

    assert (await line.case(amina)).issue == "land_environment.land_grab"
    states = {partner: referral.state for partner, referral in (await line.referrals(amina)).items()}
    assert states == dict.fromkeys(offered, ReferralState.OFFERED)


async def test_silence_costs_nothing(line: Line) -> None:
    amina = await line.files()
    before = await line.case(amina)
    await line.passes(days=2)

    assert (await line.case(amina)).issue == before.issue
    await amina.says("1")
    assert (await line.case(amina)).issue == before.issue


async def test_skip_ends_each_question(line: Line) -> None:
    amina = await line.files()
    amina.heard()
    await amina.says("skip")

    assert amina.heard() == ["Thank you. We add this for the helper."]
    assert (await line.case(amina)).issue == "land_environment"


@pytest.mark.parametrize("words", ["My mother is 80 and can not walk", "a thing that is no option"])
async def test_other_words_are_kept_for_the_helper_and_the_question_ends(line: Line, words: str) -> None:
    amina = await line.files()
    amina.heard()
    await amina.says(words)

    assert words in [entry.words for entry in await line.timeline(amina)]
    assert [text for text in amina.heard() if "fits best" in text] == []
    assert (await amina.conversation()).session is None


@pytest.mark.parametrize("order", ["status", "person", "delete", "language", "why", "again", "help"])
async def test_any_command_does_what_it_always_does(line: Line, order: str) -> None:
    amina = await line.files()
    amina.heard()
    await amina.says(order)

    assert [text for text in amina.heard() if "fits best" in text or "did not understand" in text] == []
    assert (await line.case(amina)).issue == "land_environment"


async def test_words_of_danger_call_a_person_though_a_number_stands_before_them(line: Line) -> None:
    await line.joins("Nia", "77")
    amina = await line.files()
    await amina.says("1 they will kill me")

    assert EntryKind.PAGED in await line.happened(amina)
    assert (await amina.conversation()).session is None


async def test_what_stands_behind_a_number_reaches_the_helper(line: Line) -> None:
    amina = await line.files()
    await amina.says("1 it was the chief")

    assert (await line.case(amina)).issue == "land_environment"
    assert "1 it was the chief" in [entry.words for entry in await line.timeline(amina)]


@pytest.mark.parametrize("facts", [{"contact": "shared"}, {"contact": "never"}, {"contact": "call"}])
async def test_nothing_is_asked_where_others_read_the_phone_or_we_may_not_write(
    line: Line, facts: dict[str, Any]
) -> None:
    amina = await line.files(**facts)
    assert [text for text in amina.heard() if "fits best" in text] == []


@pytest.mark.parametrize("lane", [Lane.DANGER, Lane.HELD, Lane.QUIET])
async def test_nothing_is_asked_in_the_other_lanes(line: Line, lane: Lane) -> None:
    amina = await line.files(lane=lane, issue="")
    assert [text for text in amina.heard() if "fits best" in text] == []


async def test_a_number_after_a_helpers_words_is_for_the_helper(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()
    await asha.taps("Accept")
    await asha.taps("No")
    await asha.says("Can you meet at 1 or 2?")
    amina.heard()
    await amina.says("2")

    assert (await line.case(amina)).issue == "land_environment"
    assert (await amina.conversation()).session is None
    assert any("2" in text for text in asha.heard())


async def test_while_a_groups_name_waits_for_a_yes_nothing_else_is_asked(line: Line) -> None:
    amina = await line.files(consent="ask_first")
    assert [text for text in amina.heard() if "fits best" in text] == []


async def test_whoever_has_the_case_hears_what_was_told(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()
    await asha.taps("Accept")
    await asha.taps("No")
    asha.heard()
    await amina.says("2")

    assert (await line.case(amina)).state is CaseState.ACCEPTED
    assert "My home or rent" in "\n".join(asha.heard())


async def test_a_more_urgent_issue_makes_the_case_more_urgent_and_never_less(line: Line) -> None:
    amina = await line.files()
    assert (await line.case(amina)).urgency == "soon"
    await amina.says("2")
    await amina.says("1")
    assert (await line.case(amina)).urgency == "urgent"

    juma = await line.files("+254700000002", date="2026-11-22")
    assert (await line.case(juma)).urgency == "urgent"
    await juma.says("1")
    await juma.says("2")
    assert (await line.case(juma)).urgency == "urgent"


def test_every_group_is_reached_and_every_issue_once_at_most_in_each(library: Library) -> None:
    flow = with_details(library.flows, library.issues)[DETAILS]
    groups = {group for groups in library.issues.menu.values() for group in groups}
    assert groups == {group.id for group in library.issues.groups}
    asked = {option.id for step in flow.steps for option in step.options}
    assert asked >= library.issues.nodes.keys()


async def test_who_takes_only_a_group_it_may_be_is_asked_where_nobody_else_can(line: Line) -> None:
    amina = await line.files(region="KE-31", issue="land_environment")
    async with line.store.transaction() as tx:
        everyone = await tx.partners.all()
        await tx.partners.replace_all([each for each in everyone if each.id == "nyumba"])
    juma = await line.files("+254700000002")

    assert set(await line.referrals(amina)) == {"mto"}
    assert set(await line.referrals(juma)) == {"nyumba"}
    await juma.says("1")
    assert (await line.referrals(juma))["nyumba"].state is ReferralState.WITHDRAWN
    assert (await line.case(juma)).state is CaseState.UNSERVED
