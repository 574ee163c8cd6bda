"""What goes into a dialogue and what comes out. The engine says *what* is asked; a channel decides how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flows.dialogue.definition import AnswerType
from flows.dialogue.session import Session, Value
from flows.dialogue.text import Text


@dataclass(frozen=True, slots=True)
class Wrote:
    """Words the person typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Picked:
    """A button: the `choice`-th option (from 0) of the `prompt`-th question shown in this session (from 1)."""

    prompt: int
    choice: int


@dataclass(frozen=True, slots=True)
class Located:
    """A shared location. It becomes a proposal of regions and is then forgotten."""

    latitude: float
    longitude: float


STICKER = "sticker"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A photo, a voice message, a sticker: kept nowhere, answered politely."""

    kind: str


Received = Wrote | Picked | Located | Unreadable


@dataclass(frozen=True, slots=True)
class ShownOption:
    """`label` is a Text, or words that need no translation (a place, a language's own name)."""

    id: str
    label: Text | str


@dataclass(frozen=True, slots=True)
class ReadBack:
    """One line of the read-back: a label and what was understood."""

    label: Text
    values: tuple[Text | str | date, ...]


@dataclass(frozen=True, slots=True)
class Said:
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that waits for a reply. `prompt` numbers it within the session; `lead` confirms the answer before."""

    step: str
    text: Text
    options: tuple[ShownOption, ...] = ()
    prompt: int = 0
    lead: Text | None = None
    lines: tuple[ReadBack, ...] = ()
    type: AnswerType | None = None
    skippable: bool = False


@dataclass(frozen=True, slots=True)
class Marked:
    """The person chose, or wrote words for, something a person must hear of now (`danger`, `held`)."""

    mark: str


@dataclass(frozen=True, slots=True)
class Consented:
    """An answer to a consent question; `wording` names the exact text that was shown."""

    purpose: str
    value: str
    wording: str


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """The person chose a language. The last event of its turn: the host goes on in that language (`engine.go_on`)."""

    language: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Replies in a row that were not understood: a person should take over."""

    step: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The dialogue is over; `outcome` says how."""

    outcome: str


Event = Said | Asked | Marked | Consented | LanguageChosen | Lost | Ended


@dataclass(frozen=True, slots=True)
class Moved:
    """The session after one message, and what happened, in order. `quiet`: the person has said that others may read
    this phone."""

    session: Session
    events: tuple[Event, ...]
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One answer that counts, for the case: `fact` is its name there."""

    step: str
    fact: str
    value: Value
    said: str
    sure: bool
    label: Text | None
    shown: tuple[Text | str, ...]
