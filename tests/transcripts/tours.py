"""Writes `tour_*.txt`: conversations that between them show every step, option and side of a condition.

    python -m tests.transcripts.tours

To be run again when a dialogue has new steps or options. Each tour is the random conversation, out of many, that shows
most of what no other conversation in this folder shows.
"""

from __future__ import annotations

import itertools
import random
from pathlib import Path

from bot.app import DEMO, Library, read_library, read_network
from bot.channels.simulator.phones import Look
from bot.cli.handset import Handset, header, replay
from bot.pipeline.exchange import OPENING
from flows.dialogue.definition import AnswerType, Kind
from flows.dialogue.position import fold, position
from flows.routing.network import Network
from tests.bot.turns.talk import NOW
from tests.transcripts.seen import all_there_is, seen_in

HERE = Path(__file__).parent
FLOW = "intake"
"""The questions after Sent are lists of problems, and not toured one by one."""
TRIES, MOST_TOURS, MOST_LINES = 120, 40, 22
REMARK = "# A tour: answers chosen so that every step, option and condition is seen somewhere.\n"
OWN_WORDS = {AnswerType.PLACE: "Nakuru", AnswerType.DATE: "25/12", AnswerType.PHONE: "+254700000009"}


def main() -> None:
    library, network = read_library(), read_network(DEMO / "network.yaml")
    for old in HERE.glob("tour_*.txt"):
        old.unlink()
    written = (path.read_text(encoding="utf-8") for path in HERE.glob("*.txt"))
    missing = set(all_there_is(library.flows[FLOW]))
    missing -= {each for text in written for each in seen_of(text, library, network)}
    seeds = itertools.count()
    for number in range(1, MOST_TOURS + 1):
        if not missing:
            break
        tours = (tour(next(seeds), missing, library, network) for _ in range(TRIES))
        best, seen = max(
            ((text, seen_of(text, library, network)) for text in tours), key=lambda each: len(missing & each[1])
        )
        if not missing & seen:
            break
        missing -= seen
        played = replay(REMARK + best, library=library, network=network)
        (HERE / f"tour_{number:02}.txt").write_text(played, encoding="utf-8")
        print(f"tour_{number:02}: {len(missing)} to be seen")
    print(*sorted(missing), sep="\n")


def seen_of(text: str, library: Library, network: Network) -> frozenset[str]:
    """Nothing, of what is no conversation with a phone."""
    return seen_in(text, library=library, network=network) if "channel: " in text else frozenset()


def tour(seed: int, missing: set[str], library: Library, network: Network) -> str:
    """A conversation by text message that goes to what is missing where it can."""
    dice = random.Random(seed)
    handset = Handset.fresh(library=library, network=network, look=Look.SMS, language="en", now=NOW)
    lines = [header(handset), "> START"]
    list(handset.say("START"))
    for _ in range(MOST_LINES):
        said = _answer(handset, missing, dice)
        if said is None:
            break
        lines.append(f"> {said}")
        list(handset.say(said))
    return "\n".join(lines) + "\n"


def _answer(handset: Handset, missing: set[str], dice: random.Random) -> str | None:
    session = handset.conversation.session
    if session is None:
        return None
    flow = handset.turns.voice.flows[session.flow]
    stands = position(flow, fold(flow, session))
    shown = fold(flow, session).shown
    if stands.step.kind is Kind.END or shown is None:
        return None
    options = shown.options
    wanted = [option for option in options if f"{flow.id}.{shown.step}={option}" in missing]
    own = OWN_WORDS.get(stands.step.type) if stands.step.type else None
    if shown.step != OPENING and own and not wanted and dice.random() < 0.8:
        return own
    if not options:
        return own or "Amina"
    if shown.step == "summary" and dice.random() < 0.8:
        return "1"
    if "yes" in options and shown.step != "phone" and dice.random() < 0.7:
        return str(options.index("yes") + 1)
    return str(options.index(dice.choice(wanted if wanted and dice.random() < 0.8 else options)) + 1)


if __name__ == "__main__":
    main()
