"""Reading dialogue files: every fault at once, each with its file, line, step and mend."""

from __future__ import annotations

import pytest

from flows.dialogue.definition import AnswerType, Kind
from flows.dialogue.loader import MAX_STEPS, load
from flows.dialogue.text import Strength
from flows.strict_yaml import MAX_CHARACTERS, FileBroken
from tests.flows.dialogue.walks import LIBRARY, Walk, flows_of, shipped

HEAD = "flow: small\ntitle: Small\nsteps:\n"
END = "  - {end: done, text: Done.}\n"
ASK = "  - {ask: kind, type: choice, text: Which?, options: {land: Land, work: Work}}\n"


def faults(*files: str) -> list[str]:
    with pytest.raises(FileBroken) as broken:
        load((f"{number}.yaml", text) for number, text in enumerate(files, 1))
    return [str(fault) for fault in broken.value.faults]


def fault(*files: str) -> str:
    (only,) = faults(*files)
    return only


def test_the_shipped_dialogue_can_be_read() -> None:
    flow = shipped()["intake"]
    assert flow.steps[0].kind is Kind.SAY
    assert flow.steps[-1].when is None
    assert (step := flow.step("place")) is not None
    assert step.type is AnswerType.PLACE
    assert flow.step("nowhere") is None


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("  - {ask: kind, text: a, colour: red}\n", "1.yaml:4: kind.colour: 'colour' is not known here. Known are:"),
        ("  - {ask: kind, text: a, txt: b}\n", "1.yaml:4: kind.txt: 'txt' is not known here. Did you mean 'text'."),
        ("  - {ask: kind}\n", "1.yaml:4: kind: 'text' is missing. Add `text:`."),
        ("  - {ask: kind, say: kind, text: a}\n", "1.yaml:4: kind: a step needs exactly one of say, ask,"),
        ("  - {text: a}\n", "1.yaml:4: steps[1]: a step needs exactly one of say, ask, run, review, end"),
        ("  - words\n", "1.yaml:4: steps[1]: a step needs exactly one of"),
        ("  - {say: hi, text: [a]}\n", "1.yaml:4: hi.text: expected words"),
        ("  - {say: Hello There, text: a}\n", "1.yaml:4: Hello There.say: 'Hello There' is no name. Use small letters"),
        ("  - {ask: kind, type: colour, text: a}\n", "1.yaml:4: kind.type: 'colour' is not one of yes_no, choice,"),
        ("  - {ask: kind, type: choice, text: a}\n", "1.yaml:4: kind: a choice question needs two options or more."),
        ("  - {ask: kind, type: many, text: a, options: {b: B}}\n", "a many question needs two options or more."),
        ("  - {ask: kind, type: yes_no, text: a, options: {b: B}}\n", "a yes_no question has no options of its own."),
        ("  - {ask: kind, type: choice, text: a, options: [b, c]}\n", "kind.options: expected names with values."),
        ("  - {ask: kind, type: choice, text: a, options: {b: {}, c: C}}\n", "kind.options.b: 'label' is missing."),
        ("  - {ask: kind, type: choice, text: a, options: {B-1: B, c: C}}\n", "kind.options.B-1: 'B-1' is no name."),
        (
            "  - {ask: kind, type: consent, text: a, options: {b: B, c: {label: C, after: d}}}\n",
            "kind.options.c: 'd' is no option above that tells something.",
        ),
        ("  - {ask: kind, text: a, skip: maybe}\n", "1.yaml:4: kind.skip: expected true or false."),
        ("  - {ask: kind, type: number, text: a, least: some}\n", "1.yaml:4: kind.least: expected a whole number."),
        ("  - {ask: kind, type: date, text: a, time: later}\n", "kind.time: 'later' is not one of future, past."),
        ("  - {say: hi, text: a, when: kind == land}\n", "1.yaml:4: hi.when: 'kind' is not an earlier step."),
        (f"{ASK}  - {{say: hi, text: a, when: kind == sea}}\n", "1.yaml:5: hi.when: 'sea' is not an option of 'kind'."),
        (f"{ASK}  - {{say: hi, text: a, when: kind(1)}}\n", "1.yaml:5: hi.when: only comparisons, `and`, `or`,"),
        (f"{ASK}{ASK}", "1.yaml:5: kind.ask: there are two steps called 'kind'. Rename one."),
        ("  - {say: hi, text: a, variants: {child: b}}\n", "1.yaml:4: hi.variants.child: 'child' is not a term of"),
        ("  - {review: all, text: a}\n", "1.yaml:4: all: a review has the options send and change."),
        ("  - {run: other}\n", "1.yaml:4: other.run: there is no dialogue called 'other'. Check its `flow:` line."),
        ("  - {run: small}\n", "1.yaml:4: small.run: 'small' would run itself. Remove this step."),
    ],
)  # fmt: skip
def test_a_fault_names_its_place_and_its_mend(steps: str, said: str) -> None:
    assert any(said in each for each in faults(HEAD + steps + END))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1.yaml:1: the file is empty."),
        ("title: Small\nsteps:\n" + END, "1.yaml:1: 'flow' is missing."),
        (HEAD.replace("small", "Small Talk") + END, "1.yaml:1: flow: 'Small Talk' is no name."),
        (HEAD + END + "colour: red\n", "1.yaml:5: colour: 'colour' is not known here."),
        (HEAD + ASK, "1.yaml:1: the dialogue may never end. Let its last step be an `end:` without `when:`."),
        (HEAD + ASK + "  - {end: done, text: a, when: kind}\n", "1.yaml:1: the dialogue may never end."),
        (HEAD + END + "lost: {after: 0}\n", "1.yaml:5: lost.after: 0 is out of range. Write a number from 1 to 9."),
        (HEAD + END + "terms: {calm: colour == red}\n", "1.yaml:5: terms.calm: 'colour' is not an earlier step."),
        (HEAD + END + "terms: {asked: asked < 2}\n", "terms.asked: 'asked' is also the name of a step or a fact."),
        (HEAD + ASK + END + "terms: {kind: asked < 2}\n", "terms.kind: 'kind' is also the name of a step or a fact."),
        (HEAD + ASK + END + "alarms: {fire: {ask: kind, answer: sea}}\n", "alarms.fire: 'kind' has no option 'sea'."),
        (HEAD + ASK + END + "alarms: {fire: {ask: kind}}\n", "alarms.fire: 'answer' is missing."),
        ("phrases: [a]\n", "1.yaml:1: phrases: expected names with values."),
        ("phrases: {more: {}}\n", "1.yaml:1: phrases.more: 'text' is missing."),
    ],
)  # fmt: skip
def test_a_fault_of_the_whole_file_names_its_line(text: str, said: str) -> None:
    assert any(said in each for each in faults(text))


def test_every_fault_of_every_file_is_told_at_once() -> None:
    first = HEAD + "  - {say: hi}\n  - {ask: kind, text: a, colour: red}\n" + END
    second = "flow: other\ntitle: Other\nsteps:\n  - {say: hi, text: a, when: nothing}\n"
    assert [each.split(":")[0] for each in faults(first, second, "a: [")] == [
        "3.yaml",
        "1.yaml",
        "1.yaml",
        "2.yaml",
        "2.yaml",
    ]


def test_names_are_used_once() -> None:
    assert "there are two dialogues called 'small'" in fault(HEAD + END, HEAD + END)
    assert "2.yaml:1: phrases.more: there are two phrases called 'more'" in fault(
        "phrases: {more: {text: More}}", "phrases: {more: {text: More}}"
    )


def test_only_true_and_false_are_anything_but_words() -> None:
    """YAML 1.1 would read these as booleans, sixties and octal numbers."""
    text = HEAD + "  - ask: kind\n    type: choice\n    text: 1:30\n    options: {no: No, yes: on, off: 012}\n" + END
    (step, _) = load([("1.yaml", text)])["small"].steps
    assert step.line.live.source == "1:30"
    assert [(option.id, option.label.source) for option in step.options] == [
        ("no", "No"),
        ("yes", "on"),
        ("off", "012"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "  - &a {say: hi, text: a}\n  - *a\n" + END, "1.yaml:4: anchors and aliases (& and *) are not"),
        (HEAD + "  - {say: hi, text: !!python/object:os.system a}\n" + END, "1.yaml:4: tags (!) are not allowed."),
        (HEAD + "  - {say: hi, say: ho, text: a}\n" + END, "1.yaml:4: 'say' is given twice. Keep one of them."),
        (HEAD + "  - {say: hi, text: a\n" + END, "1.yaml:5: "),
        (HEAD + END + "---\nflow: other\n", "1.yaml:5: "),
        ("? [a]\n: b\n", "1.yaml:1: a name must be plain words."),
        ("a: " + "[" * 50 + "]" * 50, "1.yaml:1: nested too deeply."),
        ("a: " + "[" * 100_000, "1.yaml:1: nested too deeply."),
        ("a: " + "[" * 100_000 + "]" * 100_000, "1.yaml:1: nested too deeply."),
        ("\n".join(" " * n + "a:" for n in range(500)), "1.yaml:21: nested too deeply."),
        ("# " + "x" * MAX_CHARACTERS, "1.yaml:1: the file is too large. Split it."),
        ("\x00", "1.yaml:1: "),
        ("a: \ud800", "1.yaml:1: "),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused(text: str, said: str) -> None:
    assert said in fault(text)


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)]
    assert "anchors and aliases" in fault("\n".join(lines))


def test_a_dialogue_has_a_longest_length() -> None:
    says = "".join(f"  - {{say: s{number}, text: a}}\n" for number in range(MAX_STEPS + 1))
    assert f"there are more than {MAX_STEPS} steps" in fault(HEAD + says + END)


def test_a_revision_changes_with_the_content_only() -> None:
    before = load([("1.yaml", HEAD + ASK + END)])["small"].revision
    assert load([("1.yaml", "# a remark\n\n" + HEAD + ASK + END)])["small"].revision == before
    assert load([("1.yaml", HEAD + ASK.replace("Land", "Home") + END)])["small"].revision != before


SAFETY = """
flow: safety
title: Safety
terms: {alone: others == no}
steps:
  - {ask: others, type: yes_no, text: Can others read this phone?}
  - {ask: reach, type: choice, text: How?, when: alone, options: {call: Call, text: Text}}
  - {end: safe, text: Never said.}
"""
RUNS = """
flow: outer
title: Outer
steps:
  - {ask: kind, type: choice, text: Which?, options: {land: Land, work: Work}}
  - {run: safety, when: kind == work, gives: [reach]}
  - {ask: time, type: choice, text: When?, when: reach == call, options: {early: Early, late: Late}}
  - {end: done, text: Done.}
"""


def test_a_sub_flow_is_written_in_under_its_own_name() -> None:
    flow = load([("1.yaml", SAFETY), ("2.yaml", RUNS)])["outer"]
    assert [step.id for step in flow.steps] == ["kind", "safety.others", "safety.reach", "time", "done"]
    assert (step := flow.step("safety.reach")) is not None
    assert step.line.live.context == "safety.reach.text"


def test_a_sub_flow_is_run_where_its_guard_holds_and_gives_what_it_says() -> None:
    flows = flows_of(SAFETY, RUNS)
    assert Walk(flows, "outer").say("land").at == ""
    walk = Walk(flows, "outer").say("work", "no", "call")
    assert walk.at == "time"
    assert walk.say("early").given == {"kind": "work", "safety.others": "no", "safety.reach": "call", "time": "early"}
    assert Walk(flows, "outer").say("work", "yes").at == ""


def test_a_sub_flow_keeps_its_names_to_itself() -> None:
    assert "'others' is not an earlier step" in fault(SAFETY, RUNS.replace("reach == call", "others == no"))
    assert "'safety' asks no 'colour'" in fault(SAFETY, RUNS.replace("gives: [reach]", "gives: [reach, colour]"))
    inner = SAFETY.replace("when: alone", "when: kind == land")
    assert any("'kind' is not an earlier step" in each for each in faults(inner, RUNS))
    twice = RUNS.replace(
        "  - {ask: time", "  - {ask: reach, text: Again?}\n  - {run: safety, when: kind}\n  - {ask: time"
    )
    assert "there are two steps called 'safety.others'" in faults(SAFETY, twice)[0]


def test_sub_flows_can_not_run_each_other_in_a_ring() -> None:
    other = "flow: other\ntitle: Other\nsteps:\n  - {run: small}\n" + END
    assert any("would run itself" in each for each in faults(HEAD + "  - {run: other}\n" + END, other))


def test_quiet_same_is_the_text_itself() -> None:
    (step, _) = load([("1.yaml", HEAD + "  - {say: hi, text: Hello, quiet: same}\n" + END)])["small"].steps
    assert step.line.pick({}, Strength.QUIET) == step.line.live
    (step, _) = load([("1.yaml", HEAD + "  - {say: hi, text: Hello, quiet: Hi}\n" + END)])["small"].steps
    quiet = step.line.pick({}, Strength.QUIET)
    assert quiet is not None
    assert (quiet.context, quiet.source) == ("small.hi.quiet", "Hi")


def test_every_shipped_file_can_be_read_together() -> None:
    files = [path for path in LIBRARY.glob("*.yaml") if path.name != "issues.yaml"]
    assert len(files) >= 4
    assert load((path.name, path.read_text(encoding="utf-8")) for path in files).flows
