"""What people's own words propose: the shipped words on made-up messages (`told.tsv`), and the rules they go by."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.strict_yaml import FileBroken
from flows.triage.issue_words import IssueWords, load_issue_words
from flows.triage.issues import IssueTree, load_issues
from flows.triage.suggest import MOST, SURE, suggest

ROOT = Path(__file__).parents[3]
TOLD = Path(__file__).with_name("told.tsv")
LANGUAGES = sorted(path.parent.name for path in (ROOT / "locales").glob("*/issues.yaml"))


@cache
def tree() -> IssueTree:
    return load_issues("issues.yaml", (ROOT / "flows" / "library" / "issues.yaml").read_text(encoding="utf-8"))


@cache
def shipped() -> Mapping[str, IssueWords]:
    files = {code: ROOT / "locales" / code / "issues.yaml" for code in LANGUAGES}
    return {code: load_issue_words(str(path), path.read_text(encoding="utf-8"), tree()) for code, path in files.items()}


def spoken(language: str) -> list[IssueWords]:
    return [shipped()[code] for code in dict.fromkeys((language, "en"))]


def told() -> list[tuple[str, str, str]]:
    with TOLD.open(encoding="utf-8") as lines:
        rows = [row for row in csv.reader(lines, delimiter="\t") if not row[0].startswith("#")]
    return [(language, group, said) for language, group, said in rows]


@pytest.mark.parametrize("language", ["ar", "en", "es", "ne", "sw"])
def test_most_messages_find_their_group_and_none_is_surely_taken_for_another(language: str) -> None:
    cases = [(group, suggest(said, spoken(language))) for code, group, said in told() if code == language]
    named = [(group, found) for group, found in cases if group != "-"]
    assert len(named) >= 25
    first = sum(found[:1] != () and found[0].group == group for group, found in named)
    among = sum(group in {each.group for each in found} for group, found in named)
    assert first / len(named) >= 0.85
    assert among / len(named) >= 0.95
    assert [
        group for group, found in named if found[:1] and found[0].confidence >= SURE and found[0].group != group
    ] == []


def test_what_tells_of_no_problem_proposes_nothing() -> None:
    nothing = [(code, said) for code, group, said in told() if group == "-"]
    assert len(nothing) >= 25
    assert [said for code, said in nothing if suggest(said, spoken(code))] == []


WORDS = """\
prefixes: [al]
not: [not about]
issues:
  land_environment: {weak: [land*]}
  land_environment.land_grab: {strong: [took our land]}
  work: {weak: [boss]}
  work.unpaid_wages: {strong: [salary, "*lipwa*"]}
  family.divorce: {strong: [divorce]}
ambiguous:
  bribe: [public_services, detention_police]
"""


def words(text: str = WORDS) -> IssueWords:
    return load_issue_words("issues.yaml", text, tree())


def found(said: str) -> list[tuple[str, bool]]:
    return [(each.issue, each.confidence >= SURE) for each in suggest(said, [words()])]


@pytest.mark.parametrize(
    ("said", "proposed"),
    [
        ("", []),
        ("good morning", []),
        ("They TOOK all our land!", [("land_environment.land_grab", True)]),
        ("land", [("land_environment", False)]),
        ("the landlord", [("land_environment", False)]),
        ("sijalipwa", [("work.unpaid_wages", True)]),
        ("alsalary", [("work.unpaid_wages", True)]),
        ("not about land, it is the salary", [("work.unpaid_wages", True)]),
        ("a bribe", [("detention_police", False), ("public_services", False)]),
        ("salary and divorce", [("family.divorce", False), ("work.unpaid_wages", False)]),
        ("salary boss divorce", [("work.unpaid_wages", False), ("family.divorce", False)]),
    ],
)
def test_words_add_up(said: str, proposed: list[tuple[str, bool]]) -> None:
    assert found(said) == proposed


def test_a_language_and_english_are_read_together() -> None:
    both = suggest("boss hajanilipa salary", spoken("sw"))
    assert both[0].group == "work"


@given(st.text(max_size=300))
def test_anything_written_gives_three_at_most_in_order(said: str) -> None:
    suggested = suggest(said, spoken("ar"))
    assert len(suggested) <= MOST
    assert list(suggested) == sorted(suggested, key=lambda each: -each.confidence)
    assert all(0 < each.confidence <= 1 and tree().group_of(each.issue) == each.group for each in suggested)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("issues:\n  no.such: {strong: [word]}\n", "2: issues.no.such: there is no issue 'no.such'"),
        ("issues:\n  work: {strong: [la*]}\n", "the stem 'la*' is too short"),
        ("issues:\n  work: {strong: ['*abc*']}\n", "the stem '*abc*' is too short"),
        ("issues:\n  work: {strong: [pay]}\n  family: {strong: [PAY]}\n", "'PAY' is sure of work too"),
        ("issues:\n  work: {strong: [pay], weak: [Pay]}\n", "'Pay' is given twice for work"),
        ("issues:\n  work: {strong: ['*']}\n", "'*' is no word"),
        ("issues:\n  work: {sure: [pay]}\n", "sure"),
        ("issues:\n  work: {weak: [pay]}\nambiguous:\n  pay: [work, work.unpaid_wages]\n", "names one group only"),
        ("issues:\n  work: {weak: [pay]}\nambiguous:\n  pay: [work, nothing]\n", "there is no issue 'nothing'"),
        ("not: [a]\n", "'issues' is missing"),
    ],
)
def test_words_that_can_not_work_are_told_with_their_place(text: str, said: str) -> None:
    with pytest.raises(FileBroken) as broken:
        words(text)
    assert said in str(broken.value)
