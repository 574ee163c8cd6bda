"""Members, the phones linked to them, and the short-lived secrets by which they link, sign in and stay signed in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, true, update

from flows.dialogue.conversation import ConversationId, MemberId
from flows.routing.casebook import Member, PartnerId, Role
from flows.routing.codes import new_receipt, parse_receipt
from storage.errors import NameTaken, Vanished
from storage.ids import new_token
from storage.tables import conversations, links, members, tokens
from storage.unit import AnyRow, Unit

INVITE_LASTS = timedelta(hours=48)
SIGN_IN_LASTS = timedelta(minutes=10)
SESSION_IDLE = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=8)


class Members:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def add(self, name: str, role: Role, *, partner: PartnerId | None = None, language: str = "en") -> Member:
        """Raises NameTaken."""
        member = Member(id=MemberId(self._unit.new_id()), name=name, role=role, partner=partner, language=language)
        statement = self._unit.insert(members).values(
            id=member.id,
            name=name,
            role=role,
            partner_id=partner,
            language=language,
            suspended=False,
            added_at=self._unit.now,
        )
        if not await self._unit.change(statement.on_conflict_do_nothing(index_elements=["name"])):
            raise NameTaken("A member of that name exists; give this one another.")
        return member

    async def get(self, member: MemberId) -> Member:
        if (found := await self._one(members.c.id == member)) is None:
            raise Vanished("There is no such member.")
        return found

    async def by_name(self, name: str) -> Member | None:
        return await self._one(members.c.name == name)

    async def by_conversation(self, conversation: ConversationId) -> Member | None:
        linked = select(links.c.member_id).where(links.c.conversation_id == conversation)
        return await self._one(members.c.id.in_(linked))

    async def of_partner(self, partner: PartnerId) -> Sequence[Member]:
        """Those who are not suspended."""
        return await self._many((members.c.partner_id == partner) & ~members.c.suspended)

    async def list(self) -> Sequence[Member]:
        return await self._many(true())

    async def set_language(self, member: MemberId, language: str) -> None:
        await self._unit.change(update(members).where(members.c.id == member).values(language=language))

    async def suspend(self, member: MemberId) -> None:
        """Takes away phones, sessions and unspent codes at once."""
        await self._unit.change(update(members).where(members.c.id == member).values(suspended=True))
        await self._unit.change(delete(tokens).where(tokens.c.member_id == member))
        for conversation in (await self.get(member)).conversations:
            await self.unlink(conversation)

    # ---- phones

    async def invite(self, member: MemberId) -> str:
        """A code that links one phone within 48 hours; an earlier one stops working."""
        await self._unit.change(delete(tokens).where(tokens.c.member_id == member, tokens.c.kind == "invite"))
        code = new_receipt(secrets.choice)
        await self._add_token("invite", code, member, INVITE_LASTS)
        return code

    async def link(self, code: str, conversation: ConversationId) -> Member | None:
        """Links this phone to whom the code was made for; None for a code that is unknown, spent or too old."""
        member = await self._spend("invite", parse_receipt(code) or "")
        if member is None:
            return None
        await self.unlink(conversation)
        await self._unit.change(
            links.insert().values(conversation_id=conversation, member_id=member.id, linked_at=self._unit.now)
        )
        await self._unit.change(
            update(conversations).where(conversations.c.id == conversation).values(member_id=member.id)
        )
        return await self.get(member.id)

    async def unlink(self, conversation: ConversationId) -> None:
        await self._unit.change(delete(links).where(links.c.conversation_id == conversation))
        await self._unit.change(update(conversations).where(conversations.c.id == conversation).values(member_id=None))

    async def answered(self, conversation: ConversationId) -> None:
        """This phone has just answered a call, real or not: it can be reached."""
        await self._unit.change(
            update(links).where(links.c.conversation_id == conversation).values(answered_at=self._unit.now)
        )

    # ---- signing in

    async def sign_in_token(self, member: MemberId) -> str:
        """Good once, for ten minutes."""
        token = new_token()
        await self._add_token("sign_in", token, member, SIGN_IN_LASTS)
        return token

    async def spend_token(self, token: str) -> Member | None:
        return await self._spend("sign_in", token)

    async def start_session(self, member: MemberId) -> str:
        token = new_token()
        await self._add_token("session", token, member, SESSION_LASTS)
        return token

    async def session(self, token: str) -> Member | None:
        """Whose session this is, if it was used within half an hour and began within eight; using it keeps it alive."""
        found = await self._unit.row(
            update(tokens).where(self._awake(token)).values(seen_at=self._unit.now).returning(tokens.c.member_id)
        )
        return None if found is None else await self._one((members.c.id == found.member_id) & ~members.c.suspended)

    async def glance(self, token: str) -> Member | None:
        """Whose session this is, without keeping it alive: for what a page asks by itself while nobody touches it."""
        found = await self._unit.row(select(tokens.c.member_id).where(self._awake(token)))
        return None if found is None else await self._one((members.c.id == found.member_id) & ~members.c.suspended)

    async def end_session(self, token: str) -> None:
        await self._unit.change(delete(tokens).where(tokens.c.key == self._index("session", token)))

    async def end_sessions(self, member: MemberId) -> None:
        await self._unit.change(delete(tokens).where(tokens.c.member_id == member, tokens.c.kind == "session"))

    # ---- rows

    def _index(self, kind: str, secret: str) -> bytes:
        return self._unit.vault.index(kind, secret)

    def _awake(self, session: str) -> ColumnElement[bool]:
        return self._live("session", session) & (tokens.c.seen_at > self._unit.now - SESSION_IDLE)

    def _live(self, kind: str, secret: str) -> ColumnElement[bool]:
        return (tokens.c.key == self._index(kind, secret)) & (tokens.c.expires_at > self._unit.now)

    async def _add_token(self, kind: str, secret: str, member: MemberId, lasts: timedelta) -> None:
        await self._unit.change(delete(tokens).where(tokens.c.expires_at <= self._unit.now))
        await self._unit.change(
            tokens.insert().values(
                key=self._index(kind, secret),
                kind=kind,
                member_id=member,
                expires_at=self._unit.now + lasts,
                seen_at=self._unit.now,
            )
        )

    async def _spend(self, kind: str, secret: str) -> Member | None:
        found = await self._unit.row(delete(tokens).where(self._live(kind, secret)).returning(tokens.c.member_id))
        return None if found is None else await self._one((members.c.id == found.member_id) & ~members.c.suspended)

    async def _one(self, which: ColumnElement[bool]) -> Member | None:
        found = await self._many(which)
        return found[0] if found else None

    async def _many(self, which: ColumnElement[bool]) -> Sequence[Member]:
        found = await self._unit.rows(select(members).where(which).order_by(members.c.name))
        phones: dict[str, list[AnyRow]] = {}
        linked = select(links).where(links.c.member_id.in_([row.id for row in found]))
        for row in await self._unit.rows(linked.order_by(links.c.linked_at.desc())):
            phones.setdefault(row.member_id, []).append(row)
        return [_member(row, phones.get(row.id, [])) for row in found]


def _member(row: AnyRow, phones: Sequence[AnyRow]) -> Member:
    return Member(
        id=MemberId(row.id),
        name=row.name,
        role=Role(row.role),
        partner=None if row.partner_id is None else PartnerId(row.partner_id),
        language=row.language,
        suspended=row.suspended,
        conversations=tuple(ConversationId(phone.conversation_id) for phone in phones),
        answered_at=max((phone.answered_at for phone in phones if phone.answered_at), default=None),
    )
