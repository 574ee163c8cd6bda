"""`baraza talk`: a line in, what a phone would show out; and the conversation kept as a test."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.app import DEMO, read_library, read_network
from bot.cli import commands, talk
from bot.cli.handset import replay


def talked(*arguments: str, lines: str) -> str:
    result = CliRunner().invoke(commands.app, ["talk", *arguments], input=lines)
    assert result.exit_code == 0, result.output
    return result.output


def test_lines_are_read_from_a_pipe_and_parts_are_counted() -> None:
    output = talked(lines="Hello\n2\n\n3\n")
    assert output.index("[2 parts]") < output.index("! the people on duty are called: held")
    assert output.index("< May our people ring this phone?") < output.rindex("[1 part]")
    assert "Which town" not in output, "an empty line ends it"


def test_another_language_and_another_channel() -> None:
    output = talked("--lang", "sw", "--channel", "telegram", lines="Habari\n[Hapana]\n")
    assert "[Hapana]" in output
    assert "part]" not in output


def test_time_can_pass() -> None:
    output = talked(lines="Hello\n4\n@ 31 days later\nhello\n")
    assert output.count("Free help") == 2


def test_a_conversation_is_saved_as_a_test_that_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk, "TRANSCRIPTS", tmp_path)
    talked("--save", "short_walk", lines="Hello\n5\nNakuru\n@ 10 minutes later\n2\n")
    saved = (tmp_path / "short_walk.txt").read_text(encoding="utf-8")
    assert saved.startswith("channel: sms\nlanguage: en\nflow: intake\nbegins: ")
    assert replay(saved, library=read_library(), network=read_network(DEMO / "network.yaml")) == saved
    changed = saved.replace("Which town is nearest?", "Which town?")
    assert replay(changed, library=read_library(), network=read_network(DEMO / "network.yaml")) == saved


@pytest.mark.parametrize(
    ("arguments", "lines", "said"),
    [
        (["--lang", "xx"], "", "--lang xx is not offered. Known: en, sw, ne, ne-Latn, ar, es, "),
        (["--flow", "xx"], "", "--flow xx is not a dialogue. Known: intake, details."),
        (["--save", "../x"], "", "--save ../x: use a new name of letters, digits and _, without a folder."),
        (["--save", "nakuru_land"], "", "--save nakuru_land: use a new name"),
        ([], "[Nothing]\n", "[Nothing]: there is no such button on the screen."),
        ([], "@ soon\n", "@ soon: write it as `@ 40 minutes later` (or hours, days)."),
    ],
)
def test_what_can_not_be_done_is_said(arguments: list[str], lines: str, said: str) -> None:
    result = CliRunner().invoke(commands.app, ["talk", *arguments], input=lines)
    assert result.exit_code != 0
    assert said in str(result.exception)
