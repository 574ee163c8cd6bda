"""Long polling: a whole batch is taken before the offset moves, so that a crash at any point loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, ClientDecodeError
from aiogram.types import Update
from aiohttp import web
from pydantic import ValidationError

from bot.channels.base import Intake, StoreDown
from bot.channels.telegram.retrying import Backoff, insist
from bot.channels.telegram.sending import failure
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.updates import CHANNEL, WANTED, read

_LONG = 50
_PATIENCE = _LONG + 10
_log = structlog.get_logger(__name__)


class Polling:
    def __init__(self, bot: Bot, taps: Taps, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._bot = bot
        self._taps = taps
        self._pause = pause

    def routes(self, intake: Intake) -> Sequence[web.RouteDef]:
        return ()

    async def listen(self, intake: Intake) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._taps.run())
            group.create_task(self._poll(intake))

    async def _poll(self, intake: Intake) -> None:
        await insist(self._bot.delete_webhook, pause=self._pause)
        backoff = Backoff(self._pause)
        offset = 0
        while True:
            try:
                updates = await self._fetch(offset)
                await _take(intake, updates)
            except StoreDown:
                _log.warning("telegram.store_down", channel=CHANNEL)
                await backoff.wait()
            except AiogramError as error:
                await backoff.after(failure(error))
            else:
                backoff.reset()
                self._taps.arrived(updates)
                offset = _after(updates, offset)

    async def _fetch(self, offset: int) -> list[Update]:
        try:
            return await self._bot.get_updates(
                offset=offset, timeout=_LONG, allowed_updates=WANTED, request_timeout=_PATIENCE
            )
        except ClientDecodeError as error:
            return _readable(error)


def _after(updates: Sequence[Update], offset: int) -> int:
    """Past this batch, even if that is back: Telegram starts its count anew, anywhere, after a silent week, and an
    offset left ahead of the count would bring the same batch for ever."""
    return max((update.update_id for update in updates), default=offset - 1) + 1


async def _take(intake: Intake, updates: Sequence[Update]) -> None:
    messages = [message for update in updates if (message := read(update)) is not None]
    if messages:
        await intake.take(messages)


def _readable(error: ClientDecodeError) -> list[Update]:
    """An update that this aiogram cannot read must not hold up the others for ever: it is passed over, loudly."""
    answer = error.data
    if not isinstance(answer, dict) or not isinstance(answer.get("result"), list):
        raise error
    updates = []
    for raw in answer["result"]:
        try:
            updates.append(Update.model_validate(raw))
        except ValidationError:
            _log.error("telegram.unreadable_update", channel=CHANNEL)
            updates.append(Update(update_id=raw["update_id"]))
    return updates
