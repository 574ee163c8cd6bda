"""The audit: who did what to which record and why, in ids and codes; rows are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.tables import audit
from storage.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    at: datetime
    action: str
    actor: str
    subject: str
    reason: str


class Audit:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, action: str, *, actor: str, subject: str = "", reason: str = "") -> None:
        await self._unit.change(
            audit.insert().values(at=self._unit.now, action=action, actor=actor, subject=subject, reason=reason)
        )

    async def list(self, *, subject: str | None = None, limit: int = 200) -> Sequence[Act]:
        """Newest first."""
        statement = select(audit).order_by(audit.c.n.desc()).limit(limit)
        if subject is not None:
            statement = statement.where(audit.c.subject == subject)
        return [
            Act(at=row.at, action=row.action, actor=row.actor, subject=row.subject, reason=row.reason)
            for row in await self._unit.rows(statement)
        ]
