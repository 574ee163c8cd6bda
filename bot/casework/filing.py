"""From an intake's answers to a case: opened, told with its code and our next message, and put to partners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.casework.briefing import Briefing
from bot.casework.consenting import OWN, TO_BE_ASKED
from bot.casework.details import Details
from bot.casework.due import OF_DRAFT, Due
from bot.casework.effects import CompleteCase, FileCase
from bot.casework.facts import (
    AGAIN,
    ASK_FIRST,
    ISSUE_ALSO,
    ISSUE_NOT_ASKED,
    WROTE_AGAIN,
    facts_from,
    holding,
    question_open,
    situation,
)
from bot.casework.notices import Notices
from bot.casework.office import Office
from bot.casework.oncall import OnCall
from bot.casework.promises import Promises
from bot.casework.referrals import Referrals
from bot.casework.safety import is_quiet, way_of
from bot.casework.silence import Silence
from bot.casework.stopping import PART_AFTER
from bot.casework.timeline import SEEKER, record
from flows.dialogue import engine, filed
from flows.dialogue.conversation import CaseId, Conversation, ConversationId
from flows.dialogue.definition import SKIPPED
from flows.dialogue.events import Consented, Given
from flows.dialogue.text import Text
from flows.dialogue.words import normalise
from flows.routing.casebook import Case, CaseState, EntryKind, Lane, PageKind
from flows.routing.codes import show_receipt
from flows.routing.referral import WithdrawReason
from flows.triage.urgency import Urgency
from storage import Tx
from storage.consents import SHARE, YES
from storage.errors import Vanished

CONTACT = "contact"
"""The fact that says how a person may be reached, and the purpose of the consent to it."""
_INTAKE = "intake"
UNFINISHED_AFTER = timedelta(hours=2)
_OPENINGS: Mapping[str, Lane] = {"danger": Lane.DANGER, "held": Lane.HELD}


@dataclass(frozen=True, slots=True)
class Filing:
    office: Office
    notices: Notices
    promises: Promises
    referrals: Referrals
    briefing: Briefing
    oncall: OnCall
    details: Details
    silence: Silence

    async def file(self, tx: Tx, conversation: Conversation, effect: FileCase) -> None:
        """The person sent it. They hear the code before anything else."""
        case = await self._finished(tx, conversation, effect.case, effect) if effect.case else None
        if case is None:
            case = await self._open(tx, conversation, effect.lane, effect.given, effect.first_words)
        await self._tell(tx, conversation, case, effect.ending)
        await self._hand_on(tx, conversation, case)
        await self.details.ask(tx, conversation.id, case)

    async def _open(
        self, tx: Tx, conversation: Conversation, lane: Lane, given: tuple[Given, ...], first_words: str
    ) -> Case:
        language = self.notices.language(conversation)
        facts = self._facts(lane, given)
        cases = await tx.cases.of_conversation(conversation.id)
        if any(tx.now - case.opened_at <= AGAIN for case in cases):
            facts[WROTE_AGAIN] = "yes"
        pressing, reasons = self.office.issues.rules.judge(
            situation(lane, _opening(given), facts, self.office.issues, tx.now)
        )
        case = await tx.cases.open(
            conversation.id,
            lane=lane,
            region=facts.get("region", ""),
            issue=facts["issue"],
            urgency=pressing,
            language=language,
            facts=facts,
            answers=self._answers(given, first_words, language),
        )
        await self._agreed_contact(tx, conversation, case, given)
        if facts.get("who") in FOR_OTHERS or lane is Lane.HELD:
            await tx.consents.record(
                conversation.id,
                case.id,
                purpose=OWN,
                answer=TO_BE_ASKED,
                wording="",
                scope="",
                language=language,
                channel=conversation.channel,
            )
        await tx.timers.set(Due.HANDS, conversation.id, tx.now + PART_AFTER)
        await record(tx, case.id, EntryKind.OPENED, actor=SEEKER, reason=",".join(str(each.code) for each in reasons))
        case = await self.promises.make(tx, await self._leave(tx, case))
        await self._call_for(tx, case)
        return case

    async def _agreed_contact(
        self, tx: Tx, conversation: Conversation, case: Case, given: tuple[Given, ...], *, before: str = ""
    ) -> None:
        """How they may be reached, as they answered it: a consent of its own. A number is never written down here."""
        answer = next((each for each in given if each.fact == CONTACT), None)
        step = self.office.voice.flows[_INTAKE].step(answer.step) if answer else None
        if answer is None or str(answer.value) == before:
            return
        shown = (step.line.quiet if conversation.shared else None) or step.line.live if step else None
        await tx.consents.record(
            conversation.id,
            case.id,
            purpose=CONTACT,
            answer=way_of(case.facts),
            wording=engine.wording_version(shown) if shown else "",
            scope="",
            language=case.language,
            channel=conversation.channel,
        )

    async def _call_for(self, tx: Tx, case: Case) -> None:
        """An emergency that no answer called a person for: what was told together makes it one."""
        if case.urgency != Urgency.EMERGENCY or case.lane in _OPENINGS.values():
            return
        began = tx.now - self.office.network.retention.drafts
        pages = await tx.pages.of_conversation(case.conversation)
        if not any(page.kind in (PageKind.DANGER, PageKind.HELD) and page.opened_at >= began for page in pages):
            await self.oncall.call(tx, case.conversation, PageKind.DANGER, case.id)

    async def _leave(self, tx: Tx, case: Case) -> Case:
        """The intake is over: what waited for it waits no more."""
        fresh = await tx.conversations.get(case.conversation)
        await tx.conversations.save([replace(fresh, case=case.id, session=None)])
        await self._stop_waiting(tx, case.conversation)
        return case

    def _facts(self, lane: Lane, given: tuple[Given, ...]) -> dict[str, str]:
        facts = facts_from(given)
        facts.setdefault("issue", ISSUE_NOT_ASKED[lane])
        if facts["issue"] not in self.office.issues:
            facts["issue"] = "other"
        if also := self.office.issues.may_be(facts["issue"]):
            facts[ISSUE_ALSO] = ",".join(also)
        return facts

    def _answers(self, given: tuple[Given, ...], first_words: str, language: str) -> dict[str, str]:
        answers = {answer.step: self._words(answer, language) for answer in given if answer.value != SKIPPED}
        return {**answers, **({"first_words": first_words} if first_words else {})}

    def _words(self, answer: Given, language: str) -> str:
        """As a helper reads it: what was chosen, and what was said beyond it."""
        shown = "; ".join(self._shown(each, language) for each in answer.shown)
        said = normalise(answer.said)
        told = normalise(shown), *(normalise(each) for each in answer.shown if isinstance(each, str))
        return shown if any(said in each for each in told) else f"{shown}: {answer.said}"

    def _shown(self, value: Text | str, language: str) -> str:
        wording = self.office.voice.wording
        if isinstance(value, Text):
            return wording.say(value, language)
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        return wording.day(day, language) if value == day.isoformat() else value

    async def _tell(self, tx: Tx, conversation: Conversation, case: Case, ending: Text) -> None:
        """With the flow's own ending, unless that promises a text to someone whom we may not write to."""
        if case.promised_at is None and "{deadline}" in ending.source:
            ending = self.office.voice.phrase("sent_no_date")
        by = case.promised_at
        text = ending.filled(
            receipt=show_receipt(case.receipt),
            deadline=self.office.voice.moment(by, self.notices.language(conversation)) if by else "",
        )
        await self.notices.send(tx, conversation, [text], reply=True)

    async def _hand_on(self, tx: Tx, conversation: Conversation, case: Case) -> None:
        """To partners, and to whoever was called before there was a case."""
        for wish in await self.referrals.unmet(tx, case):
            if not is_quiet(case, conversation):
                await self.notices.answer(tx, conversation, wish.code, case=case)
        case = await self.referrals.route(tx, case)
        if case.state is CaseState.UNSERVED:
            name = "notice_no_cover" if case.promised_at else "notice_no_cover_no_date"
            await self.notices.answer(tx, conversation, name, case=case, by=case.promised_at)
        if case.promised_at is None:
            await self.referrals.ask_again(tx, case, conversation)
        await self.oncall.learned(tx, conversation.id)

    # ---- drafts

    async def draft_begun(self, tx: Tx, conversation: Conversation) -> None:
        await tx.timers.set(Due.DRAFT, conversation.id, tx.now + self.office.network.retention.drafts)

    async def keep_nothing(self, tx: Tx, conversation: Conversation) -> None:
        """The turn has dropped the draft; nothing waits for it any more."""
        await self._stop_waiting(tx, conversation.id)

    async def _stop_waiting(self, tx: Tx, conversation: ConversationId) -> None:
        for clock in OF_DRAFT:
            await tx.timers.cancel(clock, conversation)

    async def draft_old(self, tx: Tx, subject: str, note: str) -> None:
        """A draft goes when its time has passed since the last message."""
        conversation = await self._draft(tx, subject)
        if conversation is None:
            return
        lasts = self.office.network.retention.drafts
        wrote = conversation.received_at or tx.now - lasts
        if tx.now - wrote < lasts:
            await tx.timers.set(Due.DRAFT, conversation.id, wrote + lasts)
            return
        await tx.conversations.save([replace(conversation, session=None)])
        await self._stop_waiting(tx, conversation.id)
        await tx.audit.add("draft_dropped", actor="system", subject=conversation.id)

    async def consented(self, tx: Tx, conversation: Conversation, consent: Consented) -> None:
        """One row for each answer. `ask first` is a yes that reaches less far; an emergency's yes is for this one."""
        sharing = consent.purpose in SCOPES
        await tx.consents.record(
            conversation.id,
            filed.case_of(conversation.draft),
            purpose=SHARE if sharing else consent.purpose,
            answer=YES if consent.value == ASK_FIRST else consent.value,
            wording=consent.wording,
            scope=ASK_FIRST if consent.value == ASK_FIRST else SCOPES.get(consent.purpose, ""),
            language=self.notices.language(conversation),
            channel=conversation.channel,
        )
        if consent.value in (YES, ASK_FIRST):
            await tx.timers.set(Due.UNFINISHED, conversation.id, tx.now + UNFINISHED_AFTER)
            await self.silence.begin(tx, conversation)

    async def unfinished(self, tx: Tx, subject: str, note: str) -> None:
        """Two hours of silence after consent, place and issue: the case is filed as it is, and the intake goes on in it
        if they come back. Someone in danger or held has been handed to a person long before."""
        conversation = await self._draft(tx, subject)
        if conversation is None or conversation.draft is None or filed.case_of(conversation.draft) is not None:
            return
        if any(answer.value in _OPENINGS for answer in self.briefing.told(conversation)):
            return
        silent_at = (conversation.received_at or tx.now) + UNFINISHED_AFTER
        given = self.briefing.draft(conversation)
        if silent_at > tx.now or not _is_enough(given):
            again_at = silent_at if silent_at > tx.now else tx.now + UNFINISHED_AFTER
            await tx.timers.set(Due.UNFINISHED, conversation.id, again_at)
            return
        lane = Lane.QUIET if conversation.shared else Lane.NORMAL
        case = await self._open(tx, conversation, lane, given, engine.first_words(conversation.draft))
        await record(tx, case.id, EntryKind.CORRECTED, reason="unfinished")
        case = await self.referrals.route(tx, case)
        if question_open(await tx.consents.of_case(case.id)) is None:
            goes_on = filed.mark(conversation.draft, case.id, show_receipt(case.receipt))
            fresh = await tx.conversations.get(conversation.id)
            await tx.conversations.save([replace(fresh, session=goes_on)])
            wrote = conversation.received_at or tx.now
            await tx.timers.set(Due.DRAFT, conversation.id, wrote + self.office.network.retention.drafts)
        await self.notices.start(tx, case, "notice_unfinished", by=case.promised_at)

    async def complete(self, tx: Tx, conversation: Conversation, effect: CompleteCase) -> Case | None:
        """They came back and went on: what they say now counts. It may make the case more pressing, never less. None:
        the case is over."""
        try:
            case = await tx.cases.lock(effect.case)
        except Vanished:
            return None
        if case.state is CaseState.CLOSED:
            return None
        kept = {name: case.facts[name] for name in (WROTE_AGAIN, "heard") if name in case.facts}
        facts = {**kept, **self._facts(effect.lane, effect.given)}
        now_pressing, _ = self.office.issues.rules.judge(
            situation(effect.lane, _opening(effect.given), facts, self.office.issues, tx.now)
        )
        told = replace(
            case,
            lane=effect.lane,
            region=facts.get("region", case.region),
            issue=facts["issue"] if case.facts.get("issue") != facts["issue"] else case.issue,
            urgency=min(now_pressing, Urgency(case.urgency), key=tuple(Urgency).index),
            language=self.notices.language(conversation),
            facts=facts,
            answers=self._answers(effect.given, effect.first_words, self.notices.language(conversation)),
        )
        if told == case:
            return case
        await tx.cases.save(told)
        await self._agreed_contact(tx, conversation, told, effect.given, before=case.facts.get(CONTACT, ""))
        await record(tx, case.id, EntryKind.CORRECTED, actor=SEEKER, reason="completed")
        if _as_matched(told) != _as_matched(case) and holding(await tx.referrals.of_case(case.id)) is None:
            await self.referrals.withdraw_offers(
                tx, told, WithdrawReason.SUPERSEDED, "member_closed_offer", actor=SEEKER
            )
            told = await self.referrals.route(tx, told)
        return told

    async def _finished(self, tx: Tx, conversation: Conversation, case: CaseId, effect: FileCase) -> Case | None:
        whole = CompleteCase(case=case, lane=effect.lane, given=effect.given, first_words=effect.first_words)
        known = await self.complete(tx, conversation, whole)
        if known is None:
            return None
        await self._leave(tx, known)
        waits = holding(await tx.referrals.of_case(known.id)) is None
        return await self.promises.make(tx, known) if waits else known

    async def _draft(self, tx: Tx, subject: str) -> Conversation | None:
        """The conversation, locked, while its intake still runs."""
        try:
            found = (await tx.conversations.lock([ConversationId(subject)])).get(ConversationId(subject))
        except Vanished:
            return None
        return found if found is not None and found.draft is not None else None


FOR_OTHERS = frozenset({"child", "other", "group"})
"""For whom somebody else wrote: the helper asks them first."""

SCOPES: Mapping[str, str] = {"share_without_name": "without_name", "emergency": "emergency"}
"""Purposes of the intake that let a case be shown, and how far each reaches."""


def _opening(given: tuple[Given, ...]) -> str:
    return next((str(answer.value) for answer in given if answer.step == "opening"), "")


def _as_matched(case: Case) -> tuple[object, ...]:
    """What partners are chosen by."""
    facts = (case.facts.get(name, "") for name in ("other_side", "helper", "who"))
    return (case.lane, case.region, case.issue, case.urgency, case.language, *facts)


def _is_enough(given: tuple[Given, ...]) -> bool:
    facts = facts_from(given)
    return "region" in facts and "issue" in facts
