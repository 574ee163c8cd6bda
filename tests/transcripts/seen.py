"""What a written conversation has shown of the dialogues: steps, options, and each side of each condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.app import Library
from bot.cli.handset import replaying
from flows.dialogue.definition import Flow, Kind
from flows.dialogue.lint import walk
from flows.dialogue.position import fold, position
from flows.dialogue.session import Answered, Session, Shown
from flows.routing.network import Network


def seen_in(transcript: str, *, library: Library, network: Network) -> frozenset[str]:
    """`intake.place`, `intake.who=child`, `intake.deadline: yes` and `: no` (its condition held, or did not)."""
    found: set[str] = set()
    before: Session | None = None
    for handset, lines in replaying(transcript, library=library, network=network):
        session = handset.conversation.session
        for each in (session, _ended(before, lines) if session is None or session != before else None):
            if each is not None:
                found.update(_of(library.flows[each.flow], each))
        before = session
    return frozenset(found)


def _ended(before: Session | None, lines: list[str]) -> Session | None:
    """The session as the number that was sent left it, which is not kept where that ended it."""
    said = next((line.removeprefix("> ") for line in lines if line.startswith("> ")), "")
    shown = next((entry for entry in reversed(before.log) if isinstance(entry, Shown)), None) if before else None
    if before is None or shown is None or not said.isdecimal() or not 0 < int(said) <= len(shown.options):
        return None
    return replace(before, log=(*before.log, Answered(shown.step, shown.options[int(said) - 1])))


def _of(flow: Flow, session: Session) -> Iterator[str]:
    for entry in session.log:
        match entry:
            case Shown(step=asked):
                yield f"{flow.id}.{asked}"
            case Answered(step=asked, value=value):
                yield from (f"{flow.id}.{asked}={each}" for each in (value if isinstance(value, tuple) else (value,)))
            case _:
                pass
    stands = position(flow, fold(flow, session))
    held = {each.id for each in (stands.step, *stands.answered, *(said for _, said in stands.says))}
    for step in flow.steps[: stands.index + 1]:
        if step.id in held and step.kind in (Kind.SAY, Kind.END):
            yield f"{flow.id}.{step.id}"
        if step.when is not None:
            yield f"{flow.id}.{step.id}: {'yes' if step.id in held else 'no'}"


def all_there_is(flow: Flow) -> Iterator[str]:
    """What the shipped conversations have to show of the flow between them."""
    ways = walk(flow)
    for step in flow.steps:
        if step.id not in ways.met:
            continue
        yield f"{flow.id}.{step.id}"
        yield from (f"{flow.id}.{step.id}={option.id}" for option in step.options if not option.tells)
        if step.when is not None:
            yield f"{flow.id}.{step.id}: yes"
            if step.id in ways.passed:
                yield f"{flow.id}.{step.id}: no"
