"""What an answer does: it is taken, or explained, or asked for again in other words, but only a few times."""

from __future__ import annotations

from collections.abc import Sequence

from flows.dialogue.definition import NOT_KNOWN, AnswerType, Kind, Option
from flows.dialogue.events import Consented, Lost, Marked
from flows.dialogue.position import CHANGE_ANSWER
from flows.dialogue.questions import MORE
from flows.dialogue.session import Answered, Refused
from flows.dialogue.turn import Turn

_KEPT_IN_WORDS = (AnswerType.TEXT, AnswerType.NUMBER, AnswerType.DATE, AnswerType.PHONE, AnswerType.PLACE)
"""Answers that nobody could read are kept as they were written, for a person; a choice must be made by the person."""


def take(turn: Turn, answer: Answered) -> None:
    """What was chosen: an answer, a further page, an explanation, or which answer to change."""
    step = turn.position.step
    if answer.value in (MORE, (MORE,)):
        turn.keep(answer.said)
        turn.next_page()
        return
    if answer.value == CHANGE_ANSWER and step.kind is Kind.REVIEW:
        turn.keep(answer.said)
        turn.ask_change()
        return
    values = answer.value if isinstance(answer.value, tuple) else (answer.value,)
    chosen = [option for option in step.options if option.id in values]
    listed = turn.state.shown.options if turn.state.shown else ()
    if chosen and chosen[0].tells is not None:
        turn.keep(answer.said)
        turn.ask(told=chosen[0])
    elif any(value in listed and value not in step.offers for value in values):
        outdated(turn, answer.said)
    else:
        accept(turn, answer, chosen)


def accept(turn: Turn, answer: Answered, chosen: Sequence[Option] = ()) -> None:
    """It counts; the dialogue goes on from there, or from where words for danger in it lead."""
    after, step = turn.position.index, turn.position.step
    shown = turn.state.shown
    turn.log(answer)
    turn.events.extend(Marked(option.mark) for option in chosen if option.mark)
    if step.type is AnswerType.CONSENT:
        wording = shown.wording if shown else ""
        turn.events.append(Consented(step.purpose or step.id, str(answer.value), wording))
    words = answer.said or (str(answer.value) if step.type is AnswerType.TEXT else "")
    if not turn.alarmed(words):
        turn.proceed(after=after)


def refuse(turn: Turn, text: str, *, why: str = "") -> None:
    """Not understood: twice in other words, then a person. What was written is kept for them, as the answer where
    it can be one. `why`: the phrase that explains, where there is one of its own."""
    step = turn.position.step
    turn.log(Refused(step.id))
    times = turn.state.refusals[step.id]
    if times != turn.flow.lost_after and not (times > turn.flow.lost_after and step.type in _KEPT_IN_WORDS):
        turn.keep(text)
        if why:
            turn.say(why)
        else:
            _explain(turn)
        turn.ask_again()
        return
    if times == turn.flow.lost_after:
        turn.events.append(Lost(step.id))
        turn.say("lost")
    if step.type in _KEPT_IN_WORDS:
        accept(turn, Answered(step.id, NOT_KNOWN, text.strip(), sure=False))
    else:
        turn.keep(text)
        turn.ask_again()


def _explain(turn: Turn) -> None:
    """The step's own words, else the shipped ones: for a list, or for anything written."""
    step = turn.position.step
    times = min(turn.state.refusals.get(step.id, 1), 2)
    if len(step.wrong) >= times:
        turn.speak(step.wrong[times - 1])
    else:
        turn.say(f"not_read_{times}" if step.type in _KEPT_IN_WORDS else f"not_understood_{times}")


def needed(turn: Turn, text: str) -> None:
    """They do not know, or would rather not say, where the way can not be chosen without them: what can be told of
    it is told once, then it is said why we ask."""
    step, shown = turn.position.step, turn.state.shown
    tells = next((option for option in step.options if option.tells), None)
    if tells and shown and tells.id in shown.options:
        turn.ask(told=tells)
    else:
        refuse(turn, text, why="needed")


def outdated(turn: Turn, text: str) -> None:
    """An old button, or an answer to a question that an edit of the dialogue has taken away."""
    turn.keep(text)
    if not turn.alarmed(text):
        turn.say("stale")
        turn.ask_again()
