"""Telling Telegram that a tap arrived, so that the button stops spinning.

Best effort: nothing waits for it, a full queue forgets the newest, and a refusal (answered already, too old) is normal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import Update

from bot.channels.telegram.updates import CHANNEL

_AT_ONCE = 8
_WAITING = 1_000
_PATIENCE = 10
_log = structlog.get_logger(__name__)


class Taps:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._waiting: asyncio.Queue[str] = asyncio.Queue(_WAITING)

    def arrived(self, updates: Iterable[Update]) -> None:
        for update in updates:
            if update.callback_query is not None:
                with suppress(asyncio.QueueFull):
                    self._waiting.put_nowait(update.callback_query.id)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(_AT_ONCE):
                group.create_task(self._answer())

    async def _answer(self) -> None:
        while True:
            query = await self._waiting.get()
            try:
                await self._bot.answer_callback_query(query, request_timeout=_PATIENCE)
            except AiogramError:
                _log.debug("telegram.tap_not_answered", channel=CHANNEL)
