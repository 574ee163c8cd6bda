"""A session is only the log of what was shown and answered; everything else about it is computed from that log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

Value = str | int | tuple[str, ...]
"""An answer as guards see it: an option id, words, an ISO date, a region code, a whole number, several option ids."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question went out with these options in this order. A number a person sends means the last one of these.
    `counts`: False for a detour the person asked for (MORE, LANGUAGE, changing an answer). `at`: when, in seconds."""

    step: str
    options: tuple[str, ...] = ()
    wording: str = ""
    counts: bool = True
    at: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """`said`: what the person wrote when it holds more than the value (kept for the helper). `sure`: False where a
    reading was taken without the person's yes."""

    step: str
    value: Value
    said: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """A reply that was not understood as an answer to `step`."""

    step: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """Readings of `said` that wait for the person to choose one; `values` in the order shown, none where none is right.
    `early`: they were named before the question was asked."""

    step: str
    values: tuple[str, ...]
    said: str
    early: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """The answer to `step` no longer counts (back, or changed at the review)."""

    step: str


@dataclass(frozen=True, slots=True)
class LanguageSet:
    """`sure`: the person chose it or wrote in it."""

    language: str
    sure: bool = True


Entry = Shown | Answered | Refused | Proposed | Dropped | LanguageSet
_KINDS: Mapping[str, Callable[..., Entry]] = {
    "s": Shown,
    "a": Answered,
    "r": Refused,
    "p": Proposed,
    "d": Dropped,
    "l": LanguageSet,
}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of a flow. `revision` is that of the flow when the session last moved."""

    flow: str
    revision: str
    log: tuple[Entry, ...] = ()

    def to_data(self) -> list[Any]:
        """JSON-ready: [flow, revision, [[letter, *fields], ...]]; trailing defaults are kept so that it stays plain."""
        return [self.flow, self.revision, [_entry_to_data(entry) for entry in self.log]]

    @classmethod
    def from_data(cls, data: list[Any]) -> Self:
        flow, revision, log = data
        return cls(flow=flow, revision=revision, log=tuple(_entry_from_data(entry) for entry in log))


def _entry_to_data(entry: Entry) -> list[Any]:
    fields = [getattr(entry, name) for name in entry.__slots__]
    return [_LETTERS[type(entry)], *(list(field) if isinstance(field, tuple) else field for field in fields)]


def _entry_from_data(data: list[Any]) -> Entry:
    letter, *fields = data
    return _KINDS[letter](*(tuple(field) if isinstance(field, list) else field for field in fields))
