"""`baraza flows`: `check` says what is wrong with the dialogues and their English, `graph` draws one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.app import LIBRARY, LOCALES
from bot.cli.catalogs.library import from_here, read_sources
from bot.cli.catalogs.messages import Message, Use
from bot.cli.catalogs.wordings import Wordings, read_unquiet
from bot.cli.drawing import draw
from bot.cli.issues import find_word_faults
from bot.cli.store import in_store
from bot.settings import ConfigInvalid, read_settings
from bot.wording import SOURCE, Wording
from bot.wording.samples import SAMPLES
from flows.dialogue.lint import lint, lost_answers
from flows.strict_yaml import Fault, FileBroken
from storage import Tx

app = typer.Typer(no_args_is_help=True)
FAULTS_FOUND = 1
_PLACE = re.compile(r"\{[a-z_]+\}")
_BRACE = re.compile(r"[{}]")
_ADDRESS = re.compile(r"https?:|www\.", re.IGNORECASE)

FACTS = frozenset({
    "contact", "contact_time", "date", "held_since", "held_state", "helper", "issue", "name", "other_side", "phone",
    "region", "story", "who",
})  # fmt: skip
"""What casework knows an answer by; anything else an author calls `fact` would reach nobody."""


@app.callback()
def _dialogues() -> None:
    """The dialogues in flows/library."""


@app.command()
def check(
    waiting: Annotated[
        bool, typer.Option("--waiting", help="Also look in the store for people whose answers a change would undo.")
    ] = False,
) -> None:
    """Says everything that is wrong, one line each; exit code 1 when there is anything."""
    try:
        faults = list(find_faults(from_here(LIBRARY), from_here(LOCALES)))
        if waiting and not faults:
            faults = find_undone(from_here(LIBRARY))
    except FileBroken as broken:
        faults = list(broken.faults)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(FAULTS_FOUND)
    typer.echo("Every dialogue is sound.")


@app.command()
def graph(
    flow: Annotated[str, typer.Argument(help="Which dialogue.")] = "intake",
    lang: Annotated[str, typer.Option(help="The language of its texts.")] = SOURCE,
    output: Annotated[Path | None, typer.Option(help="The file to write; without it, standard output.")] = None,
) -> None:
    """Draws a dialogue (SVG): its steps from top to bottom, and who comes by each of them."""
    flows, wording = read_sources(from_here(LIBRARY)).flows, Wording(LOCALES)
    if flow not in flows.flows:
        raise ConfigInvalid(f"There is no dialogue {flow!r}. There are: {', '.join(sorted(flows.flows))}.")
    if lang not in wording.languages:
        raise ConfigInvalid(f"There is no language {lang!r}. There are: {', '.join(wording.languages)}.")
    right_to_left = wording.languages[lang].direction == "rtl"
    picture = draw(flows[flow], lambda text: wording.say(text, lang), right_to_left=right_to_left)
    if output is None:
        typer.echo(picture, nl=False)
    else:
        output.write_text(picture, encoding="utf-8")
        typer.echo(f"{output} shows {len(flows[flow].steps)} steps.")


def _miswritten(message: Message) -> Iterator[Fault]:
    """English that would reach a phone with something in it that was never meant to."""

    def fault(error: str, mend: str) -> Fault:
        return Fault(file=message.file, line=message.line, field=message.context, error=error, mend=mend)

    for name in sorted(message.places - SAMPLES.keys()):
        yield fault(f"nobody fills {{{name}}}", f"Known are: {', '.join(sorted(SAMPLES))}")
    if message.places and message.use in (Use.SAY, Use.QUESTION, Use.REVIEW, Use.OPTION):
        yield fault("a text inside the dialogue has no {names} to be filled", "Take them out; an `end:` may have them")
    if _BRACE.search(_PLACE.sub("", message.source)):
        yield fault("a brace belongs to no {name}", "Write {name} with nothing else between the braces")
    if _ADDRESS.search(message.source):
        yield fault("it holds a web address", "Take it out: on a phone it could lead anywhere")


def find_undone(library: Path) -> list[Fault]:
    """Answers of people inside a dialogue that the dialogue of these files can no longer mean: they would be asked
    again. Raises what opening the store raises."""
    flows = read_sources(library).flows
    names = {flow.id: flow.steps[0].file for flow in flows.flows.values()}

    async def work(tx: Tx) -> Counter[tuple[str, str]]:
        undone: Counter[tuple[str, str]] = Counter()
        async for session in tx.conversations.sessions():
            if session.flow not in flows.flows:
                undone[session.flow, ""] += 1
                continue
            undone.update((session.flow, step_id) for step_id in lost_answers(flows[session.flow], session))
        return undone

    return [
        Fault(
            file=names.get(flow_id, str(library)),
            line=1,
            field=step_id,
            error=f"{count} who are inside it have answered what it no longer asks in this way",
            mend="Keep the step or the option until they are through, or name the old step with `was:`",
        )
        for (flow_id, step_id), count in sorted(in_store(read_settings(), work).items())
    ]


def find_faults(library: Path, locales: Path) -> Iterator[Fault]:
    """Raises FileBroken when a file cannot be read at all."""
    sources = read_sources(library)
    yield from find_word_faults(library, locales)
    yield from lint(sources.flows, facts=FACTS)
    for message in sources.messages:
        yield from _miswritten(message)
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
