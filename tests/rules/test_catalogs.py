"""The translators' tool: what it writes, what it never touches, and what it refuses, each by file and line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.app import LIBRARY, LOCALES
from bot.cli import catalogs
from bot.cli.catalogs import files
from bot.cli.catalogs.library import Sources, read_sources
from bot.cli.catalogs.wordings import UNQUIET
from bot.wording import SOURCE, Wording
from flows.strict_yaml import FileBroken

DIALOGUE = """
flow: small
title: Small talk
terms: {quiet: kind == land}
steps:
  - say: hello
    text: Hello from {place}.
    note: The first words.
  - ask: kind
    type: choice
    text: Which?
    options: {land: {label: Land, words: farm}, work: Work}
    why: Because.
    label: Kind
  - {ask: name, when: kind == land, text: Name?, quiet: Who?}
  - {end: done, critical: true, text: Send DELETE now., quiet: Fine.}
"""
PHRASES = 'phrases: {more: {text: More, quiet: same}, "yes": {text: "Yes"}, "no": {text: "No"}}\n'
ISSUES = """
basis: {words: ours}
groups:
  - id: land
    label: Land
    urgency: soon
    sensitivity: S1
    issues: [{id: land.grab, label: Land taken, plain: Taken., urgency: soon, sensitivity: S1}]
"""
URGENCY = """
basis: {urgency: ours}
rules: [{rule: nothing_pressing, level: routine, words: It can wait.}]
"""
ROW = """
[{code}]
name = "{code}"
english = "{code}"
direction = "ltr"
formatting = "en"
fallback = []
plural = "nplurals=2; plural=(n != 1);"
wide = false
sms_fold = false
status = "draft"
"""
ANSWERS = '"yes": [{yes}]\n"no": [{no}]\ncommands: {{delete: [{delete}], person: [p{delete}]}}\n'


@dataclass(frozen=True)
class House:
    """A library and its locales in a folder of their own; `xx` is being translated."""

    library: Path
    locales: Path

    @property
    def sources(self) -> Sources:
        return read_sources(self.library)

    @property
    def catalog(self) -> Path:
        return catalogs.catalog_path(self.locales, "xx")

    def write(self, text: str) -> None:
        (self.library / "small.yaml").write_text(text, encoding="utf-8")

    def update(self) -> None:
        sources = self.sources
        (self.locales / catalogs.TEMPLATE).write_text(files.template(sources.messages), encoding="utf-8")
        known = files.read(self.catalog) if self.catalog.exists() else files.PoFile(entries=())
        language = Wording(self.locales).languages["xx"]
        self.catalog.write_text(files.merged(sources.messages, known, language), encoding="utf-8")

    def translate(self) -> None:
        """Fills every empty entry with `Xx ...`."""
        text = self.catalog.read_text(encoding="utf-8")
        self.catalog.write_text(_EMPTY.sub(lambda entry: f'{entry[0][:-1]}{in_xx(entry["source"])}"', text))

    def faults(self) -> list[str]:
        return [
            str(fault).replace(f"{self.locales}/", "") for fault in catalogs.find_faults(self.locales, self.sources)
        ]


_EMPTY = re.compile(r'msgid "(?P<source>.+)"\nmsgstr ""')


def in_xx(source: str) -> str:
    return "Xx EFFACE." if "DELETE" in source else f"Xx {source}"


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "library", tmp_path / "locales")
    house.library.mkdir()
    house.catalog.parent.mkdir(parents=True)
    (house.locales / SOURCE).mkdir()
    house.write(DIALOGUE)
    (house.library / "issues.yaml").write_text(ISSUES, encoding="utf-8")
    (house.library / "triage").mkdir()
    (house.library / "triage" / "urgency.yaml").write_text(URGENCY, encoding="utf-8")
    (house.library / "phrases.yaml").write_text(PHRASES, encoding="utf-8")
    (house.locales / "registry.toml").write_text(ROW.format(code=SOURCE) + ROW.format(code="xx"), encoding="utf-8")
    for code, words in ((SOURCE, ("yes", "no", "delete")), ("xx", ("oui", "non", "efface"))):
        yes, no, delete = words
        (house.locales / code / "answers.yaml").write_text(
            ANSWERS.format(yes=yes, no=no, delete=delete), encoding="utf-8"
        )
        (house.locales / code / UNQUIET).write_text("lawyer # a remark\n\ncourt\n", encoding="utf-8")
    house.update()
    house.translate()
    return house


# ---- what is shipped


def test_the_shipped_catalogs_are_sound_and_complete() -> None:
    assert [str(fault) for fault in catalogs.find_faults(LOCALES, read_sources(LIBRARY))] == []


def test_four_languages_are_there_besides_english() -> None:
    assert set(Wording(LOCALES).languages) >= {SOURCE, "sw", "ne", "ar", "es"}
    assert all(catalogs.catalog_path(LOCALES, code).exists() for code in ("sw", "ne", "ar", "es"))


def test_the_weblate_component_covers_every_catalog() -> None:
    (component,) = json.loads((LOCALES / "weblate.json").read_text(encoding="utf-8"))
    root = LOCALES.parent
    found = set(root.glob(component["filemask"]))
    assert found == {catalogs.catalog_path(LOCALES, code) for code in Wording(LOCALES).languages if code != SOURCE}
    assert (root / component["new_base"]).exists()
    assert re.fullmatch(r'placeholders:r"(.+)"', component["check_flags"])


# ---- extract


def test_the_template_is_the_same_every_time_and_in_conversation_order(house: House) -> None:
    first, second = (files.template(house.sources.messages) for _ in range(2))
    assert first == second
    contexts = [line[9:-1] for line in first.splitlines() if line.startswith("msgctxt")]
    assert contexts[:9] == [
        "small.hello.text", "small.kind.text", "small.kind.land.label", "small.kind.land.words",
        "small.kind.work.label", "small.kind.why.text", "small.kind.label", "small.name.text", "small.name.quiet",
    ]  # fmt: skip
    first_reason = next(context for context in contexts if context.startswith("reason."))
    assert contexts.index("issue.land.grab") < contexts.index(first_reason)
    assert len(contexts) == len(set(contexts))


def test_a_translator_is_told_where_what_and_how_long(house: House) -> None:
    def comments(context: str) -> str:
        return next(" ".join(message.comments) for message in house.sources.messages if message.context == context)

    assert comments("small.hello.text").startswith(
        "Dialogue: Small talk. Step: hello. Said on the way, before the next question. The first words. "
        "Comes before: Which? Text message: 160 plain letters, or 134 in other scripts or with accents. "
        "The English leaves 135. {place}"
    )
    assert "Comes after: Hello from {place}. Comes before: Name?" in comments("small.kind.text")
    assert "The whole list: 1 Land / 2 Work" in comments("small.kind.text")
    assert "The whole list: 1 Land / 2 Work" in comments("small.kind.work.label")
    assert comments("small.done.text").startswith("CRITICAL: ")
    assert "{place} is for example Nakuru, Kenya." in comments("small.hello.text")
    assert "Only when: kind == land." in comments("small.name.text")
    assert "Others may read this phone" in comments("small.name.quiet")
    assert "Others may read this phone" not in comments("small.kind.why.text")
    assert "DELETE: here stands a word that your answers.yaml lists" in comments("small.done.text")
    assert "Put commas between them." in comments("small.kind.land.words")


# ---- update


def test_a_good_translation_is_never_touched(house: House) -> None:
    before = house.catalog.read_text(encoding="utf-8")
    house.update()
    assert house.catalog.read_text(encoding="utf-8") == before
    assert house.faults() == []


def test_new_changed_and_vanished_sentences(house: House) -> None:
    house.write(
        DIALOGUE.replace("Which?", "What is it?").replace("why: Because.", "").replace("Name?", "Name?, note: New")
    )
    house.write((house.library / "small.yaml").read_text().replace("work: Work", "work: Work, other: Other"))
    house.update()
    entries = {entry.context: entry for entry in files.read(house.catalog).entries}
    changed = entries["small.kind.text"]
    assert (changed.source, changed.translation, changed.fuzzy) == ("What is it?", "Xx Which?", True)
    assert changed.previous == "Which?"
    assert entries["small.kind.other.label"].translation == ""
    assert "small.kind.why.text" not in entries
    assert entries["small.kind.land.label"].good
    other = entries["small.kind.other.label"]
    first, second = house.faults()
    assert first.startswith(f"xx/LC_MESSAGES/flows.po:{changed.line}: small.kind.text: its English has changed.")
    assert second.startswith(f"xx/LC_MESSAGES/flows.po:{other.line}: small.kind.other.label: it is not translated.")


def test_the_english_it_was_translated_from_is_kept_through_a_second_change(house: House) -> None:
    for text in ("What?", "What is it?"):
        house.write(DIALOGUE.replace("Which?", text))
        house.update()
    (entry,) = [entry for entry in files.read(house.catalog).entries if entry.context == "small.kind.text"]
    assert (entry.source, entry.previous, entry.fuzzy) == ("What is it?", "Which?", True)


def test_a_translators_remarks_stay(house: House) -> None:
    text = house.catalog.read_text(encoding="utf-8")
    house.catalog.write_text(text.replace('msgctxt "small.kind.text"', '# Asha: plain?\nmsgctxt "small.kind.text"'))
    house.write(DIALOGUE.replace("Which?", "What?"))
    house.update()
    (entry,) = [entry for entry in files.read(house.catalog).entries if entry.context == "small.kind.text"]
    assert entry.remarks == ("Asha: plain?",)


# ---- check


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"Xx Which?"', '""', "small.kind.text: it is not translated. Translate 'Which?'."),
        ('"Xx Which?"', '"Which?"', "small.kind.text: it is the same as the English."),
        ("Xx Hello from {place}.", "Xx Hello.", "small.hello.text: {place} is missing. Keep each {name} as it is."),
        ("Xx Hello from {place}.", "Xx {place} {town}.", "small.hello.text: {town} is not in the English."),
        ("Xx Hello from {place}.", "Xx {place!r}.", "small.hello.text: a brace belongs to no {name}."),
        ("Xx Hello from {place}.", "Xx {place} {place.__class__}.", "small.hello.text: a brace belongs to no {name}."),
        ("Xx Hello from {place}.", "Xx {place:>99999999}.", "small.hello.text: a brace belongs to no {name}."),
        (
            "Xx Which?",
            "Xx Whi\u202ech?",
            "small.kind.text: it holds the hidden character U+202E RIGHT-TO-LEFT OVERRIDE.",
        ),
        ("Xx Which?", "Xx\u200b Which?", "small.kind.text: it holds the hidden character U+200B ZERO WIDTH SPACE."),
        ("Xx Which?", "Xx\\tWhich?", "small.kind.text: it holds the hidden character U+0009 control."),
        ("Xx Which?", " Xx Which?", "small.kind.text: it begins or ends with a space."),
        ("Xx Which?", "Xx https://example.org", "small.kind.text: it holds a web address or an e-mail address."),
        ("Xx Which?", "Xx " + "long " * 60, "small.kind.text: it takes"),
        ("Xx Work", "Xx Land", "small.kind.work.label: 'xx land' means 'land' too. Use another word."),
        ("Xx Work", "Efface", "small.kind.work.label: 'efface' is a command. Use another word."),
        ("Xx Work", "STOP", "small.kind.work.label: 'stop' is kept by phone companies."),
        ("Xx Who?", "Xx lawyer?", "small.name.quiet: 'lawyer' tells a stranger too much."),
        ("Xx EFFACE.", "Xx.", "small.done.text: it does not say how to order DELETE. Write one of: EFFACE, DELETE."),
    ],
)
def test_a_bad_translation_is_named_by_line(house: House, before: str, after: str, said: str) -> None:
    text = house.catalog.read_text(encoding="utf-8")
    assert before in text
    house.catalog.write_text(text.replace(before, after, 1), encoding="utf-8")
    found = [fault for fault in house.faults() if said in fault]
    assert found, house.faults()
    line = int(found[0].split(":")[1])
    context = said.partition(":")[0]
    assert f'msgctxt "{context}"' in "\n".join(house.catalog.read_text(encoding="utf-8").splitlines()[line - 2 : line])


def test_the_same_word_may_be_right_and_says_so(house: House) -> None:
    text = house.catalog.read_text(encoding="utf-8").replace('"Xx Work"', '"Work"')
    house.catalog.write_text(text, encoding="utf-8")
    assert len(house.faults()) == 1
    house.catalog.write_text(text.replace('msgctxt "small.kind.work.label"', '# same\nmsgctxt "small.kind.work.label"'))
    assert house.faults() == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("n != 1", "n > 1", "xx/LC_MESSAGES/flows.po:1: Plural-Forms: "),
        ('msgctxt "small.hello.text"', 'msgctxt "small.hallo.text"', "the catalog is behind the dialogues"),
        ('msgid "Which?"', 'msgid "What?"', "flows.po:1: small.kind.text: the catalog is behind the dialogues."),
        ('msgid "Which?"', 'msgid Which?"', "xx/LC_MESSAGES/flows.po:"),
        ('msgstr "Xx Which?"', "", "xx/LC_MESSAGES/flows.po:"),
    ],
)
def test_a_broken_catalog_is_named(house: House, before: str, after: str, said: str) -> None:
    text = house.catalog.read_text(encoding="utf-8")
    assert before in text
    house.catalog.write_text(text.replace(before, after, 1), encoding="utf-8")
    assert any(said in fault for fault in house.faults()), house.faults()


def test_an_entry_that_stands_there_twice_is_named(house: House) -> None:
    text = house.catalog.read_text(encoding="utf-8")
    house.catalog.write_text(
        text + '\nmsgctxt "small.kind.text"\nmsgid "Which?"\nmsgstr "Xx again"\n', encoding="utf-8"
    )
    assert any("small.kind.text: this entry stands here twice. Keep one of them." in fault for fault in house.faults())


def test_files_that_are_missing_or_broken_are_named(house: House) -> None:
    (house.locales / catalogs.TEMPLATE).unlink()
    assert "flows.pot:1: it is behind the dialogues. Run `baraza i18n extract`." in house.faults()
    (house.locales / "xx" / "answers.yaml").write_text("yes: [oui]\n", encoding="utf-8")
    assert any("xx/answers.yaml:1: 'no' is missing." in fault for fault in house.faults())
    (house.locales / "xx" / UNQUIET).unlink()
    assert f"xx/{UNQUIET}:1: the file is missing. Write it after locales/en/{UNQUIET}." in house.faults()
    house.catalog.unlink()
    assert "xx/LC_MESSAGES/flows.po:1: there is no such catalog. Run `baraza i18n update`." in house.faults()


def test_catalogs_of_the_pages_can_do_no_harm(house: House) -> None:
    pages = house.catalog.with_name("ui.po")
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgctxt "queue"\n'
    pages.write_text(head + 'msgid "%(count)s cases"\nmsgstr "xx %(count)s"\n', encoding="utf-8")
    assert house.faults() == []
    pages.write_text(head + 'msgid "%(count)s cases"\nmsgstr "xx %(cuont)s"\n', encoding="utf-8")
    (fault,) = house.faults()
    assert fault.startswith("xx/LC_MESSAGES/ui.po:6: queue: %(count)s cases: its places are not those of the English.")
    pages.write_text(head + 'msgid "Cases"\nmsgstr "xx\u202e"\n', encoding="utf-8")
    assert "U+202E" in house.faults()[0]
    pages.write_text(head + "msgid Cases\n", encoding="utf-8")
    assert house.faults()[0].startswith("xx/LC_MESSAGES/ui.po:")


def test_a_broken_registry_is_named(house: House) -> None:
    (house.locales / "registry.toml").write_text("[en]\nname = 'English'\n", encoding="utf-8")
    with pytest.raises(FileBroken, match=r"registry\.toml:1: .*mend|registry\.toml:1: "):
        house.faults()


# ---- the commands


def test_the_commands_work_on_what_is_shipped() -> None:
    runner = CliRunner()
    checked = runner.invoke(catalogs.app, ["check", "--complete"])
    assert checked.output.endswith("Every catalog is complete and sound.\n")
    status = runner.invoke(catalogs.app, ["status"])
    assert status.exit_code == 0
    assert "sw Swahili (draft): " in status.output


def test_check_ends_with_one_and_a_line_for_each_fault(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogs, "LIBRARY", house.library)
    monkeypatch.setattr(catalogs, "LOCALES", house.locales)
    runner = CliRunner()
    assert runner.invoke(catalogs.app, ["check"]).exit_code == 0
    house.write(DIALOGUE.replace("Which?", "What?"))
    checked = runner.invoke(catalogs.app, ["check", "--complete"])
    assert checked.exit_code == 1
    assert len(checked.output.splitlines()) == 2
    assert runner.invoke(catalogs.app, ["extract"]).exit_code == 0
    assert "xx: " in runner.invoke(catalogs.app, ["update"]).output
    draft = runner.invoke(catalogs.app, ["check"])
    assert draft.exit_code == 0
    assert "warning: " in draft.output
    assert "its English has changed (1 such)." in draft.output
    assert runner.invoke(catalogs.app, ["check", "--complete"]).exit_code == 1
    registry = house.locales / "registry.toml"
    registry.write_text(registry.read_text().replace('"draft"', '"live"'))
    assert "its English has changed. Read it again" in runner.invoke(catalogs.app, ["check"]).output
