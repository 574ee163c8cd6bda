"""Small beginnings that several tests of storage share: a conversation, a case with consent, an offer."""

from __future__ import annotations

from flows.dialogue.conversation import CaseId, ConversationId
from flows.routing.casebook import Case, Lane, PartnerId, Referral
from storage import Tx

PARTNER = PartnerId("mto")


async def conversation(tx: Tx, address: str = "+254700000001", channel: str = "sms") -> ConversationId:
    return (await tx.conversations.ensure([(channel, address)]))[channel, address].id


async def case(tx: Tx, address: str = "+254700000001", *, region: str = "KE-31-02", urgency: str = "soon") -> Case:
    return await tx.cases.open(
        await conversation(tx, address),
        lane=Lane.NORMAL,
        region=region,
        issue="land_environment.land_grab",
        urgency=urgency,
        language="sw",
        facts={"region": region, "name": "Wanjiru"},
        answers={"intake.name": "Wanjiru"},
    )


async def agree(tx: Tx, to: Case, *, answer: str = "yes", before: bool = False) -> str:
    return await tx.consents.record(
        to.conversation,
        None if before else to.id,
        purpose="share",
        answer=answer,
        wording="3",
        scope="region",
        language="sw",
        channel="sms",
    )


async def offered(tx: Tx, of: Case, partner: PartnerId = PARTNER) -> Referral:
    return await tx.referrals.offer(of.id, partner, urgency=of.urgency, due_at=None)


async def seen(tx: Tx, case_id: CaseId) -> Case:
    return await tx.cases.get(case_id)
