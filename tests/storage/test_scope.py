"""What a member may see, swept over every role, every state of a referral and every query that shows a case."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from flows.routing.casebook import Case, Entry, EntryKind, Member, PartnerId, Referral, ReferralState, Role
from storage import Store, Tx, scope
from tests.storage.casework import PARTNER, agree, case, offered

OTHER = PartnerId("other")
SEES_ALL = {Role.COORDINATOR, Role.ADMIN}
HOLDS = {ReferralState.ACCEPTED, ReferralState.CONTACTED}


@dataclass(frozen=True, slots=True)
class Shown:
    """What every query gave one member of one case."""

    queued: list[Case]
    case: Case | None
    timeline: int
    referrals: list[PartnerId]
    by_code: Referral | None


async def look(tx: Tx, member: Member, of: Case, code: str) -> Shown:
    sees = scope(member)
    return Shown(
        queued=[line.case for line in await tx.cases.queue(sees)],
        case=await tx.cases.shown(sees, of.id),
        timeline=len(await tx.cases.timeline(sees, of.id)),
        referrals=[referral.partner for referral in await tx.referrals.shown(sees, of.id)],
        by_code=await tx.referrals.by_code(code, member),
    )


async def member(tx: Tx, role: Role, partner: PartnerId | None, *, suspended: bool) -> Member:
    made = await tx.members.add(f"{role} of {partner}", role, partner=partner)
    if suspended:
        await tx.members.suspend(made.id)
    return await tx.members.get(made.id)


@pytest.mark.parametrize("state", ReferralState)
@pytest.mark.parametrize("suspended", [False, True], ids=["active", "suspended"])
async def test_each_role_sees_what_it_may_and_nothing_else(store: Store, state: ReferralState, suspended: bool) -> None:
    async with store.transaction() as tx:
        of = await case(tx)
        await agree(tx, of)
        await tx.cases.add_entry(of.id, Entry(at=tx.now, kind=EntryKind.OPENED, words="secret"))
        mine = await offered(tx, of)
        await tx.referrals.save(replace(mine, state=state), was=ReferralState.OFFERED)
        declined = await offered(tx, of, OTHER)
        await tx.referrals.save(replace(declined, state=ReferralState.DECLINED), was=ReferralState.OFFERED)
        looks = {
            (role, partner): await look(tx, await member(tx, role, partner, suspended=suspended), of, mine.code)
            for role in Role
            for partner in (None, PARTNER, OTHER)
        }

    for (role, partner), shown in looks.items():
        if not suspended and role in SEES_ALL:
            assert shown.case == of
            assert shown.queued == [replace(of, facts={}, answers={})]
            assert (shown.timeline, sorted(shown.referrals)) == (1, sorted([PARTNER, OTHER]))
        elif not suspended and role is Role.PARALEGAL and partner == PARTNER and state in HOLDS:
            assert shown.case == of
            assert shown.queued == [replace(of, facts={}, answers={})]
            assert (shown.timeline, shown.referrals) == (1, [PARTNER])
        elif not suspended and role is Role.PARALEGAL and partner == PARTNER and state is ReferralState.OFFERED:
            assert shown.case == replace(of, receipt="", region="KE-31", issue="land_environment", facts={}, answers={})
            assert shown.queued == [shown.case]
            assert (shown.timeline, shown.referrals) == (0, [PARTNER])
            assert shown.by_code is not None
        else:
            assert (shown.queued, shown.case, shown.timeline) == ([], None, 0), (role, partner)
            expected = [partner] if role is Role.PARALEGAL and partner and not suspended else []
            assert shown.referrals == expected
            assert shown.by_code is None or partner == PARTNER


async def test_an_erased_case_is_shown_to_nobody(store: Store) -> None:
    async with store.transaction() as tx:
        of = await case(tx)
        await agree(tx, of)
        await offered(tx, of)
        admin = await member(tx, Role.ADMIN, None, suspended=False)
        await tx.cases.forget(of.id)
        shown = await look(tx, admin, of, "")
    assert (shown.queued, shown.case, shown.timeline) == ([], None, 0)
