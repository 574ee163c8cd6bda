"""What a seeker's message sets in motion beyond the reply: the pure turn names it, casework does it, in the same
transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.dialogue.alarms import Heard
from flows.dialogue.conversation import CaseId
from flows.dialogue.events import Consented, Event, Given
from flows.dialogue.text import Text
from flows.routing.casebook import Lane, PageKind


@dataclass(frozen=True, slots=True)
class CallPerson:
    """Call the people on duty, whatever else happens. Calling twice for one conversation and reason is one call."""

    kind: PageKind


@dataclass(frozen=True, slots=True)
class Alarmed:
    """What words for danger said that came after the case was sent: they make it more pressing. Who is on duty was
    called already."""

    heard: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class Resumed:
    """Someone to whom nothing could be sent, since they had paused or stopped us, may be written to again: what we
    promised and could not keep meanwhile is promised anew."""


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
    `deadline`), and route it. `first_words`: what the person wrote before the first question. `case`: the one that was
    made of these answers when the person had stopped in the middle; it is completed, no second one is made."""

    lane: Lane
    given: tuple[Given, ...]
    first_words: str
    ending: Text
    contactable: bool
    case: CaseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteCase:
    """Someone who had stopped in the middle came back and answered more: the case that was made of it is completed.
    `given`: all that counts by now."""

    case: CaseId
    lane: Lane
    given: tuple[Given, ...]
    first_words: str


@dataclass(frozen=True, slots=True)
class DraftBegun:
    """An intake began: what is answered is a draft nobody is shown, and goes when the network's time for drafts has
    passed since the last message."""


@dataclass(frozen=True, slots=True)
class KeepNothing:
    """The person said no before anything could be shared: the draft goes. `case`: what was made of it while they were
    silent goes too."""

    case: CaseId | None = None


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
class TellDetails:
    """An answer to a question asked after "Sent" at `since`: what was told by them so far, and the reply. `words`: as
    typed, in case they answer something else that was said meanwhile; a button never does."""

    given: tuple[Given, ...]
    reply: tuple[Event, ...]
    words: str
    since: datetime


@dataclass(frozen=True, slots=True)
class PickCase:
    """Which of several open cases the words that wait are for: a number of the list, or 0 where it was not said."""

    number: int


@dataclass(frozen=True, slots=True)
class ShowAnswers:
    """They want to correct what they sent: a list of it."""


@dataclass(frozen=True, slots=True)
class PickAnswer:
    """The number of the answer that is not right."""

    number: int


@dataclass(frozen=True, slots=True)
class CorrectAnswer:
    """What is right instead, in their words."""

    step: str
    words: str


@dataclass(frozen=True, slots=True)
class LanguageChanged:
    """What is open is told in this language from now on, and helpers see it."""

    language: str


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
    | Alarmed
    | Learned
    | RecordConsent
    | Resumed
    | FileCase
    | CompleteCase
    | DraftBegun
    | KeepNothing
    | TellStatus
    | AddToCase
    | TellDetails
    | PickCase
    | ShowAnswers
    | PickAnswer
    | CorrectAnswer
    | LanguageChanged
    | Erase
    | OptedOutNow
    | OptedOutWrote
    | LinkMember
)
