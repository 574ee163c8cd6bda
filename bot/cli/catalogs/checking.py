"""What is wrong with a language's catalog, one finding a place, each with its mend. Broken text must reach nobody."""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from bot.channels.parts import Encoding, count, fold
from bot.cli.catalogs import files
from bot.cli.catalogs.collisions import collisions, options_heard_as_danger
from bot.cli.catalogs.files import Entry, PoFile
from bot.cli.catalogs.findings import Finding, Weight, at
from bot.cli.catalogs.library import Sources
from bot.cli.catalogs.messages import Message, Use
from bot.cli.catalogs.reviewing import HANDLE, REVIEWS, Reviews, read_reviews
from bot.cli.catalogs.wordings import UNQUIET, Wordings, read_unquiet
from bot.wording import SOURCE, Language, Wording
from bot.wording.catalog import figures_of, flaw
from flows.dialogue.words import AnswerWords
from flows.strict_yaml import Fault, FileBroken

SAME, NUMBERS = "same", "numbers"
"""A translator's remarks on an entry that is rightly the same as its English, or rightly has other numbers."""

_PLACE = re.compile(r"\{[^}]*\}|%\([a-z_]+\)[a-z]|%%")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
_PLURAL = re.compile(r"nplurals=([1-6]); plural=([-0-9n !=<>%&|?:()+*/]{1,200});")
_KNOWN_PLACE = re.compile(r"\{[a-z_]+\}")


def check_catalogs(locales: Path, sources: Sources) -> Iterator[Finding]:
    """Everything wrong in the folder of any language. Raises FileBroken when the registry itself can not be read."""
    wording = Wording(locales, critical=sources.flows.critical)
    answers: dict[str, AnswerWords] = {}
    for code in wording.languages:
        try:
            answers[code] = wording.words(code)
        except FileBroken as broken:
            yield from _all(broken)
    for code in wording.languages:
        unquiet = locales / code / UNQUIET
        if not unquiet.exists():
            mend = f"Write it after locales/{SOURCE}/{UNQUIET}"
            yield Finding(fault=at(unquiet, 1, "", "the file is missing", mend))
        if code != SOURCE:
            yield from _check_language(locales / code, wording, code, sources, answers)
    for fault in (*collisions(locales, answers), *_heard_as_danger(wording, sources, answers)):
        yield Finding(fault=fault, weight=Weight.ADVICE)


def _heard_as_danger(wording: Wording, sources: Sources, answers: Mapping[str, AnswerWords]) -> Iterator[Fault]:
    """Of the languages whose catalogs can be read; the others have been named."""
    readable = {}
    for code, words in answers.items():
        with suppress(FileBroken):
            wording.read([code])
            readable[code] = words
    yield from options_heard_as_danger(wording, sources.flows, readable)


def _check_language(
    folder: Path, wording: Wording, code: str, sources: Sources, answers: Mapping[str, AnswerWords]
) -> Iterator[Finding]:
    """A language's catalogs, and how its words stand up where all that is needed for that can be read. What a text that
    is not translated yet makes too long, or clash, is a gap of the draft."""
    path, language = folder / "LC_MESSAGES" / "flows.po", wording.languages[code]
    if not path.exists():
        yield Finding(fault=at(path, 1, "", "there is no such catalog", "Run `baraza i18n update`"))
        return
    try:
        known, reviews = files.read(path), read_reviews(folder)
    except FileBroken as broken:
        yield from _all(broken)
        return
    yield from _check_head(path, known, language)
    yield from _check_whole(path, known, sources.messages, language)
    yield from _check_reviews(path, known, reviews, sources, language)
    try:
        for other in sorted(path.parent.glob("*.po")):
            if other != path:
                yield from _check_other(other)
        wording.read([code])
    except FileBroken as broken:
        yield from _all(broken)
        return
    if not {code, SOURCE} <= answers.keys() or not (folder / UNQUIET).exists():
        return
    lines = {entry.context: entry.line for entry in known.entries}
    wordings = Wordings(
        wording=wording,
        language=language,
        answers=answers,
        flows=sources.flows,
        messages=sources.messages,
        where=lambda context: (str(path), lines.get(context, 1)),
    )
    done = {entry.context for entry in known.entries if entry.good} if language.status == "draft" else None
    for fault in wordings.faults(read_unquiet(folder)):
        yield Finding(fault=fault, weight=Weight.ERROR if done is None or fault.field in done else Weight.GAP)


def _all(broken: FileBroken) -> Iterator[Finding]:
    return (Finding(fault=fault) for fault in broken.faults)


def _check_other(path: Path) -> Iterator[Finding]:
    """A catalog of the pages, which their own tests hold complete: here only what could do harm."""
    for entry in files.read(path).entries:
        field = f"{entry.context}: {entry.source}" if entry.context else entry.source
        if entry.good and sorted(_PLACE.findall(entry.source)) != sorted(_PLACE.findall(entry.translation)):
            error, mend = "its places are not those of the English", "Keep each as it is"
        else:
            error, mend = flaw(entry.source, entry.translation) if entry.good else ("", "")
        if error:
            yield Finding(fault=at(path, entry.line, field, error, mend))


def _check_head(path: Path, known: PoFile, language: Language) -> Iterator[Finding]:
    """Plural rules that a program can use and that are the registry's; and no word of who somebody is."""
    if known.plural != language.plural:
        error = f"{known.plural!r} is not {language.plural!r}"
        yield Finding(fault=at(path, 1, "Plural-Forms", error, "Run `baraza i18n update`"))
    if not _is_plural_rule(language.plural):
        registry, error = path.parents[2] / "registry.toml", f"{language.plural[:60]!r} is no rule for plurals"
        mend = "Copy the rule of your language from the Unicode tables, with at most 6 forms"
        yield Finding(fault=at(registry, 1, f"{language.code}.plural", error, mend))
    for line in known.several:
        yield Finding(fault=at(path, line, "", "an entry has plural forms", "No text here has; take the entry out"))
    for field, value, line in known.people:
        if value and not HANDLE.fullmatch(value):
            error = f"{field} holds more than a handle"
            yield Finding(fault=at(path, line, field, error, "Write a handle or nothing: this file is public"))
    for entry in known.entries:
        if any(map(_MAIL.search, entry.remarks)):
            error = "a remark holds an e-mail address"
            yield Finding(fault=at(path, entry.line, entry.context, error, "Take it out: this file is public"))


def _is_plural_rule(rule: str) -> bool:
    found = _PLURAL.fullmatch(rule)
    if found is None:
        return False
    try:
        form = gettext.c2py(found[2])
        return all(0 <= form(number) < int(found[1]) for number in range(200))
    except (ValueError, ZeroDivisionError, RecursionError):
        return False


def _check_whole(path: Path, known: PoFile, messages: Sequence[Message], language: Language) -> Iterator[Finding]:
    gap = Weight.GAP if language.status == "draft" else Weight.ERROR
    for context, line in known.repeated:
        yield Finding(fault=at(path, line, context, "this entry stands here twice", "Keep one of them"))
    sources = {entry.context: entry.source for entry in known.entries}
    wanted = {message.context: message.source for message in messages}
    if drift := sorted(wanted.items() ^ sources.items()):
        fault = at(path, 1, drift[0][0], "the catalog is behind the dialogues", "Run `baraza i18n update`")
        yield Finding(fault=fault, weight=gap)
    by_context = {message.context: message for message in messages}
    for entry in known.entries:
        message = by_context.get(entry.context)
        if message is not None and message.source == entry.source:
            for weight, error, mend in _check_entry(entry, message, language, gap):
                yield Finding(fault=at(path, entry.line, entry.context, error, mend), weight=weight)


def _check_entry(entry: Entry, message: Message, language: Language, gap: Weight) -> Iterator[tuple[Weight, str, str]]:
    said = entry.translation
    if not said:
        yield gap, "it is not translated", f"Translate {entry.source!r}"
        return
    if entry.fuzzy:
        yield gap, "its English has changed", "Read it again, mend it, and take away `fuzzy`"
    error, mend = flaw(entry.source, said)
    if error:
        yield Weight.ERROR, error, mend
        return
    if said != said.strip():
        yield Weight.ERROR, "it begins or ends with a space", "Take the space away"
    if said == entry.source and _needs_words(entry, message):
        yield (
            Weight.ERROR,
            "it is the same as the English",
            f"Translate it, or add the remark `# {SAME}`",
        )
    advice = Weight.ADVICE if language.status == "draft" else Weight.ERROR
    if message.use is not Use.WORDS and NUMBERS not in entry.remarks and figures_of(said) != figures_of(entry.source):
        yield advice, "its numbers are not those of the English", f"Mend them, or add the remark `# {NUMBERS}`"
    for error, mend in _check_letters(said, message, language):
        yield Weight.ADVICE, error, mend


def _check_letters(said: str, message: Message, language: Language) -> Iterator[tuple[str, str]]:
    """Letters that look right and are not, or that double the price."""
    for word in _WORD.findall(_KNOWN_PLACE.sub("", said)):
        scripts = {name for letter in word if (name := _script(letter))}
        if len(scripts) > 1:
            yield f"{word!r} mixes letters of {' and '.join(sorted(scripts))}", "Type the word again in one script"
    if not language.wide and message.use is not Use.WORDS:
        folded = fold(said, accents=language.sms_fold)
        if count(folded).encoding is Encoding.UCS2:
            dear = next(letter for letter in folded if count(letter).encoding is Encoding.UCS2)
            yield f"the letter {dear!r} makes a text message twice as dear", "Use another, or set `sms_fold`"


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "").partition(" ")[0]
    return name if name in ("LATIN", "CYRILLIC", "GREEK", "ARABIC", "DEVANAGARI") else ""


def _needs_words(entry: Entry, message: Message) -> bool:
    letters = _LETTERS.search(_KNOWN_PLACE.sub("", entry.source))
    return letters is not None and message.use is not Use.WORDS and SAME not in entry.remarks


def _check_reviews(
    path: Path, known: PoFile, reviews: Reviews, sources: Sources, language: Language
) -> Iterator[Finding]:
    """A language is called reviewed only when each of its critical texts has been."""
    lines = {entry.context: entry.line for entry in known.entries}
    record = path.parents[1] / REVIEWS
    for context, stale in groupby(reviews.stale(known.entries), key=lambda review: review.context):
        error = f"the text has changed since {', '.join(review.by for review in stale)} read it"
        fault = at(record, 1, context, error, "Have it read again with `baraza i18n review`")
        yield Finding(fault=fault, weight=Weight.ADVICE)
    if language.status == "draft":
        return
    critical = sources.flows.critical
    for entry in known.entries:
        if entry.context in critical and not reviews.suffice(entry, critical=True):
            error = f"{language.code} is called {language.status}, and two people have not read this critical text"
            mend = "Run `baraza i18n review`, or set the status back to draft"
            yield Finding(fault=at(path, lines[entry.context], entry.context, error, mend))


def errors_and_gaps(findings: Iterator[Finding]) -> Iterator[Fault]:
    return (finding.fault for finding in findings if finding.weight is not Weight.ADVICE)
