"""What a person tells of a case after it was sent: asked once, after "Sent", in the ordinary lane only.

Each answer counts at once: it makes the kind of problem finer, may make the case more urgent, never less, and the case
goes on to whoever fits better, where nobody has taken it yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.casework.effects import TellDetails
from bot.casework.facts import ISSUE_ALSO, case_facts, facts_from, holding, offered, question_open
from bot.casework.notices import Notices
from bot.casework.offers import Offers
from bot.casework.office import Office
from bot.casework.post import queue_messages
from bot.casework.pressing import Pressing
from bot.casework.referrals import Referrals
from bot.casework.relay import Relay
from bot.casework.safety import is_quiet
from bot.casework.staff import Staff
from bot.casework.timeline import SEEKER, record
from flows.dialogue import engine
from flows.dialogue.conversation import DETAILS, Conversation, ConversationId
from flows.dialogue.events import Event
from flows.routing.casebook import Case, CaseState, EntryKind, Lane, Referral
from flows.routing.match import explain
from flows.routing.reasons import Against
from flows.routing.referral import WithdrawReason
from flows.triage.details import ABOUT, about
from storage import Tx

_UNFIT = frozenset(
    {
        Against.OTHER_ISSUES,
        Against.PART_OF_ISSUE,
        Against.NEEDS_GBV,
        Against.NEEDS_CHILD,
        Against.NEEDS_DEFENDER,
        Against.NEEDS_DETENTION,
        Against.STATE_BODY,
        Against.TIED,
    }
)
"""What may stand against a partner once the problem is known better, so that its offer is taken back."""


@dataclass(frozen=True, slots=True)
class Details:
    office: Office
    notices: Notices
    staff: Staff
    offers: Offers
    referrals: Referrals
    relay: Relay
    pressing: Pressing

    async def ask(self, tx: Tx, about_whom: ConversationId, case: Case) -> None:
        """The first question, as one message of its own. Nothing is asked where others may read the phone, of someone
        whom we said we would not write to, or while a yes or no to a group's name is awaited: a number answers one
        question only."""
        conversation = await tx.conversations.get(about_whom)
        chosen = case.facts.get("issue", "")
        waits = question_open(await tx.consents.of_case(case.id))
        if case.lane is not Lane.NORMAL or is_quiet(case, conversation) or conversation.silenced or waits:
            return
        if (
            chosen not in self.office.issues.menu
            or case.promised_at is None
            or DETAILS not in self.office.voice.flows.flows
        ):
            return
        language = self.notices.language(conversation)
        flows = self.office.voice.flows
        reader = self.office.asking(language, conversation.channel)
        moved = engine.go_on(flows, about(flows, language, chosen), reader=reader, now=tx.now)
        asked = replace(conversation, session=moved.session, sessions=conversation.sessions + 1)
        await tx.conversations.save([asked])
        await self._say(tx, asked, moved.events)

    async def told(self, tx: Tx, conversation: Conversation, effect: TellDetails) -> None:
        if conversation.case is None:
            return
        case = await tx.cases.lock(conversation.case)
        if case.state is CaseState.CLOSED or await self._means_something_else(tx, case, effect):
            await tx.conversations.save([replace(conversation, session=None)])
            await self.relay.seeker_wrote(tx, conversation, effect.words)
            return
        await self._say(tx, conversation, effect.reply)
        said = [answer.said for answer in effect.given if answer.said and answer.said == effect.words.strip()]
        for words in said:
            await record(tx, case.id, EntryKind.SEEKER_WROTE, actor=SEEKER, words=words)
        issue = facts_from(answer for answer in effect.given if answer.step != ABOUT).get("issue", "")
        corrected = case.issue != case.facts.get("issue")
        if issue in self.office.issues and not corrected and (issue != case.issue or ISSUE_ALSO in case.facts):
            case, is_raised = await self._known_better(tx, case, issue)
            await self._put(tx, case, conversation, said)
            if is_raised:
                case = await self.pressing.hasten(tx, case)
            if holding(await tx.referrals.of_case(case.id)) is None:
                await self.referrals.route(tx, case)

    async def _means_something_else(self, tx: Tx, case: Case, effect: TellDetails) -> bool:
        """A yes or no to a group's name is awaited, or a helper wrote after we had asked."""
        if not effect.words:
            return False
        if question_open(await tx.consents.of_case(case.id)):
            return True
        entries = await tx.cases.entries(case.id)
        return any(entry.kind is EntryKind.HELPER_WROTE and entry.at >= effect.since for entry in entries)

    async def _say(self, tx: Tx, conversation: Conversation, events: Sequence[Event]) -> None:
        language = self.notices.language(conversation)
        messages = self.office.voice.dialogue(conversation.channel, language, events, session=conversation.sessions)
        await queue_messages(tx, [(conversation.id, message) for message in messages], reply=True)

    async def _known_better(self, tx: Tx, case: Case, issue: str) -> tuple[Case, bool]:
        facts = {name: value for name, value in case.facts.items() if name != ISSUE_ALSO}
        facts["issue"] = issue
        if issue != case.issue:
            await record(tx, case.id, EntryKind.CORRECTED, actor=SEEKER, reason=f"issue:{issue}")
        return await self.pressing.judge(tx, replace(case, issue=issue, facts=facts))

    async def _put(self, tx: Tx, case: Case, conversation: Conversation, words: Sequence[str]) -> None:
        """Whoever has the case hears it; an offer to a partner that it does not fit is taken back."""
        referrals = await tx.referrals.of_case(case.id)
        if (held := holding(referrals)) is not None:
            label = self.office.voice.wording.say(
                self.office.issues[case.issue].text, self.notices.language(conversation)
            )
            await self.staff.tell_holder(tx, held, "member_seeker_wrote", code=held.code, words=[label, *words])
            return
        for referral in offered(referrals):
            if await self._misfits(tx, case, referral):
                await self.offers.withdraw(
                    tx, case, referral, WithdrawReason.SUPERSEDED, "member_closed_offer", actor=SEEKER
                )

    async def _misfits(self, tx: Tx, case: Case, referral: Referral) -> bool:
        facts = case_facts(case, await tx.consents.of_case(case.id), ())
        directory = await self.office.directory(tx)
        if referral.partner not in directory.partners:
            return False
        reasons = explain(facts, referral.partner, directory, await tx.partners.loads(), tx.now)
        return any(reason.code in _UNFIT for reason in reasons)
