"""A language's texts as one spreadsheet, for translators who have nothing else, and back.

Everything is text: a cell that begins with `=` is no formula, here or in the program that opens it. A sheet is taken in
whole or not at all, and only what was asked of it is read: the translation and the question to the author.
"""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from bot.cli.catalogs.coverage import QUESTION
from bot.cli.catalogs.files import Entry, PoFile
from bot.cli.catalogs.findings import at
from bot.cli.catalogs.messages import Budget, Message
from bot.wording import Language
from bot.wording.catalog import flaw
from bot.wording.registry import LARGEST_FILE
from flows.strict_yaml import Fault, FileBroken

COLUMNS = ("context", "what it is", "English", "translation", "letters at most", "status", "question")
_WIDTHS = (30, 50, 50, 50, 10, 14, 30)
_AT = {name: index for index, name in enumerate(COLUMNS)}
_TRANSLATION, _QUESTION = _AT["translation"], _AT["question"]
_MOST_ROWS = 20_000
_MANGLED = "#VALUE!"
_ERRORS = frozenset({_MANGLED, "#NAME?", "#REF!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"})
"""What a spreadsheet makes of words it takes for a formula; a date or TRUE that it made of them counts as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a sheet brought: the whole catalog with it, and how many entries are new or other than they were."""

    entries: tuple[Entry, ...]
    translated: int
    changed: int
    questions: int


def export(path: Path, messages: Sequence[Message], known: PoFile, language: Language) -> int:
    """Writes the sheet; how many rows it has."""
    entries = {entry.context: entry for entry in known.entries}
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new book has one
    sheet.title = language.code
    sheet.append(COLUMNS)
    for message in messages:
        entry = entries.get(message.context, Entry(context=message.context, source=message.source))
        sheet.append(
            [
                message.context,
                _clean(" ".join(message.comments)),
                message.source,
                _clean(entry.translation),
                _most(message, language),
                _status(entry, message),
                _clean("; ".join(_asked(entry))),
            ]
        )
    right_to_left = language.direction == "rtl"
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
                cell.quotePrefix = cell.value[:1] in "=+-@'"
            cell.number_format = "@"
            aside = cell.column == _TRANSLATION + 1 and right_to_left
            cell.alignment = Alignment(
                wrap_text=True, vertical="top", horizontal="right" if aside else None, readingOrder=2 if aside else 0
            )
            cell.font = Font(bold=cell.row == 1)
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "B2"
    book.save(path)
    return len(messages)


def take(path: Path, messages: Sequence[Message], known: PoFile) -> Taken:
    """What the sheet changes of the catalog. Raises FileBroken with every fault by row and column; then nothing of the
    sheet is to be used."""
    rows = _rows(path)
    wanted = {message.context: message for message in messages}
    faults: list[Fault] = []
    found: dict[str, tuple[str, str]] = {}
    for number, row in rows:
        fault = _misfit(path, number, row, wanted, found)
        if fault:
            faults.append(fault)
        else:
            found[row[_AT["context"]]] = (row[_TRANSLATION], row[_QUESTION])
    if faults:
        raise FileBroken(faults)
    entries = {entry.context: entry for entry in known.entries}
    merged = [
        _merged(entries.get(message.context, Entry(context=message.context, source=message.source)), message, found)
        for message in messages
    ]
    before = [entries.get(entry.context) for entry in merged]
    return Taken(
        entries=tuple(merged),
        translated=sum(
            bool(new.translation) and not (old and old.translation) for new, old in zip(merged, before, strict=True)
        ),
        changed=sum(
            bool(old and old.translation) and old is not None and old.translation != new.translation
            for new, old in zip(merged, before, strict=True)
        ),
        questions=sum(len(_asked(entry)) for entry in merged),
    )


def _merged(entry: Entry, message: Message, found: Mapping[str, tuple[str, str]]) -> Entry:
    """An empty cell takes nothing away. One that was given again unchanged stays in need of review."""
    said, asked = found.get(entry.context, ("", ""))
    remarks = tuple(remark for remark in entry.remarks if not QUESTION.fullmatch(remark.strip()))
    questions = (f"source unclear: {asked}",) if asked else ()
    kept = replace(entry, comments=message.comments, remarks=(*remarks, *questions))
    if not said or said == entry.translation:
        return replace(kept, source=entry.source)
    return replace(kept, source=message.source, translation=said, fuzzy=False, previous="")


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    if not path.exists():
        raise FileBroken([at(path, 1, "", "it is not there", "Write it with `baraza i18n export-xlsx`")])
    if path.stat().st_size > LARGEST_FILE:
        raise FileBroken([at(path, 1, "", "it is too large", "Send back the sheet you were given")])
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(each.file_size for each in packed.infolist()) > 20 * LARGEST_FILE:
                raise FileBroken([at(path, 1, "", "it unpacks to far too much", "Send back the sheet you were given")])
        book = load_workbook(path, read_only=True, data_only=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        mend = "Save it as an Excel workbook (.xlsx)"
        raise FileBroken([at(path, 1, "", f"it is no workbook ({type(error).__name__})", mend)]) from error
    try:
        rows = book.worksheets[0].iter_rows(values_only=True, max_row=_MOST_ROWS, max_col=len(COLUMNS))
        cells = [[_text(cell) for cell in row] + [""] * (len(COLUMNS) - len(row)) for row in rows]
    finally:
        book.close()
    if not cells or [name.casefold() for name in cells[0]] != [name.casefold() for name in COLUMNS]:
        wrong = "its first row is not the one it was given"
        raise FileBroken([at(path, 1, "", wrong, f"Let it be: {', '.join(COLUMNS)}")])
    return [(number, row) for number, row in enumerate(cells[1:], start=2) if any(row)]


def _text(cell: object) -> str:
    """A cell as it was typed. What spreadsheets add by themselves goes: carriage returns, hard spaces, a `'` before."""
    if cell is None:
        return ""
    if isinstance(cell, bool | date | time):
        return _MANGLED
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = unicodedata.normalize("NFC", str(cell)).replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\u00a0", " ").strip()


def _misfit(
    path: Path, number: int, row: Sequence[str], wanted: Mapping[str, Message], found: Mapping[str, object]
) -> Fault | None:
    context, said = row[_AT["context"]], row[_TRANSLATION]

    def fault(column: str, error: str, mend: str) -> Fault:
        letter = get_column_letter(_AT[column] + 1)
        return at(path, number, f"{letter}{number} ({column})", error, mend)

    if context not in wanted:
        return fault("context", f"there is no text called {context[:60]!r}", "Take the row out, or export anew")
    if context in found:
        return fault("context", f"{context} stands here twice", "Keep one of the rows")
    if row[_AT["English"]] != _text(wanted[context].source):
        return fault("English", "it is not today's English", "Export anew, and copy your translation over")
    for column in ("translation", "question"):
        if row[_AT[column]] in _ERRORS:
            return fault(
                column, "the spreadsheet made something else of the words", "Format the cell as text, type again"
            )
    error, mend = flaw(wanted[context].source, said) if said else ("", "")
    if error:
        return fault("translation", error, mend)
    if "\n" in row[_QUESTION]:
        return fault("question", "it has several lines", "Write it in one")
    return None


def _clean(text: str) -> str:
    """What a workbook can not hold goes: it could not be shown either."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def _most(message: Message, language: Language) -> str:
    if message.budget is None:
        return ""
    plain, wide = (160, 134) if message.budget is Budget.ONE else (306, 268)
    return str(wide if language.wide else plain)


def _status(entry: Entry, message: Message) -> str:
    critical = "CRITICAL, " if message.critical else ""
    if not entry.translation:
        return f"{critical}missing"
    return f"{critical}{'done' if entry.good and entry.source == message.source else 'needs review'}"


def _asked(entry: Entry) -> list[str]:
    return [found[1] for remark in entry.remarks if (found := QUESTION.fullmatch(remark.strip()))]
