"""One case as its reader may see it: where it stands, what was said, why it is where it is, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.casework.filing import CONTACT
from bot.web.desk.desk import Desk
from bot.web.desk.lens import Left, Lens
from bot.web.desk.routing import Routing, read_routing
from bot.web.desk.signing import member_of
from bot.web.desk.timeline import Moment, Names, read_timeline, why_pressing
from bot.web.pages import page
from flows.dialogue.conversation import CaseId
from flows.dialogue.definition import AnswerType, Kind
from flows.routing.casebook import Case, CaseState, Member, PartnerId, Referral, Role
from storage import MemberScope, Tx, scope
from storage.consents import Consent
from storage.scope import HOLDS, OPEN

_FLOW = "intake"
_FIRST_WORDS = "first_words"
_COORDINATES = frozenset({Role.COORDINATOR, Role.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """`known`: shown whole; else only what an offer shows. `place_said`: what they wrote, where it is not confirmed.
    `contact`: how they may be reached, line by line. `why`: what makes it so urgent. `signs`: what must be known before
    the first word. `ways`: how they agreed to be reached, in words, by its code. `partner`: who has it. `code`: what
    its reader's group calls it by."""

    case: Case
    known: bool
    region: str
    issue: str
    language: str
    left: Left | None
    place_said: str
    taken_by: str
    partner: str
    code: str
    contact: Sequence[str]
    why: Sequence[str]
    signs: Sequence[str]
    ways: Mapping[str, str]
    answers: Sequence[tuple[str, str]]
    timeline: Sequence[Moment]
    consents: Sequence[Consent]
    routing: Routing | None
    acts: Sequence[str]


async def read_case(tx: Tx, desk: Desk, member: Member, lens: Lens, case_id: CaseId) -> CaseView:
    """Raises HTTPNotFound for a case that is not there or not theirs to see: the two look alike."""
    seen_by = scope(member)
    case = await tx.cases.shown(seen_by, case_id)
    if case is None:
        raise web.HTTPNotFound
    referrals, known = await tx.referrals.shown(seen_by, case_id), bool(case.receipt)
    consents = await tx.consents.of_case(case_id) if known else []
    names = await _names(tx, desk)
    holds = next((each for each in referrals if each.state in HOLDS), None)
    own = next((each for each in referrals if each.state in OPEN and not seen_by.network), None)
    contact = await desk.casework.contact(tx, case) if known else ()
    return CaseView(
        case=case,
        known=known,
        region=lens.region(case.region),
        issue=lens.issue(case.issue),
        language=lens.language_name(case.language),
        left=lens.left(_due(case, referrals), tx.now),
        place_said=case.answers.get("place", "") if case.facts.get("region_sure") == "no" or not case.region else "",
        taken_by=names.members.get(case.taken_by, "") if case.taken_by else "",
        partner=names.partners.get(holds.partner, "") if holds else "",
        code=own.code if own else "",
        contact=[lens.say.text(line) for line in contact],
        why=why_pressing(await tx.cases.entries(case_id), lens) if known else (),
        signs=[lens.say.text(line) for line in desk.casework.signs(tx, case)] if known else (),
        ways={each.answer: lens.way(each.answer) for each in consents if each.purpose == CONTACT},
        answers=_answers(desk, lens, case.answers) if known else (),
        timeline=await _timeline(tx, desk, seen_by, case, consents, lens, names) if known else (),
        consents=consents,
        routing=await read_routing(tx, desk.casework, case, referrals, lens) if seen_by.network else None,
        acts=_acts(case, member) if known else (),
    )


async def _timeline(
    tx: Tx, desk: Desk, seen_by: MemberScope, case: Case, consents: Sequence[Consent], lens: Lens, names: Names
) -> list[Moment]:
    began = case.opened_at - desk.network.retention.drafts
    calls = [
        call
        for call in await tx.pages.of_conversation(case.conversation)
        if call.case is None and began <= call.opened_at <= case.opened_at
    ]
    return read_timeline(await tx.cases.timeline(seen_by, case.id), consents, calls, lens, names)


async def _names(tx: Tx, desk: Desk) -> Names:
    directory = await desk.casework.directory(tx)
    return Names(
        members={each.id: each.name for each in await tx.members.list()},
        partners={PartnerId(each.id): each.name for each in directory.partners.values()},
    )


def _due(case: Case, referrals: Sequence[Referral]) -> datetime | None:
    return min((each.due_at for each in referrals if each.due_at), default=case.promised_at)


def _answers(desk: Desk, lens: Lens, said: Mapping[str, str]) -> list[tuple[str, str]]:
    """In the order they were asked. Consents have a place of their own, the read-back is no answer."""
    first = [(lens.say("case.first_words", "First words"), said[_FIRST_WORDS])] if said.get(_FIRST_WORDS) else []
    return first + [
        (lens.say.text(step.line.live), said[step.id])
        for step in desk.voice.flows[_FLOW].steps
        if said.get(step.id) and step.kind is Kind.ASK and step.type is not AnswerType.CONSENT
    ]


def _acts(case: Case, member: Member) -> tuple[str, ...]:
    if case.state is CaseState.CLOSED:
        return ()
    if member.role not in _COORDINATES:
        return ("notice", "close")
    return (*(("take",) if case.taken_by != member.id else ()), "offer", "correct", "notice", "close")


class CasePages:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def whole(self, request: web.Request) -> web.Response:
        return await self._show(request, "desk/case.html")

    async def piece(self, request: web.Request) -> web.Response:
        return await self._show(request, "desk/case_piece.html")

    async def _show(self, request: web.Request, template: str) -> web.Response:
        member, lens = member_of(request), Lens.of(request, self._desk)
        async with self._desk.store.reading() as tx:
            view = await read_case(tx, self._desk, member, lens, CaseId(request.match_info["case"]))
        return page(request, template, view=view, member=member, desk=self._desk, done=request.query.get("done", ""))
