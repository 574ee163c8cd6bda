"""One spelling for every way a place name is written, and a coarser one for how it sounds.

Names in the index and words from people go through the same two functions, so what they do may be
blunt as long as it is the same on both sides.
"""

import re
import unicodedata

LONGEST_TEXT = 300
"""A place is named in a few words; what stands after these characters is not read."""

_APOSTROPHES = "'`´‘’‛ʹʻʼʽʾʿ′"
_TATWEEL = "\u0640"

_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()} | {ord("'"): None, ord("`"): None}

_FOLD: dict[int, str | None] = (
    dict.fromkeys(range(0x300, 0x370))  # Latin, Greek and Cyrillic accents
    | dict.fromkeys([*range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6EE)])  # tashkeel
    | dict.fromkeys([0x93C, 0x9BC, 0xA3C, 0xABC])  # nukta
    | dict.fromkeys(map(ord, _APOSTROPHES + _TATWEEL))
    | {ord("ª"): None, ord("º"): None}
    | str.maketrans("ٱىیېےکگڪةہھۀۃڨڤپچژ", "اييييكككهههههقفبجز")
    | str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "ə": "e"})
)

_LETTERS_AND_MARKS = ("L", "M", "N")


def normalise(text: str) -> str:
    """Words in one case and one spelling, separated by single spaces; never fails, on any text."""
    text = text[:LONGEST_TEXT]
    if text.isascii():
        return " ".join(text.lower().translate(_ASCII).split())
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(map(_plain, decomposed.translate(_FOLD))).split())


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category.startswith(_LETTERS_AND_MARKS):
        return character
    return "" if category == "Cf" else " "


_ARABIC = re.compile(r"[\u0621-\u064a]")
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")

_ARABIC_PREFIXES = ("ب", "ل", "و", "ف")
_DEVANAGARI_ENDINGS = ("नजिकै", "नजिक", "देखि", "बाट", "तिर", "सम्म", "भित्र", "मा", "को", "का", "में")
_SHORTEST_STEM = 3


def stems(word: str) -> tuple[str, ...]:
    """The word without the "in", "at" or "of" that Arabic and Nepali write as part of it."""
    if _ARABIC.match(word) and word.startswith(_ARABIC_PREFIXES):
        stem = word[1:]
        stem = "ا" + stem if stem.startswith("ل") and word.startswith("ل") else stem
        return (stem,) if len(stem) >= _SHORTEST_STEM else ()
    if _DEVANAGARI.match(word):
        return tuple(
            word.removesuffix(ending)
            for ending in _DEVANAGARI_ENDINGS
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM
        )
    return ()


_CHAT_DIGITS = str.maketrans({"2": None, "3": "a", "5": "kh", "7": "h", "9": "q"})
_LATIN_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"oo|ou", "u"),
        (r"ee", "i"),
        (r"(.)\1+", r"\1"),
        (r"sch|tch|tsh", "ch"),
        (r"ph", "f"),
        (r"dj", "j"),
        (r"ch", "č"),
        (r"sh", "s"),
        (r"c(?=[eiy])", "s"),
        (r"ck|cq|[cq]", "k"),
        (r"(?<=[b-df-hj-np-tv-xz])h|(?<=[aeiou])h$", ""),
        (r"w", "u"),
        (r"y", "i"),
        (r"z", "s"),
        (r"v", "b"),
        (r"(.)\1+", r"\1"),
    )
)
_DEVANAGARI_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[ङञणनम]्(?=[क-ह])|[ंँ]", "न"),
        (r"[षश]", "स"),
        (r"ङ|ञ|ण", "न"),
        (r"ृ", "रि"),
        (r"ी", "ि"),
        (r"ू", "ु"),
        (r"ऊ", "उ"),
        (r"ई", "इ"),
        (r"व", "ब"),
        (r"ढ", "ड"),
        (r"्", ""),
    )
)
_ARABIC_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"\bال(?=..)", ""),
        (r"[اه]\b", ""),
        (r"[ءئؤ]", ""),
        (r"ث|ط", "ت"),
        (r"ذ", "د"),
        (r"ص", "س"),
        (r"ظ", "ض"),
    )
)
_CYRILLIC_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in ((r"ҷ", "ч"), (r"ҳ", "х"), (r"қ", "к"), (r"ғ", "г"), (r"[ъь]", ""))
)


def sound(key: str) -> str:
    """How normalised words sound, without spaces; names spelt differently but said alike come out equal."""
    if _LATIN.search(key):
        key, rules = key.translate(_CHAT_DIGITS), _LATIN_SOUNDS
        key = key.replace(" ", "")
    elif _DEVANAGARI.search(key):
        rules = _DEVANAGARI_SOUNDS
    elif _ARABIC.search(key):
        rules = _ARABIC_SOUNDS
    elif _CYRILLIC.search(key):
        rules = _CYRILLIC_SOUNDS
    else:
        rules = ()
    for pattern, replacement in rules:
        key = pattern.sub(replacement, key)
    return key.replace(" ", "")
