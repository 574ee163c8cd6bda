"""What storage refuses or cannot do. A library's error is translated here once; nothing outside sees SQLAlchemy.

StoreError
  StoreUnreachable   the database cannot be used now; try again later
  StoreOutdated      its tables are older or newer than this program
  Contended          it stayed locked or deadlocked through every redo
  KeysRefused        the key file cannot be used: KeysMissing KeysUnknown KeysExposed KeysMalformed
  SealBroken         a record does not open: wrong key, moved, or tampered with
  ConsentMissing     a case was to be shown to a partner without the person's recorded yes
  Vanished           the row that was asked for is not there, or its key was destroyed
  NameTaken          a member of that name exists
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted


class StoreError(Exception):
    """Something storage will not or cannot do; its text names the place and the mend, never a stored word."""


class StoreUnreachable(StoreError):
    pass


class StoreOutdated(StoreError):
    pass


class Contended(StoreError):
    pass


class KeysRefused(StoreError):
    pass


class KeysMissing(KeysRefused):
    pass


class KeysUnknown(KeysRefused):
    pass


class KeysExposed(KeysRefused):
    pass


class KeysMalformed(KeysRefused):
    pass


class SealBroken(StoreError):
    pass


class ConsentMissing(StoreError):
    pass


class Vanished(StoreError):
    pass


class NameTaken(StoreError):
    pass


_REDO = frozenset({"40001", "40P01", "55P03"})
_AWAY = ("08", "53", "57P", "58", "XX")


@contextmanager
def translated() -> Iterator[None]:
    """Turns the drivers' ways to say "not now" into ours; what is neither passes through, since it is a fault."""
    try:
        yield
    except DBAPIError as error:
        if _is_contention(error):
            raise Contended("The database stayed busy; the work was rolled back.") from error
        if _is_absence(error):
            raise StoreUnreachable(f"The database cannot be used now ({_reason(error.orig)}).") from error
        raise
    except (PoolExhausted, OSError) as error:
        raise StoreUnreachable(f"The database cannot be used now ({_reason(error)}).") from error
    except Exception as error:
        if getattr(error, "sqlstate", None) is None:
            raise
        raise StoreUnreachable(f"The database cannot be used now ({_reason(error)}).") from error


def _reason(error: BaseException | None) -> str:
    """The kind of a driver's error, never its words: those may quote what was to be stored."""
    return type(error.__cause__ if error is not None and error.__cause__ is not None else error).__name__


def _state(error: DBAPIError) -> str:
    """PostgreSQL's five-letter state, or "" on SQLite."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def _sqlite_code(error: DBAPIError) -> int | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _is_contention(error: DBAPIError) -> bool:
    return _state(error) in _REDO or _sqlite_code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _is_absence(error: DBAPIError) -> bool:
    """An error without a statement is one of connecting."""
    if error.connection_invalidated or error.statement is None or _state(error).startswith(_AWAY):
        return True
    if (code := _sqlite_code(error)) is not None:
        return code in {
            sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY,
            sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB,
        }  # fmt: skip
    return isinstance(error, InterfaceError | OperationalError) and not _state(error)
