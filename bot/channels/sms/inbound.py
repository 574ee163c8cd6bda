"""A message that came in, whether Twilio posted it or listed it: both say the same id, so it is taken once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from bot.channels.base import Attached, Content, Inbound, OptedOut, OptOut, Typed
from bot.channels.sms.account import Received
from bot.channels.sms.parameters import MESSAGE, NUMBER

CHANNEL = "sms"


def posted(values: Mapping[str, str]) -> Inbound:
    """From parameters that were checked."""
    text = values.get("Body", "")
    content: Content
    if "OptOutType" in values:
        content = OptedOut(kind=OptOut(values["OptOutType"].lower()), text=text)
    else:
        content = _content(text, int(values.get("NumMedia", "0")))
    return _inbound(values["MessageSid"], values["From"], content)


def listed(received: Received) -> Inbound | None:
    """None for a sender no reply can reach: a short code or a name. The list does not say what Twilio answered to an
    opt-out word, so such a word arrives as typed."""
    if not re.fullmatch(NUMBER, received.sender) or not re.fullmatch(MESSAGE, received.sid):
        return None
    content = _content(received.body, received.media)
    return _inbound(received.sid, received.sender, content, sent_at=received.at)


def _content(text: str, media: int) -> Content:
    return Attached(kind="mms", caption=text) if media else Typed(text=text)


def _inbound(sid: str, sender: str, content: Content, *, sent_at: datetime | None = None) -> Inbound:
    return Inbound(channel=CHANNEL, provider_id=sid, address=sender, content=content, trace=sid, sent_at=sent_at)
