"""What the check found, and how much it weighs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from flows.strict_yaml import Fault


class Weight(StrEnum):
    """A gap is work that a draft may still have before it; advice may be right as it is."""

    ERROR = "error"
    GAP = "gap"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    fault: Fault
    weight: Weight = Weight.ERROR


def at(path: Path, line: int, field: str, error: str, mend: str) -> Fault:
    return Fault(file=str(path), line=line, field=field, error=error, mend=mend)
