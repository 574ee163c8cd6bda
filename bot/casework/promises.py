"""Our own next message to a person, promised with a time and kept also when there is no news."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.casework.due import Due
from bot.casework.facts import question_open
from bot.casework.notices import Notices
from bot.casework.office import Office
from bot.casework.safety import may_start
from flows.dialogue.conversation import CaseId, Conversation
from flows.routing.casebook import Case, CaseState
from flows.routing.hours import ALWAYS, OFFICE, due
from flows.triage.urgency import Urgency
from storage import Tx
from storage.errors import Vanished

_LONGEST = {Urgency.EMERGENCY: timedelta(hours=4), Urgency.URGENT: timedelta(days=1)}
"""To whom we write day and night, and the longest we are silent to them."""
_AT_FIRST = 3
_SLOWEST = 8
"""So many promises without news follow closely; with each after them we wait twice as long, up to so many times."""
_WAITING = frozenset({CaseState.OPEN, CaseState.OFFERED, CaseState.UNSERVED})
_QUARTER = timedelta(minutes=15)
_MARGIN = timedelta(minutes=5)
"""So much before the promised time the message goes out, at least."""


@dataclass(frozen=True, slots=True)
class Promises:
    office: Office
    notices: Notices

    async def make(self, tx: Tx, case: Case, *, kept: int = 0) -> Case:
        """Sets when we write next and the clock that sees to it; no promise to whom we may not write. The case is
        stored. kept: how many promises in a row were kept without news."""
        if not may_start(case, await tx.conversations.get(case.conversation)):
            return await self.drop(tx, case)
        writes_at = self._next(Urgency(case.urgency), tx.now, kept)
        promised = replace(case, promised_at=_told(writes_at))
        await tx.cases.save(promised)
        await tx.timers.set(Due.PROMISE, case.id, writes_at, note=str(kept))
        return promised

    async def drop(self, tx: Tx, case: Case) -> Case:
        await tx.timers.cancel(Due.PROMISE, case.id)
        unpromised = replace(case, promised_at=None)
        await tx.cases.save(unpromised)
        return unpromised

    async def keep(self, tx: Tx, subject: str, note: str) -> None:
        """The time has come: says how it stands and when we write again."""
        try:
            case = await tx.cases.lock(CaseId(subject))
        except Vanished:
            return
        if case.state not in _WAITING:
            return
        case = await self.make(tx, case, kept=int(note or 0) + 1)
        name = await self._news(tx, case)
        await self.notices.start(tx, case, name, by=case.promised_at)

    async def resume(self, tx: Tx, conversation: Conversation) -> None:
        """They had paused or stopped us, and write again: a promise that lapsed meanwhile is made anew. One that waits
        still holds."""
        for case in await tx.cases.of_conversation(conversation.id):
            if case.state in _WAITING and case.promised_at is None:
                await self.make(tx, await tx.cases.lock(case.id))

    async def _news(self, tx: Tx, case: Case) -> str:
        if question_open(await tx.consents.of_case(case.id)):
            return "notice_question_waits"
        if case.state is CaseState.UNSERVED:
            return "notice_no_cover"
        if case.urgency == Urgency.EMERGENCY and not await self._has_a_person(tx, case):
            return "notice_emergency"
        return "notice_looking"

    async def _has_a_person(self, tx: Tx, case: Case) -> bool:
        """Whether someone on duty has answered for them: then it would not be true that nobody has."""
        pages = await tx.pages.of_conversation(case.conversation)
        return any(page.acknowledged_by and page.case in (None, case.id) for page in pages)

    def next_told(self, case: Case, now: datetime) -> datetime:
        """What `make` would promise now."""
        return _told(self._next(Urgency(case.urgency), now))

    def _next(self, urgency: Urgency, now: datetime, kept: int = 0) -> datetime:
        """To people who can wait we write by day, in the network's time. To the others day and night: but a phone that
        says every quarter of an hour that there is no news wakes, frightens and gives away who holds it."""
        network = self.office.network
        wait = network.deadlines.offer[urgency]
        if urgency not in _LONGEST:
            return due(now, wait, OFFICE, network.timezone)
        soonest = due(now, wait, ALWAYS, network.timezone)
        slower = (soonest - now) * (1 << min(_SLOWEST, max(0, kept - _AT_FIRST)))
        return max(soonest, now + min(slower, _LONGEST[urgency]))


def _told(writes_at: datetime) -> datetime:
    """A time that is easy to say, a little after we mean to write."""
    at = writes_at.astimezone(UTC) + _MARGIN
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at - past + _QUARTER if past else at
