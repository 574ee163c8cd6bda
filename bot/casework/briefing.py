"""What a member may read of a case or a call on their own phone, line by line.

A partner's member that holds a case reads all that was passed on; names and numbers only where there are buttons, never
by text message. Someone on call reads how contact is safe, where, and in which language: nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.casework.facts import facts_from, heard, held_for, is_child, is_defender_threatened
from bot.casework.offers import Offers
from bot.casework.office import Office
from bot.casework.safety import RINGS, Way, is_quiet, way_of
from bot.casework.staff import Staff
from flows.dialogue import engine
from flows.dialogue.alarms import Heard
from flows.dialogue.conversation import Conversation
from flows.dialogue.events import Given
from flows.dialogue.text import Text
from flows.routing.casebook import Case, Lane, Member, Page, PageKind
from storage import Tx

_LANES: Mapping[PageKind, Lane] = {PageKind.DANGER: Lane.DANGER, PageKind.HELD: Lane.HELD}
STEPS = ("first_words", "story", "held_state", "held_since", "other_side", "date", "deadline")
"""Steps whose answers the helper reads in the person's own words, in this order."""


@dataclass(frozen=True, slots=True)
class Briefing:
    office: Office
    staff: Staff
    offers: Offers

    async def of_case(self, tx: Tx, case: Case, member: Member) -> tuple[Text | str, ...]:
        """For whom the case is with, on a phone with buttons."""
        conversation = await tx.conversations.get(case.conversation)
        return (
            *self._who(case),
            *self._what(case, member),
            *self._held_for(case.facts, tx.now - case.opened_at),
            *self._contact(case.facts, conversation, case),
            *await self._number(tx, case, conversation),
        )

    def safe_contact(self, case: Case, conversation: Conversation) -> tuple[Text, ...]:
        """How contact is safe, which is no secret: fit for a text message too."""
        return tuple(self._contact(case.facts, conversation, case))

    def signs(self, case: Case, passed: timedelta) -> tuple[Text, ...]:
        """What must be known before the first word. `passed`: since the case was opened."""
        return (*self._warned(case.lane, case.facts), *self._held_for(case.facts, passed))

    async def of_page(self, tx: Tx, page: Page, member: Member) -> tuple[Text | str, ...]:
        """For whoever took the call: from the case, or from the draft that was never sent."""
        conversation = await tx.conversations.get(page.conversation)
        about = page.case or (conversation.case if conversation.draft is None else None)
        case = await tx.cases.get(about) if about else None
        facts = dict(case.facts) if case else self.draft_facts(conversation)
        region = case.region if case else facts.get("region", "")
        spoken = self.offers.tongue((case.language if case else conversation.language) or "en", member.language)
        text = self.staff.text
        return (
            text("member_page_kind", kind=text(f"page_{page.kind}")),
            text("member_fact_language", value=spoken),
            text("member_fact_place", value=self._place(region, member.language)),
            *self._warned(case.lane if case else _LANES.get(page.kind, Lane.NORMAL), facts),
            *self._held_for(facts, tx.now - (case.opened_at if case else page.opened_at)),
            *self._contact(facts, conversation, case),
        )

    # ---- lines

    def _who(self, case: Case) -> Iterator[Text]:
        if name := case.facts.get("name", ""):
            yield self.staff.text("member_fact_name", value=name)
        if case.facts.get("who") == "other" or case.lane is Lane.HELD:
            yield self.staff.text("member_proxy")
        if case.facts.get("who") == "group":
            yield self.staff.text("member_group")
        yield from self._warned(case.lane, case.facts)

    def _warned(self, lane: Lane, facts: Mapping[str, str]) -> Iterator[Text]:
        """What whoever helps must know before the first word."""
        said = heard(facts)
        if Heard.WANTS_TO_DIE in said:
            yield self.staff.text("member_heard_wants_to_die")
        if Heard.MISSING in said:
            yield self.staff.text("member_heard_missing")
        if is_defender_threatened(lane, facts):
            yield self.staff.text("member_heard_defender")
        if is_child(facts):
            yield self.staff.text("member_child")

    def _what(self, case: Case, member: Member) -> Iterator[Text | str]:
        text, fields = self.staff.text, self.offers.veiled(case, member.language)
        issue = self.office.issues.get(case.issue)
        yield text("member_fact_issue", value=issue.text if issue else case.issue)
        place = self._place(case.region, member.language)
        said = case.answers.get("place", "")
        yield text("member_fact_place", value=_both(place, said))
        yield text("member_fact_language", value=fields["language"])
        yield text("member_fact_urgency", value=fields["urgency"])
        for step in STEPS:
            if words := case.answers.get(step, ""):
                yield text(f"member_fact_{step}", value=words)

    def _held_for(self, facts: Mapping[str, str], passed: timedelta) -> Iterator[Text]:
        """The clock of a detention, while it is counted in hours. `passed`: since they told us."""
        hours = held_for(facts, passed)
        if hours is not None:
            yield self.staff.text("member_held_for", value=str(hours))

    def _contact(self, facts: Mapping[str, str], conversation: Conversation, case: Case | None) -> Iterator[Text]:
        """DO NOT CONTACT where nothing is known."""
        way = way_of(facts)
        if conversation.parted:
            yield self.staff.text("contact_parted")
        elif conversation.silenced:
            yield self.staff.text("contact_stopped")
        else:
            yield self.staff.text(f"contact_{way}")
        if case and way is Way.UNKNOWN and (said := case.answers.get("contact", "")):
            yield self.staff.text("member_fact_contact", value=said)
        if is_quiet(case, conversation):
            yield self.staff.text("contact_shared")
        when = facts.get("contact_time", "")
        if when in ("morning", "afternoon", "evening"):
            yield self.staff.text(f"contact_{when}")

    async def _number(self, tx: Tx, case: Case, conversation: Conversation) -> tuple[Text, ...]:
        """Where they said that a helper may ring, and there is a number to ring."""
        way = way_of(case.facts)
        if way is Way.OTHER:
            return (self.staff.text("member_fact_number", value=case.facts["contact"]),)
        _, address = await tx.conversations.address(conversation.id)
        if way in RINGS and address.startswith("+"):
            return (self.staff.text("member_fact_number", value=address),)
        return ()

    def _place(self, region: str, language: str) -> str:
        return self.office.places.region_name(region, language) if region else "?"

    # ---- drafts

    def draft_facts(self, conversation: Conversation) -> dict[str, str]:
        """What an intake that was never sent has told so far, also before it began again."""
        return facts_from(self.told(conversation))

    def told(self, conversation: Conversation) -> tuple[Given, ...]:
        """All that was ever answered in it, also where it counts no more."""
        return self._read(conversation, engine.told)

    def draft(self, conversation: Conversation) -> tuple[Given, ...]:
        """What of it counts."""
        return self._read(conversation, engine.given)

    def _read(self, conversation: Conversation, answers: Callable[..., tuple[Given, ...]]) -> tuple[Given, ...]:
        if conversation.draft is None:
            return ()
        reader = self.office.reader(conversation.language or self.office.default_language)
        return answers(self.office.voice.flows, conversation.draft, reader=reader)


def _both(place: str, said: str) -> str:
    """The region as it is on record, and what the person said of it, each once."""
    if not said or said == place:
        return place
    return said if said.startswith((f"{place},", f"{place}:")) else f"{place} ({said})"
