"""Every step of every dialogue and every phrase, in every language, by text message, in each strength it is marked for.

No word that tells, nothing that was answered, no word that phone companies keep, no two answers alike, no more parts
than it may take.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from bot.app import LOCALES, Library, read_library
from bot.channels.simulator import Look
from bot.cli.catalogs.wordings import CARRIER_HELP_WORDS, read_unquiet
from bot.pipeline.own_words import CARRIER_STOP_WORDS
from bot.web.demo.preview import Preview, preview
from bot.wording import SOURCE
from bot.wording.samples import SAMPLES
from flows.dialogue.words import normalise

KEPT = CARRIER_STOP_WORDS | CARRIER_HELP_WORDS
MOST_PARTS = {False: 2, True: 4}
TOLD_BY_QUIET = SAMPLES["deadline"]
"""All that a quiet text may carry: by when we write again."""


@cache
def library() -> Library:
    return read_library()


LANGUAGES = tuple(library().wording.languages)


def shown(language: str, *, quiet: bool) -> Sequence[Preview]:
    found = tuple(preview(library().flows, library().wording, language, Look.SMS, quiet=quiet))
    assert len(found) > (60 if quiet else 250), "there is something to look at"
    return found


def labels(one: Preview) -> list[str]:
    lines = (line for message in one.messages for line in message.text.split("\n")[1:])
    return [normalise(line.partition(" ")[2]) for line in lines if line.partition(" ")[0].isdecimal()]


def faults(found: Sequence[Preview], language: str, unquiet: frozenset[str], *, quiet: bool) -> Iterator[str]:
    wide = library().wording.languages[language].wide
    for one in found:
        if sum(part.parts for part in one.parts) > MOST_PARTS[wide]:
            yield f"{one.name}: over its price"
        if kept := KEPT.intersection(labels(one)):
            yield f"{one.name}: kept by phone companies: {kept}"
        if len(set(labels(one))) != len(labels(one)):
            yield f"{one.name}: two answers alike"
        if quiet:
            plain = f" {normalise(one.text)} "
            yield from (f"{one.name}: tells {word}" for word in unquiet if f" {word} " in plain)
            echoes = (value for value in SAMPLES.values() if len(value) > 3 and value != TOLD_BY_QUIET)
            yield from (f"{one.name}: repeats {value}" for value in echoes if value in one.text)


def unquiet_of(language: str) -> frozenset[str]:
    return frozenset(map(normalise, read_unquiet(LOCALES / language)))


@pytest.mark.parametrize("quiet", [False, True], ids=["live", "quiet"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_stands_in_each_of_its_strengths(language: str, quiet: bool) -> None:
    assert list(faults(shown(language, quiet=quiet), language, unquiet_of(language), quiet=quiet)) == []


def test_the_rule_finds_what_it_is_for() -> None:
    quiet = shown(SOURCE, quiet=True)
    assert any("tells town" in fault for fault in faults(quiet, SOURCE, frozenset({"town"}), quiet=True))
    live = shown(SOURCE, quiet=False)
    assert any("repeats 7Q2M 4KXT" in fault for fault in faults(live, SOURCE, frozenset(), quiet=True))
