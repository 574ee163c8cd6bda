"""The tree of regions: country, level 1 (ISO 3166-2), and below it the districts a list or a network adds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """`names` by language; "en" is always there and is the name in Latin script."""

    code: str
    parent: str | None
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def name(self, language: str) -> str:
        """In the language, else in its base language (`es` for `es_CO`, but not `ne` for `ne-Latn`, which has other
        letters), else in Latin script."""
        base = "en" if language.endswith("-Latn") else language.replace("-", "_").partition("_")[0]
        return self.names.get(language) or self.names.get(base) or self.names.get("en", self.code)


class RegionTree:
    """Regions by code. A code nobody listed is still placed, by its own shape: KE-31-NAIVASHA is in KE-31."""

    __slots__ = ("_regions", "countries")

    def __init__(self, regions: Iterable[Region]) -> None:
        self._regions = {region.code: region for region in regions}
        self.countries = tuple(code for code, region in self._regions.items() if region.parent is None)

    @classmethod
    def parse(cls, lines: Iterable[str]) -> "RegionTree":
        """From lines of code, parent and `language=name` pairs."""
        return cls(map(_region, lines))

    def __contains__(self, code: object) -> bool:
        return code in self._regions

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self._regions)

    def name(self, code: str, language: str) -> str:
        region = self._regions.get(code)
        return region.name(language) if region else code

    def names(self, code: str) -> tuple[str, ...]:
        region = self._regions.get(code)
        return tuple(region.names.values()) if region else ()

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The region itself first, its country last."""
        found = [code]
        while parent := self._parent(found[-1]):
            found.append(parent)
        return tuple(found)

    def _parent(self, code: str) -> str | None:
        region = self._regions.get(code)
        return region.parent if region else code.rpartition("-")[0] or None


def _region(line: str) -> Region:
    code, parent, names = line.split("\t")
    pairs = (pair.partition("=") for pair in names.split("|"))
    return Region(code=code, parent=parent or None, names=MappingProxyType({key: name for key, _, name in pairs}))
