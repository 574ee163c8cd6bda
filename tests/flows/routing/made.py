"""Partners, cases and trees made up for the tests of routing."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flows.places.regions import RegionTree
from flows.routing.case import CaseFacts, Scope
from flows.routing.casebook import PartnerId
from flows.routing.directory import Directory
from flows.routing.partners import Independence, Partner
from flows.triage.issues import IssueTree, load_issues
from flows.triage.urgency import Urgency

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
REGIONS = RegionTree(())


@cache
def issues() -> IssueTree:
    return load_issues("issues.yaml", (ROOT / "flows/library/issues.yaml").read_text(encoding="utf-8"))


def partner(name: str = "a", **changes: Any) -> Partner:
    usual: dict[str, Any] = {
        "id": PartnerId(name),
        "name": name,
        "regions": ("KE-31",),
        "issues": ("land_environment",),
        "languages": ("en", "sw"),
        "independence": Independence.INDEPENDENT,
    }
    return Partner(**usual | changes)


def case(**changes: Any) -> CaseFacts:
    usual: dict[str, Any] = {
        "region": "KE-31",
        "issue": "land_environment.boundary_neighbour",
        "urgency": Urgency.ROUTINE,
        "language": "sw",
        "scope": Scope(share=True),
    }
    return CaseFacts(**usual | changes)


def directory(*partners: Partner) -> Directory:
    return Directory(partners, regions=REGIONS, issues=issues())
