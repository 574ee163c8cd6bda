"""How a case stands, in plain words, as an answer to the person's own question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.casework.facts import holding
from bot.casework.notices import Notices
from bot.casework.office import Office
from bot.casework.referrals import Referrals
from bot.casework.relay import Relay
from bot.casework.safety import is_quiet
from flows.dialogue.conversation import Conversation
from flows.routing.casebook import Case, CaseState
from flows.routing.codes import show_receipt
from storage import Tx

_PHRASES = {
    CaseState.OPEN: "status_asking",
    CaseState.OFFERED: "status_asking",
    CaseState.UNSERVED: "status_no_cover",
    CaseState.ACCEPTED: "status_accepted",
    CaseState.CONTACTED: "status_contacted",
    CaseState.CLOSED: "status_closed",
}


@dataclass(frozen=True, slots=True)
class Status:
    office: Office
    notices: Notices
    referrals: Referrals
    relay: Relay

    async def tell(self, tx: Tx, conversation: Conversation) -> None:
        """With whatever waits for them: a question, words of a helper. Quiet phones are told only that all is well."""
        if conversation.case is None:
            return
        case = await tx.cases.lock(conversation.case)
        if is_quiet(case, conversation):
            await self.notices.answer(tx, conversation, "status_quiet", case=case)
            return
        name, by, partner = _PHRASES[case.state], case.promised_at, ""
        if case.state in (CaseState.ACCEPTED, CaseState.CONTACTED):
            partner, by = await self._held(tx, case)
        elif by is None and case.state is not CaseState.CLOSED:
            name += "_no_date"
        receipt = show_receipt(case.receipt)
        await self.notices.answer(tx, conversation, name, case=case, by=by, partner=partner, receipt=receipt)
        await self.referrals.ask_again(tx, case, conversation)
        await self.relay.deliver_waiting(tx, case, conversation)

    async def _held(self, tx: Tx, case: Case) -> tuple[str, datetime | None]:
        referral = holding(await tx.referrals.of_case(case.id))
        if referral is None:
            return "?", None
        partner = (await self.office.directory(tx)).partners.get(referral.partner)
        return partner.shown_name if partner else "?", referral.due_at
