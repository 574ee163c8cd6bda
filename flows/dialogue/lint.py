"""What can be wrong with a dialogue although every line of it can be read.

Every way through a flow is walked: at each question every answer that a later condition tells apart is tried. Ways that
no later condition can tell apart are one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from flows.dialogue.definition import NOT_KNOWN, SKIPPED, AnswerType, Flow, Flows, Kind, Step
from flows.dialogue.guards import ASKED, SHARED
from flows.dialogue.position import SEND, fold, outgrown, strength
from flows.dialogue.session import Session, Value
from flows.dialogue.silence import unfit
from flows.dialogue.text import Strength
from flows.strict_yaml import Fault

ENGINE_PHRASES = (
    "change", "day", "day_in_both", "language", "late", "lost", "more", "needed", "nepali_day", "neutral", "no",
    "no_skip", "none_of_these", "not_read_1", "not_read_2", "not_understood_1", "not_understood_2", "place_early",
    "place_taken", "place_unknown", "sign", "sign_consent", "skipped", "stale", "unreadable", "which_day",
    "which_place", "why", "within", "yes", *(f"nepali_month_{month}" for month in range(1, 13)),
)  # fmt: skip
"""Phrases the engine says by name."""

MOST_ASKED = 20
"""More questions than this on one way are not told apart by `asked`."""


@dataclass(slots=True)
class Ways:
    """What walking a flow found: steps met at all, met on a phone others read, and passed over on some way."""

    met: set[str] = field(default_factory=set)
    met_quiet: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)


def lint(flows: Flows, *, facts: Container[str]) -> Iterator[Fault]:
    """Every fault of every flow. `facts`: the names a case knows."""
    missing = [name for name in ENGINE_PHRASES if name not in flows.phrases]
    if missing:
        error = f"phrases are missing: {', '.join(missing)}"
        yield Fault(file="phrases.yaml", line=1, field="phrases", error=error, mend="Add them")
    for flow in flows.flows.values():
        yield from _lint_flow(flow, facts)
        yield from unfit(flow.silence, flows.phrases)


def _lint_flow(flow: Flow, facts: Container[str]) -> Iterator[Fault]:
    ways = walk(flow)
    for step in flow.steps:
        if step.id not in ways.met:
            yield _fault(step, "nobody can ever come here", "Mend its `when:`, or remove it")
        if step.id in ways.met_quiet and step.kind is not Kind.SAY and step.line.quiet is None:
            yield _fault(step, "it can be reached on a phone others read, and has no quiet text", "Add `quiet:`")
        if step.fact and step.fact not in facts:
            yield _fault(step, f"no case knows the fact {step.fact!r}", "Use a name that casework reads")
        if step.type is AnswerType.CONSENT and not step.purpose:
            yield _fault(step, "it does not say what the consent is for", "Add `purpose:`")


def _fault(step: Step, error: str, mend: str) -> Fault:
    return Fault(file=step.file, line=step.number, field=step.id, error=error, mend=mend)


def lost_answers(flow: Flow, session: Session) -> tuple[str, ...]:
    """Steps that someone inside the flow has answered or is asked, and that it does not have any more, or not in the
    way they were answered. They would be asked again."""
    state = fold(flow, session)
    shown = (flow.was.get(state.shown.step, state.shown.step),) if state.shown else ()
    gone = (name for name in (*state.answers, *shown) if not name.startswith("@") and flow.step(name) is None)
    return tuple(dict.fromkeys((*gone, *(step.id for step in outgrown(flow, state)))))


@dataclass(frozen=True, slots=True)
class _Way:
    """One way so far: the answers that later conditions look at, and how many questions were asked."""

    answers: tuple[tuple[str, Value], ...]
    asked: int


def walk(
    flow: Flow, *, shared: Iterable[str] = ("no", "yes"), given: Mapping[str, Value] = MappingProxyType({})
) -> Ways:
    """Every way through the flow, on a phone of one's own and on one known to be shared. `given`: steps that are
    answered with just this."""
    found = Ways()
    looked_at = _looked_at(flow)
    ways = {_Way(answers=((SHARED, known),), asked=0) for known in shared}
    for index, step in enumerate(flow.steps):
        values = [given[step.id]] if step.id in given else _values(step) if step.id in looked_at[index] else [NOT_KNOWN]
        ways = {after for way in ways for after in _through(flow, step, way, found, looked_at[index], values)}
    return found


def _looked_at(flow: Flow) -> list[frozenset[str]]:
    """For each step, the answers that conditions of later steps look at."""
    always = frozenset().union(*(term.reads for name, term in flow.terms.items() if name in ("quiet", "brief")))
    later: list[frozenset[str]] = []
    seen = always
    for step in reversed(flow.steps):
        later.append(seen)
        seen |= step.when.reads if step.when else frozenset()
    return later[::-1]


def _through(
    flow: Flow, step: Step, way: _Way, found: Ways, looked_at: frozenset[str], values: Iterable[Value]
) -> Iterator[_Way]:
    answers = {**dict(way.answers), ASKED: way.asked}
    if step.when is not None and not step.when.holds(answers):
        found.passed.add(step.id)
        yield _forgetting(way, looked_at)
        return
    found.met.add(step.id)
    if strength(flow, answers) is Strength.QUIET:
        found.met_quiet.add(step.id)
    if step.kind is Kind.END:
        return
    if step.kind is Kind.SAY:
        yield _forgetting(way, looked_at)
        return
    asked = min(way.asked + 1, MOST_ASKED)
    for value in values:
        yield _forgetting(_Way(answers=(*way.answers, (step.id, value)), asked=asked), looked_at)


def _forgetting(way: _Way, looked_at: frozenset[str]) -> _Way:
    return _Way(answers=tuple(pair for pair in way.answers if pair[0] in looked_at), asked=way.asked)


def _values(step: Step) -> list[Value]:
    """Answers of each kind; of several at once, each by itself."""
    options: list[Value] = [option.id for option in step.options if option.tells is None]
    skipped: list[Value] = [SKIPPED] if step.skip else []
    match step.type:
        case AnswerType.YES_NO:
            return ["yes", "no", *skipped]
        case AnswerType.CHOICE | AnswerType.CONSENT:
            return [*options, *skipped]
        case AnswerType.MANY:
            return [*((str(option),) for option in options), *skipped]
        case AnswerType.NUMBER:
            return [step.least, step.most, NOT_KNOWN, *skipped]
        case None:
            return [SEND]
        case AnswerType.TEXT | AnswerType.DATE | AnswerType.PHONE | AnswerType.PLACE:
            return [*options, NOT_KNOWN, "something", *skipped]
