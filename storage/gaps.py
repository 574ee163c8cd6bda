"""Unmet need: how often nobody covered a region, group of issues and language on a day. No person is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from storage.tables import gaps
from storage.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    region: str
    issue_group: str
    language: str
    day: date
    count: int


class Gaps:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def count(self, region: str, issue_group: str, language: str, day: date) -> None:
        await self._unit.change(
            self._unit.insert(gaps)
            .values(region=region, issue_group=issue_group, language=language, day=day.isoformat(), count=1)
            .on_conflict_do_update(
                index_elements=["region", "issue_group", "language", "day"], set_={"count": gaps.c.count + 1}
            )
        )

    async def list(self) -> Sequence[Gap]:
        """Newest day first, then the largest."""
        found = await self._unit.rows(
            select(gaps).order_by(gaps.c.day.desc(), gaps.c["count"].desc(), gaps.c.region, gaps.c.issue_group)
        )
        return [
            Gap(
                region=row.region,
                issue_group=row.issue_group,
                language=row.language,
                day=date.fromisoformat(row.day),
                count=row._mapping["count"],
            )
            for row in found
        ]
