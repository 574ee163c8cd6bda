"""Clocks that run in opening hours, over days off, lunch breaks and changes of the local clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from flows.routing.hours import (
    ALWAYS,
    DAYS,
    Duration,
    Hours,
    Unit,
    Window,
    due,
    hours_from_data,
    is_open,
    next_open,
    read_duration,
    read_hours,
)
from flows.strict_yaml import Faults, parse

NAIROBI = ZoneInfo("Africa/Nairobi")
BERLIN = ZoneInfo("Europe/Berlin")


def office(first: int = 8, last: int = 17, closed: tuple[str, ...] = ("sat", "sun")) -> Hours:
    return Hours(tuple(() if day in closed else (Window(first * 60, last * 60),) for day in DAYS))


def local(tz: ZoneInfo, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=tz)


LUNCH = Hours(tuple((Window(480, 750), Window(840, 1020)) for _ in DAYS))
SATURDAY_TOO = Hours((*(((Window(480, 1020),),) * 5), (Window(540, 720),), ()))


@pytest.mark.parametrize(
    ("hours", "start", "length", "end"),
    [
        (office(), "2026-11-20 09:00", Duration(4, Unit.HOURS), "2026-11-20 13:00"),
        (office(), "2026-11-20 15:00", Duration(4, Unit.HOURS), "2026-11-23 10:00"),  # Friday to Monday
        (office(), "2026-11-20 22:00", Duration(4, Unit.HOURS), "2026-11-23 12:00"),
        (office(), "2026-11-20 13:00", Duration(4, Unit.HOURS), "2026-11-20 17:00"),
        (LUNCH, "2026-11-20 12:00", Duration(60, Unit.MINUTES), "2026-11-20 14:30"),
        (ALWAYS, "2026-11-20 23:50", Duration(15, Unit.MINUTES), "2026-11-21 00:05"),
        (office(), "2026-11-19 16:00", Duration(1, Unit.BUSINESS_DAYS), "2026-11-20 16:00"),
        (office(), "2026-11-20 16:00", Duration(1, Unit.BUSINESS_DAYS), "2026-11-23 16:00"),
        (office(), "2026-11-20 20:00", Duration(1, Unit.BUSINESS_DAYS), "2026-11-24 08:00"),
        (office(), "2026-11-20 16:00", Duration(3, Unit.BUSINESS_DAYS), "2026-11-25 16:00"),
        (SATURDAY_TOO, "2026-11-20 10:30", Duration(1, Unit.BUSINESS_DAYS), "2026-11-21 10:30"),
        (SATURDAY_TOO, "2026-11-20 16:00", Duration(1, Unit.BUSINESS_DAYS), "2026-11-23 08:00"),
        (LUNCH, "2026-11-20 12:40", Duration(1, Unit.BUSINESS_DAYS), "2026-11-21 14:00"),
        (ALWAYS, "2026-11-21 03:00", Duration(2, Unit.BUSINESS_DAYS), "2026-11-23 03:00"),
    ],
)
def test_counts_only_while_open(hours: Hours, start: str, length: Duration, end: str) -> None:
    found = due(local(NAIROBI, start), length, hours, NAIROBI)
    assert found == local(NAIROBI, end)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        # The night of 28 to 29 March 2026 has no 02:00 to 03:00 in Berlin, the one of 24 to 25 October has it twice.
        ("2026-03-27 16:00", Duration(1, Unit.BUSINESS_DAYS), "2026-03-30 16:00"),
        ("2026-03-27 16:00", Duration(2, Unit.HOURS), "2026-03-30 09:00"),
        ("2026-10-23 16:00", Duration(1, Unit.BUSINESS_DAYS), "2026-10-26 16:00"),
    ],
)
def test_office_hours_keep_to_the_local_clock_when_it_changes(start: str, length: Duration, end: str) -> None:
    assert due(local(BERLIN, start), length, office(), BERLIN) == local(BERLIN, end)


def test_day_and_night_is_not_stretched_by_a_change_of_the_clock() -> None:
    start = local(BERLIN, "2026-03-28 23:00")
    assert due(start, Duration(12, Unit.HOURS), ALWAYS, BERLIN) - start.astimezone(UTC) == timedelta(hours=12)


zones = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "UTC", "Africa/Nairobi", "Asia/Kathmandu", "Europe/Berlin", "America/New_York", "Africa/Cairo",
            "Asia/Beirut", "America/Havana", "Atlantic/Azores", "Australia/Lord_Howe", "America/Santiago",
        )
    ]
)  # fmt: skip
CHANGES = tuple(
    datetime(2026, month, day, tzinfo=UTC)
    for month, day in ((3, 8), (3, 28), (3, 29), (4, 5), (4, 24), (9, 6), (10, 4), (10, 25), (10, 29), (11, 1))
)
moments = st.builds(
    lambda base, minutes: base + timedelta(minutes=minutes),
    st.sampled_from(CHANGES) | st.just(datetime(2026, 11, 20, tzinfo=UTC)),
    st.integers(-2 * 1440, 2 * 1440),
)


@st.composite
def any_hours(draw: st.DrawFn) -> Hours:
    days = []
    for _ in DAYS:
        edges = sorted(draw(st.lists(st.integers(0, 96).map(lambda q: q * 15), unique=True, max_size=4)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        days.append(tuple(Window(opens, closes) for opens, closes in pairs))
    assume(any(days))
    return Hours(tuple(days))


SECOND = timedelta(seconds=1)
SATURDAY_NIGHT = Hours(((), (), (), (), (), (Window(1200, 1440),), ()))
spans = st.builds(Duration, st.integers(1, 600), st.just(Unit.MINUTES)) | st.builds(
    Duration, st.integers(1, 10), st.just(Unit.HOURS)
)
lengths = spans | st.builds(Duration, st.integers(1, 6), st.just(Unit.BUSINESS_DAYS))


@given(any_hours(), zones, moments, spans)
@example(
    SATURDAY_NIGHT, ZoneInfo("America/Havana"), datetime(2026, 11, 1, 3, 30, tzinfo=UTC), Duration(60, Unit.MINUTES)
)
def test_the_open_time_until_due_is_the_duration(hours: Hours, tz: ZoneInfo, start: datetime, length: Duration) -> None:
    end = due(start, length, hours, tz)
    counted, at = timedelta(0), next_open(hours, tz, start)
    while at < end:
        assert is_open(hours, tz, at)
        counted += timedelta(minutes=15) - timedelta(minutes=at.minute % 15)
        at = next_open(hours, tz, at + timedelta(minutes=15) - timedelta(minutes=at.minute % 15))
    if is_open(hours, tz, end - SECOND) and end.minute % 15:
        counted -= timedelta(minutes=15 - end.minute % 15)
    assert counted == length.length


@given(zones, moments, spans)
@example(ZoneInfo("Africa/Cairo"), datetime(2026, 4, 23, 20, tzinfo=UTC), Duration(9, Unit.HOURS))
@example(ZoneInfo("America/Havana"), datetime(2026, 11, 1, 3, tzinfo=UTC), Duration(9, Unit.HOURS))
def test_day_and_night_has_no_holes(tz: ZoneInfo, start: datetime, length: Duration) -> None:
    assert due(start, length, ALWAYS, tz) == start + length.length


@given(any_hours(), zones, moments, lengths)
def test_never_ends_while_closed(hours: Hours, tz: ZoneInfo, start: datetime, length: Duration) -> None:
    end = due(start, length, hours, tz)
    assert end > start
    assert is_open(hours, tz, end) or is_open(hours, tz, end - SECOND)


@given(any_hours(), zones, moments, moments, lengths)
def test_who_begins_later_is_never_due_earlier(
    hours: Hours, tz: ZoneInfo, one: datetime, other: datetime, length: Duration
) -> None:
    earlier, later = sorted((one, other))
    assert due(earlier, length, hours, tz) <= due(later, length, hours, tz)


@given(any_hours(), zones, moments)
def test_open_means_that_the_local_clock_stands_in_a_window(hours: Hours, tz: ZoneInfo, at: datetime) -> None:
    day = timedelta(days=1)
    assume(len({(at + shift).astimezone(tz).utcoffset() for shift in (-day, 0 * day, day)}) == 1)
    here = at.astimezone(tz)
    minute = here.hour * 60 + here.minute
    windows = hours.days[here.weekday()]
    assert is_open(hours, tz, at) == any(window.opens <= minute < window.closes for window in windows)


@given(any_hours(), zones, moments)
def test_next_opening_is_open_and_the_first(hours: Hours, tz: ZoneInfo, at: datetime) -> None:
    opening = next_open(hours, tz, at)
    assert opening >= at
    assert is_open(hours, tz, opening)
    assert (opening == at) == is_open(hours, tz, at)
    assert opening == at or not is_open(hours, tz, opening - SECOND)


@given(any_hours())
def test_hours_survive_being_written_down(hours: Hours) -> None:
    assert hours_from_data(hours.to_data()) == hours


def test_reads_runs_of_days_breaks_and_days_around_the_weekend() -> None:
    faults = Faults()
    text = 'sun-tue: "08:00-12:30, 14:00-17:00"\nthu: "00:00-24:00"'
    hours = read_hours(faults, parse("f", text))
    assert not faults.found
    assert [len(windows) for windows in hours.days] == [2, 2, 0, 1, 0, 0, 2]
    assert hours.days[0] == (Window(480, 750), Window(840, 1020))
    assert hours.days[3] == (Window(0, 1440),)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("mon-fry: 08:00-17:00", "'mon-fry' is not a day"),
        ("mon: 8-17", "'8-17' is not a time of day"),
        ("mon: 08:00-24:30", "closing must come after opening"),
        ("mon: 17:00-08:00", "closing must come after opening"),
        ("mon: 08:00-12:00, 11:00-13:00", "overlap"),
        ("mon-wed: 08:00-12:00\ntue: 08:00-12:00", "tue is given twice"),
        ("[mon]", "expected names with values"),
    ],
)
def test_refuses_hours_it_cannot_read(text: str, error: str) -> None:
    faults = Faults()
    read_hours(faults, parse("f", text))
    assert any(error in fault.error and fault.mend for fault in faults.found)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("15 minutes", Duration(15, Unit.MINUTES)),
        ("1 hour", Duration(1, Unit.HOURS)),
        ("1 business day", Duration(1, Unit.BUSINESS_DAYS)),
        ("3 business days", Duration(3, Unit.BUSINESS_DAYS)),
    ],
)
def test_reads_a_duration_and_writes_it_back(text: str, duration: Duration) -> None:
    faults = Faults()
    assert read_duration(faults, parse("f", text), units=tuple(Unit)) == duration
    assert str(duration) == text
    assert not faults.found


@pytest.mark.parametrize("text", ["4h", "0 hours", "-1 hours", "soon", "2 weeks", "3 days"])
def test_refuses_a_duration_it_cannot_count(text: str) -> None:
    faults = Faults()
    read_duration(faults, parse("f", text), units=(Unit.MINUTES, Unit.HOURS, Unit.BUSINESS_DAYS))
    assert [fault.mend for fault in faults.found] == ["Write a number and minutes or hours or business days"]


def test_hours_that_never_open_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="at least one window"):
        Hours(((),) * 7)


def test_business_days_have_no_fixed_length() -> None:
    assert Duration(2, Unit.DAYS).length == timedelta(days=2)
    with pytest.raises(ValueError, match="no fixed length"):
        _ = Duration(1, Unit.BUSINESS_DAYS).length
