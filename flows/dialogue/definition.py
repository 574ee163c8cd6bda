"""What a dialogue is made of once it has been read: steps in order, each with a guard. There is no "go to"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.dialogue.guards import ASKED, SHARED, Answers, Guard, Test
from flows.dialogue.silence import Reminder
from flows.dialogue.text import Strength, Text


class Kind(StrEnum):
    SAY = "say"
    ASK = "ask"
    REVIEW = "review"
    END = "end"


class AnswerType(StrEnum):
    YES_NO = "yes_no"
    CHOICE = "choice"
    MANY = "many"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    PHONE = "phone"
    PLACE = "place"
    CONSENT = "consent"


NOT_KNOWN = "not_known"
"""The value of an answer that was kept in the person's words because no reading of it was sure."""

NOT_SAID = "not_said"
"""The value where the person would rather not say: declined, which is not the same as empty."""

SKIPPED = "skipped"

ASK_AGAIN = "@ask"
"""What "I do not know" means where the dialogue can not go on without an answer: it is explained and asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing the bot says. `quiet` is its wording for a phone others read (None: it is never said there); a variant
    whose guard holds takes the place of `live` (a child, someone else, a group). `critical`: being wrong here can hurt
    someone, so no old translation of changed English is shown. `note` is for translators; `file` and `number` say where
    it is written."""

    live: Text
    quiet: Text | None = None
    variants: tuple[tuple[Guard, Text], ...] = ()
    critical: bool = False
    note: str = ""
    file: str = ""
    number: int = 0

    def pick(self, answers: Answers, strength: Strength) -> Text | None:
        if strength is Strength.QUIET:
            return self.quiet
        return next((text for guard, text in self.variants if guard.holds(answers)), self.live)

    def texts(self) -> tuple[Text, ...]:
        quiet = (self.quiet,) if self.quiet and self.quiet != self.live else ()
        return (self.live, *(text for _, text in self.variants), *quiet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """`words`: other words people may use, separated by commas in its source. `mark`: what the host is told when it is
    chosen. `tells`: choosing it answers nothing but explains, and then options `after` it appear."""

    id: str
    label: Text
    words: Text | None = None
    mark: str = ""
    tells: Line | None = None
    after: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `fact` names what its answer is to a case; `label` is its line in
    the read-back; `wrong` are up to two re-asks in other words; `time`: whether a date without a year lies ahead or
    behind; `unknown`: the option that "I do not know" and "I'd rather not say" stand for, ASK_AGAIN, or nothing where
    they are answers themselves; `offers`: every option's id, shown or not; `file` and `number` say where it is
    written."""

    id: str
    kind: Kind
    line: Line
    when: Guard | None = None
    type: AnswerType | None = None
    options: tuple[Option, ...] = ()
    skip: bool = False
    wrong: tuple[Line, ...] = ()
    why: Line | None = None
    label: Text | None = None
    fact: str = ""
    purpose: str = ""
    time: str = ""
    unknown: str = ""
    least: int = 0
    most: int = 1000
    outcome: str = ""
    file: str = ""
    number: int = 0
    offers: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        offers = {"yes", "no"} if self.type is AnswerType.YES_NO else {option.id for option in self.options}
        object.__setattr__(self, "offers", frozenset(offers))

    @property
    def asks(self) -> bool:
        return self.kind is Kind.ASK or self.kind is Kind.REVIEW

    def lines(self) -> tuple[Line, ...]:
        """All that it can say of itself: its question, why, re-asks and what options explain."""
        tells = (option.tells for option in self.options)
        return tuple(line for line in (self.line, self.why, *self.wrong, *tells) if line)

    def critical_texts(self) -> Iterator[Text]:
        """All its texts where its own line is critical, else those of its critical lines."""
        for line in self.lines():
            if line.critical or self.line.critical:
                yield from line.texts()
        if self.line.critical:
            labels = [text for option in self.options for text in (option.label, option.words)]
            yield from (text for text in (self.label, *labels) if text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Words that answer `step` with `answer` wherever they are written, where `when` holds (or nothing is answered)."""

    name: str
    step: str
    answer: str
    mark: str
    when: Guard | None


Told = tuple[tuple[str, Test], ...]
"""Where each term's truth is kept, and how it is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """`terms` are named conditions; the one called `quiet` decides the wording strength. `was`: old step id -> new.
    `silence`: what is said to someone who stopped in the middle, earliest first. `told_by`: for an answer, the terms it
    may change, in the order they build on each other. `plan`: each step, its id, and a term it can not do without."""

    id: str
    title: str
    revision: str
    steps: tuple[Step, ...]
    terms: Mapping[str, Guard] = field(default_factory=dict)
    alarms: tuple[Alarm, ...] = ()
    was: Mapping[str, str] = field(default_factory=dict)
    lost_after: int = 3
    silence: tuple[Reminder, ...] = ()
    told_by: Mapping[str, Told] = field(init=False, repr=False, compare=False)
    _told: Mapping[str, Mapping[str, bool]] = field(init=False, repr=False, compare=False)
    plan: tuple[tuple[str, str, Step], ...] = field(init=False, repr=False, compare=False)
    _by_id: Mapping[str, Step] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        kept = [term for term in self.terms.values() if term.memo and ASKED not in term.reads]
        read = {name for term in kept for name in term.reads}
        told_by = {name: tuple((term.memo, term.holds) for term in kept if name in term.reads) for name in read}
        told = {shared: {term.memo: term.holds({SHARED: shared}) for term in kept} for shared in ("yes", "no")}
        memos = {term.memo for term in kept}
        plan = tuple(
            (step.id, min(step.when.needs & memos, default="") if step.when else "", step) for step in self.steps
        )
        object.__setattr__(self, "told_by", told_by)
        object.__setattr__(self, "_told", told)
        object.__setattr__(self, "plan", plan)
        object.__setattr__(self, "_by_id", {step.id: step for step in reversed(self.steps)})

    def told_at_first(self, shared: str) -> Mapping[str, bool]:
        """Which of those terms hold before anything is answered."""
        return self._told[shared]

    def step(self, step_id: str) -> Step | None:
        return self._by_id.get(step_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """Every dialogue by id, and `phrases`: what the engine itself says (`stale`, `lost`, `change`, ...)."""

    flows: Mapping[str, Flow]
    phrases: Mapping[str, Line]

    def __getitem__(self, flow_id: str) -> Flow:
        return self.flows[flow_id]

    @property
    def critical(self) -> frozenset[str]:
        """The contexts of all critical texts, their options included."""
        steps = (text for flow in self.flows.values() for step in flow.steps for text in step.critical_texts())
        phrases = (text for line in self.phrases.values() if line.critical for text in line.texts())
        return frozenset(text.context for text in (*steps, *phrases))
