"""What people are told: calm, plain, within its price, and nothing on a phone that others read.

`flows check` and `i18n check` hold these rules; here they are shown to find what they are for, and to find nothing in
what is shipped. Reading grade is measured for English, the source everything is translated from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from bot.app import LIBRARY, LOCALES
from bot.channels.base import Choice
from bot.channels.parts import Encoding, count
from bot.channels.rendering import Prompt, render
from bot.channels.sms.channel import LIMITS
from bot.cli import catalogs, dialogues
from bot.cli.catalogs.library import read_sources
from bot.cli.catalogs.messages import Budget, Message, Use
from bot.cli.catalogs.wordings import Wordings, read_unquiet
from bot.wording import SOURCE, Wording, places_of
from bot.wording.samples import SAMPLES
from flows.dialogue.definition import AnswerType, Kind
from flows.dialogue.loader import load
from flows.dialogue.text import Text
from flows.triage.issues import load_issues

MOST_GRADE = 6.0
SHORTEST_MEASURED = 8
"""Words; a grade of fewer says nothing."""

ISSUES = "basis: {}\ngroups: []\n"
PHRASES = (LIBRARY / "phrases.yaml").read_text(encoding="utf-8")


def shipped() -> tuple[Message, ...]:
    return read_sources(LIBRARY).messages


def spoken() -> list[Message]:
    """What is said in sentences to people who need help, and to those who help."""
    return [message for message in shipped() if message.use not in (Use.WORDS, Use.OPTION, Use.LABEL, Use.ISSUE)]


# ---- English as it is shipped


def test_the_shipped_dialogues_are_sound() -> None:
    assert [str(fault) for fault in dialogues.find_faults(LIBRARY, LOCALES)] == []


def test_there_is_something_to_look_at() -> None:
    uses = {message.use for message in shipped()}
    assert uses == set(Use)
    assert len(spoken()) > 150
    assert sum(message.quiet for message in shipped()) > 40


def test_every_place_has_a_likely_value() -> None:
    """Parts are counted with it."""
    for message in shipped():
        assert places_of(message.source) <= SAMPLES.keys(), message.context


def test_a_child_of_eleven_could_read_it() -> None:
    plain = {message.context: _PLACE.sub("it", message.source) for message in spoken()}
    measured = {context: words for context, words in plain.items() if len(_WORD.findall(words)) >= SHORTEST_MEASURED}
    assert len(measured) > 100
    assert {context: words for context, words in measured.items() if grade(words) > MOST_GRADE} == {}


_WORD = re.compile(r"[A-Za-z']+")
_VOWELS = re.compile(r"[aeiouy]+")
_SENTENCE_ENDS = re.compile(r"\n|[.?:]+(?:\s|$)")
_PLACE = re.compile(r"\{[a-z_]+\}")


def grade(text: str) -> float:
    """Flesch-Kincaid: 0.39 x words a sentence + 11.8 x syllables a word - 15.59."""
    words = _WORD.findall(text)
    sentences = max(1, len([part for part in _SENTENCE_ENDS.split(text) if _WORD.search(part)]))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Groups of vowels; a silent e at the end, `-es` and `-ed` are not heard, `-le` is."""
    word = word.lower().replace("'", "")
    heard = re.sub(r"(?<=[^aeiouyl])e[sd]?$|(?<=[^aeiouy])(?<=[aeiouy][^aeiouy])le?s$|(?<=[aeiouy]l)e[sd]?$", "", word)
    if re.search(r"[td]ed$|[sxz]es$|[cs]hes$|[cg]es$", word):
        heard = word
    return max(1, len(_VOWELS.findall(heard)))


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("help", 1), ("here", 1), ("people", 2), ("asked", 1), ("wanted", 2), ("places", 2), ("name", 1), ("names", 1),
        ("little", 2), ("emergency", 4), ("language", 2), ("danger", 2), ("police", 2), ("number", 2), ("robot", 2),
        ("a", 1), ("reached", 1), ("whole", 1), ("table", 2), ("can't", 1), ("messages", 3),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_heard(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_tells_hard_words_from_plain_ones() -> None:
    assert grade("We write here before the sun goes down. You can write here too.") < 3
    assert grade("Notification of representation is contingent upon jurisdictional determination.") > 15


def test_nobody_is_shouted_at() -> None:
    assert [message.context for message in shipped() if "!" in message.source or "  " in message.source] == []


# ---- whole messages


LANGUAGES = tuple(Wording(LOCALES).languages)


def parts(code: str, *lines: str, choices: Sequence[Text] = ()) -> tuple[int, int]:
    """What a text message costs in the language, and what it may cost at most."""
    wording = Wording(LOCALES)
    prompt = Prompt(lines=lines, choices=tuple(Choice(label=wording.say(choice, code), data="") for choice in choices))
    (message,) = render(prompt, LIMITS, folds=wording.languages[code].sms_fold)
    counted = count(message.text)
    return counted.parts, Budget.TWO.parts[counted.encoding is Encoding.UCS2]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_first_message_is_within_its_price(code: str) -> None:
    wording, steps = Wording(LOCALES), read_sources(LIBRARY).flows["intake"].steps
    welcome, opening = steps[0], steps[1]
    cost, most = parts(
        code,
        wording.say(welcome.line.live, code),
        wording.say(opening.line.live, code),
        choices=[option.label for option in opening.options],
    )
    assert cost <= most


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_read_back_with_its_longest_answers_is_within_its_price(code: str) -> None:
    wording, flow = Wording(LOCALES), read_sources(LIBRARY).flows["intake"]
    review = next(step for step in flow.steps if step.kind is Kind.REVIEW)
    lines = [wording.say(review.line.live, code)]
    for step in flow.steps:
        if step.label is not None and step.id != "deadline":
            answers = [wording.say(option.label, code) for option in step.options]
            answers += _FREE.get(step.type or AnswerType.TEXT, [])
            lines.append(f"{wording.say(step.label, code)}: {max(answers, key=len)}")
    assert len(lines) > 8
    cost, most = parts(code, "\n".join(lines), choices=[option.label for option in review.options])
    assert cost <= most


_FREE = {
    AnswerType.TEXT: ["Wanjiru Kamau"],
    AnswerType.PLACE: ["Trans Nzoia, Kenya"],
    AnswerType.DATE: ["Mon, 23 Nov 2026"],
}


# ---- the rules find what they are for

DIALOGUE = """
flow: small
title: Small
terms: {{quiet: kind == land}}
steps:
  - {{ask: kind, type: choice, text: Which?, options: {{land: {land}, work: {work}}}}}
  - {{ask: name, type: choice, text: Name?, quiet: {quiet}, options: {{me: {me}, you: You}}}}
  - {{end: done, text: Done., quiet: Fine.}}
"""


def faults(**texts: str) -> list[str]:
    """Of a small dialogue, with these of its texts changed."""
    words = {"land": "Land", "work": "Work", "quiet": "Who?", "me": "Me"} | texts
    flows = load([("small.yaml", DIALOGUE.format(**words)), ("phrases.yaml", PHRASES)])
    wording = Wording(LOCALES)
    wordings = Wordings(
        wording=wording,
        language=wording.languages[SOURCE],
        answers={code: wording.words(code) for code in wording.languages},
        flows=flows,
        messages=catalogs.messages.messages(flows, load_issues("issues.yaml", ISSUES)),
        where=lambda context: (f"{context.partition('.')[0]}.yaml", 1),
    )
    return [str(fault) for fault in wordings.faults(["lawyer", "court"]) if fault.file == "small.yaml"]


def test_a_sound_dialogue_has_no_faults() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"quiet": "a" * 170}, "small.name.quiet: it takes 2 parts (181 characters), more than 1. Say it shorter."),
        ({"work": "{label: Work, words: 'job, land'}"}, "small.kind.work.words: 'land' means 'land' too."),
        ({"land": "Work"}, "small.kind.work.label: 'work' means 'land' too. Use another word."),
        ({"quiet": "Send QUIT to end this."}, "small.name.quiet: QUIT is kept by phone companies. Use another word."),
        ({"quiet": "Send HELP."}, "small.name.quiet: HELP is kept by phone companies. Use another word."),
        ({"me": "Rudi"}, "small.name.me.label: 'rudi' is a command. Use another word."),
        ({"me": "Back"}, "small.name.me.label: 'back' is a command. Use another word."),
        ({"me": "Cancel"}, "small.name.me.label: 'cancel' is kept by phone companies. Use another word."),
        ({"me": "Info"}, "small.name.me.label: 'info' is kept by phone companies. Use another word."),
        ({"quiet": "Ask a lawyer?"}, "small.name.quiet: 'lawyer' tells a stranger too much. Say it without that word."),
        ({"me": "In Court"}, "small.name.me.label: 'court' tells a stranger too much. Say it without that word."),
        ({"quiet": "\"Is it {place}?\""}, "small.name.quiet: {place} does not belong in a quiet text. Take it out."),
    ],
)  # fmt: skip
def test_a_wording_that_breaks_a_rule_is_found(changed: dict[str, str], said: str) -> None:
    assert any(said in each for each in faults(**changed)), faults(**changed)


def test_a_word_that_tells_nothing_alone_is_left_alone() -> None:
    assert faults(quiet="Where is the courtyard?") == []


def test_every_language_lists_the_words_that_tell_too_much() -> None:
    for code in Wording(LOCALES).languages:
        assert len(read_unquiet(LOCALES / code)) > 20, code
