"""What is known of one channel address between two messages: a contact, not a person (a phone may be shared)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from flows.dialogue.session import Session

ConversationId = NewType("ConversationId", str)
CaseId = NewType("CaseId", str)
MemberId = NewType("MemberId", str)


DETAILS = "details"
"""The dialogue about a case that was sent; every other is an intake."""


class Pending(StrEnum):
    """A question asked outside the flow; the next message answers it, or it lapses."""

    NOTHING = ""
    DELETE = "delete"
    WHICH = "which"
    STOP = "stop"
    LANGUAGE = "language"
    CORRECT = "correct"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """language: "" until known. sessions: how many have begun, so that a button of an old one is recognised.
    silenced: the person opted out or blocked us; nothing is sent. shared: others read this phone (quiet texts only).
    paused: the neutral screen was shown; nothing is shown again until the person writes. aside: words that wait until
    the pending question is answered. chosen_at: when the person said that `case` is the one they mean. parted: the
    number may be someone else's by now, and whoever writes from it has a conversation of their own."""

    id: ConversationId
    channel: str
    language: str = ""
    session: Session | None = None
    sessions: int = 0
    case: CaseId | None = None
    member: MemberId | None = None
    pending: Pending = Pending.NOTHING
    silenced: bool = False
    shared: bool = False
    paused: bool = False
    received_at: datetime | None = None
    aside: str = ""
    chosen_at: datetime | None = None
    parted: bool = False

    @property
    def draft(self) -> Session | None:
        """The intake that runs, which is not a case yet."""
        return None if self.session is not None and self.session.flow == DETAILS else self.session
