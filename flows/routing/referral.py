"""What may become of one case put to one partner, and by when.

`step` is the only judge of a move. At any instant an offer can either be accepted (before its time) or expire (from
its time on), so the two can never both win.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from flows.dialogue.conversation import MemberId
from flows.routing.case import Asked
from flows.routing.casebook import PartnerId, Referral, ReferralState
from flows.routing.hours import ALWAYS, OFFICE, due
from flows.routing.network import Network
from flows.routing.partners import Partner
from flows.triage.urgency import Urgency


class DeclineReason(StrEnum):
    """Why a partner says no; `conflict` rules it out for the case, `handed_back` comes after an accept."""

    CAPACITY = "capacity"
    OUTSIDE_AREA = "outside_area"
    OUTSIDE_ISSUE = "outside_issue"
    CONFLICT = "conflict"
    LANGUAGE = "language"
    ELIGIBILITY = "eligibility"
    NEEDS_LAWYER = "needs_lawyer"
    SAFETY_RISK = "safety_risk"
    DUPLICATE = "duplicate"
    CANNOT_REACH = "cannot_reach"
    HANDED_BACK = "handed_back"
    OTHER = "other"


class WithdrawReason(StrEnum):
    """Why we take a case back. `superseded`: another partner accepted first; this one may be asked again."""

    SUPERSEDED = "superseded"
    PERSON = "person"
    COORDINATOR = "coordinator"
    NO_CONTACT = "no_contact"
    MEMBER_GONE = "member_gone"


class CloseReason(StrEnum):
    SERVICE_GIVEN = "service_given"
    UNREACHABLE = "unreachable"
    PERSON_DECLINED = "person_declined"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    """The person's scope covers this partner, or they said yes to its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    code: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    by: MemberId
    contact_due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    by: MemberId
    reason: DeclineReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Expired:
    """Nobody answered in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    reason: WithdrawReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacted:
    """A helper reached the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedBack:
    by: MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    reason: CloseReason


Event = Consented | Offered | Accepted | Declined | Expired | Withdrawn | Contacted | HandedBack | Closed


class WhyNot(StrEnum):
    """already: the referral is where the move would lead (a button pressed twice). state: the move is not open here."""

    ALREADY = "already"
    STATE = "state"
    TOO_LATE = "too_late"
    TOO_EARLY = "too_early"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRefused:
    """A move that is not possible; nothing has changed."""

    state: ReferralState
    why: WhyNot


S = ReferralState
OPEN = frozenset({S.PROPOSED, S.CONSENTED, S.OFFERED, S.ACCEPTED, S.CONTACTED})
"""States in which the referral still asks something of somebody."""

_MOVES: dict[type[Event], tuple[frozenset[ReferralState], ReferralState]] = {
    Consented: (frozenset({S.PROPOSED}), S.CONSENTED),
    Offered: (frozenset({S.CONSENTED}), S.OFFERED),
    Accepted: (frozenset({S.OFFERED}), S.ACCEPTED),
    Declined: (frozenset({S.OFFERED}), S.DECLINED),
    Expired: (frozenset({S.OFFERED}), S.EXPIRED),
    Withdrawn: (OPEN, S.WITHDRAWN),
    Contacted: (frozenset({S.ACCEPTED}), S.CONTACTED),
    HandedBack: (frozenset({S.ACCEPTED, S.CONTACTED}), S.DECLINED),
    Closed: (frozenset({S.ACCEPTED, S.CONTACTED}), S.CLOSED),
}


def step(referral: Referral, event: Event, now: datetime) -> Referral | MoveRefused:
    """The referral after the event, or why that cannot happen."""
    sources, target = _MOVES[type(event)]
    if referral.state not in sources:
        why = WhyNot.ALREADY if referral.state is target else WhyNot.STATE
        return MoveRefused(state=referral.state, why=why)
    over = referral.due_at is not None and referral.due_at <= now
    moved = replace(referral, state=target)
    match event:
        case Consented():
            return moved
        case Offered():
            return replace(moved, code=event.code, offered_at=now, due_at=event.due_at)
        case Accepted():
            if over:
                return MoveRefused(state=referral.state, why=WhyNot.TOO_LATE)
            return replace(moved, decided_at=now, decided_by=event.by, due_at=event.contact_due_at)
        case Declined():
            return replace(moved, decided_at=now, decided_by=event.by, due_at=None, reason=event.reason)
        case Expired():
            if not over:
                return MoveRefused(state=referral.state, why=WhyNot.TOO_EARLY)
            return replace(moved, decided_at=now, due_at=None)
        case HandedBack():
            return replace(moved, decided_at=now, decided_by=event.by, due_at=None, reason=DeclineReason.HANDED_BACK)
        case Contacted():
            return replace(moved, due_at=None)
        case Withdrawn() | Closed():
            return replace(moved, due_at=None, reason=event.reason)
        case _:
            assert_never(event)


_ASKED: dict[ReferralState, Asked] = {
    S.OFFERED: Asked.HOLDS_OFFER,
    S.ACCEPTED: Asked.HAS_CASE,
    S.CONTACTED: Asked.HAS_CASE,
    S.DECLINED: Asked.DECLINED,
    S.EXPIRED: Asked.NO_ANSWER,
    S.WITHDRAWN: Asked.TAKEN_BACK,
}
_ASKED_BECAUSE: dict[str, Asked | None] = {
    DeclineReason.CONFLICT: Asked.CONFLICT,
    DeclineReason.HANDED_BACK: Asked.HANDED_BACK,
    WithdrawReason.SUPERSEDED: None,
}


def asked_of(referrals: Iterable[Referral]) -> dict[PartnerId, Asked]:
    """Where the case stands with each partner that was asked, oldest referral first; the last one counts.

    A partner whose offer was superseded, or never sent, can be asked again.
    """
    standing = {each.partner: _ASKED_BECAUSE.get(each.reason, _ASKED.get(each.state)) for each in referrals}
    return {partner: asked for partner, asked in standing.items() if asked is not None}


_OFFERS_DAY_AND_NIGHT = frozenset({Urgency.EMERGENCY})
_CONTACT_DAY_AND_NIGHT = frozenset({Urgency.EMERGENCY, Urgency.URGENT})


def offer_due(network: Network, urgency: Urgency, partner: Partner, now: datetime) -> datetime:
    """When an offer made now runs out. Only an emergency runs day and night; every other in the partner's hours."""
    hours = ALWAYS if urgency in _OFFERS_DAY_AND_NIGHT else partner.hours or OFFICE
    return due(now, network.deadlines.offer[urgency], hours, partner.timezone or network.timezone)


def contact_due(network: Network, urgency: Urgency, partner: Partner, now: datetime) -> datetime:
    """When a partner that accepts now must have reached the person. Urgent cases run day and night here too."""
    hours = ALWAYS if urgency in _CONTACT_DAY_AND_NIGHT else partner.hours or OFFICE
    return due(now, network.deadlines.first_contact[urgency], hours, partner.timezone or network.timezone)
