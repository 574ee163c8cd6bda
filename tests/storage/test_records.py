"""Pages, gaps, the audit, timers, held messages and partners: small records, each with one rule of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.routing.casebook import CaseState, PageId, PageKind, PartnerId, ReferralState, Role
from flows.routing.match import Load
from flows.routing.partners import Independence, Partner
from storage import ShiftedClock, Store, Tx
from tests.storage.casework import PARTNER, agree, case, conversation, offered
from tests.support.databases import START


def partner(name: str) -> Partner:
    return Partner(
        id=PartnerId(name),
        name=f"{name} (invented)",
        regions=("KE",),
        issues=("land_environment",),
        languages=("sw",),
        independence=Independence.INDEPENDENT,
        code_name="Jua",
        members=("Paralegal Asha",),
    )


# ---- pages


async def test_a_second_reason_of_the_same_kind_calls_nobody_twice(store: Store) -> None:
    async with store.transaction() as tx:
        opened = await case(tx)
        page, new = await tx.pages.open(opened.conversation, PageKind.DANGER, opened.id)
        again, newer = await tx.pages.open(opened.conversation, PageKind.DANGER)
        other, other_new = await tx.pages.open(opened.conversation, PageKind.PERSON)
    assert (new, newer, other_new) == (True, False, True)
    assert again == page
    assert (page.case, page.opened_at, len(page.code)) == (opened.id, START, 4)
    async with store.reading() as tx:
        assert await tx.pages.open_pages() == [page, other]
        assert await tx.pages.of_case(opened.id) == [page]
        assert await tx.pages.get(page.id) == page
        assert await tx.pages.get(PageId("none")) is None


async def test_the_first_who_has_it_has_it(store: Store, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        asha = await tx.members.add("Paralegal Asha", Role.PARALEGAL)
        bim = await tx.members.add("Admin Bim", Role.ADMIN)
        page, _ = await tx.pages.open(await conversation(tx), PageKind.HELD)
        assert [await tx.pages.escalate(page.id) for _ in range(2)] == [1, 2]
        assert await tx.pages.by_code(page.code.lower()) == replace(page, repeats=2)
    clock.advance(timedelta(minutes=1))
    async with store.transaction() as tx:
        assert await tx.pages.acknowledge(page.id, asha.id)
        assert not await tx.pages.acknowledge(page.id, bim.id)
        assert await tx.pages.escalate(page.id) == 0
        assert await tx.pages.by_code(page.code) is None
        assert await tx.pages.open_pages() == []
        found = await tx.pages.get(page.id)
        assert found is not None
        assert (found.acknowledged_by, found.acknowledged_at) == (asha.id, START + timedelta(minutes=1))
        _, new = await tx.pages.open(page.conversation, PageKind.HELD)
        assert new


async def test_a_page_for_someone_erased_can_still_be_answered(store: Store) -> None:
    async with store.transaction() as tx:
        who = await conversation(tx)
        page, _ = await tx.pages.open(who, PageKind.DANGER)
        await tx.conversations.forget(who)
        await tx.conversations.let_go([who])
        found = await tx.pages.by_code(page.code)
        assert found == replace(page, code="")


# ---- gaps and audit


async def test_unmet_need_is_counted_by_place_issue_language_and_day(store: Store) -> None:
    today, before = date(2026, 11, 20), date(2026, 11, 19)
    async with store.transaction() as tx:
        for _ in range(3):
            await tx.gaps.count("KE-31", "work", "sw", today)
        await tx.gaps.count("KE-30", "work", "sw", today)
        await tx.gaps.count("KE-31", "work", "sw", before)
        found = await tx.gaps.list()
    assert [(gap.region, gap.day, gap.count) for gap in found] == [
        ("KE-31", today, 3),
        ("KE-30", today, 1),
        ("KE-31", before, 1),
    ]


async def test_the_audit_keeps_who_did_what_newest_first(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.audit.add("case_opened", actor="system", subject="c1")
        await tx.audit.add("case_closed", actor="m1", subject="c1", reason="solved")
        await tx.audit.add("signed_in", actor="m1")
        assert [act.action for act in await tx.audit.list()] == ["signed_in", "case_closed", "case_opened"]
        assert [act.reason for act in await tx.audit.list(subject="c1")] == ["solved", ""]
        assert len(await tx.audit.list(limit=1)) == 1


# ---- timers


async def test_a_timer_replaces_the_one_before_it_and_can_be_cancelled(store: Store, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        await tx.timers.set("remind", "a", tx.now, "first")
        await tx.timers.set("remind", "a", tx.now + timedelta(hours=1), "second")
        await tx.timers.set("remind", "b", tx.now + timedelta(hours=1))
        await tx.timers.set("other", "a", tx.now + timedelta(hours=2))
        await tx.timers.cancel("remind", "b")
        assert await tx.timers.get("remind", "a") == START + timedelta(hours=1)
        assert await tx.timers.get("remind", "b") is None
        assert await tx.timers.due(9) == []
        assert await tx.timers.next_due() == START + timedelta(hours=1)
    clock.advance(timedelta(hours=3))
    async with store.transaction() as tx:
        assert [(timer.kind, timer.note) for timer in await tx.timers.due(9)] == [("remind", "second"), ("other", "")]
        assert await tx.timers.next_due() is None


async def test_what_is_taken_comes_back_when_the_work_is_rolled_back(store: Store) -> None:
    async def fail(tx: Tx) -> None:
        assert len(await tx.timers.due(9)) == 1
        raise ZeroDivisionError

    async with store.transaction() as tx:
        await tx.timers.set("remind", "a", tx.now)
    with pytest.raises(ZeroDivisionError):
        await store.run(fail)
    async with store.transaction() as tx:
        (timer,) = await tx.timers.due(9)
        assert (timer.subject, timer.due_at, timer.attempts) == ("a", START, 0)


# ---- held messages


async def test_held_messages_wait_in_order_behind_the_first(store: Store, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        who, free = await conversation(tx), await conversation(tx, "2")
        await tx.held.add(who, b"first", due_at=tx.now + timedelta(minutes=10))
        await tx.held.add(who, b"second", due_at=tx.now)
        assert await tx.held.waiting([who, free]) == {who}
        assert await tx.held.due() is None
        assert await tx.held.next_due() == START + timedelta(minutes=10)
        first, second = await tx.held.of(who)
        assert (first.body, second.body) == (b"first", b"second")
        await tx.held.quarantine(first.id, attempts=5)
        assert await tx.held.due() == who
        await tx.held.release(second.id)
        assert await tx.held.waiting([who]) == set()
        assert [each.body for each in await tx.held.quarantined()] == [b"first"]
        await tx.held.release(first.id)
        assert await tx.held.quarantined() == []


# ---- partners


async def test_an_import_replaces_all_or_nothing(store: Store) -> None:
    async def fail(tx: Tx) -> None:
        await tx.partners.replace_all([partner("c")])
        raise ZeroDivisionError

    async with store.transaction() as tx:
        assert (await tx.partners.version(), await tx.partners.all()) == (0, [])
        first = await tx.partners.replace_all([partner("b"), partner("a")])
        assert await tx.partners.all() == [partner("a"), partner("b")]
    with pytest.raises(ZeroDivisionError):
        await store.run(fail)
    async with store.transaction() as tx:
        assert await tx.partners.all() == [partner("a"), partner("b")]
        assert await tx.partners.version() == first
        assert await tx.partners.replace_all([partner("d")]) > first
        assert await tx.partners.all() == [partner("d")]


async def test_a_partners_load_is_its_open_cases_and_its_last_offer(store: Store, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        for number, state in enumerate(
            [ReferralState.ACCEPTED, ReferralState.CONTACTED, ReferralState.OFFERED, ReferralState.DECLINED]
        ):
            opened = await case(tx, str(number))
            await agree(tx, opened)
            await tx.referrals.save(replace(await offered(tx, opened), state=state), was=ReferralState.OFFERED)
    clock.advance(timedelta(hours=1))
    async with store.transaction() as tx:
        opened = await case(tx, "closed")
        await agree(tx, opened)
        held = await offered(tx, opened)
        await tx.referrals.save(replace(held, state=ReferralState.ACCEPTED), was=ReferralState.OFFERED)
        await tx.cases.save(replace(opened, state=CaseState.CLOSED))
        assert await tx.partners.loads() == {PARTNER: Load(open_cases=2, last_offer_at=START + timedelta(hours=1))}
