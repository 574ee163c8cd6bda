"""What a coordinator does at the desk, and what the desk refuses with a plain sentence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.casework.refusals import CaseMoved, CaseworkRefused, NotAgreed, NotAllowed, NotSafe, Unknown
from flows.routing.casebook import Case, CaseState, EntryKind, Lane, Member, PartnerId, ReferralState, Role
from storage import Tx
from tests.bot.casework.line import Line, Person


async def nia(line: Line) -> Member:
    await line.joins("Nia", "79", role=Role.COORDINATOR)
    return await line.member("Nia")


async def does(line: Line, work: Callable[[Tx], Awaitable[None]]) -> None:
    await line.store.run(work)
    await line.deliver()


async def refused(line: Line, kind: type[CaseworkRefused], work: Callable[[Tx], Awaitable[None]]) -> str:
    with pytest.raises(kind) as found:
        await line.store.run(work)
    return line.library.wording.say(found.value.text, "en")


async def test_taking_a_case(line: Line) -> None:
    member, amina = await nia(line), await line.files()
    case = await line.case(amina)

    await does(line, lambda tx: line.casework.take(tx, case.id, member))
    await does(line, lambda tx: line.casework.take(tx, case.id, member))

    assert (await line.case(amina)).taken_by == member.id
    assert (await line.happened(amina)).count(EntryKind.TAKEN) == 1


class TestOfferingToANamedPartner:
    async def offers(
        self, line: Line, member: Member, case: Case, partner: str, reason: str = "knows the place"
    ) -> None:
        await does(line, lambda tx: line.casework.offer_to(tx, case.id, PartnerId(partner), member, reason))

    async def test_it_takes_the_place_of_the_offer_that_is_out(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        kamau = await line.joins("Kamau", "72", partner="ziwa")
        member, amina = await nia(line), await line.files()
        asha.heard()

        await self.offers(line, member, await line.case(amina), "ziwa")

        referrals = await line.referrals(amina)
        assert referrals["mto"].state is ReferralState.WITHDRAWN
        assert referrals["ziwa"].state is ReferralState.OFFERED
        assert len(kamau.heard()) == 1
        assert "is closed. You need not answer." in asha.screen[-1]
        assert "knows the place" in [entry.words for entry in await line.timeline(amina)]

    async def test_it_takes_a_case_back_from_who_has_it(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        member, amina = await nia(line), await line.files()
        await asha.says("ACC")
        await asha.says("1")
        asha.heard()

        await self.offers(line, member, await line.case(amina), "ziwa")

        assert "goes to another group now" in asha.heard()[-1]
        assert (await line.case(amina)).state is CaseState.OFFERED

    async def test_a_partner_that_said_no_may_be_asked_again_but_one_too_close_never(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        member, amina = await nia(line), await line.files()
        case = await line.case(amina)
        await asha.says("DEC full")
        await self.offers(line, member, case, "mto")
        assert (await line.referrals(amina))["mto"].state is ReferralState.OFFERED
        await asha.says("DEC conflict")

        words = await refused(
            line, NotAgreed, lambda tx: line.casework.offer_to(tx, case.id, PartnerId("mto"), member, "again")
        )

        assert words == "This group may be close to one of the sides."

    async def test_a_state_body_needs_the_persons_yes(self, line: Line) -> None:
        member, amina = await nia(line), await line.files()
        case = await line.case(amina)

        await refused(line, NotAgreed, lambda tx: line.casework.offer_to(tx, case.id, PartnerId("mji"), member, "free"))

        assert (await line.referrals(amina))["mto"].state is ReferralState.OFFERED

    async def test_a_group_is_named_first_to_who_wanted_that(self, line: Line) -> None:
        member, amina = await nia(line), await line.files(consent="ask_first")
        case = await line.case(amina)

        words = await refused(
            line, NotAgreed, lambda tx: line.casework.offer_to(tx, case.id, PartnerId("ziwa"), member, "near")
        )

        assert "The person wants to hear the name first." in words

    async def test_without_a_reason_or_consent_or_a_known_partner_it_is_refused(self, line: Line) -> None:
        member = await nia(line)
        case = await line.case(await line.files())
        no = await line.case(await line.files("+254700000002", consent="no"))
        offer = line.casework.offer_to

        await refused(line, CaseMoved, lambda tx: offer(tx, case.id, PartnerId("ziwa"), member, "  "))
        await refused(line, Unknown, lambda tx: offer(tx, case.id, PartnerId("nobody"), member, "near"))
        await refused(line, NotAgreed, lambda tx: offer(tx, no.id, PartnerId("ziwa"), member, "near"))


class TestCorrecting:
    async def test_another_place_or_issue_is_routed_anew(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        member, amina = await nia(line), await line.files()
        case = await line.case(amina)

        await does(line, lambda tx: line.casework.correct(tx, case.id, member, region="KE-20"))

        referrals = await line.referrals(amina)
        assert referrals["mto"].state is ReferralState.WITHDRAWN
        assert referrals["taa"].state is ReferralState.OFFERED
        assert "is closed." in asha.screen[-1]
        assert "region:KE-20" in [entry.reason for entry in await line.timeline(amina)]

    async def test_an_urgency_is_raised_at_once_and_lowered_only_with_a_reason(self, line: Line) -> None:
        member, amina = await nia(line), await line.files()
        case = await line.case(amina)
        correct = line.casework.correct

        await does(line, lambda tx: correct(tx, case.id, member, urgency="emergency"))
        assert len([each for each in (await line.referrals(amina)).values() if each.state == "offered"]) == 3
        words = await refused(line, CaseMoved, lambda tx: correct(tx, case.id, member, urgency="routine"))
        assert words == "Please write a reason."
        await does(line, lambda tx: correct(tx, case.id, member, urgency="routine", reason="it was a mistake"))
        assert (await line.case(amina)).urgency == "routine"

    async def test_what_is_not_known_changes_nothing(self, line: Line) -> None:
        member, amina = await nia(line), await line.files()
        case = await line.case(amina)
        correct = line.casework.correct

        await refused(line, Unknown, lambda tx: correct(tx, case.id, member, region="XX-1"))
        await refused(line, Unknown, lambda tx: correct(tx, case.id, member, issue="weather"))
        await refused(line, Unknown, lambda tx: correct(tx, case.id, member, urgency="now"))

        assert await line.case(amina) == case

    async def test_a_case_that_is_held_is_corrected_where_it_is(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        member, amina = await nia(line), await line.files()
        await asha.says("ACC")
        await asha.says("1")
        case = await line.case(amina)

        await does(line, lambda tx: line.casework.correct(tx, case.id, member, issue="housing"))

        assert (await line.referrals(amina))["mto"].state is ReferralState.ACCEPTED
        assert (await line.case(amina)).issue == "housing"


class TestNotices:
    async def test_the_preview_is_exactly_what_is_sent(self, line: Line) -> None:
        member, amina = await nia(line), await line.files()
        case = await line.case(amina)
        await line.passes(hours=1)
        amina.heard()
        async with line.store.reading() as tx:
            (shown,) = await line.casework.preview(tx, case.id, member, "notice_looking")

        await does(line, lambda tx: line.casework.notice(tx, case.id, member, "notice_looking"))

        assert amina.heard() == [shown.text]
        assert shown.text.startswith("We are still on it. We write here again before ")
        last = (await line.timeline(amina))[-1]
        assert (last.kind, last.reason, last.actor) == (EntryKind.NOTICE, "notice_looking", member.id)

    @pytest.mark.parametrize(("lane", "contact"), [(Lane.QUIET, "here"), (Lane.NORMAL, "never"), (Lane.NORMAL, "call")])
    async def test_none_is_sent_where_the_person_did_not_say_it_is_safe(
        self, line: Line, lane: Lane, contact: str
    ) -> None:
        member, amina = await nia(line), await line.files(lane=lane, contact=contact)
        amina.heard()
        case = await line.case(amina)

        words = await refused(line, NotSafe, lambda tx: line.casework.notice(tx, case.id, member, "notice_news"))

        assert words.startswith("The person did not say that we may text them first.")
        assert amina.heard() == []

    async def test_only_shipped_notices(self, line: Line) -> None:
        member, amina = await nia(line), await line.files()
        case = await line.case(amina)

        await refused(line, Unknown, lambda tx: line.casework.notice(tx, case.id, member, "from_helper"))


class TestClosing:
    async def test_it_ends_offers_clocks_and_promises_and_the_person_is_told(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        member, amina = await nia(line), await line.files()
        case = await line.case(amina)
        amina.heard()

        await does(line, lambda tx: line.casework.close(tx, case.id, member, "service_given"))

        closed = await line.case(amina)
        assert (closed.state, closed.closed_reason) == (CaseState.CLOSED, "service_given")
        assert amina.heard()[-1].startswith("We have closed this now. Your code was ")
        assert "is closed. You need not answer." in asha.screen[-1]
        await line.passes(days=10)
        assert amina.heard() == []
        await amina.says("STATUS")
        assert "this is closed" in amina.heard()[-1]

    async def test_the_helper_who_has_it_may_close_it_and_hears_no_more(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await line.files()
        await asha.says("ACC")
        await asha.says("1")
        member, case, coordinator = await line.member("Asha"), await line.case(amina), await nia(line)

        await does(line, lambda tx: line.casework.close(tx, case.id, member, "service_given"))

        assert (await line.referrals(amina))["mto"].state is ReferralState.CLOSED
        words = await refused(line, CaseMoved, lambda tx: line.casework.close(tx, case.id, coordinator, "other"))
        assert words == "This case is closed."

    async def test_only_for_a_known_reason(self, line: Line) -> None:
        member, amina = await nia(line), await line.files()
        case = await line.case(amina)

        await refused(line, Unknown, lambda tx: line.casework.close(tx, case.id, member, "bored"))


class TestWhoMay:
    async def people(self, line: Line) -> tuple[Person, list[Member]]:
        for name, address, partner, role in (
            ("Asha", "71", "mto", Role.PARALEGAL),
            ("Kamau", "72", "ziwa", Role.PARALEGAL),
            ("Tumi", "73", "", Role.TRANSLATOR),
        ):
            await line.joins(name, address, partner=partner, role=role)
        amina = await line.files()
        return amina, [await line.member(name) for name in ("Asha", "Kamau", "Tumi")]

    async def test_before_a_yes_nobody_but_coordinators_touches_a_case(self, line: Line) -> None:
        amina, members = await self.people(line)
        case = await line.case(amina)
        work = line.casework

        async def touched(member: Member) -> None:
            await refused(line, NotAllowed, lambda tx: work.take(tx, case.id, member))
            await refused(line, NotAllowed, lambda tx: work.close(tx, case.id, member, "other"))
            await refused(line, NotAllowed, lambda tx: work.notice(tx, case.id, member, "notice_news"))
            await refused(line, NotAllowed, lambda tx: work.correct(tx, case.id, member, urgency="urgent"))
            await refused(line, NotAllowed, lambda tx: work.offer_to(tx, case.id, PartnerId("taa"), member, "near"))

        for member in members:
            await touched(member)

        assert await line.case(amina) == case

    async def test_i_have_it_is_for_who_is_called(self, line: Line) -> None:
        amina, members = await self.people(line)
        coordinator = await nia(line)
        await amina.says("PERSON")
        async with line.store.reading() as tx:
            (page,) = await tx.pages.open_pages()

        async with line.store.transaction() as tx:
            assert not any([await line.casework.acknowledge(tx, page, member) for member in members])
            assert await line.casework.acknowledge(tx, page, coordinator)
