"""Text or coordinates to a region: candidates for a person to confirm, never a silent guess."""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import chain, groupby, pairwise
from math import isfinite

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from flows.places.gazetteer import Gazetteer, Likeness, Named, Near
from flows.places.guesses import LIKELY_PHRASE, UNSURE_PHRASE, Guess, pulled, ranked, trimmed, written
from flows.places.regions import RegionTree
from flows.places.spelling import LONGEST_TEXT, normalise, sound
from flows.places.words import FILLERS, HOLDING, RANKS, not_places, sounds_of_not_places

ACCEPT = 0.7
LEAD = 0.3
"""Sure enough to offer for confirmation: this sure, and this far before the next region."""

WHOLE_SOUNDS = 0.93
PART_SOUNDS = 0.6
FURTHER = 0.1
"""How much of a place's weight is left for each letter it is further off than the nearest."""

PROMINENT = 10_000
VILLAGE = 0.85
"""A small place's name is seldom what a misspelt word stands for: there are too many of them."""

SHORTEST_HEARD = 4
SHORTEST_MISSPELT = 5
MOST_WORDS_HEARD = 6
MOST_WORDS_APART = 4
"""Between the commas of an address; a sentence has more."""
FURTHEST_TOWN = 150.0
"""Kilometres; a point further than this from every known town names no region."""
NEIGHBOURS = 8

_BREAK = re.compile(r"[,،;/|()\n\r\t]+|\s-\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A region a text or a point may mean.

    `place` is the town or region met, as the index spells it; `exact`: the words equal a known name.
    """

    region: str
    name: str
    country: str
    place: str
    confidence: float
    exact: bool


class PlaceIndex:
    """Every known place; a country's part is unpacked when it is first asked about."""

    __slots__ = ("_archive", "_country_names", "_gazetteers", "regions")

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._gazetteers: dict[str, Gazetteer] = {}
        self.regions = RegionTree.parse(self._lines("regions"))
        self._country_names = {
            normalise(name): country for country in self.regions.countries for name in self.regions.names(country)
        }

    @classmethod
    def load(cls, data: bytes) -> "PlaceIndex":
        """`data` is what flows/library/places/places.zip holds."""
        return cls(zipfile.ZipFile(io.BytesIO(data)))

    def find(self, text: str, *, countries: Sequence[str] = (), limit: int = 4) -> tuple[Candidate, ...]:
        """Regions the text may name, surest first, each once; none when it names no place we know."""
        parts = [words for part in _BREAK.split(text[:LONGEST_TEXT]) if (words := normalise(part).split())]
        parts = [rest for words in parts if (rest := _without_building(words))] or parts
        wanted = self._known(countries)
        parts, wanted = self._without_country(parts, wanted)
        words = list(chain(*parts))
        if not any(character.isalpha() for word in words for character in word):
            return ()
        spoken_in = tuple(sorted({country.upper() for country in countries}))
        strangers = not_places(spoken_in)
        guesses = [guess for country in wanted for guess in written(self._gazetteer(country), words, strangers)]
        if all(guess.quality <= UNSURE_PHRASE for guess in guesses) and _is_address(parts):
            guesses = self._by_itself(parts, wanted, strangers) or guesses
        if all(guess.quality <= UNSURE_PHRASE for guess in guesses) and not _ordinary(words, strangers):
            guesses += self._alike(parts, wanted, spoken_in, whole=bool(guesses))
        found = ranked(guesses)[:limit]
        return tuple(self._candidate(guess.named, sure, exact=guess.exact) for guess, sure in found)

    def near(
        self, latitude: float, longitude: float, *, countries: Sequence[str] = (), limit: int = 3
    ) -> tuple[Candidate, ...]:
        """Regions of the nearest known towns: one where it is clear, more where another region is about as close."""
        if not (isfinite(latitude) and isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
            return ()
        towns = [
            near
            for country in self._known(countries)
            for near in self._gazetteer(country).nearest(latitude, longitude, within=FURTHEST_TOWN, most=NEIGHBOURS)
        ]
        return tuple(
            self._candidate(town, round(share**2, 3), exact=False)
            for town, share in pulled(nsmallest(NEIGHBOURS, towns, key=Near.order))[:limit]
        )

    def accepted(self, candidates: Sequence[Candidate]) -> bool:
        """Whether the first of what `find` or `near` gave is sure enough to be offered by itself for a yes."""
        if not candidates or candidates[0].confidence < ACCEPT:
            return False
        return all(candidates[0].confidence - other.confidence >= LEAD for other in candidates[1:])

    def region_name(self, region: str, language: str) -> str:
        """In the language where the index has it, else in Latin script; a code nobody listed is its own name."""
        return self.regions.name(region, language)

    def ancestors(self, region: str) -> tuple[str, ...]:
        """The region itself first, its country last."""
        return self.regions.ancestors(region)

    def _known(self, countries: Sequence[str]) -> tuple[str, ...]:
        known = self.regions.countries
        wanted = {country.upper() for country in countries}
        return tuple(country for country in known if country in wanted) if countries else known

    def _gazetteer(self, country: str) -> Gazetteer:
        if country not in self._gazetteers:
            self._gazetteers[country] = Gazetteer.parse(self._lines(country))
        return self._gazetteers[country]

    def _lines(self, member: str) -> list[str]:
        return self._archive.read(f"{member}.tsv").decode().splitlines()

    def _without_country(
        self, parts: list[list[str]], wanted: tuple[str, ...]
    ) -> tuple[list[list[str]], tuple[str, ...]]:
        """ "Nakuru, Kenya" asks for Nakuru in Kenya only; a country's name that is a region's too stays a word."""
        for number, start, length in _windows(parts):
            name = " ".join(parts[number][start : start + length])
            country = self._country_names.get(name)
            if country and not any(self._gazetteer(other).is_region(name) for other in wanted):
                rest = parts[number][:start] + parts[number][start + length :]
                kept = [*parts[:number], rest, *parts[number + 1 :]]
                return kept, (country,) if country in wanted else ()
        return parts, wanted

    def _by_itself(self, parts: list[list[str]], countries: Sequence[str], strangers: Set[str]) -> list[Guess]:
        """A known name that has a place between commas to itself, beside words we do not know."""
        found = [
            guess for part in parts for each in countries for guess in written(self._gazetteer(each), part, strangers)
        ]
        return [replace(guess, quality=LIKELY_PHRASE, exact=False) for guess in found if guess.exact]

    def _alike(
        self, parts: list[list[str]], countries: Sequence[str], spoken_in: tuple[str, ...], *, whole: bool
    ) -> list[Guess]:
        """Names that sound like the whole, else like a part between commas, else like a word or two of it."""
        words = list(chain(*parts))
        tries: list[tuple[Sequence[str], float]] = [(trimmed(words), WHOLE_SOUNDS)]
        if not whole:
            tries += [(trimmed(part), WHOLE_SOUNDS) for part in parts if part and len(parts) > 1]
            core = [word for word in words if word not in FILLERS]
            if 1 < len(core) <= MOST_WORDS_HEARD:
                tries += [(few, PART_SOUNDS) for few in (*pairwise(core), *((word,) for word in core))]
        heard = (self._sounding(names, countries, spoken_in, quality) for names, quality in tries)
        return next(filter(None, heard), [])

    def _sounding(
        self, names: Sequence[str], countries: Sequence[str], spoken_in: tuple[str, ...], quality: float
    ) -> list[Guess]:
        heard = sound(" ".join(names))
        if len(heard) < SHORTEST_HEARD or heard in sounds_of_not_places():
            return []
        furthest = _furthest(len(heard)) if len("".join(names)) >= SHORTEST_MISSPELT else 0
        found = [likeness for country in countries for likeness in self._gazetteer(country).like(heard, furthest)]
        nearest = min((likeness.distance for likeness in found), default=0)
        if extractOne(heard, sounds_of_not_places(spoken_in), scorer=OSA.distance, score_cutoff=nearest):
            return []
        return [
            Guess(
                named=likeness.named,
                quality=quality * _likeness(likeness, len(heard)),
                weight=likeness.named.place.weight * FURTHER ** (likeness.distance - nearest),
            )
            for likeness in found
        ]

    def _candidate(self, named: Named, confidence: float, *, exact: bool) -> Candidate:
        region = named.place.region
        return Candidate(
            region=region,
            name=self.regions.name(region, "en"),
            country=self.regions.ancestors(region)[-1],
            place=named.name,
            confidence=confidence,
            exact=exact,
        )


def _is_address(parts: Sequence[Sequence[str]]) -> bool:
    return len(parts) > 1 and all(len(part) <= MOST_WORDS_APART for part in parts)


def _without_building(words: list[str]) -> list[str]:
    """ "Nakuru central police station" is Nakuru: what names only the building is left out."""
    runs = [(named, list(run)) for named, run in groupby(words, key=(HOLDING | RANKS).__contains__)]
    return [word for named, run in runs if not named or HOLDING.isdisjoint(run) for word in run]


def _windows(parts: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, int]]:
    """Where a country's name may stand, the last words first: part, first word, how many."""
    for number in range(len(parts) - 1, -1, -1):
        for start in range(len(parts[number]) - 1, -1, -1):
            for length in (2, 1):
                if start + length <= len(parts[number]):
                    yield number, start, length


def _ordinary(words: Sequence[str], strangers: Set[str]) -> bool:
    """Whether the words are about something else, so that none of them is a misspelt name."""
    return not strangers.isdisjoint(words) or all(word in FILLERS or word in not_places() for word in words)


def _likeness(likeness: Likeness, letters: int) -> float:
    fit = 1 - likeness.distance / letters
    return fit if likeness.distance == 0 or likeness.named.place.weight >= PROMINENT else fit * VILLAGE


def _furthest(letters: int) -> int:
    """How many letters off a name of this length may be; short words are too like each other for any."""
    if letters < SHORTEST_MISSPELT:
        return 0
    return 1 if letters < 8 else 2 if letters < 12 else 3
