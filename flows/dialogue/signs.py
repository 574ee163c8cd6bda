"""Messages that hold no word at all: a thumb, a heart, a row of points."""

from __future__ import annotations

from enum import StrEnum


class Sign(StrEnum):
    YES = "yes"
    NO = "no"
    PERSON = "person"
    OTHER = "other"


_YES = frozenset("👍👌✅✔☑🆗")
_NO = frozenset("👎❌✖🚫🙅")
_PERSON = frozenset("🆘🚨")


def sign_of(text: str) -> Sign:
    """What a message without words says: a call for a person before all else, then a plain yes or a plain no."""
    signs = set(text)
    if signs & _PERSON:
        return Sign.PERSON
    yes, no = bool(signs & _YES), bool(signs & _NO)
    return Sign.YES if yes and not no else Sign.NO if no and not yes else Sign.OTHER
