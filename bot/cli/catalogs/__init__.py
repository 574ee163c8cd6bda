"""`baraza i18n`: what translators work with. Catalogs follow the dialogues; nothing here is needed at run time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import typer

from bot.app import LIBRARY, LOCALES
from bot.channels.simulator import Look
from bot.cli.catalogs import adding, files, sheets
from bot.cli.catalogs.checking import check_catalogs, errors_and_gaps
from bot.cli.catalogs.coverage import WORDS_AN_HOUR, Progress, progress
from bot.cli.catalogs.findings import Finding, Weight, at
from bot.cli.catalogs.library import Sources, from_here, read_sources
from bot.cli.catalogs.messages import Message
from bot.cli.catalogs.reviewing import NotReviewed, read_reviews, write_reviews
from bot.cli.printing import AsJson, emit
from bot.settings import ConfigInvalid
from bot.web.demo.preview import preview as previews
from bot.web.demo.preview import terminal
from bot.wording import SOURCE, Language, Wording
from flows.strict_yaml import Fault, FileBroken

app = typer.Typer(no_args_is_help=True)
FAULTS_FOUND = 1
TEMPLATE = "flows.pot"

Lang = Annotated[str, typer.Argument(metavar="LANG", help="The language, such as sw.")]
Handle = Annotated[str, typer.Option("--by", metavar="HANDLE", help="Who reads: a handle, never a name.")]


def catalog_path(locales: Path, code: str) -> Path:
    return locales / code / "LC_MESSAGES" / "flows.po"


@app.command()
def extract() -> None:
    """Writes locales/flows.pot from the dialogues: the same text every time, in conversation order."""
    found = read_sources(from_here(LIBRARY)).messages
    _write(LOCALES / TEMPLATE, files.template(found))
    typer.echo(f"{len(found)} messages in {TEMPLATE}.")


@app.command()
def update(lang: Annotated[str, typer.Argument(metavar="[LANG]", help="One language; without it, all.")] = "") -> None:
    """Brings every language's flows.po up to the dialogues. Good translations are never touched."""
    found = read_sources(from_here(LIBRARY)).messages
    languages = {lang: _language(lang)} if lang else Wording(LOCALES).languages
    for code, language in languages.items():
        if code != SOURCE:
            path = catalog_path(LOCALES, code)
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, files.merged(found, _read(path), language))
            typer.echo(f"{code}: {_progress(_read(path), found)}")


@app.command()
def check(
    complete: Annotated[bool, typer.Option("--complete", help="What a draft still lacks is an error too.")] = False,
) -> None:
    """Says everything that is wrong, one line each; exit code 1 when there is an error. What a draft still lacks, and
    what may be right as it is, are warnings."""
    findings = list(find_all(from_here(LOCALES), read_sources(from_here(LIBRARY))))
    errors = [
        each.fault for each in findings if each.weight is Weight.ERROR or (complete and each.weight is Weight.GAP)
    ]
    gaps = [each.fault for each in findings if each.weight is Weight.GAP and not complete]
    for fault in errors:
        typer.echo(fault)
    for warning in (*_summed(gaps), *(each.fault for each in findings if each.weight is Weight.ADVICE)):
        typer.echo(f"warning: {warning}")
    if errors:
        raise typer.Exit(FAULTS_FOUND)
    typer.echo("Every catalog is sound." if gaps else "Every catalog is complete and sound.")


@app.command()
def status(
    lang: Annotated[str, typer.Argument(metavar="[LANG]", help="One language, in detail; without it, all.")] = "",
    questions: Annotated[bool, typer.Option("--questions", help="What translators ask the authors.")] = False,
    as_json: AsJson = False,
) -> None:
    """How far each language is, by what people can come to; critical texts first; how long the rest may take."""
    sources, languages = read_sources(from_here(LIBRARY)), Wording(LOCALES).languages
    if lang:
        _language(lang)
    for code in (lang,) if lang else languages:
        path = from_here(catalog_path(LOCALES, code))
        if code == SOURCE:
            if not questions:
                emit({"language": code, "status": "source"}, f"{code} English: the source", as_json=as_json)
            continue
        found = progress(code, _read(path), read_reviews(LOCALES / code), sources)
        if questions:
            for each in found.questions:
                words = f"{path}:{each.line}: {each.context}: {each.words or '?'} ({each.source})"
                emit({"language": code, **asdict(each)}, words, as_json=as_json)
        else:
            emit(
                _status_data(found, languages[code]), _status(found, languages[code], whole=bool(lang)), as_json=as_json
            )


@app.command()
def review(
    lang: Lang,
    by: Handle,
    context: Annotated[str, typer.Option(help="Only texts of these names, such as 'intake.consent.*'.")] = "*",
    everything: Annotated[bool, typer.Option("--all", help="Texts that are not critical too.")] = False,
) -> None:
    """Shows one text after the other; `y` says that it is right. Critical texts need two people; the second puts each
    back into English without looking. Tied to the exact text: when it changes, its review is gone."""
    sources, language = read_sources(from_here(LIBRARY)), _language(lang)
    folder, wording = LOCALES / lang, Wording(LOCALES, critical=sources.flows.critical)
    known, reviews = _read(catalog_path(LOCALES, lang)), read_reviews(folder)
    entries = {entry.context: entry for entry in known.entries}
    order = [message.context for message in sources.messages]
    taken = 0
    for message in sources.messages:
        entry = entries.get(message.context)
        if not fnmatchcase(message.context, context) or entry is None or not entry.good:
            continue
        if not (message.critical or everything) or reviews.suffice(entry, critical=message.critical):
            continue
        before = reviews.of(entry)
        if any(each.by == by for each in before):
            continue
        typer.echo(
            f"\n{message.context}{'  CRITICAL' if message.critical else ''}\n{language.name}: {entry.translation}"
        )
        back = typer.prompt("Put it back into English", default="") if message.critical and before else ""
        typer.echo(f"English: {entry.source}")
        typer.echo(terminal(message.text, wording, lang, Look.SMS))
        answer = typer.prompt("Is it right? y, n, or q to stop", default="n")
        if answer.strip().lower() == "q":
            break
        if answer.strip().lower() != "y":
            continue
        today = datetime.now(UTC).date()
        try:
            reviews = reviews.accept(
                entry, by=by, on=today, translator=known.translator, critical=message.critical, back=back.strip()
            )
        except NotReviewed as refused:
            raise ConfigInvalid(str(refused)) from None
        write_reviews(folder, reviews, order)
        taken += 1
    typer.echo(f"{taken} reviews by {by} in locales/{lang}/reviews.toml.")


@app.command()
def add(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Its code, such as st or ckb.")],
    name: Annotated[str, typer.Option(help="Its name in its own script, where the Unicode tables have none.")] = "",
    right_to_left: Annotated[bool, typer.Option("--right-to-left", help="Where the tables do not know.")] = False,
) -> None:
    """Adds a language: its row in the registry and all its files. Nothing else has to change."""
    sources = read_sources(from_here(LIBRARY))
    try:
        added = adding.add(from_here(LOCALES), code, sources.messages, name=name, right_to_left=right_to_left)
    except adding.NotAdded as refused:
        raise ConfigInvalid(str(refused)) from None
    typer.echo(f"{added.language.name} ({code}) is a draft now. Written:")
    for path in added.files:
        typer.echo(f"  {path}")
    typer.echo("Look at these, which nobody could know here:")
    for line in added.unsure:
        typer.echo(f"  {line}")
    typer.echo(f"Next: translate flows.po, then `baraza i18n check` and `baraza i18n preview {code}`.")


@app.command("export-xlsx")
def export_xlsx(lang: Lang, file: Annotated[Path, typer.Argument(help="The workbook to write.")]) -> None:
    """A language's texts as a spreadsheet, for a translator who has no PO editor."""
    language = _language(lang)
    rows = sheets.export(file, read_sources(from_here(LIBRARY)).messages, _read(catalog_path(LOCALES, lang)), language)
    typer.echo(f"{rows} texts in {file}. Only the columns `translation` and `question` are read back.")


@app.command("import-xlsx")
def import_xlsx(lang: Lang, file: Annotated[Path, typer.Argument(help="The workbook to read.")]) -> None:
    """Takes a spreadsheet back in, whole or not at all."""
    language, path = _language(lang), catalog_path(LOCALES, lang)
    known = _read(path)
    try:
        taken = sheets.take(file, read_sources(from_here(LIBRARY)).messages, known)
    except FileBroken as broken:
        for fault in broken.faults:
            typer.echo(fault)
        typer.echo("Nothing was taken in.")
        raise typer.Exit(FAULTS_FOUND) from None
    _write(path, files.rewritten(taken.entries, known, language))
    typer.echo(f"{taken.translated} new, {taken.changed} changed, {taken.questions} questions. Now: baraza i18n check")


@app.command()
def preview(
    lang: Lang,
    step: Annotated[str, typer.Argument(metavar="[STEP]", help="Such as intake.consent; without it, every text.")] = "",
    channel: Annotated[Look, typer.Option(help="The phone.")] = Look.SMS,
    quiet: Annotated[bool, typer.Option("--quiet", help="As said on a phone that others read.")] = False,
) -> None:
    """Each text as a phone shows it: on a text message its encoding and parts, on Telegram its buttons."""
    _language(lang)
    sources = read_sources(from_here(LIBRARY))
    wording = Wording(LOCALES, critical=sources.flows.critical)
    shown = 0
    for each in previews(sources.flows, wording, lang, channel, quiet=quiet):
        if not step or each.name == step or each.name.startswith(f"{step}."):
            typer.echo(f"{each.heading}\n{each.text}\n")
            shown += 1
    if not shown:
        raise ConfigInvalid(f"There is no step {step!r}. Say it as in `baraza i18n preview {lang} intake.consent`.")


def find_faults(locales: Path, sources: Sources) -> Iterator[Fault]:
    """All that keeps a catalog from being complete and sound. Raises FileBroken when the registry can not be read."""
    yield from errors_and_gaps(find_all(locales, sources))


def find_all(locales: Path, sources: Sources) -> Iterator[Finding]:
    """Advice too."""
    template = locales / TEMPLATE
    if not template.exists() or template.read_text(encoding="utf-8") != files.template(sources.messages):
        yield Finding(fault=at(template, 1, "", "it is behind the dialogues", "Run `baraza i18n extract`"))
    yield from check_catalogs(locales, sources)


def _summed(gaps: list[Fault]) -> Iterator[str]:
    """What drafts still lack: for each file and kind how many, and where the first is."""
    kinds: dict[tuple[str, str], list[Fault]] = {}
    for fault in gaps:
        kinds.setdefault((fault.file, fault.error), []).append(fault)
    for (file, error), faults in kinds.items():
        yield f"{file}:{faults[0].line}: {error} ({len(faults)} such)."


def _language(code: str) -> Language:
    languages = Wording(LOCALES).languages
    if code not in languages or code == SOURCE:
        others = ", ".join(each for each in languages if each != SOURCE)
        raise ConfigInvalid(f"There is no language {code!r} to translate into. There are: {others}.")
    return languages[code]


def _read(path: Path) -> files.PoFile:
    return files.read(path) if path.exists() else files.PoFile(entries=())


def _write(path: Path, text: str) -> None:
    """In one step: a running program never finds half a file."""
    beside = path.with_suffix(f"{path.suffix}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _progress(known: files.PoFile, found: tuple[Message, ...]) -> str:
    good = {entry.context for entry in known.entries if entry.good}
    fuzzy = sum(entry.fuzzy for entry in known.entries)
    done = sum(message.context in good for message in found)
    return f"{done} of {len(found)} translated, {fuzzy} to read again"


def _status(found: Progress, language: Language, *, whole: bool) -> str:
    done, every = found.critical
    share = _percent(found.done, found.texts)
    head = f"{found.code} {language.english} ({language.status}): {share} of {found.texts} texts"
    head += f"; critical {done} of {every}; {len(found.again)} to read again; {found.reviewed} reviewed"
    if found.minutes:
        head += (
            f"; about {found.minutes} minutes left, {found.critical_minutes} for what is critical "
            f"(at {WORDS_AN_HOUR} words an hour)"
        )
    if not whole:
        return head
    lanes = [f"  {_percent(done, every):>5}  {name} ({done} of {every})" for name, (done, every) in found.lanes.items()]
    left = [f"  missing: {context}" for context in found.left] + [f"  read again: {each}" for each in found.again]
    return "\n".join((head, *lanes, *left))


def _status_data(found: Progress, language: Language) -> dict[str, object]:
    data = asdict(found)
    return {"language": data.pop("code"), "status": language.status, **data, "minutes_left": found.minutes}


def _percent(done: int, every: int) -> str:
    """Never 100 % while one is missing."""
    return f"{done * 100 // every if every else 100} %"
