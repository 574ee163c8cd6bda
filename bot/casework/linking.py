"""`/start CODE` and `JOIN CODE`: a member's phone is linked to them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.casework.drills import Drills
from bot.casework.notices import Notices
from bot.casework.staff import Staff
from flows.dialogue.conversation import Conversation
from flows.routing.casebook import Role
from storage import Tx

_WELCOMES = {Role.PARALEGAL: "member_welcome", Role.COORDINATOR: "member_welcome_on_call"}


@dataclass(frozen=True, slots=True)
class Linking:
    notices: Notices
    staff: Staff
    drills: Drills

    async def link(self, tx: Tx, conversation: Conversation, code: str) -> None:
        """A phone with a case of its own is not linked: one phone, one part. A wrong code changes nothing."""
        if conversation.case is not None:
            await self.notices.answer(tx, conversation, "link_own_case")
            return
        member = await tx.members.link(code, conversation.id)
        if member is None:
            await self.notices.answer(tx, conversation, "link_failed")
            return
        linked = replace(await tx.conversations.get(conversation.id), session=None, language=member.language)
        await tx.conversations.save([linked])
        await tx.audit.add("linked", actor=member.id, subject=conversation.id)
        name = _WELCOMES.get(member.role, "member_welcome_plain")
        await self.staff.answer(tx, member, linked, name, who=member.name)
        if self.drills.ringing.is_named(member):
            await self.drills.test(tx, member, linked)
