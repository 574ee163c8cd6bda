"""How far a language is, told by what people can come to: each lane of the intake, the phrases around it, helpers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from bot.cli.catalogs.files import Entry, PoFile
from bot.cli.catalogs.library import Sources
from bot.cli.catalogs.messages import Message, Use
from bot.cli.catalogs.reviewing import Reviews
from flows.dialogue.definition import AnswerType, Flow, Step
from flows.dialogue.lint import walk
from flows.dialogue.text import Text

WORDS_AN_HOUR = 250
"""What a careful translator does of texts this short, reading each aloud. Reading again goes twice as fast."""

QUESTION = re.compile(r"source unclear:?\s*(.*)", re.IGNORECASE)
"""A translator's remark that puts a question to the author."""

_AROUND = "around the questions"
_HELPERS = "helpers' phones"
_DESK = "the desk"
_USES: Mapping[Use, str] = {
    Use.PHRASE: _AROUND,
    Use.MEMBER: _HELPERS,
    Use.REASON: _DESK,
    Use.ISSUE: _DESK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a translator asks the author of a text."""

    context: str
    source: str
    words: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """`lanes`: by name, (said in the language, in all). `left`: texts to translate, critical first. `again`: to read
    again. Minutes are a guess from the words left."""

    code: str
    texts: int
    done: int
    lanes: Mapping[str, tuple[int, int]]
    critical: tuple[int, int]
    left: tuple[str, ...]
    again: tuple[str, ...]
    reviewed: int
    words_left: int
    critical_words_left: int
    questions: tuple[Question, ...] = field(default=())

    @property
    def minutes(self) -> int:
        return _minutes(self.words_left)

    @property
    def critical_minutes(self) -> int:
        return _minutes(self.critical_words_left)


def progress(code: str, known: PoFile, reviews: Reviews, sources: Sources) -> Progress:
    entries = {entry.context: entry for entry in known.entries}
    good = {each.context for each in sources.messages if _is_said(entries.get(each.context), each)}
    first = sorted(sources.messages, key=lambda message: not message.critical)
    left = [message for message in first if message.context not in good]
    again = [message.context for message in left if _needs_review(entries.get(message.context), message)]
    critical = [message for message in sources.messages if message.critical]
    work = [(message, 1 if message.context not in again else 2) for message in left]
    return Progress(
        code=code,
        texts=len(sources.messages),
        done=len(good),
        lanes={name: (len(contexts & good), len(contexts)) for name, contexts in lanes(sources).items()},
        critical=(sum(message.context in good for message in critical), len(critical)),
        left=tuple(message.context for message in left if message.context not in again),
        again=tuple(again),
        reviewed=sum(
            reviews.suffice(entries[message.context], critical=message.critical)
            for message in sources.messages
            if message.context in good
        ),
        words_left=sum(_words(message) // share for message, share in work),
        critical_words_left=sum(_words(message) // share for message, share in work if message.critical),
        questions=tuple(_questions(known.entries)),
    )


def lanes(sources: Sources) -> Mapping[str, frozenset[str]]:
    """The contexts of what a person can be shown, by the answer to the first question, then what stands around."""
    found: dict[str, frozenset[str]] = {}
    for flow in sources.flows.flows.values():
        for name, way in _ways(flow).items():
            found[name] = frozenset(way)
    groups = {name: {each.context for each in sources.messages if _USES.get(each.use) == name} for name in _groups()}
    return {**found, **{name: frozenset(contexts) for name, contexts in groups.items() if contexts}}


def _groups() -> Sequence[str]:
    return tuple(dict.fromkeys(_USES.values()))


def _ways(flow: Flow) -> Mapping[str, set[str]]:
    """A lane for each answer to the first question with a list, and one for a phone known to be read by others."""
    opening = next((step for step in flow.steps if step.type is AnswerType.CHOICE), None)
    if opening is None:
        return {flow.id: {text.context for step in flow.steps for text in _texts(step)}}
    options = [option.id for option in opening.options if option.tells is None]
    ways = {f"{flow.id}: {option}": walk(flow, shared=("no",), given={opening.id: option}) for option in options}
    ways[f"{flow.id}: shared phone"] = walk(flow, shared=("yes",))
    return {
        name: {
            text.context
            for step in flow.steps
            if step.id in way.met
            for text in _texts(step)
            if step.id in way.met_quiet or not text.context.endswith(".quiet")
        }
        for name, way in ways.items()
    }


def _texts(step: Step) -> Iterator[Text]:
    for line in step.lines():
        yield from line.texts()
    labels = [text for option in step.options for text in (option.label, option.words)]
    yield from (text for text in (step.label, *labels) if text)


def _is_said(entry: Entry | None, message: Message) -> bool:
    return entry is not None and entry.good and entry.source == message.source


def _needs_review(entry: Entry | None, message: Message) -> bool:
    return entry is not None and bool(entry.translation) and not _is_said(entry, message)


def _words(message: Message) -> int:
    return len(message.source.split())


def _minutes(words: int) -> int:
    return ceil(words * 60 / WORDS_AN_HOUR)


def _questions(entries: Sequence[Entry]) -> Iterator[Question]:
    for entry in entries:
        for remark in entry.remarks:
            if found := QUESTION.fullmatch(remark.strip()):
                yield Question(context=entry.context, source=entry.source, words=found[1], line=entry.line)
