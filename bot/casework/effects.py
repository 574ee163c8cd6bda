"""What a seeker's message sets in motion beyond the reply: the pure turn names it, casework does it, in the same
transaction."""

from __future__ import annotations

from dataclasses import dataclass

from flows.dialogue.events import Consented, Given
from flows.dialogue.text import Text
from flows.routing.casebook import Lane, PageKind


@dataclass(frozen=True, slots=True)
class CallPerson:
    """Call the people on duty, whatever else happens. Calling twice for one conversation and reason is one call."""

    kind: PageKind


@dataclass(frozen=True, slots=True)
class Learned:
    """Someone in danger or held has told where they are or how to reach them: whoever has the call reads it."""


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """A consent answer as it was given, yes or no."""

    consent: Consented


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCase:
    """The intake ended with a yes: make the case, tell its code with `ending` (which has places `receipt` and
    `deadline`), and route it. `first_words`: what the person wrote before the first question."""

    lane: Lane
    given: tuple[Given, ...]
    first_words: str
    ending: Text
    contactable: bool


@dataclass(frozen=True, slots=True)
class DraftBegun:
    """An intake began: what is answered is a draft nobody is shown, and goes when the network's time for drafts has
    passed since the last message."""


@dataclass(frozen=True, slots=True)
class KeepNothing:
    """The person said no before anything could be shared: the draft goes."""


@dataclass(frozen=True, slots=True)
class TellStatus:
    """Say how the case stands, in plain words. `clean`: they were away so long that someone else may hold the phone, so
    nothing of before is shown yet."""

    clean: bool = False


@dataclass(frozen=True, slots=True)
class AddToCase:
    """Words written after the case was sent: they reach the helper, or wait in the case for one. `clean` as above."""

    words: str
    clean: bool = False


@dataclass(frozen=True, slots=True)
class Erase:
    """The person asked twice: everything they sent us goes."""


@dataclass(frozen=True, slots=True)
class OptedOutNow:
    """No more messages to this phone; the helper and the coordinator are told."""


@dataclass(frozen=True, slots=True)
class OptedOutWrote:
    """Someone who opted out wrote again: a person is called, marked DO NOT TEXT."""

    words: str


@dataclass(frozen=True, slots=True)
class LinkMember:
    """`/start CODE` or `JOIN CODE`: links this phone to the member the code was made for."""

    code: str


Effect = (
    CallPerson
    | Learned
    | RecordConsent
    | FileCase
    | DraftBegun
    | KeepNothing
    | TellStatus
    | AddToCase
    | Erase
    | OptedOutNow
    | OptedOutWrote
    | LinkMember
)
