"""What a whole intake costs by text message: parts of all our messages, by lane and language.

    python -m tests.bench.parts

The way is the longest likely one of each lane: every question asked, one place confirmed, the ending included. A part
holds 160 signs, or 70 where the script needs UCS-2.
"""

from __future__ import annotations

from bot.app import DEMO, read_library, read_network
from tests.bot.turns.talk import SMS, Talk, turns_for
from tests.bot.turns.walker import Walked, by_lane, lanes, walk_through


def costs() -> dict[str, dict[str, Walked]]:
    """language -> lane -> what it took."""
    library = read_library()
    turns = turns_for(library, read_network(DEMO / "network.yaml"), *library.wording.languages)
    return {
        language: {
            lane: walk_through(Talk(turns, SMS, language=language, shared=shared), by_lane(opening))
            for lane, opening, shared, _ in lanes()
        }
        for language in library.wording.languages
    }


def table() -> str:
    found = costs()
    names = [lane for lane, *_ in lanes()]
    lines = ["Parts of a whole intake by text message (questions asked)"]
    lines.append("language " + "".join(f"{name:>12}" for name in names))
    for language, lanes_ in found.items():
        lines.append(f"{language:<9}" + "".join(f"{f'{each.parts} ({each.asked})':>12}" for each in lanes_.values()))
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
