"""A message's choices as Telegram shows them: buttons under it, or a keyboard that can share a place or a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.channels.base import Ask, Choice, Outgoing

_SIDE_BY_SIDE = 3
_SHORT = 12


def keyboard(message: Outgoing) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove:
    if message.asks is not None:
        return _sharing(message.asks, message)
    return inline(message.choices) or ReplyKeyboardRemove(remove_keyboard=True)


def inline(choices: Sequence[Choice]) -> InlineKeyboardMarkup | None:
    buttons = [InlineKeyboardButton(text=choice.label, callback_data=choice.data) for choice in choices]
    if not buttons:
        return None
    small = len(buttons) <= _SIDE_BY_SIDE and all(len(choice.label) <= _SHORT for choice in choices)
    return InlineKeyboardMarkup(inline_keyboard=[buttons] if small else [[button] for button in buttons])


def _sharing(asks: Ask, message: Outgoing) -> ReplyKeyboardMarkup:
    """One message holds one keyboard, so choices beside a sharing button come back as their label, typed."""
    match asks:
        case Ask.LOCATION:
            share = KeyboardButton(text=message.asks_label, request_location=True)
        case Ask.CONTACT:
            share = KeyboardButton(text=message.asks_label, request_contact=True)
        case _:
            assert_never(asks)
    rows = [[share], *([KeyboardButton(text=choice.label)] for choice in message.choices)]
    return ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True, one_time_keyboard=True)
