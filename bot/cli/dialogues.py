"""`baraza flows check`: what is wrong with the dialogues and their English, each line with its mend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer

from bot.app import LIBRARY, LOCALES
from bot.cli.catalogs.library import from_here, read_sources
from bot.cli.catalogs.wordings import Wordings, read_unquiet
from bot.wording import SOURCE, Wording
from flows.dialogue.lint import lint
from flows.strict_yaml import Fault, FileBroken

app = typer.Typer(no_args_is_help=True)
FAULTS_FOUND = 1

FACTS = frozenset({
    "contact", "contact_time", "date", "held_since", "held_state", "helper", "issue", "name", "other_side", "phone",
    "region", "story", "who",
})  # fmt: skip
"""What casework knows an answer by; anything else an author calls `fact` would reach nobody."""


@app.callback()
def _dialogues() -> None:
    """The dialogues in flows/library."""


@app.command()
def check() -> None:
    """Says everything that is wrong, one line each; exit code 1 when there is anything."""
    try:
        faults = list(find_faults(from_here(LIBRARY), from_here(LOCALES)))
    except FileBroken as broken:
        faults = list(broken.faults)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(FAULTS_FOUND)
    typer.echo("Every dialogue is sound.")


def find_faults(library: Path, locales: Path) -> Iterator[Fault]:
    """Raises FileBroken when a file cannot be read at all."""
    sources = read_sources(library)
    yield from lint(sources.flows, facts=FACTS)
    wording = Wording(locales)
    written = {message.context: (message.file, message.line) for message in sources.messages}
    english = Wordings(
        wording=wording,
        language=wording.languages[SOURCE],
        answers={code: wording.words(code) for code in wording.languages},
        flows=sources.flows,
        messages=sources.messages,
        where=lambda context: written.get(context, (str(library), 1)),
    )
    yield from english.faults(read_unquiet(locales / SOURCE))
