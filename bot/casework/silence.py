"""Someone agreed and then stopped in the middle: a few quiet words, in daylight, or nothing.

A reminder belongs to one place of one session: when the session has moved on, it is void and begins to wait anew. What
a person did not say is not safe, so a question about the phone or about contact that still waits forbids it too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.casework.briefing import Briefing
from bot.casework.due import Due
from bot.casework.facts import ASK_FIRST, facts_from
from bot.casework.notices import Notices
from bot.casework.office import Office
from bot.casework.safety import TEXTS, Way, daylight, way_of
from flows.dialogue.conversation import Conversation, ConversationId
from flows.dialogue.definition import AnswerType, Flow
from flows.dialogue.events import Given
from flows.dialogue.position import fold, position
from flows.routing.casebook import PageKind
from flows.routing.hours import next_open
from storage import Tx
from storage.consents import YES
from storage.errors import Vanished

WAITS = timedelta(minutes=30)
"""A reminder that can not go out for so long is not sent; hours end so much earlier for it."""
_ABOUT_THE_PHONE = frozenset({"phone", "contact", "contact_time"})
_PRESSING = frozenset({"danger", "held", "cant_say"})
_DANGER = frozenset({PageKind.DANGER, PageKind.HELD})


@dataclass(frozen=True, slots=True)
class Silence:
    office: Office
    notices: Notices
    briefing: Briefing

    async def begin(self, tx: Tx, conversation: Conversation) -> None:
        """They agreed just now: from here on the intake may be asked about."""
        await self._wait(tx, conversation, 0)

    async def remind(self, tx: Tx, subject: str, note: str) -> None:
        """The time has come. Sends it, or waits for daylight, for the session that moved on, or not at all."""
        try:
            locked = await tx.conversations.lock([ConversationId(subject)])
        except Vanished:
            return
        conversation = locked.get(ConversationId(subject))
        if conversation is None or conversation.session is None:
            return
        number, place = _read(note)
        if place != _place(conversation):
            await self._wait(tx, conversation, 0)
            return
        given = self.briefing.draft(conversation)
        flow = self._flow(conversation)
        if flow is None or number >= len(flow.silence) or not await self._may_remind(tx, conversation, flow, given):
            return
        at = self._hour(given, tx.now)
        if at > tx.now:
            await self._set(tx, conversation, number, at)
            return
        text = self.office.voice.phrase(flow.silence[number].phrase, quiet=True)
        await self.notices.send(tx, conversation, [text], expires_at=tx.now + WAITS)
        await tx.audit.add("reminded", actor="system", subject=conversation.id, reason=flow.silence[number].phrase)
        await self._wait(tx, conversation, number + 1)

    async def _wait(self, tx: Tx, conversation: Conversation, number: int) -> None:
        flow = self._flow(conversation)
        if flow is None or number >= len(flow.silence):
            return
        wrote = conversation.received_at or tx.now
        after = max(wrote + flow.silence[number].after, tx.now)
        await self._set(tx, conversation, number, self._hour(self.briefing.draft(conversation), after))

    async def _set(self, tx: Tx, conversation: Conversation, number: int, at: datetime) -> None:
        """Never for a time when the draft will be gone."""
        wrote = conversation.received_at or tx.now
        if at < wrote + self.office.network.retention.drafts:
            await tx.timers.set(Due.REMIND, conversation.id, at, f"{number}.{_place(conversation)}")

    def _hour(self, given: tuple[Given, ...], at: datetime) -> datetime:
        """The first moment from then on that is good for them, by day, where they live."""
        return next_open(daylight(facts_from(given), ends_earlier=WAITS), self.office.network.timezone, at)

    def _flow(self, conversation: Conversation) -> Flow | None:
        session = conversation.session
        return self.office.voice.flows.flows.get(session.flow) if session else None

    async def _may_remind(self, tx: Tx, conversation: Conversation, flow: Flow, given: tuple[Given, ...]) -> bool:
        if conversation.silenced or conversation.shared or conversation.paused or conversation.case is not None:
            return False
        if not _agreed(flow, given) or any(answer.value in _PRESSING for answer in self.briefing.told(conversation)):
            return False
        if way_of(facts_from(given)) not in (*TEXTS, Way.UNKNOWN):
            return False
        waiting = position(flow, fold(flow, conversation.session)).step if conversation.session else None
        if waiting is None or not waiting.asks or waiting.fact in _ABOUT_THE_PHONE:
            return False
        return not any(page.kind in _DANGER for page in await tx.pages.of_conversation(conversation.id))


def _place(conversation: Conversation) -> str:
    """Which session, and how far it has come."""
    return f"{conversation.sessions}.{len(conversation.session.log) if conversation.session else 0}"


def _read(note: str) -> tuple[int, str]:
    number, _, place = note.partition(".")
    return int(number), place


def _agreed(flow: Flow, given: tuple[Given, ...]) -> bool:
    """Whether a consent that counts now is a yes."""
    consents = {step.id for step in flow.steps if step.type is AnswerType.CONSENT}
    return any(answer.step in consents and answer.value in (YES, ASK_FIRST) for answer in given)
