"""One country's places: which of them a few words name exactly, sound like, or lie near a point."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nsmallest
from math import cos, hypot, radians, sqrt

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from flows.places.spelling import normalise, sound, stems
from flows.places.words import KINDS

KILOMETRES_A_DEGREE = 111.2
KILOMETRES_A_ROOT = 0.003
LONGEST_NAME = 6
"""Words in the longest name looked for inside a sentence."""
LONG_SOUND = 8
MOST_ALIKE = 30


class Level(StrEnum):
    """What a name names, as the list's first column has it."""

    REGION = "r"
    DISTRICT = "d"
    TOWN = "t"


_LEAST_WEIGHT = {Level.REGION: 1_000_000, Level.DISTRICT: 60_000, Level.TOWN: 300}
"""How likely a name means this place, in people, where the list has no count: a region's name beats its namesakes."""
_HAND_KEPT_TOWN = 20_000
"""A town without coordinates was added by hand because people name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A region, district or town; `point` is latitude and longitude of a town."""

    region: str
    level: Level
    weight: int
    point: tuple[float, float] | None

    @property
    def radius(self) -> float:
        """About how many kilometres a town with so many people reaches: 8 for Bogotá, half a one for 30,000."""
        return KILOMETRES_A_ROOT * sqrt(self.weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A place and one of its names.

    `misspellable`: near misses count too. Not so the dozens of foreign Latin spellings a big town has in the list.
    """

    place: Place
    name: str
    misspellable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Words `start` to `end` (exclusive) of a text are the name of each of `named`."""

    start: int
    end: int
    named: tuple[Named, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A name that sounds like the text, `distance` letters away."""

    named: Named
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A town and how far from its edge a point is."""

    kilometres: float
    named: Named

    def order(self) -> tuple[float, str, str]:
        return self.kilometres, self.named.place.region, self.named.name


class Sounds:
    """Names by how they sound."""

    __slots__ = ("_heard", "_lenient")

    def __init__(self, keys: Mapping[str, Sequence[Named]]) -> None:
        self._heard: defaultdict[str, list[Named]] = defaultdict(list)
        self._lenient: defaultdict[str, list[Named]] = defaultdict(list)
        for key, met in keys.items():
            heard = sound(key)
            if heard:
                self._heard[heard] += met
                if lenient := [named for named in met if named.misspellable]:
                    self._lenient[heard] += lenient

    def like(self, heard: str, furthest: int) -> tuple[Likeness, ...]:
        if heard in self._heard:
            return tuple(Likeness(named=named, distance=0) for named in self._heard[heard])
        near = extract(heard, self._lenient.keys(), scorer=OSA.distance, score_cutoff=furthest, limit=MOST_ALIKE)
        return tuple(
            Likeness(named=named, distance=int(distance))
            for name, distance, _ in sorted(near, key=lambda found: (found[1], found[0]))
            if name[0] == heard[0] or len(heard) >= LONG_SOUND
            for named in self._lenient[name]
        )


class Gazetteer:
    """Names by spelling and, built when first asked for, by sound."""

    __slots__ = ("_firsts", "_keys", "_sounds", "_towns")

    def __init__(self, places: Iterable[tuple[Place, Sequence[str]]]) -> None:
        self._keys: dict[str, list[Named]] = {}
        self._firsts: set[str] = set()
        self._towns: list[tuple[tuple[float, float], Named]] = []
        self._sounds: Sounds | None = None
        for place, names in places:
            if place.point:
                self._towns.append((place.point, Named(place=place, name=names[0], misspellable=True)))
            self._learn(place, names)

    @classmethod
    def parse(cls, lines: Iterable[str]) -> "Gazetteer":
        """From lines of level, region, people, latitude, longitude and names."""
        return cls(map(_place, lines))

    def _learn(self, place: Place, names: Sequence[str]) -> None:
        seen: set[str] = set()
        for number, name in enumerate(names):
            key = normalise(name)
            lenient = place.level is Level.REGION or number == 0 or not key.isascii()
            named = Named(place=place, name=name, misspellable=lenient)
            keys = {key, _bare(key)} if place.level is Level.REGION else {key}
            for each in sorted(keys - seen):
                self._keys.setdefault(each, []).append(named)
                self._firsts.add(each.partition(" ")[0])
            seen |= keys

    def called(self, key: str) -> tuple[Named, ...]:
        return tuple(self._keys.get(key, ()))

    def is_region(self, key: str) -> bool:
        return any(named.place.level is Level.REGION for named in self.called(key))

    def spans(self, words: Sequence[str]) -> tuple[Span, ...]:
        """Names inside a sentence, the longest first from the left, none overlapping."""
        found = []
        start = 0
        while start < len(words):
            span = self._longest(words, start)
            if span:
                found.append(span)
            start = span.end if span else start + 1
        return tuple(found)

    def _longest(self, words: Sequence[str], start: int) -> Span | None:
        """Few words begin a name, so that most are passed over at once."""
        if self._firsts.isdisjoint((words[start], *stems(words[start]))):
            return None
        for end in range(min(len(words), start + LONGEST_NAME), start, -1):
            *before, last = words[start:end]
            first, *after = words[start:end]
            spellings = [words[start:end], *([*before, stem] for stem in stems(last))]
            if after:
                spellings += [[stem, *after] for stem in stems(first)]
            for spelling in spellings:
                if named := self.called(" ".join(spelling)):
                    return Span(start=start, end=end, named=named)
        return None

    def like(self, heard: str, furthest: int) -> tuple[Likeness, ...]:
        """Names that sound the same, else those within so many letters; a short one must begin the same."""
        if self._sounds is None:
            self._sounds = Sounds(self._keys)
        return self._sounds.like(heard, furthest)

    def nearest(self, latitude: float, longitude: float, *, within: float, most: int) -> list[Near]:
        """The nearest towns within so many kilometres, nearest first."""
        width = KILOMETRES_A_DEGREE * cos(radians(latitude))
        band = within / KILOMETRES_A_DEGREE
        near = (
            Near(
                kilometres=max(0, hypot(up * KILOMETRES_A_DEGREE, _turn(east - longitude) * width) - town.place.radius),
                named=town,
            )
            for (north, east), town in self._towns
            if abs(up := north - latitude) <= band
        )
        return nsmallest(most, (town for town in near if town.kilometres <= within), key=Near.order)


def _turn(degrees: float) -> float:
    """The short way round the earth."""
    return (degrees + 180) % 360 - 180


def _bare(key: str) -> str:
    """A region's name without the "county" or "province" round it, unless that is all there is."""
    words = key.split()
    while len(words) > 1 and words[-1] in KINDS:
        words.pop()
    while len(words) > 1 and words[0] in KINDS:
        words.pop(0)
    return " ".join(words)


def _place(line: str) -> tuple[Place, list[str]]:
    level_code, region, people, latitude, longitude, names = line.split("\t")
    level = Level(level_code)
    point = (float(latitude), float(longitude)) if latitude else None
    least = _HAND_KEPT_TOWN if level is Level.TOWN and point is None else _LEAST_WEIGHT[level]
    return Place(region=region, level=level, weight=max(int(people), least), point=point), names.split("|")
