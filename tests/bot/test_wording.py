"""Source texts into languages: what falls back, what is put in and how, and which files are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.parts import Encoding, count
from bot.wording import SOURCE, Watch, Wording, load_registry
from flows.dialogue.text import Text
from flows.strict_yaml import Fault, FileBroken

LOCALES = Path(__file__).resolve().parents[2] / "locales"
HELLO = Text("t.hello.text", "Hello.")
FSI, PDI = "\u2068", "\u2069"

ROW = """
[{code}]
name = "{code}"
english = "{code}"
direction = "{direction}"
formatting = "en_GB"
fallback = [{fallback}]
plural = "nplurals=2; plural=(n != 1);"
wide = false
sms_fold = false
status = "draft"
"""

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'


def row(code: str, *, fallback: str = "", direction: str = "ltr") -> str:
    return ROW.format(code=code, fallback=fallback, direction=direction)


def entry(source: str, said: str, context: str = "t.hello.text", mark: str = "") -> str:
    return f'\n{mark}msgctxt "{context}"\nmsgid "{source}"\nmsgstr "{said}"\n'


REGISTRY = row("en") + row("sw", fallback='"fr"') + row("fr") + row("ar", direction="rtl")

Make = Callable[..., Wording]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Languages from a registry and, by code, the entries of their catalogs."""

    def make(*, registry: str = REGISTRY, **catalogs: str) -> Wording:
        (tmp_path / "registry.toml").write_text(registry)
        for code, entries in catalogs.items():
            folder = tmp_path / code / "LC_MESSAGES"
            folder.mkdir(parents=True)
            (folder / "flows.po").write_text(HEADER + entries)
        return Wording(tmp_path)

    return make


@pytest.fixture(scope="module")
def shipped() -> Wording:
    return Wording(LOCALES)


def fault(broken: Callable[[], object]) -> Fault:
    with pytest.raises(FileBroken) as caught:
        broken()
    (only,) = caught.value.faults
    return only


# ---- which words are said


def test_a_translation_is_said(made: Make) -> None:
    wording = made(sw=entry("Hello.", "Habari."))
    assert (wording.say(HELLO, "sw"), wording.say(HELLO, SOURCE)) == ("Habari.", "Hello.")


def test_a_missing_text_falls_back_along_the_chain_and_then_to_english(made: Make) -> None:
    wording = made(fr=entry("Hello.", "Bonjour."))
    assert wording.say(HELLO, "sw") == "Bonjour."
    assert wording.say(Text("t.bye.text", "Goodbye."), "sw") == "Goodbye."


def test_english_ends_a_chain(made: Make) -> None:
    registry = REGISTRY.replace('fallback = ["fr"]', 'fallback = ["en", "fr"]')
    assert made(registry=registry, fr=entry("Hello.", "Bonjour.")).say(HELLO, "sw") == "Hello."


@pytest.mark.parametrize(
    "unfit",
    [
        entry("Hello.", "Habari.", mark="#, fuzzy\n"),
        entry("Hello.", ""),
        entry("Hello.", "Habari.", context="t.other.text"),
        entry("Hello.", "Habari {jina}."),
        f"\n#~ {entry('Hello.', 'Habari.').strip()}".replace("\nmsg", "\n#~ msg"),
    ],
    ids=["a guess", "empty", "of another place", "with a place of its own", "obsolete"],
)
def test_what_is_no_translation_of_these_words_is_not_said(made: Make, unfit: str) -> None:
    assert made(sw=unfit).say(HELLO, "sw") == "Hello."


def test_a_translation_that_loses_a_place_is_not_said(made: Make) -> None:
    code = Text("t.code.text", "Your code is {receipt}.").filled(receipt="7Q2M 4KXT")
    wording = made(sw=entry("Your code is {receipt}.", "Nambari yako.", context="t.code.text"))
    assert wording.say(code, "sw") == "Your code is 7Q2M 4KXT."


OLD = Text("t.code.text", "Your code is {receipt}, before 4 days.").filled(receipt="7Q2M")


@pytest.mark.parametrize(
    ("was", "said"),
    [
        ("Your code: {receipt}, in 4 days.", "Kodi {receipt}, siku 4."),
        ("Your code: {receipt}, in 4 days.", "Kodi {receipt}, siku ४."),
    ],
)
@pytest.mark.parametrize("marked", [True, False], ids=["marked", "behind"])
def test_what_needs_review_goes_on_being_said(made: Make, was: str, said: str, marked: bool) -> None:
    source, mark = (OLD.source, f'#, fuzzy\n#| msgid "{was}"\n') if marked else (was, "")
    assert made(sw=entry(source, said, "t.code.text", mark)).say(OLD, "sw") == said.format(receipt="7Q2M")


def test_a_critical_text_that_needs_review_is_not_said(made: Make, tmp_path: Path) -> None:
    made(sw=entry("Hi.", "Habari.") + entry("Bye.", "Kwaheri.", "t.bye.text"))
    wording = Wording(tmp_path, critical=frozenset({"t.hello.text"}))
    assert wording.say(HELLO, "sw") == "Hello."
    assert wording.say(Text("t.bye.text", "Bye now."), "sw") == "Kwaheri."


@pytest.mark.parametrize(
    "unfit",
    [
        entry("Code {receipt}, before 5 days.", "Kodi {receipt}, siku 5.", "t.code.text"),
        entry("Code, before 4 days.", "Kodi, siku 4.", "t.code.text"),
        entry(OLD.source, "Kodi {receipt}, siku 4.", "t.code.text", '#, fuzzy\n#| msgctxt "t.other"\n#| msgid "A 4"\n'),
    ],
    ids=["other numbers", "other places", "a guess from another entry"],
)
def test_what_was_made_from_too_different_english_is_not_said(made: Make, unfit: str) -> None:
    assert made(sw=unfit).say(OLD, "sw") == "Your code is 7Q2M, before 4 days."


# ---- what changes while the program runs


def test_what_is_saved_is_said_and_what_is_broken_leaves_the_old_text(made: Make, tmp_path: Path) -> None:
    wording, path = made(sw=entry("Hello.", "Habari.")), tmp_path / "sw/LC_MESSAGES/flows.po"
    (tmp_path / "sw/answers.yaml").write_text('"yes": [ndiyo]\n"no": [hapana]\ncommands: {}\n')
    watch = Watch(tmp_path)
    assert wording.say(HELLO, "sw") == "Habari."
    assert wording.words("sw").yes == {"ndiyo"}
    assert not watch.changed()
    path.write_text(HEADER + entry("Hello.", "Hujambo."))
    assert watch.changed()
    assert not [fault for fault in wording.reload() if "/sw/" in fault.file]
    assert wording.say(HELLO, "sw") == "Hujambo."
    path.write_text(HEADER + entry("Hello.", "Mambo.") + "mambo\n")
    (tmp_path / "sw/answers.yaml").write_text("yes: [ndio")
    wording.reload()
    assert [str(fault).partition(": ")[0] for fault in wording.faults if "/sw/" in fault.file] == [
        f"{tmp_path.name}/sw/LC_MESSAGES/flows.po:8",
        f"{tmp_path.name}/sw/answers.yaml:2",
    ]
    assert wording.say(HELLO, "sw") == "Hujambo."
    assert wording.words("sw").yes == {"ndiyo"}


def test_a_language_is_added_while_the_program_runs(made: Make, tmp_path: Path) -> None:
    wording, watch = made(), Watch(tmp_path)
    (tmp_path / "st/LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "st/LC_MESSAGES/flows.po").write_text(HEADER + entry("Hello.", "Dumela."))
    (tmp_path / "registry.toml").write_text(REGISTRY + row("st"))
    assert watch.changed()
    wording.reload()
    assert wording.say(HELLO, "st") == "Dumela."
    (tmp_path / "registry.toml").write_text("[en")
    assert "registry.toml:1" in str(wording.reload()[0])
    assert wording.say(HELLO, "st") == "Dumela."


def test_a_language_nobody_knows_is_answered_in_english(made: Make) -> None:
    assert (made().say(HELLO, "xx"), made().say(HELLO, "")) == ("Hello.", "Hello.")


# ---- what is put in


def test_values_are_put_in_by_name_and_said_in_the_same_language(made: Make) -> None:
    wording = made(sw=entry("Hello.", "Habari.") + entry("{a}: {b}", "{b} ({a})", context="t.pair.text"))
    pair = Text("t.pair.text", "{a}: {b}").filled(a=HELLO, b="Amina")
    assert wording.say(pair, "sw") == "Amina (Habari.)"


def test_the_last_value_of_a_name_counts(made: Make) -> None:
    assert made().say(Text("t.x.text", "{a}").filled(a="1").filled(a="2"), SOURCE) == "2"


@pytest.mark.parametrize(
    "words", ["{a.__class__}", "{a[0]}", "{a!r}", "{a:>9999999}", "{0}", "{}", "{{a}}", "%(a)s", "%s", "{A}"]
)
def test_words_reach_nothing_but_the_values_given(made: Make, words: str) -> None:
    said = made().say(Text("t.x.text", words).filled(a="SECRET"), SOURCE)
    assert said == words.replace("{{a}}", "{SECRET}")


@given(st.text(), st.text())
def test_a_value_is_never_read_as_words(value: str, other: str) -> None:
    said = Wording(LOCALES).say(Text("t.x.text", "<{a}>{b}").filled(a=value, b=other), SOURCE)
    assert bare(said) == bare(f"<{value}>{other}")


def bare(words: str) -> str:
    return words.replace(FSI, "").replace(PDI, "")


# ---- which way it runs


@pytest.mark.parametrize(
    ("value", "set_apart"),
    [("7Q2M 4KXT", True), ("Nakuru", True), ("+254 700", True), ("الثلاثاء 16:00", False), ("...", False)],
)
def test_in_a_text_from_right_to_left_what_runs_left_to_right_is_set_apart(
    made: Make, value: str, set_apart: bool
) -> None:
    wording = made(ar=entry("Code {a}.", "الرمز {a}.", context="t.code.text"))
    said = wording.say(Text("t.code.text", "Code {a}.").filled(a=value), "ar")
    assert said == f"الرمز {FSI + value + PDI if set_apart else value}."


def test_a_message_from_right_to_left_that_begins_with_a_code_is_marked_so_for_old_phones(made: Make) -> None:
    wording = made(ar=entry("{a}: open.", "{a}: مفتوح.", context="t.code.text"))
    text = Text("t.code.text", "{a}: open.")
    assert wording.say(text.filled(a="7Q2M"), "ar") == f"\u200f{FSI}7Q2M{PDI}: مفتوح."
    assert wording.say(text.filled(a="تونس"), "ar") == "تونس: مفتوح."
    assert wording.say(text.filled(a="7Q2M"), "sw") == "7Q2M: open."


def test_in_a_text_from_left_to_right_only_the_other_way_is_set_apart(made: Make) -> None:
    text = Text("t.x.text", "{a} (wrong? 0).")
    assert made().say(text.filled(a="تونس"), SOURCE) == f"{FSI}تونس{PDI} (wrong? 0)."
    said = made().say(text.filled(a="Nakuru 7Q2M"), SOURCE)
    assert said == "Nakuru 7Q2M (wrong? 0)."
    assert count(said).encoding is Encoding.GSM7


# ---- days and times


def test_times_are_told_in_the_language_and_in_the_networks_time(shipped: Wording) -> None:
    at = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    told = {code: shipped.moment(at, code, "Africa/Nairobi") for code in shipped.languages}
    assert told["en"] == "Tue 16:00"
    assert told["ar"] == "الثلاثاء 16:00"
    assert all(words.endswith(("16:00", "१६:००")) for words in told.values())
    assert len(set(told.values())) == len({language.formatting for language in shipped.languages.values()})


def test_days_are_told_in_the_language(shipped: Wording) -> None:
    told = {code: shipped.day(date(2026, 12, 7), code) for code in shipped.languages}
    assert told["en"] == "Mon, 7 Dec 2026"
    assert told["es"] == "lun, 7 dic 2026"
    assert "ديسمبر" in told["ar"]
    assert count(told["sw"]).encoding is Encoding.GSM7


# ---- what is shipped


def test_every_shipped_language_can_be_read(shipped: Wording) -> None:
    assert set(shipped.languages) >= {"en", "sw", "ne", "ar", "es"}
    shipped.read(shipped.languages)
    for code in shipped.languages:
        assert shipped.words(code).commands


# ---- broken files


def registry_fault(made: Make, registry: str) -> Fault:
    return fault(lambda: made(registry=registry))


@pytest.mark.parametrize(
    ("before", "after", "line", "field", "said"),
    [
        ('direction = "rtl"', 'direction = "up"', 35, "ar.direction", "'ltr' or 'rtl'"),
        ('direction = "rtl"', "", 35, "ar.direction", "required"),
        ('direction = "rtl"', 'direction = "rtl"\ncolour = 1', 35, "ar.colour", "Unexpected"),
        ('fallback = ["fr"]', 'fallback = ["it"]', 1, "", "there is no [it]"),
        ('direction = "rtl"', 'direction = "rtl"\nlatin = "it"', 1, "", "there is no [it]"),
        ("[en]", "[xx]", 1, "", "there is no [en]"),
        ("[fr]", "[fr", 24, "", "Expected ']'"),
        ("\n[en]", "x = 1\n[en]", 1, "", "above the first"),
    ],
)
def test_a_broken_registry_is_named_by_line_and_field(
    made: Make, before: str, after: str, line: int, field: str, said: str
) -> None:
    assert REGISTRY.count(before) == 1
    found = registry_fault(made, REGISTRY.replace(before, after))
    assert Path(found.file).name == "registry.toml"
    assert (found.line, found.field) == (line, field)
    assert said in found.error
    assert found.mend


def test_every_fault_of_a_registry_is_named_at_once(made: Make) -> None:
    with pytest.raises(FileBroken) as caught:
        made(registry=REGISTRY.replace('status = "draft"', 'status = "done"'))
    assert [each.field for each in caught.value.faults] == [f"{code}.status" for code in ("en", "sw", "fr", "ar")]


def test_a_registry_that_is_not_there_is_named(tmp_path: Path) -> None:
    found = fault(lambda: load_registry(tmp_path))
    assert (Path(found.file).name, found.error) == ("registry.toml", "it is not there")


def test_a_registry_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "registry.toml").write_bytes(b'name = "\xff"')
    assert "UnicodeDecodeError" in fault(lambda: load_registry(tmp_path)).error


@pytest.mark.parametrize(
    ("entries", "line"),
    [
        (entry("Hello.", "Habari.") + 'msgid "unclosed\n', 8),
        (entry("Hello.", "Habari.") + "habari\n", 8),
    ],
)
def test_a_broken_catalog_is_named_by_file_and_line_when_languages_are_read(
    made: Make, entries: str, line: int
) -> None:
    wording = made(sw=entries)
    found = fault(lambda: wording.read(["en", "sw"]))
    assert found.file.endswith("sw/LC_MESSAGES/flows.po")
    assert found.line == line
    assert found.mend == "Open it in a PO editor and save again"


def test_a_catalog_in_another_encoding_is_named(made: Make, tmp_path: Path) -> None:
    wording = made(sw="")
    (tmp_path / "sw/LC_MESSAGES/flows.po").write_bytes(HEADER.encode() + b'msgid "\xff"')
    assert "UnicodeDecodeError" in fault(lambda: wording.read(["sw"])).error


def test_a_way_of_writing_dates_that_does_not_exist_is_named(made: Make) -> None:
    registry = REGISTRY.replace('formatting = "en_GB"', 'formatting = "zz_ZZ"')
    found = fault(lambda: made(registry=registry).read(["sw"]))
    assert (found.field, found.mend) == ("sw.formatting", "Name a locale of CLDR")


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({}, "it is not there"),
        ({"answers.yaml": '"yes": [ndiyo]\n"no": [hapana]\ncommands: {halt: [acha]}\n'}, "'halt' is not known here"),
        ({"answers.yaml": "yes: [ndiyo"}, "did not find expected"),
    ],
)
def test_broken_answer_words_are_named(made: Make, tmp_path: Path, files: Mapping[str, str], error: str) -> None:
    wording = made(sw="")
    for name, text in files.items():
        (tmp_path / "sw" / name).write_text(text)
    found = fault(lambda: wording.words("sw"))
    assert found.file.endswith("sw/answers.yaml")
    assert error in found.error


def test_a_number_by_itself_is_not_set_apart(shipped: Wording) -> None:
    """It reads the same from both sides, and the signs would cost."""
    day = Text("phrases.day.text", "{day}/{month}/{year}").filled(day="22", month="11", year="2026")
    assert shipped.say(day, "ar") == "22/11/2026"
