"""The dialogue `details`: what may still be told of a problem once the case is sent. Never needed, never waited for.

Its questions are made from the tree of issues: first which group, where an answer of the intake's menu stands for
several, then which issue of it. It begins with that answer known, so its first step is the menu itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import NoReturn

from flows.dialogue.conversation import DETAILS
from flows.dialogue.definition import AnswerType, Flow, Flows, Kind, Line, Option, Step
from flows.dialogue.guards import Guard, Known, compile_guard
from flows.dialogue.session import Answered, LanguageSet, Session
from flows.strict_yaml import Fault, FileBroken
from flows.triage.issues import Issue, IssueTree

ABOUT = "about"
"""The first step: the menu of the intake, answered before anything is shown."""

_INTAKE, _MENU = "intake", "issue"


def with_details(flows: Flows, issues: IssueTree) -> Flows:
    """The dialogues and `details` among them. Raises FileBroken where the tree's menu is not that of the intake."""
    menu = flows[_INTAKE].step(_MENU) if _INTAKE in flows.flows else None
    if menu is None or menu.offers != issues.menu.keys():
        _refuse(menu)
    steps = tuple(_steps(flows, issues, menu))
    shape = repr([(step.id, [option.id for option in step.options]) for step in steps])
    flow = Flow(
        id=DETAILS, title="More about the problem", revision=sha256(shape.encode()).hexdigest()[:12], steps=steps
    )
    return replace(flows, flows={**flows.flows, DETAILS: flow})


def about(flows: Flows, language: str, option: str) -> Session:
    """A session that knows what the person chose at the menu of the intake. What their own words propose has been asked
    there already: here every question says that it may be left out, and shows its whole list."""
    return Session(flow=DETAILS, revision=flows[DETAILS].revision, log=(LanguageSet(language), Answered(ABOUT, option)))


def _steps(flows: Flows, issues: IssueTree, menu: Step) -> Iterator[Step]:
    yield replace(menu, id=ABOUT, when=None, label=None, why=None)
    names = {ABOUT: Known(ABOUT, menu.offers)}
    to_group: dict[str, list[str]] = {group.id: [] for group in issues.groups}
    for option, groups in issues.menu.items():
        if len(groups) == 1:
            to_group[groups[0]].append(f"{ABOUT} == {option}")
            continue
        name = f"group_{option}"
        when = compile_guard(f"{ABOUT} == {option}", names=names, terms={})
        yield _question(name, when, flows.phrases["details_group"], [issues[group] for group in groups])
        names[name] = Known(name, frozenset(groups))
        for group in groups:
            to_group[group].append(f"{name} == {group}")
    for group, ways in to_group.items():
        when = compile_guard(" or ".join(ways), names=names, terms={})
        yield _question(f"issue_{group}", when, flows.phrases["details_issue"], issues.issues_of(group))
    yield Step(id="told", kind=Kind.END, line=flows.phrases["details_told"], outcome=DETAILS)


def _question(name: str, when: Guard, line: Line, issues: list[Issue] | tuple[Issue, ...]) -> Step:
    return Step(
        id=name,
        kind=Kind.ASK,
        type=AnswerType.CHOICE,
        line=line,
        when=when,
        options=tuple(Option(id=issue.id, label=issue.text) for issue in issues),
        skip=True,
        fact="issue",
        file=line.file,
        number=line.number,
    )


def _refuse(menu: Step | None) -> NoReturn:
    raise FileBroken(
        [
            Fault(
                file=menu.file if menu else "intake.yaml",
                line=menu.number if menu else 1,
                field=_MENU,
                error="its options are not those under `menu:` in issues.yaml",
                mend="Give each option the groups it stands for there",
            )
        ]
    )
