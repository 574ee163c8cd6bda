"""Source texts into a language: PO catalogs, a small substitution of `{name}` places, dates as people read them.

A text that is missing, marked for review, made from other English than today's, or without the places of its English
falls back along the language's chain to English: nobody ever sees an empty message or a raw key. Values are put in by
name from those given, never by `str.format`, which would let a catalog reach into the program.
"""

from __future__ import annotations

import io
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from flows.dialogue.text import Text
from flows.dialogue.words import AnswerWords, load_words
from flows.strict_yaml import Fault, FileBroken

SOURCE = "en"
_PLACE = re.compile(r"\{([a-z_]+)\}")
_ISOLATE, _POP = "\u2068", "\u2069"
_Key = tuple[str, str]
"""A text's context and its English: a translation of other words is no translation of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language of `locales/registry.toml`; the fields are explained at the top of that file."""

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    code: str
    name: str
    english: str
    direction: Literal["ltr", "rtl"]
    formatting: str
    fallback: tuple[str, ...]
    plural: str
    wide: bool
    sms_fold: bool
    status: Literal["draft", "reviewed", "live"]
    calendar: Literal["gregorian", "bikram_sambat"] = "gregorian"
    clock: Literal["24", "12", "swahili"] = "24"
    digits: Literal["latn", "arab", "deva"] = "latn"
    latin: str = ""


_LANGUAGES = TypeAdapter(dict[str, Language])
_AT_LINE = re.compile(r"line (\d+)")


def load_registry(folder: Path) -> Mapping[str, Language]:
    """Raises FileBroken naming file, line and field of everything that cannot be used."""
    path = folder / "registry.toml"
    text = _text_of(path)
    try:
        rows = tomllib.loads(text)
        languages = _LANGUAGES.validate_python({code: {"code": code, **row} for code, row in rows.items()})
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        raise _broken(path, str(error), "Mend the TOML", line=int(at[1]) if at else 1) from error
    except TypeError as error:
        raise _broken(path, "a line stands above the first [code]", "Write each field under its language") from error
    except ValidationError as error:
        raise FileBroken([_fault(path, text, problem) for problem in error.errors()]) from error
    known = {code for language in languages.values() for code in (SOURCE, *language.fallback)}
    if strangers := sorted(known - languages.keys()):
        raise _broken(path, f"there is no [{strangers[0]}]", "Add it, or take it out of `fallback`")
    return languages


def _fault(path: Path, text: str, problem: ErrorDetails) -> Fault:
    code, *field = map(str, problem["loc"])
    lines = text.splitlines()
    return Fault(
        file=str(path),
        line=lines.index(f"[{code}]") + 1 if f"[{code}]" in lines else 1,
        field=".".join((code, *field)),
        error=problem["msg"],
        mend="See the notes at the top of the file",
    )


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise _broken(path, "it is not there", "Make it after that of English") from error
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(path, f"it can not be read ({type(error).__name__})", "Give a file in UTF-8") from error


def _broken(path: Path, error: str, mend: str, *, line: int = 1, field: str = "") -> FileBroken:
    return FileBroken([Fault(file=str(path), line=line, field=field, error=error, mend=mend)])


def places_of(text: str) -> frozenset[str]:
    """The `{name}` places of a text."""
    return frozenset(_PLACE.findall(text))


class Wording:
    """Every language's texts; a catalog is read when its language is first needed, or all at once by `read`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.languages = load_registry(folder)
        self._catalogs: dict[str, Mapping[_Key, str]] = {}

    def read(self, languages: Iterable[str]) -> None:
        """Reads now what these languages need, so that nobody finds a broken file in the middle of a conversation.
        Raises FileBroken."""
        from babel import Locale, UnknownLocaleError

        for code in languages:
            self._catalog(code)
            try:
                Locale.parse(self.languages[code].formatting)
            except (UnknownLocaleError, ValueError) as error:
                path = self._folder / "registry.toml"
                raise _broken(path, str(error), "Name a locale of CLDR", field=f"{code}.formatting") from error

    def say(self, text: Text, language: str) -> str:
        """The text in the language, its places filled. A value that runs the other way is set apart, or a reader would
        see its pieces out of order; nothing else is, since the signs for it double the price of a text message."""
        words = self._template(text, language)
        if "{" not in words:
            return words
        values = dict(text.values)
        known = self.languages.get(language)
        direction = known.direction if known else "ltr"

        def fill(place: re.Match[str]) -> str:
            value = values.get(place[1])
            if value is None:
                return place[0]
            said = self.say(value, language) if isinstance(value, Text) else value
            return said if _direction(said) in ("", direction) else f"{_ISOLATE}{said}{_POP}"

        return _PLACE.sub(fill, words)

    def words(self, language: str) -> AnswerWords:
        """The language's `answers.yaml`. Raises FileBroken."""
        path = self._folder / language / "answers.yaml"
        return load_words(str(path), _text_of(path))

    def moment(self, at: datetime, language: str, timezone: str) -> str:
        """A weekday and a time of day, such as `Tue 16:00`, in the language's way and the network's time."""
        from babel.dates import format_datetime

        local = at.astimezone(ZoneInfo(timezone))
        return str(format_datetime(local, "EEE HH:mm", locale=self.languages[language].formatting))

    def day(self, on: date, language: str) -> str:
        """A day such as `Mon 7 Dec 2026`, in the language's way."""
        from babel.dates import format_skeleton

        return str(format_skeleton("yMMMEd", on, locale=self.languages[language].formatting))

    def _template(self, text: Text, language: str) -> str:
        known = self.languages.get(language)
        for code in (language, *known.fallback) if known else ():
            if code == SOURCE:
                break
            if found := self._catalog(code).get((text.context, text.source)):
                return found
        return text.source

    def _catalog(self, language: str) -> Mapping[_Key, str]:
        if language not in self._catalogs:
            folder = self._folder / language / "LC_MESSAGES"
            self._catalogs[language] = dict(entry for path in sorted(folder.glob("*.po")) for entry in _entries(path))
        return self._catalogs[language]


def _entries(path: Path) -> Iterator[tuple[_Key, str]]:
    """What may be shown of a catalog. Raises FileBroken."""
    from babel.messages.pofile import PoFileError, read_po

    try:
        catalog = read_po(io.StringIO(_text_of(path)), abort_invalid=True, ignore_obsolete=True)
    except (PoFileError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", 0) + 1
        raise _broken(path, str(error), "Run `baraza i18n check`", line=line) from error
    for message in catalog:
        source, said = message.id, message.string
        if not message.context or message.fuzzy or not isinstance(source, str) or not isinstance(said, str):
            continue
        if said and places_of(said) == places_of(source):
            yield (message.context, source), said


def _direction(words: str) -> str:
    """Which way the first sign that has a direction runs. Digits run left to right."""
    for character in words:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind in ("L", "EN"):
            return "ltr"
    return ""
