"""A new language: its row in the registry and its files, from what the Unicode tables know. Data only, no code."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.plurals import get_plural

from bot.channels.parts import Encoding, count
from bot.cli.catalogs import files
from bot.cli.catalogs.messages import Message
from bot.cli.catalogs.wordings import UNQUIET
from bot.wording import Language, load_registry
from flows.dialogue.words import Command

_CODE = re.compile(r"([a-z]{2,3})(-[A-Z][a-z]{3})?(_[A-Z]{2})?")
_DIGITS = {"latn": "latn", "arab": "arab", "deva": "deva"}
_PLAIN_PLURAL = "nplurals=2; plural=(n != 1);"


class NotAdded(Exception):
    """The words say why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """`unsure`: what nobody knew here and a speaker of the language has to look at."""

    language: Language
    files: tuple[Path, ...]
    unsure: tuple[str, ...]


def add(locales: Path, code: str, messages: Sequence[Message], *, name: str = "", right_to_left: bool = False) -> Added:
    """Writes all files and then the row, so that a running program never finds half a language. Raises NotAdded,
    FileBroken."""
    known = load_registry(locales)
    if not _CODE.fullmatch(code):
        raise NotAdded(f"{code!r} is no language code. Write two or three small letters, such as st or ckb.")
    if code in known:
        raise NotAdded(f"{code} is in the registry already. Go on with locales/{code}/LC_MESSAGES/flows.po.")
    if (locales / code).exists():
        raise NotAdded(f"The folder locales/{code} is there already. Take it away first, or look what it is.")
    facts = _Facts.of(code)
    if not (name or facts.name):
        raise NotAdded(f"The Unicode tables do not name {code}. Add --name with its name in its own script.")
    language = _language(code, facts, name, right_to_left)
    contents = _contents(language, facts, messages)
    written = tuple(locales / code / file for file in contents)
    for path, text in zip(written, contents.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    registry = locales / "registry.toml"
    registry.write_text(f"{registry.read_text(encoding='utf-8').rstrip()}\n\n{_row(language)}", encoding="utf-8")
    return Added(language=language, files=(*written, registry), unsure=tuple(_unsure(language, facts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What the Unicode tables say of a language; empty where they say nothing."""

    formatting: str = ""
    name: str = ""
    english: str = ""
    right_to_left: bool = False
    digits: str = ""
    plural: str = ""
    days: tuple[tuple[str, ...], ...] = ()
    months: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, code: str) -> _Facts:
        base = code.partition("-")[0].partition("_")[0]
        english = Locale("en").languages.get(base, "")
        try:
            locale = Locale.parse(code.replace("-", "_"))
        except (UnknownLocaleError, ValueError):
            return cls(english=english)
        rule = get_plural(base)
        return cls(
            formatting=str(locale),
            name=(locale.get_language_name() or "").strip(),
            english=locale.english_name or english,
            right_to_left=locale.text_direction == "rtl",
            digits=locale.default_numbering_system,
            plural=f"nplurals={rule.num_plurals}; plural={_bracketed(rule.plural_expr)};",
            days=_names(locale.days["format"], 7),
            months=_names(locale.months["format"], 12, start=1),
        )


def _bracketed(rule: str) -> str:
    return rule if rule.startswith("(") and rule.endswith(")") else f"({rule})"


def _names(tables: Mapping[str, Mapping[int, str]], length: int, *, start: int = 0) -> tuple[tuple[str, ...], ...]:
    """Whole and short names; none where the tables hold only numbers in their place."""
    rows = range(start, start + length)
    found = tuple(
        tuple(dict.fromkeys(tables[width][row].rstrip(".").lower() for width in ("wide", "abbreviated")))
        for row in rows
    )
    return found if any(letter.isalpha() for letter in found[0][0]) else ()


def _language(code: str, facts: _Facts, name: str, right_to_left: bool) -> Language:
    named = name or facts.name
    sample = " ".join((named, *(each for names in (*facts.days, *facts.months) for each in names)))
    return Language(
        code=code,
        name=named[:1].upper() + named[1:],
        english=facts.english or code,
        direction="rtl" if right_to_left or facts.right_to_left else "ltr",
        formatting=facts.formatting or "en_GB",
        fallback=(),
        plural=facts.plural or _PLAIN_PLURAL,
        wide=count(sample).encoding is Encoding.UCS2,
        sms_fold=False,
        status="draft",
        digits={"arab": "arab", "deva": "deva"}.get(facts.digits, "latn"),  # type: ignore[arg-type]  # one of its three
    )


def _row(language: Language) -> str:
    def text(value: str) -> str:
        return json.dumps(value, ensure_ascii=False)

    return (
        f"[{language.code}]\nname = {text(language.name)}\nenglish = {text(language.english)}\n"
        f'direction = "{language.direction}"\nformatting = {text(language.formatting)}\nfallback = []\n'
        f"plural = {text(language.plural)}\nwide = {str(language.wide).lower()}\nsms_fold = false\n"
        f'calendar = "gregorian"\nclock = "24"\ndigits = "{language.digits}"\nlatin = ""\ncountries = []\n'
        f'status = "draft"\n'
    )


def _contents(language: Language, facts: _Facts, messages: Sequence[Message]) -> Mapping[str, str]:
    return {
        "LC_MESSAGES/flows.po": files.merged(messages, files.PoFile(entries=()), language),
        "answers.yaml": "\n".join(_answers(language, facts)) + "\n",
        "issues.yaml": (
            f"# Words and stems by which people name their problem in {language.english}.\n"
            "# How they are written stands at the top of locales/en/issues.yaml.\n"
            "not: []\n\nissues: {}\n"
        ),
        UNQUIET: (
            f"# Words of {language.english} that tell a stranger what this number is for: law, police, violence.\n"
            "# One a line. No quiet text may hold one of them.\n"
        ),
        "GUIDE.md": _GUIDE.format(name=language.name, english=language.english),
    }


def _answers(language: Language, facts: _Facts) -> Iterator[str]:
    yield f"# Words people type in {language.english}. Compared without case, accents or punctuation."
    yield '"yes": []'
    yield '"no": []'
    yield "commands:"
    yield from (f"  {command}: []" for command in Command)
    yield "common: []"
    yield "greetings: []"
    yield "# Phrases that mean danger wherever they stand in a message. A safeguarding lead must review this list."
    yield "alarms:"
    yield from (f"  {alarm}: []" for alarm in ("danger", "held"))
    for field, rows in (("days", facts.days), ("months", facts.months)):
        if rows:
            yield f"{field}:"
            yield from (f"  - [{', '.join(map(_quoted, names))}]" for names in rows)


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)


def _unsure(language: Language, facts: _Facts) -> Iterator[str]:
    if not facts.formatting:
        yield "formatting: dates are told in the English way until the Unicode tables know this language"
    if not facts.plural:
        yield "plural: the rule of English was taken"
    if facts.digits not in _DIGITS:
        yield f"digits: {facts.digits or 'unknown'}; people may be asked for 0-9"
    if not facts.days:
        yield "answers.yaml: the names of days and months"
    yield "wide, sms_fold: look at a preview; do its letters need UCS-2?"
    yield "calendar, clock, countries: see the notes at the top of registry.toml"


_GUIDE = """\
# {name}: choices of this draft

**Draft. No native speaker has read it yet.** Do not serve it to people at risk before a native speaker, a safeguarding
lead and a local lawyer have read the opening, consent, danger, held, STOP and DELETE texts aloud.

## How we speak
* How a person is addressed (formal or not), and why.
* How texts avoid telling whether someone is a man or a woman.
* Letters that make a text message dear, and what we write instead.

## Words kept the same everywhere
| English | {english} | Why |
|---|---|---|
| helper | | |
| group (that helps) | | |
| a human | | |
| held | | |
| phone / call | | |
| text, message | | |
| code | | |
| consent | | |

## What a native speaker should check first
1. The opening question and its answers: would a frightened person find their line at once?
2. The consent texts.
3. The quiet texts: would a stranger learn anything from them?
"""
