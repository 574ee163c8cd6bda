"""Consent as decided: a row for each purpose, the person's own yes where another wrote, and taking it back."""

from __future__ import annotations

import pytest

from flows.routing.casebook import CaseState, EntryKind, Lane, ReferralState, Role
from storage.consents import Consent
from tests.bot.casework.line import SMS, TELEGRAM, Line, Person


async def rows(line: Line, person: Person) -> list[Consent]:
    case = await line.case(person)
    async with line.store.reading() as tx:
        return list(await tx.consents.of_case(case.id))


async def withdraws(line: Line, person: Person) -> None:
    case = await line.case(person)
    async with line.store.transaction() as tx:
        await line.casework.withdraw_consent(tx, await tx.cases.lock(case.id))
    await line.deliver()


@pytest.mark.parametrize(
    ("lane", "consent", "scope"),
    [
        (Lane.NORMAL, "yes", "without_name"),
        (Lane.NORMAL, "ask_first", "ask_first"),
        (Lane.DANGER, "yes", "emergency"),
        (Lane.QUIET, "yes", "emergency"),
    ],
)
async def test_a_row_says_what_for_how_far_in_which_words_language_channel_and_when(
    line: Line, lane: Lane, consent: str, scope: str
) -> None:
    amina = await line.files(lane=lane, consent=consent)

    share = next(row for row in await rows(line, amina) if row.purpose == "share")
    assert (share.answer, share.scope, share.wording, share.language, share.channel) == (
        "yes",
        scope,
        "v1",
        "en",
        "sms",
    )
    assert share.at <= (await line.case(amina)).opened_at


@pytest.mark.parametrize("who", ["child", "other", "group"])
async def test_who_wrote_for_someone_else_said_yes_to_their_own_words_only(line: Line, who: str) -> None:
    amina = await line.files(who=who)

    assert [(row.purpose, row.answer) for row in await rows(line, amina)] == [
        ("share", "yes"),
        ("contact", "text_or_call"),
        ("own", "to_be_asked"),
    ]


async def test_someone_held_is_still_to_be_asked(line: Line) -> None:
    brother = await line.files(lane=Lane.HELD, issue="")

    assert ("own", "to_be_asked") in [(row.purpose, row.answer) for row in await rows(line, brother)]


async def test_who_writes_for_themselves_is_asked_once(line: Line) -> None:
    amina = await line.files(who="me")

    assert [row.purpose for row in await rows(line, amina)] == ["share", "contact"]


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
@pytest.mark.parametrize(
    ("contact", "way"),
    [("text", "text"), ("call", "call"), ("never", "writes"), ("+254700000009", "other_number")],
)
async def test_how_they_may_be_reached_is_a_consent_of_its_own_and_holds_no_number(
    line: Line, channel: str, contact: str, way: str
) -> None:
    amina = await line.files("+254700000001" if channel == SMS else "1", channel, contact=contact)

    (row,) = [each for each in await rows(line, amina) if each.purpose == "contact"]
    assert (row.answer, row.language, row.channel) == (way, "en", channel)
    assert len(row.wording) == 8
    assert row.at <= (await line.case(amina)).opened_at


async def test_nothing_is_written_down_where_it_was_not_asked(line: Line) -> None:
    amina = await line.files(contact="")

    assert "contact" not in [row.purpose for row in await rows(line, amina)]


async def test_a_yes_taken_back_ends_offers_and_asks_nobody_again(line: Line) -> None:
    nia = await line.joins("Nia", "90", role=Role.COORDINATOR)
    asha = await line.joins("Asha", "91", partner="mto")
    amina = await line.files()
    assert (await line.referrals(amina))["mto"].state is ReferralState.OFFERED
    asha.heard()
    nia.heard()

    await withdraws(line, amina)

    assert {each.state for each in (await line.referrals(amina)).values()} == {ReferralState.WITHDRAWN}
    assert any("shared with nobody now" in said for said in asha.screen)
    assert nia.heard()
    assert (await rows(line, amina))[-1].answer == "no"
    asked = set(await line.referrals(amina))
    await line.passes(days=9)
    assert set(await line.referrals(amina)) == asked
    case = await line.case(amina)
    assert case.state is CaseState.OPEN
    assert case.answers is not None
    assert EntryKind.WITHDRAWN in await line.happened(amina)


async def test_who_has_the_case_is_told_to_stop(line: Line) -> None:
    asha = await line.joins("Asha", "91", partner="mto", channel=TELEGRAM)
    amina = await line.files()
    code = await line.code(amina, "mto")
    await asha.says(f"ACC {code}")
    await asha.says("1")
    assert (await line.referrals(amina))["mto"].state is ReferralState.ACCEPTED
    asha.heard()

    await withdraws(line, amina)

    assert (await line.referrals(amina))["mto"].state is ReferralState.WITHDRAWN
    assert any("Do not contact them" in said for said in asha.heard())


async def test_taking_it_back_twice_changes_nothing_more(line: Line) -> None:
    amina = await line.files()
    await withdraws(line, amina)
    first = await rows(line, amina)

    await withdraws(line, amina)

    assert await rows(line, amina) == first
