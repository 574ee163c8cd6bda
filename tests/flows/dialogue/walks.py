"""Walks a dialogue as a person would, with nothing around the pure engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Self, TypeVar

from flows.dialogue import engine
from flows.dialogue.definition import Flows
from flows.dialogue.events import (
    Asked,
    Event,
    LanguageChosen,
    Located,
    Moved,
    Picked,
    Received,
    Said,
    Unreadable,
    Wrote,
)
from flows.dialogue.loader import load
from flows.dialogue.reading import Reader, make_reader
from flows.dialogue.session import Value
from flows.dialogue.text import Text
from flows.dialogue.words import AnswerWords, load_words
from flows.places.index import PlaceIndex

ROOT = Path(__file__).parents[3]
LIBRARY = ROOT / "flows" / "library"
LANGUAGES = (("en", "English"), ("sw", "Kiswahili"))
E = TypeVar("E")
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
"""A Wednesday."""


@cache
def places() -> PlaceIndex:
    return PlaceIndex.load((LIBRARY / "places" / "places.zip").read_bytes())


@cache
def words(*codes: str) -> Mapping[str, AnswerWords]:
    paths = {code: ROOT / "locales" / code / "answers.yaml" for code in codes or ("en", "sw")}
    return {code: load_words(str(path), path.read_text(encoding="utf-8")) for code, path in paths.items()}


def phrases() -> tuple[str, str]:
    return "phrases.yaml", (LIBRARY / "phrases.yaml").read_text(encoding="utf-8")


@cache
def shipped() -> Flows:
    """The intake as it is shipped."""
    return load([("intake.yaml", (LIBRARY / "intake.yaml").read_text(encoding="utf-8")), phrases()])


def flows_of(*texts: str) -> Flows:
    """Small dialogues written in a test, with the shipped phrases."""
    return load([*((f"{number}.yaml", text) for number, text in enumerate(texts, 1)), phrases()])


def in_english(text: Text) -> str:
    return text.source


def reader(
    flows: Flows,
    language: str = "en",
    *,
    menu: int = 9,
    languages: Sequence[tuple[str, str]] = LANGUAGES,
    translate: Callable[[Text], str] = in_english,
    countries: Sequence[str] = ("KE", "SL"),
) -> Reader:
    return make_reader(
        flows,
        language,
        translate=translate,
        words=words(),
        languages=languages,
        places=places(),
        countries=countries,
        menu=menu,
    )


class Walk:
    """One person's way. `events` are those of the last message; `pace`: the seconds between two."""

    def __init__(
        self,
        flows: Flows,
        flow: str = "intake",
        *,
        first: str = "hello",
        read: Reader | None = None,
        sure: bool = True,
        shared: bool = False,
        pace: int = 120,
    ) -> None:
        self.flows = flows
        self.reader = read or reader(flows)
        self.now = NOW
        self.pace = pace
        self.events: tuple[Event, ...] = ()
        self._moved(engine.begin(flows, flow, Wrote(first), reader=self.reader, sure=sure, shared=shared, now=NOW))

    def say(self, *texts: str) -> Self:
        for text in texts:
            self.send(Wrote(text))
        return self

    def tap(self, choice: int, prompt: int | None = None) -> Self:
        """The choice-th button (from 1) of the last question, or of another."""
        return self.send(Picked(self.asked.prompt if prompt is None else prompt, choice - 1))

    def share(self, latitude: float, longitude: float) -> Self:
        return self.send(Located(latitude, longitude))

    def photo(self) -> Self:
        return self.send(Unreadable("photo"))

    def send(self, received: Received) -> Self:
        self.now += timedelta(seconds=self.pace)
        self._moved(engine.advance(self.flows, self.session, received, reader=self.reader, now=self.now))
        return self

    def edited(self, flows: Flows) -> Self:
        """The dialogue is changed while the person is inside it."""
        self.flows, self.reader = flows, reader(flows)
        return self

    def _moved(self, moved: Moved) -> None:
        self.session, self.events = moved.session, moved.events
        if moved.events and isinstance(moved.events[-1], LanguageChosen):
            more = engine.go_on(self.flows, self.session, reader=self.reader, now=self.now)
            self.session, self.events = more.session, (*moved.events, *more.events)

    # ---- looking

    @property
    def asked(self) -> Asked:
        return next(event for event in reversed(self.events) if isinstance(event, Asked))

    @property
    def at(self) -> str:
        """The step asked last, or nothing where the dialogue has ended."""
        return next((event.step for event in self.events if isinstance(event, Asked)), "")

    @property
    def said(self) -> list[str]:
        """The names of what was said before the question."""
        return [event.text.context for event in self.events if isinstance(event, Said)]

    @property
    def options(self) -> list[str]:
        return [option.id for option in self.asked.options]

    @property
    def given(self) -> dict[str, Value]:
        return {answer.step: answer.value for answer in engine.given(self.flows, self.session, reader=self.reader)}

    def happened(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]
