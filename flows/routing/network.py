"""One network's own facts, as its coordinators write them: who it serves, how fast, who is on call, whom to ring."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from flows.routing.hours import ALWAYS, Duration, Unit, read_duration, read_hours, read_timezone
from flows.routing.rota import REPEAT, Duty, OnCall
from flows.strict_yaml import Faults, Node, parse
from flows.triage.urgency import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """offer: how long a partner may think. first_contact: how soon it must reach the person after it accepted."""

    offer: Mapping[Urgency, Duration]
    first_contact: Mapping[Urgency, Duration]


DEADLINES = Deadlines(
    offer={
        Urgency.EMERGENCY: Duration(15, Unit.MINUTES),
        Urgency.URGENT: Duration(4, Unit.HOURS),
        Urgency.SOON: Duration(1, Unit.BUSINESS_DAYS),
        Urgency.ROUTINE: Duration(3, Unit.BUSINESS_DAYS),
    },
    first_contact={
        Urgency.EMERGENCY: Duration(30, Unit.MINUTES),
        Urgency.URGENT: Duration(12, Unit.HOURS),
        Urgency.SOON: Duration(2, Unit.BUSINESS_DAYS),
        Urgency.ROUTINE: Duration(5, Unit.BUSINESS_DAYS),
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long answers live: an unfinished intake after its last message, a case after it was closed."""

    drafts: timedelta = timedelta(hours=24)
    closed_cases: timedelta = timedelta(days=90)


class ContactKind(StrEnum):
    POLICE = "police"
    ARMY = "army"
    MEDICAL = "medical"
    HELPLINE = "helpline"


CHECKED_FOR = timedelta(days=90)
"""A number that nobody has rung for longer than this is not sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A number for people in danger. `regions` cover what is below them; `checked_on`: when somebody last rang it."""

    name: str
    kind: ContactKind
    number: str
    regions: tuple[str, ...]
    checked_on: date

    def may_be_sent(self, regions: Container[str], today: date, *, private: bool, authority: bool | None) -> bool:
        """`regions`: the person's and all above. private: they said nobody else reads the phone. authority: someone is
        held or the other side is an authority (None: not known)."""
        uniformed = self.kind in (ContactKind.POLICE, ContactKind.ARMY)
        return (
            private
            and any(region in regions for region in self.regions)
            and timedelta(0) <= today - self.checked_on <= CHECKED_FOR
            and not (uniformed and authority is not False)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """draft_languages: language -> the role that answers for serving it unreviewed. oncall: None until it is set up."""

    name: str
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    timezone: ZoneInfo
    draft_languages: Mapping[str, str] = field(default_factory=dict)
    deadlines: Deadlines = DEADLINES
    retention: Retention = Retention()
    oncall: OnCall | None = None
    contacts: tuple[Contact, ...] = ()


_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z0-9]+)*")
_NUMBER = re.compile(r"\+?[0-9][0-9 ]{1,18}[0-9]")
_REQUIRED = ("name", "countries", "languages", "timezone")
_OPTIONAL = ("draft_languages", "deadlines", "retention", "oncall", "contacts")
_FIXED = (Unit.MINUTES, Unit.HOURS, Unit.DAYS)
_CLOCK = (Unit.MINUTES, Unit.HOURS, Unit.BUSINESS_DAYS)


def load_network(name: str, text: str) -> Network:
    """Raises FileBroken with everything that is wrong in the file."""
    faults = Faults()
    fields = faults.mapping(parse(name, text), required=_REQUIRED, optional=_OPTIONAL)
    faults.raise_any()
    languages = _coded(faults, fields["languages"], _LANGUAGE, "a language code such as sw")
    timezone = read_timezone(faults, fields["timezone"])
    network = Network(
        name=_words(faults, fields["name"]),
        countries=_coded(faults, fields["countries"], _COUNTRY, "a country code such as KE"),
        languages=languages,
        timezone=timezone,
        draft_languages=_drafts(faults, fields, languages),
        deadlines=_deadlines(faults, fields["deadlines"]) if "deadlines" in fields else DEADLINES,
        retention=_retention(faults, fields["retention"]) if "retention" in fields else Retention(),
        oncall=_oncall(faults, fields["oncall"], timezone) if "oncall" in fields else None,
        contacts=_contacts(faults, fields["contacts"]) if "contacts" in fields else (),
    )
    faults.raise_any()
    return network


def _words(faults: Faults, node: Node) -> str:
    text = faults.text(node).strip()
    if isinstance(node.value, str) and not text:
        faults.add(node, "nothing is written here", "Write a name")
    return text


def _coded(faults: Faults, node: Node, form: re.Pattern[str], what: str) -> tuple[str, ...]:
    items = faults.items(node)
    for item in items:
        text = faults.text(item)
        if text and not form.fullmatch(text):
            faults.add(item, f"{text!r} is not {what}", f"Write {what}")
    if not items and isinstance(node.value, tuple):
        faults.add(node, "the list is empty", "Write at least one")
    return tuple(str(item.value) for item in items)


def _drafts(faults: Faults, fields: Mapping[str, Node], languages: tuple[str, ...]) -> Mapping[str, str]:
    drafts: dict[str, str] = {}
    for language, role in faults.entries(fields["draft_languages"]) if "draft_languages" in fields else ():
        if language not in languages:
            faults.add(role, f"{language!r} is not among the languages", "Add it to `languages`, or remove it here")
        drafts[language] = _words(faults, role)
    return drafts


def _deadlines(faults: Faults, node: Node) -> Deadlines:
    fields = faults.mapping(node, optional=("offer", "first_contact"))
    return Deadlines(
        offer=_by_urgency(faults, fields.get("offer"), DEADLINES.offer),
        first_contact=_by_urgency(faults, fields.get("first_contact"), DEADLINES.first_contact),
    )


def _by_urgency(faults: Faults, node: Node | None, usual: Mapping[Urgency, Duration]) -> Mapping[Urgency, Duration]:
    fields = faults.mapping(node, optional=Urgency) if node else {}
    return {
        urgency: read_duration(faults, fields[urgency], units=_CLOCK) if urgency in fields else usual[urgency]
        for urgency in Urgency
    }


def _retention(faults: Faults, node: Node) -> Retention:
    fields = faults.mapping(node, optional=("drafts", "closed_cases"))
    lengths = {key: read_duration(faults, child, units=_FIXED).length for key, child in fields.items()}
    return Retention(**lengths)


def _oncall(faults: Faults, node: Node, timezone: ZoneInfo) -> OnCall | None:
    fields = faults.mapping(node, required=("members", "last_resort"), optional=("repeat",))
    if "members" not in fields or "last_resort" not in fields:
        return None
    rota: dict[str, Duty] = {}
    for item in faults.items(fields["members"]):
        duty = _duty(faults, item, timezone)
        if duty is not None and duty.name in rota:
            faults.add(item, f"{duty.name!r} is named twice", "Name each member once, with all their hours")
        elif duty is not None:
            rota[duty.name] = duty
    if not rota:
        faults.add(fields["members"], "nobody is on call", "Write at least one member's name")
    repeat = read_duration(faults, fields["repeat"], units=_FIXED).length if "repeat" in fields else REPEAT
    return OnCall(rota=tuple(rota.values()), last_resort=_words(faults, fields["last_resort"]), repeat=repeat)


def _duty(faults: Faults, node: Node, timezone: ZoneInfo) -> Duty | None:
    """A plain name is always on duty; hours without a time zone are the network's."""
    if isinstance(node.value, str):
        return Duty(name=_words(faults, node), timezone=timezone)
    fields = faults.mapping(node, required=("name",), optional=("hours", "timezone"))
    if "name" not in fields:
        return None
    return Duty(
        name=_words(faults, fields["name"]),
        timezone=read_timezone(faults, fields["timezone"]) if "timezone" in fields else timezone,
        hours=read_hours(faults, fields["hours"]) if "hours" in fields else ALWAYS,
    )


def _contacts(faults: Faults, node: Node) -> tuple[Contact, ...]:
    return tuple(contact for item in faults.items(node) if (contact := _contact(faults, item)))


def _contact(faults: Faults, node: Node) -> Contact | None:
    required = ("name", "kind", "number", "regions", "checked_on")
    fields = faults.mapping(node, required=required)
    if any(key not in fields for key in required):
        return None
    number = faults.text(fields["number"])
    if not _NUMBER.fullmatch(number):
        faults.add(fields["number"], "this is not a telephone number", 'Write digits in quotation marks: "+254 20 0"')
    try:
        checked_on = date.fromisoformat(faults.text(fields["checked_on"]))
    except ValueError:
        faults.add(fields["checked_on"], "this is not a date", "Write it as 2026-11-20")
        return None
    return Contact(
        name=_words(faults, fields["name"]),
        kind=ContactKind(faults.one_of(fields["kind"], ContactKind)),
        number=number,
        regions=faults.texts(fields["regions"]),
        checked_on=checked_on,
    )
