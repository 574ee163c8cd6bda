"""Deleting what a chat with the bot still shows, the person's messages and ours.

The whole list at once; Telegram passes over what is not there any more, and refuses the list for one that is too old.
Then each is tried by itself, so that one old message saves no other. https://core.telegram.org/bots/api#deletemessages
"""

from __future__ import annotations

from collections.abc import Sequence

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest

from bot.channels.base import Unerased
from bot.channels.telegram.sending import failure

_PATIENCE = 20
_GONE = ("message to delete not found", "message identifier is not specified", "chat not found")


async def erase(bot: Bot, address: str, traces: Sequence[str]) -> Unerased:
    """Raises SendFailed."""
    chat = int(address)
    try:
        await bot.delete_messages(chat, [int(trace) for trace in traces], request_timeout=_PATIENCE)
    except TelegramBadRequest:
        kept = [trace for trace in traces if not await _erased(bot, chat, trace)]
        return Unerased(never=tuple(kept))
    except AiogramError as error:
        raise failure(error) from None
    return Unerased()


async def _erased(bot: Bot, chat: int, trace: str) -> bool:
    try:
        await bot.delete_message(chat, int(trace), request_timeout=_PATIENCE)
    except TelegramBadRequest as error:
        return any(said in error.message.lower() for said in _GONE)
    except AiogramError as error:
        raise failure(error) from None
    return True
