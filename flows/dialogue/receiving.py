"""One message's way through the dialogue, in the order in which it is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from flows.dialogue.answering import accept, needed, outdated, refuse, take
from flows.dialogue.choosing import NO, YES, Choosing
from flows.dialogue.definition import ASK_AGAIN, NOT_KNOWN, NOT_SAID, SKIPPED, AnswerType, Kind
from flows.dialogue.events import STICKER, Located, Picked, Received, Unreadable, Wrote
from flows.dialogue.gathering import gather, goes_on, in_a_burst
from flows.dialogue.late import answers_before, settle, yes_and_no
from flows.dialogue.menus import back, chosen_from_menu
from flows.dialogue.placing import located, place_at_last, typed_place
from flows.dialogue.position import CHANGE, CHANGE_ANSWER, LANGUAGES, LATE, SEND, SIGNS, SKIPS
from flows.dialogue.questions import NONE
from flows.dialogue.reading import Either, read_answer
from flows.dialogue.readings import issue_meant, reading_chosen
from flows.dialogue.session import Answered, Proposed, Refused
from flows.dialogue.signs import sign_of
from flows.dialogue.turn import Turn
from flows.dialogue.words import Command, legible, normalise, whole_number


def receive(turn: Turn, received: Received) -> None:
    match received:
        case Wrote(text):
            _wrote(turn, legible(text))
        case Picked(prompt, choice):
            _picked(turn, prompt, choice)
        case Located(latitude, longitude):
            located(turn, latitude, longitude)
        case Unreadable(kind):
            _not_words(turn, kind)


def _wrote(turn: Turn, text: str) -> None:
    command = turn.reader.command(text)
    if command is not None and _obey(turn, command):
        return
    shown, step = turn.state.shown, turn.position.step
    if shown is not None and shown.step in (LANGUAGES, CHANGE):
        chosen_from_menu(turn, shown, text)
    elif shown is not None and shown.step == LATE:
        settle(turn, Choosing(shown.options, yes_and_no(turn), ()).exactly(text), text)
    elif shown is None or turn.present(shown.step) != step.id:
        outdated(turn, text)
    elif text.strip() and not normalise(text):
        _signed(turn, text)
    elif goes_on(turn, text):
        gather(turn, text)
    elif step.type is AnswerType.PLACE:
        typed_place(turn, text)
    elif turn.proposed(step):
        _day_typed(turn, text)
    else:
        _typed(turn, text, shown.options)


def _typed(turn: Turn, text: str, listed: Sequence[str]) -> None:
    step = turn.position.step
    taken = read_answer(
        step,
        text,
        listed=listed,
        known=turn.known(step),
        words=turn.reader.words,
        today=turn.today,
        calendar=turn.reader.calendar,
        clock=turn.reader.clock,
    )
    if isinstance(taken, Either) and any(NONE in screen for screen in turn.state.screens.get(step.id, ())):
        take(turn, Answered(step.id, NOT_KNOWN, text.strip(), sure=False))
    elif isinstance(taken, Either):
        turn.log(Proposed(step.id, taken.values, taken.said))
        turn.ask()
    elif taken is None:
        _not_read(turn, text)
    elif taken.value in (ASK_AGAIN, (ASK_AGAIN,)):
        needed(turn, text)
    else:
        said = taken.said or (text.strip() if taken.value in (NOT_KNOWN, NOT_SAID) else "")
        take(turn, Answered(step.id, taken.value, said, sure=taken.sure))


def _day_typed(turn: Turn, text: str) -> None:
    """One of the days that were shown, or another."""
    proposed = turn.state.proposed
    listed = (*proposed.values, NONE) if proposed else ()
    value = Choosing(listed, {}, turn.reader.words).one(text)
    if value is not None:
        reading_chosen(turn, value)
        return
    if whole_number(text) is not None:
        refuse(turn, text)
        return
    turn.log(Proposed(turn.position.step.id, (), ""))
    _typed(turn, text, turn.questions.pages(turn.position.step, turn.state)[0])


def _not_read(turn: Turn, text: str) -> None:
    """Words for danger first; then an answer to the question before, or more of a story; then not understood."""
    if turn.reader.heard(text):
        turn.keep(text)
    if turn.alarmed(text) or answers_before(turn, text) or issue_meant(turn, text) or place_at_last(turn, text):
        return
    if in_a_burst(turn, text):
        gather(turn, text)
    else:
        refuse(turn, text)


def _picked(turn: Turn, prompt: int, choice: int) -> None:
    shown, step = turn.state.shown, turn.position.step
    if shown is None or prompt != turn.state.prompts or not 0 <= choice < len(shown.options):
        outdated(turn, "")
    elif shown.step in (LANGUAGES, CHANGE):
        chosen_from_menu(turn, shown, str(choice + 1))
    elif shown.step == LATE:
        settle(turn, shown.options[choice], "")
    elif turn.present(shown.step) != step.id:
        outdated(turn, "")
    elif turn.proposed(step):
        reading_chosen(turn, shown.options[choice])
    else:
        value = shown.options[choice]
        take(turn, Answered(step.id, (value,) if step.type is AnswerType.MANY else value))


def _not_words(turn: Turn, kind: str) -> None:
    """A sticker is a sign like any other; a picture or a voice may hold what must not be lost."""
    shown, step = turn.state.shown, turn.position.step
    if kind == STICKER and shown is not None and turn.present(shown.step) == step.id:
        _gently(turn, "")
    else:
        turn.say("sign" if kind == STICKER else "unreadable")
        turn.ask_again()


def _signed(turn: Turn, text: str) -> None:
    """No word in it. A thumb is a yes or a no, but not to sharing."""
    step, sign = turn.position.step, sign_of(text)
    value = None if step.type is AnswerType.MANY else turn.known(step).get(sign.value)
    if value in (YES, NO) and step.type is AnswerType.CONSENT:
        turn.say("sign_consent")
        turn.ask_again()
    elif value is not None and value in (*step.offers, SEND, CHANGE_ANSWER):
        take(turn, Answered(step.id, value))
    else:
        _gently(turn, text)


def _gently(turn: Turn, text: str) -> None:
    """The first time a message without words does not count as one that was not understood."""
    if turn.state.refusals.get(SIGNS):
        refuse(turn, text)
    else:
        turn.log(Refused(SIGNS))
        turn.say("sign")
        turn.ask_again()


def _skip(turn: Turn) -> None:
    """Where it is needed that is said once; then it goes the way of "I'd rather not say": no question holds anyone."""
    step = turn.position.step
    declined = NOT_SAID if NOT_SAID in step.offers else step.unknown or NOT_SAID
    if step.skip:
        accept(turn, Answered(step.id, SKIPPED))
    elif step.kind is not Kind.ASK or not turn.state.refusals.get(SKIPS + step.id):
        turn.log(Refused(SKIPS + step.id))
        turn.say("no_skip")
        turn.ask_again()
    elif declined == ASK_AGAIN:
        needed(turn, "")
    else:
        value = (declined,) if step.type is AnswerType.MANY and declined in step.offers else declined
        take(turn, Answered(step.id, value, sure=False))


def _obey(turn: Turn, command: Command) -> bool:
    """Commands of the dialogue itself; the others are the host's and have been seen to before."""
    match command:
        case Command.BACK:
            back(turn)
        case Command.AGAIN:
            turn.ask_again()
        case Command.LANGUAGE:
            turn.ask_language()
        case Command.WHY:
            turn.speak(turn.position.step.why or turn.phrases["why"])
            turn.ask_again()
        case Command.SKIP:
            _skip(turn)
        case _:
            return False
    return True
