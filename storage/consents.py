"""Consents: one row for each purpose asked, with the wording's version. Without one no case is shown to a partner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select

from flows.dialogue.conversation import CaseId, ConversationId
from storage.tables import cases, consents
from storage.unit import Unit

SHARE = "share"
"""The purpose that lets a case be shown to partners."""
YES = "yes"
"""The answer that grants a purpose; every other one does not."""
NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """`scope`: a code for how far it reaches. `wording`: version of the words the person answered."""

    id: str
    conversation: ConversationId
    case: CaseId | None
    purpose: str
    answer: str
    wording: str
    scope: str
    language: str
    channel: str
    at: datetime


class Consents:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def record(
        self,
        conversation: ConversationId,
        case: CaseId | None,
        *,
        purpose: str,
        answer: str,
        wording: str,
        scope: str,
        language: str,
        channel: str,
    ) -> str:
        """Before there is a case the row belongs to the conversation, and to the next case it opens."""
        row = self._unit.new_id()
        await self._unit.change(
            consents.insert().values(
                id=row,
                conversation_id=conversation,
                case_id=case,
                purpose=purpose,
                answer=answer,
                wording=wording,
                scope=scope,
                language=language,
                channel=channel,
                at=self._unit.now,
            )
        )
        return row

    async def of_case(self, case: CaseId) -> Sequence[Consent]:
        """Oldest first, with those its conversation gave before it was opened."""
        found = await self._unit.rows(
            select(consents)
            .join(cases, cases.c.id == case)
            .where(_belongs(case))
            .order_by(consents.c.at, consents.c.id)
        )
        return [
            Consent(
                id=row.id,
                conversation=ConversationId(row.conversation_id),
                case=None if row.case_id is None else CaseId(row.case_id),
                purpose=row.purpose,
                answer=row.answer,
                wording=row.wording,
                scope=row.scope,
                language=row.language,
                channel=row.channel,
                at=row.at,
            )
            for row in found
        ]

    async def granting(self, case: CaseId, purpose: str = SHARE) -> str | None:
        """The row whose yes covers this purpose now: the last answer counts."""
        last = [each for each in await self.of_case(case) if each.purpose == purpose][-1:]
        return last[0].id if last and last[0].answer == YES else None


def _belongs(case: CaseId) -> ColumnElement[bool]:
    earlier = cases.alias()
    opened_between = (
        select(earlier.c.id)
        .where(
            earlier.c.conversation_id == cases.c.conversation_id,
            earlier.c.opened_at >= consents.c.at,
            earlier.c.id < cases.c.id,
        )
        .exists()
    )
    before = and_(
        consents.c.case_id.is_(None),
        consents.c.conversation_id == cases.c.conversation_id,
        consents.c.at <= cases.c.opened_at,
        ~opened_between,
    )
    return or_(consents.c.case_id == case, before)
