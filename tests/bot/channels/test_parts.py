"""SMS parts and folding, against an oracle written apart from the program."""

import math
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.parts import Encoding, count, fold, units
from tests.support.doubles.twilio.segments import ALPHABET, segments

# The default alphabet of 3GPP TS 23.038 by code point, in the table's order; 0x1B is the way to the extension.
TABLE = (
    "0040 00A3 0024 00A5 00E8 00E9 00F9 00EC 00F2 00C7 000A 00D8 00F8 000D 00C5 00E5"
    " 0394 005F 03A6 0393 039B 03A9 03A0 03A8 03A3 0398 039E 00C6 00E6 00DF 00C9"
    " 0020 0021 0022 0023 00A4 0025 0026 0027 0028 0029 002A 002B 002C 002D 002E 002F"
    " 0030 0031 0032 0033 0034 0035 0036 0037 0038 0039 003A 003B 003C 003D 003E 003F"
    " 00A1 0041 0042 0043 0044 0045 0046 0047 0048 0049 004A 004B 004C 004D 004E 004F"
    " 0050 0051 0052 0053 0054 0055 0056 0057 0058 0059 005A 00C4 00D6 00D1 00DC 00A7"
    " 00BF 0061 0062 0063 0064 0065 0066 0067 0068 0069 006A 006B 006C 006D 006E 006F"
    " 0070 0071 0072 0073 0074 0075 0076 0077 0078 0079 007A 00E4 00F6 00F1 00FC 00E0"
)
EXTENSION_TABLE = "000C 005E 007B 007D 005C 005B 007E 005D 007C 20AC"
BASIC = [chr(int(point, 16)) for point in TABLE.split()]
EXTENSION = [chr(int(point, 16)) for point in EXTENSION_TABLE.split()]

gsm = st.text(st.sampled_from(BASIC + EXTENSION * 6), max_size=700)
any_text = st.text(max_size=400)
mixed = st.lists(
    st.sampled_from([*"ab é€^ \n", "ß", "أ", "न", "👩🏽", "🌾", "e\u0301", "\U0001f1f0"]), max_size=300
).map("".join)


def encoded(text: str) -> list[int]:
    """How many units each character takes, by really encoding it."""
    if all(character in BASIC or character in EXTENSION for character in text):
        return [len([0x1B, 0x40] if character in EXTENSION else [0x40]) for character in text]
    return [len(character.encode("utf-16-be")) // 2 for character in text]


def test_the_alphabets_are_the_standard_ones() -> None:
    assert (len(BASIC), len(EXTENSION)) == (127, 10)
    assert frozenset(BASIC + EXTENSION) == ALPHABET
    everything = {chr(point) for point in range(0x10000) if not 0xD800 <= point < 0xE000}
    stable = {character for character in everything if unicodedata.normalize("NFC", character) == character}
    assert {c for c in stable if count(c).encoding is Encoding.GSM7} == set(BASIC + EXTENSION)


@given(gsm | any_text | mixed)
@example("x" * 152 + "€" + "y" * 10)
@example("न" * 66 + "👩" + "y" * 5)
def test_parts_agree_with_an_independent_counter(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert count(text).parts == segments(text)


@given(gsm | any_text | mixed)
def test_characters_are_what_is_transmitted_and_parts_hold_them(text: str) -> None:
    nfc = unicodedata.normalize("NFC", text)
    counted = count(text)
    widths = encoded(nfc)
    alone, each = (160, 153) if counted.encoding is Encoding.GSM7 else (70, 67)
    assert counted.characters == sum(widths)
    if sum(widths) <= alone:
        assert counted.parts == 1
    else:
        # At most one unit of each part is left empty, when a pair did not fit.
        assert math.ceil(sum(widths) / each) <= counted.parts <= math.ceil(sum(widths) / (each - 1))


@pytest.mark.parametrize(
    ("text", "encoding", "characters", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("a" * 151 + "€" + "a" * 153, "GSM-7", 306, 2),
        ("न" * 70, "UCS-2", 70, 1),
        ("न" * 71, "UCS-2", 71, 2),
        ("न" * 134, "UCS-2", 134, 2),
        ("न" * 66 + "🌾" + "न" * 66, "UCS-2", 134, 3),
        ("e\u0301" * 160, "GSM-7", 160, 1),
        ("ê", "UCS-2", 1, 1),
        ("it’s", "UCS-2", 4, 1),
        ("\u2126", "GSM-7", 1, 1),
        ("\ud800", "UCS-2", 1, 1),
    ],
)
def test_counts_at_the_edges(text: str, encoding: str, characters: int, parts: int) -> None:
    counted = count(text)
    assert (counted.encoding, counted.characters, counted.parts) == (encoding, characters, parts)


@given(any_text | mixed)
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("¿Dónde está?", "¿Donde esta?"),
        ("garçon, cœur, être, Noël, où, à", "garcon, coeur, etre, Noel, où, à"),
        ("não, coração, você", "nao, coracao, voce"),
        ("Çelik ışık gürültü İstanbul şeker", "Çelik isik gürültü Istanbul seker"),
        ("Këshillë ligjore", "Keshille ligjore"),
        ("người Việt", "nguoi Viet"),
        ("ẹ̀kọ́", "eko"),
        ("“Yes” — it’s… 50 ‑ 60", '"Yes" - it\'s... 50 - 60'),
        ("a\u00a0b\u202fc\u200bd", "a b cd"),
        ("ñ ü é è ò å Å ß Æ", "ñ ü é è ò å Å ß Æ"),
        ("cafe\u0301", "café"),
        ("Привет, мой", "Привет, мой"),
        ("कानूनी सहायता", "कानूनी सहायता"),
        ("الصُّلْحُ خَيْرٌ", "الصُّلْحُ خَيْرٌ"),
        ("ひらがな と 한국어", "ひらがな と 한국어"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_signs_are_made_plain_where_accents_are_kept() -> None:
    assert fold("“ça” — está…", accents=False) == '"ça" - está...'


@given(any_text | mixed)
def test_folding_once_is_enough_and_never_leaves_a_text_dearer_by_accents(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert unicodedata.normalize("NFC", folded) == folded
    assert not set(folded) & set("‘’“”…—–\u00a0")


OTHER_SCRIPTS = "अआइनमस्ते्ािींँः॥مرحباًٌٍَُِّْПриветйёសួស្តីສະບາຍດີမင်္ဂလာပါনমস্কারሰላም"


@given(st.text(st.sampled_from(OTHER_SCRIPTS), max_size=200))
def test_folding_never_touches_another_script(text: str) -> None:
    assert fold(text) == unicodedata.normalize("NFC", text)


@given(st.text(st.characters(min_codepoint=0xA0, max_codepoint=0x24F), max_size=200))
def test_every_letter_of_the_latin_blocks_folds_into_gsm(text: str) -> None:
    letters = "".join(
        character for character in text if "LATIN" in unicodedata.name(character) and ord(character) < 0x180
    )
    assert count(fold(letters)).encoding is Encoding.GSM7
