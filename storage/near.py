"""SQLite's connection for writing, without a change of threads for each call.

Behind BEGIN IMMEDIATE a call takes microseconds; handing it to a thread and back takes longer than the call itself, and
happens four times a statement. What may wait, for another process's lock or for the disk, still goes to the thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

import aiosqlite

Result = TypeVar("Result")
_MAY_WAIT = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
_CHUNK = 64
"""Rows that an iteration over a cursor fetches at once; the library's own default."""


class NearConnection(aiosqlite.Connection):
    """Used by one task at a time, which the store's lock sees to."""

    async def _execute(self, fn: Callable[..., Result], *args: object, **kwargs: object) -> Result:
        if _is_quick(fn, args):
            return fn(*args, **kwargs)
        done: Result = await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]  # theirs has no types
        return done


def _is_quick(fn: Callable[..., object], args: tuple[object, ...]) -> bool:
    match fn.__name__:
        case "execute" | "executemany":
            return not str(args[0]).startswith(_MAY_WAIT)
        case "cursor" | "fetchall":
            return True
        case "close":
            return isinstance(getattr(fn, "__self__", None), sqlite3.Cursor)
        case _:
            return False


def connect_near(database: str, *, check_same_thread: bool = False) -> NearConnection:
    """For SQLAlchemy's `async_creator_fn`, which is given what it gives to the driver."""
    connection = NearConnection(lambda: sqlite3.connect(database, check_same_thread=check_same_thread), _CHUNK)
    connection._thread.daemon = True  # as SQLAlchemy has it: the end of the process does not wait for it
    return connection
