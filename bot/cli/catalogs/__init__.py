"""`baraza i18n`: what translators work with. Catalogs follow the dialogues; nothing here is needed at run time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer

from bot.app import LIBRARY, LOCALES
from bot.cli.catalogs import files
from bot.cli.catalogs.checking import check_catalogs
from bot.cli.catalogs.library import Sources, from_here, read_sources
from bot.cli.catalogs.messages import Message
from bot.wording import SOURCE, Wording
from flows.strict_yaml import Fault

app = typer.Typer(no_args_is_help=True)
FAULTS_FOUND = 1
TEMPLATE = "flows.pot"


def catalog_path(locales: Path, code: str) -> Path:
    return locales / code / "LC_MESSAGES" / "flows.po"


@app.command()
def extract() -> None:
    """Writes locales/flows.pot from the dialogues: the same text every time, in conversation order."""
    found = read_sources(from_here(LIBRARY)).messages
    (LOCALES / TEMPLATE).write_text(files.template(found), encoding="utf-8")
    typer.echo(f"{len(found)} messages in {TEMPLATE}.")


@app.command()
def update() -> None:
    """Brings every language's flows.po up to the dialogues. Good translations are never touched."""
    found = read_sources(from_here(LIBRARY)).messages
    for code, language in Wording(LOCALES).languages.items():
        if code != SOURCE:
            path = catalog_path(LOCALES, code)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files.merged(found, _read(path), language), encoding="utf-8")
            typer.echo(f"{code}: {_progress(_read(path), found)}")


@app.command()
def check() -> None:
    """Says everything that is wrong, one line each; exit code 1 when there is anything."""
    faults = list(find_faults(from_here(LOCALES), read_sources(from_here(LIBRARY))))
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(FAULTS_FOUND)
    typer.echo("Every catalog is complete and sound.")


@app.command()
def status() -> None:
    """How far each language is."""
    found = read_sources(from_here(LIBRARY)).messages
    for code, language in Wording(LOCALES).languages.items():
        done = "the source" if code == SOURCE else _progress(_read(catalog_path(LOCALES, code)), found)
        typer.echo(f"{code} {language.english} ({language.status}): {done}")


def find_faults(locales: Path, sources: Sources) -> Iterator[Fault]:
    """Raises FileBroken when the registry itself can not be read."""
    template = locales / TEMPLATE
    if not template.exists() or template.read_text(encoding="utf-8") != files.template(sources.messages):
        error, mend = "it is behind the dialogues", "Run `baraza i18n extract`"
        yield Fault(file=str(template), line=1, field="", error=error, mend=mend)
    yield from check_catalogs(locales, sources)


def _read(path: Path) -> files.PoFile:
    return files.read(path) if path.exists() else files.PoFile(entries=())


def _progress(known: files.PoFile, found: tuple[Message, ...]) -> str:
    good = {entry.context for entry in known.entries if entry.good}
    fuzzy = sum(entry.fuzzy for entry in known.entries)
    done = sum(message.context in good for message in found)
    return f"{done} of {len(found)} translated, {fuzzy} to read again"
