"""What reading a dialogue line by line can not see: the lint walks every way."""

from __future__ import annotations

import pytest

from flows.dialogue.definition import Flows
from flows.dialogue.lint import ENGINE_PHRASES, lint, lost_answers, walk
from tests.flows.dialogue.walks import Walk, flows_of, shipped

FACTS = frozenset({"kind", "contact"})


def faults(steps: str, terms: str = "") -> list[str]:
    text = f"flow: small\ntitle: Small\n{terms}steps:\n{steps}  - {{end: done, text: Done., quiet: same}}\n"
    return [str(fault) for fault in lint(flows_of(text), facts=FACTS)]


ASK = "  - {ask: kind, type: choice, text: Which?, quiet: same, options: {land: Land, work: Work}}\n"
QUIET = "terms: {quiet: kind == work}\n"


def test_a_sound_dialogue_has_no_faults() -> None:
    assert faults(ASK) == []


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (ASK + "  - {say: a, text: A, when: kind == land and kind == work}\n", "1.yaml:5: a: nobody can ever come"),
        (ASK + "  - {say: a, text: A, when: asked > 1}\n", "1.yaml:5: a: nobody can ever come here."),
        (
            ASK + "  - {end: e, text: E, quiet: same, when: 'kind in [land, work]'}\n  - {say: a, text: A}\n",
            "1.yaml:6: a: nobody can ever come here.",
        ),
        ("  - {ask: a, text: A, quiet: same, fact: colour}\n", "1.yaml:4: a: no case knows the fact 'colour'."),
        (
            "  - {ask: a, type: consent, text: A, options: {b: B, c: C}}\n",
            "1.yaml:4: a: it does not say what the consent is for.",
        ),
    ],
)  # fmt: skip
def test_a_fault_names_its_step_and_its_mend(steps: str, said: str) -> None:
    assert any(each.startswith(said) for each in faults(steps))


def test_what_can_be_met_on_a_phone_others_read_needs_quiet_words() -> None:
    steps = ASK + "  - {ask: name, text: Name?}\n"
    assert faults(steps) == []
    assert faults(steps, QUIET) == [
        "1.yaml:6: name: it can be reached on a phone others read, and has no quiet text. Add `quiet:`."
    ]
    assert faults(steps.replace("text: Name?", "text: Name?, when: kind == land"), QUIET) == []
    assert faults(ASK + "  - {say: hello, text: Hello.}\n", QUIET) == []


def test_a_phone_known_to_be_shared_is_walked_too() -> None:
    shared = "terms: {quiet: shared == yes}\n"
    assert "no quiet text" in faults("  - {ask: name, text: Name?}\n", shared)[0]
    assert faults("  - {ask: name, text: Name?, when: shared == no}\n", shared) == []


@pytest.mark.parametrize(
    ("steps", "met"),
    [
        ("  - {ask: a, type: yes_no, text: A}\n  - {say: b, text: B, when: a == no}\n", True),
        ("  - {ask: a, type: number, text: A, least: 3, most: 5}\n  - {say: b, text: B, when: a > 4}\n", True),
        ("  - {ask: a, type: number, text: A, least: 3, most: 5}\n  - {say: b, text: B, when: a > 5}\n", False),
        ("  - {ask: a, type: many, text: A, options: {c: C, d: D}}\n  - {say: b, text: B, when: 'a in [d]'}\n", True),
        ("  - {ask: a, text: A, skip: true}\n  - {say: b, text: B, when: a == skipped}\n", True),
        ("  - {ask: a, text: A}\n  - {say: b, text: B, when: a == skipped}\n", False),
        ("  - {ask: a, text: A}\n  - {say: b, text: B, when: a == not_known}\n", True),
        ("  - {ask: a, type: place, text: A}\n  - {say: b, text: B, when: not a}\n", False),
        ("  - {review: a, text: A, options: {send: S, change: C}}\n  - {say: b, text: B, when: a == send}\n", True),
    ],
)  # fmt: skip
def test_every_kind_of_answer_is_tried(steps: str, met: bool) -> None:
    text = f"flow: small\ntitle: Small\nsteps:\n{steps}  - {{end: done, text: Done.}}\n"
    assert ("b" in walk(flows_of(text)["small"]).met) is met


def test_phrases_the_engine_says_must_be_there() -> None:
    flows = shipped()
    without = Flows(flows=flows.flows, phrases={name: line for name, line in flows.phrases.items() if name != "lost"})
    (fault,) = lint(without, facts=frozenset({*FACTS, *(step.fact for step in flows["intake"].steps)}))
    assert str(fault) == "phrases.yaml:1: phrases: phrases are missing: lost. Add them."
    assert set(ENGINE_PHRASES) <= set(flows.phrases)


def test_the_shipped_intake_is_met_whole() -> None:
    ways = walk(shipped()["intake"])
    assert ways.met == {step.id for step in shipped()["intake"].steps}
    assert "quiet_contact" in ways.met_quiet
    assert "who" not in ways.met_quiet


# ---- people inside a dialogue that is changed


def test_answers_that_a_change_would_undo_are_found() -> None:
    before = flows_of(
        """
flow: way
title: Way
steps:
  - ask: first
    type: choice
    text: Which?
    options: {a: A, b: B}
  - ask: second
    type: choice
    text: And?
    options: {c: C, d: D}
  - end: done
    text: Done.
"""
    )
    source = before["way"]
    walked = Walk(before, "way").say("1")
    assert lost_answers(source, walked.session) == ()
    without_option = flows_of(
        """
flow: way
title: Way
steps:
  - ask: first
    type: choice
    text: Which?
    options: {b: B, x: X}
  - ask: third
    type: choice
    text: And?
    options: {c: C, d: D}
  - end: done
    text: Done.
"""
    )
    assert set(lost_answers(without_option["way"], walked.session)) == {"first", "second"}
    renamed = flows_of(
        """
flow: way
title: Way
steps:
  - ask: one
    type: choice
    was: first
    text: Which?
    options: {a: A, b: B}
  - ask: two
    type: choice
    was: second
    text: And?
    options: {c: C, d: D}
  - end: done
    text: Done.
"""
    )
    assert lost_answers(renamed["way"], walked.session) == ()
