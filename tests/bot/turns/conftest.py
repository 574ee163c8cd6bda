"""`talk`: someone who has not written yet, in English by text message. `turns`: the same for any phone."""

from __future__ import annotations

import pytest

from bot.app import DEMO, Library, read_library, read_network
from bot.pipeline.turn import SeekerTurns
from flows.routing.network import Network
from tests.bot.turns.talk import Talk, turns_for


@pytest.fixture(scope="session")
def library() -> Library:
    return read_library()


@pytest.fixture(scope="session")
def network() -> Network:
    return read_network(DEMO / "network.yaml")


@pytest.fixture(scope="session")
def turns(library: Library, network: Network) -> SeekerTurns:
    return turns_for(library, network)


@pytest.fixture
def talk(turns: SeekerTurns) -> Talk:
    return Talk(turns)
