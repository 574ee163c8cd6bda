"""Takes messages in: up to 64 in one transaction, each once, each conversation's in order, none lost.

A message whose turn fails is held, sealed, and tried again; those that follow it wait behind it. After five tries it is
quarantined, a person is called, and the later ones flow on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.casework.post import GONE, queue_messages, silence
from bot.casework.safety import LIVE_FOR
from bot.channels.base import Delivery, DeliveryReport, Inbound, Outgoing, StoreDown
from bot.pipeline import away, envelope
from bot.pipeline.away import Absence
from bot.pipeline.contract import Handler, Turn
from bot.pipeline.sorting import danger_first
from bot.pipeline.turnstile import Turnstile
from flows.dialogue.conversation import Conversation, ConversationId
from storage import Store, Tx
from storage.errors import Contended, StoreUnreachable
from storage.held import HeldMessage
from storage.outbox import PostState

BATCH = 64
TRIES = (
    timedelta(seconds=1),
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
)
"""How long a held message waits before each of its tries; when all have failed it is quarantined."""

_REPORTED = {
    Delivery.SENT: PostState.SENT,
    Delivery.DELIVERED: PostState.DELIVERED,
    Delivery.FAILED: PostState.FAILED,
}
log = structlog.get_logger()


@dataclass(slots=True)
class _Line:
    """A conversation within a batch, and what of its messages is still to be handled."""

    conversation: Conversation
    messages: deque[Inbound] = field(default_factory=deque)


@dataclass(slots=True)
class _Round:
    """What one pass over the lines decided, to be stored together."""

    changed: dict[ConversationId, Conversation] = field(default_factory=dict)
    silenced: list[ConversationId] = field(default_factory=list)
    outgoing: list[tuple[ConversationId, Outgoing]] = field(default_factory=list)
    effects: list[Turn] = field(default_factory=list)
    of_members: list[tuple[Conversation, Inbound]] = field(default_factory=list)


class Inbox:
    """`bot.channels.base.Intake` over the store. `absence`: when nobody was here, to be told to who wrote then."""

    def __init__(self, store: Store, handler: Handler, *, absence: Absence | None = None) -> None:
        self.absence = absence
        self._store = store
        self._handler = handler
        self._turnstile = Turnstile(self._batch, most=BATCH)

    async def take(self, messages: Sequence[Inbound]) -> None:
        """Returns after the commit that holds them all. Raises StoreDown: offer them again."""
        await self._turnstile.put(danger_first(messages, self._handler.is_pressing) if len(messages) > 1 else messages)

    async def report(self, report: DeliveryReport) -> None:
        """Raises StoreDown. What the provider said is kept even if nobody can be told of it."""
        try:
            await self._store.run(lambda tx: self._report(tx, report, tell=True))
        except (StoreUnreachable, Contended) as error:
            raise StoreDown from error
        except Exception as error:
            log.error("failure_not_told", error=type(error).__name__)
            await self._store.run(lambda tx: self._report(tx, report, tell=False))

    async def _report(self, tx: Tx, report: DeliveryReport, *, tell: bool) -> None:
        conversation = await tx.outbox.report(report.reference, _REPORTED[report.state], report.code)
        if conversation is None or report.state is not Delivery.FAILED:
            return
        if report.code in GONE:
            await silence(tx, conversation)
        if tell:
            await self._handler.delivery_failed(tx, conversation, report.code)

    # ---- a batch

    async def _batch(self, messages: Sequence[Inbound]) -> None:
        try:
            await self._store.run(lambda tx: self._take(tx, messages))
        except (StoreUnreachable, Contended) as error:
            raise StoreDown from error
        except Exception as error:
            log.warning("batch_failed", messages=len(messages), error=type(error).__name__)
            for message in messages:
                await self._alone(message)

    async def _alone(self, message: Inbound) -> None:
        """One message in a transaction of its own, after a batch that could not be stored."""
        try:
            await self._store.run(lambda tx: self._take(tx, [message]))
        except (StoreUnreachable, Contended) as error:
            raise StoreDown from error
        except Exception as error:
            log.error("message_held", channel=message.channel, error=type(error).__name__)
            await self._hold_alone(message)

    async def _hold_alone(self, message: Inbound) -> None:
        async def work(tx: Tx) -> None:
            if lines := await self._new_lines(tx, [message]):
                await self._hold(tx, lines[0].conversation.id, lines[0].messages)

        try:
            await self._store.run(work)
        except Exception as error:
            log.error("message_not_held", channel=message.channel, error=type(error).__name__)
            raise StoreDown from error

    async def _take(self, tx: Tx, messages: Sequence[Inbound]) -> None:
        lines = await self._new_lines(tx, messages)
        if self.absence is not None:
            await self._tell_absence(tx, lines, self.absence)
        blocked = await tx.held.waiting(line.conversation.id for line in lines)
        for line in lines:
            if line.conversation.id in blocked:
                await self._hold(tx, line.conversation.id, line.messages)
        await self._handle(tx, [line for line in lines if line.conversation.id not in blocked])

    async def _tell_absence(self, tx: Tx, lines: Sequence[_Line], absence: Absence) -> None:
        """Once to everyone who wrote while nobody was here, unless what they wrote last asks us to be silent."""
        for line in lines:
            unheard = [each.sent_at for each in line.messages if absence.covers(each.sent_at)]
            if not unheard or line.conversation.member or any(map(self._handler.hushes, line.messages)):
                continue
            if await away.to_tell(tx, line.conversation.id, absence):
                late = any(at is not None and tx.now - at > LIVE_FOR for at in unheard)
                await self._handler.was_away(tx, line.conversation, late=late)

    async def _new_lines(self, tx: Tx, messages: Sequence[Inbound]) -> list[_Line]:
        """The messages not taken before, by conversation, in the order they came; the conversations are locked."""
        new = await tx.received.new((message.channel, message.provider_id) for message in messages)
        fresh = {
            (message.channel, message.provider_id): message
            for message in reversed(messages)
            if (message.channel, message.provider_id) in new
        }
        ordered = list(reversed(fresh.values()))
        found = await tx.conversations.ensure((message.channel, message.address) for message in ordered)
        await tx.traces.add([(found[each.channel, each.address].id, each.trace) for each in ordered if each.trace])
        lines: dict[ConversationId, _Line] = {}
        for message in ordered:
            conversation = found[message.channel, message.address]
            lines.setdefault(conversation.id, _Line(conversation)).messages.append(message)
        return list(lines.values())

    async def _handle(self, tx: Tx, lines: Sequence[_Line]) -> None:
        """Every line to its end. Effects are applied before a conversation's next message is looked at, since they
        may change what it means."""
        while lines:
            done = _Round()
            for line in lines:
                await self._advance(tx, line, done)
            await self._store_round(tx, done)
            if not (lines := [line for line in lines if line.messages]):
                return
            again = await tx.conversations.lock(line.conversation.id for line in lines)
            for line in lines:
                line.conversation = again[line.conversation.id]

    async def _advance(self, tx: Tx, line: _Line, done: _Round) -> None:
        """Runs turns until one has effects, the messages end, or one fails and is held with those behind it."""
        while line.messages:
            if line.conversation.member is not None:
                done.of_members.append((line.conversation, line.messages.popleft()))
                return
            try:
                turn = self._handler.turn(line.conversation, line.messages[0], now=tx.now)
            except Exception as error:
                log.error("message_held", channel=line.conversation.channel, error=type(error).__name__)
                await self._hold(tx, line.conversation.id, line.messages)
                line.messages.clear()
                return
            line.messages.popleft()
            self._note(turn, line, done)
            if turn.effects:
                return

    def _note(self, turn: Turn, line: _Line, done: _Round) -> None:
        if turn.conversation.silenced and not line.conversation.silenced:
            done.silenced.append(turn.conversation.id)
            done.outgoing = [each for each in done.outgoing if each[0] != turn.conversation.id]
        line.conversation = done.changed[turn.conversation.id] = turn.conversation
        if not any(map(self._handler.hushes, line.messages)):
            done.outgoing.extend((turn.conversation.id, message) for message in turn.outgoing)
        if turn.effects:
            done.effects.append(turn)

    async def _store_round(self, tx: Tx, done: _Round) -> None:
        for silenced in done.silenced:
            await tx.outbox.drop(silenced, "silenced")
        await tx.conversations.save(list(done.changed.values()))
        await queue_messages(tx, done.outgoing, reply=True)
        for turn in done.effects:
            await self._handler.apply(tx, turn)
        for conversation, message in done.of_members:
            await self._handler.member(tx, conversation, message)

    # ---- held messages

    async def _hold(self, tx: Tx, conversation: ConversationId, messages: Sequence[Inbound]) -> None:
        """The first is tried again soon; the others wait behind it."""
        for message in messages:
            await tx.held.add(conversation, envelope.to_bytes(message), due_at=tx.now + TRIES[0])

    async def retry_held(self) -> bool:
        """Tries the one held message that is most overdue; False when none is."""
        found = await self._store.run(self._next_held)
        if found is None:
            return False
        try:
            await self._store.run(lambda tx: self._retry(tx, found))
        except (StoreUnreachable, Contended):
            raise
        except Exception as error:
            log.error("held_message_failed", attempts=found.attempts + 1, error=type(error).__name__)
            await self._put_off(found)
        return True

    async def _next_held(self, tx: Tx) -> HeldMessage | None:
        conversation = await tx.held.due()
        return None if conversation is None else await self._head(tx, conversation)

    async def _head(self, tx: Tx, conversation: ConversationId) -> HeldMessage | None:
        """The conversation's oldest held message, if it is (still) due; another process may have been faster."""
        await tx.conversations.lock([conversation])
        head = next(iter(await tx.held.of(conversation)), None)
        return head if head is not None and head.due_at is not None and head.due_at <= tx.now else None

    async def _retry(self, tx: Tx, message: HeldMessage) -> None:
        head = await self._head(tx, message.conversation)
        if head is None or head.id != message.id:
            return
        await tx.held.release(message.id)
        line = _Line(await tx.conversations.get(message.conversation), deque([envelope.from_bytes(message.body)]))
        await self._handle_strictly(tx, line)

    async def _handle_strictly(self, tx: Tx, line: _Line) -> None:
        """One message whose failure is raised, not held once more."""
        message = line.messages.popleft()
        done = _Round()
        if line.conversation.member is not None:
            done.of_members.append((line.conversation, message))
        else:
            self._note(self._handler.turn(line.conversation, message, now=tx.now), line, done)
        await self._store_round(tx, done)

    async def _put_off(self, message: HeldMessage) -> None:
        attempts = message.attempts + 1

        async def quarantine(tx: Tx) -> None:
            await tx.held.quarantine(message.id, attempts=attempts)

        async def quarantine_and_tell(tx: Tx) -> None:
            (conversation,) = (await tx.conversations.lock([message.conversation])).values()
            await quarantine(tx)
            await tx.audit.add("message_quarantined", actor="system", subject=message.conversation)
            await self._handler.quarantined(tx, conversation)

        if attempts < len(TRIES):
            await self._store.run(
                lambda tx: tx.held.retry(message.id, due_at=tx.now + TRIES[attempts], attempts=attempts)
            )
            return
        try:
            await self._store.run(quarantine_and_tell)
        except (StoreUnreachable, Contended):
            raise
        except Exception as error:
            log.error("quarantine_not_told", error=type(error).__name__)
            await self._store.run(quarantine)
