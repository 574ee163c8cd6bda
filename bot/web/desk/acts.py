"""What can be done with a case: each act has a page that says what will happen and asks once more. A refusal comes back
on the same page, in plain words, with what was filled in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.casework.desk import NOTICES
from bot.casework.refusals import CaseworkRefused
from bot.channels.parts import Parts, count
from bot.web.desk.case import CaseView, read_case
from bot.web.desk.desk import Desk
from bot.web.desk.lens import Lens
from bot.web.desk.signing import member_of
from bot.web.pages import page
from flows.dialogue.conversation import CaseId
from flows.routing.casebook import Member, PartnerId
from flows.routing.referral import CloseReason
from flows.triage.urgency import Urgency
from storage import Tx

Form = Mapping[str, str]
_LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A notice as the person would see it; `parts` where each costs money."""

    name: str
    texts: Sequence[str]
    parts: Parts | None
    direction: str


class ActPages:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._does: Mapping[str, Callable[[Tx, CaseId, Member, Form], Awaitable[None]]] = {
            "take": self._take,
            "offer": self._offer,
            "correct": self._correct,
            "notice": self._notice,
            "close": self._close,
        }

    async def ask(self, request: web.Request) -> web.Response:
        return await self._form(request, filled=dict(request.query), refused="", status=200)

    async def do(self, request: web.Request) -> web.StreamResponse:
        """Casework judges; a refusal to who may not see the case looks as if it were not there."""
        act, case, member = self._act(request), CaseId(request.match_info["case"]), member_of(request)
        form = {name: str(value)[:_LONGEST] for name, value in (await request.post()).items()}
        try:
            await self._desk.store.run(lambda tx: self._does[act](tx, case, member, form))
        except CaseworkRefused as refused:
            words = Lens.of(request, self._desk).say.text(refused.text)
            return await self._form(request, filled=form, refused=words, status=422)
        return web.Response(status=303, headers={"Location": f"/desk/cases/{case}?done={act}"})

    async def _form(self, request: web.Request, *, filled: Form, refused: str, status: int) -> web.Response:
        act, case, member = self._act(request), CaseId(request.match_info["case"]), member_of(request)
        lens = Lens.of(request, self._desk)
        async with self._desk.store.reading() as tx:
            view = await read_case(tx, self._desk, member, lens, case)
            if not view.known:
                raise web.HTTPNotFound
            previews = await self._previews(tx, view, member) if act == "notice" and act in view.acts else ()
        return page(
            request,
            "desk/act.html",
            status=status,
            act=act,
            view=view,
            member=member,
            desk=self._desk,
            filled=filled,
            refused=refused,
            previews=previews,
            regions=self._regions(lens) if act == "correct" else (),
            issues=self._issues(lens) if act == "correct" else (),
            urgencies=tuple(Urgency),
            close_reasons=tuple(CloseReason),
        )

    def _act(self, request: web.Request) -> str:
        act = request.match_info["act"]
        if act not in self._does:
            raise web.HTTPNotFound
        return act

    # ---- acts

    async def _take(self, tx: Tx, case: CaseId, member: Member, form: Form) -> None:
        await self._desk.casework.take(tx, case, member)

    async def _offer(self, tx: Tx, case: CaseId, member: Member, form: Form) -> None:
        partner = PartnerId(form.get("partner", ""))
        await self._desk.casework.offer_to(tx, case, partner, member, form.get("reason", ""))

    async def _correct(self, tx: Tx, case: CaseId, member: Member, form: Form) -> None:
        told = {name: form.get(name) or None for name in ("region", "issue", "urgency")}
        await self._desk.casework.correct(tx, case, member, **told, reason=form.get("reason", ""))

    async def _notice(self, tx: Tx, case: CaseId, member: Member, form: Form) -> None:
        await self._desk.casework.notice(tx, case, member, form.get("notice", ""))

    async def _close(self, tx: Tx, case: CaseId, member: Member, form: Form) -> None:
        await self._desk.casework.close(tx, case, member, form.get("reason", ""))

    # ---- what the forms offer

    async def _previews(self, tx: Tx, view: CaseView, member: Member) -> list[Preview]:
        counted = self._desk.voice.limits[view.case.channel].counted
        direction = self._desk.wording.languages[view.case.language].direction
        previews: list[Preview] = []
        for name in NOTICES:
            texts = [each.text for each in await self._desk.casework.preview(tx, view.case.id, member, name)]
            parts = count("\n".join(texts)) if counted else None
            previews.append(Preview(name=name, texts=texts, parts=parts, direction=direction))
        return previews

    def _regions(self, lens: Lens) -> list[tuple[str, list[tuple[str, str]]]]:
        """By country: (name, [(code, name)]), the whole country first."""
        tree = self._desk.regions
        found: dict[str, list[tuple[str, str]]] = {country: [] for country in self._desk.network.countries}
        for code in tree.codes:
            match tree.ancestors(code):
                case (_, country) if country in found:
                    found[country].append((code, tree.name(code, lens.language)))
        return [
            (
                tree.name(country, lens.language),
                [
                    (country, lens.say("act.correct.whole_country", "All of it, or not known")),
                    *sorted(regions, key=lambda region: region[1].casefold()),
                ],
            )
            for country, regions in found.items()
        ]

    def _issues(self, lens: Lens) -> list[tuple[str, list[tuple[str, str]]]]:
        """By group: (words, [(id, words)]), the whole group first."""
        tree = self._desk.issues
        return [
            (
                lens.issue(group.id),
                [(node.id, lens.issue(node.id)) for node in (group, *tree.issues_of(group.id))],
            )
            for group in tree.groups
        ]
