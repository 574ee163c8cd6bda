"""The tables' revisions, by Alembic, which is imported only when tables must change.

Each step works up and down with data in it, on both databases. After the last one the tables equal `storage.tables`.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

HEAD = "0003"
"""The revision this program works with; a test holds it to the newest file in `versions`."""


def revision(connection: Connection) -> str | None:
    """What the database is at; None: it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def is_known(name: str) -> bool:
    """Whether this program has that revision; one it has not was made by a newer program."""
    return any((Path(__file__).parent / "versions").glob(f"{name}_*.py"))


def migrate(connection: Connection, target: str = HEAD) -> None:
    """Takes the tables up or down to `target` ("base": none) inside the caller's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    at = revision(connection)
    if target == "base" or (at is not None and target < at):
        command.downgrade(config, target)
    else:
        command.upgrade(config, target)
