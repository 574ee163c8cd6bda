"""What is wrong with a language's catalog, one fault a place, each with its mend. Broken text must reach nobody."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.cli.catalogs import files
from bot.cli.catalogs.files import Entry, PoFile
from bot.cli.catalogs.library import Sources
from bot.cli.catalogs.messages import Message, Use
from bot.cli.catalogs.wordings import UNQUIET, Wordings, read_unquiet
from bot.wording import SOURCE, Wording, places_of
from flows.dialogue.words import AnswerWords
from flows.strict_yaml import Fault, FileBroken

SAME = "same"
"""A translator's remark on an entry whose translation is rightly the same as its English."""

_BRACED = re.compile(r"\{[a-z_]+\}")
_PLACE = re.compile(r"\{[^}]*\}|%\([a-z_]+\)[a-z]|%%")
_ADDRESS = re.compile(r"https?:|www\.", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NEEDED = frozenset("\n\u200c\u200d")
"""A line's end, and the two joiners that some scripts need to be spelt right."""


def check_catalogs(locales: Path, sources: Sources) -> Iterator[Fault]:
    """Everything wrong in the folder of any language. Raises FileBroken when the registry itself can not be read."""
    wording = Wording(locales)
    answers: dict[str, AnswerWords] = {}
    for code in wording.languages:
        try:
            answers[code] = wording.words(code)
        except FileBroken as broken:
            yield from broken.faults
    for code in wording.languages:
        unquiet = locales / code / UNQUIET
        if not unquiet.exists():
            yield _fault(unquiet, 1, "", "the file is missing", f"Write it after locales/{SOURCE}/{UNQUIET}")
        if code != SOURCE:
            yield from _check_language(locales / code, wording, code, sources, answers)


def _check_language(
    folder: Path, wording: Wording, code: str, sources: Sources, answers: Mapping[str, AnswerWords]
) -> Iterator[Fault]:
    """A language's catalogs, and how its words stand up where all that is needed for that can be read."""
    path = folder / "LC_MESSAGES" / "flows.po"
    if not path.exists():
        yield _fault(path, 1, "", "there is no such catalog", "Run `baraza i18n update`")
        return
    try:
        known = files.read(path)
    except FileBroken as broken:
        yield from broken.faults
        return
    language = wording.languages[code]
    if known.plural != language.plural:
        error = f"{known.plural!r} is not {language.plural!r}"
        yield _fault(path, 1, "Plural-Forms", error, "Run `baraza i18n update`")
    yield from _check_whole(path, known, sources.messages)
    try:
        for other in sorted(path.parent.glob("*.po")):
            if other != path:
                yield from _check_other(other)
    except FileBroken as broken:
        yield from broken.faults
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
    yield from wordings.faults(read_unquiet(folder))


def _check_other(path: Path) -> Iterator[Fault]:
    """A catalog of the pages, which their own tests hold complete: here only what could do harm."""
    for entry in files.read(path).entries:
        field = f"{entry.context}: {entry.source}" if entry.context else entry.source
        if entry.good and sorted(_PLACE.findall(entry.source)) != sorted(_PLACE.findall(entry.translation)):
            yield _fault(path, entry.line, field, "its places are not those of the English", "Keep each as it is")
        if hidden := _hidden(entry.translation):
            yield _fault(path, entry.line, field, f"it holds the hidden character {hidden}", "Type the words again")


def _check_whole(path: Path, known: PoFile, messages: Sequence[Message]) -> Iterator[Fault]:
    for context, line in known.repeated:
        yield _fault(path, line, context, "this entry stands here twice", "Keep one of them")
    sources = {entry.context: entry.source for entry in known.entries}
    wanted = {message.context: message.source for message in messages}
    if drift := sorted(wanted.items() ^ sources.items()):
        yield _fault(path, 1, drift[0][0], "the catalog is behind the dialogues", "Run `baraza i18n update`")
    by_context = {message.context: message for message in messages}
    for entry in known.entries:
        message = by_context.get(entry.context)
        if message is not None and message.source == entry.source:
            for error, mend in _check_entry(entry, message):
                yield _fault(path, entry.line, entry.context, error, mend)


def _check_entry(entry: Entry, message: Message) -> Iterator[tuple[str, str]]:
    said = entry.translation
    if not said:
        yield "it is not translated", f"Translate {entry.source!r}"
        return
    if entry.fuzzy:
        yield "its English has changed", "Read it again, mend it, and take away `fuzzy`"
    wanted, found = places_of(entry.source), places_of(said)
    for name in sorted(wanted ^ found):
        yield f"{{{name}}} is {'missing' if name in wanted else 'not in the English'}", "Keep each {name} as it is"
    if re.search(r"[{}]", _BRACED.sub("", said)):
        yield "a brace belongs to no {name}", "Write {name} with nothing else between the braces"
    if hidden := _hidden(said):
        yield f"it holds the hidden character {hidden}", "Delete it and type the words again"
    if said != said.strip():
        yield "it begins or ends with a space", "Take the space away"
    if _ADDRESS.search(said):
        yield "it holds a web address", "Take it out: it would lead strangers here"
    if said == entry.source and _needs_words(entry, message):
        yield "it is the same as the English", f"Translate it, or add the remark `# {SAME}` if that is right"


def _needs_words(entry: Entry, message: Message) -> bool:
    letters = _LETTERS.search(_BRACED.sub("", entry.source))
    return letters is not None and message.use is not Use.WORDS and SAME not in entry.remarks


def _hidden(text: str) -> str:
    """The first character nobody can see, by name: controls, direction marks, zero-width signs."""
    for character in text:
        if unicodedata.category(character) in _UNSEEN and character not in _NEEDED:
            return f"U+{ord(character):04X} {unicodedata.name(character, 'control')}"
    return ""


def _fault(path: Path, line: int, field: str, error: str, mend: str) -> Fault:
    return Fault(file=str(path), line=line, field=field, error=error, mend=mend)
