"""How many SMS parts a text costs, and how to make a text cost fewer.

A part holds 160 septets in GSM-7 or 70 UTF-16 units in UCS-2; parts of a longer text lose 7 and 3 of those to their
header (3GPP TS 23.038 and 23.040). One character outside GSM-7 turns the whole text to UCS-2.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f", " "),
        **dict.fromkeys("\u00ad\u200b\ufeff", ""),
        "…": "...",
    }
)
# Latin letters that Unicode does not decompose into a letter and its mark.
_UNDECOMPOSED = dict(zip("ıđĐħĦłŁŀĿŧŦſĸɓƁɗƊɖƉƙƘƴƳɛƐɔƆəƏðÐ", "idDhHlLlLtTskbBdDdDkKyYeEoOeEdD", strict=True)) | {
    "œ": "oe",
    "Œ": "OE",
    "ĳ": "ij",
    "Ĳ": "IJ",
    "ŉ": "'n",
    "ŋ": "ng",
    "Ŋ": "NG",
    "þ": "th",
    "Þ": "TH",
    "ẞ": "SS",
}


class Encoding(StrEnum):
    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`characters` is what the phone network counts: septets (an extension character is two) or UTF-16 units."""

    encoding: Encoding
    characters: int
    parts: int


def count(text: str) -> Parts:
    """Counted after NFC, as it is sent. An escape pair or a surrogate pair is never divided between two parts."""
    text = unicodedata.normalize("NFC", text)
    if all(character in _BASIC or character in _EXTENSION for character in text):
        widths = [2 if character in _EXTENSION else 1 for character in text]
        return Parts(encoding=Encoding.GSM7, characters=sum(widths), parts=_fill(widths, 160, 153))
    widths = [units(character) for character in text]
    return Parts(encoding=Encoding.UCS2, characters=sum(widths), parts=_fill(widths, 70, 67))


def units(text: str) -> int:
    """Length in UTF-16 units, which is how Telegram and UCS-2 measure."""
    return len(text) + sum(character > "\uffff" for character in text)


def fold(text: str, *, accents: bool = True) -> str:
    """Make typographic signs plain and, with `accents`, take from Latin letters the marks GSM-7 has not.

    Other scripts keep every mark. The result is NFC.
    """
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFC", text).translate(_PLAIN)
    if not accents:
        return plain
    return unicodedata.normalize("NFC", "".join(_folded(plain)))


def _folded(text: str) -> Iterable[str]:
    after_latin = False
    for character in text:
        if unicodedata.combining(character):
            if not after_latin:
                yield character
            continue
        after_latin = _is_latin(character)
        if character in _BASIC or not after_latin:
            yield character
        else:
            yield _UNDECOMPOSED.get(character) or _base(character)


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN ")


def _base(character: str) -> str:
    """`ự` without its marks, or itself where Unicode knows no marks on it."""
    letters = "".join(mark for mark in unicodedata.normalize("NFD", character) if not unicodedata.combining(mark))
    return "".join(_UNDECOMPOSED.get(letter, letter) for letter in letters)


def _fill(widths: list[int], single: int, each: int) -> int:
    if sum(widths) <= single:
        return 1
    parts, room = 1, each
    for width in widths:
        if width > room:
            parts, room = parts + 1, each
        room -= width
    return parts
