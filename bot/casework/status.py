"""How a case stands, in plain words, as an answer to the person's own question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.casework.facts import holding
from bot.casework.notices import Notices
from bot.casework.office import Office
from bot.casework.referrals import Referrals
from bot.casework.relay import Relay
from bot.casework.several import Several, is_any_quiet
from flows.dialogue.conversation import Conversation
from flows.dialogue.text import Text
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
    several: Several

    async def tell(self, tx: Tx, conversation: Conversation) -> None:
        """One line for each case that is open, with whatever waits for them: a question, words of a helper. Quiet
        phones are told only that all is well."""
        cases = await self.several.open(tx, conversation)
        if not cases:
            return
        if is_any_quiet(cases, conversation):
            await self.notices.answer(tx, conversation, "status_quiet", case=cases[0])
            return
        lines = [await self._line(tx, conversation, case) for case in cases]
        if len(cases) > 1:
            lines.append(self.notices.text("code_first", conversation, receipt=show_receipt(cases[0].receipt)))
        await self.notices.send(tx, conversation, lines, reply=True)
        for case in cases:
            if await self.referrals.ask_again(tx, case, conversation):
                await self.several.choose(tx, conversation, case)
                break
        for case in cases:
            await self.relay.deliver_waiting(tx, case, conversation, named=len(cases) > 1)

    async def _line(self, tx: Tx, conversation: Conversation, case: Case) -> Text:
        name, by, partner = _PHRASES[case.state], case.promised_at, ""
        if case.state in (CaseState.ACCEPTED, CaseState.CONTACTED):
            partner, by = await self._held(tx, case)
        elif by is None and case.state is not CaseState.CLOSED:
            name += "_no_date"
        receipt = show_receipt(case.receipt)
        return self.notices.text(name, conversation, by=by, partner=partner, receipt=receipt)

    async def _held(self, tx: Tx, case: Case) -> tuple[str, datetime | None]:
        referral = holding(await tx.referrals.of_case(case.id))
        if referral is None:
            return "?", None
        partner = (await self.office.directory(tx)).partners.get(referral.partner)
        return partner.shown_name if partner else "?", referral.due_at
