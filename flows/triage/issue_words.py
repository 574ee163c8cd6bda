"""The words and stems by which people of one language name their problems: `locales/<language>/issues.yaml`.

Data of translators, read once. A word that is sure of two groups at once is refused: it belongs under `ambiguous`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flows.dialogue.words import normalise
from flows.strict_yaml import Faults, Node, parse
from flows.triage.issues import IssueTree

STRONG, AMBIGUOUS, WEAK = 4, 2, 1
"""What one word says for an issue. Each further word of a phrase adds one."""

SHORTEST_STEM = 2
_SHORTEST_LATIN_STEM, _SHORTEST_INSIDE = 3, 4
"""Scripts that write whole syllables say more with two letters than Latin with three."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a phrase: whole, the beginning of a word (`stem`), or letters anywhere in one (`inside`)."""

    letters: str
    stem: bool = False
    inside: bool = False

    def reads(self, word: str) -> bool:
        if self.inside:
            return self.letters in word
        return word.startswith(self.letters) if self.stem else word == self.letters


@dataclass(frozen=True, slots=True)
class Phrase:
    """`issues`: what it speaks for, each with `weight`."""

    pieces: tuple[Piece, ...]
    issues: tuple[str, ...]
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueWords:
    """Phrases by their first piece, so that a message is read once. `prefixes`: short words written together with the
    next one. `excluding`: what follows these words is not what a message is about."""

    whole: Mapping[str, Sequence[Phrase]] = field(default_factory=dict)
    stems: Mapping[str, Sequence[Phrase]] = field(default_factory=dict)
    inside: Sequence[tuple[str, Sequence[Phrase]]] = ()
    prefixes: tuple[str, ...] = ()
    excluding: tuple[tuple[str, ...], ...] = ()


def load_issue_words(name: str, text: str, issues: IssueTree) -> IssueWords:
    """Raises FileBroken with everything that is wrong in the file."""
    faults = Faults()
    fields = faults.mapping(parse(name, text), required=("issues",), optional=("ambiguous", "not", "prefixes"))
    phrases = [*_of_issues(fields.get("issues"), issues, faults), *_ambiguous(fields.get("ambiguous"), issues, faults)]
    prefixes = faults.texts(fields["prefixes"]) if "prefixes" in fields else ()
    excluding = faults.texts(fields["not"]) if "not" in fields else ()
    faults.raise_any()
    whole: dict[str, list[Phrase]] = {}
    stems: dict[str, list[Phrase]] = {}
    inside: dict[str, list[Phrase]] = {}
    for phrase in phrases:
        first = phrase.pieces[0]
        index = inside if first.inside else stems if first.stem else whole
        index.setdefault(first.letters, []).append(phrase)
    return IssueWords(
        whole=whole,
        stems=stems,
        inside=tuple(inside.items()),
        prefixes=tuple(sorted(map(normalise, prefixes), key=len, reverse=True)),
        excluding=tuple(tuple(normalise(each).split()) for each in excluding),
    )


def _of_issues(node: Node | None, issues: IssueTree, faults: Faults) -> Iterator[Phrase]:
    sure: dict[tuple[Piece, ...], str] = {}
    for issue, child in faults.entries(node) if node else ():
        if issue not in issues:
            faults.add(child, f"there is no issue {issue!r}", "Use an id of flows/library/issues.yaml")
            continue
        seen: set[tuple[Piece, ...]] = set()
        for strength, words in faults.mapping(child, optional=("strong", "weak")).items():
            for item in faults.items(words):
                pieces = _pieces(item, faults)
                if not pieces:
                    continue
                if pieces in seen:
                    faults.add(item, f"{faults.text(item)!r} is given twice for {issue}", "Keep one of them")
                seen.add(pieces)
                if strength == "strong":
                    group = issues.group_of(issue)
                    if sure.setdefault(pieces, group) != group:
                        error = f"{faults.text(item)!r} is sure of {sure[pieces]} too"
                        faults.add(item, error, "Put it under `ambiguous:` with both")
                yield Phrase(pieces, (issue,), (STRONG if strength == "strong" else WEAK) + len(pieces) - 1)


def _ambiguous(node: Node | None, issues: IssueTree, faults: Faults) -> Iterator[Phrase]:
    for words, child in faults.entries(node) if node else ():
        named = faults.texts(child)
        for issue in named:
            if issue not in issues:
                faults.add(child, f"there is no issue {issue!r}", "Use an id of flows/library/issues.yaml")
        if len({issues.group_of(issue) for issue in named}) < 2:
            faults.add(child, f"{words!r} names one group only", "Put it under `issues:`")
        pieces = _pieces(Node(child.file, child.line, child.path, words), faults)
        if pieces:
            yield Phrase(pieces, named, AMBIGUOUS)


def _pieces(node: Node, faults: Faults) -> tuple[Piece, ...]:
    """`*` at the end of a word: it may go on; before it too: the letters may stand anywhere in a word."""
    pieces: list[Piece] = []
    for written in faults.text(node).split():
        words = normalise(written).split()
        if not words:
            faults.add(node, f"{written!r} is no word", "Write letters; a `*` stands at a word, not by itself")
        for at, letters in enumerate(words):
            stem = written.endswith("*") and at == len(words) - 1
            inside = written.startswith("*") and at == 0
            short = _SHORTEST_LATIN_STEM if letters.isascii() else SHORTEST_STEM
            least = _SHORTEST_INSIDE if inside else short if stem else 1
            if len(letters) < least:
                faults.add(node, f"the stem {written!r} is too short", f"Write {least} letters or more")
            pieces.append(Piece(letters, stem=stem or inside, inside=inside))
    return tuple(pieces)
