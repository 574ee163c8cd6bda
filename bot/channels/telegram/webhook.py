"""The hook Telegram posts updates to. It answers 200 only once the message is stored; until then Telegram keeps it."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog
from aiogram import Bot
from aiogram.types import Update
from aiohttp import web
from pydantic import ValidationError

from bot.channels.base import Intake, StoreDown
from bot.channels.hooks import TooLarge, Unreadable, read_body
from bot.channels.telegram.retrying import insist
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.updates import CHANNEL, WANTED, read

PATH = "/hooks/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LARGEST = 1_000_000
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_log = structlog.get_logger(__name__)


class Webhook:
    """`public_url` and `secret` come from settings; nothing in a request can change where it is taken to come from."""

    def __init__(
        self,
        bot: Bot,
        taps: Taps,
        *,
        public_url: str,
        secret: str,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if not _SECRET.fullmatch(secret):
            raise ValueError("the webhook secret must be 1 to 256 letters, digits, _ or -")
        self._bot = bot
        self._taps = taps
        self._url = public_url.rstrip("/") + PATH
        self._secret = secret
        self._pause = pause

    def routes(self, intake: Intake) -> Sequence[web.RouteDef]:
        return (web.post(PATH, partial(self._take, intake)),)

    async def listen(self, intake: Intake) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._taps.run())
            group.create_task(insist(self._register, pause=self._pause))

    async def _register(self) -> None:
        await self._bot.set_webhook(self._url, secret_token=self._secret, allowed_updates=WANTED)

    async def _take(self, intake: Intake, request: web.Request) -> web.Response:
        if not self._is_telegram(request):
            return _refused(401, "wrong_secret")
        try:
            update = Update.model_validate_json(await read_body(request, limit=LARGEST))
        except TooLarge:
            return _refused(413, "too_large")
        except (Unreadable, ValidationError):
            return _refused(400, "malformed")
        message = read(update)
        if message is not None:
            try:
                await intake.take([message])
            except StoreDown:
                return _refused(503, "store_down")
        self._taps.arrived([update])
        return web.Response()

    def _is_telegram(self, request: web.Request) -> bool:
        """On bytes: a header may hold any, and comparing text in constant time takes ASCII only."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, self._secret.encode())


def _refused(status: int, code: str) -> web.Response:
    _log.warning("hook.refused", channel=CHANNEL, code=code)
    return web.Response(status=status)
