"""`baraza issues suggest`: the contract other programs read."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from bot.cli.commands import app


def run(*words: str, typed: str = "") -> str:
    result = CliRunner().invoke(app, ["issues", "suggest", *words], input=typed)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_text_gives_one_object_with_its_candidates() -> None:
    said = json.loads(run("they took our land", "--json"))
    assert said["text"] == "they took our land"
    assert said["candidates"][0].keys() == {"issue", "group", "confidence"}
    assert said["candidates"][0]["issue"] == "land_environment.land_grab"
    assert said["candidates"][0]["group"] == "land_environment"


def test_lines_are_read_one_by_one_and_empty_ones_passed_over() -> None:
    lines = run("--lang", "sw", "--json", typed="nimefukuzwa kazi\n\nhabari\n").splitlines()
    found = [[each["group"] for each in json.loads(line)["candidates"]][:1] for line in lines]
    assert found == [["work"], []]


def test_for_people_it_says_the_label_or_that_the_menu_asks() -> None:
    assert "Land taken from us" in run("they took our land")
    assert "the menu asks" in run("hello")


def test_a_language_without_words_is_named() -> None:
    result = CliRunner().invoke(app, ["issues", "suggest", "--lang", "xx", "land"])
    assert result.exit_code != 0
    assert "no words for 'xx'" in str(result.exception)
