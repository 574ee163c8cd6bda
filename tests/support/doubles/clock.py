"""The time a double believes in. A test moves it forward to make things old."""

from datetime import UTC, datetime, timedelta


class Clock:
    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def unix(self) -> int:
        return int(self.now().timestamp())

    async def forward(self, *, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)
