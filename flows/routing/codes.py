"""Codes that people read out and type: receipts (8) and offers (4), in letters and digits that are hard to mix up.

A new code always holds a digit, so it never reads as a word or a command. Reading forgives case, spaces, hyphens and
the look-alikes and digits of other scripts; it never guesses at characters that are not in the alphabet.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RECEIPT_LENGTH = 8
OFFER_LENGTH = 4

_LOOK_ALIKES = str.maketrans("АВЕЅНКМРСТУХЈΑΒΕΖΗΚΜΝΡΤΥΧ", "ABESHKMPCTYXJABEZHKMNPTYX")

Choose = Callable[[str], str]
"""Draws one character of the alphabet: `secrets.choice` in the service."""


def new_receipt(choose: Choose) -> str:
    return _new(RECEIPT_LENGTH, choose)


def new_offer_code(choose: Choose) -> str:
    return _new(OFFER_LENGTH, choose)


def parse_receipt(text: str) -> str | None:
    return _parse(text, RECEIPT_LENGTH)


def parse_offer_code(text: str) -> str | None:
    return _parse(text, OFFER_LENGTH)


def show_receipt(receipt: str) -> str:
    """In two groups of four, as it is printed: `7Q2M 4KXT`."""
    return f"{receipt[:4]} {receipt[4:]}"


def _new(length: int, choose: Choose) -> str:
    while True:
        code = "".join(choose(ALPHABET) for _ in range(length))
        if any(character.isdigit() for character in code):
            return code


def _parse(text: str, length: int) -> str | None:
    folded = unicodedata.normalize("NFKC", text).upper().translate(_LOOK_ALIKES)
    code = "".join(map(_plain, folded))
    return code if len(code) == length and all(character in ALPHABET for character in code) else None


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return "" if category[0] in "ZPC" else character
