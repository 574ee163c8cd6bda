"""How one language's words stand up on a phone: their price, their clashes, what a stranger could learn from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.channels.base import Choice
from bot.channels.parts import Encoding, count
from bot.channels.rendering import Prompt, render
from bot.channels.sms.channel import LIMITS
from bot.cli.catalogs.messages import MEMBERS_FILE, Budget, Message, Use, budget_of
from bot.pipeline.own_words import CARRIER_STOP_WORDS
from bot.wording import SOURCE, Language, Wording, places_of
from bot.wording.samples import sampled
from flows.dialogue.definition import Flows, Kind, Step
from flows.dialogue.lint import walk
from flows.dialogue.questions import MORE, options_of, pages
from flows.dialogue.reading import NO, YES
from flows.dialogue.text import Text
from flows.dialogue.words import AnswerWords, normalise
from flows.strict_yaml import Fault

CARRIER_HELP_WORDS = frozenset({"help", "info", "start", "unstop"})
"""Words a provider may answer by itself: never offered as an answer, lest the answer never reaches us."""

_CAPITALS = re.compile(r"\b[A-Z]{3,}\b")
QUIET_PLACES = frozenset({"deadline", "day", "month", "year", "first", "second"})
"""All that a quiet text may carry: times and the parts of a date; nothing that was answered, no name, no code."""

UNQUIET = "unquiet.txt"
"""In a language's folder: words, one a line, that tell a stranger what this number is for."""

Where = Callable[[str], tuple[str, int]]
"""The file and line in which the text of a context is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wordings:
    """One language's texts, ready to be looked at. `answers`: the words people type, of every language."""

    wording: Wording
    language: Language
    answers: Mapping[str, AnswerWords]
    flows: Flows
    messages: Sequence[Message]
    where: Where

    def faults(self, unquiet: Iterable[str]) -> Iterator[Fault]:
        for flow in self.flows.flows.values():
            for step in flow.steps:
                yield from self._too_long_question(step)
                yield from self._clashes(step)
        yield from self._too_long()
        yield from self._telling(frozenset(map(normalise, unquiet)))
        yield from self._silent_commands()
        yield from self._taken_orders()

    def say(self, text: Text) -> str:
        return self.wording.say(text, self.language.code)

    def _fault(self, context: str, error: str, mend: str) -> Fault:
        file, line = self.where(context)
        return Fault(file=file, line=line, field=context, error=error, mend=mend)

    # ---- price

    def _too_long_question(self, step: Step) -> Iterator[Fault]:
        """A question with each page of its answers."""
        if step.kind is not Kind.ASK and step.kind is not Kind.REVIEW:
            return
        labels = {option.id: option.label for option in step.options}
        labels[MORE] = self.flows.phrases["more"].live
        menu = LIMITS.menu_wide if self.language.wide else LIMITS.menu
        for text in step.line.texts():
            for page in pages(options_of(step), menu):
                choices = [self.say(labels.get(option) or self.flows.phrases[option].live) for option in page]
                yield from self._over(text.context, self.say(text), choices, budget_of(step))

    def _too_long(self) -> Iterator[Fault]:
        for message in self.messages:
            if message.budget and message.use not in (Use.QUESTION, Use.REVIEW):
                said = self.say(message.text)
                yield from self._over(message.context, said, (), message.budget)

    def _over(self, context: str, said: str, choices: Sequence[str], budget: Budget) -> Iterator[Fault]:
        prompt = Prompt(lines=(sampled(said),), choices=tuple(Choice(label=label, data="") for label in choices))
        counted = [count(message.text) for message in render(prompt, LIMITS, folds=self.language.sms_fold)]
        wide = any(each.encoding is Encoding.UCS2 for each in counted)
        parts, most = sum(each.parts for each in counted), budget.parts[wide]
        if parts > most:
            size = sum(each.characters for each in counted)
            yield self._fault(
                context, f"it takes {parts} parts ({size} characters), more than {most}", "Say it shorter"
            )

    # ---- clashes

    def _clashes(self, step: Step) -> Iterator[Fault]:
        """An answer's own words must not be another's, yes or no to something else, a command in any language, or a
        word that providers keep for themselves."""
        commands = self._commands()
        taken = self._yes_and_no() if {YES, NO} <= step.offers else {}
        for option in step.options:
            texts = [option.label, *([option.words] if option.words else [])]
            for text in texts:
                for word in map(normalise, self.say(text).split(",") if text is option.words else [self.say(text)]):
                    if not word:
                        continue
                    if taken.setdefault(word, option.id) != option.id:
                        yield self._fault(text.context, f"{word!r} means {taken[word]!r} too", "Use another word")
                    if word in commands:
                        yield self._fault(text.context, f"{word!r} is a command", "Use another word")
                    if word in CARRIER_STOP_WORDS | CARRIER_HELP_WORDS:
                        yield self._fault(text.context, f"{word!r} is kept by phone companies", "Use another word")

    def _commands(self) -> frozenset[str]:
        return frozenset(word for each in self.answers.values() for word in each.commands)

    def _yes_and_no(self) -> dict[str, str]:
        words = [self.answers[code] for code in (self.language.code, SOURCE)]
        return {word: NO for each in words for word in each.no} | {word: YES for each in words for word in each.yes}

    def _silent_commands(self) -> Iterator[Fault]:
        """Where the English names a command, the translation names a word that is read as that command."""
        known, english = (self.answers[code].commands for code in (self.language.code, SOURCE))
        for message in self.messages:
            if not message.commands:
                continue
            said = f" {normalise(self.say(message.text))} "
            for command in message.commands:
                words = [word for words in (known, english) for word, meant in words.items() if meant is command]
                if not any(f" {word} " in said for word in words):
                    mend = f"Write one of: {', '.join(word.upper() for word in words)}"
                    yield self._fault(message.context, f"it does not say how to order {command.upper()}", mend)

    def _taken_orders(self) -> Iterator[Fault]:
        """Nobody is told to send a word that the phone company answers instead of us. STOP and START do what we say."""
        for message in self.messages:
            if message.use is not Use.MEMBER:
                for word in _CAPITALS.findall(self.say(message.text)):
                    if word.lower() in CARRIER_STOP_WORDS | CARRIER_HELP_WORDS and word not in ("STOP", "START"):
                        yield self._fault(message.context, f"{word} is kept by phone companies", "Use another word")

    # ---- quiet

    def _telling(self, unquiet: frozenset[str]) -> Iterator[Fault]:
        for text in dict.fromkeys(self._quiet_texts()):
            said = self.say(text)
            spaced = f" {normalise(said)} "
            for word in sorted(unquiet):
                if f" {word} " in spaced:
                    yield self._fault(text.context, f"{word!r} tells a stranger too much", "Say it without that word")
            for name in sorted(places_of(said) - QUIET_PLACES):
                yield self._fault(text.context, f"{{{name}}} does not belong in a quiet text", "Take it out")

    def _quiet_texts(self) -> Iterator[Text]:
        """All that can be shown on a phone others read: the answers below a question too."""
        lines = [line for line in self.flows.phrases.values() if not line.file.endswith(MEMBERS_FILE)]
        for flow in self.flows.flows.values():
            quiet = walk(flow).met_quiet
            for step in (step for step in flow.steps if step.id in quiet):
                yield from (option.label for option in step.options)
                tells = (option.tells for option in step.options)
                lines += [line for line in (step.line, step.why, *step.wrong, *tells) if line]
        yield from (line.quiet for line in lines if line.quiet)


def read_unquiet(folder: Path) -> tuple[str, ...]:
    """The language's list; `#` begins a remark."""
    lines = (folder / UNQUIET).read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines if (word := line.partition("#")[0].strip()))
