"""`baraza flows graph`: every step, option and condition is in the picture, with who comes by."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from bot.app import LIBRARY
from bot.cli import dialogues
from bot.cli.catalogs.library import from_here, read_sources
from bot.cli.drawing import draw
from flows.dialogue.loader import load
from flows.dialogue.text import Text

SVG = "{http://www.w3.org/2000/svg}"
SMALL = """
flow: small
title: Doors & <steps>
steps:
  - ask: door
    type: choice
    text: Which way?
    options: {left: Left, right: Right}
  - ask: sure
    type: yes_no
    when: door == left
    text: Are you sure?
  - say: only_some
    when: sure == yes
    text: Some come by here.
  - end: done
    text: Done.
"""


def in_english(text: Text) -> str:
    return text.source


def drawn(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314 - our own picture


def dots(picture: str) -> list[str]:
    return [str(dot.get("fill")) for dot in drawn(picture).iter(f"{SVG}circle")]


def words(picture: str) -> list[str]:
    return [text.text or "" for text in drawn(picture).iter(f"{SVG}text")]


def test_a_dot_for_those_who_come_by_and_a_ring_for_some() -> None:
    picture = draw(load([("small.yaml", SMALL)])["small"], in_english)
    full, ring = "#1f6f54", "#fbfcfd"
    door, sure, some, done = [full] * 3, [full, ring], [ring] * 2, [full] * 3
    assert dots(picture) == [*door, *sure, *some, *done]
    assert "Doors & <steps>" in words(picture)
    assert "door == left" in words(picture)


def test_every_shipped_step_is_drawn_in_the_language_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "intake.svg"
    result = CliRunner().invoke(dialogues.app, ["graph", "intake", "--lang", "sw", "--output", str(file)])
    assert result.exit_code == 0, result.output
    picture = file.read_text(encoding="utf-8")
    flow = read_sources(from_here(LIBRARY)).flows["intake"]
    seen = words(picture)
    for step in flow.steps:
        assert any(line.startswith(f"{step.id} (") for line in seen)
        assert step.line.live.source not in seen
    for name in flow.terms:
        assert any(line.startswith(f"{name}: ") for line in seen)


@pytest.mark.parametrize(("asked", "said"), [(["nope"], "no dialogue 'nope'"), (["intake", "--lang", "xx"], "'xx'")])
def test_what_is_not_there_is_named(asked: list[str], said: str) -> None:
    result = CliRunner().invoke(dialogues.app, ["graph", *asked])
    assert result.exit_code != 0
    assert said in str(result.exception)
