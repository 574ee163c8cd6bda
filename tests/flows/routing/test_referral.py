"""What may become of an offer: every move by table, and random histories that never contradict themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.dialogue.conversation import CaseId, MemberId
from flows.routing.case import Asked
from flows.routing.casebook import PartnerId, Referral, ReferralId, ReferralState
from flows.routing.hours import ALWAYS, DAYS, Hours, Window
from flows.routing.network import Network
from flows.routing.referral import (
    OPEN,
    Accepted,
    Closed,
    CloseReason,
    Consented,
    Contacted,
    Declined,
    DeclineReason,
    Event,
    Expired,
    HandedBack,
    MoveRefused,
    Offered,
    WhyNot,
    Withdrawn,
    WithdrawReason,
    asked_of,
    contact_due,
    offer_due,
    step,
)
from flows.triage.urgency import Urgency
from tests.flows.routing.made import NOW, partner

HOUR = timedelta(hours=1)
ASHA = MemberId("asha")
S = ReferralState


def referral(
    state: ReferralState = S.OFFERED, *, due_at: datetime | None = NOW + HOUR, to: str = "mto", reason: str = ""
) -> Referral:
    return Referral(
        id=ReferralId("r"),
        case=CaseId("c"),
        partner=PartnerId(to),
        state=state,
        code="7Q2M",
        urgency="routine",
        due_at=due_at,
        reason=reason,
    )


EVENTS: dict[type[Event], Event] = {
    Consented: Consented(),
    Offered: Offered(code="3KXT", due_at=NOW + 2 * HOUR),
    Accepted: Accepted(by=ASHA, contact_due_at=NOW + 3 * HOUR),
    Declined: Declined(by=ASHA, reason=DeclineReason.CAPACITY),
    Expired: Expired(),
    Withdrawn: Withdrawn(reason=WithdrawReason.COORDINATOR),
    Contacted: Contacted(),
    HandedBack: HandedBack(by=ASHA),
    Closed: Closed(reason=CloseReason.SERVICE_GIVEN),
}
MOVES: dict[ReferralState, dict[type[Event], ReferralState]] = {
    S.PROPOSED: {Consented: S.CONSENTED, Withdrawn: S.WITHDRAWN},
    S.CONSENTED: {Offered: S.OFFERED, Withdrawn: S.WITHDRAWN},
    S.OFFERED: {Accepted: S.ACCEPTED, Declined: S.DECLINED, Withdrawn: S.WITHDRAWN},
    S.ACCEPTED: {Contacted: S.CONTACTED, HandedBack: S.DECLINED, Withdrawn: S.WITHDRAWN, Closed: S.CLOSED},
    S.CONTACTED: {HandedBack: S.DECLINED, Withdrawn: S.WITHDRAWN, Closed: S.CLOSED},
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: type(event).__name__)
def test_moves_only_where_the_table_allows(state: ReferralState, event: Event) -> None:
    found = step(referral(state), event, NOW)
    target = MOVES.get(state, {}).get(type(event))
    if target is None:
        assert isinstance(found, MoveRefused)
        assert found.state is state
    else:
        assert isinstance(found, Referral)
        assert found.state is target


def test_each_move_leaves_its_trace() -> None:
    offered = step(referral(S.CONSENTED, due_at=None), EVENTS[Offered], NOW)
    assert isinstance(offered, Referral)
    assert (offered.code, offered.offered_at, offered.due_at) == ("3KXT", NOW, NOW + 2 * HOUR)
    accepted = step(offered, EVENTS[Accepted], NOW + HOUR)
    assert isinstance(accepted, Referral)
    assert (accepted.decided_by, accepted.decided_at, accepted.due_at) == (ASHA, NOW + HOUR, NOW + 3 * HOUR)
    contacted = step(accepted, Contacted(), NOW + 2 * HOUR)
    assert isinstance(contacted, Referral)
    assert contacted.due_at is None
    back = step(contacted, HandedBack(by=ASHA), NOW + 3 * HOUR)
    assert isinstance(back, Referral)
    assert (back.state, back.reason) == (S.DECLINED, DeclineReason.HANDED_BACK)
    declined = step(offered, EVENTS[Declined], NOW)
    assert isinstance(declined, Referral)
    assert (declined.reason, declined.decided_by, declined.due_at) == (DeclineReason.CAPACITY, ASHA, None)


@pytest.mark.parametrize(
    ("event", "at", "why"),
    [
        (EVENTS[Accepted], NOW + HOUR, WhyNot.TOO_LATE),
        (Expired(), NOW + HOUR - timedelta(seconds=1), WhyNot.TOO_EARLY),
        (Contacted(), NOW, WhyNot.STATE),
    ],
)
def test_says_why_a_move_is_refused(event: Event, at: datetime, why: WhyNot) -> None:
    assert step(referral(), event, at) == MoveRefused(state=S.OFFERED, why=why)


def test_a_button_pressed_twice_is_told_apart() -> None:
    assert step(referral(S.ACCEPTED), EVENTS[Accepted], NOW) == MoveRefused(state=S.ACCEPTED, why=WhyNot.ALREADY)


@given(st.integers(-7200, 7200))
def test_at_any_instant_an_offer_can_be_accepted_or_expire_never_both(seconds: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    found = [isinstance(step(referral(), event, at), Referral) for event in (EVENTS[Accepted], Expired())]
    assert sorted(found) == [False, True]


@given(st.lists(st.tuples(st.sampled_from(list(EVENTS.values())), st.integers(0, 3600)), max_size=20))
def test_a_history_never_holds_both_an_accept_and_an_expiry(history: list[tuple[Event, int]]) -> None:
    now, current = NOW, referral(S.PROPOSED, due_at=None)
    seen = {current.state}
    for event, seconds in history:
        now += timedelta(seconds=seconds)
        found = step(current, event, now)
        if isinstance(found, Referral):
            assert current.state in OPEN
            current = found
            seen.add(current.state)
    assert not {S.ACCEPTED, S.EXPIRED} <= seen
    assert current.state in OPEN or current.due_at is None
    assert current.state is not S.OFFERED or current.due_at is not None


@pytest.mark.parametrize(
    ("state", "reason", "asked"),
    [
        (S.PROPOSED, "", None),
        (S.CONSENTED, "", None),
        (S.OFFERED, "", Asked.HOLDS_OFFER),
        (S.ACCEPTED, "", Asked.HAS_CASE),
        (S.CONTACTED, "", Asked.HAS_CASE),
        (S.DECLINED, DeclineReason.CAPACITY, Asked.DECLINED),
        (S.DECLINED, DeclineReason.CONFLICT, Asked.CONFLICT),
        (S.DECLINED, DeclineReason.HANDED_BACK, Asked.HANDED_BACK),
        (S.EXPIRED, "", Asked.NO_ANSWER),
        (S.WITHDRAWN, WithdrawReason.COORDINATOR, Asked.TAKEN_BACK),
        (S.WITHDRAWN, WithdrawReason.SUPERSEDED, None),
    ],
)
def test_what_an_earlier_referral_means_for_the_next_match(
    state: ReferralState, reason: str, asked: Asked | None
) -> None:
    expected = {} if asked is None else {PartnerId("mto"): asked}
    assert asked_of([referral(state, reason=reason)]) == expected


def test_the_last_referral_to_a_partner_counts() -> None:
    lost = referral(S.WITHDRAWN, reason=WithdrawReason.SUPERSEDED)
    assert asked_of([lost, referral(S.OFFERED)]) == {PartnerId("mto"): Asked.HOLDS_OFFER}
    assert asked_of([referral(S.EXPIRED), referral(S.OFFERED, to="x")]) == {
        PartnerId("mto"): Asked.NO_ANSWER,
        PartnerId("x"): Asked.HOLDS_OFFER,
    }


WEEKDAYS = Hours(tuple((Window(480, 1020),) if day not in ("sat", "sun") else () for day in DAYS))
UTC_ZONE = ZoneInfo("UTC")
NETWORK = Network(name="A", countries=("KE",), languages=("en",), timezone=ZoneInfo("Africa/Nairobi"))
FRIDAY_NIGHT = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("urgency", "offer", "contact"),
    [
        (Urgency.EMERGENCY, "2026-11-20 21:15", "2026-11-20 21:30"),
        (Urgency.URGENT, "2026-11-23 12:00", "2026-11-21 09:00"),
        (Urgency.SOON, "2026-11-24 08:00", "2026-11-25 08:00"),
        (Urgency.ROUTINE, "2026-11-26 08:00", "2026-11-30 08:00"),
    ],
)
def test_only_emergencies_expire_at_night(urgency: Urgency, offer: str, contact: str) -> None:
    for asked in (partner(hours=WEEKDAYS, timezone=UTC_ZONE), partner(timezone=UTC_ZONE)):
        assert offer_due(NETWORK, urgency, asked, FRIDAY_NIGHT) == at(offer)
        assert contact_due(NETWORK, urgency, asked, FRIDAY_NIGHT) == at(contact)


def test_without_a_time_zone_of_its_own_a_partner_keeps_the_networks() -> None:
    """Friday night in Nairobi to Monday at eight there, and four hours."""
    assert offer_due(NETWORK, Urgency.URGENT, partner(), FRIDAY_NIGHT) == at("2026-11-23 09:00")
    assert contact_due(NETWORK, Urgency.SOON, partner(), FRIDAY_NIGHT) == at("2026-11-25 05:00")


def test_hours_that_are_said_stay() -> None:
    asked = partner(hours=ALWAYS, timezone=UTC_ZONE)
    assert offer_due(NETWORK, Urgency.URGENT, asked, FRIDAY_NIGHT) == at("2026-11-21 01:00")
