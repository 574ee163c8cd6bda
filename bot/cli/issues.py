"""`baraza issues`: what people's own words are probably about, as the intake proposes it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.app import LIBRARY, LOCALES, read_issue_words
from bot.cli.catalogs.library import from_here
from bot.settings import ConfigInvalid
from flows.strict_yaml import Fault, FileBroken
from flows.triage.issue_words import IssueWords
from flows.triage.issues import IssueTree, load_issues
from flows.triage.suggest import suggest

WORDS = "issues.yaml"
"""In a language's folder: the words by which people name their problems. A language may be without."""

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _issues() -> None:
    """The problems people bring."""


@app.command("suggest")
def suggest_issues(
    text: Annotated[str, typer.Argument(help="What a person wrote; without it, each line of standard input.")] = "",
    lang: Annotated[str, typer.Option(help="The language it is written in. English is always read too.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """Proposes at most three groups of problems, likeliest first. The intake never takes one without a yes."""
    tree = read_tree(from_here(LIBRARY))
    words = read_issue_words(("en", lang), tree, from_here(LOCALES))
    if lang not in words:
        raise ConfigInvalid(f"There are no words for {lang!r}. There are: {', '.join(sorted(_written(LOCALES)))}.")
    spoken = [words[code] for code in dict.fromkeys((lang, "en"))]
    for line in [text] if text else (each.rstrip("\n") for each in sys.stdin):
        if line.strip():
            typer.echo(_as_json(line, spoken) if as_json else _as_words(line, spoken, tree))


def _as_json(text: str, words: Sequence[IssueWords]) -> str:
    found = [{"issue": each.issue, "group": each.group, "confidence": each.confidence} for each in suggest(text, words)]
    return json.dumps({"text": text, "candidates": found}, ensure_ascii=False)


def _as_words(text: str, words: Sequence[IssueWords], tree: IssueTree) -> str:
    found = [f"  {each.confidence:.2f}  {each.issue}  {tree[each.issue].label}" for each in suggest(text, words)]
    return "\n".join([text, *(found or ["  nothing recognised: the menu asks"])])


def read_tree(library: Path) -> IssueTree:
    """Raises FileBroken."""
    path = library / WORDS
    return load_issues(str(path), path.read_text(encoding="utf-8"))


def find_word_faults(library: Path, locales: Path) -> list[Fault]:
    """Everything that is wrong with the words of every language."""
    faults: list[Fault] = []
    tree = read_tree(library)
    for code in _written(locales):
        try:
            read_issue_words((code,), tree, locales)
        except FileBroken as broken:
            faults += broken.faults
    return faults


def _written(locales: Path) -> list[str]:
    return sorted(path.parent.name for path in locales.glob(f"*/{WORDS}"))
