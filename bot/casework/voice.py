"""Says texts on a channel in a language: words from `wording`, shape from the channel's limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from bot.channels.base import Ask, Choice, Limits, Outgoing
from bot.channels.rendering import Prompt, render
from bot.wording import Wording
from flows.dialogue.definition import AnswerType, Flows
from flows.dialogue.events import Asked, Event, ReadBack, Said
from flows.dialogue.reading import Means
from flows.dialogue.text import Text
from flows.triage.suggest import NO_HINTS, Hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """`limits`: by channel name. `timezone`: the network's, in which times are told. `hints`: what people's own words
    may mean, for the questions that list problems."""

    wording: Wording
    flows: Flows
    limits: Mapping[str, Limits]
    timezone: str
    hints: Hints = NO_HINTS

    def means(self, language: str) -> Means:
        return partial(self.hints.options, language)

    def phrase(self, name: str, *, quiet: bool = False, **values: str | Text) -> Text:
        """A shipped text by name, in the strength asked for, filled. A text without a quiet wording has only one."""
        line = self.flows.phrases[name]
        text = line.quiet if quiet else line.live
        return (text or line.live).filled(**values)

    def moment(self, at: datetime, language: str) -> str:
        return self.wording.moment(at, language, self.timezone)

    def messages(
        self,
        channel: str,
        language: str,
        texts: Sequence[Text | str],
        *,
        choices: Sequence[tuple[Text | str, str]] = (),
        replaces: str = "",
    ) -> tuple[Outgoing, ...]:
        """The texts under each other as one message (more only where the channel's length forces it). `choices` are
        (label, data) pairs; a str is said as it is."""
        prompt = Prompt(
            lines=tuple(self._words(text, language) for text in texts),
            choices=tuple(Choice(label=self._words(label, language), data=data) for label, data in choices),
            replaces=replaces,
        )
        return self._render(prompt, channel, language)

    def dialogue(self, channel: str, language: str, events: Sequence[Event], *, session: int) -> tuple[Outgoing, ...]:
        """What the dialogue said and asked, as one message. A button's data is `session.prompt.choice`: it tells
        nothing to anyone who reads it, and a tap on an old one is recognised."""
        lines: list[str] = []
        choices: tuple[Choice, ...] = ()
        ask: Ask | None = None
        label = ""
        for event in events:
            match event:
                case Said(text):
                    lines.append(self._words(text, language))
                case Asked():
                    lines.extend(self._question(event, language))
                    choices = tuple(
                        Choice(label=label, data=f"{session}.{event.prompt}.{at}")
                        for at, label in enumerate(self._labels(event, channel, language))
                    )
                    if event.type is AnswerType.PLACE:
                        ask, label = Ask.LOCATION, self._words(self.phrase("share_location"), language)
                case _:
                    pass
        if not lines:
            return ()
        prompt = Prompt(lines=tuple(lines), choices=choices, asks=ask, asks_label=label)
        return self._render(prompt, channel, language)

    def _labels(self, asked: Asked, channel: str, language: str) -> list[str]:
        """Where several may be chosen, buttons carry the numbers too: a tap sends one, `1,3` typed sends both."""
        labels = [self._words(option.label, language) for option in asked.options]
        if asked.type is AnswerType.MANY and self.limits[channel].buttons:
            return [f"{number} {label}" for number, label in enumerate(labels, start=1)]
        return labels

    def _question(self, asked: Asked, language: str) -> list[str]:
        """The read-back belongs to its question: nothing comes between them and the choices."""
        question = [self._words(asked.text, language), *(self._line(line, language) for line in asked.lines)]
        lead = [self._words(asked.lead, language)] if asked.lead else []
        return [*lead, "\n".join(question)]

    def _line(self, line: ReadBack, language: str) -> str:
        """One line of the read-back: a label and what was understood, never a sentence built from inserted words."""
        values = "; ".join(
            self.wording.day(value, language) if isinstance(value, date) else self._words(value, language)
            for value in line.values
        )
        return f"{self._words(line.label, language)}: {values}"

    def _words(self, text: Text | str, language: str) -> str:
        return self.wording.say(text, language) if isinstance(text, Text) else text

    def _render(self, prompt: Prompt, channel: str, language: str) -> tuple[Outgoing, ...]:
        known = self.wording.languages.get(language)
        return render(prompt, self.limits[channel], folds=known is not None and known.sms_fold)
