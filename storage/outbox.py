"""Messages to be sent: added in the transaction that decided them, claimed one at a time for each conversation.

States: queued -> sending -> sent -> delivered | failed, or unsure (it may have gone out), or dropped (never sent).
`settled_at` is set when we are done with sending it; reports may still move its state forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, bindparam, case, delete, exists, func, or_, select, update

from flows.dialogue.conversation import ConversationId
from storage.bells import Bell
from storage.erasures import Trace
from storage.tables import conversations, outbox
from storage.unit import AnyRow, Unit


class PostState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    UNSURE = "unsure"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


_FORWARD = {
    PostState.SENT: (PostState.QUEUED, PostState.SENDING, PostState.UNSURE),
    PostState.DELIVERED: (PostState.QUEUED, PostState.SENDING, PostState.UNSURE, PostState.SENT),
    PostState.FAILED: (PostState.QUEUED, PostState.SENDING, PostState.UNSURE, PostState.SENT),
}

_SENT = (
    update(outbox)
    .where(outbox.c.reference == bindparam("this"))
    .values(
        provider_id=bindparam("sealed_id"),
        body=None,
        state=case(
            (or_(*(outbox.c.state == early for early in _FORWARD[PostState.SENT])), PostState.SENT),
            else_=outbox.c.state,
        ),
        settled_at=func.coalesce(outbox.c.settled_at, bindparam("at", type_=outbox.c.settled_at.type)),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A message to add. `reply`: it answers the person's own message, so it goes out even to someone who opted out
    (the answer to STOP is such a one)."""

    conversation: ConversationId
    body: bytes
    reply: bool = False
    due_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A claimed message. `unsure`: an earlier try may have gone out, so look before repeating. `attempts` counts this
    one, `repeats` the tries made without being able to look. `erased`: these are
    last words. `stale`: it is too late for it."""

    reference: str
    conversation: ConversationId
    channel: str
    address: str
    body: bytes
    reply: bool
    silenced: bool
    unsure: bool
    erased: bool
    stale: bool
    attempts: int
    repeats: int
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What has not been sent yet."""

    queued: int
    oldest_at: datetime | None


class Outbox:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, posts: Sequence[Post]) -> tuple[str, ...]:
        """Queues them in this order and returns their references. For one conversation the order holds among those
        who lock it."""
        if not posts:
            return ()
        seals = await self._unit.seals(conversations, [post.conversation for post in posts])
        references = tuple(self._unit.new_id() for _ in posts)
        await self._unit.change_each(
            outbox.insert(),
            [
                {
                    "reference": reference,
                    "conversation_id": post.conversation,
                    "body": seals[post.conversation].close("outbox", "body", reference, post.body),
                    "state": PostState.QUEUED,
                    "code": "",
                    "reply": post.reply,
                    "attempts": 0,
                    "repeats": 0,
                    "added_at": self._unit.now,
                    "due_at": post.due_at or self._unit.now,
                    "expires_at": post.expires_at,
                }
                for reference, post in zip(references, posts, strict=True)
            ],
        )
        self._unit.ring(Bell.OUTBOX)
        return references

    async def claim(self, channel: str, *, limit: int, lease: timedelta) -> Sequence[Parcel]:
        """Takes up to `limit` due messages of a channel, of each conversation only its oldest, for as long as `lease`.
        One whose lease ran out comes back as unsure: whoever had it may have sent it."""
        earlier = outbox.alias()
        behind = (
            select(earlier.c.n)
            .where(
                earlier.c.conversation_id == outbox.c.conversation_id,
                earlier.c.settled_at.is_(None),
                earlier.c.n < outbox.c.n,
            )
            .exists()
        )
        found = await self._unit.rows(
            select(
                outbox,
                conversations.c.channel,
                conversations.c.key,
                conversations.c.address,
                conversations.c.silenced,
                conversations.c.erased_at,
            )
            .join(conversations, conversations.c.id == outbox.c.conversation_id)
            .where(
                outbox.c.settled_at.is_(None),
                outbox.c.due_at <= self._unit.now,
                conversations.c.channel == channel,
                ~behind,
            )
            .order_by(outbox.c.n)
            .limit(limit)
            .with_for_update(skip_locked=True, of=outbox)
        )
        if found:
            await self._unit.change(
                update(outbox)
                .where(outbox.c.n.in_([row.n for row in found]))
                .values(state=PostState.SENDING, attempts=outbox.c.attempts + 1, due_at=self._unit.now + lease)
            )
        return [self._parcel(row) for row in found]

    async def next_due(self, channel: str) -> datetime | None:
        """When something of this channel is to be tried next."""
        return await self._unit.value(
            select(func.min(outbox.c.due_at))
            .join(conversations, conversations.c.id == outbox.c.conversation_id)
            .where(outbox.c.settled_at.is_(None), conversations.c.channel == channel)
        )

    async def busy(self) -> bool:
        """Whether anything is due or being sent."""
        restless = (outbox.c.due_at <= self._unit.now) | (outbox.c.state == PostState.SENDING)
        return bool(await self._unit.value(select(exists().where(outbox.c.settled_at.is_(None), restless))))

    async def sent(self, sent: Sequence[tuple[str, str]]) -> set[str]:
        """(reference, provider id) of those that surely went out. A report that came first stays. Returns the
        references of those we know nothing of any more: they were erased while they were on their way."""
        if not sent:
            return set()
        found = await self._unit.rows(
            select(outbox.c.reference, outbox.c.conversation_id, conversations.c.key)
            .join(conversations, conversations.c.id == outbox.c.conversation_id)
            .where(outbox.c.reference.in_([reference for reference, _ in sent]), conversations.c.key.is_not(None))
        )
        seals = {row.reference: self._unit.unwrapped(conversations, row.conversation_id, row.key) for row in found}
        await self._unit.change_each(
            _SENT,
            [
                {
                    "this": reference,
                    "sealed_id": seals[reference].close("outbox", "provider_id", reference, provider_id.encode()),
                    "at": self._unit.now,
                }
                for reference, provider_id in sent
                if reference in seals
            ],
        )
        return {reference for reference, _ in sent} - seals.keys()

    async def retry(self, reference: str, due_at: datetime, *, unsure: bool, repeats: int = 0) -> None:
        """It did not go out, or we cannot tell (`unsure`); try again then."""
        await self._unit.change(
            update(outbox)
            .where(outbox.c.reference == reference, outbox.c.settled_at.is_(None))
            .values(state=PostState.UNSURE if unsure else PostState.QUEUED, due_at=due_at, repeats=repeats)
        )

    async def failed(self, reference: str, code: str) -> None:
        """It will never go out."""
        await self._settle((outbox.c.reference == reference) & outbox.c.settled_at.is_(None), PostState.FAILED, code)

    async def dropped(self, reference: str, code: str) -> None:
        """It is not wanted any more."""
        await self._settle((outbox.c.reference == reference) & outbox.c.settled_at.is_(None), PostState.DROPPED, code)

    async def drop(self, conversation: ConversationId, code: str) -> int:
        """Everything still waiting for this conversation is not sent any more."""
        waiting = and_(
            outbox.c.conversation_id == conversation,
            outbox.c.settled_at.is_(None),
            outbox.c.state == PostState.QUEUED,
        )
        return await self._settle(waiting, PostState.DROPPED, code)

    async def report(self, reference: str, state: PostState, code: str = "") -> ConversationId | None:
        """A provider's later word. State only moves forward and final stays final, in whatever order words come.
        Returns the conversation when this word moved it."""
        moved = (outbox.c.reference == reference) & outbox.c.state.in_(_FORWARD[state])
        conversation = await self._unit.value(select(outbox.c.conversation_id).where(moved))
        if conversation is None or not await self._settle(moved, state, code):
            return None
        return ConversationId(conversation)

    async def provider_id(self, reference: str) -> str | None:
        row = await self._unit.row(
            select(outbox.c.conversation_id, outbox.c.provider_id).where(outbox.c.reference == reference)
        )
        if row is None or row.provider_id is None:
            return None
        seal = await self._unit.seal(conversations, row.conversation_id)
        return seal.open("outbox", "provider_id", reference, row.provider_id).decode()

    async def traces(self, conversation: ConversationId) -> tuple[Trace, ...]:
        """What went out to it, as its provider names it; oldest first."""
        found = await self._unit.rows(
            select(outbox.c.reference, outbox.c.provider_id, outbox.c.added_at)
            .where(outbox.c.conversation_id == conversation, outbox.c.provider_id.is_not(None))
            .order_by(outbox.c.n)
        )
        seal = await self._unit.seal(conversations, conversation)
        return tuple(
            Trace(id=seal.open("outbox", "provider_id", row.reference, row.provider_id).decode(), at=row.added_at)
            for row in found
        )

    async def waiting(self) -> Waiting:
        row = await self._unit.row(
            select(func.count(), func.min(outbox.c.added_at)).where(outbox.c.settled_at.is_(None))
        )
        return Waiting(queued=0, oldest_at=None) if row is None else Waiting(queued=row[0], oldest_at=row[1])

    async def prune(self, before: datetime) -> int:
        """Done with for so long that no report will come."""
        return await self._unit.change(delete(outbox).where(outbox.c.settled_at < before))

    async def _settle(self, which: ColumnElement[bool], state: PostState, code: str = "") -> int:
        """A settled message keeps its state, not its words."""
        settled_at = func.coalesce(outbox.c.settled_at, self._unit.literal(outbox.c.settled_at))
        return await self._unit.change(
            update(outbox).where(which).values(state=state, code=code, body=None, settled_at=settled_at)
        )

    def _parcel(self, row: AnyRow) -> Parcel:
        conversation = ConversationId(row.conversation_id)
        seal = self._unit.unwrapped(conversations, conversation, row.key)
        return Parcel(
            reference=row.reference,
            conversation=conversation,
            channel=row.channel,
            address=seal.open("conversations", "address", conversation, row.address).decode("utf-8", "surrogatepass"),
            body=seal.open("outbox", "body", row.reference, row.body),
            reply=row.reply,
            silenced=row.silenced,
            unsure=row.state in {PostState.SENDING, PostState.UNSURE},
            erased=row.erased_at is not None,
            attempts=row.attempts + 1,
            repeats=row.repeats,
            added_at=row.added_at,
            stale=row.expires_at is not None and row.expires_at <= self._unit.now,
        )
