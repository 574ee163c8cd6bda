"""The dialogue engine: pure functions from a session and a message to the session after it and what happened.

The log grows, events gather; where the dialogue stands is computed from the log (`position.py`), how a question is put
is said in `questions.py`. Nothing a person can send raises.

One message's way is in `receiving.py`; what is known and said meanwhile, in `turn.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flows.dialogue.definition import Flows
from flows.dialogue.events import Given, Moved, Received
from flows.dialogue.position import EVERYTHING, FIRST_WORDS, HEARD, KEPT, OTHERS_READ
from flows.dialogue.reading import Reader
from flows.dialogue.receiving import receive
from flows.dialogue.session import Answered, Dropped, LanguageSet, Session, Shown
from flows.dialogue.text import wording_version
from flows.dialogue.turn import Turn

__all__ = [
    "advance", "begin", "begin_again", "first_words", "given", "go_on", "last_given", "show_again", "told",
    "wording_version",
]  # fmt: skip

_NO_TIME = datetime.min.replace(tzinfo=UTC)
"""Reading answers back needs no clock."""


def begin(
    flows: Flows,
    flow_id: str,
    first: Received | None,
    *,
    reader: Reader,
    sure: bool,
    now: datetime,
    shared: bool = False,
) -> Moved:
    """A new session. `first` is the message that opened it: it may raise an alarm and is kept for the helper, but it is
    never asked for again. `sure`: the language is known; otherwise it is asked first. `shared`: others are known to
    read this phone, so that nothing but quiet texts is said."""
    flow = flows[flow_id]
    turn = Turn(flows, flow, Session(flow=flow.id, revision=flow.revision), reader, now)
    turn.log(LanguageSet(reader.language, sure))
    if shared:
        turn.log(Answered(OTHERS_READ, "yes"))
    turn.open_with(first)
    return turn.moved()


def advance(flows: Flows, session: Session, received: Received, *, reader: Reader, now: datetime) -> Moved:
    """One message further. Where it ends with LanguageChosen, the host calls `go_on` with that language's reader."""
    turn = Turn(flows, flows[session.flow], session, reader, now)
    receive(turn, received)
    return turn.moved()


def go_on(flows: Flows, session: Session, *, reader: Reader, now: datetime) -> Moved:
    """After the language was chosen: from the start where nothing was asked yet, else the question that was left."""
    turn = Turn(flows, flows[session.flow], session, reader, now)
    if any(isinstance(entry, Shown) and not entry.step.startswith("@") for entry in session.log):
        turn.ask_again()
    else:
        turn.proceed(after=-1)
    return turn.moved()


def show_again(flows: Flows, session: Session, *, reader: Reader, now: datetime) -> Moved:
    """The question the session waits at, once more (after a pause, a change of channel)."""
    turn = Turn(flows, flows[session.flow], session, reader, now)
    turn.ask_again()
    return turn.moved()


def begin_again(
    flows: Flows, session: Session, first: Received | None = None, *, reader: Reader, now: datetime
) -> Moved:
    """From the first question, showing nothing of what was said before; quiet stays quiet. The log keeps it all for a
    person. `first` is the message that came, as in `begin`."""
    turn = Turn(flows, flows[session.flow], session, reader, now)
    turn.drop(EVERYTHING)
    turn.open_with(first)
    return turn.moved()


def given(flows: Flows, session: Session, *, reader: Reader) -> tuple[Given, ...]:
    """Every answer that counts, in order, then what words for danger said: what a case is made of."""
    turn = Turn(flows, flows[session.flow], session, reader, _NO_TIME)
    answers = tuple(turn.questions.given(step, turn.state.answers[step.id]) for step in turn.position.answered)
    heard = turn.state.answers.get(HEARD)
    if heard is None:
        return answers
    noted = Given(step=HEARD, fact="heard", value=heard.value, said="", sure=True, label=None, shown=())
    return (*answers, noted)


def told(flows: Flows, session: Session, *, reader: Reader) -> tuple[Given, ...]:
    """What was last answered to each step, also where it counts no more because the dialogue began again."""
    last: dict[str, Given] = {}
    for end, entry in enumerate((*session.log, Dropped(EVERYTHING))):
        if entry == Dropped(EVERYTHING):
            until = replace(session, log=session.log[:end])
            last.update((answer.step, answer) for answer in given(flows, until, reader=reader))
    return tuple(last.values())


def last_given(flows: Flows, session: Session, step_id: str, *, reader: Reader) -> Given | None:
    """The last answer to a step, though it may count no more; words for danger give one where it is not even asked."""
    turn = Turn(flows, flows[session.flow], session, reader, _NO_TIME)
    step = turn.flow.step(step_id)
    last = next((e for e in reversed(session.log) if isinstance(e, Answered) and e.step == step_id), None)
    return turn.questions.given(step, last) if step and last else None


def first_words(session: Session) -> str:
    """What the person wrote before the first question, each time it began, and whatever else answered no question."""
    return "\n".join(e.said for e in session.log if isinstance(e, Answered) and e.step in (FIRST_WORDS, KEPT))
