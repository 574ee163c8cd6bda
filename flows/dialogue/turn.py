"""One message's work on one session: what is known, what is said, and what words for danger change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from math import inf

from flows.dialogue.alarms import NOTED, Heard
from flows.dialogue.alarms import alarm as alarm_of
from flows.dialogue.definition import NOT_KNOWN, AnswerType, Flow, Flows, Kind, Line, Option, Step
from flows.dialogue.events import Asked, Ended, Event, Marked, Moved, Received, Said, Wrote
from flows.dialogue.position import FIRST_WORDS, HEARD, KEPT, OTHERS_READ, Position, fold, outgrown, position, strength
from flows.dialogue.questions import Questions
from flows.dialogue.reading import SHORTEST_PHONE, Reader
from flows.dialogue.session import Answered, Dropped, Entry, LanguageSet, Proposed, Session, Shown
from flows.dialogue.text import Strength, Text, wording_version
from flows.dialogue.words import legible

ISSUE = "issue"
"""The fact of a question that lists problems."""


class Turn:
    """One message's work on one session."""

    def __init__(self, flows: Flows, flow: Flow, session: Session, reader: Reader, now: datetime) -> None:
        self.flow = flow
        self.phrases = flows.phrases
        self.session = session
        self.reader = reader
        self.questions = Questions(flows.phrases, reader)
        self.now = now
        self.state = fold(flow, session)
        self.added: list[Entry] = []
        self.events: list[Event] = []
        self.lead: Text | None = None
        self._position: Position | None = None
        self._strength: tuple[Position, Strength] | None = None
        if session.revision != flow.revision:
            for step in outgrown(flow, self.state):
                self.drop(step.id)

    def moved(self) -> Moved:
        log = (*self.session.log, *self.added)
        session = Session(flow=self.flow.id, revision=self.flow.revision, log=log)
        return Moved(session, tuple(self.events), quiet=self.strength is Strength.QUIET)

    def log(self, entry: Entry) -> None:
        self.added.append(entry)
        self.state.add(entry, self.flow.was)
        if isinstance(entry, Answered) and self._position is not None and entry.step == self._position.step.id:
            self._position = position(self.flow, self.state, self._position)
        elif isinstance(entry, (Answered, Dropped, LanguageSet)):
            self._position = None

    def drop(self, step_id: str) -> None:
        """An answer counts no more. A phone that others read stays one: whoever holds it now may be another."""
        was_quiet = self.strength is Strength.QUIET
        self.log(Dropped(step_id))
        if was_quiet and self.strength is not Strength.QUIET:
            self.log(Answered(OTHERS_READ, "yes"))

    @property
    def position(self) -> Position:
        if self._position is None:
            self._position = position(self.flow, self.state)
        return self._position

    @property
    def strength(self) -> Strength:
        """Looked at many times in a turn, and told by the position alone."""
        here = self.position
        if self._strength is None or self._strength[0] is not here:
            self._strength = here, strength(self.flow, here.answers)
        return self._strength[1]

    @property
    def today(self) -> date:
        return self.now.date()

    # ---- receiving

    def open_with(self, first: Received | None) -> None:
        """The message that came before any question: it may raise an alarm, and is kept for the helper."""
        if isinstance(first, Wrote) and not self.reader.greets(first.text):
            said = legible(first.text).strip()
            self.log(Answered(FIRST_WORDS, NOT_KNOWN, said))
            self.heed_alarm(said)
        self.proceed(after=-1)

    def known(self, step: Step) -> Mapping[str, str]:
        return self.reader.options[self.flow.id].get(step.id, {})

    def present(self, step_id: str) -> str:
        """The step's id in the dialogue as it is today."""
        return self.flow.was.get(step_id, step_id)

    # ---- answering

    def heed_alarm(self, text: str) -> int | None:
        """Words for danger, wherever written, are told to the host at once, and answer the question they belong to.
        Returns that question's place, or None where they change nothing."""
        heard = frozenset(self.reader.heard(text) if text else ())
        name = alarm_of(heard)
        if noted := heard & NOTED - self._noted:
            self.log(Answered(HEARD, tuple(sorted(noted | self._noted))))
            name = name or alarm_of(self._noted)
        alarm = next((alarm for alarm in self.flow.alarms if alarm.name == name), None)
        if alarm is None:
            return None
        if alarm.mark and Marked(alarm.mark) not in self.events:
            self.events.append(Marked(alarm.mark))
        answers = self.position.answers
        if alarm.step in answers and (alarm.when is None or not alarm.when.holds(answers)):
            return None
        self.log(Answered(alarm.step, alarm.answer))
        return next(index for index, step in enumerate(self.flow.steps) if step.id == alarm.step)

    @property
    def _noted(self) -> frozenset[Heard]:
        known = self.state.answers.get(HEARD)
        return frozenset(map(Heard, known.value)) if known and isinstance(known.value, tuple) else frozenset()

    def alarmed(self, text: str) -> bool:
        """Whether the words were an alarm that changed the way; if so the dialogue goes on from there."""
        at = self.heed_alarm(text)
        if at is None:
            return False
        self.proceed(after=at)
        return True

    # ---- messages in a row

    def keep(self, text: str) -> None:
        """Words that answer nothing are for a person to read, and so is a phone number; other numbers say nothing."""
        if any(map(str.isalpha, text)) or sum(map(str.isdecimal, text)) >= SHORTEST_PHONE:
            self.log(Answered(KEPT, NOT_KNOWN, text.strip()))

    @property
    def since_asked(self) -> float:
        """Seconds since the question that waits was put."""
        shown = self.state.shown
        return self.now.timestamp() - shown.at if shown and shown.at else inf

    # ---- places

    def proposed(self, step: Step) -> bool:
        return self.state.proposed is not None and self.state.proposed.step == step.id

    def _place_named_early(self, step: Step) -> None:
        """A place in the words that opened the dialogue is offered where the question first comes up, not taken."""
        if step.type is not AnswerType.PLACE or FIRST_WORDS not in self.state.answers or step.id in self.state.screens:
            return
        if step.id in self.state.refusals or self.strength is Strength.QUIET or self.brief():
            return
        said = self.state.answers[FIRST_WORDS].said
        found = self.reader.places.find(said, countries=self.reader.countries)
        if self.reader.places.accepted(found):
            self.log(Proposed(step.id, (found[0].region,), said, early=True))

    def brief(self) -> bool:
        """Where every question counts."""
        brief = self.flow.terms.get("brief")
        return brief is not None and brief.holds(self.position.answers)

    # ---- problems

    def _issue_told_early(self, step: Step) -> None:
        """A problem that the words which opened the dialogue surely name is offered in place of the whole list."""
        if not self.lists_issues(step) or FIRST_WORDS not in self.state.answers or step.id in self.state.screens:
            return
        said = self.state.answers[FIRST_WORDS].said
        if self.reader.means and (options := self.reader.means(said, step.offers, sure=True)):
            self.log(Proposed(step.id, options, said, early=True))

    def lists_issues(self, step: Step) -> bool:
        """Whether it does, and has not been answered in words that nobody could read."""
        offers = step.fact == ISSUE and step.type is AnswerType.CHOICE and step.id not in self.state.refusals
        return offers and self.strength is not Strength.QUIET and not self.brief()

    # ---- speaking

    def proceed(self, *, after: int) -> None:
        """Says what lies between the step at `after` and the next question, then asks it, or ends."""
        if self.language_open():
            self.ask_language()
            return
        here = self.position
        for index, step in here.says:
            if index > after:
                self.speak(step.line)
        if here.step.kind is Kind.END:
            self.speak(here.step.line)
            self.events.append(Ended(here.step.outcome))
        else:
            self.ask()

    def language_open(self) -> bool:
        return not self.state.language_sure and len(self.reader.languages) > 1

    def ask_language(self) -> None:
        """It counts as a question only where it is ours: who asks for it takes a detour."""
        self.show(self.questions.languages(self.state), counts=self.language_open())

    def ask_again(self) -> None:
        if self.language_open():
            self.ask_language()
        elif self.position.step.kind is Kind.END:
            self.proceed(after=self.position.index)
        else:
            self.ask()

    def ask(self, *, page: int = 0, told: Option | None = None) -> None:
        self._place_named_early(self.position.step)
        self._issue_told_early(self.position.step)
        asked = self.questions.question(self.position, self.state, self.strength, page=page, told=told, lead=self.lead)
        self.show(asked, counts=told is None)

    def ask_change(self) -> None:
        self.show(self.questions.changes(self.position, self.state), counts=False)

    def next_page(self) -> None:
        shown = self.state.shown
        pages = self.questions.pages(self.position.step, self.state)
        self.ask(page=pages.index(shown.options) + 1 if shown and shown.options in pages else 0)

    def show(self, asked: Asked, *, counts: bool = True) -> None:
        options = tuple(option.id for option in asked.options)
        self.log(Shown(asked.step, options, wording_version(asked.text), counts, int(self.now.timestamp())))
        self.events.append(asked)

    def say(self, phrase: str) -> None:
        self.speak(self.phrases[phrase])

    def speak(self, line: Line) -> None:
        text = line.pick(self.position.answers, self.strength)
        if text is not None:
            self.events.append(Said(text))
