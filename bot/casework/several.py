"""Which of a person's cases is meant, where more than one is open.

A case that began later does not end the one before it: each keeps its helper, its code and its clocks. Words go to the
newest, unless they begin with a code or an older one has a helper who may be meant: then it is asked, once, and the
answer holds for half an hour. A phone that others read is never shown that there is more than one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.casework.notices import Notices
from bot.casework.safety import is_quiet
from flows.dialogue.conversation import Conversation, Pending
from flows.routing.casebook import Case, CaseState
from flows.routing.codes import RECEIPT_LENGTH, parse_receipt, show_receipt
from storage import Tx

CHOICE_LASTS = timedelta(minutes=30)
MOST_LISTED = 9
_HELPED = frozenset({CaseState.ACCEPTED, CaseState.CONTACTED})


@dataclass(frozen=True, slots=True)
class Several:
    notices: Notices

    async def open(self, tx: Tx, conversation: Conversation) -> Sequence[Case]:
        """Newest first; locked in the order they began. Where none is open, the one told of last."""
        found = [case for case in await tx.cases.of_conversation(conversation.id) if case.state is not CaseState.CLOSED]
        if not found and conversation.case is not None:
            return [await tx.cases.lock(conversation.case)]
        return [await tx.cases.lock(case.id) for case in reversed(found)][::-1]

    async def latest(self, tx: Tx, conversation: Conversation) -> Case | None:
        """The one they wrote of last, else the newest."""
        cases = await self.open(tx, conversation)
        return next((each for each in cases if each.id == conversation.case), None) or next(iter(cases), None)

    async def meant(
        self, tx: Tx, conversation: Conversation, cases: Sequence[Case], words: str
    ) -> tuple[Case, str] | None:
        """The case these words are for, and the words without its code. None: it was asked, and the words wait."""
        code, rest = split_code(words)
        for case in cases:
            if case.receipt == code:
                await self.choose(tx, conversation, case)
                return case, rest
        if len(cases) == 1:
            return cases[0], words
        if (chosen := self._chosen(tx, conversation, cases)) is not None:
            return chosen, words
        if not any(case.state in _HELPED for case in cases[1:]) or is_any_quiet(cases, conversation):
            return cases[0], words
        await self._ask(tx, conversation, cases, words)
        return None

    async def choose(self, tx: Tx, conversation: Conversation, case: Case) -> None:
        fresh = await tx.conversations.get(conversation.id)
        await tx.conversations.save([replace(fresh, case=case.id, chosen_at=tx.now)])

    async def picked(self, tx: Tx, conversation: Conversation, number: int) -> tuple[Case, str] | None:
        """The case behind a number of the list, the newest for any other, and the words that waited for it."""
        fresh = await tx.conversations.get(conversation.id)
        cases = await self.open(tx, fresh)
        await tx.conversations.save([replace(fresh, aside="")])
        if not cases:
            return None
        if not 1 <= number <= len(cases):
            return cases[0], fresh.aside
        await self.choose(tx, conversation, cases[number - 1])
        return cases[number - 1], fresh.aside

    def _chosen(self, tx: Tx, conversation: Conversation, cases: Sequence[Case]) -> Case | None:
        if conversation.chosen_at is None or tx.now - conversation.chosen_at > CHOICE_LASTS:
            return None
        return next((case for case in cases if case.id == conversation.case), None)

    async def _ask(self, tx: Tx, conversation: Conversation, cases: Sequence[Case], words: str) -> None:
        fresh = await tx.conversations.get(conversation.id)
        await tx.conversations.save([replace(fresh, pending=Pending.WHICH, aside=words)])
        choices = [
            (show_receipt(case.receipt), f"case.{number}") for number, case in enumerate(cases[:MOST_LISTED], start=1)
        ]
        await self.notices.answer(tx, conversation, "which_case", choices=choices)


def is_any_quiet(cases: Sequence[Case], conversation: Conversation) -> bool:
    return any(is_quiet(case, conversation) for case in cases)


def split_code(words: str) -> tuple[str | None, str]:
    """A code at the beginning, printed in one group or in two, and what stands after it."""
    for groups in (1, 2):
        parts = words.split(maxsplit=groups)
        code = "".join(parts[:groups]).rstrip(":,.")
        if len(code) == RECEIPT_LENGTH and (read := parse_receipt(code)):
            return read, parts[groups] if len(parts) > groups else ""
    return None, words
