"""Drills are kept apart from real calls, end once, and a phone that answered is known for it."""

from __future__ import annotations

from datetime import timedelta

from flows.dialogue.conversation import MemberId
from flows.routing.casebook import PageKind, Role
from flows.routing.drills import DrillId, DrillKind
from storage import ShiftedClock, Store
from tests.storage.casework import conversation


async def test_one_for_the_rota_and_one_for_each_phone(store: Store) -> None:
    async with store.transaction() as tx:
        phones = [await conversation(tx, address) for address in ("+254711000078", "+254711000079")]
        drill, is_new = await tx.drills.open(DrillKind.HELD)
        tests = [(await tx.drills.open(DrillKind.TEST, phone))[0] for phone in phones]
        assert is_new
        assert await tx.drills.open(DrillKind.DANGER) == (drill, False)
        assert await tx.drills.open(DrillKind.TEST, phones[0]) == (tests[0], False)
        assert len({drill.code, *(test.code for test in tests)}) == 3
        assert await tx.drills.by_code(tests[1].code.lower()) == tests[1]
        assert await tx.drills.recent() == [drill]


async def test_it_climbs_until_it_is_over_and_ends_once(store: Store, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        member = await tx.members.add("Nia", Role.COORDINATOR)
        drill, _ = await tx.drills.open(DrillKind.DANGER)
    clock.advance(timedelta(minutes=7))
    async with store.transaction() as tx:
        assert await tx.drills.escalate(drill.id) == 1
        assert await tx.drills.end(drill.id, member.id)
        assert not await tx.drills.end(drill.id, MemberId("other"))
        assert await tx.drills.escalate(drill.id) == 0
        assert await tx.drills.by_code(drill.code) is None
        (over,) = await tx.drills.recent()
        assert (over.answered_by, over.repeats, over.ended_at) == (member.id, 1, tx.now)
        assert await tx.drills.get(DrillId("none")) is None


async def test_real_calls_do_not_see_it(store: Store) -> None:
    async with store.transaction() as tx:
        drill, _ = await tx.drills.open(DrillKind.DANGER)
        assert await tx.pages.open_pages() == []
        assert await tx.pages.by_code(drill.code) is None
        page, _ = await tx.pages.open(await conversation(tx), PageKind.DANGER)
        assert await tx.drills.by_code(page.code) is None


async def test_a_member_is_known_by_their_phone_that_answered_last(store: Store, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        member = await tx.members.add("Nia", Role.COORDINATOR)
        phones = [await conversation(tx, address) for address in ("+254711000078", "+254711000079")]
        for phone in phones:
            await tx.members.link(await tx.members.invite(member.id), phone)
        assert (await tx.members.get(member.id)).answered_at is None
        await tx.members.answered(phones[0])
        first = tx.now
    clock.advance(timedelta(hours=1))
    async with store.transaction() as tx:
        assert (await tx.members.get(member.id)).answered_at == first
        await tx.members.answered(phones[1])
        assert (await tx.members.get(member.id)).answered_at == tx.now
        await tx.members.unlink(phones[1])
        assert (await tx.members.get(member.id)).answered_at == first
