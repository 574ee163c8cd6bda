"""Words that may mean several things: the person chooses which."""

from __future__ import annotations

from datetime import date

from flows.dialogue.answering import accept, refuse
from flows.dialogue.bikram_sambat import is_settled
from flows.dialogue.dates import BIKRAM_SAMBAT
from flows.dialogue.definition import AnswerType
from flows.dialogue.questions import NONE
from flows.dialogue.session import Answered, Proposed, Refused
from flows.dialogue.turn import ISSUE, Turn


def reading_chosen(turn: Turn, value: str) -> None:
    """One of several places or days that their words may mean."""
    step, proposed = turn.position.step, turn.state.proposed
    said = proposed.said if proposed else ""
    if value != NONE:
        of_nepal = step.type is AnswerType.DATE and turn.reader.calendar == BIKRAM_SAMBAT
        sure = not of_nepal or is_settled(date.fromisoformat(value))
        accept(turn, Answered(step.id, value, "" if proposed and proposed.early else said, sure=sure))
    elif proposed and (proposed.early or step.fact == ISSUE):
        if not proposed.early:
            turn.keep(said)
        turn.log(Proposed(step.id, (), ""))
        turn.ask()
    else:
        refuse(turn, said)


def issue_meant(turn: Turn, text: str) -> bool:
    """At a list of problems what their own words may mean is offered, once; the person chooses."""
    step = turn.position.step
    if not turn.lists_issues(step) or not turn.reader.means:
        return False
    options = turn.reader.means(text, step.offers)
    if not options:
        return False
    turn.log(Refused(step.id))
    turn.log(Proposed(step.id, options, text.strip()))
    turn.ask()
    return True
