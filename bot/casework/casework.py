"""Casework as the pipeline, the desk and the commands see it. Everything runs inside a transaction it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from bot.casework.briefing import Briefing
from bot.casework.consenting import Consenting
from bot.casework.correcting import Correcting
from bot.casework.deciding import Deciding
from bot.casework.desk import Desk
from bot.casework.details import Details
from bot.casework.drills import Drills
from bot.casework.due import Due
from bot.casework.effects import (
    AddToCase,
    Alarmed,
    CallPerson,
    CompleteCase,
    CorrectAnswer,
    DraftBegun,
    Effect,
    Erase,
    FileCase,
    KeepNothing,
    LanguageChanged,
    Learned,
    LinkMember,
    OptedOutNow,
    OptedOutWrote,
    PickAnswer,
    PickCase,
    RecordConsent,
    Resumed,
    ShowAnswers,
    TellDetails,
    TellStatus,
)
from bot.casework.erasing import Erasing
from bot.casework.filing import Filing
from bot.casework.linking import Linking
from bot.casework.members import Members
from bot.casework.notices import Notices
from bot.casework.offers import Offers
from bot.casework.office import Office
from bot.casework.oncall import OnCall
from bot.casework.orders import Orders
from bot.casework.pressing import Pressing
from bot.casework.progress import Progress
from bot.casework.promises import Promises
from bot.casework.referrals import Referrals
from bot.casework.relay import Relay
from bot.casework.ringing import Ringing
from bot.casework.several import Several
from bot.casework.silence import Silence
from bot.casework.staff import Staff
from bot.casework.status import Status
from bot.casework.stopping import Stopping
from bot.casework.voice import Voice
from bot.casework.waiting import Waiting
from bot.channels.base import Inbound, Outgoing
from flows.dialogue.conversation import CaseId, Conversation, ConversationId
from flows.dialogue.text import Text
from flows.places.index import PlaceIndex
from flows.routing.casebook import Case, Member, Page, PartnerId
from flows.routing.directory import Directory
from flows.routing.drills import Drill, DrillKind
from flows.routing.network import Network
from flows.triage.issues import IssueTree
from storage import Tx

Handler = Callable[[Tx, str, str], Awaitable[None]]


class Casework:
    """`timers`: kind of timer -> what is done when one is due, given (tx, subject, note)."""

    def __init__(self, *, network: Network, issues: IssueTree, places: PlaceIndex, voice: Voice) -> None:
        self._office = office = Office(network=network, issues=issues, places=places, voice=voice)
        self._notices = notices = Notices(office)
        staff = Staff(office)
        offers = Offers(office, staff)
        self._promises = promises = Promises(office, notices)
        self._briefing = briefing = Briefing(office, staff, offers)
        ringing = Ringing(office, staff)
        self._drills = drills = Drills(staff, ringing)
        waiting = Waiting(office, notices, briefing)
        self._oncall = OnCall(staff, briefing, ringing, drills, waiting)
        referrals = Referrals(office, notices, staff, offers, promises)
        deciding = Deciding(office, notices, staff, offers, referrals, promises, briefing)
        progress = Progress(office, notices, staff, offers, referrals, self._oncall)
        several = Several(notices)
        self._relay = Relay(office, notices, staff, referrals, several)
        self._pressing = pressing = Pressing(office, staff, offers, referrals, promises, self._oncall, several)
        self._details = details = Details(office, notices, staff, offers, referrals, self._relay, pressing)
        silence = Silence(office, notices, briefing)
        self._filing = Filing(office, notices, promises, referrals, briefing, self._oncall, details, silence)
        self._status = Status(office, notices, referrals, self._relay, several)
        self._consenting = Consenting(offers, referrals, staff)
        self._correcting = Correcting(office, notices, staff, referrals, self._consenting, several)
        self._erasing = Erasing(notices, offers)
        self._linking = Linking(notices, staff, drills)
        self._stopping = Stopping(notices, staff, self._oncall, several)
        self._members = Members(offers, referrals)
        self._desk = Desk(office, notices, staff, offers, promises, referrals)
        self._orders = Orders(staff, offers, deciding, progress, self._relay, self._oncall, self._linking)
        self.timers: Mapping[str, Handler] = {
            Due.OFFER: deciding.expire,
            Due.CONTACT: progress.missed,
            Due.PROMISE: promises.keep,
            Due.RE_OFFER: referrals.look_again,
            Due.PAGE: self._oncall.again,
            Due.UNANSWERED: waiting.unanswered,
            Due.DRILL: drills.again,
            Due.TEST: drills.test_due,
            Due.SILENCE: self._oncall.went_silent,
            Due.UNFINISHED: self._filing.unfinished,
            Due.REMIND: silence.remind,
            Due.DRAFT: self._filing.draft_old,
            Due.CLOSED: self._erasing.kept_long_enough,
            Due.HANDS: self._stopping.silent_long,
        }

    # ---- for the pipeline

    async def apply(  # noqa: C901 - one case for each effect
        self, tx: Tx, conversation: Conversation, effect: Effect
    ) -> None:
        """`conversation` is as the turn left it, and stored; what is changed of it here is read anew first."""
        match effect:
            case CallPerson(kind):
                about = conversation.case if conversation.draft is None else None
                await self._oncall.call(tx, conversation.id, kind, about)
            case Alarmed(said):
                await self._pressing.words(tx, conversation, said)
            case Resumed():
                await self._promises.resume(tx, conversation)
            case Learned():
                await self._oncall.learned(tx, conversation.id)
            case RecordConsent(consent):
                await self._filing.consented(tx, conversation, consent)
            case FileCase():
                await self._filing.file(tx, conversation, effect)
            case DraftBegun():
                await self._filing.draft_begun(tx, conversation)
            case CompleteCase():
                await self._filing.complete(tx, conversation, effect)
            case KeepNothing(filed):
                await self._filing.keep_nothing(tx, conversation)
                await self._erasing.take_back(tx, conversation.id, filed)
            case TellStatus(clean):
                await self._status.tell(tx, _seen(conversation, clean=clean))
            case AddToCase(words, clean):
                await self._relay.seeker_wrote(tx, _seen(conversation, clean=clean), words)
            case TellDetails():
                await self._details.told(tx, conversation, effect)
            case PickCase(number):
                await self._relay.picked(tx, conversation, number)
            case ShowAnswers():
                await self._correcting.show(tx, conversation)
            case PickAnswer(number):
                await self._correcting.pick(tx, conversation, number)
            case CorrectAnswer(step, words):
                await self._correcting.correct(tx, conversation, step, words)
            case LanguageChanged(language):
                await self._relay.language_changed(tx, conversation, language)
            case Erase():
                await self._erasing.erase(tx, conversation)
            case OptedOutNow():
                await self._stopping.opted_out(tx, conversation)
            case OptedOutWrote(words):
                await self._stopping.wrote_again(tx, conversation, words)
            case LinkMember(code):
                await self._linking.link(tx, conversation, code)
            case _:
                assert_never(effect)

    async def withdraw_consent(self, tx: Tx, case: Case) -> Case:
        """The person takes sharing back and keeps the case."""
        return await self._consenting.withdraw(tx, case)

    async def member_wrote(self, tx: Tx, conversation: Conversation, message: Inbound) -> None:
        """Everything about a linked member's message, storing the conversation included."""
        await self._orders.take(tx, conversation, message)

    async def was_away(self, tx: Tx, conversation: Conversation, *, late: bool) -> None:
        """Before what they wrote while we were away is answered."""
        if not conversation.silenced and conversation.member is None:
            await self._notices.answer(tx, replace(conversation, shared=conversation.shared or late), "notice_away")

    async def quarantined(self, tx: Tx, conversation: Conversation) -> None:
        await self._stopping.quarantined(tx, conversation)

    async def delivery_failed(self, tx: Tx, conversation: ConversationId, code: str) -> None:
        await self._stopping.delivery_failed(tx, conversation, code)

    # ---- for the desk; each raises CaseworkRefused

    async def take(self, tx: Tx, case: CaseId, member: Member) -> None:
        await self._desk.take(tx, case, member)

    async def offer_to(self, tx: Tx, case: CaseId, partner: PartnerId, member: Member, reason: str) -> None:
        await self._desk.offer_to(tx, case, partner, member, reason)

    async def correct(
        self,
        tx: Tx,
        case: CaseId,
        member: Member,
        *,
        region: str | None = None,
        issue: str | None = None,
        urgency: str | None = None,
        reason: str = "",
    ) -> None:
        await self._desk.correct(tx, case, member, region=region, issue=issue, urgency=urgency, reason=reason)

    async def notice(self, tx: Tx, case: CaseId, member: Member, name: str) -> None:
        await self._desk.notice(tx, case, member, name)

    async def preview(self, tx: Tx, case: CaseId, member: Member, name: str) -> tuple[Outgoing, ...]:
        return await self._desk.preview(tx, case, member, name)

    async def close(self, tx: Tx, case: CaseId, member: Member, reason: str) -> None:
        await self._desk.close(tx, case, member, reason)

    async def acknowledge(self, tx: Tx, page: Page, member: Member) -> bool:
        """`I have it` at the desk. False: someone else was faster, or this member is not called."""
        return self._oncall.may_take(member) and await self._oncall.acknowledge(tx, page, member)

    async def close_call(self, tx: Tx, page: Page, member: Member, reason: str) -> None:
        """A person has dealt with it; a draft that was never sent goes."""
        self._desk.may_close_call(member)
        await self._oncall.close(tx, page, member, reason)

    async def directory(self, tx: Tx) -> Directory:
        """The partners as matching sees them."""
        return await self._office.directory(tx)

    async def contact(self, tx: Tx, case: Case) -> tuple[Text, ...]:
        """How the person may be reached, line by line."""
        return self._briefing.safe_contact(case, await tx.conversations.get(case.conversation))

    def signs(self, tx: Tx, case: Case) -> tuple[Text, ...]:
        """What whoever helps must know before the first word, the clock of a detention among it."""
        return self._briefing.signs(case, tx.now - case.opened_at)

    async def call_facts(self, tx: Tx, page: Page, member: Member) -> tuple[Text | str, ...]:
        """What is safe to know of a call: why, language, place, how contact is safe; never an answer of a draft."""
        return await self._briefing.of_page(tx, page, member)

    # ---- for the commands

    async def drill(self, tx: Tx, kind: DrillKind) -> tuple[Drill, bool, Sequence[Member]]:
        """The drill that runs now, whether it has just begun, and whom it calls first."""
        return await self._drills.begin(tx, kind)

    async def test_phones(self, tx: Tx) -> Sequence[tuple[Member, int]]:
        """Asks every phone of the rota to answer; how many of each member."""
        return await self._drills.test_all(tx)

    async def suspend(self, tx: Tx, member: Member) -> None:
        await self._members.suspend(tx, member)

    async def erase(self, tx: Tx, case: Case) -> None:
        await self._erasing.erase_case(tx, case, actor="operator")


def _seen(conversation: Conversation, *, clean: bool) -> Conversation:
    """As this one answer treats the phone: like a shared one where nothing of before may be shown."""
    return replace(conversation, shared=True) if clean else conversation
