"""Where a session stands. Nothing of it is stored: it is folded from the log, again for each message.

The position is the first active step without an answer. So back, change, resume, a second delivery or a changed flow
need no machinery of their own: an answer that was dropped, or whose step has gone, does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.dialogue.definition import NOT_KNOWN, NOT_SAID, SKIPPED, AnswerType, Flow, Kind, Step
from flows.dialogue.guards import ASKED, SHARED, Answers
from flows.dialogue.session import (
    Answered,
    Dropped,
    Entry,
    LanguageSet,
    Proposed,
    Refused,
    Session,
    Shown,
    Value,
)
from flows.dialogue.text import Strength

LANGUAGES = "@language"
CHANGE = "@change"
LATE = "@late"
"""Menus that are not steps."""

SIGNS = "@signs"
"""Counted like a step: messages that hold no words."""
SKIPS = "@skip."
"""Before a step's id, also counted like one: they would skip it, and it was said why we ask."""

EVERYTHING = "@all"
"""Dropped where the dialogue begins again."""

FIRST_WORDS = "@first"
KEPT = "@kept"
OTHERS_READ = "@shared"
HEARD = "@heard"
"""What is known besides answers: the words that opened the session; those that answered no question, kept for a person;
that others read this phone; what words for danger said beyond the lane they call for."""

SEND, CHANGE_ANSWER = "send", "change"


@dataclass(slots=True)
class State:
    """The log, folded. `shown`: the last question. `prompts`: how many were shown. `screens`: for each step the option
    lists it was shown with, detours left out. `refusals`: its replies that were not understood."""

    answers: dict[str, Answered] = field(default_factory=dict)
    shown: Shown | None = None
    prompts: int = 0
    screens: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    proposed: Proposed | None = None
    refusals: dict[str, int] = field(default_factory=dict)
    language_sure: bool = True

    def add(self, entry: Entry, was: Mapping[str, str]) -> None:
        """`was`: old step ids of the dialogue to their new ones."""
        match entry:
            case Shown():
                self.shown = entry
                self.prompts += 1
                if entry.counts:
                    step = was.get(entry.step, entry.step)
                    if step in self.screens:
                        self.screens[step].add(entry.options)
                    else:
                        self.screens[step] = {entry.options}
            case Answered():
                self.answers[was.get(entry.step, entry.step)] = entry
                if not entry.step.startswith("@"):
                    self.proposed = None
            case Refused():
                self.proposed = None
                step = was.get(entry.step, entry.step)
                self.refusals[step] = self.refusals.get(step, 0) + 1
            case Proposed():
                self.proposed = entry if entry.values else None
            case Dropped() if entry.step == EVERYTHING:
                self.answers = {name: answer for name, answer in self.answers.items() if name.startswith("@")}
                self.screens, self.refusals, self.proposed = {}, {}, None
            case Dropped():
                step = was.get(entry.step, entry.step)
                self.answers.pop(step, None)
                self.screens.pop(step, None)
                self.refusals.pop(step, None)
                self.proposed = None
            case LanguageSet():
                self.language_sure = entry.sure


def fold(flow: Flow, session: Session) -> State:
    state = State()
    for entry in session.log:
        state.add(entry, flow.was)
    return state


def outgrown(flow: Flow, state: State) -> tuple[Step, ...]:
    """Steps whose answers the dialogue, changed since they were given, can no longer mean."""
    return tuple(
        step
        for step in flow.steps
        if step.asks and (entry := state.answers.get(step.id)) is not None and not _fits(step, entry.value)
    )


def _fits(step: Step, value: Value) -> bool:
    if value in (NOT_KNOWN, NOT_SAID, SKIPPED):
        return True
    match step.type:
        case AnswerType.CHOICE | AnswerType.CONSENT | AnswerType.YES_NO | None:
            return value in step.offers
        case AnswerType.MANY:
            return isinstance(value, tuple) and step.offers.issuperset(value)
        case AnswerType.NUMBER:
            return isinstance(value, int)
        case AnswerType.TEXT | AnswerType.DATE | AnswerType.PHONE | AnswerType.PLACE:
            return isinstance(value, str)


@dataclass(frozen=True, slots=True)
class Position:
    """`step` waits at `index`; `answers` are those that count, as guards see them, and beside them which terms hold;
    `answered` and `says` are the active steps before it; `asked`: how many questions were put to get here."""

    index: int
    step: Step
    answers: Answers
    answered: tuple[Step, ...]
    says: tuple[tuple[int, Step], ...]
    asked: int


def position(flow: Flow, state: State, start: Position | None = None) -> Position:
    """`asked` counts the questions before a step; once that step is answered it never counts against it, so that a
    change at the review cannot push a given answer over a limit. `start`: an earlier position that only its own step's
    answer has changed; what lies before it can not be different, since guards look back only."""
    if start is None:
        index, asked = 0, len(state.screens.get(LANGUAGES, ()))
        shared = "yes" if OTHERS_READ in state.answers else "no"
        answers: dict[str, Value] = {SHARED: shared, **flow.told_at_first(shared)}
        answered: list[Step] = []
        says: list[tuple[int, Step]] = []
    else:
        index, asked, answers = start.index, start.asked, dict(start.answers)
        answered, says = list(start.answered), list(start.says)
    given, screens, told_by = state.answers, state.screens, flow.told_by
    for step_id, needed, step in flow.plan[index:]:
        if needed and not answers[needed]:
            index += 1
            continue
        entry = given.get(step_id)
        answers[ASKED] = asked if entry is None else 0
        if step.when is None or step.when.holds(answers):
            if step.kind is Kind.SAY:
                says.append((index, step))
            elif entry is None or not step.asks or (step.kind is Kind.REVIEW and entry.value != SEND):
                return Position(index, step, answers, tuple(answered), tuple(says), asked)
            else:
                answers[step_id] = entry.value
                for memo, holds in told_by.get(step_id, ()):
                    answers[memo] = holds(answers)
                answered.append(step)
                asked += len(screens.get(step_id, ()))
        index += 1
    raise AssertionError("a dialogue's last step ends it")


def strength(flow: Flow, answers: Answers) -> Strength:
    """How much may be shown to whoever holds this phone."""
    quiet = flow.terms.get("quiet")
    return Strength.QUIET if quiet is not None and quiet.holds(answers) else Strength.LIVE
