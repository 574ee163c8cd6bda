"""`drill`: a call that is not real, to see who of the rota answers at which minute. It only queues: a running `serve`
sends, climbs and takes the answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.app import read_library
from bot.cli.printing import AsJson, emit
from bot.cli.service import casework_for, network_of
from bot.cli.store import in_store
from bot.settings import ConfigInvalid, Settings, read_settings
from flows.routing.drills import Drill, DrillKind
from storage import Tx

FAULTS = 1


class Rings(StrEnum):
    DANGER = "danger"
    HELD = "held"


def drill(
    kind: Annotated[Rings, typer.Option(help="What it is to be like.")] = Rings.DANGER,
    status: Annotated[bool, typer.Option("--status", help="How the last drills went, and begin none.")] = False,
    test: Annotated[
        bool, typer.Option("--test", help="Ask each phone of the rota to answer, and call nobody.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Calls the rota as in danger, every message marked DRILL and counted nowhere."""
    settings = read_settings()
    if network_of(settings).oncall is None:
        raise ConfigInvalid("The network file has no `oncall`: nobody would be called in danger. Write a rota first.")
    if status:
        _status(settings, as_json=as_json)
    elif test:
        _test(settings, as_json=as_json)
    else:
        _begin(settings, DrillKind(kind), as_json=as_json)


def _begin(settings: Settings, kind: DrillKind, *, as_json: bool) -> None:
    casework = casework_for(settings, read_library())

    async def work(tx: Tx) -> tuple[Drill, bool, list[str]]:
        begun, is_new, called = await casework.drill(tx, kind)
        return begun, is_new, [member.name for member in called]

    begun, is_new, called = in_store(settings, work)
    if not is_new:
        raise ConfigInvalid(f"A drill runs already, since {_clock(begun.opened_at)}. See `baraza drill --status`.")
    emit(
        {"kind": begun.kind, "code": begun.code, "began_at": begun.opened_at.isoformat(), "called": called},
        f"DRILL ({begun.kind}) with code {begun.code} has begun. Called first: {', '.join(called) or 'nobody'}.\n"
        "A running `serve` sends it, again every few minutes, and to the next after 15 and to all after 30 minutes.\n"
        "It ends after an hour, or when somebody has it: see `baraza drill --status`.",
        as_json=as_json,
    )
    if not called:
        print("Nobody of the rota has a phone linked: a real call would reach only the desk.")
        raise typer.Exit(FAULTS)


def _status(settings: Settings, *, as_json: bool) -> None:
    async def work(tx: Tx) -> list[tuple[dict[str, Any], str]]:
        names = {member.id: member.name for member in await tx.members.list()}
        return [
            _told(each, names.get(each.answered_by, "") if each.answered_by else "")
            for each in await tx.drills.recent()
        ]

    found = in_store(settings, work)
    for told, words in found:
        emit(told, words, as_json=as_json)
    if not found and not as_json:
        print("There was no drill so far. Begin one with `baraza drill`.")


def _told(each: Drill, who: str) -> tuple[dict[str, Any], str]:
    took = each.ended_at - each.opened_at if each.ended_at else None
    told = {
        "kind": each.kind,
        "began_at": each.opened_at.isoformat(),
        "state": "answered" if who else "unanswered" if took is not None else "running",
        "calls": each.repeats + 1,
        "answered_by": who or None,
        "seconds": None if took is None else round(took.total_seconds()),
    }
    calls = f"{each.repeats + 1} call{'' if not each.repeats else 's'}"
    if took is None:
        ended = f"runs, {calls} so far, code {each.code}"
    elif who:
        ended = f"{who} answered after {_minutes(took)}, {calls}"
    else:
        ended = f"nobody answered in {_minutes(took)}, {calls}"
    return told, f"{_clock(each.opened_at)} {each.kind}: {ended}"


def _test(settings: Settings, *, as_json: bool) -> None:
    casework = casework_for(settings, read_library())

    async def work(tx: Tx) -> list[tuple[str, int]]:
        return [(member.name, phones) for member, phones in await casework.test_phones(tx)]

    asked = in_store(settings, work)
    for name, phones in asked:
        words = (
            f"{name}: asked on {phones} phone{'' if phones == 1 else 's'}. `baraza members list` shows who answered."
        )
        emit({"name": name, "phones": phones}, words, as_json=as_json)
    if not asked:
        print("Nobody of the rota has a phone linked. Invite them with `baraza members invite NAME`.")
        raise typer.Exit(FAULTS)


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _minutes(length: timedelta) -> str:
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    return f"{minutes} min {seconds} s"
