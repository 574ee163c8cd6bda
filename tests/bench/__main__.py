"""`make bench`: every budget of the design, measured in one run, with its bar and whether it was met.

`ARGS=--json` prints one object a line instead; `ARGS=--million` stores a million conversations rather than 100,000.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass

from tests.bench import dialogue, growth, match, parts, serving, starting, turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """figure: what it is called where it is measured. at_least: more is better; else less is."""

    what: str
    figure: str
    bar: float
    aim: float | None = None
    at_least: bool = False

    def verdict(self, measured: float) -> str:
        if not self._reaches(measured, self.bar):
            return "MISSED"
        return "met" if self.aim is None or not self._reaches(measured, self.aim) else "met, and the aim"

    def _reaches(self, measured: float, goal: float) -> bool:
        return measured >= goal if self.at_least else measured <= goal


BUDGETS = (
    Budget(
        what="durable turns/s over HTTP by raw commits/s, SQLite",
        figure="turns over HTTP by raw commits, SQLite",
        bar=0.25,
        aim=0.5,
        at_least=True,
    ),
    Budget(
        what="durable turns/s over HTTP by raw commits/s on 16 connections, PostgreSQL",
        figure="turns over HTTP by raw commits, PostgreSQL",
        bar=0.12,
        aim=0.25,
        at_least=True,
    ),
    Budget(
        what="turns/s by those of aiogram's FSM with Redis and its lock, same twelve messages",
        figure="turns by aiogram's",
        bar=2,
        aim=3,
        at_least=True,
    ),
    Budget(
        what="turn cost with many stored conversations by a thousand",
        figure="turn cost with many by a thousand",
        bar=1.3,
        aim=1.0,
    ),
    Budget(
        what="match over 100,000 partners by 100",
        figure="match over 100,000 against 100 partners",
        bar=1.5,
    ),
    Budget(what="match over 100,000 partners, ms", figure="match over 100,000 partners, ms", bar=2, aim=0.5),
    Budget(what="a pure turn, microseconds", figure="a pure turn, microseconds", bar=50),
    *(
        Budget(
            what=f"answer at half load, p99 by p50, {database}",
            figure=f"answer at half load, p99 by p50, {database}",
            bar=4,
        )
        for database in ("SQLite", "PostgreSQL")
    ),
    Budget(
        what="start of `baraza serve` (text messages) to ready by import of its libraries",
        figure="start to ready over import of the libraries",
        bar=2.5,
        aim=1.5,
    ),
    Budget(what="idle conversation on disk, bytes", figure="idle conversation on disk, bytes", bar=1024),
)
NO_REDIS = "not measured: no redis-server was found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    what: str
    bar: float
    aim: float | None
    figure: float | None
    verdict: str


def main() -> None:
    told = _told()
    with redirect_stdout(sys.stderr):
        figures = dict(_measured(million=told.million))
    rows = [_row(budget, figures) for budget in BUDGETS]
    beside = {name: figure for name, figure in figures.items() if name not in {budget.figure for budget in BUDGETS}}
    if told.json:
        for row in rows:
            print(json.dumps(asdict(row)))
        for name, figure in beside.items():
            print(json.dumps({"what": name, "figure": figure}))
    else:
        _print_table(rows, beside)
        print(f"\n{parts.table()}")


def _told() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--million", action="store_true")
    return parser.parse_args()


def _measured(*, million: bool) -> Iterator[tuple[str, float]]:
    """What each part has found, part by part: they run one after the other, on a machine left alone."""
    for name, part in (
        ("a pure turn", dialogue.run),
        ("match", match.run),
        ("start", starting.run),
        ("turns through the inbox", turns.run),
        ("turns over HTTP", serving.run),
        ("many conversations", lambda: growth.run(million=million)),
    ):
        print(f"Measuring: {name} ...", flush=True)
        yield from part().items()


def _row(budget: Budget, figures: Mapping[str, float]) -> Row:
    figure = figures.get(budget.figure)
    return Row(
        what=budget.what,
        bar=budget.bar,
        aim=budget.aim,
        figure=figure,
        verdict=NO_REDIS if figure is None else budget.verdict(figure),
    )


def _print_table(rows: list[Row], beside: Mapping[str, float]) -> None:
    wide = max(len(name) for name in (*(row.what for row in rows), *beside))
    print(f"\n{'':{wide}}  {'bar':>7}  {'aim':>7}  {'figure':>9}")
    for row in rows:
        told = ["-" if number is None else _number(number) for number in (row.bar, row.aim, row.figure)]
        print(f"{row.what:{wide}}  {told[0]:>7}  {told[1]:>7}  {told[2]:>9}  {row.verdict}")
    print("\nBeside them, without a bar:")
    for name, figure in beside.items():
        print(f"{name:{wide}}  {'':7}  {'':7}  {_number(figure):>9}")


def _number(figure: float) -> str:
    return f"{figure:,.0f}" if abs(figure) >= 100 or figure == int(figure) else f"{figure:.3g}"


if __name__ == "__main__":
    main()
