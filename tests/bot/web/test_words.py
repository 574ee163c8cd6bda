"""The pages' words: each code has some, Arabic has all of them, and none shouts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

import jinja2
import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from bot.casework.desk import NOTICES
from bot.web.demo.story import _STORIES, story
from bot.web.desk.acts import ActPages
from bot.web.desk.queue import TABS
from bot.web.desk.routing import Standing
from bot.web.pages import LANGUAGES, surroundings
from bot.wording import SOURCE, places_of
from flows.routing.casebook import CaseState, EntryKind, Lane, PageKind, Role
from flows.routing.referral import CloseReason, DeclineReason, WithdrawReason
from flows.triage.urgency import Urgency
from tests.bot.casework.line import Library

ROOT = Path(__file__).parents[3]
WEB = ROOT / "bot" / "web"
LOCALES = ROOT / "locales"


def spoken() -> dict[str, str]:
    """Every text of the pages by its context, from templates and modules."""
    found: dict[str, str] = {}
    for path in sorted(WEB.rglob("*")):
        method = {".html": "jinja2.ext:babel_extract", ".py": "python"}.get(path.suffix)
        if method is None:
            continue
        with path.open("rb") as file:
            for _, message, _, context in extract(method, file, keywords={"say": ((1, "c"), 2)}):
                assert isinstance(message, str)
                assert context is not None, (path, message)
                assert found.setdefault(context, message) == message, f"{context} is said in two ways"
    return found


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return spoken()


def test_there_are_words(texts: dict[str, str]) -> None:
    assert len(texts) > 250
    assert texts["queue.title"] == "Queue"


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != SOURCE])
def test_every_language_of_the_pages_is_complete(texts: dict[str, str], language: str) -> None:
    with (LOCALES / language / "LC_MESSAGES" / "ui.po").open("rb") as file:
        catalog = {message.context: message for message in read_po(file, abort_invalid=True) if message.id}
    assert catalog.keys() == texts.keys()
    for context, message in catalog.items():
        assert context
        assert message.id == texts[context], context
        assert message.string, context
        assert not message.fuzzy
        assert places_of(str(message.string)) == places_of(texts[context]), context
        if re.search("[a-z]{3}", re.sub(r"\{\w+\}", "", texts[context])):
            assert message.string != texts[context], context


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != SOURCE])
def test_the_pages_contexts_are_their_own(texts: dict[str, str], language: str) -> None:
    """Catalogs are read together, so a context means one text only."""
    for path in (LOCALES / language / "LC_MESSAGES").glob("*.po"):
        if path.name != "ui.po":
            with path.open("rb") as file:
                assert not texts.keys() & {message.context for message in read_po(file)}, path.name


def test_the_words_are_calm(texts: dict[str, str]) -> None:
    assert not [text for text in texts.values() if "!" in text]
    assert not [
        text for text in texts.values() if re.search(r"\b(click|victim|ticket|invalid|error)\b", text, re.IGNORECASE)
    ]


# ---- every code is said


def macros(library: Library, language: str) -> Mapping[str, object]:
    """The templates' words, rendered as a page renders them."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    around = surroundings(library.wording, language, "/")
    return vars(environment.get_template("desk/words.html").make_module(around))


CODES: Mapping[str, Iterable[str]] = {
    "urgency": Urgency,
    "state": CaseState,
    "tab": TABS,
    "role": Role,
    "lane": Lane,
    "standing": Standing,
    "act": ("take", "offer", "correct", "notice", "close"),
    "done": ("take", "offer", "correct", "notice", "close", "got"),
    "notice": NOTICES,
    "close_reason": CloseReason,
    "told": (*EntryKind, "consent"),
}
REASONS: Mapping[str, type[StrEnum]] = {
    "declined": DeclineReason,
    "withdrawn": WithdrawReason,
    "paged": PageKind,
    "acknowledged": PageKind,
    "closed": CloseReason,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("macro", CODES)
def test_every_code_has_words(library: Library, language: str, macro: str) -> None:
    say = macros(library, language)[macro]
    assert callable(say)
    for code in CODES[macro]:
        words = str(say(code))
        assert words.strip()
        assert words != code


@pytest.mark.parametrize("kind", REASONS)
def test_every_reason_of_a_line_has_words(library: Library, kind: str) -> None:
    because = macros(library, "ar")["because"]
    assert callable(because)
    for reason in REASONS[kind]:
        assert re.search("[\u0600-\u06ff]", str(because(kind, reason))), reason


def test_every_notice_of_the_library_has_a_name(library: Library) -> None:
    notice = macros(library, SOURCE)["notice"]
    assert callable(notice)
    names = [name for name in library.flows.phrases if name.startswith("notice_")]
    assert names
    for name in names:
        assert str(notice(name)) != name


def test_the_acts_are_those_the_pages_do() -> None:
    assert set(CODES["act"]) == set(vars(ActPages(None))["_does"])  # type: ignore[arg-type]  # nothing is done with it


# ---- stories


def test_every_caption_of_a_story_has_words(texts: dict[str, str]) -> None:
    page = (WEB / "templates" / "demo" / "demo.html").read_text()
    for name in _STORIES:
        for language in LANGUAGES:
            for step in story(name, language):
                assert not step.caption or f'data-word="story_{step.caption}"' in page, step.caption
    said = {step.caption for name in _STORIES for step in story(name, SOURCE)}
    assert {context.removeprefix("story.") for context in texts if context.startswith("story.")} == said - {""}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_answers_only_questions_that_are_asked(library: Library, language: str) -> None:
    steps = {step.id: step for step in library.flows["intake"].steps}
    for name in _STORIES:
        for told in story(name, language):
            for question, answer in (told.answers or {}).items():
                assert steps[question].asks
                options = {option.id for option in steps[question].options}
                assert not options or answer in options or steps[question].type == "date"
