"""Words that people may type and that mean one thing in one language and another in the next.

Nobody is refused for it: the language of the conversation decides, and orders are read in every language. But whoever
adds a language should know which words of it someone else will read otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.cli.catalogs.findings import at
from bot.wording import Wording
from flows.dialogue.definition import Flows
from flows.dialogue.text import Text
from flows.dialogue.words import AnswerWords, normalise
from flows.strict_yaml import Fault


def collisions(locales: Path, answers: Mapping[str, AnswerWords]) -> Iterator[Fault]:
    """One for each word and the pair of languages that part over it, with both places."""
    meanings: dict[str, dict[str, str]] = defaultdict(dict)
    for code, words in answers.items():
        for word, meaning in _meanings(words):
            meanings[word].setdefault(code, meaning)
    for word, by_language in sorted(meanings.items()):
        (first, meaning), *others = by_language.items()
        for code, other in others:
            if other != meaning:
                here, there = (_line(locales, each, word) for each in (code, first))
                error = f"{word!r} means {other} here and {meaning} in {first} ({first}/answers.yaml:{there})"
                yield at(locales / code / "answers.yaml", here, "", error, "See that this can do no harm")


def _meanings(words: AnswerWords) -> Iterator[tuple[str, str]]:
    """Yes and no are read before greetings; orders before all."""
    yield from ((word, f"the order {command.upper()}") for word, command in words.commands.items())
    yield from ((word, "yes") for word in words.yes)
    yield from ((word, "no") for word in words.no)
    yield from ((phrase, "danger") for _, phrase in words.phrases())


def options_heard_as_danger(wording: Wording, flows: Flows, answers: Mapping[str, AnswerWords]) -> Iterator[Fault]:
    """Answers to choose that another language's list has among its words for danger: chosen by their words, they would
    call a person."""
    alarms = {phrase: code for code, words in answers.items() for _, phrase in words.phrases()}
    for code in answers:
        path = wording.folder / code / "LC_MESSAGES" / "flows.po"
        for step in (step for flow in flows.flows.values() for step in flow.steps):
            for option in step.options:
                said = normalise(wording.say(option.label, code))
                if (other := alarms.get(said, code)) != code and wording.own(option.label, code):
                    there = _line(wording.folder, other, said)
                    error = f"{said!r} means danger in {other} ({other}/answers.yaml:{there})"
                    yield at(
                        path, _entry(path, option.label), option.label.context, error, "See that this can do no harm"
                    )


def _entry(path: Path, text: Text) -> int:
    """The line of the catalog at which a text begins."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return lines.index(f'msgctxt "{text.context}"') + 1 if f'msgctxt "{text.context}"' in lines else 1


def _line(locales: Path, code: str, word: str) -> int:
    """The first line of the language's answers that holds the word."""
    text = (locales / code / "answers.yaml").read_text(encoding="utf-8")
    lines = enumerate(text.splitlines(), start=1)
    return next((number for number, line in lines if f" {word} " in f" {normalise(line)} "), 1)
