"""How phones of the rota ring: whoever the ladder names at this moment, on all their phones, with a notice that says
nothing. Real calls and drills ring alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.casework.office import Office
from bot.casework.staff import Staff
from flows.routing.casebook import Member, PageKind
from storage import Tx


@dataclass(frozen=True, slots=True)
class Ringing:
    office: Office
    staff: Staff

    async def ring(self, tx: Tx, name: str, code: str, *, opened_at: datetime) -> Sequence[Member]:
        """Says the text of that name to whoever is called now, with the button that takes the call. Returns them."""
        reached = await self.reached(tx)
        called = [reached[each] for each in self.names(reached, opened_at, tx.now)]
        for member in called:
            for phone in await self.staff.phones(tx, member):
                choices = ((self.staff.text("member_i_have_it"), f"GOT {code}"),)
                await self.staff.say(tx, member, phone, [self.staff.text(name, code=code)], choices=choices)
        return called

    async def reached(self, tx: Tx) -> Mapping[str, Member]:
        """By name, the rota's members with a phone that takes messages."""
        oncall = self.office.network.oncall
        found = [await tx.members.by_name(name) for name in oncall.names] if oncall else []
        return {member.name: member for member in found if member and await self.staff.phones(tx, member)}

    def names(self, reached: Mapping[str, Member], opened_at: datetime, now: datetime) -> Sequence[str]:
        oncall = self.office.network.oncall
        return oncall.called(opened_at, now, reached=reached) if oncall else ()

    def again_at(self, opened_at: datetime, now: datetime, kind: PageKind) -> datetime | None:
        oncall = self.office.network.oncall
        return oncall.calls_again(opened_at, now, kind) if oncall else None

    async def tell_others(self, tx: Tx, member: Member, name: str, *, opened_at: datetime, code: str) -> None:
        """Those who were called too, that this member has it."""
        reached = await self.reached(tx)
        for each in self.names(reached, opened_at, tx.now):
            if each != member.name:
                await self.staff.tell(tx, reached[each], name, code=code, who=member.name)

    def is_named(self, member: Member) -> bool:
        oncall = self.office.network.oncall
        return oncall is not None and member.name in oncall.names
