"""Telegram, by aiogram's client and types.

Built by `open_polling(token=...)` or `open_webhook(token=..., public_url=..., secret=...)`; aiogram is imported only
then. `listen` must run in both modes: it fetches updates, or registers the hook, and tells each tap it has arrived.

Decided 2026-11-21:
* aiogram's dispatcher is not used: it answers before the work is done and runs one person's messages side by side.
* Texts go out plain, without parse mode, so nothing a person wrote can become markup. Link previews are off: a preview
  fetches the page and shows its picture on a phone others may read. Content is not protected: a person must be able to
  copy their code.
* A reply keyboard (sharing a place or number) hides itself when used and is taken away by the next message without
  buttons; Telegram cannot do both in one message.
"""

from __future__ import annotations

from bot.channels.base import Channel

API_URL = "https://api.telegram.org"


def open_polling(*, token: str, api_url: str = API_URL) -> Channel:
    """Raises ValueError when the token cannot be one."""
    from bot.channels.telegram.channel import TelegramChannel, open_bot
    from bot.channels.telegram.polling import Polling
    from bot.channels.telegram.taps import Taps

    bot = open_bot(token, api_url)
    return TelegramChannel(bot, Polling(bot, Taps(bot)))


def open_webhook(*, token: str, public_url: str, secret: str, api_url: str = API_URL) -> Channel:
    """Raises ValueError when the token cannot be one, or when the secret is not what Telegram takes."""
    from bot.channels.telegram.channel import TelegramChannel, open_bot
    from bot.channels.telegram.taps import Taps
    from bot.channels.telegram.webhook import Webhook

    bot = open_bot(token, api_url)
    return TelegramChannel(bot, Webhook(bot, Taps(bot), public_url=public_url, secret=secret))
