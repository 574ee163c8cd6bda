"""Cases: what a person agreed to have kept and passed on, each under a key of its own, with its timeline."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func, select, update

from flows.dialogue.conversation import CaseId, ConversationId, MemberId
from flows.routing.casebook import Case, CaseState, Entry, EntryKind, Lane, PartnerId
from flows.routing.codes import new_receipt, parse_receipt
from storage.bells import Bell
from storage.errors import Vanished
from storage.scope import OPEN, MemberScope, veiled
from storage.tables import cases, conversations, entries, referrals
from storage.unit import AnyRow, Statement, Unit
from storage.vault import Seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A line of the queue: the case without facts and answers, and when the next thing must have happened to it."""

    case: Case
    due_at: datetime | None


_PLAIN = ("language", "state", "region", "issue", "urgency", "promised_at", "taken_by", "closed_at", "closed_reason")


class Cases:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def open(
        self,
        conversation: ConversationId,
        *,
        lane: Lane,
        region: str,
        issue: str,
        urgency: str,
        language: str,
        facts: Mapping[str, str],
        answers: Mapping[str, str],
        promised_at: datetime | None = None,
    ) -> Case:
        """A new case with a new receipt and a key of its own. What the draft held is sealed anew under that key; the
        caller drops the draft from the conversation."""
        channel = await self._unit.value(select(conversations.c.channel).where(conversations.c.id == conversation))
        if channel is None:
            raise Vanished("The conversation is not there or was erased.")
        case = Case(
            id=CaseId(self._unit.new_id()),
            receipt=await self._new_receipt(),
            conversation=conversation,
            channel=channel,
            language=language,
            lane=lane,
            state=CaseState.OPEN,
            region=region,
            issue=issue,
            urgency=urgency,
            opened_at=self._unit.now,
            promised_at=promised_at,
            facts=facts,
            answers=answers,
        )
        seal, wrapped = self._unit.seal_new(cases, case.id)
        await self._unit.change(
            cases.insert().values(
                id=case.id,
                receipt_index=self._index(case.receipt),
                key=wrapped,
                detail=_detail(case, seal),
                conversation_id=conversation,
                channel=channel,
                opened_at=case.opened_at,
                **{name: getattr(case, name) for name in _PLAIN},
            )
        )
        self._unit.ring(Bell.CASES)
        return case

    async def get(self, case: CaseId) -> Case:
        """For the service's own work. Raises Vanished when it is unknown or erased."""
        return _present(await self._one(select(cases).where(cases.c.id == case)))

    async def lock(self, case: CaseId) -> Case:
        """Like `get`, and no one else changes it until the end of the transaction."""
        return _present(await self._one(select(cases).where(cases.c.id == case).with_for_update(key_share=True)))

    async def by_receipt(self, receipt: str) -> Case | None:
        """A receipt as a person types it, in any case and spacing."""
        read = parse_receipt(receipt)
        return (
            None if read is None else await self._one(select(cases).where(cases.c.receipt_index == self._index(read)))
        )

    async def of_conversation(self, conversation: ConversationId) -> Sequence[Case]:
        """Newest first."""
        return await self._many(
            select(cases)
            .where(cases.c.conversation_id == conversation)
            .order_by(cases.c.opened_at.desc(), cases.c.id.desc())
        )

    async def save(self, case: Case) -> None:
        """Stores it as it is now. Receipt, conversation, channel and opening never change."""
        seal = await self._unit.seal(cases, case.id)
        await self._unit.change(
            update(cases)
            .where(cases.c.id == case.id)
            .values(detail=_detail(case, seal), **{name: getattr(case, name) for name in _PLAIN})
        )
        self._unit.ring(Bell.CASES)

    async def add_entry(self, case: CaseId, entry: Entry) -> None:
        row = self._unit.new_id()
        seal = await self._unit.seal(cases, case)
        await self._unit.change(
            entries.insert().values(
                id=row,
                case_id=case,
                at=entry.at,
                kind=entry.kind,
                actor=entry.actor,
                partner_id=entry.partner,
                reason=entry.reason,
                words=seal.close_data("entries", "words", row, {"words": entry.words}) if entry.words else None,
            )
        )
        self._unit.ring(Bell.CASES)

    async def entries(self, case: CaseId) -> Sequence[Entry]:
        """The timeline, oldest first, for the service's own work."""
        seal = await self._unit.seal(cases, case)
        found = await self._unit.rows(select(entries).where(entries.c.case_id == case).order_by(entries.c.n))
        return [_entry(row, seal) for row in found]

    async def forget(self, case: CaseId) -> None:
        """Destroys the key and all that it sealed. What stays says only that there was a case, where and about what."""
        await self._unit.change(delete(entries).where(entries.c.case_id == case))
        await self._unit.change(update(referrals).where(referrals.c.case_id == case).values(open_code=None, code=None))
        await self._unit.change(
            update(cases)
            .where(cases.c.id == case)
            .values(
                key=None,
                detail=None,
                receipt_index=None,
                state=CaseState.CLOSED,
                closed_at=func.coalesce(cases.c.closed_at, self._unit.literal(cases.c.closed_at)),
                closed_reason="erased",
            )
        )
        self._unit.forget_seal(cases, case)
        self._unit.note_erasure()
        self._unit.ring(Bell.CASES)

    # ---- what members are shown

    async def queue(self, scope: MemberScope, *, limit: int = 200) -> Sequence[Queued]:
        """Cases that are not closed, those with least time left first."""
        due = (
            select(func.min(referrals.c.due_at))
            .where(referrals.c.case_id == cases.c.id, referrals.c.state.in_(OPEN))
            .correlate(cases)
            .scalar_subquery()
        )
        next_at = func.coalesce(due, cases.c.promised_at).label("next_at")
        found = await self._unit.rows(
            select(cases, scope.known().label("known"), next_at)
            .where(scope.seen(), cases.c.state != CaseState.CLOSED, cases.c.key.is_not(None))
            .order_by(func.coalesce(next_at, cases.c.opened_at), cases.c.id)
            .limit(limit)
        )
        return [Queued(case=replace(self._shown(row), facts={}, answers={}), due_at=row.next_at) for row in found]

    async def shown(self, scope: MemberScope, case: CaseId) -> Case | None:
        """The case as this scope may see it: None, veiled while it is only offered, or whole."""
        row = await self._unit.row(
            select(cases, scope.known().label("known")).where(
                cases.c.id == case, scope.seen(), cases.c.key.is_not(None)
            )
        )
        return None if row is None else self._shown(row)

    async def timeline(self, scope: MemberScope, case: CaseId) -> Sequence[Entry]:
        """Oldest first; empty where the scope may not see the case whole."""
        known = await self._unit.value(
            select(cases.c.id).where(cases.c.id == case, scope.known(), cases.c.key.is_not(None))
        )
        return [] if known is None else await self.entries(case)

    # ---- rows

    def _shown(self, row: AnyRow) -> Case:
        case = self._read(row)
        return case if row.known else veiled(case)

    async def _one(self, statement: Statement) -> Case | None:
        row = await self._unit.row(statement)
        return None if row is None or row.key is None else self._read(row)

    async def _many(self, statement: Statement) -> Sequence[Case]:
        return [self._read(row) for row in await self._unit.rows(statement) if row.key is not None]

    def _read(self, row: AnyRow) -> Case:
        seal = self._unit.unwrapped(cases, row.id, row.key)
        detail = seal.open_data("cases", "detail", row.id, row.detail)
        return Case(
            id=CaseId(row.id),
            receipt=detail["receipt"],
            conversation=ConversationId(row.conversation_id),
            channel=row.channel,
            language=row.language,
            lane=Lane(detail["lane"]),
            state=CaseState(row.state),
            region=row.region,
            issue=row.issue,
            urgency=row.urgency,
            opened_at=row.opened_at,
            promised_at=row.promised_at,
            taken_by=None if row.taken_by is None else MemberId(row.taken_by),
            closed_at=row.closed_at,
            closed_reason=row.closed_reason,
            facts=detail["facts"],
            answers=detail["answers"],
        )

    def _index(self, receipt: str) -> bytes:
        return self._unit.vault.index("receipt", receipt)

    async def _new_receipt(self) -> str:
        while True:
            receipt = new_receipt(secrets.choice)
            if await self.by_receipt(receipt) is None:
                return receipt


def _present(case: Case | None) -> Case:
    if case is None:
        raise Vanished("The case is not there or was erased.")
    return case


def _detail(case: Case, seal: Seal) -> bytes:
    data = {"receipt": case.receipt, "lane": case.lane, "facts": dict(case.facts), "answers": dict(case.answers)}
    return seal.close_data("cases", "detail", case.id, data)


def _entry(row: AnyRow, seal: Seal) -> Entry:
    return Entry(
        at=row.at,
        kind=EntryKind(row.kind),
        actor=row.actor,
        partner=None if row.partner_id is None else PartnerId(row.partner_id),
        reason=row.reason,
        words="" if row.words is None else seal.open_data("entries", "words", row.id, row.words)["words"],
    )
