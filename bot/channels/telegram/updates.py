"""What an update says, in the contract's words. Only private chats are heard: a group's members did not write to us."""

from __future__ import annotations

from datetime import datetime

from aiogram.enums import ContentType
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update

from bot.channels.base import Attached, Content, Inbound, OptedOut, OptOut, SharedContact, SharedLocation, Tapped, Typed

CHANNEL = "telegram"
WANTED = ["message", "edited_message", "callback_query", "my_chat_member"]
_ATTACHMENTS = frozenset(
    {
        *(ContentType.ANIMATION, ContentType.AUDIO, ContentType.DOCUMENT, ContentType.LIVE_PHOTO, ContentType.PHOTO),
        *(ContentType.STICKER, ContentType.STORY, ContentType.VIDEO, ContentType.VIDEO_NOTE, ContentType.VOICE),
        *(ContentType.CHECKLIST, ContentType.CONTACT, ContentType.DICE, ContentType.GAME, ContentType.GIFT),
        *(ContentType.PAID_MEDIA, ContentType.PASSPORT_DATA, ContentType.POLL, ContentType.UNIQUE_GIFT),
        ContentType.UNKNOWN,
    }
)


def read(update: Update) -> Inbound | None:
    """None for what no person said to us: groups, channels, service messages, a live location moving on."""
    if update.message is not None:
        return _inbound(update, update.message, _said(update.message))
    if update.edited_message is not None:
        return _inbound(update, update.edited_message, _corrected(update.edited_message))
    if update.callback_query is not None:
        return _tapped(update, update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update, update.my_chat_member)
    return None


def _inbound(update: Update, message: Message, content: Content | None) -> Inbound | None:
    if content is None or message.chat.type != "private":
        return None
    language = message.from_user.language_code if message.from_user else None
    trace = str(message.message_id)
    return _address(update, message.chat.id, content, language, trace=trace, sent_at=message.date)


def _address(
    update: Update,
    chat: int,
    content: Content,
    language: str | None,
    *,
    trace: str = "",
    sent_at: datetime | None = None,
) -> Inbound:
    return Inbound(
        channel=CHANNEL,
        provider_id=str(update.update_id),
        address=str(chat),
        content=content,
        language_hint=language or "",
        trace=trace,
        sent_at=sent_at,
    )


def _said(message: Message) -> Content | None:
    if message.text is not None:
        return Typed(text=_whole(message.text))
    if message.location is not None:
        return SharedLocation(latitude=message.location.latitude, longitude=message.location.longitude)
    if message.contact is not None and message.from_user and message.contact.user_id == message.from_user.id:
        return SharedContact(phone="+" + message.contact.phone_number.lstrip("+"))
    kind = ContentType(message.content_type)
    return Attached(kind=kind.value, caption=_whole(message.caption or "")) if kind in _ATTACHMENTS else None


def _corrected(message: Message) -> Content | None:
    text = message.text or message.caption
    return Typed(text=_whole(text), edited=True) if text else None


def _tapped(update: Update, query: CallbackQuery) -> Inbound | None:
    if query.data is None or query.message is None or query.message.chat.type != "private":
        return None
    return _address(update, query.message.chat.id, Tapped(data=_whole(query.data)), query.from_user.language_code)


def _membership(update: Update, change: ChatMemberUpdated) -> Inbound | None:
    if change.chat.type != "private":
        return None
    kind = OptOut.STOP if change.new_chat_member.status == "kicked" else OptOut.START
    return _address(update, change.chat.id, OptedOut(kind=kind), change.from_user.language_code)


def _whole(text: str) -> str:
    """JSON may carry half a surrogate pair, which no database takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
