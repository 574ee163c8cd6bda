"""From what a person typed to an answer: number, label, words, any script's digits; own language, then English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flows.dialogue.alarms import Alarms, Heard
from flows.dialogue.dates import find_dates
from flows.dialogue.definition import NOT_KNOWN, AnswerType, Flows, Step
from flows.dialogue.session import Value
from flows.dialogue.text import Text
from flows.dialogue.words import DIGIT_COMMANDS, AnswerWords, Command, normalise, whole_number
from flows.places.index import PlaceIndex

YES, NO = "yes", "no"
_COMMAS = re.compile("[,;،؛、]")
_LONGEST_PHONE, _SHORTEST_PHONE = 15, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What the engine may know of a language and a channel in one turn: frozen data, made once by `make_reader`.

    options: flow -> step -> normalised words -> option id. labels: flow -> normalised read-back label -> step id.
    menu: most options in one message. languages: (code, its own name) of those offered. countries: where places are
    looked for first. alarms: words for danger in every language, since nobody in need minds which one they write in.
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

    def command(self, text: str) -> Command | None:
        """The order a whole message gives, if it gives one."""
        word = normalise(text)
        return DIGIT_COMMANDS.get(word) or self.commands.get(word)

    def heard(self, text: str) -> tuple[Heard, ...]:
        """What words for danger in the text say, the most pressing first."""
        return self.alarms.heard(normalise(text))

    def alarm(self, text: str) -> str | None:
        """The lane that words for danger in the text call for."""
        return next((heard.alarm for heard in self.heard(text)), None)

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
    found.pop("", None)
    return found


def _english(text: Text) -> str:
    return text.source


@dataclass(frozen=True, slots=True)
class Taken:
    """Understood. `said` keeps the words where they hold more than the value."""

    value: Value
    said: str = ""


def read_answer(
    step: Step, text: str, *, listed: Sequence[str], known: Mapping[str, str], words: Sequence[AnswerWords], today: date
) -> Taken | None:
    """What the text answers to `step`, or None. `listed`: the options as last shown, which numbers mean. `known`: words
    to option ids. Places are read by the engine, since they may need the person's yes."""
    whole = _whole(text, listed, known)
    match step.type:
        case AnswerType.CONSENT | AnswerType.YES_NO:
            return Taken(whole) if whole else None
        case AnswerType.CHOICE | AnswerType.PLACE | None:
            return Taken(whole) if whole else _leading(text, listed, known)
        case AnswerType.MANY:
            return _several(text, listed, known)
        case AnswerType.DATE:
            if whole:
                return Taken(whole)
            found = find_dates(text, today=today, forward=step.time == "future", words=words)
            if len(found) == 1:
                return Taken(found[0].isoformat(), _more(text))
            return _leading(text, listed, known)
        case AnswerType.NUMBER:
            number = whole_number(text)
            return Taken(number) if number is not None and step.least <= number <= step.most else None
        case AnswerType.PHONE:
            return Taken(whole) if whole else _phone(text) or _leading(text, listed, known)
        case AnswerType.TEXT:
            said = text.strip()
            return Taken(whole) if whole else Taken(said[: step.most]) if said else None


def _whole(text: str, listed: Sequence[str], known: Mapping[str, str]) -> str | None:
    word = normalise(text)
    if word.isdecimal() and len(word) <= 2:
        at = int(word)
        return listed[at - 1] if 1 <= at <= len(listed) else None
    return known.get(word)


def _leading(text: str, listed: Sequence[str], known: Mapping[str, str]) -> Taken | None:
    """An option with more words behind it ("no but they say monday"): both are kept."""
    words = normalise(text).split()
    for length in range(min(len(words) - 1, 4), 0, -1):
        head = " ".join(words[:length])
        if head.isdecimal() and (length > 1 or words[1].isdecimal()):
            continue
        if (value := _whole(head, listed, known)) is not None:
            return Taken(value, text.strip())
    return None


def _several(text: str, listed: Sequence[str], known: Mapping[str, str]) -> Taken | None:
    """`1,3`, `1 3`, `13` where there is no thirteenth, or words with commas between; else one and more words behind. A
    line that is no option (further options) counts only by itself."""
    words = normalise(text).split()
    if words and all(word.isdecimal() for word in words):
        runs = len(words) == 1 and len(listed) < int(words[0][:3]) and len(words[0]) <= len(listed)
        pieces = list(words[0]) if runs else words
    elif _whole(text, listed, known) is not None:
        pieces = [text]
    else:
        pieces = [piece for part in _COMMAS.split(text) if (piece := part.strip())]
    values = [_whole(piece, listed, known) for piece in pieces]
    if values and None not in values:
        distinct = tuple(dict.fromkeys(value for value in values if value))
        return Taken(tuple(value for value in distinct if not value.startswith("@")) or distinct)
    leading = _leading(text, listed, known)
    return Taken((str(leading.value),), leading.said) if leading else None


def _phone(text: str) -> Taken | None:
    digits = normalise(text).replace(" ", "")
    if not digits.isdecimal() or not _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE:
        return None
    return Taken(("+" if text.strip().startswith(("+", "00")) else "") + digits.removeprefix("00"))


def _more(text: str) -> str:
    """The whole text when it says more than a date does."""
    return text.strip() if any(len(word) > 2 and not word.isdecimal() for word in normalise(text).split()) else ""


def kept(text: str) -> Taken:
    """The person's words as they are, for someone to read."""
    return Taken(NOT_KNOWN, text.strip())
