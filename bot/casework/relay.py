"""Words between a person and their helper, without numbers or addresses.

A helper's words go out live only as an answer to what the person wrote just now; later they wait in the case, and a
notice that says nothing goes out where texts are safe. On a phone that others read they are never shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.casework.facts import NO, holding, question_open
from bot.casework.notices import Notices
from bot.casework.office import Office
from bot.casework.referrals import Referrals
from bot.casework.safety import is_quiet
from bot.casework.several import Several
from bot.casework.staff import Staff
from bot.casework.timeline import SEEKER, record
from flows.dialogue.conversation import Conversation
from flows.dialogue.words import normalise
from flows.routing.casebook import Case, CaseState, Entry, EntryKind, Member, Referral
from flows.routing.codes import show_receipt
from storage import Tx
from storage.consents import YES

WAITING = "waiting"
READ = "read"
"""Reasons on the timeline: words the person has not seen yet, and the moment they did."""


@dataclass(frozen=True, slots=True)
class Relay:
    office: Office
    notices: Notices
    staff: Staff
    referrals: Referrals
    several: Several

    # ---- from the person

    async def seeker_wrote(self, tx: Tx, conversation: Conversation, words: str) -> None:
        """Words after the case was sent: an answer to a question that waits, or words for the helper."""
        cases = await self.several.open(tx, conversation)
        if not cases or await self._answered(tx, cases, conversation, words):
            return
        meant = await self.several.meant(tx, conversation, cases, words)
        if meant is None:
            return
        case, words = meant
        if words:
            await self._pass_on(tx, case, conversation, words)
        else:
            await self.notices.answer(tx, conversation, "code_first", receipt=show_receipt(case.receipt), case=case)
        await self.deliver_waiting(tx, case, conversation, named=len(cases) > 1)

    async def picked(self, tx: Tx, conversation: Conversation, number: int) -> None:
        """The person has said which case their words were for, or went on to something else."""
        found = await self.several.picked(tx, conversation, number)
        if found is not None and found[1]:
            await self._pass_on(tx, found[0], conversation, found[1], tell=number > 0)

    async def language_changed(self, tx: Tx, conversation: Conversation, language: str) -> None:
        """Notices follow the conversation; helpers read the language in the case. Offers that are out stay as they
        are."""
        for case in await self.several.open(tx, conversation):
            if case.language != language and case.state is not CaseState.CLOSED:
                await tx.cases.save(replace(case, language=language))
                await record(tx, case.id, EntryKind.CORRECTED, actor=SEEKER, reason=f"language:{language}")

    async def _answered(self, tx: Tx, cases: Sequence[Case], conversation: Conversation, words: str) -> bool:
        """A yes or no to a question that waits; of several, to that of the case they chose, or the newest."""
        answer = self._yes_or_no(words, conversation)
        if answer is None:
            return False
        for case in sorted(cases, key=lambda each: each.id != conversation.case):
            if waiting := question_open(await tx.consents.of_case(case.id)):
                await self.referrals.named(tx, case, conversation, waiting, agreed=answer == YES)
                return True
        return False

    async def _pass_on(self, tx: Tx, case: Case, conversation: Conversation, words: str, *, tell: bool = True) -> None:
        """`tell`: the person hears that it was done."""
        await record(tx, case.id, EntryKind.SEEKER_WROTE, actor=SEEKER, words=words)
        referral = holding(await tx.referrals.of_case(case.id))
        if referral is not None:
            reached = await self.staff.tell_holder(
                tx, referral, "member_seeker_wrote", code=referral.code, words=[words]
            )
            told = "passed_on" if reached else "kept_for_helper"
        else:
            told = "status_closed" if case.state is CaseState.CLOSED else "kept_for_helper"
        if tell:
            await self.notices.answer(tx, conversation, told, case=case, receipt=show_receipt(case.receipt))

    def _yes_or_no(self, words: str, conversation: Conversation) -> str | None:
        said = normalise(words)
        known = self.office.words(self.notices.language(conversation))
        if said == "1" or any(said in each.yes for each in known):
            return YES
        return NO if said == "2" or any(said in each.no for each in known) else None

    async def deliver_waiting(self, tx: Tx, case: Case, conversation: Conversation, *, named: bool = False) -> bool:
        """Shows what a helper wrote meanwhile, as an answer to what the person wrote just now. `named`: with the code
        of the case, where there are others."""
        words = unread(await tx.cases.entries(case.id))
        if not words or is_quiet(case, conversation):
            return False
        name = "from_helper_of" if named else "from_helper"
        await self.notices.answer(tx, conversation, name, case=case, words=words, receipt=show_receipt(case.receipt))
        await record(tx, case.id, EntryKind.NOTICE, reason=READ)
        return True

    # ---- from the helper

    async def helper_wrote(self, tx: Tx, member: Member, phone: Conversation, referral: Referral, words: str) -> None:
        case = await tx.cases.lock(referral.case)
        conversation = await tx.conversations.get(case.conversation)
        if not words:
            await self.staff.answer(tx, member, phone, "member_write_words", code=referral.code)
        elif self.holds_number(words):
            await self.staff.answer(tx, member, phone, "member_no_numbers", code=referral.code)
        elif is_quiet(case, conversation):
            await self.staff.answer(tx, member, phone, "member_shared_phone", code=referral.code)
        elif conversation.parted:
            await self.staff.answer(tx, member, phone, "member_number_changed", code=referral.code)
        elif conversation.silenced:
            await self.staff.answer(tx, member, phone, "member_stopped_phone", code=referral.code)
        else:
            await self._send(tx, member, phone, referral, case, conversation, words)

    async def _send(
        self,
        tx: Tx,
        member: Member,
        phone: Conversation,
        referral: Referral,
        case: Case,
        conversation: Conversation,
        words: str,
    ) -> None:
        live = self.notices.may_be_plain(case, conversation, tx.now)
        knows = bool(unread(await tx.cases.entries(case.id)))
        await record(
            tx,
            case.id,
            EntryKind.HELPER_WROTE,
            actor=member.id,
            partner=referral.partner,
            reason="" if live else WAITING,
            words=words,
        )
        if live:
            several = len(await self.several.open(tx, conversation)) > 1
            name = "from_helper_of" if several else "from_helper"
            text = self.office.voice.phrase(name, receipt=show_receipt(case.receipt))
            await self.notices.send(tx, conversation, [text, words])
            told = "member_sent"
        elif knows or await self.notices.start(tx, case, "notice_message"):
            told = "member_waits_told"
        else:
            told = "member_waits"
        await self.staff.answer(tx, member, phone, told, code=referral.code)

    def holds_number(self, words: str) -> bool:
        """A telephone number, an e-mail address or a link: none of them is passed on to a person's phone."""
        from phonenumbers import PhoneNumberMatcher

        if _ADDRESS.search(words) or _DIGITS.search(_DATE.sub(" ", words)):
            return True
        return any(PhoneNumberMatcher(words, country).has_next() for country in self.office.network.countries)


_ADDRESS = re.compile(r"\S@\S|https?://|www\.|\bt\.me\b|\bwa\.me\b", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{1,2}[:.]\d{2}")
_DIGITS = re.compile(r"\d(?:[ .()-]{0,2}\d){8,}")


def unread(entries: Sequence[Entry]) -> list[str]:
    """What helpers wrote that the person has not been shown, oldest first."""
    words: list[str] = []
    for entry in entries:
        if entry.kind is EntryKind.HELPER_WROTE and entry.reason == WAITING:
            words.append(entry.words)
        elif entry.kind is EntryKind.NOTICE and entry.reason == READ:
            words.clear()
    return words
