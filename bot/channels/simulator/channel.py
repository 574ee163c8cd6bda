"""The simulator's two sides: the contract for the service, and a phone in a person's hand."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import assert_never
from uuid import uuid4

from aiohttp import web

from bot.channels.base import (
    Attached,
    Content,
    Inbound,
    Intake,
    Limits,
    OptedOut,
    OptOut,
    Outgoing,
    Pace,
    Sent,
    SharedContact,
    SharedLocation,
    StoreDown,
    Tapped,
    Typed,
    Unerased,
)
from bot.channels.parts import count
from bot.channels.simulator.phones import Bubble, Look, Phones

LIMITS = {
    Look.SMS: Limits(buttons=False, menu=9, menu_wide=5, length=1600, counted=True),
    Look.TELEGRAM: Limits(buttons=True, menu=10, menu_wide=10, length=4096, counted=False, shares_location=True),
}
PACE = Pace(per_second=1_000, chat_gap=0)
ERASABLE_FOR = {Look.SMS: timedelta(days=14), Look.TELEGRAM: timedelta(hours=48)}
_REMEMBERED = 1_000
_UNSEEN = 100


class SimulatorChannel:
    def __init__(self, *, look: Look, clock: Callable[[], datetime]) -> None:
        self._look = look
        self._clock = clock
        self._phones = Phones(look)
        self._said: deque[tuple[datetime, Inbound]] = deque(maxlen=_REMEMBERED)
        self._watchers: set[asyncio.Queue[str]] = set()
        self._intake: Intake | None = None

    # ---- the service's side

    @property
    def name(self) -> str:
        return f"simulator-{self._look}"

    @property
    def limits(self) -> Limits:
        return LIMITS[self._look]

    @property
    def pace(self) -> Pace:
        return PACE

    def routes(self, intake: Intake) -> Sequence[web.RouteDef]:
        return ()

    async def listen(self, intake: Intake) -> None:
        self._intake = intake

    async def send(self, address: str, message: Outgoing, *, reference: str) -> Sent:
        self._phones.check(address, message)
        shown = self._phones.show(address, message, self._clock())
        self._changed(address)
        return Sent(provider_id=self._phones.name(shown), parts=count(message.text).parts if self.limits.counted else 1)

    async def look_up(self, address: str, message: Outgoing, *, since: datetime) -> Sent | None:
        """A screen is always known."""
        for bubble in reversed(self.phone(address)):
            if bubble.ours and bubble.at >= since and bubble.text == message.text:
                return Sent(provider_id=self._phones.name(bubble), parts=bubble.parts.parts if bubble.parts else 1)
        return None

    async def missed(self, *, since: datetime) -> Sequence[Inbound]:
        """What was said since, so that a message said while nothing could be stored is taken by the sweep."""
        return [inbound for at, inbound in self._said if at >= since]

    @property
    def erasable_for(self) -> timedelta:
        return ERASABLE_FOR[self._look]

    async def erase(self, address: str, traces: Sequence[str]) -> Unerased:
        """From the chat's screen, as far as it is young enough. A text message stays on its phone; what a provider
        would have of it is ours to forget."""
        since = self._clock() - self.erasable_for
        gone = set(traces)
        self._said = deque((each for each in self._said if each[1].trace not in gone), maxlen=_REMEMBERED)
        if self._look is Look.SMS:
            return Unerased()
        never = self._phones.erase(address, gone, since=since)
        self._changed(address)
        return Unerased(never=tuple(never))

    async def close(self) -> None:
        return

    # ---- the person's side

    async def say(self, address: str, content: Content, *, language: str = "") -> str:
        """Onto the person's own screen and to the service; returns the message's id.

        Raises ValueError for what this phone cannot do: an address of another kind, or a button it does not show.
        """
        self._check(address, content)
        inbound = Inbound(
            channel=self.name,
            provider_id=uuid4().hex,
            address=address,
            content=content,
            language_hint=language,
            trace=self._put_on_screen(address, content),
        )
        self._said.append((self._clock(), inbound))
        await self._offer(inbound)
        return inbound.provider_id

    async def repeat(self, provider_id: str) -> None:
        """Deliver a message once more, as providers do."""
        for _, inbound in tuple(self._said):
            if inbound.provider_id == provider_id:
                await self._offer(inbound)

    async def block(self, address: str) -> None:
        """The person wants nothing more: a bot blocked on Telegram, a provider's STOP on SMS."""
        self._phones.block(address, blocked=True)
        await self.say(address, OptedOut(kind=OptOut.STOP))

    async def unblock(self, address: str) -> None:
        self._phones.block(address, blocked=False)
        await self.say(address, OptedOut(kind=OptOut.START))

    def phone(self, address: str) -> tuple[Bubble, ...]:
        return self._phones.bubbles(address)

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[str]]:
        """Addresses whose screen changed. A watcher that falls behind misses some: read the phone, not the queue."""
        seen: asyncio.Queue[str] = asyncio.Queue(_UNSEEN)
        self._watchers.add(seen)
        try:
            yield seen
        finally:
            self._watchers.discard(seen)

    async def _offer(self, inbound: Inbound) -> None:
        """While nothing can be stored the message waits for the sweep, as with a real provider."""
        if self._intake is None:
            raise RuntimeError("listen was not started, so nobody hears this phone")
        with suppress(StoreDown):
            await self._intake.take([inbound])

    def _changed(self, address: str) -> None:
        for watcher in self._watchers:
            with suppress(asyncio.QueueFull):
                watcher.put_nowait(address)

    def _check(self, address: str, content: Content) -> None:
        if not self._phones.is_address(address):
            raise ValueError(f"not an address of {self.name}")
        if isinstance(content, Tapped) and self._phones.label(address, content.data) is None:
            raise ValueError("no such button on the screen")
        if isinstance(content, SharedLocation | SharedContact) and not self.limits.shares_location:
            raise ValueError(f"{self.name} cannot share that")

    def _put_on_screen(self, address: str, content: Content) -> str:
        """The name of what is seen of it, if anything is."""
        shown = self._seen(address, content)
        if shown is None:
            return ""
        kind, text = shown
        bubble = self._phones.write(address, text, self._clock(), kind=kind)
        self._changed(address)
        return self._phones.name(bubble)

    def _seen(self, address: str, content: Content) -> tuple[str, str] | None:
        """How it looks on the person's own screen: its kind and words."""
        match content:
            case Typed():
                return "", content.text
            case Tapped():
                return "tap", self._phones.label(address, content.data) or ""
            case SharedLocation():
                return "location", ""
            case SharedContact():
                return "contact", content.phone
            case Attached():
                return content.kind, content.caption
            case OptedOut():
                return ("", content.text) if content.text else None
            case _:
                assert_never(content)
