"""From what a person typed to an answer: number, label, words, any script's digits; own language, then English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from flows.dialogue.alarms import Alarms, Heard, alarm
from flows.dialogue.bikram_sambat import is_settled
from flows.dialogue.choosing import NO, YES, Choosing, Taken
from flows.dialogue.clock import hour_of
from flows.dialogue.dates import BIKRAM_SAMBAT, find_dates
from flows.dialogue.definition import NOT_KNOWN, NOT_SAID, AnswerType, Flows, Kind, Step
from flows.dialogue.numbers import only_number
from flows.dialogue.signs import Sign, sign_of
from flows.dialogue.text import Text
from flows.dialogue.words import DIGIT_COMMANDS, AnswerWords, Command, normalise
from flows.places.index import PlaceIndex

__all__ = ["NO", "YES", "Either", "Reader", "Taken", "make_reader", "read_answer"]

_PHONE = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){5,17}")
_LONGEST_PHONE, SHORTEST_PHONE = 15, 6
_UNKNOWN_OPTIONS = ("not_known", "not_sure")


class Means(Protocol):
    def __call__(self, text: str, offers: Container[str], *, sure: bool = False) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What the engine may know of a language and a channel in one turn: frozen data, made once by `make_reader`.

    options: flow -> step -> normalised words -> option id. labels: flow -> normalised read-back label -> step id.
    menu: most options in one message. languages: (code, its own name) of those offered. countries: where places are
    looked for first. alarms: words for danger in every language, since nobody in need minds which one they write in.
    calendar, clock: as the registry of languages names them. means: which of a list of problems free words may mean,
    the likeliest first; `sure`: nothing unless one stands for itself.
    """

    language: str
    words: tuple[AnswerWords, ...]
    commands: Mapping[str, Command]
    alarms: Alarms
    options: Mapping[str, Mapping[str, Mapping[str, str]]]
    labels: Mapping[str, Mapping[str, str]]
    languages: tuple[tuple[str, str], ...]
    places: PlaceIndex
    countries: tuple[str, ...]
    menu: int
    calendar: str = ""
    clock: str = ""
    means: Means | None = None

    def command(self, text: str) -> Command | None:
        """The order a whole message gives, if it gives one."""
        word = normalise(text)
        if not word and text and sign_of(text) is Sign.PERSON:
            return Command.PERSON
        return DIGIT_COMMANDS.get(word) or self.commands.get(word)

    def heard(self, text: str) -> tuple[Heard, ...]:
        """What words for danger in the text say, the most pressing first."""
        return self.alarms.heard(normalise(text))

    def alarm(self, text: str) -> str | None:
        """The lane that words for danger in the text call for."""
        return alarm(self.heard(text))

    def greets(self, text: str) -> bool:
        """Whether the text only says hello or asks for help."""
        word = normalise(text)
        return not word or any(word in words.greetings for words in self.words)

    def tongue(self, text: str) -> str | None:
        """The language whose own name or code the text is."""
        word = normalise(text)
        return next((code for code, name in self.languages if word in (normalise(name), code)), None)


def make_reader(
    flows: Flows,
    language: str,
    *,
    translate: Callable[[Text], str],
    words: Mapping[str, AnswerWords],
    languages: Sequence[tuple[str, str]],
    places: PlaceIndex,
    countries: Sequence[str],
    menu: int,
    calendar: str = "",
    clock: str = "",
    means: Means | None = None,
) -> Reader:
    """`words` holds every language of the network; the reader's own comes first, then English, then the others."""
    order = sorted(words, key=lambda code: (code != language, code != "en", code))
    commands: dict[str, Command] = {}
    for code in order:
        for word, command in words[code].commands.items():
            commands.setdefault(word, command)
    mine = tuple(words[code] for code in order if code in (language, "en"))
    return Reader(
        language=language,
        words=mine,
        commands=commands,
        alarms=Alarms.of(spoken for each in words.values() for spoken in each.phrases()),
        options={
            flow.id: {step.id: _option_words(step, translate, mine) for step in flow.steps if step.asks}
            for flow in flows.flows.values()
        },
        labels={
            flow.id: {normalise(translate(step.label)): step.id for step in flow.steps if step.label}
            for flow in flows.flows.values()
        },
        languages=tuple(languages),
        places=places,
        countries=tuple(countries),
        menu=menu,
        calendar=calendar,
        clock=clock,
        means=means,
    )


def _option_words(step: Step, translate: Callable[[Text], str], words: Iterable[AnswerWords]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for render in (translate, _english):
        for option in step.options:
            found.setdefault(normalise(render(option.label)), option.id)
            for word in render(option.words).split(",") if option.words else ():
                found.setdefault(normalise(word), option.id)
    if step.type is AnswerType.YES_NO or {YES, NO} <= {option.id for option in step.options}:
        for language in words:
            for answer, said in ((YES, language.yes), (NO, language.no)):
                for word in said:
                    found.setdefault(word, answer)
    if step.kind is Kind.ASK:
        found.update({word: value for word, value in _declined(step, words) if word not in found})
    found.pop("", None)
    return found


def _declined(step: Step, words: Iterable[AnswerWords]) -> Iterable[tuple[str, str]]:
    """What "I do not know" and "I'd rather not say" answer to the step."""
    options = step.offers
    unknown = next((option for option in _UNKNOWN_OPTIONS if option in options), step.unknown or NOT_KNOWN)
    unsaid = NOT_SAID if NOT_SAID in options else step.unknown or NOT_SAID
    for language in words:
        yield from ((word, unknown) for word in language.unknown)
        yield from ((word, unsaid) for word in language.unsaid)


def _english(text: Text) -> str:
    return text.source


@dataclass(frozen=True, slots=True)
class Either:
    """It may mean each of these; the person must choose."""

    values: tuple[str, ...]
    said: str


def read_answer(
    step: Step,
    text: str,
    *,
    listed: Sequence[str],
    known: Mapping[str, str],
    words: Sequence[AnswerWords],
    today: date,
    calendar: str = "",
    clock: str = "",
) -> Taken | Either | None:
    """What the text answers to `step`, or None. `listed`: the options as last shown, which numbers mean. `known`: words
    to option ids. Places are read by the engine, since they may need the person's yes."""
    choosing = Choosing(listed, known, words)
    match step.type:
        case AnswerType.CONSENT | AnswerType.YES_NO:
            return choosing.yes_or_no(text)
        case AnswerType.CHOICE | AnswerType.PLACE | None:
            whole = choosing.one(text)
            return Taken(whole) if whole else choosing.leading(text)
        case AnswerType.MANY:
            return choosing.several(text)
        case AnswerType.DATE:
            whole = choosing.one(text)
            return Taken(whole) if whole else _day(step, text, choosing, today, calendar, clock)
        case AnswerType.NUMBER:
            whole = choosing.exactly(text)
            return Taken(whole) if whole else _number(step, text, words)
        case AnswerType.PHONE:
            whole = choosing.one(text)
            return Taken(whole) if whole else _phone(text) or choosing.leading(text)
        case AnswerType.TEXT:
            said = text.strip()
            if whole := choosing.exactly(text):
                return Taken(whole, said if whole in (NOT_KNOWN, NOT_SAID) else "")
            return Taken(said[: step.most], said if len(said) > step.most else "") if said else None


def _day(step: Step, text: str, choosing: Choosing, today: date, calendar: str, clock: str) -> Taken | Either | None:
    words = choosing.words
    found = find_dates(text, today=today, forward=step.time != "past", words=words, calendar=calendar)
    if not found:
        return _no_date(choosing, text)
    said = _timed(text, words, clock)
    if len(found) > 1:
        return Either(tuple(day.isoformat() for day in found), said or text.strip())
    return Taken(found[0].isoformat(), said, sure=calendar != BIKRAM_SAMBAT or is_settled(found[0]))


def _number(step: Step, text: str, words: Sequence[AnswerWords]) -> Taken | None:
    plain = normalise(text)
    number = only_number(plain, words)
    if number is None or not step.least <= number <= step.most:
        return None
    return Taken(number, text.strip() if " " in plain else "")


def _no_date(choosing: Choosing, text: str) -> Taken | None:
    """An option with more behind it. A bare number before words is no option here (`2 weeks`), unless the words turn
    against it (`1 but they say`)."""
    said = normalise(text).split()
    if said and said[0].isdecimal() and not any(said[1:2] and said[1] in each.unless for each in choosing.words):
        return None
    return choosing.leading(text)


def _timed(text: str, words: Sequence[AnswerWords], clock: str) -> str:
    """The whole text when it says more than a date does, with the hour as others count it."""
    said = _more(text)
    hour = hour_of(text, words) if clock == "swahili" else None
    return said if hour is None else f"{text.strip()} ({hour:02}:00)"


def _phone(text: str) -> Taken | None:
    """A number by itself, or the only one among other words, which are kept."""
    digits = normalise(text).replace(" ", "")
    plain = "".join(str(unicodedata.decimal(each, each)) for each in text)
    if digits.isdecimal():
        number, said = plain.strip(), ""
    else:
        found = _PHONE.findall(plain)
        if len(found) != 1:
            return None
        number, said = found[0], text.strip()
    digits = "".join(filter(str.isdecimal, number))
    if not SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE:
        return None
    return Taken(("+" if number.startswith(("+", "00")) else "") + digits.removeprefix("00"), said)


def _more(text: str) -> str:
    """The whole text when it says more than a date does."""
    return text.strip() if any(len(word) > 2 and not word.isdecimal() for word in normalise(text).split()) else ""
