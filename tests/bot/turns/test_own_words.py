"""At the list of problems a person's own words propose, and only their number decides."""

from __future__ import annotations

import pytest

from bot.app import DEMO, read_library, read_network
from bot.pipeline.turn import SeekerTurns
from tests.bot.turns.talk import SMS, TELEGRAM, Talk, turns_for

TO_THE_MENU = ("4", "1", "1")
MENU, ONE_OF = "What is it about?", "Is it one of these? Send a number."


@pytest.fixture(scope="module")
def turns() -> SeekerTurns:
    return turns_for(read_library(), read_network(DEMO / "network.yaml"))


def shown(talk: Talk) -> str:
    return "\n".join(message.text for message in talk.outgoing)


@pytest.mark.parametrize("channel", [SMS, TELEGRAM])
def test_words_that_are_no_option_propose_and_a_number_confirms(turns: SeekerTurns, channel: str) -> None:
    talk = Talk(turns, channel).say("hello", *TO_THE_MENU)
    assert MENU in shown(talk)
    talk.say("my boss did not pay me")
    assert ONE_OF in shown(talk)
    talk.say("1")
    assert "Where did it happen?" in shown(talk)


def test_none_of_these_is_the_ordinary_list_again(turns: SeekerTurns) -> None:
    talk = Talk(turns).say("hello", *TO_THE_MENU, "a bribe")
    assert shown(talk) == f"{ONE_OF}\n1 Police, jail\n2 Health, school, state\n3 None of these"
    talk.say("3")
    assert shown(talk).startswith(MENU)


def test_words_propose_once_then_they_are_asked_for_a_number(turns: SeekerTurns) -> None:
    talk = Talk(turns).say("hello", *TO_THE_MENU, "a bribe", "3", "a bribe")
    assert ONE_OF not in shown(talk)
    assert MENU in shown(talk)


def test_first_words_that_surely_name_one_problem_come_before_the_list(turns: SeekerTurns) -> None:
    talk = Talk(turns).say("they took our land and i need help", *TO_THE_MENU)
    assert shown(talk) == f"{ONE_OF}\n1 Land, home\n2 None of these"
    talk.say("2")
    assert shown(talk).startswith(MENU)


@pytest.mark.parametrize("first", ["hello", "a bribe", "my rent and my job"])
def test_first_words_that_name_none_or_several_leave_the_list_as_it_is(turns: SeekerTurns, first: str) -> None:
    talk = Talk(turns).say(first, *TO_THE_MENU)
    assert shown(talk).startswith(MENU)


def test_words_that_nobody_knows_are_asked_again_as_ever(turns: SeekerTurns) -> None:
    talk = Talk(turns).say("hello", *TO_THE_MENU, "xyzzy plugh")
    assert "Sorry, I did not understand." in shown(talk)


def test_other_languages_are_read_with_english(turns: SeekerTurns) -> None:
    talk = Talk(turns, language="sw").say("habari", *TO_THE_MENU, "nimefukuzwa kazi, help")
    assert len([line for line in shown(talk).splitlines() if line[:2] in ("1 ", "2 ")]) == 2
