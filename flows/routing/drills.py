"""A call that is not real: it rings as one does, to see who answers, and is no part of any case or count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from flows.dialogue.conversation import ConversationId, MemberId

DrillId = NewType("DrillId", str)


class DrillKind(StrEnum):
    """danger, held: the whole rota, as such a call would ring it. test: one phone, to see that it can be called."""

    DANGER = "danger"
    HELD = "held"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """`phone`: the one that is tested. Over when somebody answered (`answered_by`), or when nobody did for an hour."""

    id: DrillId
    kind: DrillKind
    code: str
    opened_at: datetime
    phone: ConversationId | None = None
    repeats: int = 0
    answered_by: MemberId | None = None
    ended_at: datetime | None = None
