"""Calls that Telegram must hear in the end: waited for with growing patience, each failure logged by its code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram.exceptions import AiogramError

from bot.channels.base import SendFailed
from bot.channels.telegram.sending import failure
from bot.channels.telegram.updates import CHANNEL

_FIRST = 1.0
_LONGEST = 30.0
_log = structlog.get_logger(__name__)


class Backoff:
    """Doubles from one second to thirty; `reset` after a success."""

    def __init__(self, pause: Callable[[float], Awaitable[None]]) -> None:
        self._pause = pause
        self._next = _FIRST

    def reset(self) -> None:
        self._next = _FIRST

    async def wait(self) -> None:
        seconds, self._next = self._next, min(self._next * 2, _LONGEST)
        await self._pause(seconds)

    async def after(self, failed: SendFailed) -> None:
        """A second poller or a wrong token needs a person; Telegram's own waiting time goes before ours."""
        say = _log.error if failed.alarm else _log.warning
        say("telegram.call_failed", channel=CHANNEL, code=failed.code)
        if failed.after is None:
            await self.wait()
        else:
            await self._pause(failed.after)


async def insist(call: Callable[[], Awaitable[Any]], *, pause: Callable[[float], Awaitable[None]]) -> None:
    backoff = Backoff(pause)
    while True:
        try:
            await call()
        except AiogramError as error:
            await backoff.after(failure(error))
        else:
            return
