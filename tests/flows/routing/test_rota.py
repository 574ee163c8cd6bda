"""Who is called at which minute, for any rota: nobody is passed over for ever, and nobody is called without a phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.routing.casebook import PageKind
from flows.routing.hours import ALWAYS, Hours, Window
from flows.routing.rota import ALL_AFTER, NEXT_AFTER, PATIENT, SELDOM, WORN_AFTER, Duty, OnCall

NAIROBI = ZoneInfo("Africa/Nairobi")
TWO_AT_NIGHT = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
NIGHT = Hours(((Window(0, 6 * 60),),) * 7)
DAY = Hours(((Window(6 * 60, 24 * 60),),) * 7)
ROTA = OnCall(
    rota=(
        Duty(name="Day", timezone=NAIROBI, hours=DAY),
        Duty(name="Night", timezone=NAIROBI, hours=NIGHT),
        Duty(name="Always", timezone=NAIROBI),
    ),
    last_resort="Last",
)
EVERYONE = frozenset(ROTA.names)


def at(minutes: int) -> datetime:
    return TWO_AT_NIGHT + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("minute", "called"),
    [
        (0, ["Night"]),
        (14, ["Night"]),
        (15, ["Night", "Always"]),
        (29, ["Night", "Always"]),
        (30, ["Day", "Night", "Always", "Last"]),
    ],
)
def test_the_ladder_at_two_in_the_night(minute: int, called: Sequence[str]) -> None:
    assert list(ROTA.called(TWO_AT_NIGHT, at(minute), reached=EVERYONE)) == called


def test_who_has_no_phone_holds_up_nobody_behind_them() -> None:
    assert ROTA.called(TWO_AT_NIGHT, at(0), reached=EVERYONE - {"Night"}) == ("Always",)
    assert ROTA.called(TWO_AT_NIGHT, at(15), reached=EVERYONE - {"Night"}) == ("Always", "Last")


def test_nobody_on_duty_is_the_last_resort_at_once() -> None:
    by_day = OnCall(rota=(Duty(name="Day", timezone=NAIROBI, hours=DAY),), last_resort="Last")
    assert by_day.called(TWO_AT_NIGHT, at(0), reached={"Day", "Last"}) == ("Last",)
    assert by_day.called(TWO_AT_NIGHT, at(0), reached={"Day"}) == ("Day",)


def test_a_change_of_shift_calls_the_one_who_has_come() -> None:
    opened = TWO_AT_NIGHT + timedelta(hours=3, minutes=55)
    assert ROTA.called(opened, opened, reached=EVERYONE) == ("Night",)
    assert ROTA.called(opened, opened + timedelta(minutes=5), reached=EVERYONE) == ("Day",)


hours = st.sampled_from([ALWAYS, NIGHT, DAY])
duties = st.lists(
    st.builds(Duty, name=st.sampled_from("ABCDEFGH"), timezone=st.just(NAIROBI), hours=hours),
    min_size=1,
    max_size=5,
    unique_by=lambda duty: duty.name,
)
rotas = st.builds(
    OnCall,
    rota=duties.map(tuple),
    last_resort=st.sampled_from("ABZ"),
    repeat=st.integers(1, 60).map(lambda minutes: timedelta(minutes=minutes)),
)
phones = st.frozensets(st.sampled_from("ABCDEFGHZ"))
opened = st.integers(0, 60 * 24 * 7).map(at)
waits = st.integers(0, 600).map(lambda minutes: timedelta(minutes=minutes))


@given(rotas, phones, opened, waits)
def test_somebody_is_called_whenever_anybody_can_be(
    rota: OnCall, reached: frozenset[str], begun: datetime, waited: timedelta
) -> None:
    called = rota.called(begun, begun + waited, reached=reached)
    assert bool(called) == bool(reached & set(rota.names))
    assert set(called) <= reached & set(rota.names)
    assert len(called) == len(set(called))
    if waited >= ALL_AFTER:
        assert set(called) == reached & set(rota.names)


@given(rotas, phones, opened, st.sampled_from(PageKind))
def test_a_call_that_goes_on_reaches_each_rung_on_time_and_then_wears_nobody_out(
    rota: OnCall, reached: frozenset[str], begun: datetime, kind: PageKind
) -> None:
    now, rang = begun, [begun]
    while now < begun + timedelta(hours=6):
        later = rota.calls_again(begun, now, kind)
        assert later > now
        now = later
        rang.append(now)
    assert {begun + NEXT_AFTER, begun + ALL_AFTER} <= set(rang)
    assert all(
        after - before >= min(SELDOM, rota.repeat) for before, after in pairwise(rang) if before >= begun + WORN_AFTER
    )


@pytest.mark.parametrize("kind", PageKind)
def test_how_often_a_phone_rings_in_a_night(kind: PageKind) -> None:
    now, rang = TWO_AT_NIGHT, 1
    while (now := ROTA.calls_again(TWO_AT_NIGHT, now, kind)) <= at(8 * 60):
        rang += 1
    assert rang == (7 + 13 if kind in PATIENT else 19 + 13)
