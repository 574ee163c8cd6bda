"""The bot's queue of updates: long polling with its offset, or delivery to a webhook, never both.

An update stays until it is confirmed: by a later `getUpdates` with a higher offset, or by the hook's 2xx.
Delivery keeps the order of one chat; a hook that refuses one chat's update holds up that chat alone.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.support.doubles.clock import Clock
from tests.support.doubles.journal import Journal
from tests.support.doubles.lanes import Lanes
from tests.support.doubles.telegram.rules import Refused

DEFAULT_KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
OTHER_KINDS = frozenset({"chat_member", "message_reaction", "message_reaction_count", "inline_query", "poll"})
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
POLL_CAP = 50
HOOK_TIMEOUT = 60.0
LONGEST_RETRY = 1.0


@dataclass(slots=True, kw_only=True, eq=False)
class Waiting:
    """An unconfirmed update. `again` marks a duplicate, which is handed out once whatever the offset says."""

    id: int
    chat: int
    update: dict[str, Any]
    again: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Webhook:
    url: str
    secret: str
    error: str | None = None
    error_date: int = 0


@dataclass(slots=True, eq=False)
class Poll:
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    refused: Refused | None = None


class Updates:
    def __init__(self, journal: Journal, clock: Clock, *, retry_delay: float) -> None:
        self._journal = journal
        self._clock = clock
        self._retry_delay = retry_delay
        self._next_id = 710_000_001
        self._queue: list[Waiting] = []
        self._held: list[Waiting] | None = None
        self._sent: dict[int, Waiting] = {}
        self._poll: Poll | None = None
        self.kinds = DEFAULT_KINDS
        self.webhook: Webhook | None = None
        self.lanes: Lanes
        self.http: aiohttp.ClientSession

    def push(self, kind: str, chat: int, content: Mapping[str, Any]) -> int | None:
        """The new update's number, or None for a kind the bot did not ask for: that one is gone for good."""
        if kind not in self.kinds:
            self._journal.note("unwanted", kind=kind, chat=chat)
            return None
        number, self._next_id = self._next_id, self._next_id + 1
        waiting = Waiting(id=number, chat=chat, update={"update_id": number, kind: dict(content)})
        self._sent[number] = waiting
        if self._held is None:
            self._offer(waiting)
        else:
            self._held.append(waiting)
        return number

    def allow(self, kinds: Any) -> None:
        """No list keeps the last setting, an empty or unknown one means the usual kinds."""
        if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
            known = {kind.lower() for kind in kinds} & (DEFAULT_KINDS | OTHER_KINDS)
            self.kinds = frozenset(known) or DEFAULT_KINDS

    async def poll(self, offset: int, limit: int, seconds: int) -> list[dict[str, Any]]:
        if self.webhook is not None:
            raise Refused(409, WEBHOOK_ACTIVE)
        self._interrupt(OTHER_POLL)
        self._confirm(offset)
        poll = self._poll = Poll()
        self._journal.note("polling", offset=offset)
        limit, seconds = min(max(limit, 1), 100), min(max(seconds, 0), POLL_CAP)
        try:
            async with asyncio.timeout(seconds):
                while not (ready := self._ready(offset, limit)):
                    await poll.woken.wait()
                    poll.woken.clear()
                    if poll.refused is not None:
                        raise poll.refused
        except TimeoutError:
            ready = []
        finally:
            if self._poll is poll:
                self._poll = None
        self._queue = [waiting for waiting in self._queue if not (waiting.again and waiting in ready)]
        return [waiting.update for waiting in ready]

    def set_webhook(self, webhook: Webhook) -> None:
        self._interrupt("Conflict: terminated by setWebhook request")
        self.webhook = webhook
        for waiting in self._queue:
            self._deliver(waiting, webhook)

    def delete_webhook(self) -> None:
        self.webhook = None

    def drop(self) -> None:
        self._queue.clear()

    def pending(self) -> list[dict[str, Any]]:
        return [waiting.update for waiting in self._queue]

    async def redeliver(self, *, update: int) -> None:
        """Hand out an update a second time, though it was confirmed."""
        if update not in self._sent:
            raise ValueError(f"update {update} was never made")
        first = self._sent[update]
        self._offer(Waiting(id=first.id, chat=first.chat, update=first.update, again=True))

    async def hold(self) -> None:
        """Keep new updates back until `release`."""
        self._held = self._held or []

    async def release(self, *, reversed_order: bool = False) -> None:
        held, self._held = self._held or [], None
        for waiting in reversed(held) if reversed_order else held:
            self._offer(waiting)

    def _offer(self, waiting: Waiting) -> None:
        self._queue.append(waiting)
        self._journal.note("update", update=waiting.id, chat=waiting.chat, again=waiting.again)
        if self.webhook is not None:
            self._deliver(waiting, self.webhook)
        elif self._poll is not None:
            self._poll.woken.set()

    def _ready(self, offset: int, limit: int) -> list[Waiting]:
        return [waiting for waiting in self._queue if waiting.again or waiting.id >= offset][:limit]

    def _confirm(self, offset: int) -> None:
        if offset > 0:
            self._queue = [waiting for waiting in self._queue if waiting.again or waiting.id >= offset]
        elif offset < 0:
            self._queue = self._queue[offset:]

    def _interrupt(self, why: str) -> None:
        if self._poll is not None:
            self._poll.refused = Refused(409, why)
            self._poll.woken.set()

    def _deliver(self, waiting: Waiting, webhook: Webhook) -> None:
        async def until_taken() -> None:
            delay = self._retry_delay
            while self.webhook is webhook and waiting in self._queue:
                if await self._taken(waiting, webhook):
                    self._queue = [other for other in self._queue if other is not waiting]
                    return
                await asyncio.sleep(delay)
                delay = min(delay * 2, LONGEST_RETRY)

        self.lanes.put(waiting.chat, until_taken)

    async def _taken(self, waiting: Waiting, webhook: Webhook) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        try:
            async with self.http.post(
                webhook.url,
                json=waiting.update,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=HOOK_TIMEOUT),
                allow_redirects=False,
            ) as answer:
                status, reason = answer.status, answer.reason
        except (aiohttp.ClientError, TimeoutError) as error:
            webhook.error, status = f"Connection failed: {type(error).__name__}", 0
        else:
            if not 200 <= status <= 299:
                webhook.error = f"Wrong response from the webhook: {status} {reason}"
        self._journal.note("delivered", update=waiting.id, chat=waiting.chat, status=status)
        if 200 <= status <= 299:
            return True
        webhook.error_date = self._clock.unix()
        return False
