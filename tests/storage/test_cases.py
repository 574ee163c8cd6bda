"""Cases: their receipt, their key, their timeline, and the consent without which no partner is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from flows.routing.casebook import (
    CaseState,
    Entry,
    EntryKind,
    Lane,
    PartnerId,
    ReferralId,
    ReferralState,
    Role,
)
from flows.routing.codes import ALPHABET
from storage import MemberScope, ShiftedClock, Store, Tx
from storage.errors import ConsentMissing, Vanished
from storage.tables import cases, entries, referrals
from tests.storage.casework import PARTNER, agree, case, conversation, offered
from tests.support.databases import START


async def test_a_case_comes_back_as_it_was_opened_and_changed(store: Store) -> None:
    async with store.transaction() as tx:
        opened = await case(tx)
        member = await tx.members.add("Coordinator Bim", Role.COORDINATOR)
    assert (opened.state, opened.channel, opened.opened_at) == (CaseState.OPEN, "sms", START)
    changed = replace(
        opened,
        language="en",
        lane=Lane.QUIET,
        state=CaseState.CLOSED,
        region="KE-30",
        issue="work",
        urgency="urgent",
        promised_at=START + timedelta(days=1),
        taken_by=member.id,
        closed_at=START + timedelta(days=2),
        closed_reason="solved",
        facts={"name": "\u0645\u0631\u064a\u0645 \ud83d"},
        answers={},
    )
    async with store.transaction() as tx:
        assert await tx.cases.lock(opened.id) == opened
        await tx.cases.save(changed)
    async with store.reading() as tx:
        assert await tx.cases.get(opened.id) == changed
        assert await tx.cases.of_conversation(opened.conversation) == [changed]


async def test_a_receipt_is_eight_clear_characters_read_in_any_case_and_spacing(store: Store) -> None:
    async with store.transaction() as tx:
        opened = await case(tx)
        assert len(opened.receipt) == 8
        assert set(opened.receipt) <= set(ALPHABET)
        typed = f" {opened.receipt[:4].lower()}-{opened.receipt[4:]} "
        assert await tx.cases.by_receipt(typed) == opened
        assert await tx.cases.by_receipt("22222222") is None


async def test_a_persons_cases_come_newest_first(store: Store, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        first = await case(tx)
    clock.advance(timedelta(days=1))
    async with store.transaction() as tx:
        second = await case(tx)
        assert await tx.cases.of_conversation(first.conversation) == [second, first]


async def test_no_case_for_a_conversation_that_is_not_there(store: Store) -> None:
    async with store.transaction() as tx:
        who = await conversation(tx)
        await tx.conversations.forget(who)
        await tx.conversations.let_go([who])
        opened = await case(tx)
        assert opened.conversation != who


async def test_the_timeline_keeps_its_order_and_its_words(store: Store) -> None:
    told = [
        Entry(at=START, kind=EntryKind.OPENED),
        Entry(at=START, kind=EntryKind.OFFERED, actor="system", partner=PARTNER, reason="best"),
        Entry(at=START, kind=EntryKind.SEEKER_WROTE, actor="seeker", words="Bado \u0646\u0639\u0645 \ud83d"),
    ]
    async with store.transaction() as tx:
        opened = await case(tx)
        for entry in told:
            await tx.cases.add_entry(opened.id, entry)
    async with store.reading() as tx:
        assert await tx.cases.entries(opened.id) == told


async def test_an_erased_case_is_gone_and_its_key_with_it(store: Store) -> None:
    async with store.transaction() as tx:
        opened = await case(tx)
        await agree(tx, opened)
        await offered(tx, opened)
        await tx.cases.add_entry(opened.id, Entry(at=tx.now, kind=EntryKind.OPENED, words="secret"))
    async with store.transaction() as tx:
        await tx.cases.forget(opened.id)
    async with store.transaction() as tx:
        with pytest.raises(Vanished):
            await tx.cases.get(opened.id)
        with pytest.raises(Vanished):
            await tx.cases.save(opened)
        with pytest.raises(Vanished):
            await tx.cases.entries(opened.id)
        assert await tx.cases.by_receipt(opened.receipt) is None
        assert await tx.cases.of_conversation(opened.conversation) == []
        row = await tx.cases._unit.row(select(cases).where(cases.c.id == opened.id))
        assert row is not None
        assert (row.key, row.detail, row.receipt_index) == (None, None, None)
        assert (row.state, row.closed_at, row.closed_reason, row.region) == ("closed", START, "erased", opened.region)
        assert await tx.cases._unit.rows(select(entries)) == []
        (referral,) = await tx.referrals.of_case(opened.id)
        assert referral.code == ""


# ---- consent


async def test_storage_itself_refuses_a_referral_without_consent(store: Store) -> None:
    async with store.transaction() as tx:
        opened = await case(tx)
        with pytest.raises(ConsentMissing):
            await offered(tx, opened)
        await tx.consents.record(
            opened.conversation,
            opened.id,
            purpose="other",
            answer="yes",
            wording="1",
            scope="",
            language="",
            channel="",
        )
        await agree(tx, opened, answer="no")
        with pytest.raises(ConsentMissing):
            await offered(tx, opened)
        await agree(tx, opened)
        assert (await offered(tx, opened)).state is ReferralState.OFFERED


async def test_the_last_answer_about_sharing_counts(store: Store, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        opened = await case(tx)
        await agree(tx, opened)
    clock.advance(timedelta(minutes=1))
    async with store.transaction() as tx:
        await agree(tx, opened, answer="no")
        assert await tx.consents.granting(opened.id) is None
        with pytest.raises(ConsentMissing):
            await offered(tx, opened)


async def test_a_yes_before_the_case_counts_for_it_and_not_for_anothers(store: Store, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        mine, theirs = await conversation(tx), await case(tx, "+254700000002")
        opened = replace(theirs, conversation=mine)
        given = await agree(tx, opened, before=True)
    clock.advance(timedelta(minutes=5))
    async with store.transaction() as tx:
        opened = await case(tx)
        assert await tx.consents.granting(opened.id) == given
        assert await tx.consents.granting(theirs.id) is None
        (row,) = await tx.consents.of_case(opened.id)
        assert (row.case, row.wording, row.scope, row.at) == (None, "3", "region", START)


async def test_the_database_refuses_a_referral_without_a_consent_row(store: Store) -> None:
    async def insert(tx: Tx, **values: object) -> None:
        opened = await case(tx)
        row = {
            "id": "r",
            "case_id": opened.id,
            "partner_id": "p",
            "state": "offered",
            "urgency": "soon",
            "reason": "",
            **values,
        }
        await tx.referrals._unit.change(referrals.insert().values(row))

    for consent in ({}, {"consent_id": None}, {"consent_id": "made up"}):
        with pytest.raises(IntegrityError):
            await store.run(lambda tx, consent=consent: insert(tx, **consent))  # type: ignore[misc]


# ---- referrals


async def test_an_offer_comes_back_as_it_was_made(store: Store) -> None:
    due = START + timedelta(hours=4)
    async with store.transaction() as tx:
        opened = await case(tx)
        await agree(tx, opened)
        made = await tx.referrals.offer(opened.id, PARTNER, urgency="soon", due_at=due)
        assert (made.state, made.offered_at, made.due_at) == (ReferralState.OFFERED, START, due)
        assert len(made.code) == 4
        assert await tx.referrals.get(made.id) == made
        assert await tx.referrals.lock(made.id) == made
        assert await tx.referrals.open_for(PARTNER) == [made]
        assert await tx.referrals.open_for(PartnerId("other")) == []
        with pytest.raises(Vanished):
            await tx.referrals.get(ReferralId("nobody's"))


async def test_a_state_moves_only_from_where_it_was_read(store: Store) -> None:
    async with store.transaction() as tx:
        member = await tx.members.add("Paralegal Asha", Role.PARALEGAL, partner=PARTNER)
        opened = await case(tx)
        await agree(tx, opened)
        made = await offered(tx, opened)
    taken = replace(made, state=ReferralState.ACCEPTED, decided_at=START, decided_by=member.id, due_at=None)
    late = replace(made, state=ReferralState.EXPIRED, decided_at=START, reason="silence")
    async with store.transaction() as tx:
        assert await tx.referrals.save(taken, was=ReferralState.OFFERED)
        assert not await tx.referrals.save(late, was=ReferralState.OFFERED)
        assert await tx.referrals.get(made.id) == taken


async def test_only_the_partners_own_members_act_by_its_code_while_it_is_open(store: Store) -> None:
    async with store.transaction() as tx:
        asha = await tx.members.add("Paralegal Asha", Role.PARALEGAL, partner=PARTNER)
        juma = await tx.members.add("Paralegal Juma", Role.PARALEGAL, partner=PartnerId("other"))
        opened = await case(tx)
        await agree(tx, opened)
        made = await offered(tx, opened)
        assert await tx.referrals.by_code(f" {made.code.lower()}", asha) == made
        assert await tx.referrals.by_code(made.code, juma) is None
        assert await tx.referrals.by_code("2222", asha) is None
        await tx.referrals.save(replace(made, state=ReferralState.WITHDRAWN), was=ReferralState.OFFERED)
        assert await tx.referrals.by_code(made.code, asha) is None
        assert (await tx.referrals.get(made.id)).code == made.code


async def test_offer_codes_are_unique_among_open_offers(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter(["2222", "2222", "3333", "2222"])
    monkeypatch.setattr("storage.referrals.new_offer_code", lambda _choose: next(codes))
    async with store.transaction() as tx:
        opened = await case(tx)
        await agree(tx, opened)
        first, second = await offered(tx, opened), await offered(tx, opened)
        assert (first.code, second.code) == ("2222", "3333")
        await tx.referrals.save(replace(first, state=ReferralState.DECLINED), was=ReferralState.OFFERED)
        assert (await offered(tx, opened)).code == "2222"


async def test_remembers_which_message_showed_an_offer_to_whom(store: Store) -> None:
    async with store.transaction() as tx:
        asha = await tx.members.add("Paralegal Asha", Role.PARALEGAL, partner=PARTNER)
        juma = await tx.members.add("Paralegal Juma", Role.PARALEGAL, partner=PARTNER)
        opened = await case(tx)
        await agree(tx, opened)
        made, other = await offered(tx, opened), await offered(tx, opened, PartnerId("other"))
        await tx.referrals.show(made.id, asha.id, "ref-1")
        await tx.referrals.show(made.id, juma.id, "ref-2")
        assert [(card.reference, card.member) for card in await tx.referrals.cards(made.id)] == [
            ("ref-1", asha.id),
            ("ref-2", juma.id),
        ]
        assert await tx.referrals.cards(other.id) == []


# ---- the queue


async def test_the_queue_is_ordered_by_time_left(store: Store, clock: ShiftedClock) -> None:
    everything = MemberScope(network=True)
    async with store.transaction() as tx:
        late, soon, promised, nothing, closed = [await case(tx, str(number)) for number in range(5)]
        for opened, hours in ((late, 9), (soon, 1)):
            await agree(tx, opened)
            await tx.referrals.offer(opened.id, PARTNER, urgency="soon", due_at=tx.now + timedelta(hours=hours))
        declined = await tx.referrals.offer(late.id, PartnerId("b"), urgency="soon", due_at=tx.now)
        await tx.referrals.save(replace(declined, state=ReferralState.DECLINED), was=ReferralState.OFFERED)
        await tx.cases.save(replace(promised, promised_at=tx.now + timedelta(hours=2)))
        await tx.cases.save(replace(closed, state=CaseState.CLOSED))
    async with store.reading() as tx:
        queue = await tx.cases.queue(everything)
        assert [line.case.id for line in queue] == [nothing.id, soon.id, promised.id, late.id]
        assert [line.due_at for line in queue] == [
            None,
            *(START + timedelta(hours=hours) for hours in (1, 2, 9)),
        ]
        assert all(line.case.facts == {} and line.case.answers == {} for line in queue)
        assert len(await tx.cases.queue(everything, limit=2)) == 2


async def test_an_offer_cannot_be_made_for_an_erased_case(store: Store) -> None:
    async with store.transaction() as tx:
        opened = await case(tx)
        await agree(tx, opened)
        await tx.cases.forget(opened.id)
        with pytest.raises(Vanished):
            await offered(tx, opened)
        assert await tx.cases._unit.change(update(cases).where(cases.c.key.is_not(None)).values(language="x")) == 0
