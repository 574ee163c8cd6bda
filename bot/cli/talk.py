"""`talk`: walk a dialogue in the terminal, exactly as a phone would show it, with what each message costs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.app import DEMO, read_library, read_network
from bot.channels.simulator.phones import Look
from bot.cli.handset import Handset, header
from bot.settings import ROOT, ConfigInvalid

TRANSCRIPTS = ROOT / "tests" / "transcripts"


def talk(
    channel: Annotated[Look, typer.Option(help="How the phone looks.")] = Look.SMS,
    lang: Annotated[str, typer.Option(help="The language spoken, such as sw.")] = "en",
    flow: Annotated[str, typer.Option(help="Which dialogue.")] = "intake",
    save: Annotated[str, typer.Option(help="Writes the conversation as a test of this name.")] = "",
) -> None:
    """Type what a person would send, a line at a time; an empty line ends it. `[Yes]` taps a button, `@ 2 hours later`
    lets time pass. Nothing is stored or sent."""
    library, network = read_library(), read_network(DEMO / "network.yaml")
    if lang not in network.languages:
        raise ConfigInvalid(f"--lang {lang} is not offered. Known: {', '.join(network.languages)}.")
    if flow not in library.flows.flows:
        raise ConfigInvalid(f"--flow {flow} is not a dialogue. Known: {', '.join(library.flows.flows)}.")
    path = _free_path(save) if save else None
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    handset = Handset.fresh(library=library, network=network, look=channel, language=lang, flow=flow, now=now)
    written = [header(handset).rstrip("\n")]
    for line in map(str.strip, sys.stdin):
        if not line:
            break
        if line.startswith("@ "):
            handset.wait(line.removeprefix("@ "))
            written += ["", line]
            continue
        said = list(handset.say(line))
        typer.echo("\n".join(said))
        written += ["", f"> {line}", *said]
    if path is not None:
        path.write_text("\n".join(written) + "\n", encoding="utf-8")
        typer.echo(f"Saved as {path}. Put a first line `# what this shows` into it.")


def _free_path(name: str) -> Path:
    path = TRANSCRIPTS / f"{name}.txt"
    if not name.replace("_", "").isalnum() or path.exists():
        raise ConfigInvalid(f"--save {name}: use a new name of letters, digits and _, without a folder.")
    return path
