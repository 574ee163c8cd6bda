"""What a few words mean to us outside the dialogue: to stop, yes or no to a question of ours, the code of a link."""

from __future__ import annotations

import re

from flows.dialogue.reading import Reader
from flows.dialogue.words import Command, normalise
from flows.routing.codes import parse_receipt

CARRIER_STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
"""Words a text-message provider takes as an opt-out and answers itself (Twilio's defaults, May 2025)."""

_SHORT = 5
"""Most words of a message that is asked about when it seems to say STOP."""
_AMBIGUOUS = frozenset({"cancel", "end", "quit", "revoke"})
"""Orders to stop when they stand alone, and too common in a sentence to be asked about."""
_LINK = re.compile(r"(?:/start|join)\s+(.+)", re.IGNORECASE)


def seems_to_stop(text: str, reader: Reader) -> bool:
    """STOP within a few small words, such as `I want to stop please`: the law counts it, the provider does not."""
    said = normalise(text).split()
    if not 1 < len(said) <= _SHORT or reader.alarm(text):
        return False
    left = " ".join(word for word in said if not any(word in known.common for known in reader.words))
    return left not in _AMBIGUOUS and reader.command(left) is Command.STOP


def yes_or_no(text: str, reader: Reader) -> bool | None:
    """To a question of ours, also with a polite word behind it: `yes please`."""
    known, said = reader.words, normalise(text)
    if said in ("1", "2"):
        return said == "1"
    first, _, behind = said.partition(" ")
    polite = all(any(word in each.common and word not in each.unless for each in known) for word in behind.split())
    for answer in (said, first if polite else said):
        if any(answer in each.yes for each in known):
            return True
        if any(answer in each.no for each in known):
            return False
    return None


def link_code(text: str) -> str | None:
    """The code of `/start CODE` or `JOIN CODE`; other words after them are a person's own."""
    found = _LINK.fullmatch(text)
    return found[1] if found and parse_receipt(found[1]) else None
