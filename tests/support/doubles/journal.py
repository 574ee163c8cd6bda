"""What a double has seen and done, in order: tests read it, and wait on it instead of sleeping."""

import asyncio
from collections.abc import Callable
from typing import Any


class Journal:
    """Append-only. A double notes every change of its state, so to wait for entries is to wait for changes."""

    def __init__(self) -> None:
        self._entries: list[dict[str, Any]] = []
        self._grown = asyncio.Event()

    def note(self, what: str, **facts: Any) -> None:
        self._entries.append({"n": len(self._entries) + 1, "what": what, **facts})
        self._grown.set()
        self._grown = asyncio.Event()

    def entries(self, since: int = 0, **facts: str) -> list[dict[str, Any]]:
        """The entries after number `since` that say all these facts."""
        return [
            entry
            for entry in self._entries[since:]
            if all(str(entry.get(name)) == value for name, value in facts.items())
        ]

    async def until(self, satisfied: Callable[[], bool], within: float) -> bool:
        """Whether it came true before `within` seconds were over."""
        try:
            async with asyncio.timeout(within):
                while not satisfied():
                    await self._grown.wait()
        except TimeoutError:
            return satisfied()
        return True
