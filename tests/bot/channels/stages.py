"""One stage a channel: the channel, a fake intake behind it, and a person in front of it.

The contract suite plays the same pieces on every stage. Telegram and Twilio are the strict doubles over real HTTP.
"""

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiohttp import web

from bot.channels.base import Attached, Channel, Content, DeliveryReport, Inbound, StoreDown, Tapped, Typed
from bot.channels.simulator import Look, SimulatorChannel
from bot.channels.sms import SmsChannel
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.webhook import Webhook
from tests.support.doubles import stand
from tests.support.doubles.stand import Stand
from tests.support.doubles.telegram import double as telegram_double
from tests.support.doubles.twilio import double as twilio_double

C = TypeVar("C", bound=Channel)
SECRET = "a-secret-invented-for-tests"
PATIENCE = 60.0


@dataclass(slots=True)
class FakeIntake:
    """Keeps what it is given. `down`: so many calls find the database gone."""

    batches: list[tuple[Inbound, ...]] = field(default_factory=list)
    reports: list[DeliveryReport] = field(default_factory=list)
    down: int = 0
    refused: int = 0
    grown: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, messages: Sequence[Inbound]) -> None:
        self._check()
        self.batches.append(tuple(messages))
        self._grow()

    async def report(self, report: DeliveryReport) -> None:
        self._check()
        self.reports.append(report)
        self._grow()

    @property
    def taken(self) -> list[Inbound]:
        return [message for batch in self.batches for message in batch]

    @property
    def contents(self) -> list[Content]:
        return [message.content for message in self.taken]

    async def holds(self, count: int) -> list[Inbound]:
        """What was taken, once that is `count` messages."""
        async with asyncio.timeout(PATIENCE):
            while len(self.taken) < count:
                await self._growth()
        return self.taken

    async def heard(self, count: int) -> list[DeliveryReport]:
        async with asyncio.timeout(PATIENCE):
            while len(self.reports) < count:
                await self._growth()
        return self.reports

    async def turned_away(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.refused < count:
                await self._growth()

    async def _growth(self) -> None:
        await self.grown.wait()
        self.grown.clear()

    def _check(self) -> None:
        if self.down:
            self.down -= 1
            self.refused += 1
            self._grow()
            raise StoreDown

    def _grow(self) -> None:
        self.grown.set()


class Stage(ABC):
    """What a test may do, whatever the channel is."""

    channel: Channel
    intake: FakeIntake
    address: str
    stranger: str
    wrong: str

    @abstractmethod
    async def writes(self, text: str) -> None: ...

    @abstractmethod
    async def attaches(self, caption: str) -> None: ...

    @abstractmethod
    async def picks(self, label: str, data: str, number: int) -> Content:
        """Choose from what was sent last, as one does on this channel; returns what should arrive."""

    @abstractmethod
    async def delivered_again(self) -> None:
        """The last message is delivered a second time."""

    @abstractmethod
    async def wants_nothing_more(self) -> None: ...

    @abstractmethod
    async def screen(self) -> list[str]: ...

    @abstractmethod
    async def recovers(self) -> None:
        """What the service does by itself after a fault."""

    async def is_done(self) -> None:  # noqa: B027 - where a send is its own end, there is nothing to wait for
        """Everything sent has come to its end."""

    @abstractmethod
    async def kept(self) -> list[str]:
        """The texts of this chat that the provider still has."""


class Wire(Stage):
    """A stage with a provider that can misbehave."""

    provider: Stand
    sending: str

    async def fails(self, **fault: Any) -> None:
        await self.provider.do("fault", method=self.sending, **fault)

    @abstractmethod
    def with_wrong_token(self) -> Channel: ...

    @abstractmethod
    def with_nobody_there(self) -> Channel: ...


NOWHERE = "http://127.0.0.1:9"
AMINA = 501


class QuickSession(AiohttpSession):
    """Its own close waits a quarter of a second for TLS, which is not used here."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


async def no_pause(_: float) -> None:
    await asyncio.sleep(0)


def open_bot(url: str, token: str = telegram_double.TOKEN) -> Bot:
    return Bot(token, session=QuickSession(api=TelegramAPIServer.from_base(url)))


class TelegramStage(Wire):
    address, stranger, wrong = str(AMINA), "999", "+254700000001"
    sending = "sendMessage"

    def __init__(self, provider: Stand, channel: Channel, intake: FakeIntake) -> None:
        self.provider, self.channel, self.intake = provider, channel, intake
        self._last: int | None = None

    async def writes(self, text: str) -> None:
        self._last = (await self.provider.do("write", chat=AMINA, text=text))["update"]

    async def attaches(self, caption: str) -> None:
        self._last = (await self.provider.do("media", chat=AMINA, kind="photo", caption=caption))["update"]

    async def picks(self, label: str, data: str, number: int) -> Content:
        shown = (await self.provider.see("messages", chat=AMINA))[-1]
        await self.provider.do("tap", chat=AMINA, message=shown["message"], data=data)
        return Tapped(data=data)

    async def delivered_again(self) -> None:
        await self.provider.do("redeliver", update=self._last)

    async def wants_nothing_more(self) -> None:
        await self.provider.do("block", chat=AMINA)

    async def screen(self) -> list[str]:
        return [message["text"] for message in await self.provider.see("messages", chat=AMINA)]

    async def recovers(self) -> None:
        """Telegram delivers again unasked."""

    async def kept(self) -> list[str]:
        return [row["text"] for row in await self.provider.see("screen", chat=AMINA)]

    def with_wrong_token(self) -> Channel:
        return polling_channel(open_bot(self.provider.url, "710000001:another"))

    def with_nobody_there(self) -> Channel:
        return polling_channel(open_bot(NOWHERE))


def polling_channel(bot: Bot) -> TelegramChannel:
    return TelegramChannel(bot, Polling(bot, Taps(bot), pause=no_pause))


@asynccontextmanager
async def telegram_polling() -> AsyncIterator[TelegramStage]:
    intake = FakeIntake()
    async with stand.serve(telegram_double.application()) as provider:
        channel = polling_channel(open_bot(provider.url))
        async with listening(channel, intake):
            await provider.see("journal", what="answered", least=1)
            await provider.do("person", chat=AMINA, language_code="sw")
            yield TelegramStage(provider, channel, intake)


@asynccontextmanager
async def telegram_webhook() -> AsyncIterator[TelegramStage]:
    intake = FakeIntake()
    async with (
        stand.serve(telegram_double.application(allow_http=True, retry_delay=0.01)) as provider,
        hooks(lambda public_url: webhook_channel(open_bot(provider.url), public_url), intake) as (channel, _),
        listening(channel, intake),
    ):
        await provider.see("journal", what="answered", least=1)
        await provider.do("person", chat=AMINA, language_code="sw")
        yield TelegramStage(provider, channel, intake)


def webhook_channel(bot: Bot, public_url: str) -> TelegramChannel:
    return TelegramChannel(bot, Webhook(bot, Taps(bot), public_url=public_url, secret=SECRET, pause=no_pause))


PHONE = "+254700000001"


class SmsStage(Wire):
    address, stranger, wrong = PHONE, "+254700000009", "0700000001"
    sending = "create"

    def __init__(self, provider: Stand, channel: SmsChannel, intake: FakeIntake, public_url: str) -> None:
        self.provider, self.channel, self.intake, self.public_url = provider, channel, intake, public_url
        self._last = ""

    async def writes(self, text: str) -> None:
        self._last = (await self.provider.do("text", sender=PHONE, body=text))["sid"]

    async def attaches(self, caption: str) -> None:
        self._last = (await self.provider.do("text", sender=PHONE, body=caption, media=["image/jpeg"]))["sid"]

    async def picks(self, label: str, data: str, number: int) -> Content:
        await self.writes(str(number))
        return Typed(text=str(number))

    async def delivered_again(self) -> None:
        await self.provider.do("replay", sid=self._last)

    async def wants_nothing_more(self) -> None:
        await self.provider.do("opt_out", number=PHONE)

    async def screen(self) -> list[str]:
        return [message["text"] for message in await self.provider.see("messages", to=PHONE)]

    async def recovers(self) -> None:
        """The five-minute sweep."""
        missed = await self.channel.missed(since=datetime.now(UTC) - timedelta(minutes=5))
        await self.intake.take(missed)

    async def is_done(self) -> None:
        await self.provider.see("journal", what="moved", status="delivered", least=1)

    async def kept(self) -> list[str]:
        rows = [row for view in ("messages", "inbound") for row in await self.provider.see(view)]
        return [row["text"] for row in rows if not row["deleted"]]

    def with_wrong_token(self) -> Channel:
        return sms_channel(self.public_url, self.provider.url, token="another")

    def with_nobody_there(self) -> Channel:
        return sms_channel(self.public_url, NOWHERE)


def sms_channel(
    public_url: str, api_url: str, *, token: str = twilio_double.TOKEN, sender: str = twilio_double.NUMBER
) -> SmsChannel:
    return SmsChannel(
        account_sid=twilio_double.SID, auth_token=token, sender=sender, public_url=public_url, api_url=api_url
    )


@asynccontextmanager
async def sms() -> AsyncIterator[SmsStage]:
    intake = FakeIntake()
    async with (
        stand.serve(twilio_double.application()) as provider,
        hooks(lambda public_url: sms_channel(public_url, provider.url), intake) as (channel, public_url),
        listening(channel, intake),
    ):
        await provider.do("webhook", url=f"{public_url}/hooks/twilio")
        yield SmsStage(provider, channel, intake, public_url)


class SimulatorStage(Stage):
    channel: SimulatorChannel

    def __init__(self, look: Look) -> None:
        self.intake = FakeIntake()
        self.channel = SimulatorChannel(look=look, clock=lambda: datetime.now(UTC))
        phone, chat = ("+254700000001", "+254700000009", "501"), ("501", "999", "+254700000001")
        self.address, self.stranger, self.wrong = phone if look is Look.SMS else chat
        self._last = ""

    async def writes(self, text: str) -> None:
        self._last = await self.channel.say(self.address, Typed(text=text))

    async def attaches(self, caption: str) -> None:
        self._last = await self.channel.say(self.address, Attached(kind="photo", caption=caption))

    async def picks(self, label: str, data: str, number: int) -> Content:
        content = Tapped(data=data) if self.channel.limits.buttons else Typed(text=str(number))
        await self.channel.say(self.address, content)
        return content

    async def delivered_again(self) -> None:
        await self.channel.repeat(self._last)

    async def wants_nothing_more(self) -> None:
        await self.channel.block(self.address)

    async def screen(self) -> list[str]:
        return [bubble.text for bubble in self.channel.phone(self.address) if bubble.ours]

    async def recovers(self) -> None:
        await self.intake.take(await self.channel.missed(since=datetime.now(UTC) - timedelta(minutes=5)))

    async def kept(self) -> list[str]:
        """Text messages stay on the phone; its provider is pretended."""
        if self.channel.limits.counted:
            return []
        return [bubble.text for bubble in self.channel.phone(self.address)]


@asynccontextmanager
async def simulator(look: Look) -> AsyncIterator[SimulatorStage]:
    stage = SimulatorStage(look)
    async with listening(stage.channel, stage.intake):
        yield stage


@asynccontextmanager
async def listening(channel: Channel, intake: FakeIntake) -> AsyncIterator[None]:
    task = asyncio.get_running_loop().create_task(channel.listen(intake))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await channel.close()


@asynccontextmanager
async def hooks(build: Callable[[str], C], intake: FakeIntake) -> AsyncIterator[tuple[C, str]]:
    """The channel's routes served, at an address the channel is built with."""
    door = socket.create_server(("127.0.0.1", 0))
    public_url = f"http://127.0.0.1:{door.getsockname()[1]}"
    channel = build(public_url)
    application = web.Application()
    application.add_routes(channel.routes(intake))
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.SockSite(runner, door).start()
        yield channel, public_url
    finally:
        await runner.cleanup()
