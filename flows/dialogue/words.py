"""Words as people type them: normalising, commands, yes and no, dates. One `answers.yaml` a language holds them.

Everything is compared after `normalise`, so that case, accents, Arabic marks, native digits and keycap emoji do not
matter. Combining signs that carry meaning (Devanagari vowels) stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.dialogue.alarms import Heard, PhraseBroken, phrase
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
        if text.isalnum():
            return text.lower()
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

    alarms: phrases that mean danger wherever they stand. common: small words that show which language a sentence is
    in. days: Monday first. months: January first; each may have several names. nepali_months: Baisakh first.
    relative: word -> days from today, longest first. spans: `in 3 days` -> how many days one of them is. bare: `3
    days` likewise, where it is all that is said. coming: beside a weekday, `next`, which may be the one after.
    clock: `hour` and the parts of a day, where hours are counted from six. numbers, ordinals: as words. picks: said
    before the number of a line. joiners: between two of them. unless: after a yes or a no, it may take it back.
    unknown, unsaid: "I don't know", "I'd rather not say".
    """

    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    commands: Mapping[str, Command]
    greetings: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    alarms: Mapping[Heard, tuple[str, ...]]
    days: tuple[tuple[str, ...], ...] = ()
    months: tuple[tuple[str, ...], ...] = ()
    nepali_months: tuple[tuple[str, ...], ...] = ()
    relative: Mapping[str, int]
    spans: tuple[tuple[re.Pattern[str], int], ...] = ()
    bare: tuple[tuple[re.Pattern[str], int], ...] = ()
    coming: frozenset[str] = frozenset()
    clock: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)
    picks: frozenset[str] = frozenset()
    joiners: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    unsaid: frozenset[str] = frozenset()

    def phrases(self) -> Iterator[tuple[Heard, str]]:
        """Every phrase that means danger, with what it says."""
        return ((heard, spoken) for heard, phrases in self.alarms.items() for spoken in phrases)


NO_WORDS = AnswerWords(commands={}, alarms={}, relative={})
_RELATIVE = {
    "two_weeks_ago": -14, "week_ago": -7, "two_days_ago": -2, "before_yesterday": -2, "yesterday": -1, "today": 0,
    "tomorrow": 1, "after_tomorrow": 2, "in_two_days": 2, "in_week": 7, "in_two_weeks": 14,
}  # fmt: skip
_SPANS = {"days_ahead": 1, "days_behind": -1, "weeks_ahead": 7, "weeks_behind": -7}
_BARE = {"days": 1, "weeks": 7}
_CLOCK = ("hour", "dawn", "morning", "afternoon", "evening", "night")
_LISTS = ("coming", "picks", "joiners", "unless", "unknown", "unsaid")


def load_words(name: str, text: str) -> AnswerWords:
    """A language's `answers.yaml`. Raises FileBroken naming file, line and field."""
    faults = Faults()
    fields = faults.mapping(
        parse(name, text),
        required=("yes", "no", "commands"),
        optional=(
            "greetings", "common", "alarms", "days", "months", "nepali_months", "relative", "spans", "clock", "numbers",
            "ordinals", *_LISTS,
        ),
    )  # fmt: skip
    spans = tuple(_spans(fields.get("spans"), faults))
    commands = _named(fields.get("commands"), tuple(Command), faults)
    words = AnswerWords(
        yes=frozenset(_list(fields.get("yes"), faults)),
        no=frozenset(_list(fields.get("no"), faults)),
        commands={word: Command(command) for command, words in commands.items() for word in words},
        greetings=frozenset(_list(fields.get("greetings"), faults)),
        common=frozenset(_list(fields.get("common"), faults)),
        alarms=_alarms(fields.get("alarms"), faults),
        days=_lists(fields.get("days"), 7, faults),
        months=_lists(fields.get("months"), 12, faults),
        nepali_months=_lists(fields.get("nepali_months"), 12, faults),
        relative=_relative(fields.get("relative"), faults),
        spans=tuple((pattern, _SPANS[name]) for name, pattern in spans if name in _SPANS),
        bare=tuple((pattern, _BARE[name]) for name, pattern in spans if name in _BARE),
        clock={part: frozenset(said) for part, said in _named(fields.get("clock"), _CLOCK, faults).items()},
        numbers=_counted(fields.get("numbers"), faults),
        ordinals=_counted(fields.get("ordinals"), faults),
        **{name: frozenset(_list(fields.get(name), faults)) for name in _LISTS},
    )
    faults.raise_any()
    return words


def _alarms(node: Node | None, faults: Faults) -> Mapping[Heard, tuple[str, ...]]:
    alarms: dict[Heard, tuple[str, ...]] = {}
    for heard, child in faults.mapping(node, optional=tuple(Heard)).items() if node else ():
        phrases: list[str] = []
        for item in faults.items(child):
            try:
                phrases.append(phrase(faults.text(item), normalise))
            except PhraseBroken as broken:
                faults.add(item, str(broken), "Write words in a row, `...` for a gap, `*` after a stem")
        alarms[Heard(heard)] = tuple(each for each in phrases if each)
    return alarms


def _relative(node: Node | None, faults: Faults) -> Mapping[str, int]:
    """Longest first: `day after tomorrow` is not tomorrow."""
    named = _named(node, tuple(_RELATIVE), faults)
    days = {word: _RELATIVE[when] for when, words in named.items() for word in words}
    return dict(sorted(days.items(), key=lambda pair: -len(pair[0])))


def _spans(node: Node | None, faults: Faults) -> Iterator[tuple[str, re.Pattern[str]]]:
    """`in {n} days` as a pattern over normalised words with numbers in digits."""
    for name, child in (faults.mapping(node, optional=(*_SPANS, *_BARE)) if node else {}).items():
        for said in faults.texts(child):
            before, number, after = said.partition("{n}")
            if not number:
                faults.add(child, f"{said!r} has no {{n}}", "Write {n} where the number stands")
            parts = [re.escape(part) for part in (normalise(before), normalise(after))]
            pattern = " ".join(part for part in (parts[0], r"(\d{1,3})", parts[1]) if part)
            yield name, re.compile(rf"(?<!\S){pattern}(?!\S)")


def _counted(node: Node | None, faults: Faults) -> Mapping[str, int]:
    """The words for one, two, three and so on, each a list."""
    entries = faults.items(node) if node else ()
    return {word: number for number, child in enumerate(entries, 1) for word in _list(child, faults)}


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
