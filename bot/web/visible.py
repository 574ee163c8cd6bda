"""Shows signs that hide in a text: one that turns its direction or has no width can make a message read as another.

Joiners between letters of scripts that need them (Arabic, Nepali, Khmer) are spelling, not tricks, and stay.
"""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup

_JOINERS = "\u200c\u200d"
_HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


def visible(text: str) -> Markup:
    """The text as HTML in which every hidden sign is a small labelled mark."""
    shown, at = Markup(), 0
    for found in _HIDDEN.finditer(text):
        if found[0] in _JOINERS and _spells(text, found.start()):
            continue
        shown += Markup.escape(text[at : found.start()])
        shown += Markup('<span class="hidden-sign">U+{}</span>').format(f"{ord(found[0]):04X}")
        at = found.end()
    return shown + Markup.escape(text[at:])


def _spells(text: str, at: int) -> bool:
    """Whether the joiner stands after a letter or mark of a script that joins."""
    if at == 0:
        return False
    before = text[at - 1]
    return unicodedata.category(before)[0] in "LM" and not unicodedata.name(before, "").startswith(
        ("LATIN", "GREEK", "CYRILLIC")
    )
