"""Encryption at rest: AES-GCM, one key for each conversation and each case, each wrapped by a key of the key file.

Every record says its version and is bound to its table, column and row, so that one moved elsewhere does not open.
Plaintexts are padded to steps of 64 bytes, so that a record's length says little.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import KeysRefused, SealBroken
from storage.keys import KEY_BYTES, KeyFile, KeyRing

_VERSION = b"v1|"
_NONCE = 12
_STEP = 64


class Seal:
    """One conversation's or case's key, opened."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def close(self, table: str, column: str, row: str, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, _padded(plain), f"{table}|{column}|{row}".encode())

    def open(self, table: str, column: str, row: str, sealed: bytes) -> bytes:
        if not sealed.startswith(_VERSION):
            raise SealBroken(f"A record of {table}.{column} has no known version.")
        start = len(_VERSION) + _NONCE
        nonce, body = sealed[len(_VERSION) : start], sealed[start:]
        try:
            return _unpadded(self._cipher.decrypt(nonce, body, f"{table}|{column}|{row}".encode()))
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"A record of {table}.{column} does not open.") from error

    def close_data(self, table: str, column: str, row: str, data: Mapping[str, object]) -> bytes:
        """Seals what JSON can hold; a broken half of a character pair, as phones do send, is kept as it came."""
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return self.close(table, column, row, text.encode("utf-8", "surrogatepass"))

    def open_data(self, table: str, column: str, row: str, sealed: bytes) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.open(table, column, row, sealed))
        return data


class Vault:
    """Opens and wraps the keys of rows, and makes look-up values that are worth nothing without the key file.

    `file`: where the ring came from; it is read again when it was changed there, as by a rotation. A file that cannot
    be read any more changes nothing for who is at work.
    """

    def __init__(self, ring: KeyRing, file: KeyFile | None = None) -> None:
        self._index = ring.current.index
        self._file = file
        self._stamp = file.stamp() if file else None
        self._use(ring)

    def _use(self, ring: KeyRing) -> None:
        self._wraps = {name: AESGCM(key.wrap) for name, key in ring.keys.items()}
        self._active = ring.active

    def _look_again(self) -> None:
        if self._file is not None and (stamp := self._file.stamp()) != self._stamp:
            self._stamp = stamp
            with suppress(KeysRefused):
                self._use(self._file.read())

    def index(self, kind: str, *words: str) -> bytes:
        """A keyed look-up value; `kind` keeps an address from ever matching a code."""
        return hmac.digest(self._index, "|".join((kind, "v1", *words)).encode("utf-8", "surrogatepass"), sha256)

    def new_key(self, table: str, row: str) -> tuple[Seal, bytes]:
        self._look_again()
        key = os.urandom(KEY_BYTES)
        return Seal(key), self._wrapped(key, table, row)

    def unwrap(self, table: str, row: str, wrapped: bytes) -> Seal:
        return Seal(self._unwrapped(table, row, wrapped))

    def rewrapped(self, table: str, row: str, wrapped: bytes) -> bytes:
        """The same key under the active key of the ring."""
        return self._wrapped(self._unwrapped(table, row, wrapped), table, row)

    def _wrapped(self, key: bytes, table: str, row: str) -> bytes:
        nonce = os.urandom(_NONCE)
        bound = _bound(table, row, self._active)
        return b"".join(
            (_VERSION, self._active.encode(), b"|", nonce, self._wraps[self._active].encrypt(nonce, key, bound))
        )

    def _unwrapped(self, table: str, row: str, wrapped: bytes) -> bytes:
        name = wrapped_by(wrapped)
        if name not in self._wraps:
            self._look_again()
        if name not in self._wraps:
            raise SealBroken(f"The key of a row of {table} was wrapped by a key that is not in the key file.")
        body = wrapped.split(b"|", 2)[2]
        try:
            return self._wraps[name].decrypt(body[:_NONCE], body[_NONCE:], _bound(table, row, name))
        except InvalidTag as error:
            raise SealBroken(f"The key of a row of {table} does not open.") from error


def wrapped_by(wrapped: bytes) -> str:
    """The name of the key that wraps this one; "" where the record has no known version."""
    version, _, rest = wrapped.partition(b"|")
    return rest.partition(b"|")[0].decode("ascii", "replace") if version + b"|" == _VERSION else ""


def _bound(table: str, row: str, name: str) -> bytes:
    return f"{table}|key|{row}|{name}".encode()


def _padded(plain: bytes) -> bytes:
    return plain + b"\x80" + bytes(-(len(plain) + 1) % _STEP)


def _unpadded(padded: bytes) -> bytes:
    plain, mark, rest = padded.rpartition(b"\x80")
    if not mark or rest.strip(b"\x00"):
        raise ValueError("padding")
    return plain
