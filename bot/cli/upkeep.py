"""`db upgrade|check`, `keys status|rotate`, `erase RECEIPT`."""

from __future__ import annotations

import asyncio
import sys

import typer

from bot.app import read_library
from bot.cli.printing import AsJson, emit
from bot.cli.service import casework_for
from bot.cli.store import in_store
from bot.settings import ConfigInvalid, read_settings
from storage import KeyFile, Store, Tx
from storage.errors import KeysRefused, StoreOutdated

database = typer.Typer(no_args_is_help=True)
keys = typer.Typer(no_args_is_help=True)

FAULTS_FOUND = 1


@database.command("upgrade")
def upgrade() -> None:
    """Brings the tables up to date; makes the key file where the database holds nothing yet."""
    settings = read_settings()
    asyncio.run(Store.upgrade(settings.database_url.get_secret_value(), KeyFile(settings.key_file)))
    print("The database is up to date.")


@database.command("check")
def check() -> None:
    """Whether the service could open the database with this key file."""

    async def work(tx: Tx) -> None:
        await tx.partners.version()

    try:
        in_store(read_settings(), work)
    except (StoreOutdated, KeysRefused) as fault:
        print(fault)
        sys.exit(FAULTS_FOUND)
    print("The database is up to date and the key fits.")


@keys.command("status")
def status(as_json: AsJson = False) -> None:
    """Each key of the key file, which one is active, and how much it still opens."""
    settings = read_settings()
    uses = asyncio.run(Store.key_uses(settings.database_url.get_secret_value(), KeyFile(settings.key_file)))
    for use in uses:
        state = "active" if use.active else "kept to open what is older"
        emit(
            {"key": use.name, "active": use.active, "opens": use.rows},
            f"{use.name}: {state}, opens {use.rows} records",
            as_json=as_json,
        )


@keys.command("rotate")
def rotate() -> None:
    """Makes a new key and wraps what the old ones open with it; the service may run meanwhile."""
    settings = read_settings()
    asyncio.run(Store.rotate(settings.database_url.get_secret_value(), KeyFile(settings.key_file)))
    print("A new key is active. Back up the key file now; `baraza keys status` says what the old keys still open.")


def erase(receipt: str) -> None:
    """Erases a case and the conversation it came from, for good."""
    settings = read_settings()

    async def work(tx: Tx) -> None:
        case = await tx.cases.by_receipt(receipt)
        if case is None:
            raise ConfigInvalid("There is no case with that code.")
        await casework_for(settings, read_library()).erase(tx, case)

    in_store(settings, work)
    print("Erased.")
