"""Calls that are not real: a drill of the whole rota, and the test page that each phone of it answers once a month.

No case, page, gap or entry comes of them; the audit says `drill`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.casework.due import Due
from bot.casework.ringing import Ringing
from bot.casework.staff import Staff
from flows.dialogue.conversation import Conversation, ConversationId
from flows.routing.casebook import Member, PageKind
from flows.routing.drills import Drill, DrillId, DrillKind
from storage import Tx

OVER_AFTER = timedelta(hours=1)
"""A drill that nobody answered ends; by then everyone was called for half an hour."""
ANSWER_HOLDS = timedelta(days=30)
"""So long after its last answer a phone counts as one that can be called."""
ASK_AGAIN_AFTER = timedelta(days=27)
ASK_DAILY = timedelta(days=1)
MOST_ASKED = 7


@dataclass(frozen=True, slots=True)
class Drills:
    staff: Staff
    ringing: Ringing

    # ---- the whole rota

    async def begin(self, tx: Tx, kind: DrillKind) -> tuple[Drill, bool, Sequence[Member]]:
        """The drill, whether it is new (one runs at a time), and who is called now."""
        drill, is_new = await tx.drills.open(kind)
        if not is_new:
            return drill, False, ()
        await tx.audit.add("drill", actor="system", subject=drill.id, reason=kind)
        return drill, True, await self._ring(tx, drill)

    async def again(self, tx: Tx, subject: str, note: str) -> None:
        drill = await tx.drills.get(DrillId(subject))
        if drill is None:
            return
        if tx.now - drill.opened_at < OVER_AFTER:
            if await tx.drills.escalate(drill.id):
                await self._ring(tx, drill)
        elif await tx.drills.end(drill.id):
            await tx.audit.add("drill_unanswered", actor="system", subject=drill.id, reason=drill.kind)
            for member in (await self.ringing.reached(tx)).values():
                await self.staff.tell(tx, member, "member_drill_over", code=drill.code)

    async def _ring(self, tx: Tx, drill: Drill) -> Sequence[Member]:
        again_at = self.ringing.again_at(drill.opened_at, tx.now, PageKind(drill.kind))
        if again_at is not None:
            await tx.timers.set(Due.DRILL, drill.id, min(again_at, drill.opened_at + OVER_AFTER))
        return await self.ringing.ring(tx, "member_drill", drill.code, opened_at=drill.opened_at)

    # ---- one phone

    async def test(self, tx: Tx, member: Member, phone: Conversation, *, asked: int = 1) -> None:
        """Asks this phone to answer, and again each day for a week."""
        drill, _ = await tx.drills.open(DrillKind.TEST, phone.id)
        choices = ((self.staff.text("member_test_ok"), f"OK {drill.code}"),)
        await self.staff.say(tx, member, phone, [self.staff.text("member_test", code=drill.code)], choices=choices)
        await tx.audit.add("drill", actor="system", subject=phone.id, reason=drill.kind)
        if asked < MOST_ASKED:
            await tx.timers.set(Due.TEST, phone.id, tx.now + ASK_DAILY, str(asked + 1))

    async def test_due(self, tx: Tx, subject: str, note: str) -> None:
        phone_id = ConversationId(subject)
        member = await tx.members.by_conversation(phone_id)
        if member is None or not self.ringing.is_named(member):
            return
        for phone in await self.staff.phones(tx, member):
            if phone.id == phone_id:
                await self.test(tx, member, phone, asked=int(note or 1))

    async def test_all(self, tx: Tx) -> Sequence[tuple[Member, int]]:
        """Every phone of the rota at once; how many of each."""
        asked = []
        for member in (await self.ringing.reached(tx)).values():
            phones = await self.staff.phones(tx, member)
            for phone in phones:
                await self.test(tx, member, phone)
            asked.append((member, len(phones)))
        return asked

    # ---- answers

    async def got(self, tx: Tx, member: Member, phone: Conversation, code: str) -> bool:
        """`GOT CODE` or `OK CODE`. False: it names no drill that this phone was asked to answer."""
        drill = await tx.drills.by_code(code)
        if drill is None or not (self.ringing.is_named(member) if drill.phone is None else drill.phone == phone.id):
            return False
        if not await tx.drills.end(drill.id, member.id):
            return False
        await tx.audit.add("drill_answered", actor=member.id, subject=drill.phone or drill.id, reason=drill.kind)
        await self.proven(tx, member, phone)
        if drill.phone is not None:
            await self.staff.answer(tx, member, phone, "member_test_done")
            return True
        await tx.timers.cancel(Due.DRILL, drill.id)
        await self.ringing.tell_others(tx, member, "member_drill_taken", opened_at=drill.opened_at, code=drill.code)
        why = self.staff.text(f"page_{drill.kind}")
        if self.staff.has_buttons(phone):
            lines = [
                self.staff.text("member_drill_yours", code=drill.code),
                self.staff.text("member_page_kind", kind=why),
            ]
            await self.staff.say(tx, member, phone, lines, reply=True)
        else:
            await self.staff.answer(tx, member, phone, "member_drill_yours", code=drill.code)
        return True

    async def proven(self, tx: Tx, member: Member, phone: Conversation) -> None:
        """It answered, so it can be called; it is asked again before that is too long ago."""
        if self.ringing.is_named(member):
            await tx.members.answered(phone.id)
            await tx.timers.set(Due.TEST, phone.id, tx.now + ASK_AGAIN_AFTER)
