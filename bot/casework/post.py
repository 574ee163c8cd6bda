"""The one way into the outbox. A message is stored as bytes, whole: what was decided is what is sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.base import Ask, Choice, Outgoing
from flows.dialogue.conversation import ConversationId
from storage import Tx
from storage.outbox import Post

GONE = frozenset({"blocked", "opted_out"})
"""Codes of a failed send that mean the person does not want to hear from us."""
STALE_AFTER = timedelta(hours=6)
"""An answer that could not be sent for so long is not sent any more; a person is told instead."""


async def queue_message(
    tx: Tx,
    conversation: ConversationId,
    message: Outgoing,
    *,
    reply: bool = False,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Queues one message and returns its reference. `reply`: it answers the person's own message."""
    (reference,) = await queue_messages(
        tx, [(conversation, message)], reply=reply, due_at=due_at, expires_at=expires_at
    )
    return reference


async def queue_messages(
    tx: Tx,
    messages: Sequence[tuple[ConversationId, Outgoing]],
    *,
    reply: bool = False,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
) -> tuple[str, ...]:
    """Queues them in this order, in one statement."""
    due_at = due_at or tx.now
    expires_at = expires_at or due_at + STALE_AFTER
    return await tx.outbox.add(
        [
            Post(
                conversation=conversation,
                body=to_bytes(message),
                reply=reply,
                due_at=due_at,
                expires_at=expires_at,
            )
            for conversation, message in messages
        ]
    )


async def silence(tx: Tx, conversation: ConversationId) -> None:
    """They opted out, or blocked us: nothing more is sent, nor what was queued."""
    for found in (await tx.conversations.lock([conversation])).values():
        await tx.conversations.save([replace(found, silenced=True)])
        await tx.outbox.drop(conversation, "silenced")


def to_bytes(message: Outgoing) -> bytes:
    choices = [[choice.label, choice.data] for choice in message.choices]
    data = [message.text, choices, message.asks, message.asks_label, message.replaces]
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def from_bytes(data: bytes) -> Outgoing:
    text, choices, asks, asks_label, replaces = json.loads(data)
    return Outgoing(
        text=text,
        choices=tuple(Choice(label=label, data=data) for label, data in choices),
        asks=None if asks is None else Ask(asks),
        asks_label=asks_label,
        replaces=replaces,
    )
