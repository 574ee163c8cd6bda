"""The Telegram channel: one bot that sends, and one way of receiving, polling or webhook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.utils.token import TokenValidationError
from aiohttp import web

from bot.channels.base import Inbound, Intake, Limits, Outgoing, Pace, Sent, Unerased, Unknowable
from bot.channels.telegram import erasing, sending
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.updates import CHANNEL
from bot.channels.telegram.webhook import Webhook

LIMITS = Limits(buttons=True, menu=10, menu_wide=10, length=4096, counted=False, shares_location=True)
# Telegram allows 30 messages a second over all chats and about one a second in one chat.
PACE = Pace(per_second=25, chat_gap=1)
ERASABLE_FOR = timedelta(hours=48)
"""A bot can delete what is in a private chat, the person's own messages too, for so long."""


def open_bot(token: str, api_url: str) -> Bot:
    try:
        return Bot(
            token,
            session=AiohttpSession(api=TelegramAPIServer.from_base(api_url)),
            default=DefaultBotProperties(link_preview_is_disabled=True),
        )
    except TokenValidationError:
        raise ValueError("not a Telegram bot token: it looks like 123456789:letters") from None


class TelegramChannel:
    def __init__(self, bot: Bot, receiver: Polling | Webhook) -> None:
        self._bot = bot
        self._receiver = receiver

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def limits(self) -> Limits:
        return LIMITS

    @property
    def pace(self) -> Pace:
        return PACE

    def routes(self, intake: Intake) -> Sequence[web.RouteDef]:
        return self._receiver.routes(intake)

    async def listen(self, intake: Intake) -> None:
        await self._receiver.listen(intake)

    async def send(self, address: str, message: Outgoing, *, reference: str) -> Sent:
        return await sending.send(self._bot, address, message)

    async def look_up(self, address: str, message: Outgoing, *, since: datetime) -> Unknowable:
        """The Bot API cannot list what a bot has sent."""
        return Unknowable.UNKNOWABLE

    async def missed(self, *, since: datetime) -> Sequence[Inbound]:
        """Telegram keeps an update for 24 hours and offers it until it is taken."""
        return ()

    @property
    def erasable_for(self) -> timedelta:
        return ERASABLE_FOR

    async def erase(self, address: str, traces: Sequence[str]) -> Unerased:
        return await erasing.erase(self._bot, address, traces)

    async def close(self) -> None:
        await self._bot.session.close()
