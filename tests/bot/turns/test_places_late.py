"""A place that comes late, and numbers where no list was shown: someone frightened sends the same key twice."""

from __future__ import annotations

import pytest

from bot.app import DEMO, read_library, read_network
from bot.casework.effects import FileCase
from bot.pipeline.turn import SeekerTurns
from tests.bot.turns.talk import SMS, TELEGRAM, Talk, turns_for


@pytest.fixture(scope="module")
def turns() -> SeekerTurns:
    return turns_for(read_library(), read_network(DEMO / "network.yaml"))


def shown(talk: Talk) -> str:
    return "\n".join(message.text for message in talk.outgoing)


def filed(talk: Talk) -> dict[str, object]:
    (case,) = [effect for effect in talk.effects if isinstance(effect, FileCase)]
    return {answer.fact: answer.value for answer in case.given}


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
def test_in_danger_a_number_is_no_town(turns: SeekerTurns, channel: str) -> None:
    talk = Talk(turns, channel).say("he is beating me", "1", "1")
    assert "Which town are you near?" in shown(talk)
    talk.say("1")
    assert "Which town are you near?" in shown(talk), "once more, it was a slip"
    talk.say("1")
    assert "May we tell a helper near you now" in shown(talk), "nobody is held up by it"


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
def test_a_town_named_after_its_question_still_reaches_the_helper(turns: SeekerTurns, channel: str) -> None:
    talk = Talk(turns, channel).say("he is beating me", "1", "1", "dont know", "Nakuru town")
    assert shown(talk).startswith("Nakuru, Kenya (wrong? 0).")
    talk.say("1")
    assert filed(talk)["region"] == "KE-31"


def test_nothing_of_it_is_said_on_a_phone_others_read(turns: SeekerTurns) -> None:
    talk = Talk(turns).say("hello", "5", "dont know", "Nakuru")
    assert "Nakuru" not in shown(talk)
    talk.say("2", "1")
    assert filed(talk)["region"] == "KE-31"


def test_a_number_means_a_line_that_was_shown(turns: SeekerTurns) -> None:
    """Two problems were proposed: the fourth of the whole list was not on the phone."""
    talk = Talk(turns).say("my boss did not pay me", "4", "1", "1")
    assert "Is it one of these?" in shown(talk)
    talk.say("4")
    assert "Where did it happen?" not in shown(talk)
    assert "one of the numbers" in shown(talk)
