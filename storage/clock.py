"""What time it is, read once a transaction: from the database in service, shifted in tests and the demo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


class Clock(Protocol):
    async def read(self, connection: AsyncConnection) -> datetime: ...


class DatabaseClock:
    """One time for every process on one database. SQLite runs inside this process, so its time is ours."""

    async def read(self, connection: AsyncConnection) -> datetime:
        if connection.dialect.name == "sqlite":
            return datetime.now(UTC)
        found: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        return found.astimezone(UTC)


class ShiftedClock:
    """Stands still at `at` until moved; without `at` it runs with the database, ahead by what it was advanced."""

    def __init__(self, at: datetime | None = None) -> None:
        self._at = at
        self._ahead = timedelta()

    def advance(self, by: timedelta) -> None:
        self._ahead += by

    def set(self, at: datetime) -> None:
        self._at, self._ahead = at, timedelta()

    def now(self) -> datetime:
        """Its time as this machine knows it, for what is not stored."""
        return (self._at or datetime.now(UTC)) + self._ahead

    async def read(self, connection: AsyncConnection) -> datetime:
        return (self._at or await DatabaseClock().read(connection)) + self._ahead
