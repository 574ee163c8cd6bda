"""Opening hours and the clocks that run in them.

A duration counts only while the hours are open, so an offer never runs out at night; `ALWAYS` makes it run day and
night, `OFFICE` stands where a partner says nothing. Windows are local times of the day, everything is counted on
instants in UTC: a change of the clocks moves a window, never the time already counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.strict_yaml import Faults, Node

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES_A_DAY = 24 * 60
_WINDOW = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Open from `opens` until `closes`, in minutes of one local day (1440 is midnight at its end)."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (self.opens, self.closes))


@dataclass(frozen=True, slots=True)
class Hours:
    """The windows of each day, Monday first, in order and not overlapping. Open at least once a week."""

    days: tuple[tuple[Window, ...], ...]

    def __post_init__(self) -> None:
        if len(self.days) != len(DAYS) or not any(self.days):
            raise ValueError("hours need seven days and at least one window")

    def to_data(self) -> dict[str, str]:
        """As a partner file writes them."""
        return {name: ", ".join(map(str, windows)) for name, windows in zip(DAYS, self.days, strict=True) if windows}


ALWAYS = Hours(((Window(0, _MINUTES_A_DAY),),) * 7)
OFFICE = Hours(((Window(8 * 60, 17 * 60),),) * 5 + ((),) * 2)
"""By day, Monday to Friday: where nobody has said otherwise."""


class Unit(StrEnum):
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    BUSINESS_DAYS = "business days"


@dataclass(frozen=True, slots=True)
class Duration:
    """`days` are spans of 24 hours; `business days` are days on which the hours are open."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit if self.amount != 1 else self.unit.removesuffix('s')}"

    @property
    def length(self) -> timedelta:
        """Only of what has one length everywhere."""
        match self.unit:
            case Unit.MINUTES:
                return timedelta(minutes=self.amount)
            case Unit.HOURS:
                return timedelta(hours=self.amount)
            case Unit.DAYS:
                return timedelta(days=self.amount)
            case Unit.BUSINESS_DAYS:
                raise ValueError("business days have no fixed length")


def is_open(hours: Hours, tz: ZoneInfo, at: datetime) -> bool:
    """A window holds the moment it opens, not the moment it closes."""
    return next(_spans(hours, tz, at))[0] <= at


def next_open(hours: Hours, tz: ZoneInfo, at: datetime) -> datetime:
    """`at` when open, else the moment of the next opening."""
    return max(at, next(_spans(hours, tz, at))[0]).astimezone(UTC)


def due(start: datetime, duration: Duration, hours: Hours, tz: ZoneInfo) -> datetime:
    """When the duration, begun at `start`, is over (UTC).

    Minutes and hours are counted while open. Business days begin at the next opening and end at the same local time
    that many open days later, or, when that is outside the hours of that day, at the opening after it.
    """
    if duration.unit is Unit.BUSINESS_DAYS:
        return _after_open_days(next_open(hours, tz, start), duration.amount, hours, tz)
    left = duration.length
    for opens, closes in _spans(hours, tz, start):
        begin = max(opens, start)
        if closes - begin >= left:
            return (begin + left).astimezone(UTC)
        left -= closes - begin
    raise AssertionError("hours are open every week")


def _after_open_days(begin: datetime, amount: int, hours: Hours, tz: ZoneInfo) -> datetime:
    local = begin.astimezone(tz)
    day, left = local.date(), amount
    while left:
        day += timedelta(days=1)
        left -= bool(hours.days[day.weekday()])
    same_time = _closing(day, local.hour * 60 + local.minute, tz)
    return next_open(hours, tz, same_time + timedelta(seconds=local.second, microseconds=local.microsecond))


def _spans(hours: Hours, tz: ZoneInfo, after: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The open spans that end after the moment, in order, disjoint, for ever."""
    day = after.astimezone(tz).date() - timedelta(days=1)
    ended = datetime.min.replace(tzinfo=UTC)
    while True:
        for window in hours.days[day.weekday()]:
            opens = max(_opening(day, window.opens, tz), ended)
            closes = _closing(day, window.closes, tz)
            if closes > max(opens, after):
                yield opens, closes
            ended = max(ended, closes)
        day += timedelta(days=1)


def _opening(day: date, minutes: int, tz: ZoneInfo) -> datetime:
    """The first moment that the local clock shows this time; a time it leaves out counts from the old offset."""
    return _local(day, minutes, tz, fold=0)


def _closing(day: date, minutes: int, tz: ZoneInfo) -> datetime:
    """The last moment that the local clock shows this time."""
    return max(_local(day, minutes, tz, fold=0), _local(day, minutes, tz, fold=1))


def _local(day: date, minutes: int, tz: ZoneInfo, *, fold: int) -> datetime:
    days, minutes = divmod(minutes, _MINUTES_A_DAY)
    day += timedelta(days=days)
    hour, minute = divmod(minutes, 60)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=tz, fold=fold).astimezone(UTC)


_DURATION = re.compile(r"([1-9][0-9]{0,3}) (minute|hour|day|business day)s?")


def read_duration(faults: Faults, node: Node, *, units: tuple[Unit, ...]) -> Duration:
    match = _DURATION.fullmatch(faults.text(node))
    duration = Duration(int(match[1]), Unit(f"{match[2]}s")) if match else None
    if duration is None or duration.unit not in units:
        faults.add(node, "this is not a length of time we know", f"Write a number and {' or '.join(units)}")
        return Duration(1, units[0])
    return duration


def read_timezone(faults: Faults, node: Node) -> ZoneInfo:
    try:
        return ZoneInfo(faults.text(node))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        faults.add(node, "this time zone is not known", "Write an IANA name such as Africa/Nairobi")
        return ZoneInfo("UTC")


def read_hours(faults: Faults, node: Node) -> Hours:
    """`{mon-fri: "08:00-12:30, 14:00-17:00", sat: "09:00-12:00"}`; days not named are closed."""
    days: dict[str, tuple[Window, ...]] = {}
    for key, value in faults.entries(node):
        windows = _read_windows(faults, value)
        for day in _read_days(faults, value, key):
            if day in days:
                faults.add(value, f"{day} is given twice", "Name each day once")
            days[day] = windows
    if not any(days.values()):
        faults.add(node, "there are no opening hours here", 'Write for example {mon-fri: "08:00-17:00"}')
        return ALWAYS
    return Hours(tuple(days.get(day, ()) for day in DAYS))


def hours_from_data(data: Mapping[str, str]) -> Hours:
    """The reverse of `Hours.to_data`."""
    return Hours(
        tuple(tuple(map(_window, data[day].split(", "))) if day in data else () for day in DAYS),
    )


def _read_days(faults: Faults, node: Node, key: str) -> tuple[str, ...]:
    first, _, last = key.partition("-")
    last = last or first
    if first not in DAYS or last not in DAYS:
        faults.add(node, f"{key!r} is not a day or a run of days", "Write mon, or sun-fri")
        return ()
    week = DAYS[DAYS.index(first) :] + DAYS[: DAYS.index(first)]
    return week[: week.index(last) + 1]


def _read_windows(faults: Faults, node: Node) -> tuple[Window, ...]:
    windows: list[Window] = []
    for text in faults.text(node).split(","):
        if not _WINDOW.fullmatch(text.strip()):
            faults.add(node, f"{text.strip()!r} is not a time of day", 'Write "08:00-17:00"')
            continue
        window = _window(text.strip())
        if not window.opens < window.closes <= _MINUTES_A_DAY:
            faults.add(node, "closing must come after opening", "Past midnight: end at 24:00, go on the next day")
        elif windows and window.opens < windows[-1].closes:
            faults.add(node, "these times overlap or are out of order", "Write them in order, apart")
        else:
            windows.append(window)
    return tuple(windows)


def _window(text: str) -> Window:
    opens, closes = (int(clock[:2]) * 60 + int(clock[3:]) for clock in text.split("-"))
    return Window(opens, closes)
