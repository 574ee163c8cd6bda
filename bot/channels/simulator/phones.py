"""The screens of the simulated phones, and what a real provider would refuse to put on one."""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

from bot.channels.base import Ask, Choice, Outgoing, SendFailed
from bot.channels.parts import Parts, count, units

_MOST_PHONES = 200
_MOST_BUBBLES = 500
_LONGEST_DATA = 64


class Look(StrEnum):
    SMS = "sms"
    TELEGRAM = "telegram"


_ADDRESSES = {Look.SMS: re.compile(r"\+[1-9][0-9]{6,14}"), Look.TELEGRAM: re.compile(r"[1-9][0-9]{0,18}")}
_LENGTHS = {Look.SMS: 1600, Look.TELEGRAM: 4096}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message on a screen. `ours`: the service wrote it. `kind` is empty for words, else what was shared or tapped.
    `parts` only where parts cost money."""

    number: int
    ours: bool
    text: str
    at: datetime
    kind: str = ""
    choices: tuple[Choice, ...] = ()
    asks: Ask | None = None
    asks_label: str = ""
    parts: Parts | None = None
    edited: bool = False


@dataclass(slots=True)
class _Phone:
    bubbles: deque[Bubble] = field(default_factory=lambda: deque(maxlen=_MOST_BUBBLES))
    written: int = 0
    blocked: bool = False


class Phones:
    """The phones used last; the longest unused is forgotten when there are too many."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._run = uuid4().hex[:8]
        self._phones: OrderedDict[str, _Phone] = OrderedDict()

    def is_address(self, address: str) -> bool:
        return _ADDRESSES[self._look].fullmatch(address) is not None

    def check(self, address: str, message: Outgoing) -> None:
        """Raises SendFailed as the real provider would answer."""
        if not self.is_address(address):
            raise SendFailed("bad_address")
        if self._phone(address).blocked:
            raise SendFailed("opted_out" if self._look is Look.SMS else "blocked")
        if not message.text.strip():
            raise SendFailed("refused", alarm=True)
        if units(message.text) > _LENGTHS[self._look]:
            raise SendFailed("too_long")
        if not self._shows_keyboards and (message.choices or message.asks):
            raise SendFailed("refused", alarm=True)
        if any(not _fits_button(choice) for choice in message.choices) or (message.asks and not message.asks_label):
            raise SendFailed("refused", alarm=True)

    def show(self, address: str, message: Outgoing, at: datetime) -> Bubble:
        """Onto the screen, or over an earlier message of ours where it can be edited."""
        phone = self._phone(address)
        bubble = Bubble(
            number=phone.written + 1,
            ours=True,
            text=message.text,
            at=at,
            choices=message.choices,
            asks=message.asks,
            asks_label=message.asks_label,
            parts=count(message.text) if self._look is Look.SMS else None,
        )
        for index, earlier in enumerate(phone.bubbles):
            if self._shows_keyboards and earlier.ours and self.name(earlier) == message.replaces:
                bubble = replace(bubble, number=earlier.number, at=earlier.at, edited=True)
                phone.bubbles[index] = bubble
                return bubble
        return self._keep(phone, bubble)

    def name(self, bubble: Bubble) -> str:
        """Its provider id; a name given before a restart names nothing after it."""
        return f"{self._run}-{bubble.number}"

    def write(self, address: str, text: str, at: datetime, *, kind: str = "") -> Bubble:
        phone = self._phone(address)
        parts = count(text) if self._look is Look.SMS else None
        return self._keep(phone, Bubble(number=phone.written + 1, ours=False, text=text, at=at, kind=kind, parts=parts))

    def erase(self, address: str, names: Collection[str], *, since: datetime) -> list[str]:
        """Takes these off the screen, whoever wrote them; returns those that are too old for it."""
        phone = self._phone(address)
        never = [self.name(bubble) for bubble in phone.bubbles if self.name(bubble) in names and bubble.at < since]
        kept = [bubble for bubble in phone.bubbles if self.name(bubble) not in names or bubble.at < since]
        phone.bubbles = deque(kept, maxlen=_MOST_BUBBLES)
        return never

    def block(self, address: str, *, blocked: bool) -> None:
        self._phone(address).blocked = blocked

    def label(self, address: str, data: str) -> str | None:
        """What the newest button with this data says; None when no such button is on the screen."""
        for bubble in reversed(self.bubbles(address)):
            for choice in bubble.choices:
                if choice.data == data:
                    return choice.label
        return None

    def bubbles(self, address: str) -> tuple[Bubble, ...]:
        phone = self._phones.get(address)
        return tuple(phone.bubbles) if phone else ()

    @property
    def _shows_keyboards(self) -> bool:
        return self._look is Look.TELEGRAM

    def _phone(self, address: str) -> _Phone:
        phone = self._phones.setdefault(address, _Phone())
        self._phones.move_to_end(address)
        if len(self._phones) > _MOST_PHONES:
            self._phones.popitem(last=False)
        return phone

    @staticmethod
    def _keep(phone: _Phone, bubble: Bubble) -> Bubble:
        phone.written += 1
        phone.bubbles.append(bubble)
        return bubble


def _fits_button(choice: Choice) -> bool:
    return bool(choice.label.strip()) and 1 <= len(choice.data.encode()) <= _LONGEST_DATA
