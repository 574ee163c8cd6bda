"""Two partners say yes at the same moment, on both databases and in transactions of their own: one has the case."""

from __future__ import annotations

import asyncio

from bot.channels.base import Inbound, Typed
from flows.routing.casebook import EntryKind, Lane, ReferralState
from storage import ShiftedClock, Store, Tx
from tests.bot.casework.line import TELEGRAM, Library, Line, Person, open_line


async def accepts(line: Line, who: Person, code: str, tries: list[str]) -> None:
    async def work(tx: Tx) -> None:
        tries.append(code)
        (phone,) = (await tx.conversations.ensure([(who.channel, who.address)])).values()
        said = Inbound(channel=TELEGRAM, provider_id=code, address=who.address, content=Typed(text=f"ACC {code} 1"))
        await line.casework.member_wrote(tx, phone, said)

    await line.store.run(work)


async def test_one_wins_and_the_others_read_that_it_is_taken(
    store: Store, clock: ShiftedClock, library: Library
) -> None:
    async with open_line(store, clock, library) as line:
        people = {
            partner: await line.joins(partner.title(), address, partner=partner)
            for partner, address in (("mto", "71"), ("ziwa", "72"), ("taa", "73"))
        }
        amina = await line.files(lane=Lane.DANGER, issue="")
        codes = {partner: await line.code(amina, partner) for partner in people}

        tries: list[str] = []
        await asyncio.gather(*(accepts(line, who, codes[partner], tries) for partner, who in people.items()))
        await line.deliver()

        assert sorted(tries) == sorted(codes.values()), "someone waited in a ring and was made to try again"
        states = {partner: referral.state for partner, referral in (await line.referrals(amina)).items()}
        assert sorted(states.values()) == [ReferralState.ACCEPTED, ReferralState.WITHDRAWN, ReferralState.WITHDRAWN]
        assert (await line.happened(amina)).count(EntryKind.ACCEPTED) == 1
        named = [partner for partner, who in people.items() if any("Name to use" in text for text in who.screen)]
        assert named == [partner for partner, state in states.items() if state is ReferralState.ACCEPTED]
