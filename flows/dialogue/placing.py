"""Places: found in what was written or shared, never guessed silently."""

from __future__ import annotations

from flows.dialogue.answering import accept, refuse
from flows.dialogue.choosing import Choosing
from flows.dialogue.definition import NOT_KNOWN, NOT_SAID, AnswerType
from flows.dialogue.questions import NONE
from flows.dialogue.readings import reading_chosen
from flows.dialogue.session import Answered, Proposed, Refused
from flows.dialogue.text import Strength
from flows.dialogue.turn import Turn
from flows.dialogue.words import normalise, whole_number
from flows.places.index import Candidate


def typed_place(turn: Turn, text: str) -> None:
    """One of the places that were shown, or another, or that they do not know."""
    step, proposed = turn.position.step, turn.state.proposed
    if turn.proposed(step) and proposed is not None:
        names = {normalise(turn.questions.region_name(region)): region for region in reversed(proposed.values)}
        choosing = Choosing((*proposed.values, NONE), names, turn.reader.words)
        taken = choosing.one(text) or getattr(choosing.leading(text), "value", None)
        if taken is not None:
            reading_chosen(turn, str(taken))
            return
    if (declined := turn.known(step).get(normalise(text))) in (NOT_KNOWN, NOT_SAID):
        _declined_place(turn, str(declined), text)
        return
    found = turn.reader.places.find(text, countries=turn.reader.countries)
    if not found and turn.reader.heard(text):
        turn.keep(text)
    if found or not turn.alarmed(text):
        _found_place(turn, found, text)


def located(turn: Turn, latitude: float, longitude: float) -> None:
    if turn.position.step.type is not AnswerType.PLACE:
        turn.say("unreadable")
        turn.ask_again()
        return
    found = turn.reader.places.near(latitude, longitude, countries=turn.reader.countries)
    _found_place(turn, found, "")


def _found_place(turn: Turn, found: tuple[Candidate, ...], text: str) -> None:
    """Never guessed silently: one exact match is confirmed inside the next message, anything else by a list. Where
    every question counts there is no list, and what is not plain is left for a person to ask; where nothing may be
    echoed, so is all of it."""
    step, said = turn.position.step, text.strip()
    plain = bool(found) and turn.reader.places.accepted(found)
    exact = plain and found[0].exact and bool(text)
    quiet = turn.strength is Strength.QUIET
    if whole_number(text) is not None and not turn.state.refusals.get(step.id):
        refuse(turn, text)
    elif quiet or turn.brief() or exact:
        region = found[0].region if plain or (found and not text) else NOT_KNOWN
        if region != NOT_KNOWN and not quiet:
            turn.lead = turn.questions.taken(found[0])
        accept(turn, Answered(step.id, region, said, sure=exact and not quiet))
    elif found:
        turn.log(Proposed(step.id, tuple(candidate.region for candidate in found), said))
        turn.ask()
    else:
        refuse(turn, text)


def _declined_place(turn: Turn, value: str, text: str) -> None:
    """Once it is said that any big town will do; then a person decides where to look."""
    step = turn.position.step
    if turn.strength is Strength.QUIET or turn.brief() or turn.state.refusals.get(step.id):
        accept(turn, Answered(step.id, value, text.strip(), sure=False))
    else:
        turn.log(Refused(step.id))
        turn.say("place_unknown")
        turn.ask_again()


def plain_place(turn: Turn, text: str) -> Candidate | None:
    """The one place the words name for sure, as it is spelt."""
    found = turn.reader.places.find(text, countries=turn.reader.countries)
    return found[0] if found and found[0].exact and turn.reader.places.accepted(found) else None


def place_at_last(turn: Turn, text: str) -> bool:
    """A place that is named for sure after its question had to go on without one: it may be all that a helper
    needs, so it counts now."""
    here = turn.position
    step = next((each for each in here.answered if each.type is AnswerType.PLACE), None)
    if step is None or here.answers.get(step.id) != NOT_KNOWN or (found := plain_place(turn, text)) is None:
        return False
    quiet = turn.strength is Strength.QUIET
    if not quiet and step is here.answered[-1]:
        turn.lead = turn.questions.taken(found)
    turn.log(Answered(step.id, found.region, text.strip(), sure=not quiet))
    turn.ask_again()
    return True
