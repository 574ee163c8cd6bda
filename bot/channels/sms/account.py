"""Our side of a Twilio account: sending one message, and listing what Twilio sent and received.

The library's errors hold numbers and texts, so they end here: `from None` keeps them out of every traceback.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from aiohttp import ClientConnectorError, ClientError

from bot.channels.base import Outgoing, SendFailed, Sent
from bot.channels.parts import count
from bot.channels.sms.codes import GONE, ON_ITS_WAY, refusal
from bot.channels.sms.transport import TooManyRequests, Transport, Troubled

TOO_MANY = "too_many"
_PAGE = 200
_MOST = 5_000
# Twilio's clock and ours may differ a little, and its times are whole seconds.
_SKEW = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    sid: str
    sender: str
    to: str
    body: str
    media: int
    service: str
    at: datetime | None = None


class _Record(Protocol):
    sid: str
    direction: str
    from_: str
    to: str
    body: str | None
    num_media: str | None
    messaging_service_sid: str | None
    date_created: datetime | None


class _Messages(Protocol):
    """What we use of the library's untyped list of messages."""

    async def create_async(self, *, to: str, body: str, status_callback: str, **sender: str) -> _Record: ...

    async def list_async(self, *, limit: int, page_size: int, **which: str | datetime) -> list[_Record]: ...

    def __call__(self, sid: str) -> _Message: ...


class _Message(Protocol):
    async def delete_async(self) -> bool: ...


class Account:
    def __init__(self, *, account_sid: str, auth_token: str, sender: str, api_url: str) -> None:
        self._credentials = (account_sid, auth_token)
        self._by = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
        self._transport = Transport(api_url)
        self._list: _Messages | None = None

    async def send(self, address: str, message: Outgoing, *, status_callback: str) -> Sent:
        """Raises SendFailed."""
        messages = await self._messages()
        with _failures():
            record = await messages.create_async(
                to=address, body=message.text, status_callback=status_callback, **self._by
            )
        return Sent(provider_id=record.sid, parts=count(message.text).parts)

    async def sent(self, address: str, text: str, *, since: datetime) -> str | None:
        """The newest message to `address` with exactly this text, by id. Raises SendFailed when Twilio cannot say.

        Asked without a date: a message still queued has no date of sending and might not be listed.
        """
        wanted, earliest = unicodedata.normalize("NFC", text), since - _SKEW
        for record in await self._newest(to=address):
            recent = (record.date_created or earliest) >= earliest
            if recent and unicodedata.normalize("NFC", record.body or "") == wanted:
                return str(record.sid)
        return None

    async def received(self, *, since: datetime) -> Sequence[Received]:
        """Oldest first. Raises SendFailed when Twilio cannot say."""
        return [
            Received(
                sid=record.sid,
                sender=record.from_,
                to=record.to,
                body=record.body or "",
                media=int(record.num_media or 0),
                service=record.messaging_service_sid or "",
                at=record.date_created,
            )
            for record in reversed(await self._newest(date_sent_after=since.astimezone(UTC)))
            if record.direction == "inbound"
        ]

    async def erased(self, sid: str) -> bool:
        """Deletes Twilio's record of one message, ours or theirs. False: it is still on its way, and can be deleted
        when it has arrived. Raises SendFailed; repeating it does no harm."""
        messages = await self._messages()
        try:
            with _failures():
                await messages(sid).delete_async()
        except SendFailed as failed:
            if failed.code in (GONE, ON_ITS_WAY):
                return failed.code == GONE
            raise
        return True

    async def close(self) -> None:
        await self._transport.close()

    async def _newest(self, **which: str | datetime) -> list[_Record]:
        """All of them or a failure: half a list would pass for an answer."""
        messages = await self._messages()
        with _failures():
            listed = await messages.list_async(**which, limit=_MOST + 1, page_size=_PAGE)
        if len(listed) > _MOST:
            raise SendFailed(TOO_MANY, alarm=True)
        return listed

    async def _messages(self) -> _Messages:
        if self._list is None:
            self._list = await asyncio.to_thread(self._open)
        return self._list

    def _open(self) -> _Messages:
        from twilio.rest import Client

        messages: _Messages = Client(*self._credentials, http_client=self._transport).messages
        return messages


@contextmanager
def _failures() -> Iterator[None]:
    from twilio.base.exceptions import TwilioException

    try:
        yield
    except TooManyRequests as error:
        raise SendFailed("flood", retry=True, after=error.after) from None
    except ClientConnectorError:
        raise SendFailed("unreachable", retry=True) from None
    except (ClientError, TimeoutError, Troubled, ValueError):
        raise SendFailed("unreachable", retry=True, unsure=True) from None
    except TwilioException as error:
        raise refusal(getattr(error, "status", 0), getattr(error, "code", None)) from None
