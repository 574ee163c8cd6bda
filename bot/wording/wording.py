"""Says source texts in a language. Texts can change while the program runs: `reload` swaps them all at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.wording.catalog import Said, fitting, read_catalog
from bot.wording.registry import SOURCE, Language, broken, load_registry, text_of
from flows.dialogue.text import Text
from flows.dialogue.words import NO_WORDS, AnswerWords, load_words
from flows.strict_yaml import Fault, FileBroken

_PLACE = re.compile(r"\{([a-z_]+)\}")
_ISOLATE, _POP, _RIGHT_TO_LEFT = "\u2068", "\u2069", "\u200f"


@dataclass(frozen=True, slots=True)
class _Texts:
    """All that was read of the folder; never changed but filled, and swapped as a whole. `fits` keeps what was looked
    up once."""

    languages: dict[str, Language]
    catalogs: dict[str, Mapping[str, tuple[Said, ...]]] = field(default_factory=dict)
    answers: dict[str, AnswerWords] = field(default_factory=dict)
    fits: dict[tuple[str, str, str], str] = field(default_factory=dict)


class Wording:
    """Every language's texts; a catalog is read when its language is first needed, or all at once by `read`.
    `critical`: contexts whose translation is shown only while it is of today's English."""

    def __init__(self, folder: Path, *, critical: Set[str] = frozenset()) -> None:
        self.folder = folder
        self._critical = critical
        self._texts = _Texts(dict(load_registry(folder)))
        self.faults: tuple[Fault, ...] = ()

    @property
    def languages(self) -> Mapping[str, Language]:
        return self._texts.languages

    def read(self, languages: Iterable[str]) -> None:
        """Reads now what these languages need, so that nobody finds a broken file in the middle of a conversation.
        Raises FileBroken."""
        for code in languages:
            self._catalog(self._texts, code)
            self._check_formatting(self._texts.languages[code])

    def reload(self) -> tuple[Fault, ...]:
        """Reads everything again. What can not be read keeps the text it had, and is among the `faults`. May run in
        another thread: the new texts are taken over in one step."""
        old, faults = self._texts, list[Fault]()
        try:
            fresh = _Texts(dict(load_registry(self.folder)))
        except FileBroken as found:
            faults += found.faults
            fresh = _Texts(dict(old.languages))
        for code in fresh.languages:
            faults += self._renew(code, fresh, old)
        self._texts = fresh
        self.faults = tuple(replace(fault, file=self._named(fault.file)) for fault in faults)
        return self.faults

    def _renew(self, code: str, fresh: _Texts, old: _Texts) -> Iterator[Fault]:
        """Fills `fresh` with one language's files, or with what there was of it."""
        try:
            self._catalog(fresh, code)
        except FileBroken as found:
            yield from found.faults
            fresh.catalogs[code] = old.catalogs.get(code, {})
        try:
            self._answers(fresh, code)
        except FileBroken as found:
            yield from found.faults
            fresh.answers[code] = old.answers.get(code, NO_WORDS)
        try:
            self._check_formatting(fresh.languages[code])
        except FileBroken as found:
            yield from found.faults
            formatting = old.languages[code].formatting if code in old.languages else SOURCE
            fresh.languages[code] = replace(fresh.languages[code], formatting=formatting)

    def say(self, text: Text, language: str) -> str:
        """The text in the language, its places filled. A value that runs the other way is set apart, or a reader would
        see its pieces out of order; nothing else is, since the signs for it double the price of a text message."""
        texts = self._texts
        words = self._template(texts, text, language)
        if "{" not in words:
            return words
        known = texts.languages.get(language)
        direction = known.direction if known else "ltr"
        filled = self._filled(words, dict(text.values), language, direction)
        if direction == "rtl" and _strong(filled) == "L" and _direction(_PLACE.sub("", words)) == "rtl":
            return _RIGHT_TO_LEFT + filled
        return filled

    def _filled(self, words: str, values: Mapping[str, Text | str], language: str, direction: str) -> str:
        def fill(place: re.Match[str]) -> str:
            value = values.get(place[1])
            if value is None:
                return place[0]
            said = self.say(value, language) if isinstance(value, Text) else value
            alone = said.isdecimal() or _direction(said) in ("", direction)
            return said if alone else f"{_ISOLATE}{said}{_POP}"

        return _PLACE.sub(fill, words)

    def words(self, language: str) -> AnswerWords:
        """The language's `answers.yaml`. Raises FileBroken."""
        return self._answers(self._texts, language)

    def moment(self, at: datetime, language: str, timezone: str) -> str:
        """A weekday and a time of day, such as `Tue 16:00`, in the language's way and the network's time."""
        from babel.dates import format_datetime

        local = at.astimezone(ZoneInfo(timezone))
        return str(format_datetime(local, "EEE HH:mm", locale=self.languages[language].formatting))

    def day(self, on: date, language: str) -> str:
        """A day such as `Mon 7 Dec 2026`, in the language's way."""
        from babel.dates import format_skeleton

        return str(format_skeleton("yMMMEd", on, locale=self.languages[language].formatting))

    def own(self, text: Text, language: str) -> bool:
        """Whether the text is said in the language itself, not in one it falls back to."""
        return language == SOURCE or bool(self._fit(self._texts, text, language))

    def _template(self, texts: _Texts, text: Text, language: str) -> str:
        known = texts.languages.get(language)
        for code in (language, *known.fallback) if known else ():
            if code == SOURCE:
                break
            if found := self._fit(texts, text, code):
                return found
        return text.source

    def _fit(self, texts: _Texts, text: Text, code: str) -> str:
        key = (code, text.context, text.source)
        if (found := texts.fits.get(key)) is None:
            known = self._catalog(texts, code).get(text.context, ())
            found = texts.fits[key] = fitting(known, text.source, critical=text.context in self._critical)
        return found

    def _catalog(self, texts: _Texts, code: str) -> Mapping[str, tuple[Said, ...]]:
        if code not in texts.catalogs:
            texts.catalogs[code] = read_catalog(self.folder / code / "LC_MESSAGES")
        return texts.catalogs[code]

    def _answers(self, texts: _Texts, code: str) -> AnswerWords:
        if code not in texts.answers:
            path = self.folder / code / "answers.yaml"
            texts.answers[code] = load_words(str(path), text_of(path))
        return texts.answers[code]

    def _check_formatting(self, language: Language) -> None:
        from babel import Locale, UnknownLocaleError

        try:
            Locale.parse(language.formatting)
        except (UnknownLocaleError, ValueError) as error:
            path = self.folder / "registry.toml"
            raise broken(path, str(error), "Name a locale of CLDR", field=f"{language.code}.formatting") from error

    def _named(self, file: str) -> str:
        """As a translator knows it: from the folder `locales` on."""
        path = Path(file)
        return str(path.relative_to(self.folder.parent)) if path.is_relative_to(self.folder.parent) else file


def _direction(words: str) -> str:
    """Which way the first sign that has a direction runs. Digits run left to right."""
    for character in words:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind in ("L", "EN"):
            return "ltr"
    return ""


def _strong(words: str) -> str:
    """The kind of the first letter: what old phones judge the whole message's direction by."""
    return next((kind for kind in map(unicodedata.bidirectional, words) if kind in ("L", "R", "AL")), "")
