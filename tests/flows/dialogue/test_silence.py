"""Reminders are written in the dialogue's file, and refused where anyone who holds the phone could learn from them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.dialogue import filed
from flows.dialogue.conversation import CaseId
from flows.dialogue.definition import Line
from flows.dialogue.loader import load
from flows.dialogue.session import Session
from flows.dialogue.silence import unfit
from flows.dialogue.text import Text
from flows.strict_yaml import FileBroken

FLOW = """
flow: small
title: Small
silence:
{silence}
steps:
  - {{end: done, text: Done.}}
"""
FIT = Text("phrases.fit.text", "You can go on.")
PHRASES = {
    "fit": Line(live=FIT, quiet=FIT),
    "live_only": Line(live=Text("phrases.live_only.text", "Your land case waits.")),
    "other_quiet": Line(live=FIT, quiet=Text("phrases.other_quiet.quiet", "Go on.")),
    "placed": Line(live=Text("p", "Go on, {name}."), quiet=Text("p", "Go on, {name}.")),
}


def read(*reminders: str) -> str:
    return FLOW.format(silence="\n".join(f"  - {reminder}" for reminder in reminders))


def test_reminders_are_read_in_order() -> None:
    flow = load([("small.yaml", read("{after: 40 minutes, phrase: a}", "{after: 1 hour, phrase: b}"))])["small"]

    assert [(each.after, each.phrase) for each in flow.silence] == [
        (timedelta(minutes=40), "a"),
        (timedelta(hours=1), "b"),
    ]


@pytest.mark.parametrize(
    ("reminders", "fault"),
    [
        (["{after: soon, phrase: a}"], "this is not a length of time"),
        (["{after: 0 hours, phrase: a}"], "this is not a length of time"),
        (["{after: 2 hours, phrase: a}", "{after: 90 minutes, phrase: b}"], "it is not later than the one above"),
        (["{after: 2 hours}"], "phrase"),
        (["{after: 2 hours, phrase: a, text: Hello}"], "text"),
    ],
)
def test_what_can_not_be_meant_is_refused_where_it_is_written(reminders: list[str], fault: str) -> None:
    with pytest.raises(FileBroken) as broken:
        load([("small.yaml", read(*reminders))])

    assert fault in str(broken.value)


@pytest.mark.parametrize(
    ("phrase", "faults"),
    [
        ("fit", []),
        ("nothing", ["there is no phrase called 'nothing'"]),
        ("live_only", ["'live_only' is not marked as fit for a phone others read"]),
        ("other_quiet", ["'other_quiet' is not marked as fit for a phone others read"]),
        ("placed", ["'placed' has places that would be filled"]),
    ],
)
def test_only_words_that_anyone_may_read_remind(phrase: str, faults: list[str]) -> None:
    flow = load([("small.yaml", read(f"{{after: 2 hours, phrase: {phrase}}}"))])["small"]

    assert [fault.error for fault in unfit(flow.silence, PHRASES)] == faults


def test_a_session_remembers_its_case_and_tells_the_code_once() -> None:
    session = Session(flow="small", revision="1")
    assert (filed.case_of(session), filed.untold(session)) == (None, "")
    assert filed.told(session) == session

    marked = filed.mark(session, CaseId("c"), "7Q2M 4KXT")

    assert (filed.case_of(marked), filed.untold(marked)) == ("c", "7Q2M 4KXT")
    assert (filed.case_of(filed.told(marked)), filed.untold(filed.told(marked))) == ("c", "")
    assert filed.case_of(Session.from_data(marked.to_data())) == "c"
