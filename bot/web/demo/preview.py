"""Every text of the dialogues as a phone shows it, in any language: nothing is asked, stored or sent.

The terminal's `baraza i18n preview` and the demo's page are made of it. Places are filled with long but likely values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.channels.base import Choice, Limits, Outgoing
from bot.channels.parts import Parts, count
from bot.channels.rendering import Prompt, render
from bot.channels.simulator import Look
from bot.channels.simulator.channel import LIMITS
from bot.wording import Wording
from bot.wording.samples import SAMPLES
from flows.dialogue.definition import AnswerType, Flows, Line, Step
from flows.dialogue.questions import MORE, options_of, pages
from flows.dialogue.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One text with what stands under it. `own`: all of it is said in the language itself. `parts`: of each message, on
    a phone where they are paid for."""

    name: str
    group: str
    messages: tuple[Outgoing, ...]
    parts: tuple[Parts, ...]
    own: bool
    critical: bool

    @property
    def heading(self) -> str:
        """For the terminal: its name, its price, and what is amiss."""
        price = [f"{each.encoding}, {each.characters} characters, parts: {each.parts}" for each in self.parts]
        marks = (*(["CRITICAL"] if self.critical else []), *([] if self.own else ["NOT IN THIS LANGUAGE YET"]))
        return f"== {self.name}: {'; '.join((*price, *marks)) or 'a chat'}".removesuffix(": ")

    @property
    def text(self) -> str:
        return "\n".join(_on_paper(message) for message in self.messages)


def terminal(text: Text, wording: Wording, language: str, look: Look) -> str:
    """One text by itself, as the phone shows it."""
    folds = wording.languages[language].sms_fold
    return "\n".join(map(_on_paper, render(Prompt(lines=(_said(text, wording, language),)), LIMITS[look], folds=folds)))


def preview(flows: Flows, wording: Wording, language: str, look: Look, *, quiet: bool = False) -> Iterator[Preview]:
    """In conversation order, then the phrases. `quiet`: only what can be said on a phone that others read."""
    show = _Shower(flows=flows, wording=wording, language=language, look=look, quiet=quiet)
    for flow in flows.flows.values():
        for step in flow.steps:
            yield from show.step(flow.id, step)
    for line in flows.phrases.values():
        yield from show.line("phrases", line)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shower:
    flows: Flows
    wording: Wording
    language: str
    look: Look
    quiet: bool

    def step(self, flow: str, step: Step) -> Iterator[Preview]:
        if self.quiet and step.line.quiet is None:
            return
        for text in self._texts(step.line):
            for number, options in enumerate(self._pages(step), start=1):
                name = _name(text) if number == 1 else f"{_name(text)} (list {number})"
                yield self._shown(flow, name, text, options, several=step.type is AnswerType.MANY)
        for line in step.lines():
            if line is not step.line:
                tells = next((option.id for option in step.options if option.tells is line), "")
                told = [self._label(step, option) for option in options_of(step, tells)] if tells else ()
                yield from self.line(flow, line, told)

    def line(self, group: str, line: Line, options: Sequence[Text] = ()) -> Iterator[Preview]:
        for text in self._texts(line):
            yield self._shown(group, _name(text), text, options)

    def _texts(self, line: Line) -> Sequence[Text]:
        if self.quiet:
            return (line.quiet,) if line.quiet else ()
        return (line.live, *(text for _, text in line.variants))

    def _pages(self, step: Step) -> Iterator[Sequence[Text]]:
        limits, language = self._limits, self.wording.languages[self.language]
        for page in pages(options_of(step), limits.menu_wide if language.wide else limits.menu):
            yield [self._label(step, option) for option in page]

    def _label(self, step: Step, option: str) -> Text:
        labels: Mapping[str, Text] = {each.id: each.label for each in step.options}
        return labels.get(option) or self.flows.phrases["more" if option == MORE else option].live

    @property
    def _limits(self) -> Limits:
        return LIMITS[self.look]

    def _shown(self, group: str, name: str, text: Text, options: Sequence[Text], *, several: bool = False) -> Preview:
        said = [_said(each, self.wording, self.language) for each in (text, *options)]
        numbered = several and self._limits.buttons
        labels = [f"{at} {label}" if numbered else label for at, label in enumerate(said[1:], start=1)]
        prompt = Prompt(lines=(said[0],), choices=tuple(Choice(label=label, data="") for label in labels))
        messages = render(prompt, self._limits, folds=self.wording.languages[self.language].sms_fold)
        return Preview(
            name=name,
            group=group,
            messages=messages,
            parts=tuple(count(message.text) for message in messages) if self._limits.counted else (),
            own=all(self.wording.own(each, self.language) for each in (text, *options)),
            critical=text.context in self.flows.critical,
        )


def _name(text: Text) -> str:
    return text.context.removesuffix(".text")


def _said(text: Text, wording: Wording, language: str) -> str:
    return wording.say(text.filled(**SAMPLES), language)


def _on_paper(message: Outgoing) -> str:
    buttons = "\n".join(f"[{choice.label}]" for choice in message.choices)
    return "\n".join(filter(None, (message.text, buttons)))
