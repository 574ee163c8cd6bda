"""An inbound message as bytes and back, for the time it is held."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from bot.channels.base import Attached, Content, Inbound, OptedOut, OptOut, SharedContact, SharedLocation, Tapped, Typed

_KINDS: dict[str, type[Content]] = {
    "typed": Typed,
    "tapped": Tapped,
    "location": SharedLocation,
    "contact": SharedContact,
    "attached": Attached,
    "opted_out": OptedOut,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_bytes(message: Inbound) -> bytes:
    """Plain ASCII, so that even a broken character comes back as it was."""
    content = {field.name: getattr(message.content, field.name) for field in fields(message.content)}
    data = [
        message.channel,
        message.provider_id,
        message.address,
        _NAMES[type(message.content)],
        content,
        message.language_hint,
    ]
    return json.dumps(data, separators=(",", ":")).encode("ascii")


def from_bytes(data: bytes) -> Inbound:
    channel, provider_id, address, name, content, hint = json.loads(data)
    return Inbound(
        channel=channel,
        provider_id=provider_id,
        address=address,
        content=_content(name, content),
        language_hint=hint,
    )


def _content(name: str, values: dict[str, Any]) -> Content:
    if name == "opted_out":
        values = {**values, "kind": OptOut(values["kind"])}
    return _KINDS[name](**values)
