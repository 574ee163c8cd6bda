"""The rooms of the `baraza` command put together, and every run ended cleanly.

Exit codes: 0 done; 1 a check found faults, one line each on stdout; 2 could not start or run, one message on stderr.
"""

from __future__ import annotations

import sys

import typer

from bot.app import PortTaken
from bot.cli import catalogs, dialogues, drill, issues, look, members, partners, service, talk, upkeep
from bot.settings import ConfigInvalid
from flows.strict_yaml import FileBroken
from storage.errors import StoreError

CANNOT_RUN = 2

app = typer.Typer(
    help="Baraza puts people who need legal help through to a defender who covers their region.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(service.demo)
app.command("serve")(service.serve)
app.command("talk")(talk.talk)
app.add_typer(dialogues.app, name="flows", help="The dialogues: check them.")
app.add_typer(issues.app, name="issues", help="The problems people bring: what their words propose.")
app.add_typer(catalogs.app, name="i18n", help="The translators' tool.")
app.add_typer(look.places, name="places", help="Places to regions.")
app.add_typer(look.sms, name="sms", help="What a text message costs.")
app.add_typer(partners.app, name="partners", help="The partners of the network.")
app.add_typer(partners.routes, name="route", help="Who would get a case, and why not the others.")
app.add_typer(members.app, name="members", help="The people who work with cases.")
app.add_typer(upkeep.database, name="db", help="The database's tables and its key.")
app.add_typer(upkeep.keys, name="keys", help="The keys that open what people told.")
app.command("drill")(drill.drill)
app.command("erase")(upkeep.erase)


def run() -> None:
    """Runs the one that was asked for. What the program refuses is said in one message; a fault of ours keeps its
    traceback."""
    try:
        app()
    except (ConfigInvalid, FileBroken, StoreError, PortTaken) as refused:
        print(refused, file=sys.stderr)
        sys.exit(CANNOT_RUN)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(CANNOT_RUN)
