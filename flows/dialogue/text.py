"""A sentence for a person, in source English with where it comes from; only `bot/wording` puts it into a language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256


class Strength(StrEnum):
    """How much a text may show (design: intake, wording strengths).

    live: a reply within thirty minutes on a phone not said to be shared. quiet: fit for a phone others read.
    """

    LIVE = "live"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Text:
    """`context` is the catalog's msgctxt (`intake.place.text`), `source` its msgid, `values` fill its `{name}` places.

    A value may itself be a Text: it is put into the same language first.
    """

    context: str
    source: str
    values: tuple[tuple[str, str | Text], ...] = ()

    def filled(self, **values: str | Text) -> Text:
        return Text(self.context, self.source, (*self.values, *values.items()))


def wording_version(text: Text) -> str:
    """A short name for an exact source text, so that a record can say which one was shown."""
    return _version(text.context, text.source)


@cache
def _version(context: str, source: str) -> str:
    """Kept, since there are only as many as the dialogues have texts."""
    return sha256(f"{context}\n{source}".encode()).hexdigest()[:8]
