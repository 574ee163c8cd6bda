"""People with a phone, as a journey tells of them: what they send, and what they read next.

`reads` takes the messages of a phone strictly in order, so one that comes twice, or out of order, fails the journey.
"""

from __future__ import annotations

from typing import Any, Protocol

from tests.support.doubles.stand import Stand

PATIENCE = 90.0
"""Seconds until a message that should come counts as lost."""


class Phone(Protocol):
    async def says(self, text: str) -> None: ...

    async def reads(self, *pieces: str, within: float = PATIENCE) -> str:
        """Waits for the next message, which holds all these pieces."""


class TextPhone:
    """A cheap phone. `number` is its own."""

    def __init__(self, twilio: Stand, number: str) -> None:
        self.twilio = twilio
        self.number = number
        self._read = 0

    async def says(self, text: str) -> None:
        answer = await self.twilio.do("text", sender=self.number, body=text)
        assert answer["hook"]["status"] == 200, answer
        assert answer["hook"]["warning"] is None, answer

    async def reads(self, *pieces: str, within: float = PATIENCE) -> str:
        rows = await self.twilio.see("messages", to=self.number, least=self._read + 1, within=within)
        text: str = rows[self._read]["text"]
        self._read += 1
        _holds(text, pieces)
        return text

    async def texts(self) -> list[str]:
        """Everything that ever arrived."""
        return [row["text"] for row in await self.twilio.see("messages", to=self.number)]

    async def has_read_all(self) -> None:
        left = (await self.texts())[self._read :]
        assert not left, left


class Chat:
    """A person's chat with the bot on Telegram."""

    def __init__(self, telegram: Stand, number: int) -> None:
        self.telegram = telegram
        self.number = number
        self._read = 0
        self.shown: dict[str, Any] = {}

    async def says(self, text: str) -> None:
        await self.telegram.do("write", chat=self.number, text=text)

    async def reads(self, *pieces: str, within: float = PATIENCE) -> str:
        rows = await self.telegram.see("messages", chat=self.number, least=self._read + 1, within=within)
        self.shown = rows[self._read]
        self._read += 1
        text: str = self.shown["text"]
        _holds(text, pieces)
        return text

    async def taps(self, label: str) -> None:
        """A button of the message that was read last."""
        buttons = {button["text"]: button["callback_data"] for row in self.shown["buttons"] for button in row}
        assert label in buttons, f"no button {label!r} under {self.shown['text']!r}; there are {list(buttons)}"
        await self.telegram.do("tap", chat=self.number, message=self.shown["message"], data=buttons[label])

    async def shares_location(self, latitude: float, longitude: float) -> None:
        await self.telegram.do("location", chat=self.number, latitude=latitude, longitude=longitude)

    async def texts(self) -> list[str]:
        return [row["text"] for row in await self.telegram.see("messages", chat=self.number)]

    async def has_read_all(self) -> None:
        left = (await self.texts())[self._read :]
        assert not left, left


def _holds(text: str, pieces: tuple[str, ...]) -> None:
    for piece in pieces:
        assert piece in text, f"{piece!r} is not in {text!r}"
