"""What a dialogue says to someone who stopped in the middle: `silence:` in its file, a list of `{after, phrase}`.

Who is reminded, and at which hours, is casework's to decide. A reminder may be read by anyone who holds the phone, so
its phrase must be fit for one that others read, the same in both strengths, and tell nothing of what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from flows.dialogue.text import Text
from flows.strict_yaml import Fault, Faults, Node

_LENGTH = re.compile(r"([1-9][0-9]{0,2}) (minute|hour)s?")
_PLACE = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """`after` the last message; `file` and `number` say where it is written."""

    after: timedelta
    phrase: str
    file: str = ""
    number: int = 0


class Wordings(Protocol):
    """A phrase's two strengths."""

    @property
    def live(self) -> Text: ...

    @property
    def quiet(self) -> Text | None: ...


def read_silence(node: Node, faults: Faults) -> tuple[Reminder, ...]:
    """Faults name what can not be read; what can be is returned."""
    reminders: list[Reminder] = []
    for item in faults.items(node):
        fields = faults.mapping(item, required=("after", "phrase"))
        if "after" not in fields or "phrase" not in fields:
            continue
        found = _LENGTH.fullmatch(faults.text(fields["after"]))
        if found is None:
            faults.add(fields["after"], "this is not a length of time", "Write a number and minutes or hours")
            continue
        after = timedelta(**{f"{found[2]}s": int(found[1])})
        if reminders and after <= reminders[-1].after:
            faults.add(fields["after"], "it is not later than the one above", "Write reminders in order of time")
        phrase = faults.text(fields["phrase"])
        reminders.append(Reminder(after=after, phrase=phrase, file=item.file, number=item.line))
    return tuple(reminders)


def unfit(reminders: Sequence[Reminder], phrases: Mapping[str, Wordings]) -> Iterator[Fault]:
    """Reminders that may not be sent to a phone nobody is known to hold."""
    for reminder in reminders:
        if error := _wrong_with(reminder.phrase, phrases):
            mend = "Name a phrase without places whose quiet text is `same`"
            yield Fault(file=reminder.file, line=reminder.number, field="silence", error=error, mend=mend)


def _wrong_with(name: str, phrases: Mapping[str, Wordings]) -> str:
    if name not in phrases:
        return f"there is no phrase called {name!r}"
    phrase = phrases[name]
    if phrase.quiet is None or phrase.quiet != phrase.live:
        return f"{name!r} is not marked as fit for a phone others read"
    return f"{name!r} has places that would be filled" if _PLACE.search(phrase.live.source) else ""
