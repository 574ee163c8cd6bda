"""The library's files as translators and authors work on them: without places, networks or channels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.cli.catalogs.messages import Message, messages
from flows.dialogue.definition import Flows
from flows.dialogue.loader import load
from flows.triage.details import with_details
from flows.triage.issues import IssueTree, load_issues, with_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    flows: Flows
    issues: IssueTree
    messages: tuple[Message, ...]


def read_sources(library: Path) -> Sources:
    """Raises FileBroken."""
    path = library / "issues.yaml"
    dialogues = [each for each in sorted(library.glob("*.yaml")) if each != path]
    flows = load((str(each), each.read_text(encoding="utf-8")) for each in dialogues)
    issues = load_issues(str(path), path.read_text(encoding="utf-8"))
    rules = library / "triage" / "urgency.yaml"
    issues = with_rules(issues, str(rules), rules.read_text(encoding="utf-8"))
    flows = with_details(flows, issues) if issues.menu else flows
    return Sources(flows=flows, issues=issues, messages=messages(flows, issues))


def from_here(path: Path) -> Path:
    """As whoever runs the program would name it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
