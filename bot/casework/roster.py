"""Who is on call, for those who look after it: on duty now, next, and whether their phone has answered lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.casework.drills import ANSWER_HOLDS
from flows.routing.hours import is_open, next_open
from flows.routing.network import Network
from storage import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """`comes_at`: when their next hours begin, for a member who is off duty. `rank`: their place among those on duty
    now, the first is called first. `proven`: a phone of theirs answered a test page, a drill or a call lately."""

    name: str
    on_duty: bool
    rank: int
    comes_at: datetime | None
    last_resort: bool
    phones: int
    answered_at: datetime | None
    proven: bool


async def roster(tx: Tx, network: Network) -> Sequence[Seat]:
    """In the order of the rota; a last resort that has no hours of their own at the end."""
    if network.oncall is None:
        return ()
    oncall, found = network.oncall, {member.name: member for member in await tx.members.list()}
    duties = {duty.name: duty for duty in oncall.rota}
    ranks = {name: rank for rank, name in enumerate(oncall.on_duty(tx.now), start=1)}
    seats = []
    for name in oncall.names:
        member, duty = found.get(name), duties.get(name)
        linked = member is not None and not member.suspended and bool(member.conversations)
        answered_at = member.answered_at if member is not None and linked else None
        off = duty is not None and not is_open(duty.hours, duty.timezone, tx.now)
        seats.append(
            Seat(
                name=name,
                on_duty=name in ranks,
                rank=ranks.get(name, 0),
                comes_at=next_open(duty.hours, duty.timezone, tx.now) if duty is not None and off else None,
                last_resort=name == oncall.last_resort,
                phones=len(member.conversations) if member is not None and linked else 0,
                answered_at=answered_at,
                proven=answered_at is not None and tx.now - answered_at < ANSWER_HOLDS,
            )
        )
    return tuple(seats)


async def is_covered(tx: Tx, network: Network) -> bool:
    """Whether anyone who is called in danger has shown that their phone can be reached."""
    return any(seat.proven for seat in await roster(tx, network))
