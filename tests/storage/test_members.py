"""Members: invited and linked once, signed in once, out after half an hour of nothing, gone at once when suspended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.dialogue.conversation import MemberId
from flows.routing.casebook import Member, Role
from storage import ShiftedClock, Store
from storage.errors import NameTaken, Vanished
from tests.storage.casework import PARTNER, conversation

MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def asha(store: Store) -> Member:
    async with store.transaction() as tx:
        return await tx.members.add("Paralegal Asha", Role.PARALEGAL, partner=PARTNER, language="sw")


async def test_a_name_belongs_to_one_member(store: Store, asha: Member) -> None:
    async with store.transaction() as tx:
        with pytest.raises(NameTaken):
            await tx.members.add("Paralegal Asha", Role.ADMIN)
        bim = await tx.members.add("Admin Bim", Role.ADMIN)
        assert await tx.members.list() == [bim, asha]
        assert await tx.members.by_name("Paralegal Asha") == asha
        assert await tx.members.by_name("paralegal asha") is None
        assert await tx.members.get(asha.id) == asha
        assert await tx.members.of_partner(PARTNER) == [asha]
        with pytest.raises(Vanished):
            await tx.members.get(MemberId("nobody"))


async def test_a_code_links_one_phone_within_two_days(store: Store, asha: Member, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        code = await tx.members.invite(asha.id)
    clock.advance(timedelta(hours=48) - MOMENT)
    async with store.transaction() as tx:
        phone, second = await conversation(tx), await conversation(tx, "77", "telegram")
        linked = await tx.members.link(f" {code[:4].lower()} {code[4:]}", phone)
        assert linked is not None
        assert linked.conversations == (phone,)
        assert (await tx.conversations.get(phone)).member == asha.id
        assert await tx.members.by_conversation(phone) == linked
        assert await tx.members.link(code, second) is None
        again = await tx.members.invite(asha.id)
    clock.advance(timedelta(hours=48))
    async with store.transaction() as tx:
        assert await tx.members.link(again, second) is None


async def test_a_new_code_makes_the_old_one_worthless(store: Store, asha: Member) -> None:
    async with store.transaction() as tx:
        old, new = await tx.members.invite(asha.id), await tx.members.invite(asha.id)
        phone = await conversation(tx)
        assert await tx.members.link(old, phone) is None
        assert await tx.members.link(new, phone) is not None


async def test_the_newest_phone_comes_first_and_a_phone_has_one_member(
    store: Store, asha: Member, clock: ShiftedClock
) -> None:
    async with store.transaction() as tx:
        bim = await tx.members.add("Admin Bim", Role.ADMIN)
        old, new = await conversation(tx), await conversation(tx, "77", "telegram")
        await tx.members.link(await tx.members.invite(asha.id), old)
    clock.advance(timedelta(minutes=1))
    async with store.transaction() as tx:
        linked = await tx.members.link(await tx.members.invite(asha.id), new)
        assert linked is not None
        assert linked.conversations == (new, old)
        taken = await tx.members.link(await tx.members.invite(bim.id), old)
        assert taken is not None
        assert taken.conversations == (old,)
        assert (await tx.members.get(asha.id)).conversations == (new,)


async def test_a_sign_in_works_once_within_ten_minutes(store: Store, asha: Member, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        first, second = await tx.members.sign_in_token(asha.id), await tx.members.sign_in_token(asha.id)
    clock.advance(timedelta(minutes=10) - MOMENT)
    async with store.transaction() as tx:
        assert await tx.members.spend_token(first) == asha
        assert await tx.members.spend_token(first) is None
        assert await tx.members.session(second) is None
        assert await tx.members.spend_token("") is None
    clock.advance(MOMENT)
    async with store.transaction() as tx:
        assert await tx.members.spend_token(second) is None


async def test_a_session_ends_after_half_an_hour_of_nothing_and_after_eight_hours(
    store: Store, asha: Member, clock: ShiftedClock
) -> None:
    async with store.transaction() as tx:
        idle, used = await tx.members.start_session(asha.id), await tx.members.start_session(asha.id)
    for _ in range(16):
        clock.advance(timedelta(minutes=30) - MOMENT)
        async with store.transaction() as tx:
            assert await tx.members.glance(used) == asha
            assert await tx.members.session(used) == asha
    async with store.transaction() as tx:
        assert await tx.members.session(idle) is None
        assert await tx.members.glance(idle) is None
    clock.advance(16 * MOMENT)
    async with store.transaction() as tx:
        assert await tx.members.session(used) is None


async def test_looking_does_not_keep_a_session_alive(store: Store, asha: Member, clock: ShiftedClock) -> None:
    async with store.transaction() as tx:
        token = await tx.members.start_session(asha.id)
    clock.advance(timedelta(minutes=15))
    async with store.transaction() as tx:
        assert await tx.members.glance(token) == asha
    clock.advance(timedelta(minutes=15))
    async with store.transaction() as tx:
        assert await tx.members.glance(token) is None


async def test_signing_out_ends_one_session_or_all(store: Store, asha: Member) -> None:
    async with store.transaction() as tx:
        one, two, three = [await tx.members.start_session(asha.id) for _ in range(3)]
        await tx.members.end_session(one)
        assert await tx.members.session(one) is None
        assert await tx.members.session(two) == asha
        await tx.members.end_sessions(asha.id)
        assert await tx.members.session(three) is None


async def test_a_suspended_member_loses_everything_at_once(store: Store, asha: Member) -> None:
    async with store.transaction() as tx:
        phone = await conversation(tx)
        await tx.members.link(await tx.members.invite(asha.id), phone)
        code = await tx.members.invite(asha.id)
        token, session = await tx.members.sign_in_token(asha.id), await tx.members.start_session(asha.id)
        await tx.members.suspend(asha.id)
        assert await tx.members.session(session) is None
        assert await tx.members.spend_token(token) is None
        assert await tx.members.link(code, phone) is None
        assert (await tx.conversations.get(phone)).member is None
        assert await tx.members.of_partner(PARTNER) == []
        found = await tx.members.get(asha.id)
        assert (found.suspended, found.conversations) == (True, ())
        assert await tx.members.spend_token(await tx.members.sign_in_token(asha.id)) is None


async def test_an_erased_phone_is_nobodys(store: Store, asha: Member) -> None:
    async with store.transaction() as tx:
        phone = await conversation(tx)
        await tx.members.link(await tx.members.invite(asha.id), phone)
        await tx.conversations.forget(phone)
        assert (await tx.members.get(asha.id)).conversations == ()
        assert (await tx.conversations.get(phone)).member is None


async def test_a_member_changes_language(store: Store, asha: Member) -> None:
    async with store.transaction() as tx:
        await tx.members.set_language(asha.id, "ne")
        assert (await tx.members.get(asha.id)).language == "ne"
