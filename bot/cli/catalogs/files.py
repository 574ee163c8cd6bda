"""PO files as the translators' tool keeps them: no dates, one order, previous English beside what must be looked at."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.cli.catalogs.messages import Message
from bot.wording import Language
from bot.wording.catalog import parsed, parted
from bot.wording.registry import text_of

_CONTEXT = re.compile(r'^msgctxt "(?P<context>[^"]*)"', re.MULTILINE)
_PEOPLE = re.compile(
    r'^"(?P<field>Last-Translator|Language-Team|Report-Msgid-Bugs-To): (?P<value>.*?)\\n"', re.MULTILINE
)
_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Baraza\\n"
{people}"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One message of a PO file. `previous`: the English it was translated from, where that has changed since.
    `comments` are ours, `remarks` the translators' own."""

    context: str
    source: str
    translation: str = ""
    fuzzy: bool = False
    previous: str = ""
    comments: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    line: int = 0

    @property
    def good(self) -> bool:
        return bool(self.translation) and not self.fuzzy


@dataclass(frozen=True, slots=True, kw_only=True)
class PoFile:
    """`plural` is the header's Plural-Forms; `repeated`: (context, line) of entries that stand there twice; `people`:
    (field, value, line) of header fields that name somebody; `several`: lines of entries with plural forms."""

    entries: tuple[Entry, ...]
    plural: str = ""
    repeated: tuple[tuple[str, int], ...] = ()
    people: tuple[tuple[str, str, int], ...] = ()
    several: tuple[int, ...] = ()

    @property
    def translator(self) -> str:
        return next((value for field, value, _ in self.people if field == "Last-Translator"), "")


def read(path: Path) -> PoFile:
    """Raises FileBroken naming file and line when it cannot be read as PO."""
    text = text_of(path)
    entries = []
    for message in parsed(path, text):
        if not isinstance(message.id, str):
            continue
        remarks = parted(message.user_comments)
        entries.append(
            Entry(
                context=message.context or "",
                source=message.id,
                translation=str(message.string or ""),
                fuzzy=message.fuzzy,
                previous=remarks.previous,
                comments=tuple(message.auto_comments),
                remarks=remarks.own,
                line=message.lineno or 0,
            )
        )
    several = [message.lineno or 1 for message in parsed(path, text) if not isinstance(message.id, str)]
    header = re.search(r'^"Plural-Forms: (.*?)\\n"', text, re.MULTILINE)
    return PoFile(
        entries=tuple(entries),
        plural=header[1] if header else "",
        repeated=_repeated(text),
        people=tuple(
            (found["field"], found["value"], text.count("\n", 0, found.start()) + 1) for found in _PEOPLE.finditer(text)
        ),
        several=tuple(several),
    )


def _repeated(text: str) -> tuple[tuple[str, int], ...]:
    seen: set[str] = set()
    found = []
    for match in _CONTEXT.finditer(text):
        if match["context"] in seen:
            found.append((match["context"], text.count("\n", 0, match.start()) + 1))
        seen.add(match["context"])
    return tuple(found)


def template(messages: Iterable[Message]) -> str:
    """The text of `flows.pot`."""
    return _written("", "", [Entry(context=m.context, source=m.source, comments=m.comments) for m in messages])


def merged(messages: Iterable[Message], known: PoFile, language: Language) -> str:
    """The text of a language's `flows.po` brought up to the messages: new ones empty, changed English marked for review
    beside what it was, vanished ones gone; a good translation is never touched."""
    by_context = {entry.context: entry for entry in known.entries}
    entries = []
    for message in messages:
        old = by_context.get(message.context, Entry(context=message.context, source=message.source))
        changed = old.source != message.source and bool(old.translation)
        entries.append(
            Entry(
                context=message.context,
                source=message.source,
                translation=old.translation,
                fuzzy=changed or old.fuzzy,
                previous=(old.previous or old.source) if changed else old.previous,
                comments=message.comments,
                remarks=old.remarks,
            )
        )
    return _written(language.code, language.plural, entries, translator=known.translator)


def rewritten(entries: Iterable[Entry], known: PoFile, language: Language) -> str:
    """The text of a language's `flows.po` with these entries, its translator kept."""
    return _written(language.code, language.plural, entries, translator=known.translator)


def _written(code: str, plural: str, entries: Iterable[Entry], *, translator: str = "") -> str:
    catalog = Catalog(charset="utf-8")
    for entry in entries:
        catalog.add(
            entry.source,
            entry.translation,
            flags=["fuzzy"] if entry.fuzzy else (),
            auto_comments=entry.comments,
            user_comments=entry.remarks,
            previous_id=(entry.previous,) if entry.previous and entry.fuzzy else (),
            context=entry.context,
        )
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=0, omit_header=True, include_previous=True)
    people = f'"Last-Translator: {translator}\\n"\n' if translator else ""
    head = _HEADER.format(code=code, people=people, plural=plural or "nplurals=INTEGER; plural=EXPRESSION;")
    return head + buffer.getvalue().decode()
