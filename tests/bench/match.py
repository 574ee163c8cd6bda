"""What a match costs over 100,000 partners, held against 100 in the same run.

The large directory is a thousand countries like the small one's, so both answer with as many partners and any
difference is the directory's size alone.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from flows.places.regions import RegionTree
from flows.routing.case import CaseFacts, Gender, OtherSide, Scope
from flows.routing.casebook import PartnerId
from flows.routing.directory import Directory
from flows.routing.hours import DAYS, Hours, Window
from flows.routing.match import Load, match
from flows.routing.partners import Independence, Partner
from flows.triage.issues import Certificate, IssueTree, load_issues
from flows.triage.urgency import Urgency

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PARTNERS_A_COUNTRY = 100
REGIONS_A_COUNTRY = 5
ROUNDS = 4_000
LIBRARY = Path(__file__).parents[2] / "flows" / "library"
OFFICE = Hours(tuple((Window(8 * 60, 17 * 60),) if day not in ("sat", "sun") else () for day in DAYS))


def run() -> dict[str, float]:
    issues = load_issues("issues.yaml", (LIBRARY / "issues.yaml").read_text())
    draw = random.Random(1)
    small, small_loads = _directory(1, issues, draw)
    large, large_loads = _directory(1000, issues, draw)
    small_cases = [_case(1, issues, draw) for _ in range(ROUNDS)]
    large_cases = [_case(1000, issues, draw) for _ in range(ROUNDS)]
    gc.disable()
    small_times: list[float] = []
    large_times: list[float] = []
    for few, many in zip(small_cases, large_cases, strict=True):
        small_times.append(_timed(few, small, small_loads))
        large_times.append(_timed(many, large, large_loads))
    gc.enable()
    figures = {
        "match over 100 partners, ms": 1000 * median(small_times),
        "match over 100,000 partners, ms": 1000 * median(large_times),
        "match over 100,000 against 100 partners": median(large_times) / median(small_times),
    }
    for name, figure in figures.items():
        print(f"{name}: {figure:.3f}")
    return figures


def _timed(case: CaseFacts, directory: Directory, loads: Mapping[PartnerId, Load]) -> float:
    begun = perf_counter()
    match(case, directory, loads, NOW)
    return perf_counter() - begun


def _directory(countries: int, issues: IssueTree, draw: random.Random) -> tuple[Directory, Mapping[PartnerId, Load]]:
    groups = [group.id for group in issues.groups]
    single = [issue for issue in issues.nodes if issue not in groups]
    partners = [
        Partner(
            id=PartnerId(f"p{country}-{at}"),
            name=f"Partner {at}",
            regions=(_country(country) if at % 20 == 0 else _region(country, at % REGIONS_A_COUNTRY),),
            issues=(*draw.sample(groups, 6), *draw.sample(single, 2)),
            languages=("en", "sw") if at % 4 else ("en",),
            independence=draw.choice(tuple(Independence)),
            certificates=frozenset(Certificate) if at % 3 else frozenset(),
            genders=frozenset({draw.choice(tuple(Gender))}),
            max_open=20,
            hours=OFFICE,
            timezone=ZoneInfo("Africa/Nairobi"),
        )
        for country in range(countries)
        for at in range(PARTNERS_A_COUNTRY)
    ]
    loads = {
        partner.id: Load(open_cases=draw.randrange(22), last_offer_at=NOW - timedelta(hours=draw.randrange(500)))
        for partner in partners
    }
    return Directory(partners, regions=RegionTree(()), issues=issues), loads


def _case(countries: int, issues: IssueTree, draw: random.Random) -> CaseFacts:
    return CaseFacts(
        region=_region(draw.randrange(countries), draw.randrange(REGIONS_A_COUNTRY)),
        issue=draw.choice(tuple(issues.nodes)),
        urgency=draw.choice(tuple(Urgency)),
        language="sw",
        scope=Scope(share=True),
        other_side=frozenset({draw.choice(tuple(OtherSide))}),
        helper=draw.choice((None, *Gender)),
    )


def _country(number: int) -> str:
    return f"C{number}"


def _region(country: int, number: int) -> str:
    return f"{_country(country)}-{number}"


if __name__ == "__main__":
    run()
