"""What translators work with besides the catalog itself: reviews, spreadsheets, previews, a language of their own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.app import LIBRARY, LOCALES
from bot.channels.simulator import Look
from bot.cli import catalogs
from bot.cli.catalogs import adding, files, sheets
from bot.cli.catalogs.coverage import lanes, progress
from bot.cli.catalogs.files import Entry, PoFile
from bot.cli.catalogs.findings import Weight
from bot.cli.catalogs.library import Sources, read_sources
from bot.cli.catalogs.reviewing import NotReviewed, Reviews, read_reviews, write_reviews
from bot.settings import ConfigInvalid
from bot.web.demo.preview import preview
from bot.wording import Wording
from flows.dialogue.text import Text
from flows.strict_yaml import FileBroken
from flows.triage.issue_words import load_issue_words

TODAY = date(2026, 11, 21)
TEN_STRINGS = Path(__file__).parents[1] / "support" / "locales_st" / "flows.po"


@dataclass(frozen=True)
class Copy:
    """The shipped English in a folder of its own, to which Sesotho is added."""

    locales: Path
    sources: Sources

    @property
    def catalog(self) -> Path:
        return catalogs.catalog_path(self.locales, "st")

    def known(self) -> PoFile:
        return files.read(self.catalog)

    def entry(self, context: str) -> Entry:
        return next(entry for entry in self.known().entries if entry.context == context)

    def say(self, **translations: str) -> None:
        """Puts translations in, by context with `__` for a dot."""
        by_context = {name.replace("__", "."): words for name, words in translations.items()}
        entries = [
            replace(entry, translation=by_context.get(entry.context, entry.translation))
            for entry in self.known().entries
        ]
        language = Wording(self.locales).languages["st"]
        self.catalog.write_text(files.rewritten(entries, self.known(), language), encoding="utf-8")

    def errors(self, *weights: Weight) -> list[str]:
        found = catalogs.find_all(self.locales, self.sources)
        return [str(each.fault) for each in found if each.weight in (weights or (Weight.ERROR,))]


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources(LIBRARY)


@pytest.fixture
def copy(tmp_path: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch) -> Copy:
    locales = tmp_path / "locales"
    (locales / "en").mkdir(parents=True)
    for name in ("answers.yaml", "unquiet.txt"):
        (locales / "en" / name).write_bytes((LOCALES / "en" / name).read_bytes())
    whole = (LOCALES / "registry.toml").read_text(encoding="utf-8")
    (locales / "registry.toml").write_text(re.split(r"\n(?=\[(?!en\])\w)", whole)[0] + "\n", encoding="utf-8")
    (locales / catalogs.TEMPLATE).write_text(files.template(sources.messages), encoding="utf-8")
    monkeypatch.setattr(catalogs, "LOCALES", locales)
    adding.add(locales, "st", sources.messages)
    return Copy(locales, sources)


def run(*arguments: str, typed: str = "") -> str:
    result = CliRunner().invoke(catalogs.app, list(arguments), input=typed)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


# ---- a language is added with data only


def test_an_added_language_is_sound_as_it_is(copy: Copy) -> None:
    assert copy.errors() == []
    language = Wording(copy.locales).languages["st"]
    assert (language.name, language.english, language.status, language.wide) == (
        "Sesotho",
        "Southern Sotho",
        "draft",
        False,
    )
    words = Wording(copy.locales).words("st")
    assert words.days[0][0] == "mantaha"
    assert len(words.months) == 12
    issues = (copy.locales / "st" / "issues.yaml").read_text(encoding="utf-8")
    assert not load_issue_words("issues.yaml", issues, copy.sources.issues).whole
    for name in ("GUIDE.md", "unquiet.txt", "answers.yaml", "LC_MESSAGES/flows.po"):
        assert (copy.locales / "st" / name).exists()


def test_the_ten_strings_of_an_example_are_said_and_the_rest_falls_back(copy: Copy) -> None:
    copy.catalog.write_bytes(TEN_STRINGS.read_bytes())
    run("update", "st")
    assert copy.errors() == []
    wording = Wording(copy.locales, critical=copy.sources.flows.critical)
    shown = {each.name: each for each in preview(copy.sources.flows, wording, "st", Look.SMS)}
    assert shown["intake.consent"].own is False
    assert shown["phrases.which_place"].own
    assert "Sebaka ke sefe?" in shown["phrases.which_place"].text
    assert "NOT IN THIS LANGUAGE YET" in shown["intake.consent"].heading
    assert len([entry for entry in copy.known().entries if entry.good]) == 10


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ("st", "", "is in the registry already"),
        ("Sesotho", "", "is no language code"),
        ("../st", "", "is no language code"),
        ("en\n", "", "is no language code"),
        ("zzz", "", "Add --name"),
        ("kri", "", "Add --name"),
    ],
)
def test_what_is_no_new_language_is_refused(copy: Copy, code: str, name: str, said: str) -> None:
    before = (copy.locales / "registry.toml").read_text()
    with pytest.raises(ConfigInvalid, match=re.escape(said)):
        run("add", code, "--name", name)
    assert (copy.locales / "registry.toml").read_text() == before


def test_a_language_the_tables_do_not_know_and_one_from_right_to_left(copy: Copy) -> None:
    assert "names of days and months" in run("add", "kri", "--name", "Krio")
    run("add", "ur")
    languages = Wording(copy.locales).languages
    assert (languages["kri"].formatting, languages["kri"].english) == ("en_GB", "Krio")
    assert (languages["ur"].direction, languages["ur"].wide) == ("rtl", True)
    assert copy.errors() == []


# ---- how far it is


def test_every_text_of_the_intake_is_on_some_lane(sources: Sources) -> None:
    found = lanes(sources)
    together = frozenset().union(*found.values())
    of_the_intake = {message.context for message in sources.messages if message.context.startswith("intake.")}
    assert of_the_intake <= together
    assert "intake.danger_consent.text" in found["intake: danger"]
    assert "intake.danger_consent.text" not in found["intake: none"]
    assert "intake.consent.text" not in found["intake: shared phone"]


def test_progress_counts_what_is_critical_first(copy: Copy) -> None:
    before = progress("st", copy.known(), Reviews(), copy.sources)
    assert (before.done, before.critical[0]) == (0, 0)
    assert set(before.left[: before.critical[1]]) == copy.sources.flows.critical
    copy.say(intake__danger_consent__text="Na re ka bolella mothusi haufi le uena seo u se ngotseng?")
    after = progress("st", copy.known(), Reviews(), copy.sources)
    assert (after.done, after.critical[0]) == (1, 1)
    assert after.lanes["intake: danger"][0] == 1
    assert after.lanes["intake: none"][0] == 0
    assert 0 < after.critical_minutes < after.minutes < before.minutes


def test_status_never_rounds_up_to_the_whole(copy: Copy) -> None:
    whole = run("status", "st")
    assert "intake: danger (0 of " in whole
    assert whole.splitlines()[0].startswith("st Southern Sotho (draft): 0 % of ")
    assert '"minutes_left": ' in run("status", "--json")


def test_a_question_to_the_author_is_listed_and_kept(copy: Copy) -> None:
    text = copy.catalog.read_text(encoding="utf-8")
    mark = 'msgctxt "intake.place.text"'
    asked = f"# source unclear: a town or a village?\n{mark}"
    copy.catalog.write_text(text.replace(mark, asked), encoding="utf-8")
    assert "intake.place.text: a town or a village? (Where did it happen?" in run("status", "--questions")
    run("update", "st")
    assert "source unclear: a town or a village?" in copy.catalog.read_text(encoding="utf-8")


# ---- reviews

CONSENT = "intake.danger_consent.text"


def translated(copy: Copy, words: str = "Na re ka bolella mothusi?") -> Entry:
    copy.say(**{CONSENT.replace(".", "__"): words})
    return copy.entry(CONSENT)


def test_a_critical_text_needs_two_people_and_a_back_translation(copy: Copy) -> None:
    entry, reviews = translated(copy), Reviews()
    reviews = reviews.accept(entry, by="thabo", on=TODAY, translator="lerato", critical=True)
    assert not reviews.suffice(entry, critical=True)
    assert reviews.suffice(entry, critical=False)
    for by, back, said in (
        ("thabo", "May we?", "Someone else must be the second"),
        ("neo", "", "puts it back into English"),
        ("lerato", "May we?", "you translated it"),
        ("Neo Mokoena", "May we?", "is no handle"),
        ("neo@example.org", "May we?", "is no handle"),
    ):
        with pytest.raises(NotReviewed, match=said):
            reviews.accept(entry, by=by, on=TODAY, translator="lerato", critical=True, back=back)
    reviews = reviews.accept(entry, by="neo", on=TODAY, translator="lerato", critical=True, back="May we tell?")
    assert reviews.suffice(entry, critical=True)
    write_reviews(copy.locales / "st", reviews, [])
    assert set(read_reviews(copy.locales / "st").all) == set(reviews.all)


@pytest.mark.parametrize("change", ["translation", "source"])
def test_a_review_is_gone_with_the_text_it_was_given_for(copy: Copy, change: str) -> None:
    entry = translated(copy)
    reviews = Reviews().accept(entry, by="thabo", on=TODAY, translator="", critical=False)
    changed = replace(entry, translation="x") if change == "translation" else replace(entry, source="x")
    assert not reviews.suffice(changed, critical=False)
    assert [review.by for review in reviews.stale([changed])] == ["thabo"]
    write_reviews(copy.locales / "st", reviews, [])
    copy.say(intake__danger_consent__text="Tse ding?")
    assert any("the text has changed since thabo read it" in fault for fault in copy.errors(Weight.ADVICE))


def test_a_language_is_not_called_reviewed_before_it_is(copy: Copy) -> None:
    registry = copy.locales / "registry.toml"
    head, _, row = registry.read_text(encoding="utf-8").partition("[st]")
    registry.write_text(f"{head}[st]{row.replace('draft', 'reviewed')}", encoding="utf-8")
    assert any(f"{CONSENT}: st is called reviewed, and two people have not read" in fault for fault in copy.errors())
    assert any("it is not translated" in fault for fault in copy.errors())


def test_reviewing_by_hand(copy: Copy) -> None:
    translated(copy)
    first = run("review", "st", "--by", "thabo", "--context", "intake.danger_consent.*", typed="y\n")
    assert "Na re ka bolella mothusi?" in first
    assert "1 reviews by thabo" in first
    assert "0 reviews" in run("review", "st", "--by", "thabo", typed="y\n")
    second = run("review", "st", "--by", "neo", typed="May we tell a helper?\ny\n")
    assert second.index("Put it back") < second.index("English: May we")
    assert "1 reviews by neo" in second
    assert progress("st", copy.known(), read_reviews(copy.locales / "st"), copy.sources).reviewed == 1


@pytest.mark.parametrize(
    "record",
    ["[[review]]\n", "review = 3", "[[review", '[[review]]\ncontext="x"\nof="y"\nby="a b@c.org"\non=2026-11-21\n'],
)
def test_a_broken_record_of_reviews_is_named(copy: Copy, record: str) -> None:
    (copy.locales / "st" / "reviews.toml").write_text(record)
    assert any("st/reviews.toml:" in fault for fault in copy.errors())


# ---- spreadsheets


def test_a_sheet_comes_back_as_it_went(copy: Copy, tmp_path: Path) -> None:
    translated(copy)
    before, book = copy.catalog.read_bytes(), tmp_path / "st.xlsx"
    run("export-xlsx", "st", str(book))
    assert "0 new, 0 changed, 0 questions" in run("import-xlsx", "st", str(book))
    assert copy.catalog.read_bytes() == before
    sheet = load_workbook(book).worksheets[0]
    assert sheet.freeze_panes == "B2"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}


def edited(copy: Copy, book: Path, edit: Callable[[dict[str, list[str | date | None]]], None]) -> str:
    """The sheet, changed as a person would by context -> cells, and read back."""
    run("export-xlsx", "st", str(book))
    opened = load_workbook(book)
    sheet = opened.worksheets[0]
    rows = {str(row[0].value): row for row in sheet.iter_rows(min_row=2)}
    values: dict[str, list[str | date | None]] = {
        context: [str(cell.value or "") or None for cell in row] for context, row in rows.items()
    }
    edit(values)
    for context, row in rows.items():
        for cell, value in zip(row, values[context], strict=True):
            cell.value = value
    opened.save(book)
    return run("import-xlsx", "st", str(book))


def test_what_is_typed_into_a_sheet_is_taken_in(copy: Copy, tmp_path: Path) -> None:
    def edit(rows: dict[str, list[str | date | None]]) -> None:
        rows[CONSENT][3] = "\u00a0Na re ka bolella mothusi?_x000D_ "
        rows["intake.place.text"][6] = "A town?"
        rows["phrases.neutral.text"][3] = "=1+1 Ngola"

    assert "2 new, 0 changed, 1 questions" in edited(copy, tmp_path / "st.xlsx", edit)
    assert copy.entry(CONSENT).translation == "Na re ka bolella mothusi?"
    assert copy.entry("intake.place.text").remarks == ("source unclear: A town?",)
    assert copy.entry("phrases.neutral.text").translation == "=1+1 Ngola"
    run("export-xlsx", "st", str(tmp_path / "again.xlsx"))
    cells = {row[0].value: row[3] for row in load_workbook(tmp_path / "again.xlsx").worksheets[0].iter_rows()}
    assert (cells["phrases.neutral.text"].value, cells["phrases.neutral.text"].data_type) == ("=1+1 Ngola", "s")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "intake.none.text", "(context): there is no text called 'intake.none.text'. Take the row out"),
        (0, "intake.place.text", "(context): intake.place.text stands here twice"),
        (2, "May we tell?", "(English): it is not today's English. Export anew"),
        (3, "{x.__class__}", "(translation): a brace belongs to no {name}"),
        (3, "Na\u202ere", "(translation): it holds the hidden character U+202E"),
        (3, "www.example.org", "(translation): it holds a web address"),
        (3, "#NAME?", "(translation): the spreadsheet made something else of the words"),
        (3, date(2026, 12, 25), "(translation): the spreadsheet made something else of the words"),
        (6, "one\ntwo", "(question): it has several lines"),
    ],
)
def test_one_bad_row_and_nothing_is_taken_in(
    copy: Copy, tmp_path: Path, column: int, value: str | date, said: str
) -> None:
    before = copy.catalog.read_bytes()

    def edit(rows: dict[str, list[str | date | None]]) -> None:
        rows["phrases.neutral.text"][3] = "Ngola"
        rows[CONSENT][column] = value

    told = edited(copy, tmp_path / "st.xlsx", edit)
    assert said in told
    assert re.search(rf"st\.xlsx:\d+: {'ABCDEFG'[column]}\d+ ", told)
    assert told.endswith("Nothing was taken in.\n")
    assert copy.catalog.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"context,what\n", b"\xff" * 5_000_000])
def test_what_is_no_workbook_is_refused(copy: Copy, tmp_path: Path, content: bytes) -> None:
    book = tmp_path / "st.xlsx"
    book.write_bytes(content)
    with pytest.raises(FileBroken):
        sheets.take(book, copy.sources.messages, copy.known())


# ---- previews


def test_a_preview_shows_parts_and_buttons(copy: Copy) -> None:
    text = run("preview", "st", "intake.danger_consent")
    assert "GSM-7, " in text
    assert "1 Yes\n2 No" in text
    assert "[Yes]\n[No]" in run("preview", "st", "intake.danger_consent", "--channel", "telegram")
    assert "intake.consent" not in run("preview", "st", "--quiet")
    with pytest.raises(ConfigInvalid, match="There is no step"):
        run("preview", "st", "intake.nothing")


# ---- hostile catalogs: each refused by name, and nothing of it reaches a person

PLACE = Text("intake.sent.text", "").filled(receipt="7Q2M 4KXT", deadline="Tue 16:00")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{receipt.__class__} {deadline}", "a brace belongs to no {name}"),
        ("{receipt[0]} {deadline}", "a brace belongs to no {name}"),
        ("{receipt:>999999999} {deadline}", "a brace belongs to no {name}"),
        ("{receipt!r} {deadline}", "a brace belongs to no {name}"),
        ("{0} {receipt} {deadline}", "a brace belongs to no {name}"),
        ("{receipt} {deadline} {key}", "{key} is not in the English"),
        ("{deadline}", "{receipt} is missing"),
        ("{receipt} {deadline} %s %(key)s %999999999d", "its % signs"),
        ("{receipt} {deadline} \u202etxet", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("{receipt} {deadline} \u2066x", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("{receipt} {deadline} a\u200bb", "U+200B ZERO WIDTH SPACE"),
        ("{receipt} {deadline} \x00", "U+0000 control"),
        ("{receipt} {deadline} https://example.org", "a web address"),
        ("{receipt} {deadline} neo@example.org", "e-mail address"),
        ("{receipt} {deadline} " + "x" * 100_000, "100021 letters, more than 1000"),
    ],
)
def test_hostile_words_are_named_and_reach_nobody(copy: Copy, words: str, said: str) -> None:
    source = copy.entry("intake.sent.text").source
    copy.say(intake__sent__text=words)
    assert any(said in fault and "intake.sent.text" in fault for fault in copy.errors()), copy.errors()
    wording = Wording(copy.locales, critical=copy.sources.flows.critical)
    heard = wording.say(replace(PLACE, source=source), "st")
    assert heard == source.replace("{receipt}", "7Q2M 4KXT").replace("{deadline}", "Tue 16:00")


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda text: text + b'\nmsgid "\xff\xfe"\nmsgstr ""\n', "UnicodeDecodeError"),
        (lambda text: text + b"#" * 5_000_000, "larger than 4 MB"),
        (lambda text: text + b'\nmsgctxt "intake.sent.text"\nmsgid "x"\nmsgstr "y"\n', "stands here twice"),
        (lambda text: text + b'\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n', "plural forms"),
        (lambda text: text.replace(b"plural=(n != 1)", b"plural=(n" + b"*n" * 500 + b")"), "Plural-Forms"),
        (
            lambda text: text.replace(b'"Language: st', b'"Last-Translator: Neo M <n@x.org>\\n"\n"Language: st'),
            "a handle",
        ),
        (lambda text: text.replace(b"#. Dialogue", b"# ask neo@example.org\n#. Dialogue", 1), "a remark holds"),
        (lambda text: text.replace(b'msgid "', b'msgid "\x00', 3), "flows.po:"),
        (lambda text: b"\x00" * 1000, "flows.po:"),
    ],
    ids=["encoding", "huge", "twice", "plural entry", "plural bomb", "a name", "an address", "nulls", "only nulls"],
)
def test_hostile_files_are_named(copy: Copy, break_it: Callable[[bytes], bytes], said: str) -> None:
    copy.catalog.write_bytes(break_it(copy.catalog.read_bytes()))
    assert any(said in fault for fault in copy.errors(Weight.ERROR, Weight.GAP)), copy.errors()


@pytest.mark.parametrize(
    "rule",
    ["nplurals=999999; plural=n;", "nplurals=2; plural=n;", "nplurals=2; plural=(n/0);", "nplurals=2; plural=((("],
)
def test_a_rule_for_plurals_that_is_none_is_named(copy: Copy, rule: str) -> None:
    registry = copy.locales / "registry.toml"
    head, _, row = registry.read_text(encoding="utf-8").partition("[st]")
    registry.write_text(head + "[st]" + re.sub('plural = ".*"', f'plural = "{rule}"', row), encoding="utf-8")
    assert any("is no rule for plurals" in fault for fault in copy.errors())


def test_advice_is_no_error(copy: Copy) -> None:
    copy.say(
        intake__deadline__text="Ke letsatsi lefe? Romella letsatsi, joalo ka 25/11.",
        phrases__neutral__text="Ngolа ntho.",
        phrases__which_place__text="Sebaka ke sefe ş?",
        intake__who__me__label="Suicide",
    )
    (copy.locales / "st" / "answers.yaml").write_text(
        '"yes": [e]\n"no": [che, "on fire"]\ncommands: {status: [back]}\n'
    )
    found = copy.errors(Weight.ADVICE)
    for said in (
        "intake.deadline.text: its numbers are not those of the English",
        "'Ngolа' mixes letters of CYRILLIC and LATIN",
        "the letter 'ş' makes a text message twice as dear",
        "st/answers.yaml:3: 'back' means the order STATUS here and the order BACK in en (en/answers.yaml:",
        "'on fire' means no here and danger in en (en/answers.yaml:",
        "intake.who.me.label: 'suicide' means danger in en (en/answers.yaml:",
    ):
        assert any(said in fault for fault in found), (said, found)
    assert copy.errors() == []
