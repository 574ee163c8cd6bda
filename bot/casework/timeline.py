"""One way to write down what happened to a case: a line of its timeline and a line of the audit, together."""

from __future__ import annotations

from flows.dialogue.conversation import CaseId
from flows.routing.casebook import Entry, EntryKind, PartnerId
from storage import Tx

SEEKER = "seeker"
SYSTEM = "system"


async def record(
    tx: Tx,
    case: CaseId,
    kind: EntryKind,
    *,
    actor: str = SYSTEM,
    partner: PartnerId | None = None,
    reason: str = "",
    words: str = "",
) -> None:
    """`actor`: a member's id, SEEKER or SYSTEM. `words` are sealed; the audit holds ids and codes only."""
    entry = Entry(at=tx.now, kind=kind, actor=actor, partner=partner, reason=reason, words=words)
    await tx.cases.add_entry(case, entry)
    await tx.audit.add(kind, actor=actor, subject=case, reason=reason)
