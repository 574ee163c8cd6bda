"""Why a decision came out as it did: a code and its values. The words for each code stand beside the rules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """`values` fill the `{name}` places of the code's words."""

    code: str
    values: tuple[tuple[str, str], ...] = ()
