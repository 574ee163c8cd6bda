"""Everything a linked member sends: whole-word orders, buttons that carry the same words, and words for a person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from bot.casework.deciding import DECLINE_WORDS, Deciding
from bot.casework.facts import holding
from bot.casework.linking import Linking
from bot.casework.offers import Offers
from bot.casework.oncall import OnCall
from bot.casework.progress import Progress
from bot.casework.relay import Relay
from bot.casework.staff import MENU, Staff
from bot.channels.base import Attached, Inbound, OptedOut, OptOut, SharedContact, SharedLocation, Tapped, Typed
from flows.dialogue.conversation import Conversation
from flows.dialogue.session import Shown
from flows.dialogue.words import whole_number
from flows.routing.casebook import Member, Referral, ReferralState
from flows.routing.codes import parse_offer_code
from flows.routing.referral import DeclineReason
from storage import Tx

_STOPS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_STARTS = frozenset({"START", "UNSTOP"})


@dataclass(frozen=True, slots=True)
class Orders:
    staff: Staff
    offers: Offers
    deciding: Deciding
    progress: Progress
    relay: Relay
    oncall: OnCall
    linking: Linking

    async def take(self, tx: Tx, phone: Conversation, message: Inbound) -> None:
        """`phone` as it was before this message; it is stored here."""
        member = await tx.members.by_conversation(phone.id)
        if member is None:
            return
        menu = _menu(phone)
        phone = replace(phone, received_at=tx.now, session=None)
        match message.content:
            case OptedOut(kind=kind):
                await tx.conversations.save([replace(phone, silenced=kind is OptOut.STOP)])
                return
            case Typed(edited=True):
                await tx.conversations.save([phone])
                await self.staff.answer(tx, member, phone, "edited")
                return
            case Typed(text=text) | Tapped(data=text):
                await self._said(tx, member, phone, _meant(text, menu))
            case Attached() | SharedContact() | SharedLocation():
                await tx.conversations.save([phone])
                await self.staff.answer(tx, member, phone, "unreadable")
            case _:
                assert_never(message.content)

    async def _said(self, tx: Tx, member: Member, phone: Conversation, text: str) -> None:
        order, rest = _order(text)
        stops, starts = order in _STOPS and not rest, order in _STARTS
        phone = replace(phone, silenced=stops or (phone.silenced and not starts))
        await tx.conversations.save([phone])
        if stops:
            await self.staff.answer(tx, member, phone, "member_stopped")
        elif order in ("JOIN", "START") and rest:
            await self.linking.link(tx, phone, rest)
        elif order in _STARTS | {"HELP"} and not rest:
            await self._help(tx, member, phone)
        elif order == "LIST" and not rest:
            await self._list(tx, member, phone)
        elif order == "GOT" or (order == "OK" and _is_code(rest)):
            await self.oncall.got(tx, member, phone, rest)
        elif order in _ORDERS:
            await self._obey(tx, member, phone, order, rest)
        else:
            await self._words(tx, member, phone, text.strip())

    # ---- orders about one case

    async def _obey(self, tx: Tx, member: Member, phone: Conversation, order: str, rest: str) -> None:
        """`ORDER CODE more`, or without a code where only one case can be meant. A case is always locked before its
        referrals, so that those who answer at one moment wait for each other in a line, never in a ring."""
        open_ = await self._open(tx, member)
        meant = [each for each in open_ if _fits(order, each, member)]
        word, more = _first(rest)
        referral = next((each for each in open_ if each.code == parse_offer_code(word)), None)
        if referral is not None:
            rest = more
        elif _is_code(word):
            await self.staff.answer(tx, member, phone, "member_no_such_code", code=word.upper())
            return
        elif len(meant) == 1:
            referral = meant[0]
        else:
            await self.staff.answer(tx, member, phone, "member_which" if meant else "member_nothing_open")
            return
        await tx.cases.lock(referral.case)
        referral = await tx.referrals.lock(referral.id)
        if _fits(order, referral, member):
            await self._do(tx, member, phone, order, referral, rest)
        else:
            await self.staff.answer(tx, member, phone, "member_not_yours", code=referral.code)

    async def _do(self, tx: Tx, member: Member, phone: Conversation, order: str, referral: Referral, rest: str) -> None:
        match order:
            case "ACC":
                await self.deciding.accept(tx, member, phone, referral, rest)
            case "DEC":
                await self._decline(tx, member, phone, referral, rest)
            case "M":
                await self.relay.helper_wrote(tx, member, phone, referral, rest)
            case "REACHED":
                await self.progress.reached(tx, member, phone, referral)
            case "NOANSWER":
                await self.progress.no_answer(tx, member, phone, referral)
            case _:
                await self.progress.hand_back(tx, member, phone, referral)

    async def _decline(self, tx: Tx, member: Member, phone: Conversation, referral: Referral, rest: str) -> None:
        """Without a reason, buttons ask for one; by text message the no counts at once."""
        if not rest and self.staff.has_buttons(phone):
            await self.deciding.ask_why(tx, member, phone, referral)
            return
        word, _, more = rest.partition(" ")
        reason = DECLINE_WORDS.get(word.lower())
        words = more.strip() if reason else rest
        await self.deciding.decline(tx, member, phone, referral, reason or DeclineReason.OTHER, words)

    async def _words(self, tx: Tx, member: Member, phone: Conversation, text: str) -> None:
        """No order: for the person of the one case they hold, if there is exactly one."""
        held = [each for each in await self._open(tx, member) if _holds(member, each)]
        if len(held) == 1 and whole_number(text) is None and text:
            await self.relay.helper_wrote(tx, member, phone, held[0], text)
        elif len(held) > 1:
            await self.staff.answer(tx, member, phone, "member_which")
        else:
            await self._help(tx, member, phone)

    async def _open(self, tx: Tx, member: Member) -> Sequence[Referral]:
        """What this member's partner was offered or holds; nobody else's code is ever looked up for them."""
        return await tx.referrals.open_for(member.partner) if member.partner else []

    # ---- looking around

    async def _help(self, tx: Tx, member: Member, phone: Conversation) -> None:
        name = "member_help" if member.partner else "member_help_on_call"
        await self.staff.answer(tx, member, phone, name)

    async def _list(self, tx: Tx, member: Member, phone: Conversation) -> None:
        """What their partner was offered and they hold: the four fields only, whatever the phone."""
        lines = []
        for referral in await self._open(tx, member):
            if holding([referral]) and not _holds(member, referral):
                continue
            case = await tx.cases.get(referral.case)
            name = "member_line_offer" if referral.state is ReferralState.OFFERED else "member_line_held"
            fields = self.offers.veiled(case, member.language)
            lines.append(self.staff.text(name, code=referral.code, **fields))
        if lines:
            await self.staff.say(tx, member, phone, lines, reply=True)
        else:
            await self.staff.answer(tx, member, phone, "member_nothing_open")


_ORDERS = frozenset({"ACC", "DEC", "M", "REACHED", "NOANSWER", "BACK"})
_GLUED = re.compile(rf"({'|'.join(sorted(_ORDERS | {'GOT', 'OK'}))})[:.]?(?=\w*\d)(\w{{4}})")
"""`ACC7Q2M`: a code holds a digit, so no word of a sentence looks so."""


def _order(text: str) -> tuple[str, str]:
    """The first word as an order, and what stands behind it. Written together with its code, or as two words, it is
    still one: it must never reach the person as words."""
    first, rest = _first(text)
    order = first.upper().lstrip("/")
    if glued := _GLUED.fullmatch(order):
        return glued[1], f"{glued[2]} {rest}".strip()
    second, more = _first(rest)
    if order == "NO" and second.upper() == "ANSWER" and _is_code(_first(more)[0]):
        return "NOANSWER", more
    return order, rest


def _first(text: str) -> tuple[str, str]:
    word, *rest = text.split(maxsplit=1) or [""]
    return word, "".join(rest).strip()


def _is_code(text: str) -> bool:
    """`OK 7Q2M`, not `OK sure`, which is for the person: a code holds a digit."""
    return parse_offer_code(text) is not None and any(character.isdigit() for character in text)


def _fits(order: str, referral: Referral, member: Member) -> bool:
    """Offers are accepted or declined, what is held is worked with. A yes or no said twice is answered, not refused."""
    return order in ("ACC", "DEC") or _holds(member, referral)


def _holds(member: Member, referral: Referral) -> bool:
    """Only who said that they are close to neither side, never a colleague who was not asked."""
    return holding([referral]) is not None and referral.decided_by == member.id


def _menu(phone: Conversation) -> tuple[str, ...]:
    """What numbers mean on this phone: the orders behind the choices last shown."""
    if phone.session is None or phone.session.flow != MENU:
        return ()
    return next((entry.options for entry in reversed(phone.session.log) if isinstance(entry, Shown)), ())


def _meant(text: str, menu: Sequence[str]) -> str:
    number = whole_number(text)
    return menu[number - 1] if number is not None and 0 < number <= len(menu) else text
