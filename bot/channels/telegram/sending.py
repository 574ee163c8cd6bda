"""Putting one message on a screen, and saying precisely how that failed.

Errors of the library name chats and tokens, so they end here: `from None` keeps them out of every traceback.
"""

from __future__ import annotations

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError

from bot.channels.base import Outgoing, SendFailed, Sent
from bot.channels.telegram.keyboards import inline, keyboard

_PATIENCE = 20
_BAD_REQUESTS = {
    "chat not found": "bad_address",
    "peer_id_invalid": "bad_address",
    "message is too long": "too_long",
}


async def send(bot: Bot, address: str, message: Outgoing) -> Sent:
    if not (address.isascii() and address.isdigit()):
        raise SendFailed("bad_address")
    chat = int(address)
    if message.replaces and message.asks is None and await _replaced(bot, chat, message):
        return Sent(provider_id=message.replaces)
    try:
        shown = await bot.send_message(chat, message.text, reply_markup=keyboard(message), request_timeout=_PATIENCE)
    except AiogramError as error:
        raise failure(error) from None
    return Sent(provider_id=str(shown.message_id))


async def _replaced(bot: Bot, chat: int, message: Outgoing) -> bool:
    """Whether the earlier message now reads like this one. False: it cannot be edited, so a new one is due.

    Repeating an edit changes nothing, so a lost answer is no doubt here.
    """
    try:
        await bot.edit_message_text(
            message.text,
            chat_id=chat,
            message_id=int(message.replaces),
            reply_markup=inline(message.choices),
            request_timeout=_PATIENCE,
        )
    except TelegramBadRequest as error:
        return "message is not modified" in error.message.lower()
    except AiogramError as error:
        failed = failure(error)
        raise SendFailed(failed.code, retry=failed.retry, after=failed.after, alarm=failed.alarm) from None
    return True


def failure(error: AiogramError) -> SendFailed:
    match error:
        case TelegramRetryAfter():
            return SendFailed("flood", retry=True, after=float(error.retry_after))
        case TelegramForbiddenError():
            return SendFailed("blocked")
        case TelegramMigrateToChat():
            return SendFailed("bad_address")
        case TelegramBadRequest():
            return _bad_request(error.message.lower())
        case TelegramUnauthorizedError() | TelegramNotFound():
            return SendFailed("bad_token", retry=True, alarm=True)
        case TelegramConflictError():
            return SendFailed("conflict", retry=True, alarm=True)
        case TelegramEntityTooLarge():
            return SendFailed("too_long")
        case TelegramNetworkError() if isinstance(error.__cause__, ClientConnectorError):
            return SendFailed("unreachable", retry=True)
        case TelegramNetworkError() | TelegramServerError() | ClientDecodeError():
            return SendFailed("unreachable", retry=True, unsure=True)
        case TelegramAPIError() if error.message.lower().startswith("too many requests"):
            return SendFailed("flood", retry=True)
        case _:
            return SendFailed("refused", alarm=True)


def _bad_request(said: str) -> SendFailed:
    for words, code in _BAD_REQUESTS.items():
        if words in said:
            return SendFailed(code)
    return SendFailed("refused", alarm=True)
