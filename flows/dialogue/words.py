"""Words as people type them: normalising, commands, yes and no, dates. One `answers.yaml` a language holds them.

Everything is compared after `normalise`, so that case, accents, Arabic marks, native digits and keycap emoji do not
matter. Combining signs that carry meaning (Devanagari vowels) stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.strict_yaml import Faults, Node, parse


class Command(StrEnum):
    """What a whole message may order, in any language of the network and in English."""

    PERSON = "person"
    STATUS = "status"
    BACK = "back"
    AGAIN = "again"
    SKIP = "skip"
    LANGUAGE = "language"
    WHY = "why"
    PAUSE = "pause"
    DELETE = "delete"
    STOP = "stop"
    START = "start"
    HELP = "help"


DIGIT_COMMANDS: Mapping[str, Command] = {"0": Command.BACK, "00": Command.LANGUAGE, "000": Command.PAUSE}
"""No bare digit from 1 to 9 is ever a command."""

_DROPPED = re.compile(
    "[\u0300-\u036f\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufe0f\u20e3\ufeff]"
)
_UNIFIED = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ؤ": "و", "ئ": "ي"}
)
_BREAKS = re.compile(r"[\W_]+")
_LATIN_OR_ARABIC_MARKS = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")


LONGEST_MESSAGE = 4096
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def legible(text: str) -> str:
    """What a person wrote, fit to keep and to show: without controls, direction overrides and broken characters."""
    text = text[:LONGEST_MESSAGE]
    return text if text.isprintable() and text.isascii() else _UNSEEN.sub("", text)


def normalise(text: str) -> str:
    """Case, accents, marks, digits and punctuation made alike; words apart by one space."""
    if text.isascii():
        return " ".join(_BREAKS.split(text.lower())).strip()
    text = unicodedata.normalize("NFKC", text).casefold()
    if _LATIN_OR_ARABIC_MARKS.search(text):
        text = unicodedata.normalize("NFD", text)
    text = _DROPPED.sub("", text).translate(_UNIFIED)
    text = "".join(_plain(character) for character in text)
    return " ".join(text.split())


def _plain(character: str) -> str:
    """Letters and the signs on them stay, digits of any script become 0-9, everything else parts words."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character if category[0] in "LMN" else " "


def whole_number(text: str) -> int | None:
    """The message as a number, in any script's digits; None when it is anything else or absurdly long."""
    word = normalise(text)
    return int(word) if word.isdecimal() and len(word) <= 12 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWords:
    """A language's own words, normalised.

    alarms: phrases that mean danger wherever they stand. common: small words that show which language a sentence is in.
    days: Monday first. months: January first; each may have several names. relative: word -> days from today,
    longest first.
    """

    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    commands: Mapping[str, Command]
    greetings: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    alarms: Mapping[str, tuple[str, ...]]
    days: tuple[tuple[str, ...], ...] = ()
    months: tuple[tuple[str, ...], ...] = ()
    relative: Mapping[str, int]


NO_WORDS = AnswerWords(commands={}, alarms={}, relative={})
_RELATIVE = {"before_yesterday": -2, "yesterday": -1, "today": 0, "tomorrow": 1, "after_tomorrow": 2}


def load_words(name: str, text: str) -> AnswerWords:
    """A language's `answers.yaml`. Raises FileBroken naming file, line and field."""
    faults = Faults()
    fields = faults.mapping(
        parse(name, text),
        required=("yes", "no", "commands"),
        optional=("greetings", "common", "alarms", "days", "months", "relative"),
    )
    commands = _named(fields.get("commands"), tuple(Command), faults)
    words = AnswerWords(
        yes=frozenset(_list(fields.get("yes"), faults)),
        no=frozenset(_list(fields.get("no"), faults)),
        commands={word: Command(command) for command, words in commands.items() for word in words},
        greetings=frozenset(_list(fields.get("greetings"), faults)),
        common=frozenset(_list(fields.get("common"), faults)),
        alarms={
            alarm: _list(node, faults)
            for alarm, node in (faults.entries(fields["alarms"]) if "alarms" in fields else ())
        },
        days=_lists(fields.get("days"), 7, faults),
        months=_lists(fields.get("months"), 12, faults),
        relative=_relative(fields.get("relative"), faults),
    )
    faults.raise_any()
    return words


def _relative(node: Node | None, faults: Faults) -> Mapping[str, int]:
    """Longest first: `day after tomorrow` is not tomorrow."""
    named = _named(node, tuple(_RELATIVE), faults)
    days = {word: _RELATIVE[when] for when, words in named.items() for word in words}
    return dict(sorted(days.items(), key=lambda pair: -len(pair[0])))


def _list(node: Node | None, faults: Faults) -> tuple[str, ...]:
    if node is None:
        return ()
    return tuple(word for word in map(normalise, faults.texts(node)) if word)


def _lists(node: Node | None, length: int, faults: Faults) -> tuple[tuple[str, ...], ...]:
    if node is None:
        return ()
    items = faults.items(node)
    if len(items) != length:
        faults.add(node, f"expected {length} entries, found {len(items)}", "Write one entry each, in order")
    return tuple(_list(item, faults) for item in items)


def _named(node: Node | None, names: tuple[str, ...], faults: Faults) -> Mapping[str, tuple[str, ...]]:
    if node is None:
        return {}
    return {name: _list(child, faults) for name, child in faults.mapping(node, optional=names).items()}
