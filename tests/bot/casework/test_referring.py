"""From a filed case to a partner's yes: offers, declines, silence, races, and nobody at all."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from bot.channels.base import Inbound, Typed
from flows.routing.casebook import CaseState, EntryKind, Lane, ReferralState, Role
from tests.bot.casework.line import SMS, TELEGRAM, Line, Person


async def accepts(member: Person) -> None:
    await member.taps("Accept")
    await member.taps("No")


async def test_a_case_reaches_a_partner_is_accepted_and_the_person_is_told(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")

    amina = await line.files(first_words="they took our farm")
    (receipt,) = amina.heard()
    assert receipt.startswith("Sent. Your code is ")
    (card,) = asha.heard()
    assert asha.buttons == ["Accept", "Decline"]
    for shown in ("Land", "Nakuru", "English", "Please answer before"):
        assert shown in card

    await asha.taps("Accept")
    assert asha.heard()[-1].endswith("could you, your family or your group be close to either side?")
    assert amina.heard() == []

    await asha.taps("No")
    (yours,) = asha.heard()
    for passed_on in ("Name to use: Amina", "First words: they took our farm", "Number: +254700000001"):
        assert passed_on in yours
    assert asha.buttons == ["Reached", "Could not reach", "Hand back"]
    (told,) = amina.heard()
    assert told.startswith("Mto Paralegals (invented) has said yes.")
    assert (await line.case(amina)).state is CaseState.ACCEPTED


async def test_before_a_yes_an_offer_shows_four_things_and_nothing_else(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    baraka = await line.joins("Baraka", "+254711000001", SMS, partner="mto")

    amina = await line.files(first_words="my uncle has a gun", other_side="official", story="Njoro farm")

    code = await line.code(amina, "mto")
    (card,) = asha.heard()
    assert card == (
        f"New case {code}\nLand, forest or water\nNakuru\nLanguage: English\nSoon\nPlease answer before Sat 12:00."
    )
    (text,) = baraka.heard()
    assert f"ACC {code} or DEC {code}" in text
    for word in ("Amina", "uncle", "gun", "official", "Njoro", "+254700000001"):
        assert word not in asha.screen[-1]
        assert word not in text


async def test_accepting_by_text_message_opens_the_relay_but_shows_no_name_and_no_number(line: Line) -> None:
    baraka = await line.joins("Baraka", "+254711000001", SMS, partner="mto")
    amina = await line.files()
    code = await line.code(amina, "mto")
    baraka.heard()

    await baraka.says(f"acc {code.lower()}")
    assert baraka.heard()[-1].endswith("1 No\n2 Yes or not sure")
    await baraka.says("1")

    (yours,) = baraka.heard()
    assert "Texts and calls are safe." in yours
    assert "Names and numbers need Telegram." in yours
    assert "Amina" not in yours
    assert "+254700000001" not in yours
    await baraka.says(f"M {code} When can we meet?")
    assert amina.heard()[-1] == "From your helper:\nWhen can we meet?"


async def test_close_to_a_side_is_a_no_for_conflict_and_shows_nothing(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()

    await asha.taps("Accept")
    await asha.taps("Yes or not sure")

    referral = (await line.referrals(amina))["mto"]
    assert (referral.state, referral.reason) == (ReferralState.DECLINED, "conflict")
    assert "Amina" not in " ".join(asha.screen)
    assert "ziwa" in await line.referrals(amina)


async def test_a_decline_with_its_reason_goes_to_the_next_partner_and_the_person_hears(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    kamau = await line.joins("Kamau", "72", partner="ziwa")
    amina = await line.files()
    amina.heard()

    await asha.taps("Decline")
    assert "We are full" in asha.buttons
    await asha.taps("We are full")

    referrals = await line.referrals(amina)
    assert (referrals["mto"].state, referrals["mto"].reason) == (ReferralState.DECLINED, "capacity")
    assert referrals["ziwa"].state is ReferralState.OFFERED
    assert len(kamau.heard()) == 1
    (told,) = amina.heard()
    assert told.startswith("The group we asked can not take it. We go on asking. We write here again before ")
    assert "Accept" not in asha.buttons


async def test_a_decline_by_text_message_counts_at_once_and_keeps_the_words(line: Line) -> None:
    baraka = await line.joins("Baraka", "+254711000001", SMS, partner="mto")
    amina = await line.files()

    await baraka.says("DEC full until friday")

    (declined,) = [entry for entry in await line.timeline(amina) if entry.kind is EntryKind.DECLINED]
    assert (declined.reason, declined.words) == ("capacity", "until friday")


async def test_silence_is_re_offered_by_itself_and_the_coordinator_hears(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    amina = await line.files(date="2026-11-21")
    amina.heard()

    await line.passes(hours=4)

    referrals = await line.referrals(amina)
    assert referrals["mto"].state is ReferralState.EXPIRED
    assert referrals["ziwa"].state is ReferralState.OFFERED
    assert "the time to answer is over" in asha.screen[1]
    assert any("a group did not answer in time" in text for text in nia.heard())
    assert all("group" not in text for text in amina.heard())


async def test_an_ordinary_offer_never_runs_out_at_night(line: Line) -> None:
    await line.passes(hours=4)
    amina = await line.files(region="KE-20", date="2026-11-21")

    await line.passes(hours=60)
    assert (await line.referrals(amina))["taa"].state is ReferralState.OFFERED
    await line.passes(hours=8)
    assert (await line.referrals(amina))["taa"].state is ReferralState.EXPIRED


async def test_an_emergency_runs_out_at_night_too(line: Line) -> None:
    await line.passes(hours=12)
    amina = await line.files(lane=Lane.DANGER, issue="", region="KE-20")

    await line.passes(minutes=15)

    assert (await line.referrals(amina))["taa"].state is ReferralState.EXPIRED


async def test_an_emergency_goes_to_three_at_once_and_both_losers_are_told(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    kamau = await line.joins("Kamau", "72", partner="ziwa")
    zawadi = await line.joins("Zawadi", "+254711000003", SMS, partner="taa")
    amina = await line.files(lane=Lane.DANGER, issue="")

    assert [len(each.heard()) for each in (asha, kamau, zawadi)] == [1, 1, 1]
    await accepts(kamau)

    referrals = await line.referrals(amina)
    assert referrals["ziwa"].state is ReferralState.ACCEPTED
    assert {referrals["mto"].reason, referrals["taa"].reason} == {"superseded"}
    assert "is taken. Another group was faster." in asha.screen[1]
    assert asha.buttons == []
    assert "is taken. Another group was faster." in zawadi.heard()[-1]


async def test_a_quiet_phone_agreed_to_one_person_so_one_group_is_asked_at_a_time(line: Line) -> None:
    amina = await line.files(lane=Lane.QUIET, issue="", opening="cant_say")

    assert (await line.case(amina)).urgency == "emergency"
    assert set(await line.referrals(amina)) == {"mto"}


async def test_while_others_still_think_one_no_is_not_worth_a_message(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(lane=Lane.DANGER, issue="")
    amina.heard()

    await asha.says("DEC full")

    assert amina.heard() == []


async def test_a_district_is_shown_only_as_its_region(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")

    await line.files(region="KE-31-NJORO")

    assert "\nNakuru\n" in asha.heard()[-1]


async def test_the_number_is_shown_only_where_calls_are_safe(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    await line.files(contact="text")

    await accepts(asha)

    assert "Texts only. Do not call." in asha.screen[-1]
    assert "+254700000001" not in asha.screen[-1]


async def test_a_number_of_their_own_is_the_one_to_ring(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    await line.files(lane=Lane.QUIET, issue="", contact="+254799000000")

    await accepts(asha)

    assert "Number: +254799000000" in asha.screen[-1]
    assert "+254700000001" not in asha.screen[-1]


async def test_a_loser_who_taps_late_takes_nothing(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    kamau = await line.joins("Kamau", "72", partner="ziwa")
    amina = await line.files(lane=Lane.DANGER, issue="")
    code = await line.code(amina, "mto")
    await asha.taps("Accept")
    await accepts(kamau)

    await asha.taps("No")

    assert asha.heard()[-1] == f"{code} is not open for you. LIST shows what is."
    assert (await line.referrals(amina))["ziwa"].state is ReferralState.ACCEPTED


async def test_two_answers_at_the_same_moment_have_one_winner(line: Line) -> None:
    people = [await line.joins("Asha", "71", partner="mto"), await line.joins("Kamau", "72", partner="ziwa")]
    amina = await line.files(lane=Lane.DANGER, issue="")
    codes = [await line.code(amina, "mto"), await line.code(amina, "ziwa")]

    await asyncio.gather(
        *(
            line.inbox.take(
                [
                    Inbound(
                        channel=who.channel, provider_id=code, address=who.address, content=Typed(text=f"ACC {code} 1")
                    )
                ]
            )
            for who, code in zip(people, codes, strict=True)
        )
    )
    await line.deliver()

    states = [each.state for each in (await line.referrals(amina)).values()]
    assert states.count(ReferralState.ACCEPTED) == 1
    assert (await line.happened(amina)).count(EntryKind.ACCEPTED) == 1


async def test_a_colleague_sees_who_took_it_and_a_second_yes_changes_nothing(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    baraka = await line.joins("Baraka", "73", partner="mto")
    amina = await line.files()
    code = await line.code(amina, "mto")
    await accepts(asha)

    assert "someone in your group has taken it" in baraka.screen[1]
    assert "you have taken it" in asha.screen[1]
    await baraka.says(f"ACC {code} 1")
    assert "answered already" in baraka.heard()[-1]
    assert (await line.referrals(amina))["mto"].decided_by == (await line.member("Asha")).id


async def test_codes_that_are_wrong_or_someone_elses_say_the_same_nothing(line: Line) -> None:
    await line.joins("Asha", "71", partner="mto")
    kamau = await line.joins("Kamau", "72", partner="ziwa")
    amina = await line.files()
    theirs = await line.code(amina, "mto")

    for code in (theirs, "9ZZZ"):
        await kamau.says(f"ACC {code} 1")
        assert kamau.heard() == [f"{code} is not open for you. LIST shows what is."]
    assert (await line.referrals(amina))["mto"].state is ReferralState.OFFERED


async def test_a_yes_after_the_time_is_over_is_too_late(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(lane=Lane.DANGER, issue="", region="KE-30")
    code = await line.code(amina, "mto")
    line.clock.advance(timedelta(minutes=15))

    await asha.says(f"ACC {code} 1")

    assert "the time to answer is over" in asha.heard()[-1]
    assert (await line.referrals(amina))["mto"].state is ReferralState.OFFERED


async def test_nobody_covers_it_is_said_plainly_counted_once_and_told_to_the_coordinator(line: Line) -> None:
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)

    amina = await line.files(region="SL-E")

    assert amina.heard()[-1].startswith("We know no helper for this place and problem now.")
    assert "no group covers this" in nia.heard()[-1]
    async with line.store.reading() as tx:
        (gap,) = await tx.gaps.list()
    assert (gap.region, gap.issue_group, gap.language, gap.count) == ("SL-E", "land_environment", "en", 1)
    assert gap.day == date(2026, 11, 20)
    await line.passes(days=3)
    async with line.store.reading() as tx:
        assert [gap.count for gap in await tx.gaps.list()] == [1]
    assert (await line.case(amina)).state is CaseState.UNSERVED


async def test_the_last_no_means_nobody_covers_it(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(region="KE-30", issue="violence_abuse", language="")
    amina.heard()
    await asha.says("DEC full")
    await line.passes(days=6)

    assert (await line.case(amina)).state is CaseState.UNSERVED


async def test_a_state_body_is_never_asked_without_a_yes(line: Line) -> None:
    amina = await line.files(issue="work")

    assert await line.referrals(amina) == {}
    assert (await line.case(amina)).state is CaseState.OPEN


async def test_without_consent_nobody_is_asked(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")

    amina = await line.files(consent="no")

    assert asha.heard() == []
    assert await line.referrals(amina) == {}


async def test_a_wish_that_nobody_meets_is_told_and_not_dropped(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="ziwa")

    amina = await line.files(helper="woman", issue="detention_police")

    assert any("No group we can ask here has a woman helper now." in text for text in amina.heard())
    assert asha.heard() == []
    assert (await line.referrals(amina))["taa"].state is ReferralState.OFFERED


async def test_an_offer_that_reaches_no_phone_is_told_to_the_coordinator(line: Line) -> None:
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)

    await line.files()

    assert "nobody at Mto Paralegals (invented) has a phone linked" in nia.heard()[-1]


class TestAskMeFirst:
    async def test_a_group_is_named_before_it_is_asked(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await line.files(consent="ask_first")
        assert asha.heard() == []
        assert amina.heard()[-1] == (
            "May we ask Mto Paralegals (invented) if they can help? They do not see your name or number.\n1 Yes\n2 No"
        )

        await amina.says("1")

        assert amina.heard() == ["Thank you. We ask them now."]
        assert len(asha.heard()) == 1

    async def test_after_a_no_the_next_group_is_named(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await line.files(consent="ask_first")
        amina.heard()

        await amina.says("no")

        assert [text.split("?")[0] for text in amina.heard()] == [
            "All right. We do not ask them.",
            "May we ask Ziwa Land Watch (invented) if they can help",
        ]
        assert asha.heard() == []

    async def test_by_button(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await line.files("55", TELEGRAM, consent="ask_first")
        assert amina.buttons == ["Yes", "No"]

        await amina.taps("Yes")

        assert amina.heard()[-1] == "Thank you. We ask them now."
        assert len(asha.heard()) == 1

    async def test_who_does_not_want_texts_is_asked_at_the_end_and_again_by_status(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await line.files(consent="ask_first", contact="never")
        assert "May we ask Mto Paralegals (invented)" in amina.heard()[-1]

        await line.passes(days=2)
        assert amina.heard() == []
        await amina.says("STATUS")
        assert "May we ask Mto Paralegals (invented)" in amina.heard()[-1]
        await amina.says("yes")
        assert len(asha.heard()) == 1

    async def test_later_the_question_names_nobody_until_they_write(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await line.files(consent="ask_first")
        await amina.says("1")
        amina.heard()
        await line.passes(hours=1)

        await asha.says("DEC full")

        assert "We have a question for you. Send STATUS to read it." in amina.heard()
        assert "Ziwa" not in " ".join(amina.screen)
        await amina.says("STATUS")
        assert "May we ask Ziwa Land Watch (invented)" in amina.heard()[-1]

    async def test_after_a_decline_the_question_stands_alone(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await line.files(consent="ask_first")
        await amina.says("1")
        amina.heard()

        await asha.says("DEC full")

        (question,) = amina.heard()
        assert question.startswith("May we ask Ziwa Land Watch (invented)")
        assert (await line.case(amina)).promised_at is not None

    async def test_on_a_phone_that_others_read_no_name_is_shown_and_a_person_looks(self, line: Line) -> None:
        nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
        amina = await line.files(consent="ask_first", contact="shared")

        assert "can not be put to a group as it is" in nia.heard()[-1]
        await amina.says("STATUS")
        assert "Mto" not in " ".join(amina.screen)

    async def test_other_words_are_kept_for_a_helper(self, line: Line) -> None:
        amina = await line.files(consent="ask_first")
        amina.heard()

        await amina.says("what is this group")

        assert amina.heard() == [
            "Thank you. We keep this and show it to the helper who takes your case. 0 = change an answer."
        ]
        assert EntryKind.SEEKER_WROTE in await line.happened(amina)


class TestStateBody:
    async def test_the_last_that_can_help_is_named_and_asked_only_after_a_yes(self, line: Line) -> None:
        clerk = await line.joins("Wambui", "74", partner="mji")
        amina = await line.files(issue="work")

        assert amina.heard()[-1].startswith("May we ask Mji Public Office (invented) if they can help?")
        assert clerk.heard() == []
        await amina.says("1")

        assert amina.heard() == ["Thank you. We ask them now."]
        assert len(clerk.heard()) == 1

    async def test_after_a_no_it_is_said_plainly_that_nobody_covers_it(self, line: Line) -> None:
        clerk = await line.joins("Wambui", "74", partner="mji")
        amina = await line.files(issue="work")
        await amina.says("2")

        assert clerk.heard() == []
        assert (await line.case(amina)).state is CaseState.UNSERVED

    async def test_on_a_phone_that_others_read_nothing_is_asked(self, line: Line) -> None:
        await line.joins("Wambui", "74", partner="mji")
        amina = await line.files(issue="work", contact="shared")

        assert "Mji" not in " ".join(amina.screen)
        assert (await line.case(amina)).state is CaseState.UNSERVED


async def test_a_hand_back_before_a_question_still_keeps_our_promise_to_write(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(consent="ask_first")
    await amina.says("1")
    await accepts(asha)

    await asha.taps("Hand back")

    assert (await line.case(amina)).promised_at is not None
