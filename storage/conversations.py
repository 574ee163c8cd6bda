"""Conversations: one row for each channel address that ever wrote, found by a keyed look-up value."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, select, update

from flows.dialogue.conversation import CaseId, Conversation, ConversationId, MemberId, Pending
from flows.dialogue.session import Session
from storage.errors import Vanished
from storage.tables import conversations, held, links, outbox, pages, traces
from storage.unit import AnyRow, Unit
from storage.vault import Seal

Address = tuple[str, str]
"""(channel, address): where a person is reached."""
_PAGE = 500

_SAVE = (
    update(conversations)
    .where(conversations.c.id == bindparam("row"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("state", "language", "case_id", "member_id", "silenced", "received_at")
        }
    )
)


class Conversations:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def ensure(self, addresses: Iterable[Address]) -> dict[Address, Conversation]:
        """Each address's conversation, made where it is new, locked until the end of the transaction.

        Rows are made and locked in sorted order, so that two batches over the same people never wait for each other
        in a ring.
        """
        wanted = {self._index(*address): address for address in addresses}
        found = await self._unit.rows(
            select(conversations.c.id, conversations.c.address_index, conversations.c.key.is_(None)).where(
                conversations.c.address_index.in_(sorted(wanted))
            )
        )
        await self._make([(index, wanted[index]) for index in sorted(wanted.keys() - {row[1] for row in found})])
        for row, index, erased in sorted(found):
            if erased:
                await self._revive(row, wanted[index])
        locked = await self._unit.rows(
            select(conversations)
            .where(conversations.c.address_index.in_(sorted(wanted)))
            .order_by(conversations.c.id)
            .with_for_update(key_share=True)
        )
        return {wanted[row.address_index]: self._read(row) for row in locked}

    async def lock(self, ids: Iterable[ConversationId]) -> dict[ConversationId, Conversation]:
        """These conversations, locked in sorted order; those that are erased or unknown are left out."""
        found = await self._unit.rows(
            select(conversations)
            .where(conversations.c.id.in_(sorted(set(ids))), conversations.c.key.is_not(None))
            .order_by(conversations.c.id)
            .with_for_update(key_share=True)
        )
        return {ConversationId(row.id): self._read(row) for row in found}

    async def get(self, conversation: ConversationId) -> Conversation:
        """Raises Vanished when it is unknown or erased."""
        row = await self._unit.row(select(conversations).where(conversations.c.id == conversation))
        if row is None or row.key is None:
            raise Vanished("The conversation is not there or was erased.")
        return self._read(row)

    async def find(self, channel: str, address: str) -> Conversation | None:
        row = await self._unit.row(
            select(conversations).where(conversations.c.address_index == self._index(channel, address))
        )
        return None if row is None or row.key is None else self._read(row)

    async def sessions(self) -> AsyncIterator[Session]:
        """Of everyone who is inside a dialogue now, in no order that means anything."""
        last = ""
        while True:
            found = await self._unit.rows(
                select(conversations)
                .where(conversations.c.id > last, conversations.c.key.is_not(None))
                .order_by(conversations.c.id)
                .limit(_PAGE)
            )
            for row in found:
                if (session := self._read(row).session) is not None:
                    yield session
            if len(found) < _PAGE:
                return
            last = found[-1].id

    async def save(self, changed: Sequence[Conversation]) -> None:
        """Stores them as they are now. The caller holds their locks."""
        seals = await self._unit.seals(conversations, [conversation.id for conversation in changed])
        await self._unit.change_each(_SAVE, [_values(each, seals[each.id]) for each in changed])

    async def address(self, conversation: ConversationId) -> Address:
        """Raises Vanished when it is unknown or erased."""
        row = await self._unit.row(
            select(conversations.c.channel, conversations.c.address, conversations.c.key).where(
                conversations.c.id == conversation
            )
        )
        if row is None or row.key is None:
            raise Vanished("The conversation is not there or was erased.")
        seal = self._unit.unwrapped(conversations, conversation, row.key)
        return row.channel, seal.open("conversations", "address", conversation, row.address).decode(
            "utf-8", "surrogatepass"
        )

    async def forget(self, conversation: ConversationId) -> Conversation:
        """Destroys the key and all that it sealed: session, waiting and held messages. Returns the conversation as a
        stranger's, which can still be sent last words; when those have gone out, its address goes too. An opt-out
        and the look-up values of received messages stay."""
        row = await self._unit.row(
            select(conversations).where(conversations.c.id == conversation).with_for_update(key_share=True)
        )
        if row is None or row.key is None:
            raise Vanished("The conversation is not there or was erased.")
        channel, address = await self.address(conversation)
        await self._unit.change(delete(held).where(held.c.conversation_id == conversation))
        await self._unit.change(delete(traces).where(traces.c.conversation_id == conversation))
        await self._unit.change(delete(outbox).where(outbox.c.conversation_id == conversation))
        await self._unit.change(delete(links).where(links.c.conversation_id == conversation))
        await self._unit.change(update(pages).where(pages.c.conversation_id == conversation).values(code=None))
        stranger = Conversation(
            id=conversation, channel=channel, language=row.language, silenced=row.silenced, received_at=self._unit.now
        )
        await self._unit.change(
            update(conversations)
            .where(conversations.c.id == conversation)
            .values(**self._sealed_anew(conversation, address), erased_at=self._unit.now)
        )
        await self.save([stranger])
        self._unit.note_erasure()
        return stranger

    async def part(self, conversation: ConversationId) -> None:
        """The address finds it no more: who writes from there is a stranger. An opt-out stays with the address."""
        found = await self.get(conversation)
        address = await self.address(conversation)
        here = conversations.c.id == conversation
        await self._unit.change(update(conversations).where(here).values(address_index=None))
        if found.silenced:
            stranger = (await self.ensure([address]))[address]
            await self.save([replace(stranger, silenced=True)])

    async def let_go(self, ids: Iterable[ConversationId]) -> None:
        """Of erased conversations to which nothing more will be sent, forgets the address too; of those that did not
        opt out, also how to recognise it."""
        if not (gone_ids := sorted(set(ids))):
            return
        waiting = exists().where(outbox.c.conversation_id == conversations.c.id, outbox.c.settled_at.is_(None))
        gone = update(conversations).where(
            conversations.c.id.in_(gone_ids), conversations.c.erased_at.is_not(None), ~waiting
        )
        await self._unit.change(gone.where(~conversations.c.silenced).values(address_index=None))
        await self._unit.change(gone.values(key=None, address=None, state=None, language="", received_at=None))
        self._unit.note_erasure()

    def _index(self, channel: str, address: str) -> bytes:
        return self._unit.vault.index("address", channel, address)

    async def _make(self, new: Sequence[tuple[bytes, Address]]) -> None:
        rows = []
        for index, (channel, address) in new:
            row = self._unit.new_id()
            rows.append(
                {
                    "id": row,
                    "channel": channel,
                    "address_index": index,
                    "language": "",
                    "silenced": False,
                    **self._sealed_anew(row, address),
                }
            )
        statement = self._unit.insert(conversations).on_conflict_do_nothing(index_elements=["address_index"])
        await self._unit.change_each(statement, rows)

    async def _revive(self, row: str, address: Address) -> None:
        """Someone who was erased writes again: a new key, nothing else is known but that they opted out."""
        await self._unit.change(
            update(conversations)
            .where(conversations.c.id == row, conversations.c.key.is_(None))
            .values(**self._sealed_anew(row, address[1]), erased_at=None)
        )

    def _sealed_anew(self, row: str, address: str) -> dict[str, bytes]:
        self._unit.forget_seal(conversations, row)
        seal, wrapped = self._unit.seal_new(conversations, row)
        sealed = seal.close("conversations", "address", row, address.encode("utf-8", "surrogatepass"))
        return {
            "key": wrapped,
            "address": sealed,
            "state": _state(Conversation(id=ConversationId(row), channel=""), seal),
        }

    def _read(self, row: AnyRow) -> Conversation:
        seal = self._unit.unwrapped(conversations, row.id, row.key)
        state = seal.open_data("conversations", "state", row.id, row.state)
        session = state.get("session")
        return Conversation(
            id=ConversationId(row.id),
            channel=row.channel,
            language=row.language,
            session=None if session is None else Session.from_data(session),
            sessions=state.get("sessions", 0),
            case=None if row.case_id is None else CaseId(row.case_id),
            member=None if row.member_id is None else MemberId(row.member_id),
            pending=Pending(state.get("pending", "")),
            silenced=row.silenced,
            shared=state.get("shared", False),
            paused=state.get("paused", False),
            received_at=row.received_at,
            parted=row.address_index is None,
            aside=state.get("aside", ""),
            chosen_at=datetime.fromisoformat(state["chosen_at"]) if "chosen_at" in state else None,
        )


def _state(conversation: Conversation, seal: Seal) -> bytes:
    """What has its usual value is left out: an idle conversation stays small."""
    data = {
        "sessions": conversation.sessions,
        "pending": conversation.pending,
        "shared": conversation.shared,
        "paused": conversation.paused,
        "aside": conversation.aside,
        "chosen_at": None if conversation.chosen_at is None else conversation.chosen_at.isoformat(),
        "session": None if conversation.session is None else conversation.session.to_data(),
    }
    kept = {name: value for name, value in data.items() if value}
    return seal.close_data("conversations", "state", conversation.id, kept)


def _values(conversation: Conversation, seal: Seal) -> dict[str, Any]:
    return {
        "row": conversation.id,
        "new_state": _state(conversation, seal),
        "new_language": conversation.language,
        "new_case_id": conversation.case,
        "new_member_id": conversation.member,
        "new_silenced": conversation.silenced,
        "new_received_at": conversation.received_at,
    }
