"""What people type becomes an answer: number, label, words, any script's digits; their language first, then English."""

from __future__ import annotations

from datetime import date

import pytest

from flows.dialogue.dates import find_dates
from flows.dialogue.reading import read_answer
from flows.dialogue.session import Answered
from flows.dialogue.text import Text
from flows.dialogue.words import Command, legible, load_words, normalise, whole_number
from flows.strict_yaml import FileBroken
from tests.flows.dialogue.walks import ROOT, Walk, flows_of, in_english, reader, words

ALL = """
flow: all
title: All kinds
steps:
  - ask: agree
    type: yes_no
    text: Agree?
  - ask: kind
    type: choice
    text: Which?
    options:
      land: {label: "Land, home", words: "farm, plot"}
      police: {label: Police or army, words: "soldiers"}
      other: Other
  - ask: sides
    type: many
    text: Who?
    options: {family: Family, neighbour: A neighbour, company: "Boss, company", none: None of these}
  - ask: people
    type: number
    text: How many?
    least: 1
    most: 500
  - ask: day
    type: date
    text: When?
    options: {"no": "No", not_sure: Not sure}
  - ask: number
    type: phone
    text: Another number?
    options: {here: Ring here}
  - ask: story
    type: text
    text: Tell us.
    most: 10
  - ask: share
    type: consent
    purpose: share
    text: May we?
    options: {"yes": "Yes", "no": "No", later: Ask me later}
  - {end: done, text: Done.}
"""
BEFORE = {
    "agree": [], "kind": ["1"], "sides": ["1", "1"], "people": ["1"] * 3, "day": ["1"] * 3 + ["5"],
    "number": ["1"] * 3 + ["5", "1"], "story": ["1"] * 3 + ["5", "1", "1"],
    "share": ["1"] * 3 + ["5", "1", "1", "word"],
}  # fmt: skip
"""What answers the questions before each."""


def read(step: str, text: str) -> object:
    """The value the text gives to the step; None where it was not understood."""
    walk = Walk(flows_of(ALL), "all").say(*BEFORE[step])
    assert walk.at == step
    return walk.say(text).given.get(step)


@pytest.mark.parametrize(
    ("step", "text", "value"),
    [
        ("agree", "1", "yes"),
        ("agree", "2", "no"),
        ("agree", "YES", "yes"),
        ("agree", "Yes.", "yes"),
        ("agree", "ok", "yes"),
        ("agree", "nope", "no"),
        ("agree", "3", None),
        ("agree", "yes but no", None),
        ("kind", "2", "police"),
        ("kind", " 2. ", "police"),
        ("kind", "(2)", "police"),
        ("kind", "٢", "police"),
        ("kind", "۲", "police"),
        ("kind", "२", "police"),
        ("kind", "২", "police"),
        ("kind", "២", "police"),
        ("kind", "2️⃣", "police"),
        ("kind", "②", "police"),
        ("kind", "２", "police"),
        ("kind", "police or army", "police"),
        ("kind", "POLICE, or ARMY!", "police"),
        ("kind", "soldiers", "police"),
        ("kind", "land home", "land"),
        ("kind", "plot", "land"),
        ("kind", "plot near the river", "land"),
        ("kind", "2 they came yesterday", "police"),
        ("kind", "4", None),
        ("kind", "02", "police"),
        ("kind", "12", None),
        ("kind", "2 3", None),
        ("kind", "2,3", None),
        ("kind", "my plot", None),
        ("kind", "", None),
        ("sides", "1,3", ("family", "company")),
        ("sides", "1, 3", ("family", "company")),
        ("sides", "1 3", ("family", "company")),
        ("sides", "13", ("family", "company")),
        ("sides", "1;3", ("family", "company")),
        ("sides", "١،٣", ("family", "company")),
        ("sides", "१, ३", ("family", "company")),
        ("sides", "3", ("company",)),
        ("sides", "3,3", ("company",)),
        ("sides", "Boss, company", ("company",)),
        ("sides", "family, a neighbour", ("family", "neighbour")),
        ("sides", "1,9", None),
        ("sides", "19", None),
        ("sides", "4 nobody really", ("none",)),
        ("sides", "1,,3,", ("family", "company")),
        ("people", "4", 4),
        ("people", "٤٢", 42),
        ("people", "four", 4),
        ("people", "about 20", 20),
        ("people", "5 or 10", None),
        ("people", "501", None),
        ("people", "9" * 5000, None),
        ("day", "1", "no"),
        ("day", "no", "no"),
        ("day", "not sure", "not_sure"),
        ("day", "monday", "2026-11-30"),
        ("day", "no but they say monday", "2026-11-30"),
        ("day", "7/12", "2026-12-07"),
        ("day", "७/१२", "2026-12-07"),
        ("day", "no idea at all", "not_sure"),
        ("day", "soon", None),
        ("number", "1", "here"),
        ("number", "ring here", "here"),
        ("number", "+254 700 000 001", "+254700000001"),
        ("number", "00254700000001", "+254700000001"),
        ("number", "0700-000-001", "0700000001"),
        ("number", "٠٧٠٠٠٠٠٠٠١", "0700000001"),
        ("number", "12345", None),
        ("number", "1234567890123456", None),
        ("story", "a long story", "a long sto"),
        ("story", "7", "7"),
        ("share", "yes", "yes"),
        ("share", "3", "later"),
        ("share", "yes if I must", None),
        ("share", "1 but", None),
    ],
)
def test_what_people_type_is_read(step: str, text: str, value: object) -> None:
    assert read(step, text) == value


def test_no_line_has_the_number_nought() -> None:
    step = flows_of(ALL)["all"].step("kind")
    assert step is not None
    for text in ("0", "00"):
        assert read_answer(step, text, listed=("land", "other"), known={}, words=(), today=TODAY) is None


def test_words_beyond_the_answer_are_kept_for_the_helper() -> None:
    walk = Walk(flows_of(ALL), "all").say("1", "plot near the river")
    assert Answered("kind", "land", "plot near the river") in walk.session.log
    walk = Walk(flows_of(ALL), "all").say("1", "1", "1", "5", "no but they say monday")
    assert Answered("day", "2026-11-30", "no but they say monday") in walk.session.log
    walk = Walk(flows_of(ALL), "all").say("1", "1", "1", "5", "7/12")
    assert Answered("day", "2026-12-07") in walk.session.log


SWAHILI = {"Land, home": "Ardhi, nyumba", "farm, plot": "shamba, kiwanja", "Police or army": "Polisi", "Other": "Plot"}


def in_swahili(text: Text) -> str:
    return SWAHILI.get(text.source, text.source)


@pytest.mark.parametrize(
    ("text", "value"),
    [("shamba", "land"), ("Ardhi, nyumba", "land"), ("Land, home", "land"), ("plot", "other"), ("farm", "land")],
)
def test_a_label_is_read_in_the_persons_language_first_then_in_english(text: str, value: str) -> None:
    """`plot` is an English word for land here, but in the person's language the label of another answer."""
    flows = flows_of(ALL)
    walk = Walk(flows, "all", read=reader(flows, "sw", translate=in_swahili)).say("ndiyo")
    assert walk.say(text).given["kind"] == value


def test_yes_and_no_are_read_in_the_persons_language_and_english_only() -> None:
    flows = flows_of(ALL)
    assert Walk(flows, "all", read=reader(flows, "sw")).say("hapana").given["agree"] == "no"
    assert Walk(flows, "all", read=reader(flows, "sw")).say("no").given["agree"] == "no"
    assert "agree" not in Walk(flows, "all", read=reader(flows, "en")).say("hapana").given


TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("text", "ahead", "behind"),
    [
        ("25/12", "2026-12-25", "2025-12-25"),
        ("25.12.", "2026-12-25", "2025-12-25"),
        ("25-12-2027", "2027-12-25", "2027-12-25"),
        ("25/12/27", "2027-12-25", "2027-12-25"),
        ("2026-12-01", "2026-12-01", "2026-12-01"),
        ("1/3", "2027-03-01", "2026-03-01"),
        ("25/11", "2026-11-25", "2026-11-25"),
        ("24/11", "2027-11-24", "2026-11-24"),
        ("court on 3/12 at the town hall", "2026-12-03", "2025-12-03"),
        ("7 december", "2026-12-07", "2025-12-07"),
        ("Dec 7", "2026-12-07", "2025-12-07"),
        ("7th december", "2026-12-07", "2025-12-07"),
        ("december 7th", "2026-12-07", "2025-12-07"),
        ("december 7 2028", "2028-12-07", "2028-12-07"),
        ("monday 7 december", "2026-12-07", "2025-12-07"),
        ("7 desemba", "2026-12-07", "2025-12-07"),
        ("today", "2026-11-25", "2026-11-25"),
        ("yesterday", "2026-11-24", "2026-11-24"),
        ("the day before yesterday", "2026-11-23", "2026-11-23"),
        ("tomorrow morning", "2026-11-26", "2026-11-26"),
        ("day after tomorrow", "2026-11-27", "2026-11-27"),
        ("kesho", "2026-11-26", "2026-11-26"),
        ("monday", "2026-11-30", "2026-11-23"),
        ("wednesday", "2026-11-25", "2026-11-25"),
        ("they may come on friday", "2026-11-27", "2026-11-20"),
        ("٢٥/١٢", "2026-12-25", "2025-12-25"),
        ("31/2", None, None),
        ("13/13", None, None),
        ("1/1/1800", None, None),
        ("in 3 days", "2026-11-28", "2026-11-28"),
        ("in three days", "2026-11-28", "2026-11-28"),
        ("two days ago", "2026-11-23", "2026-11-23"),
        ("in a week", "2026-12-02", "2026-12-02"),
        ("in 2 weeks", "2026-12-09", "2026-12-09"),
        ("2 weeks", "2026-12-09", "2026-11-11"),
        ("Two weeks.", "2026-12-09", "2026-11-11"),
        ("1 week", "2026-12-02", "2026-11-18"),
        ("3 days", "2026-11-28", "2026-11-22"),
        ("2 weeks or so", None, None),
        ("wiki 2", "2026-12-09", "2026-11-11"),
        ("siku tatu", "2026-11-28", "2026-11-22"),
        ("२ हप्ता", "2026-12-09", "2026-11-11"),
        ("3 din", "2026-11-28", "2026-11-22"),
        ("٣ أيام", "2026-11-28", "2026-11-22"),
        ("ثلاثة أسابيع", "2026-12-16", "2026-11-04"),
        ("dos semanas", "2026-12-09", "2026-11-11"),
        ("3 días", "2026-11-28", "2026-11-22"),
        ("baada ya siku tatu", "2026-11-28", "2026-11-28"),
        ("siku 2 zilizopita", "2026-11-23", "2026-11-23"),
        ("३ दिन पछि", "2026-11-28", "2026-11-28"),
        ("तीन दिन अघि", "2026-11-22", "2026-11-22"),
        ("بعد ثلاثة أيام", "2026-11-28", "2026-11-28"),
        ("بعد يومين", "2026-11-27", "2026-11-27"),
        ("hace tres días", "2026-11-22", "2026-11-22"),
        ("en 3 dias", "2026-11-28", "2026-11-28"),
        ("this friday", "2026-11-27", "2026-11-20"),
        ("next monday", "2026-11-30", "2026-11-23"),
        ("tomorrow at 2", "2026-11-26", "2026-11-26"),
        ("3/12 at 10:30", "2026-12-03", "2025-12-03"),
        ("7 december at 10 am", "2026-12-07", "2025-12-07"),
        ("thursday tomorrow", "2026-11-26", None),
        ("kesho saa nane mchana", "2026-11-26", "2026-11-26"),
        ("next week", None, None),
        ("next month", None, None),
        ("7 de diciembre de 2027", "2027-12-07", "2027-12-07"),
        ("3-5 december", None, None),
        ("3rd and 5th december", None, None),
        ("3 and 5 december", None, None),
        ("december 3 to 5", None, None),
        ("monday or tuesday", None, None),
        ("1/3 or 2/3", None, None),
        ("7 december or 8 december", None, None),
        ("december", None, None),
        ("12", None, None),
        ("in the rain", None, None),
        ("", None, None),
        ("9" * 4000, None, None),
    ],
)
def test_a_date_is_read_only_where_it_is_sure(text: str, ahead: str | None, behind: str | None) -> None:
    languages = list(words("en", "sw", "ne", "ar", "es").values())
    for forward, expected in ((True, ahead), (False, behind)):
        found = find_dates(text, today=TODAY, forward=forward, words=languages)
        assert [day.isoformat() for day in found] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("next friday", ["2026-11-27", "2026-12-04"]),
        ("ijumaa ijayo", ["2026-11-27", "2026-12-04"]),
        ("next week friday", ["2026-11-27", "2026-12-04"]),
    ],
)
def test_what_may_be_two_days_is_both(text: str, days: list[str]) -> None:
    languages = list(words("en", "sw").values())
    found = find_dates(text, today=TODAY, forward=True, words=languages)
    assert [day.isoformat() for day in found] == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2083/8/20", ["2026-12-06"]),
        ("२०८३/८/२०", ["2026-12-06"]),
        ("20/8/2083", ["2026-12-06"]),
        ("20/8/83", ["2026-12-06"]),
        ("2026/12/6", ["2026-12-06"]),
        ("6/12/2026", ["2026-12-06"]),
        ("मंसिर २०", ["2026-12-06"]),
        ("mangsir 20", ["2026-12-06"]),
        ("20 mangsir 2083", ["2026-12-06"]),
        ("2083 mangsir 20", ["2026-12-06"]),
        ("२०८३ साल मंसिर २० गते", ["2026-12-06"]),
        ("२०८२ साल मंसिर २० गते", ["2025-12-06"]),
        ("मंसिर २० गते", ["2026-12-06"]),
        ("baisakh 1", ["2027-04-14"]),
        ("डिसेम्बर ६", ["2026-12-06"]),
        ("5/9", ["2026-12-20", "2027-09-05"]),
        ("३२ असार २०८३", ["2026-07-16"]),
        ("25/13", []),
        ("भोलि", ["2026-11-26"]),
        ("३ दिन पछि", ["2026-11-28"]),
    ],
)
def test_in_nepal_a_day_may_be_of_either_calendar(text: str, days: list[str]) -> None:
    languages = list(words("ne", "en").values())
    found = find_dates(text, today=TODAY, forward=True, words=languages, calendar="bikram_sambat")
    assert [day.isoformat() for day in found] == days


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  Hello,   WORLD! ", "hello world"),
        ("Perú — ¿qué?", "peru que"),
        ("Đã xong", "đa xong"),
        ("ß", "ss"),
        ("أَحمد", "احمد"),
        ("آخِرة", "اخره"),
        ("على", "علي"),
        ("ـــسـلام", "سلام"),
        ("नेपाली भाषा", "नेपाली भाषा"),
        ("क्\u200dष", "क्ष"),
        ("१२३", "123"),
        ("½", "1 2"),
        ("don't", "don t"),
        ("\ud800", ""),
        ("a\x00b", "a b"),
        ("🙂", ""),
    ],
)
def test_words_are_compared_without_case_marks_and_signs(text: str, plain: str) -> None:
    assert normalise(text) == plain


def test_a_whole_number_is_a_number_and_nothing_else() -> None:
    assert whole_number("٤٢") == 42
    assert whole_number("4 2") is None
    assert whole_number("x") is None
    assert whole_number("1" * 13) is None


def test_what_is_kept_can_be_shown() -> None:
    assert legible("plain\nwords") == "plain\nwords"
    assert legible("a\x00b\u202ec\ud800d\u200fe") == "abcde"
    assert legible("क्\u200dष") == "क्\u200dष"
    assert len(legible("x" * 65536)) == 4096


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("PERSON", Command.PERSON), ("person.", Command.PERSON), ("0", Command.BACK), ("٠", Command.BACK),
        ("00", Command.LANGUAGE), ("000", Command.PAUSE), ("Stop!", Command.STOP), ("please stop", Command.STOP),
        ("rudi", Command.BACK), ("RUKA", Command.SKIP), ("a person took it", None), ("0000", None),
        *((str(digit), None) for digit in range(1, 10)),
    ],
)  # fmt: skip
def test_a_command_is_a_whole_message_in_any_language(text: str, command: Command | None) -> None:
    assert reader(flows_of(ALL)).command(text) is command


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("he will kill me", "danger"),
        ("I WANT to, die", "danger"),
        ("my brother was arrested", "held"),
        ("amekamatwa na polisi", "held"),
        ("arrested and beaten", "danger"),
        ("the killmeadow farm", None),
        ("land", None),
        ("", None),
    ],
)
def test_words_for_danger_are_heard_anywhere_in_any_language(text: str, alarm: str | None) -> None:
    assert reader(flows_of(ALL)).alarm(text) == alarm


def test_a_greeting_is_not_the_first_answer() -> None:
    read = reader(flows_of(ALL))
    assert read.greets("Hello!")
    assert read.greets("HELP")
    assert read.greets("...")
    assert not read.greets("hello my land was taken")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("yes: [y]\nno: [n]\n", "1: 'commands' is missing"),
        ("yes: [y]\nno: [n]\ncommands: {person: [p], dance: [d]}\n", "3: commands.dance: 'dance' is not known"),
        ("yes: y\nno: [n]\ncommands: {}\n", "1: yes: expected a list"),
        ("yes: [y]\nno: [n]\ncommands: {}\ndays: [[mon]]\n", "4: days: expected 7 entries, found 1"),
        ("yes: [y]\nno: [n]\ncommands: {}\nrelative: {soon: [soon]}\n", "4: relative.soon: 'soon' is not known"),
    ],
)
def test_a_broken_list_of_words_names_line_and_field(text: str, said: str) -> None:
    with pytest.raises(FileBroken, match=said.replace("[", r"\[").split(":")[0]) as broken:
        load_words("answers.yaml", text)
    assert said in str(broken.value)


def test_english_is_the_source() -> None:
    assert in_english(Text("a.b", "Words")) == "Words"


def test_every_language_that_counts_days_reads_them_bare_too() -> None:
    codes = sorted(path.parent.name for path in (ROOT / "locales").glob("*/answers.yaml"))
    spoken = {code: each for code, each in words(*codes).items() if each.spans}
    assert len(spoken) >= 5
    for code, each in spoken.items():
        assert {unit for _, unit in each.bare} == {1, 7}, code
