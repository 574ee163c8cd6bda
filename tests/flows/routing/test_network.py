"""Reading a network file, its usual values, and when a number may be sent."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.routing.hours import ALWAYS, Duration, Unit
from flows.routing.network import Contact, ContactKind, Retention, load_network
from flows.routing.rota import Duty, OnCall
from flows.strict_yaml import FileBroken
from flows.triage.urgency import Urgency

SHORT = """\
name: A network
countries: [KE]
languages: [en, sw]
timezone: Africa/Nairobi
"""
WHOLE = (
    SHORT
    + """\
draft_languages: {sw: safeguarding lead}
deadlines:
  offer: {urgent: 2 hours}
  first_contact: {routine: 4 business days}
retention: {drafts: 12 hours, closed_cases: 30 days}
oncall: {repeat: 3 minutes, members: [Nia], last_resort: Dev}
contacts:
  - {name: A line, kind: helpline, number: "+254 20 000", regions: [KE], checked_on: 2026-11-01}
"""
)


def test_what_is_left_out_has_its_usual_value() -> None:
    network = load_network("network.yaml", SHORT)
    assert network.timezone == ZoneInfo("Africa/Nairobi")
    assert list(map(str, network.deadlines.offer.values())) == [
        "15 minutes", "4 hours", "1 business day", "3 business days",
    ]  # fmt: skip
    assert list(map(str, network.deadlines.first_contact.values())) == [
        "30 minutes", "12 hours", "2 business days", "5 business days",
    ]  # fmt: skip
    assert list(network.deadlines.offer) == list(network.deadlines.first_contact) == list(Urgency)
    assert network.retention.drafts == timedelta(hours=24)
    assert network.oncall is None
    assert not network.contacts
    assert not network.draft_languages


def test_reads_every_field() -> None:
    network = load_network("network.yaml", WHOLE)
    assert network.draft_languages == {"sw": "safeguarding lead"}
    assert network.deadlines.offer[Urgency.URGENT] == Duration(2, Unit.HOURS)
    assert network.deadlines.offer[Urgency.EMERGENCY] == Duration(15, Unit.MINUTES)
    assert network.deadlines.first_contact[Urgency.ROUTINE] == Duration(4, Unit.BUSINESS_DAYS)
    assert network.retention == Retention(drafts=timedelta(hours=12), closed_cases=timedelta(days=30))
    nairobi = ZoneInfo("Africa/Nairobi")
    assert network.oncall == OnCall(
        rota=(Duty(name="Nia", timezone=nairobi),), last_resort="Dev", repeat=timedelta(minutes=3)
    )
    assert network.contacts[0].number == "+254 20 000"


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "error"),
    [
        ("name: A network", "name: ''", 1, "name", "nothing is written here"),
        ("[KE]\nlang", "[Kenya]\nlang", 2, "countries[1]", "'Kenya'"),
        ("[KE]\nlang", "[]\nlang", 2, "countries", "the list is empty"),
        ("[en, sw]", "[english, sw]", 3, "languages[1]", "'english'"),
        ("Africa/Nairobi", "Nairobi", 4, "timezone", "time zone is not known"),
        ("{sw: safe", "{ar: safe", 5, "draft_languages.ar", "not among the languages"),
        ("urgent: 2 hours", "urgent: 2 weeks", 7, "deadlines.offer.urgent", "length of time"),
        ("{urgent:", "{urgnt:", 7, "deadlines.offer.urgnt", "'urgnt' is not known"),
        ("12 hours", "2 business days", 9, "retention.drafts", "length of time"),
        ("[Nia]", "[]", 10, "oncall.members", "nobody is on call"),
        ("[Nia]", "[Nia, {name: Nia}]", 10, "oncall.members[2]", "named twice"),
        ("[Nia]", '[{name: Nia, hours: {mon: "8-17"}}]', 10, "oncall.members[1].hours.mon", "not a time of day"),
        ("[Nia]", "[{name: Nia, timezone: Nairobi}]", 10, "oncall.members[1].timezone", "time zone is not known"),
        ("[Nia]", '[{hours: {mon: "08:00-17:00"}}]', 10, "oncall.members[1]", "'name' is missing"),
        (", last_resort: Dev", "", 10, "oncall", "'last_resort' is missing"),
        ("+254 20 000", "call us", 12, "contacts[1].number", "not a telephone number"),
        ("2026-11-01", "lately", 12, "contacts[1].checked_on", "not a date"),
        ("kind: helpline", "kind: help", 12, "contacts[1].kind", "'help'"),
        (", regions: [KE]", "", 12, "contacts[1]", "'regions' is missing"),
        ("oncall:", "on_call:", 10, "on_call", "'on_call' is not known"),
        ("countries: [KE]\n", "", 1, "", "'countries' is missing"),
    ],
)
def test_refuses_naming_file_line_field_and_mend(old: str, new: str, line: int, field: str, error: str) -> None:
    assert WHOLE.count(old) == 1
    with pytest.raises(FileBroken) as caught:
        load_network("network.yaml", WHOLE.replace(old, new))
    assert any(
        (fault.file, fault.line, fault.field) == ("network.yaml", line, field) and error in fault.error and fault.mend
        for fault in caught.value.faults
    ), caught.value


TODAY = date(2026, 11, 20)
KENYA = ("KE-31", "KE")


def contact(kind: ContactKind = ContactKind.HELPLINE, days: int = 0) -> Contact:
    checked_on = TODAY - timedelta(days=days)
    return Contact(name="A line", kind=kind, number="+254 20 000", regions=("KE",), checked_on=checked_on)


@pytest.mark.parametrize(
    ("kind", "days", "regions", "private", "authority", "sent"),
    [
        (ContactKind.HELPLINE, 0, KENYA, True, None, True),
        (ContactKind.HELPLINE, 0, KENYA, True, True, True),
        (ContactKind.HELPLINE, 0, KENYA, False, False, False),
        (ContactKind.HELPLINE, 0, ("NP-P1", "NP"), True, False, False),
        (ContactKind.HELPLINE, 90, KENYA, True, False, True),
        (ContactKind.HELPLINE, 91, KENYA, True, False, False),
        (ContactKind.HELPLINE, -1, KENYA, True, False, False),
        (ContactKind.POLICE, 0, KENYA, True, False, True),
        (ContactKind.POLICE, 0, KENYA, True, True, False),
        (ContactKind.POLICE, 0, KENYA, True, None, False),
        (ContactKind.ARMY, 0, KENYA, True, None, False),
        (ContactKind.MEDICAL, 0, KENYA, True, True, True),
    ],
)
def test_a_number_is_sent_only_where_it_is_safe_and_checked(
    kind: ContactKind, days: int, regions: tuple[str, ...], private: bool, authority: bool | None, sent: bool
) -> None:
    assert contact(kind, days).may_be_sent(regions, TODAY, private=private, authority=authority) is sent


def test_a_rota_names_hours_and_a_time_zone_or_takes_the_networks() -> None:
    rota = '[{name: Nia, hours: {fri-sun: "00:00-24:00"}, timezone: Asia/Kathmandu}, {name: Dev}]'
    network = load_network("network.yaml", WHOLE.replace("[Nia]", rota))
    assert network.oncall is not None
    nia, dev = network.oncall.rota
    assert nia.timezone == ZoneInfo("Asia/Kathmandu")
    assert [bool(day) for day in nia.hours.days] == [False] * 4 + [True] * 3
    assert (dev.name, dev.hours, dev.timezone) == ("Dev", ALWAYS, ZoneInfo("Africa/Nairobi"))
