"""After the yes: reached, not reached, handed back, and the clock to first contact."""

from __future__ import annotations

from flows.routing.casebook import CaseState, EntryKind, Lane, ReferralState, Role
from tests.bot.casework.line import Line, Person


async def accepted(line: Line, *, lane: Lane = Lane.NORMAL, **facts: str) -> tuple[Person, Person, Person]:
    """A person, the helper that has their case, a coordinator; all screens read."""
    asha = await line.joins("Asha", "71", partner="mto")
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    amina = await line.files(lane=lane, **facts)
    await asha.says("ACC")
    await asha.says("1")
    asha.heard(), amina.heard(), nia.heard()
    return amina, asha, nia


async def test_reached_stops_the_clock(line: Line) -> None:
    amina, asha, nia = await accepted(line)

    await asha.taps("Reached")

    assert "noted, you have reached them" in asha.heard()[-1]
    assert (await line.case(amina)).state is CaseState.CONTACTED
    await line.passes(days=9)
    assert nia.heard() == []
    assert (await line.referrals(amina))["mto"].state is ReferralState.CONTACTED


async def test_could_not_reach_is_noted_the_clock_runs_on_and_the_person_may_write(line: Line) -> None:
    amina, asha, nia = await accepted(line)

    await asha.taps("Could not reach")
    assert "Please try again before" in asha.heard()[-1]
    assert amina.heard() == ["Someone tried to reach you. Please write here when it is a good time."]

    await asha.says("NOANSWER")
    await asha.says(f"noanswer {await line.code(amina, 'mto')}")
    assert "has tried three times" in nia.heard()[-1]
    assert (await line.case(amina)).state is CaseState.ACCEPTED


async def test_handed_back_goes_to_the_next_and_everyone_hears(line: Line) -> None:
    amina, asha, nia = await accepted(line)
    kamau = await line.joins("Kamau", "72", partner="ziwa")

    await asha.taps("Hand back")

    assert "handed back" in asha.heard()[-1]
    assert "the group has handed it back" in nia.heard()[-1]
    assert amina.heard()[-1].startswith("The group we asked can not take it.")
    assert len(kamau.heard()) == 1
    referrals = await line.referrals(amina)
    assert (referrals["mto"].state, referrals["mto"].reason) == (ReferralState.DECLINED, "handed_back")
    assert (await line.case(amina)).state is CaseState.OFFERED

    await asha.says("hello")
    assert amina.heard() == []


async def test_missed_first_contact_calls_a_person_and_re_offers(line: Line) -> None:
    amina, asha, nia = await accepted(line)
    kamau = await line.joins("Kamau", "72", partner="ziwa")

    await line.passes(days=2)

    assert any(text.startswith("A person needs you now.") for text in nia.heard())
    assert asha.heard()[-1].endswith("goes to another group now. Please delete what you noted.")
    assert (
        amina.heard()
        == ["We are sorry that you had to wait. We are still on it. We write here again before Mon 17:00."]
        or "We are sorry that you had to wait." in amina.screen[-1]
    )
    assert len(kamau.heard()) == 1
    referrals = await line.referrals(amina)
    assert (referrals["mto"].state, referrals["mto"].reason) == (ReferralState.WITHDRAWN, "no_contact")
    assert {EntryKind.PAGED, EntryKind.WITHDRAWN} <= set(await line.happened(amina))


async def test_words_that_went_both_ways_are_contact(line: Line) -> None:
    amina, asha, nia = await accepted(line)
    await asha.says("When can we meet?")
    await amina.says("on monday")

    await line.passes(days=3)

    assert (await line.case(amina)).state is CaseState.CONTACTED
    assert not any(text.startswith("A person needs you now.") for text in nia.heard())


async def test_an_emergency_must_be_reached_within_half_an_hour_by_night_too(line: Line) -> None:
    await line.passes(hours=12)
    amina, _, _ = await accepted(line, region="KE-30", issue="", date="", lane=Lane.DANGER)

    await line.passes(minutes=30)

    assert (await line.referrals(amina))["mto"].reason == "no_contact"


async def test_who_does_not_hold_a_case_can_do_nothing_with_it(line: Line) -> None:
    amina, _, _ = await accepted(line)
    kamau = await line.joins("Kamau", "72", partner="ziwa")
    code = await line.code(amina, "mto")

    for order in (f"REACHED {code}", f"BACK {code}", f"NOANSWER {code}", f"M {code} hello"):
        await kamau.says(order)

    assert set(kamau.heard()) == {f"{code} is not open for you. LIST shows what is."}
    assert (await line.referrals(amina))["mto"].state is ReferralState.ACCEPTED
    assert amina.heard() == []


async def test_each_try_on_record_gives_the_time_to_first_contact_once_more_at_most_twice(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(date="2026-11-21")
    code = await line.code(amina, "mto")
    await asha.says(f"ACC {code}")
    await asha.taps("No")
    accepted = (await line.referrals(amina))["mto"]
    assert accepted.state is ReferralState.ACCEPTED
    assert accepted.due_at is not None
    first = due = accepted.due_at
    states = []
    for _ in range(3):
        await asha.says(f"NOANSWER {code}")
        async with line.store.reading() as tx:
            now = tx.now
        due = (await line.referrals(amina))["mto"].due_at or now
        await line.passes(seconds=int((due - now).total_seconds()) + 1)
        states.append((await line.referrals(amina))["mto"].state)
    assert states == [ReferralState.ACCEPTED, ReferralState.ACCEPTED, ReferralState.WITHDRAWN]
    assert due > first
