"""A prompt becomes messages that fit a channel: buttons or numbered lines, one message or several.

Pure. Whoever asks says what is asked; only the channel's `Limits` decide how it looks.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.channels.base import Ask, Choice, Limits, Outgoing
from bot.channels.parts import fold, units

_JOINER = "\u200d"
_VIRAMA = 9
_SKIN = range(0x1F3FB, 0x1F400)
_FLAG = range(0x1F1E6, 0x1F200)
_HANGUL_TAIL = range(0x1160, 0x1200)
_SARA_AM = frozenset("\u0e33\u0eb3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """`lines` stand under each other; where choices follow, the last line is what they answer. `asks` is what the
    person may share instead of typing, dropped where the channel cannot share."""

    lines: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    asks: Ask | None = None
    asks_label: str = ""
    replaces: str = ""


def render(prompt: Prompt, limits: Limits, *, folds: bool = False) -> tuple[Outgoing, ...]:
    """At least one message, none over `limits.length`; buttons stand under the last.

    `folds`: the language writes without accents where parts are counted (`sms_fold` in its registry entry).
    """
    text = _text(prompt, limits)
    if limits.counted:
        text = fold(text, accents=folds)
    pieces = [Outgoing(text=piece) for piece in split(text, limits.length)]
    shares = prompt.asks is not None and limits.shares_location
    pieces[-1] = replace(
        pieces[-1],
        choices=prompt.choices if limits.buttons else (),
        asks=prompt.asks if shares else None,
        asks_label=prompt.asks_label if shares else "",
    )
    pieces[0] = replace(pieces[0], replaces=prompt.replaces)
    return tuple(pieces)


def _text(prompt: Prompt, limits: Limits) -> str:
    if not prompt.choices:
        return "\n".join(prompt.lines)
    if limits.buttons:
        above, last = prompt.lines[:-1], prompt.lines[-1:]
        return "\n\n".join(part for part in ("\n".join(above), *last) if part)
    numbered = (f"{number} {choice.label}" for number, choice in enumerate(prompt.choices, start=1))
    return "\n".join((*prompt.lines, *numbered))


def split(text: str, length: int) -> Iterator[str]:
    """Pieces of at most `length` UTF-16 units, parted at a line's end, else between words, else between graphemes.

    Nothing is lost but the white space at a parting. Yields the text itself, even empty, when it fits.
    """
    while units(text) > length:
        end = _parting(text, _fitting(text, length))
        piece, text = text[:end].rstrip(), text[end:].lstrip()
        if piece:
            yield piece
        if not text:
            return
    yield text


def _fitting(text: str, length: int) -> int:
    """How many characters fit; at least one, so that a cut always moves on."""
    room = length
    for index, character in enumerate(text):
        room -= units(character)
        if room < 0:
            return max(index, 1)
    return len(text)


def _parting(text: str, end: int) -> int:
    line = text.rfind("\n", 1, end + 1)
    if line > 0:
        return line
    for index in range(end, 0, -1):
        if text[index].isspace():
            return index
    for index in range(end, 0, -1):
        if not _joined(text, index):
            return index
    return end


def _joined(text: str, index: int) -> bool:
    """Whether a reader would see one sign torn apart by a cut before `text[index]` (Unicode TR29, the part that
    occurs in messages: marks, joiners, conjuncts, skin tones, flags, Hangul, Thai and Lao vowels)."""
    before, after = text[index - 1], text[index]
    return (
        unicodedata.category(after).startswith("M")
        or _JOINER in (before, after)
        or after in _SARA_AM
        or unicodedata.combining(before) == _VIRAMA
        or ord(after) in _SKIN
        or ord(after) in _HANGUL_TAIL
        or (ord(after) in _FLAG and _flags_before(text, index) % 2 == 1)
        or (before, after) == ("\r", "\n")
    )


def _flags_before(text: str, index: int) -> int:
    start = index
    while start and ord(text[start - 1]) in _FLAG:
        start -= 1
    return index - start
