"""What members are told on their phones. An identity only by `briefing`, to whom the case is with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.casework.office import Office
from bot.casework.post import queue_messages
from flows.dialogue.conversation import Conversation
from flows.dialogue.session import Session, Shown
from flows.dialogue.text import Text
from flows.routing.casebook import Member, Referral, Role
from storage import Tx

Choices = Sequence[tuple[Text | str, str]]
MENU = "members"
"""Where a member's phone shows numbers for buttons, what they mean is kept as a dialogue keeps it: as last shown."""


class Staff:
    def __init__(self, office: Office) -> None:
        self._voice = office.voice

    def has_buttons(self, phone: Conversation) -> bool:
        return self._voice.limits[phone.channel].buttons

    def text(self, name: str, **values: str | Text) -> Text:
        return self._voice.phrase(name).filled(**values)

    async def phones(self, tx: Tx, member: Member) -> tuple[Conversation, ...]:
        """Those that take messages: with buttons first, then the newest link."""
        if member.suspended:
            return ()
        linked = [await tx.conversations.get(each) for each in member.conversations]
        reached = [phone for phone in linked if not phone.silenced and phone.channel in self._voice.limits]
        return tuple(sorted(reached, key=lambda phone: not self.has_buttons(phone)))

    async def say(
        self,
        tx: Tx,
        member: Member,
        phone: Conversation,
        texts: Sequence[Text | str],
        *,
        choices: Choices = (),
        replaces: str = "",
        reply: bool = False,
    ) -> str:
        """Returns the reference of the last message."""
        shown = choices if self.has_buttons(phone) or reply else ()
        messages = self._voice.messages(phone.channel, member.language, texts, choices=shown, replaces=replaces)
        return (await queue_messages(tx, [(phone.id, message) for message in messages], reply=reply))[-1]

    async def answer(
        self, tx: Tx, member: Member, phone: Conversation, name: str, *, choices: Choices = (), **values: str | Text
    ) -> None:
        """Replies to what they just sent. A number they send next means one of `choices`."""
        await self.say(tx, member, phone, [self.text(name, **values)], choices=choices, reply=True)
        if choices:
            shown = Session(flow=MENU, revision="", log=(Shown(name, tuple(data for _, data in choices)),))
            await tx.conversations.save([replace(await tx.conversations.get(phone.id), session=shown)])

    async def tell(self, tx: Tx, member: Member, name: str, **values: str | Text) -> bool:
        """On one phone. False: they have none that takes messages."""
        for phone in (await self.phones(tx, member))[:1]:
            await self.say(tx, member, phone, [self.text(name, **values)])
            return True
        return False

    async def tell_holder(
        self,
        tx: Tx,
        referral: Referral,
        name: str,
        *,
        words: Sequence[str] = (),
        **values: str | Text,
    ) -> bool:
        """Whom the case is with: who accepted it, and nobody else. Coordinators hear if they can not be told."""
        if referral.decided_by is None:
            return False
        member = await tx.members.get(referral.decided_by)
        for phone in (await self.phones(tx, member))[:1]:
            await self.say(tx, member, phone, [self.text(name, **values), *words])
            return True
        await self.tell_coordinators(tx, "member_phone_fails", who=member.name)
        return False

    async def tell_coordinators(self, tx: Tx, name: str, **values: str | Text) -> None:
        for member in await tx.members.list():
            if member.role is Role.COORDINATOR:
                await self.tell(tx, member, name, **values)
