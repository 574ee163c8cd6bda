"""The key file: the one secret that is not in the database, and the refusal to start anything with a wrong one.

JSON `{"active": id, "keys": {id: {"wrap": base64, "index": base64}}}`. `wrap` encrypts the keys of conversations and
cases, `index` makes look-up values. A rotation adds a `wrap` and keeps the `index`, so look-ups go on working.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import secrets
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from storage.errors import KeysExposed, KeysMalformed, KeysMissing

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    wrap: bytes = field(repr=False)
    index: bytes = field(repr=False)

    def fingerprint(self) -> bytes:
        """Tells two keys apart and nothing about either."""
        return hashlib.sha256(b"baraza|fingerprint|" + self.wrap + self.index).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """Every key that can still be needed, and the one that new records use."""

    active: str
    keys: Mapping[str, Key] = field(repr=False)

    @property
    def current(self) -> Key:
        return self.keys[self.active]

    def fingerprints(self) -> dict[str, bytes]:
        return {name: key.fingerprint() for name, key in self.keys.items()}

    def rotated(self) -> KeyRing:
        """This ring with one more key, now the active one."""
        number = 1 + max(int(name.removeprefix("k")) for name in self.keys)
        fresh = Key(wrap=secrets.token_bytes(KEY_BYTES), index=self.current.index)
        return KeyRing(active=f"k{number}", keys={**self.keys, f"k{number}": fresh})

    def without(self, names: Collection[str]) -> KeyRing:
        return KeyRing(active=self.active, keys={name: key for name, key in self.keys.items() if name not in names})

    @classmethod
    def fresh(cls) -> KeyRing:
        key = Key(wrap=secrets.token_bytes(KEY_BYTES), index=secrets.token_bytes(KEY_BYTES))
        return cls(active="k1", keys={"k1": key})


class KeyFile:
    """Where the ring is kept. `Store` decides when one may be made: never over data that another key sealed."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def exists(self) -> bool:
        return self.path.exists()

    def read(self) -> KeyRing:
        try:
            mode = self.path.stat().st_mode
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise KeysMissing(
                f"{self.path}: the key file is missing. Put back the file that belongs to this database; "
                "without it nothing stored can be read."
            ) from error
        except (OSError, UnicodeDecodeError) as error:
            raise KeysMalformed(f"{self.path}: the key file cannot be read ({type(error).__name__}).") from error
        if mode & stat.S_IRWXO:
            raise KeysExposed(
                f"{self.path}: every account on this machine can reach the key file. chmod 600 {self.path}"
            )
        try:
            return _parsed(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
            raise KeysMalformed(f"{self.path}: this is not a key file of ours. Put back the one that is.") from error

    def stamp(self) -> tuple[int, int] | None:
        """Differs when another ring was put in its place; None: it is not there."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def make(self) -> KeyRing:
        """Makes the file whole or not at all; where another process was first, its ring is the one that counts."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._draft(KeyRing.fresh())
        try:
            os.link(draft, self.path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        self._settle()
        return self.read()

    def replace(self, ring: KeyRing) -> None:
        self._draft(ring).replace(self.path)
        self._settle()

    def _draft(self, ring: KeyRing) -> Path:
        draft = self.path.with_name(f"{self.path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(_data(ring), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        return draft

    def _settle(self) -> None:
        """The folder remembers the name even if the power fails now."""
        descriptor = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _parsed(data: dict[str, Any]) -> KeyRing:
    keys = {
        str(name): Key(wrap=_secret(entry["wrap"]), index=_secret(entry["index"]))
        for name, entry in data["keys"].items()
    }
    if data["active"] not in keys or any(not name.removeprefix("k").isdigit() for name in keys):
        raise ValueError("active key")
    return KeyRing(active=data["active"], keys=keys)


def _secret(text: str) -> bytes:
    value = base64.b64decode(text, validate=True)
    if len(value) != KEY_BYTES:
        raise ValueError("key length")
    return value


def _data(ring: KeyRing) -> dict[str, Any]:
    def encoded(value: bytes) -> str:
        return base64.b64encode(value).decode("ascii")

    keys = {name: {"wrap": encoded(key.wrap), "index": encoded(key.index)} for name, key in ring.keys.items()}
    return {"active": ring.active, "keys": keys}
