"""Who has read which translation: `locales/<code>/reviews.toml`, by handle, tied to the exact text.

A review counts only for the English and the translation it was given for; when either changes, it is gone. A critical
text needs two people, and one of them puts it back into English.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.cli.catalogs.files import Entry
from bot.wording.registry import broken, text_of

REVIEWS = "reviews.toml"
HANDLE = re.compile(r"[a-z0-9][a-z0-9_-]{1,38}")
"""A name someone goes by in the project: no address, and nothing that tells who they are."""

_HEAD = """\
# Who has read which text, written by `baraza i18n review`. By handle only: never a name or an address.
"""


class NotReviewed(Exception):
    """The review cannot be taken; the words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """`of` is the digest of the texts. `back`: the translation put back into English."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    context: str
    of: str
    by: str
    on: date
    back: str = ""


_REVIEWS = TypeAdapter(dict[str, tuple[Review, ...]])


@dataclass(frozen=True, slots=True)
class Reviews:
    """One language's."""

    all: tuple[Review, ...] = ()

    def of(self, entry: Entry) -> tuple[Review, ...]:
        """Those that still count."""
        text = digest(entry)
        return tuple(review for review in self.all if review.context == entry.context and review.of == text)

    def suffice(self, entry: Entry, *, critical: bool) -> bool:
        if not entry.good:
            return False
        found = self.of(entry)
        if not critical:
            return bool(found)
        return len({review.by for review in found}) > 1 and any(review.back for review in found)

    def stale(self, entries: Iterable[Entry]) -> Iterator[Review]:
        """Given for a text that has changed since, or is gone."""
        texts = {entry.context: digest(entry) for entry in entries}
        yield from (review for review in self.all if texts.get(review.context) != review.of)

    def accept(self, entry: Entry, *, by: str, on: date, translator: str, critical: bool, back: str = "") -> Reviews:
        """With one more. Raises NotReviewed."""
        before = self.of(entry)
        if not HANDLE.fullmatch(by):
            raise NotReviewed(f"{by!r} is no handle. Use small letters, digits, - and _; no name, no address.")
        if not entry.good:
            raise NotReviewed("It is not translated, or its English has changed. Mend it first.")
        if by == translator:
            raise NotReviewed("The file says that you translated it. Someone else must read it.")
        if any(review.by == by for review in before):
            raise NotReviewed("You have read this text already. Someone else must be the second.")
        if critical and before and not back and not any(review.back for review in before):
            raise NotReviewed("The second reader of a critical text puts it back into English.")
        review = Review(context=entry.context, of=digest(entry), by=by, on=on, back=back)
        return Reviews((*(each for each in self.all if each.context != entry.context), *before, review))


def digest(entry: Entry) -> str:
    """Of the English and the translation, exactly."""
    return hashlib.sha256(f"{entry.source}\0{entry.translation}".encode()).hexdigest()[:16]


def read_reviews(folder: Path) -> Reviews:
    """None at all where there is no file. Raises FileBroken."""
    path = folder / REVIEWS
    if not path.exists():
        return Reviews()
    text = text_of(path)
    try:
        rows = tomllib.loads(text)
        found = _REVIEWS.validate_python(rows).get("review", ())
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        problem = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise broken(path, problem, "Take back the last change: only `baraza i18n review` writes here") from error
    for review in found:
        if not HANDLE.fullmatch(review.by):
            line = next((n for n, each in enumerate(text.splitlines(), 1) if review.by in each), 1)
            raise broken(path, f"{review.by!r} is no handle", "Write no name and no address here", line=line)
    return Reviews(found)


def write_reviews(folder: Path, reviews: Reviews, order: Sequence[str]) -> None:
    """In the order of the conversation, so that two people's reviews merge."""
    place: Mapping[str, int] = {context: at for at, context in enumerate(order)}
    known = sorted(reviews.all, key=lambda each: (place.get(each.context, len(place)), each.on, each.by))
    tables = [
        "\n".join(
            (
                "\n[[review]]",
                f"context = {json.dumps(each.context)}",
                f'of = "{each.of}"',
                f'by = "{each.by}"',
                f"on = {each.on.isoformat()}",
                *([f"back = {json.dumps(each.back, ensure_ascii=False)}"] if each.back else []),
                "",
            )
        )
        for each in known
    ]
    (folder / REVIEWS).write_text(_HEAD + "".join(tables), encoding="utf-8")
