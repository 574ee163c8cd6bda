"""The records of casework as every room of the house names them. Storage returns these, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from flows.dialogue.conversation import CaseId, ConversationId, MemberId

ReferralId = NewType("ReferralId", str)
PageId = NewType("PageId", str)
PartnerId = NewType("PartnerId", str)


class Role(StrEnum):
    PARALEGAL = "paralegal"
    COORDINATOR = "coordinator"
    TRANSLATOR = "translator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person who works with cases. `conversations`: their linked phones, newest link first. `answered_at`: when one
    of these last answered a call or a test page."""

    id: MemberId
    name: str
    role: Role
    partner: PartnerId | None = None
    language: str = "en"
    suspended: bool = False
    conversations: tuple[ConversationId, ...] = ()
    answered_at: datetime | None = None


class CaseState(StrEnum):
    """open: nobody asked yet. offered: one or more partners hold an offer. accepted: a partner has it. contacted: the
    partner reached the person. unserved: nobody covers it now (a coordinator holds it). closed."""

    OPEN = "open"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    UNSERVED = "unserved"
    CLOSED = "closed"


class Lane(StrEnum):
    DANGER = "danger"
    HELD = "held"
    QUIET = "quiet"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`answers`: step id -> what the person said, sealed at rest, with `facts` the machine-readable ones (`region`,
    `issue`, `other_side`, `contact`, `helper`, `who`, `name`, `date`, ...). promised_at: when we said we write next."""

    id: CaseId
    receipt: str
    conversation: ConversationId
    channel: str
    language: str
    lane: Lane
    state: CaseState
    region: str
    issue: str
    urgency: str
    opened_at: datetime
    promised_at: datetime | None = None
    taken_by: MemberId | None = None
    closed_at: datetime | None = None
    closed_reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


class EntryKind(StrEnum):
    """What a line of the case's timeline tells."""

    OPENED = "opened"
    CORRECTED = "corrected"
    OFFERED = "offered"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    REACHED = "reached"
    NOT_REACHED = "not_reached"
    HANDED_BACK = "handed_back"
    SEEKER_WROTE = "seeker_wrote"
    HELPER_WROTE = "helper_wrote"
    NOTICE = "notice"
    PAGED = "paged"
    ACKNOWLEDGED = "acknowledged"
    TAKEN = "taken"
    NO_COVER = "no_cover"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a case's timeline. `actor`: member id, "seeker" or "system". `words` are sealed at rest; `reason` is
    a code."""

    at: datetime
    kind: EntryKind
    actor: str = "system"
    partner: PartnerId | None = None
    reason: str = ""
    words: str = ""


class ReferralState(StrEnum):
    PROPOSED = "proposed"
    CONSENTED = "consented"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CONTACTED = "contacted"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """One case put to one partner. `code` (4 characters) names it to members while it is open. `due_at`: end of the
    offer, or of the time to first contact after accept. `decided_by`: who accepted or declined."""

    id: ReferralId
    case: CaseId
    partner: PartnerId
    state: ReferralState
    code: str
    urgency: str
    offered_at: datetime | None = None
    due_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: MemberId | None = None
    reason: str = ""


class PageKind(StrEnum):
    """Why the on-call members are called; the notice itself says none of it."""

    DANGER = "danger"
    HELD = "held"
    PERSON = "person"
    QUARANTINE = "quarantine"
    OPTED_OUT = "opted_out"
    MISSED_CONTACT = "missed_contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A call for a person. `code` (4 characters) is what `GOT CODE` names. Repeated until acknowledged."""

    id: PageId
    conversation: ConversationId
    kind: PageKind
    code: str
    opened_at: datetime
    case: CaseId | None = None
    repeats: int = 0
    acknowledged_by: MemberId | None = None
    acknowledged_at: datetime | None = None
