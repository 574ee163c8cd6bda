"""A member's phone: linking it, what can be written on it, and what happens when the member leaves."""

from __future__ import annotations

import pytest

from bot.channels.base import Attached, Inbound
from flows.routing.casebook import ReferralState, Role
from tests.bot.casework.line import SMS, TELEGRAM, Line


class TestLinking:
    async def test_a_code_links_a_phone_and_says_what_can_be_done(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")

        assert asha.screen == [
            "Welcome, Asha. This phone is linked. We send you new cases here. HELP shows what you can write."
        ]
        assert (await line.member("Asha")).conversations == ((await asha.conversation()).id,)

    @pytest.mark.parametrize("written", ["/start QQQQ2345", "JOIN QQQQ2345", "join qqqq 2345"])
    async def test_a_wrong_code_links_nobody(self, line: Line, written: str) -> None:
        stranger = line.person("+254700000005")

        await stranger.says(written)

        assert stranger.heard() == ["This code does not work. It may be old or used. Please ask for a new one."]
        assert (await stranger.conversation()).member is None

    async def test_a_code_works_once_and_for_two_days(self, line: Line) -> None:
        async with line.store.transaction() as tx:
            member = await tx.members.add("Asha", Role.COORDINATOR)
            code = await tx.members.invite(member.id)
        await line.passes(hours=48)
        late = line.person("71", TELEGRAM)

        await late.says(f"/start {code}")

        assert "This code does not work." in late.heard()[-1]

    async def test_a_phone_with_a_case_of_its_own_is_not_linked(self, line: Line) -> None:
        amina = await line.files()
        amina.heard()
        async with line.store.transaction() as tx:
            code = await tx.members.invite((await tx.members.add("Asha", Role.COORDINATOR)).id)

        await amina.says(f"JOIN {code}")

        assert "Please use another phone." in amina.heard()[-1]
        assert (await amina.conversation()).member is None

    async def test_a_member_speaks_their_own_language(self, line: Line) -> None:
        async with line.store.transaction() as tx:
            member = await tx.members.add("Leila", Role.COORDINATOR, language="sw")
            code = await tx.members.invite(member.id)
        leila = line.person("75", TELEGRAM)

        await leila.says(f"/start {code}")

        assert (await leila.conversation()).language == "sw"


class TestOrders:
    async def test_help_and_list_say_what_there_is(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await line.files()
        code = await line.code(amina, "mto")
        asha.heard()

        for word in ("HELP", "/help", "what is this"):
            await asha.says(word)
            assert asha.heard()[-1].startswith("ACC or DEC and the code: answer an offer.")
        await asha.says("list")
        assert asha.heard() == [f"{code} offered: Land, forest or water, Nakuru, English, Soon"]
        await asha.says("ACC")
        await asha.says("1")
        asha.heard()
        await asha.says("/list")
        assert asha.heard()[-1].startswith(f"{code} yours: ")
        assert "Amina" not in asha.screen[-1]

    async def test_with_nothing_open_every_order_says_so(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")

        for order in ("ACC", "DEC", "M hello", "REACHED", "BACK", "LIST"):
            await asha.says(order)

        assert set(asha.heard()) == {"You have no open case. HELP shows what you can write."}

    async def test_a_bare_order_with_two_cases_asks_which(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        await line.files(region="KE-30")
        await line.files("+254700000002", region="KE-30")
        asha.heard()

        await asha.says("ACC")

        assert asha.heard() == ["You have more than one case. Please add its code. LIST shows them."]

    async def test_codes_are_read_in_any_case_and_spacing(self, line: Line) -> None:
        asha = await line.joins("Asha", "+254711000001", SMS, partner="mto")
        amina = await line.files()

        await asha.says(f"  dec   {(await line.code(amina, 'mto')).lower()}  far ")

        referral = (await line.referrals(amina))["mto"]
        assert (referral.state, referral.reason) == (ReferralState.DECLINED, "outside_area")

    async def test_a_number_means_what_was_last_shown_and_only_once(self, line: Line) -> None:
        asha = await line.joins("Asha", "+254711000001", SMS, partner="mto")
        amina = await line.files()
        await asha.says("ACC")
        await asha.says("LIST")
        asha.heard()

        await asha.says("1")

        assert asha.heard()[-1].startswith("ACC or DEC and the code")
        assert (await line.referrals(amina))["mto"].state is ReferralState.OFFERED

    async def test_pictures_are_politely_refused_and_reach_nobody(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await line.files()
        await asha.says("ACC")
        await asha.says("1")
        asha.heard(), amina.heard()

        await line.inbox.take(
            [Inbound(channel=TELEGRAM, provider_id="p", address="71", content=Attached(kind="photo", caption="hi"))]
        )
        await line.deliver()

        assert "pictures" in asha.heard()[-1]
        assert amina.heard() == []

    async def test_stop_and_start_are_the_members_own(self, line: Line) -> None:
        asha = await line.joins("Asha", "+254711000001", SMS, partner="mto")

        await asha.says("STOP")
        assert (await asha.conversation()).silenced
        await line.files()
        assert asha.heard() == ["You get no more messages from us. Send START to get them again."]
        await asha.says("ACC")
        assert (await asha.conversation()).silenced
        await asha.says("START")
        assert not (await asha.conversation()).silenced

    async def test_a_coordinator_is_told_what_they_can_write(self, line: Line) -> None:
        nia = await line.joins("Nia", "79", role=Role.COORDINATOR)

        await nia.says("hello?")

        assert nia.heard() == ["GOT and the code: you have the call. The desk shows all else."]


class TestSuspending:
    async def test_their_phones_are_unlinked_and_their_cases_go_to_others(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        kamau = await line.joins("Kamau", "72", partner="ziwa")
        amina = await line.files()
        await asha.says("ACC")
        await asha.says("1")
        asha.heard(), amina.heard()
        member = await line.member("Asha")

        await line.store.run(lambda tx: line.casework.suspend(tx, member))
        await line.deliver()

        referrals = await line.referrals(amina)
        assert (referrals["mto"].state, referrals["mto"].reason) == (ReferralState.WITHDRAWN, "member_gone")
        assert referrals["ziwa"].state is ReferralState.OFFERED
        assert len(kamau.heard()) == 1
        assert amina.heard()[-1].startswith("The group we asked can not take it.")
        assert (await asha.conversation()).member is None
        await asha.says("REACHED")
        assert "noted" not in " ".join(asha.heard())

    async def test_offers_stay_with_colleagues(self, line: Line) -> None:
        await line.joins("Asha", "71", partner="mto")
        baraka = await line.joins("Baraka", "73", partner="mto")
        amina = await line.files()
        member = await line.member("Asha")

        await line.store.run(lambda tx: line.casework.suspend(tx, member))

        assert (await line.referrals(amina))["mto"].state is ReferralState.OFFERED
        await baraka.says("ACC")
        await baraka.says("1")
        assert (await line.referrals(amina))["mto"].state is ReferralState.ACCEPTED
