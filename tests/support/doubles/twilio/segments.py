"""Parts of an SMS as a carrier counts them, written apart from the program's own counter so that each checks the other.

The alphabet is the default one of 3GPP TS 23.038 with its extension table; what leaves it makes the whole text UCS-2.
A character of two units never straddles two parts.
"""

import string
from collections.abc import Iterable

ESCAPED = frozenset("\f^{}\\[~]|€")
ALPHABET = (
    frozenset(string.ascii_letters + string.digits)
    | frozenset(" \n\r!\"#%&'()*+,-./:;<=>?@_$¡§¿¤£¥")
    | frozenset("ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùü")
    | frozenset("ΓΔΘΛΞΠΣΦΨΩ")
    | ESCAPED
)


def segments(text: str) -> int:
    if all(character in ALPHABET for character in text):
        return _parts([2 if character in ESCAPED else 1 for character in text], alone=160, joined=153)
    return _parts([len(character.encode("utf-16-le")) // 2 for character in text], alone=70, joined=67)


def _parts(costs: Iterable[int], *, alone: int, joined: int) -> int:
    costs = list(costs)
    if sum(costs) <= alone:
        return 1
    parts, room = 1, joined
    for cost in costs:
        if cost > room:
            parts, room = parts + 1, joined
        room -= cost
    return parts
