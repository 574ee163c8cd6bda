"""Whole conversations, written so that anyone can read them, come out today exactly as they are written.

`pytest tests/transcripts --update-transcripts` writes them anew: then read what changed. A new one is made with
`baraza talk --save NAME`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import DEMO, Library, read_library, read_network
from bot.cli.handset import replay
from flows.routing.network import Network
from tests.transcripts.seen import all_there_is, seen_in

HERE = Path(__file__).parent
WALKS = (
    "nakuru_land",
    "freetown_held_brother",
    "nepal_shared_phone",
    "danger_by_text",
    "danger_on_telegram",
    "held_by_text",
    "held_on_telegram",
    "quiet_by_text",
    "quiet_on_telegram",
    "normal_on_telegram",
    "deadline_by_text",
    "danger_by_text_ar",
    "danger_on_telegram_ar",
    "held_by_text_ar",
    "held_on_telegram_ar",
    "quiet_by_text_ar",
    "quiet_on_telegram_ar",
    "normal_by_text_ar",
    "normal_on_telegram_ar",
    "commands_by_text",
    "stop_and_delete_by_text",
    "misread_by_text",
    "details_by_text",
    "details_on_telegram",
    "details_by_text_ar",
    "details_on_telegram_ar",
)
"""Each must be there: a conversation nobody wrote down proves nothing."""


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library()


@pytest.fixture(scope="module")
def network() -> Network:
    return read_network(DEMO / "network.yaml")


@pytest.mark.parametrize("name", sorted({*WALKS, *(path.stem for path in HERE.glob("*.txt"))}))
def test_the_conversation_comes_out_as_written(
    name: str, library: Library, network: Network, request: pytest.FixtureRequest
) -> None:
    path = HERE / f"{name}.txt"
    written = path.read_text(encoding="utf-8")
    played = replay(written, library=library, network=network)
    if request.config.getoption("--update-transcripts"):
        path.write_text(played, encoding="utf-8")
    assert played == written or request.config.getoption("--update-transcripts")


def test_a_person_is_called_at_the_first_answer_of_the_freetown_walk() -> None:
    lines = (HERE / "freetown_held_brother.txt").read_text(encoding="utf-8").splitlines()
    called = next(at for at, line in enumerate(lines) if line == "! the people on duty are called: held")
    assert sum(line.startswith("> ") for line in lines[:called]) - 1 == 1, "the first message is not an answer"


@pytest.mark.parametrize(("name", "answers"), [("nakuru_land", 10), ("nepal_shared_phone", 6)])
def test_a_walk_takes_no_more_answers_than_designed(name: str, answers: int) -> None:
    """The first message is not an answer."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith("> ") for line in lines) - 1 <= answers


def test_between_them_they_show_every_step_option_and_side_of_a_condition(library: Library, network: Network) -> None:
    """Where this fails, run `python -m tests.transcripts.tours` and read what it has written."""
    told = (path.read_text(encoding="utf-8") for path in HERE.glob("*.txt"))
    seen = {each for text in told for each in seen_in(text, library=library, network=network)}
    assert sorted(set(all_there_is(library.flows["intake"])) - seen) == []
