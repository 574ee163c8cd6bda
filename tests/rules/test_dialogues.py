"""`baraza flows check`: clean on what is shipped; else one line for each fault, with file, line, step and mend."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.app import LIBRARY
from bot.cli import dialogues


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped one, to be broken."""
    copy = tmp_path / "library"
    shutil.copytree(LIBRARY, copy, ignore=shutil.ignore_patterns("places"))
    monkeypatch.setattr(dialogues, "LIBRARY", copy)
    monkeypatch.chdir(tmp_path)
    return copy


def checked() -> tuple[int, list[str]]:
    result = CliRunner().invoke(dialogues.app, ["check"])
    return result.exit_code, result.output.splitlines()


def break_it(library: Path, before: str, after: str) -> None:
    path = library / "intake.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_shipped_dialogues_pass(library: Path) -> None:
    assert checked() == (0, ["Every dialogue is sound."])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("type: choice", "type: choise", "opening.type: 'choise' is not one of yes_no, choice, many, "),
        ("when: danger\n", "when: denger\n", "danger_phone.when: 'denger' is neither an earlier step nor a term."),
        ("when: danger\n", "when: danger and held\n", "danger_phone: nobody can ever come here. Mend its `when:`"),
        ("quiet: Which town is nearest?", "note: none", "place: it can be reached on a phone others read"),
        ("quiet: When is a good time?", "quiet: When can our lawyer ring?", "quiet_time.quiet: 'lawyer' tells"),
        ("label: Danger or hurt,", "label: Cancel,", "intake.opening.danger.label: 'cancel' is a command."),
        ("fact: region", "fact: regoin", "place: no case knows the fact 'regoin'."),
        ("Who needs help?", "Who needs {oops} help?", "intake.who.text: nobody fills {oops}"),
        ("Who needs help?", "Who {receipt} needs help?", "a text inside the dialogue has no {names} to be filled"),
        ("Who needs help?", "Who needs {0.x} help?", "intake.who.text: a brace belongs to no {name}"),
        ("Who needs help?", "See www.example.org", "intake.who.text: it holds a web address"),
        ("Who needs help?", "Who needs \u202ehelp?", "here stands a character nobody can see (U+202E)"),
        ("code is {receipt}.", "code is {reciept}.", "nobody fills {reciept}"),
        ("Who needs help?", "Who needs help? " + "Long. " * 30, "intake.who.text: it takes 2 parts"),
        ("  - say: welcome", "  - say: [welcome", "did not find expected ',' or ']'."),
    ],
)  # fmt: skip
def test_a_broken_dialogue_is_told_with_its_place(library: Path, before: str, after: str, said: str) -> None:
    break_it(library, before, after)
    code, lines = checked()
    assert code == 1
    (found,) = [line for line in lines if said in line] or [""]
    assert found, lines
    assert found.startswith("library/intake.yaml:")
