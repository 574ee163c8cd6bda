"""One PO file as the program reads it: what of it may be shown, and what stands in the way of the rest."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, denormalize, read_po

from bot.wording.registry import broken, text_of

LONGEST = 1000
"""Letters of one translation; the longest English has a third of that."""

_PLACE = re.compile(r"\{([a-z_]+)\}")
_FORMATS = re.compile(r"%(?:\([^)]*\))?[-#0+]*[0-9.*]*[a-zA-Z]")
_ADDRESS = re.compile(r"https?:|www\.|\w@\w", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NEEDED = frozenset("\n\u200c\u200d")
"""A line's end, and the two joiners that some scripts need to be spelt right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A translation and the English it was made from. `old`: that English has changed since, and nobody has read the
    translation again."""

    source: str
    words: str
    old: bool = False


def places_of(text: str) -> frozenset[str]:
    """The `{name}` places of a text."""
    return frozenset(_PLACE.findall(text))


def figures_of(text: str) -> Counter[int]:
    """The numbers of a text, in any script's digits."""
    return Counter(map(int, _DIGITS.findall(text)))


def flaw(source: str, words: str) -> tuple[str, str]:
    """Why these words must reach nobody, and the mend; both empty when they may. The check says it, the program says
    the English instead."""
    if re.search(r"[{}]", _PLACE.sub("", words)):
        return "a brace belongs to no {name}", "Write {name} with nothing else between the braces"
    wanted, found = places_of(source), places_of(words)
    for name in sorted(wanted ^ found):
        return f"{{{name}}} is {'missing' if name in wanted else 'not in the English'}", "Keep each {name} as it is"
    if hidden := _hidden(words):
        return f"it holds the hidden character {hidden}", "Delete it and type the words again"
    if _ADDRESS.search(words) and not _ADDRESS.search(source):
        return "it holds a web address or an e-mail address", "Take it out: it would lead strangers here"
    if sorted(_FORMATS.findall(words)) != sorted(_FORMATS.findall(source)):
        return "its % signs are not those of the English", "Write places as {name}, as the English does"
    if len(words) > LONGEST:
        return f"it has {len(words)} letters, more than {LONGEST}", "Say it shorter"
    return "", ""


def _hidden(text: str) -> str:
    """The first character nobody can see, by name: controls, direction marks, zero-width signs."""
    for character in text:
        if unicodedata.category(character) in _UNSEEN and character not in _NEEDED:
            return f"U+{ord(character):04X} {unicodedata.name(character, 'control')}"
    return ""


def read_catalog(folder: Path) -> Mapping[str, tuple[Said, ...]]:
    """By context, what may be shown of all catalogs of a language's `LC_MESSAGES`. Raises FileBroken."""
    found: dict[str, tuple[Said, ...]] = {}
    for path in sorted(folder.glob("*.po")):
        for context, said in _entries(path):
            found[context] = (*found.get(context, ()), said)
    return found


def _entries(path: Path) -> Iterator[tuple[str, Said]]:
    for message in parsed(path, text_of(path)):
        source, words = message.id, message.string
        if not message.context or not isinstance(source, str) or not isinstance(words, str) or not words:
            continue
        if not message.fuzzy:
            yield message.context, Said(source=source, words=words)
        elif previous := parted(message.user_comments).previous:
            yield message.context, Said(source=previous, words=words, old=True)


def parsed(path: Path, text: str) -> Iterable[Message]:
    """The messages of a PO file, in order, those of the header and those crossed out left out. Raises FileBroken."""
    try:
        catalog = read_po(io.StringIO(text), abort_invalid=True, ignore_obsolete=True)
    except (PoFileError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", 0) + 1
        raise broken(path, str(error), "Open it in a PO editor and save again", line=line) from error
    return [message for message in catalog if message.id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """`previous`: the English of the translation where that has changed since. A guess of an editor, taken from some
    other entry, has none."""

    own: tuple[str, ...] = ()
    previous: str = ""


def parted(comments: Iterable[str]) -> Remarks:
    """Babel reads `#| msgid "..."` as a comment like any other; this tells it from the translators' remarks."""
    own, previous = [], []
    for comment in comments:
        if comment.startswith("|"):
            previous.append(comment.removeprefix("|").strip())
        else:
            own.append(comment)
    guessed = any(line.startswith("msgctxt") for line in previous)
    lines = [line.removeprefix("msgid").strip() for line in previous]
    return Remarks(own=tuple(own), previous=denormalize("\n".join(lines)) if lines and not guessed else "")


def fitting(known: Iterable[Said], source: str, *, critical: bool) -> str:
    """The translation to show for today's English, or nothing. One made from other English goes on being shown while
    it needs review, unless the text is critical, or its places or numbers are not today's."""
    exact = [said for said in known if said.source == source and not said.old]
    olds = () if critical else [said for said in known if figures_of(said.source) == figures_of(source)]
    return next((said.words for said in (*exact, *olds) if not flaw(source, said.words)[0]), "")
