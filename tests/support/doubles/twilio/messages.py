"""The account's messages, inbound and outbound, as Twilio keeps and lists them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from tests.support.doubles.clock import Clock
from tests.support.doubles.journal import Journal
from tests.support.doubles.twilio.rules import Account, Draft, Refused, Selection
from tests.support.doubles.twilio.segments import segments

UNFINISHED = frozenset({"accepted", "scheduled", "queued", "sending"})
STATUSES = UNFINISHED | {"sent", "delivered", "undelivered", "failed", "canceled", "read", "received"}


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """`text` is what stands on the phone for ever, `body` what Twilio still keeps of it."""

    sid: str
    direction: str
    sender: str | None
    to: str
    text: str
    body: str
    media: int
    service: str | None
    callback: str | None
    status: str
    created: datetime
    updated: datetime
    sent: datetime | None = None
    error_code: int | None = None
    unlisted_reads: int = 0
    deleted: bool = False


class Messages:
    def __init__(self, account: Account, journal: Journal, clock: Clock) -> None:
        self._account = account
        self._journal = journal
        self._clock = clock
        self._all: dict[str, Message] = {}
        self._lag = 0

    def take(self, draft: Draft) -> Message:
        """Store an outbound message. Through a service it has no sender yet, and no number of segments."""
        return self._keep(
            direction="outbound-api",
            sender=None if draft.service else draft.sender,
            to=draft.to,
            body=draft.body,
            media=draft.media,
            service=draft.service,
            callback=draft.callback,
            status="accepted" if draft.service else "queued",
        )

    def receive(self, *, sender: str, to: str, body: str, media: int) -> Message:
        message = self._keep(
            direction="inbound",
            sender=sender,
            to=to,
            body=body,
            media=media,
            service=self._account.service,
            callback=None,
            status="received",
        )
        message.sent = message.created
        return message

    def move(self, message: Message, status: str, error_code: int | None = None) -> None:
        if status not in STATUSES:
            raise ValueError(f"no such status; there are {', '.join(sorted(STATUSES))}")
        message.status, message.error_code, message.updated = status, error_code, self._clock.now()
        if status != "accepted" and message.sender is None:
            message.sender = self._account.numbers[0]
        if status not in UNFINISHED and message.sent is None:
            message.sent = message.updated
        self._journal.note("moved", sid=message.sid, status=status)

    def find(self, sid: str) -> Message:
        message = self._all.get(sid)
        if message is None or message.deleted:
            raise Refused(20404, f"The requested resource {self.uri(sid)} was not found", 404)
        return message

    def redact(self, sid: str) -> Message:
        message = self._finished(sid)
        message.body = ""
        self._journal.note("redacted", sid=sid)
        return message

    def delete(self, sid: str) -> None:
        self._finished(sid).deleted = True
        self._journal.note("deleted", sid=sid)

    def page(self, wanted: Selection) -> tuple[list[Message], bool]:
        """One page, newest first, and whether more follow."""
        found = list(self._matching(wanted))
        if wanted.after_sid:
            sids = [message.sid for message in found]
            if wanted.after_sid not in sids:
                raise Refused(20001, "Invalid PageToken")
            found = found[sids.index(wanted.after_sid) + 1 :]
        for message in self._all.values():
            message.unlisted_reads = max(0, message.unlisted_reads - 1)
        return found[: wanted.page_size], len(found) > wanted.page_size

    async def lag(self, *, reads: int) -> None:
        """New messages stay out of lists until this many lists have been read."""
        self._lag = reads

    def outbound(self, to: str | None = None) -> list[dict[str, Any]]:
        return [
            _seen(message)
            for message in self._all.values()
            if message.direction != "inbound" and to in (None, message.to)
        ]

    def inbound(self, sender: str | None = None) -> list[dict[str, Any]]:
        return [
            _seen(message)
            for message in self._all.values()
            if message.direction == "inbound" and sender in (None, message.sender)
        ]

    def uri(self, sid: str) -> str:
        return f"/2010-04-01/Accounts/{self._account.sid}/Messages/{sid}.json"

    def resource(self, message: Message) -> dict[str, Any]:
        outside = message.status == "accepted"
        base = self.uri(message.sid).removesuffix(".json")
        return {
            "account_sid": self._account.sid,
            "api_version": "2010-04-01",
            "body": message.body,
            "date_created": format_datetime(message.created),
            "date_sent": format_datetime(message.sent) if message.sent else None,
            "date_updated": format_datetime(message.updated),
            "direction": message.direction,
            "error_code": message.error_code,
            "error_message": None,
            "from": message.sender,
            "messaging_service_sid": message.service,
            "num_media": str(message.media),
            "num_segments": "0" if outside else str(segments(message.text)),
            "price": None,
            "price_unit": "USD",
            "sid": message.sid,
            "status": message.status,
            "subresource_uris": {"media": f"{base}/Media.json"},
            "to": message.to,
            "uri": self.uri(message.sid),
        }

    def _keep(self, *, body: str, media: int, **rest: Any) -> Message:
        now = self._clock.now()
        message = Message(
            sid=("MM" if media else "SM") + secrets.token_hex(16),
            text=body,
            body=body,
            media=media,
            created=now,
            updated=now,
            unlisted_reads=self._lag,
            **rest,
        )
        self._all[message.sid] = message
        self._journal.note("kept", sid=message.sid, direction=message.direction, to=message.to)
        return message

    def _finished(self, sid: str) -> Message:
        message = self.find(sid)
        if message.status in UNFINISHED:
            raise Refused(20009, "Cannot delete message because delivery has not been completed.", 409)
        return message

    def _matching(self, wanted: Selection) -> Iterable[Message]:
        for message in reversed(self._all.values()):
            timed = wanted.earliest is not None or wanted.latest is not None
            if (
                not message.deleted
                and not message.unlisted_reads
                and wanted.to in (None, message.to)
                and wanted.sender in (None, message.sender)
                and not (timed and message.sent is None)
                and (wanted.earliest is None or message.sent is None or message.sent >= wanted.earliest)
                and (wanted.latest is None or message.sent is None or message.sent <= wanted.latest)
            ):
                yield message


def _seen(message: Message) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "from": message.sender,
        "to": message.to,
        "text": message.text,
        "body": message.body,
        "status": message.status,
        "segments": segments(message.text),
        "callback": message.callback,
        "error_code": message.error_code,
        "deleted": message.deleted,
    }
