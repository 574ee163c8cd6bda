"""What a pure turn costs: the whole intake, ten answers after a first message, over and over in one run."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.wording import Wording
from flows.dialogue import engine
from flows.dialogue.definition import Flows
from flows.dialogue.events import Ended, Wrote
from flows.dialogue.loader import load
from flows.dialogue.reading import Reader, make_reader
from flows.places.index import PlaceIndex

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
LIBRARY = Path(__file__).parents[2] / "flows" / "library"
LOCALES = Path(__file__).parents[2] / "locales"
FIRST = "Hello, my neighbour took part of my land"
ANSWERS = ("4", "1", "1", "1", "Nakuru", "no but they say monday", "2", "1", "Wanjiru", "1")
ROUNDS = 2_000


def run() -> dict[str, float]:
    flows = load((name, (LIBRARY / name).read_text(encoding="utf-8")) for name in ("intake.yaml", "phrases.yaml"))
    reader = _reader(flows)
    for _ in range(ROUNDS // 10):
        _intake(flows, reader)
    gc.disable()
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        _intake(flows, reader)
        times.append(perf_counter() - began)
    gc.enable()
    figures = {"a pure turn, microseconds": 1_000_000 * median(times) / (1 + len(ANSWERS))}
    for name, figure in figures.items():
        print(f"{name}: {figure:.1f}")
    return figures


def _reader(flows: Flows) -> Reader:
    wording = Wording(LOCALES)
    return make_reader(
        flows,
        "en",
        translate=lambda text: wording.say(text, "en"),
        words={code: wording.words(code) for code in wording.languages},
        languages=[(code, language.name) for code, language in wording.languages.items()],
        places=PlaceIndex.load((LIBRARY / "places" / "places.zip").read_bytes()),
        countries=("KE", "NP", "TN", "CO", "SL"),
        menu=9,
    )


def _intake(flows: Flows, reader: Reader) -> None:
    moved = engine.begin(flows, "intake", Wrote(FIRST), reader=reader, sure=True, now=NOW)
    for answer in ANSWERS:
        moved = engine.advance(flows, moved.session, Wrote(answer), reader=reader, now=NOW)
    assert isinstance(moved.events[-1], Ended)


if __name__ == "__main__":
    run()
