"""The queue: every open case its reader may see, those with least time left first, narrowed by what the URL says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from aiohttp import web

from bot.web.desk.desk import Desk
from bot.web.desk.lens import Left, Lens
from bot.web.desk.signing import member_of
from bot.web.pages import page
from flows.dialogue.conversation import CaseId, MemberId
from flows.routing.casebook import Case, CaseState, Member
from flows.triage.urgency import Urgency
from storage import Tx, scope
from storage.cases import Queued

LONGEST = 200
_PRESSING = frozenset({Urgency.EMERGENCY, Urgency.URGENT})
_FILTERS = ("language", "region", "issue", "urgency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the queue. `offer`: its reader's partner was asked and has not answered, so little is shown."""

    case: Case
    region: str
    issue: str
    language: str
    left: Left | None
    taken_by: str
    mine: bool
    offer: bool

    @property
    def pressing(self) -> bool:
        return self.case.urgency in _PRESSING


TABS: Mapping[str, Callable[[Row], bool]] = {
    "all": lambda row: True,
    "mine": lambda row: row.mine,
    "urgent": lambda row: row.pressing,
    "offered": lambda row: row.case.state is CaseState.OFFERED,
    "no_partner": lambda row: row.case.state in {CaseState.OPEN, CaseState.UNSERVED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the URL asks for. Nothing of it is kept elsewhere, so a link shows the same to whoever may see it."""

    tab: str
    filters: Mapping[str, str]

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        tab = query.get("tab", "all")
        filters = {name: query[name] for name in _FILTERS if query.get(name)}
        return cls(tab=tab if tab in TABS else "all", filters=filters)

    def keeps(self, case: Case, group: str) -> bool:
        told = {
            "language": case.language,
            "region": "-".join(case.region.split("-")[:2]),
            "issue": group,
            "urgency": case.urgency,
        }
        return all(told[name] == value for name, value in self.filters.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    id: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """`choices`: per filter, (value, words) of what the queue holds. `calls`: open calls for a person, None for a
    reader who does not answer them."""

    rows: Sequence[Row]
    tabs: Sequence[Tab]
    choices: Mapping[str, Sequence[tuple[str, str]]]
    wanted: Wanted
    full: bool
    calls: int | None


async def read_queue(tx: Tx, desk: Desk, member: Member, lens: Lens, wanted: Wanted) -> Queue:
    seen_by = scope(member)
    queued = await tx.cases.queue(seen_by, limit=LONGEST)
    names = {each.id: each.name for each in await tx.members.list()}
    own = (
        {each.case for each in await tx.referrals.open_for(member.partner) if each.decided_by == member.id}
        if member.partner
        else set()
    )
    rows = [_row(each, member, lens, names, own, tx.now) for each in queued]
    kept = [row for row in rows if wanted.keeps(row.case, desk.issues.group_of(row.case.issue))]
    return Queue(
        rows=[row for row in kept if TABS[wanted.tab](row)],
        tabs=[Tab(id=name, count=sum(map(fits, kept)), chosen=name == wanted.tab) for name, fits in TABS.items()],
        choices=_choices(rows, desk, lens),
        wanted=wanted,
        full=len(rows) == LONGEST,
        calls=len(await tx.pages.open_pages()) if seen_by.network else None,
    )


def _row(
    queued: Queued, member: Member, lens: Lens, names: Mapping[MemberId, str], own: Collection[CaseId], now: datetime
) -> Row:
    """`own`: the cases its reader said yes to."""
    case = queued.case
    return Row(
        case=case,
        region=lens.region(case.region),
        issue=lens.issue(case.issue),
        language=lens.language_name(case.language),
        left=lens.left(queued.due_at, now),
        taken_by=names.get(case.taken_by, "") if case.taken_by else "",
        mine=case.taken_by == member.id or case.id in own,
        offer=not case.receipt,
    )


def _choices(rows: Iterable[Row], desk: Desk, lens: Lens) -> Mapping[str, Sequence[tuple[str, str]]]:
    cases = [row.case for row in rows]
    regions = {"-".join(case.region.split("-")[:2]) for case in cases if case.region}
    groups = {desk.issues.group_of(case.issue) for case in cases} - {""}
    return {
        "urgency": [(each, each) for each in Urgency if any(case.urgency == each for case in cases)],
        "region": sorted(((code, lens.region(code)) for code in regions), key=_by_words),
        "issue": sorted(((group, lens.issue(group)) for group in groups), key=_by_words),
        "language": sorted({(case.language, lens.language_name(case.language)) for case in cases}, key=_by_words),
    }


def _by_words(choice: tuple[str, str]) -> str:
    return choice[1].casefold()


class QueuePages:
    """The page, and by itself the piece of it that changes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def whole(self, request: web.Request) -> web.Response:
        return await self._show(request, "desk/queue.html")

    async def piece(self, request: web.Request) -> web.Response:
        return await self._show(request, "desk/queue_piece.html")

    async def _show(self, request: web.Request, template: str) -> web.Response:
        member, lens = member_of(request), Lens.of(request, self._desk)
        async with self._desk.store.reading() as tx:
            queue = await read_queue(tx, self._desk, member, lens, Wanted.of(request.query))
        return page(request, template, queue=queue, member=member, desk=self._desk)
