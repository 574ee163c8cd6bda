"""The SMS channel: Twilio's hooks on one side, its account on the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from aiohttp import web

from bot.channels.base import Inbound, Intake, Limits, Outgoing, Pace, SendFailed, Sent, Unerased, Unknowable
from bot.channels.parts import count
from bot.channels.sms.account import TOO_MANY, Account
from bot.channels.sms.hook import Hook
from bot.channels.sms.inbound import CHANNEL, listed

API_URL = "https://api.twilio.com"
LIMITS = Limits(buttons=False, menu=9, menu_wide=5, length=1600, counted=True)
# Twilio queues for the carriers by itself; the gap keeps two messages to one phone in order.
PACE = Pace(per_second=10, chat_gap=1)
ERASABLE_FOR = timedelta(days=14)
"""Twilio deletes at any age; for so long we remember what it calls a message."""


class SmsChannel:
    def __init__(
        self, *, account_sid: str, auth_token: str, sender: str, public_url: str, api_url: str = API_URL
    ) -> None:
        self._sender = sender
        self._hook = Hook(account_sid=account_sid, auth_token=auth_token, sender=sender, public_url=public_url)
        self._account = Account(account_sid=account_sid, auth_token=auth_token, sender=sender, api_url=api_url)

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def limits(self) -> Limits:
        return LIMITS

    @property
    def pace(self) -> Pace:
        return PACE

    def routes(self, intake: Intake) -> Sequence[web.RouteDef]:
        return self._hook.routes(intake)

    async def listen(self, intake: Intake) -> None:
        return

    async def send(self, address: str, message: Outgoing, *, reference: str) -> Sent:
        callback = self._hook.status_callback(reference)
        return await self._account.send(address, message, status_callback=callback)

    async def look_up(self, address: str, message: Outgoing, *, since: datetime) -> Sent | Unknowable | None:
        """The newest message with this text; the caller knows whether it is an earlier one with the same words."""
        try:
            sid = await self._account.sent(address, message.text, since=since)
        except SendFailed as failed:
            if failed.code == TOO_MANY:
                return Unknowable.UNKNOWABLE
            raise
        return Sent(provider_id=sid, parts=count(message.text).parts) if sid else None

    async def missed(self, *, since: datetime) -> Sequence[Inbound]:
        received = await self._account.received(since=since)
        ours = (message for message in received if self._sender in (message.to, message.service))
        return [inbound for message in ours if (inbound := listed(message)) is not None]

    @property
    def erasable_for(self) -> timedelta:
        return ERASABLE_FOR

    async def erase(self, address: str, traces: Sequence[str]) -> Unerased:
        """Of a message still on its way the record stays for now, and goes later."""
        later = [sid for sid in traces if not await self._account.erased(sid)]
        return Unerased(later=tuple(later))

    async def close(self) -> None:
        await self._account.close()
