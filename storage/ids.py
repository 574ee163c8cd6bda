"""Names for rows that sort by time, and tokens that nobody can guess."""

from __future__ import annotations

import secrets
from datetime import datetime

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


class Ids:
    """26 characters: 48 bits of milliseconds, then 80 that are random. Those of one process sort in the order they
    were made, also within a moment and when the clock is set back."""

    def __init__(self) -> None:
        self._last = 0

    def new(self, now: datetime) -> str:
        fresh = (int(now.timestamp() * 1000) << 80) | secrets.randbits(79)
        self._last = fresh if fresh >> 80 > self._last >> 80 else self._last + 1 + secrets.randbits(32)
        return "".join(_DIGITS[(self._last >> shift) & 31] for shift in range(125, -1, -5))


def new_token() -> str:
    return secrets.token_urlsafe(32)
