"""What a person's own words are probably about: at most three groups, likeliest first. A proposal, never a decision.

Words add up to a score for each issue. How sure it is depends on how much speaks for a group and how much for others.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flows.dialogue.words import normalise
from flows.triage.issue_words import SHORTEST_STEM, STRONG, IssueWords, Phrase
from flows.triage.issues import OTHER

SURE = 0.6
"""From here on a suggestion stands for itself; below it is one of several."""
MOST = 3
_FLOOR = 0.1
_GAP, _OUT_OF_MIND = 3, 3
"""How far apart the words of a phrase may begin; how many words after `not about` do not count."""
_LONGEST = 120
"""Words that are looked at: a message tells its subject early."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`issue`: the likeliest of the group, or the group itself where no word names one."""

    issue: str
    group: str
    confidence: float


def suggest(text: str, words: Sequence[IssueWords]) -> tuple[Suggestion, ...]:
    """`words`: those of the session's language and of English, since people mix them. Nothing recognised: nothing."""
    said = normalise(text).split()[:_LONGEST]
    found: dict[str, dict[int, int]] = {}
    for language in words:
        for at, issue, weight in _heard(said, language):
            places = found.setdefault(issue, {})
            places[at] = max(places.get(at, 0), weight)
    groups: dict[str, dict[int, int]] = {}
    for issue, places in found.items():
        together = groups.setdefault(issue.partition(".")[0], {})
        for at, weight in places.items():
            together[at] = max(together.get(at, 0), weight)
    scores = {group: sum(places.values()) for group, places in groups.items()}
    total = sum(scores.values())
    suggestions = [
        Suggestion(_likeliest(group, found), group, round(score / total * min(1.0, score / STRONG), 2))
        for group, score in scores.items()
    ]
    likely = sorted(suggestions, key=lambda each: (-each.confidence, each.group))
    return tuple(each for each in likely[:MOST] if each.confidence >= _FLOOR)


def _likeliest(group: str, found: dict[str, dict[int, int]]) -> str:
    issues = [issue for issue in found if issue.startswith(f"{group}.")]
    return max(issues, key=lambda issue: (sum(found[issue].values()), issue), default=group)


def _heard(said: Sequence[str], language: IssueWords) -> Iterator[tuple[int, str, int]]:
    """Where each phrase that stands in the message begins, what it speaks for and how strongly."""
    forms = [_forms(word, language.prefixes) for word in said]
    skipped = _excluded(said, language)
    for at, spellings in enumerate(forms):
        if at in skipped:
            continue
        for phrase in _begun(spellings, language):
            if _stands(phrase, forms, at):
                for issue in phrase.issues:
                    yield at, issue, phrase.weight


def _forms(word: str, prefixes: Sequence[str]) -> tuple[str, ...]:
    """The word, and what is left of it without a word that is written together with it."""
    bare = [word[len(prefix) :] for prefix in prefixes if word.startswith(prefix) and len(word) - len(prefix) > 2]
    return (word, *bare)


def _begun(spellings: Sequence[str], language: IssueWords) -> Iterator[Phrase]:
    for word in spellings:
        yield from language.whole.get(word, ())
        for end in range(SHORTEST_STEM, len(word) + 1):
            yield from language.stems.get(word[:end], ())
        for letters, phrases in language.inside:
            if letters in word:
                yield from phrases


def _stands(phrase: Phrase, forms: Sequence[tuple[str, ...]], at: int) -> bool:
    """Whether the rest of the phrase follows in its order, a few words apart at most."""
    for piece in phrase.pieces[1:]:
        near = range(at + 1, min(at + 1 + _GAP, len(forms)))
        found = next((next_at for next_at in near if any(map(piece.reads, forms[next_at]))), None)
        if found is None:
            return False
        at = found
    return True


def _excluded(said: Sequence[str], language: IssueWords) -> set[int]:
    skipped: set[int] = set()
    for words in language.excluding:
        for at in range(len(said) - len(words) + 1):
            if tuple(said[at : at + len(words)]) == words:
                skipped.update(range(at, at + len(words) + _OUT_OF_MIND))
    return skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """Suggestions as options of a question. `menu`: each option of the intake's menu with the groups it stands for."""

    menu: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, IssueWords] = field(default_factory=dict)

    def options(self, language: str, text: str, offers: Container[str], *, sure: bool = False) -> tuple[str, ...]:
        """Which of `offers` the text probably means, likeliest first. `sure`: nothing unless one stands for itself."""
        words = [self.words[code] for code in dict.fromkeys((language, "en")) if code in self.words]
        found = suggest(text, words)
        if sure and not (found and found[0].confidence >= SURE):
            return ()
        options = (self._option(each, offers) for each in found if each.group != OTHER)
        return tuple(dict.fromkeys(option for option in options if option))

    def _option(self, found: Suggestion, offers: Container[str]) -> str:
        if found.issue in offers or found.group in offers:
            return found.issue if found.issue in offers else found.group
        ways = (option for option, groups in self.menu.items() if option in offers and found.group in groups)
        return next(ways, "")


NO_HINTS = Hints()
