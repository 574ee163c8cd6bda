"""One transaction as the repositories see it: a connection, the time it happens at, and the opened keys of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Executable, Row, Select, Table, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.bells import Bell
from storage.errors import Vanished
from storage.ids import Ids
from storage.tables import network_keys
from storage.vault import Seal, Vault

_NETWORK = "network"


AnyRow = Row[*tuple[Any, ...]]
Statement = Select[*tuple[Any, ...]]
Result = TypeVar("Result")


class Unit:
    __slots__ = ("_connection", "_ids", "_seals", "erased", "now", "rung", "vault")

    def __init__(self, connection: AsyncConnection, vault: Vault, ids: Ids, now: datetime) -> None:
        self._connection = connection
        self._ids = ids
        self._seals: dict[tuple[str, str], Seal] = {}
        self.erased = False
        self.rung: set[Bell] = set()
        self.vault = vault
        self.now = now

    # ---- statements

    async def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[AnyRow]:
        return (await self._connection.execute(statement, values)).all()

    async def row(self, statement: Executable) -> AnyRow | None:
        return (await self._connection.execute(statement)).one_or_none()

    async def value(self, statement: Select[Result]) -> Result | None:
        return (await self._connection.execute(statement)).scalar()

    async def change(self, statement: Executable) -> int:
        """Runs it and says how many rows it touched."""
        return (await self._connection.execute(statement)).rowcount

    async def change_each(self, statement: Executable, values: Sequence[Mapping[str, Any]]) -> None:
        if values:
            await self._connection.execute(statement, values)

    async def insert_each(self, statement: Executable, values: Sequence[Mapping[str, Any]]) -> Sequence[AnyRow]:
        """Inserts many rows at once and gives back what the statement returns of each."""
        return (await self._connection.execute(statement, values)).all() if values else []

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT, which SQLAlchemy spells once for each database."""
        return sqlite.insert(table) if self.on_sqlite else postgresql.insert(table)

    def literal(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The time of this transaction as a value of that column."""
        return literal(self.now, column.type)

    @property
    def on_sqlite(self) -> bool:
        return self._connection.dialect.name == "sqlite"

    def new_id(self) -> str:
        return self._ids.new(self.now)

    # ---- what the store does after the commit

    def ring(self, bell: Bell) -> None:
        self.rung.add(bell)

    def note_erasure(self) -> None:
        """What was overwritten must not stay readable in SQLite's log either."""
        self.erased = True

    # ---- keys of rows

    def seal_new(self, table: Table, row: str) -> tuple[Seal, bytes]:
        seal, wrapped = self.vault.new_key(table.name, row)
        self._seals[table.name, row] = seal
        return seal, wrapped

    def unwrapped(self, table: Table, row: str, wrapped: bytes) -> Seal:
        """The row's opened key, opened at most once a transaction."""
        if (seal := self._seals.get((table.name, row))) is None:
            seal = self._seals[table.name, row] = self.vault.unwrap(table.name, row, wrapped)
        return seal

    def forget_seal(self, table: Table, row: str) -> None:
        self._seals.pop((table.name, row), None)

    async def seal(self, table: Table, row: str) -> Seal:
        return (await self.seals(table, [row]))[row]

    async def seals(self, table: Table, ids: Iterable[str]) -> dict[str, Seal]:
        """Raises Vanished where a row is not there or was erased."""
        wanted = set(ids)
        missing = sorted(row for row in wanted if (table.name, row) not in self._seals)
        if missing:
            found = await self.rows(select(table.c.id, table.c.key).where(table.c.id.in_(missing)))
            for row, wrapped in found:
                if wrapped is not None:
                    self.unwrapped(table, row, wrapped)
        try:
            return {row: self._seals[table.name, row] for row in wanted}
        except KeyError as error:
            raise Vanished(f"A row of {table.name} is not there or was erased.") from error

    async def network_seal(self) -> Seal:
        """The key of what belongs to the network and to no person: the partners' records."""
        if (seal := self._seals.get((network_keys.name, _NETWORK))) is not None:
            return seal
        wrapped = await self.value(select(network_keys.c.key).where(network_keys.c.name == _NETWORK))
        if wrapped is not None:
            return self.unwrapped(network_keys, _NETWORK, wrapped)
        seal, wrapped = self.seal_new(network_keys, _NETWORK)
        await self.change(self.insert(network_keys).values(name=_NETWORK, key=wrapped))
        return seal
