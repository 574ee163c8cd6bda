"""One timeline of a case: words both ways, offers, notices, calls and consents, oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.casework.filing import CONTACT
from bot.casework.timeline import SEEKER, SYSTEM
from bot.web.desk.lens import Lens
from flows.dialogue.conversation import MemberId
from flows.routing.casebook import Entry, EntryKind, Page, PartnerId
from flows.triage.reasons import Reason
from storage.consents import Consent

CONSENT = "consent"


class Side(StrEnum):
    """Who speaks: the person, a helper, or nobody (something happened)."""

    PERSON = "person"
    HELPER = "helper"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """`kind` and `reason` are codes the page has words for; `details` are words already. `who` is a member's name,
    or empty where the person or the program acted (`by_person`)."""

    at: str
    kind: str
    side: Side
    who: str = ""
    by_person: bool = False
    partner: str = ""
    reason: str = ""
    details: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    members: Mapping[MemberId, str]
    partners: Mapping[PartnerId, str]


def read_timeline(
    entries: Iterable[Entry], consents: Iterable[Consent], calls: Iterable[Page], lens: Lens, names: Names
) -> list[Moment]:
    """`calls`: those made before there was a case; later ones are entries."""
    told = [(entry.at, _of_entry(entry, lens, names)) for entry in entries]
    agreed = [(consent.at, _of_consent(consent, lens, names)) for consent in consents]
    called = [pair for call in calls for pair in _of_call(call, lens, names)]
    return [moment for _, moment in sorted((*agreed, *called, *told), key=_when)]


def _when(pair: tuple[datetime, Moment]) -> datetime:
    return pair[0]


def _of_entry(entry: Entry, lens: Lens, names: Names) -> Moment:
    reason, details = _because(entry, lens)
    return Moment(
        at=lens.moment(entry.at),
        kind=entry.kind,
        side=_SIDES.get(entry.kind, Side.NONE) if entry.words else Side.NONE,
        who="" if entry.actor in (SEEKER, SYSTEM) else names.members.get(MemberId(entry.actor), ""),
        by_person=entry.actor == SEEKER,
        partner=names.partners.get(entry.partner, "") if entry.partner else "",
        reason=reason,
        details=details,
        words=entry.words,
    )


_SIDES = {EntryKind.SEEKER_WROTE: Side.PERSON, EntryKind.HELPER_WROTE: Side.HELPER}


def _because(entry: Entry, lens: Lens) -> tuple[str, tuple[str, ...]]:
    """A code the page has words for, and what is words already."""
    if entry.kind is EntryKind.OPENED:
        return "", _reasons(entry.reason, lens)
    if entry.kind is EntryKind.CORRECTED:
        what, _, value = entry.reason.partition(":")
        if what == "urgency":
            level, _, codes = value.partition(":")
            return f"{what}:{level}", _reasons(codes, lens)
        said = {"region": lens.region, "issue": lens.issue}.get(what)
        return (f"{what}:{value}", ()) if said is None and value else (what, (said(value),) if said else ())
    return entry.reason, ()


def why_pressing(entries: Iterable[Entry], lens: Lens) -> tuple[str, ...]:
    """What makes the case as urgent as it is; nothing where a member has decided that."""
    codes = ""
    for entry in entries:
        if entry.kind is EntryKind.OPENED:
            codes = entry.reason
        elif entry.kind is EntryKind.CORRECTED and entry.reason.startswith("urgency:"):
            codes = entry.reason.partition(":")[2].partition(":")[2]
    return _reasons(codes, lens)


def _reasons(codes: str, lens: Lens) -> tuple[str, ...]:
    return tuple(lens.reason(Reason(code)) for code in codes.split(",") if code)


def _of_call(call: Page, lens: Lens, names: Names) -> Iterator[tuple[datetime, Moment]]:
    yield call.opened_at, Moment(at=lens.moment(call.opened_at), kind=EntryKind.PAGED, side=Side.NONE, reason=call.kind)
    if call.acknowledged_at is not None and call.acknowledged_by is not None:
        yield (
            call.acknowledged_at,
            Moment(
                at=lens.moment(call.acknowledged_at),
                kind=EntryKind.ACKNOWLEDGED,
                side=Side.NONE,
                who=names.members.get(call.acknowledged_by, ""),
                reason=call.kind,
            ),
        )


def _of_consent(consent: Consent, lens: Lens, names: Names) -> Moment:
    is_way = consent.purpose == CONTACT
    return Moment(
        at=lens.moment(consent.at),
        kind=CONSENT,
        side=Side.NONE,
        by_person=True,
        partner=names.partners.get(PartnerId(consent.scope), ""),
        reason="" if is_way else f"{consent.purpose}:{consent.answer}",
        details=(*((lens.way(consent.answer),) if is_way else ()), lens.language_name(consent.language)),
    )
