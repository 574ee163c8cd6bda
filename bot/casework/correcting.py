"""Correcting what was answered, after it was sent: a list, one answer, and what is right in their own words.

Only as an answer to what they wrote just now, on a phone of their own. Whoever has the case is told; a place that is
surely known routes a case anew that nobody has taken. What is safe as contact is never guessed from words: until a
person has read them it is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.casework.consenting import Consenting
from bot.casework.facts import holding
from bot.casework.notices import Notices
from bot.casework.office import Office
from bot.casework.referrals import Referrals
from bot.casework.several import Several, is_any_quiet
from bot.casework.staff import Staff
from bot.casework.timeline import SEEKER, record
from flows.dialogue.conversation import Conversation, Pending
from flows.dialogue.definition import AnswerType, Step
from flows.routing.casebook import Case, CaseState, EntryKind
from flows.routing.codes import show_receipt
from flows.routing.referral import WithdrawReason
from storage import Tx

CONTACT = "contact"
_INTAKE = "intake"
_MOST = 8


@dataclass(frozen=True, slots=True)
class Correcting:
    office: Office
    notices: Notices
    staff: Staff
    referrals: Referrals
    consenting: Consenting
    several: Several

    async def show(self, tx: Tx, conversation: Conversation) -> None:
        """The answers one by one, and at the end the yes to sharing, if it stands."""
        case = await self._case(tx, conversation)
        if case is None:
            await self.notices.answer(tx, conversation, "status_quiet")
            return
        choices = [
            (self._said(conversation, step, case), f"answer.{at}") for at, step in enumerate(self._steps(case), start=1)
        ]
        if await tx.consents.granting(case.id) is not None:
            choices.append((self._words(conversation, "take_back"), f"answer.{len(choices) + 1}"))
        await self._wait(tx, conversation, Pending.CORRECT)
        await self.notices.answer(tx, conversation, "correct_which", case=case, choices=choices)

    async def pick(self, tx: Tx, conversation: Conversation, number: int) -> None:
        case = await self._case(tx, conversation)
        steps = self._steps(case) if case else ()
        if case is not None and 1 <= number <= len(steps):
            await self._wait(tx, conversation, Pending.RIGHT, aside=steps[number - 1].id)
            await self.notices.answer(tx, conversation, "correct_ask", case=case)
        elif case is not None and number == len(steps) + 1 and await tx.consents.granting(case.id) is not None:
            await self.consenting.withdraw(tx, case)
            await self.notices.answer(tx, conversation, "took_back", case=case)
        else:
            await self.show(tx, conversation)

    async def correct(self, tx: Tx, conversation: Conversation, step_id: str, words: str) -> None:
        case = await self._case(tx, conversation)
        step = next((each for each in self._steps(case) if each.id == step_id), None) if case else None
        if case is None or step is None:
            return
        region = self._region(step, words)
        facts = dict(case.facts)
        if step.fact == CONTACT:
            facts.pop(CONTACT, None)
        changed = replace(
            case,
            answers={**case.answers, step.id: words},
            facts={**facts, "region": region} if region else facts,
            region=region or case.region,
        )
        await tx.cases.save(changed)
        told = self._said(conversation, step, changed)
        await record(tx, case.id, EntryKind.CORRECTED, actor=SEEKER, reason=step.id, words=told)
        await self.notices.answer(tx, conversation, "corrected", case=changed)
        await self._tell(tx, changed, told, moved=region not in ("", case.region))

    async def _tell(self, tx: Tx, case: Case, told: str, *, moved: bool) -> None:
        """Whoever has it reads it; else it goes to others if the place is another, and a person looks at the rest."""
        if (held := holding(await tx.referrals.of_case(case.id))) is not None:
            await self.staff.tell_holder(tx, held, "member_seeker_corrected", code=held.code, words=[told])
        elif moved:
            await self.referrals.withdraw_offers(
                tx, case, WithdrawReason.SUPERSEDED, "member_closed_offer", actor=SEEKER
            )
            await self.referrals.route(tx, case)
        else:
            await self.staff.tell_coordinators(tx, "member_needs_look", receipt=show_receipt(case.receipt))

    async def _case(self, tx: Tx, conversation: Conversation) -> Case | None:
        """The one they wrote of last, unless others may read this phone."""
        cases = await self.several.open(tx, conversation)
        case = next((each for each in cases if each.id == conversation.case), None) or next(iter(cases), None)
        if case is None or case.state is CaseState.CLOSED or is_any_quiet(cases, conversation):
            return None
        return case

    def _steps(self, case: Case) -> Sequence[Step]:
        flow = self.office.voice.flows[_INTAKE]
        found = (flow.step(step_id) for step_id in case.answers)
        return [step for step in found if step and step.label and step.type is not AnswerType.CONSENT][:_MOST]

    def _said(self, conversation: Conversation, step: Step, case: Case) -> str:
        assert step.label is not None  # noqa: S101 - narrows the type; only such steps are listed
        label = self.office.voice.wording.say(step.label, self.notices.language(conversation))
        return f"{label}: {case.answers[step.id]}"

    def _words(self, conversation: Conversation, name: str) -> str:
        return self.office.voice.wording.say(self.notices.text(name, conversation), self.notices.language(conversation))

    def _region(self, step: Step, words: str) -> str:
        """Where a place is surely known."""
        if step.type is not AnswerType.PLACE:
            return ""
        found = self.office.places.find(words, countries=self.office.network.countries)
        return found[0].region if found and self.office.places.accepted(found) else ""

    async def _wait(self, tx: Tx, conversation: Conversation, pending: Pending, *, aside: str = "") -> None:
        fresh = await tx.conversations.get(conversation.id)
        await tx.conversations.save([replace(fresh, pending=pending, aside=aside)])
