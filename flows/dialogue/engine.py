"""The dialogue engine: pure functions from a session and a message to the session after it and what happened.

The log grows, events gather; where the dialogue stands is computed from the log (`position.py`), how a question is put
is said in `questions.py`. Nothing a person can send raises.

It is long because one message's whole way stands here, in the order in which it is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from math import inf

from flows.dialogue.alarms import NOTED, Heard
from flows.dialogue.alarms import alarm as alarm_of
from flows.dialogue.bikram_sambat import is_settled
from flows.dialogue.choosing import NO, YES, Choosing
from flows.dialogue.dates import BIKRAM_SAMBAT
from flows.dialogue.definition import (
    ASK_AGAIN,
    NOT_KNOWN,
    NOT_SAID,
    SKIPPED,
    AnswerType,
    Flow,
    Flows,
    Kind,
    Line,
    Option,
    Step,
)
from flows.dialogue.events import (
    Asked,
    Consented,
    Ended,
    Event,
    Given,
    LanguageChosen,
    Located,
    Lost,
    Marked,
    Moved,
    Picked,
    Received,
    Said,
    Unreadable,
    Wrote,
)
from flows.dialogue.gathering import BURST, STORY, is_sentence, was_repeated
from flows.dialogue.gathering import LATE as STILL_LATE
from flows.dialogue.position import (
    CHANGE,
    CHANGE_ANSWER,
    EVERYTHING,
    FIRST_WORDS,
    HEARD,
    KEPT,
    LANGUAGES,
    LATE,
    OTHERS_READ,
    SEND,
    SIGNS,
    Position,
    fold,
    outgrown,
    position,
    strength,
)
from flows.dialogue.questions import MORE, NONE, Questions, options_of
from flows.dialogue.reading import Either, Reader, read_answer
from flows.dialogue.session import Answered, Dropped, Entry, LanguageSet, Proposed, Refused, Session, Shown
from flows.dialogue.signs import sign_of
from flows.dialogue.text import Strength, Text
from flows.dialogue.words import Command, legible, normalise, whole_number
from flows.places.index import Candidate

_NO_TIME = datetime.min.replace(tzinfo=UTC)
"""Reading answers back needs no clock."""

_KEPT_IN_WORDS = (AnswerType.TEXT, AnswerType.NUMBER, AnswerType.DATE, AnswerType.PHONE, AnswerType.PLACE)
"""Answers that nobody could read are kept as they were written, for a person; a choice must be made by the person."""


_MAY_BE_LATE = (AnswerType.CHOICE, AnswerType.YES_NO, AnswerType.MANY)
ISSUE = "issue"
"""The fact of a question that lists problems."""
_A_NAME = 100
"""The most letters of a text that is no story."""


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
    turn = _Turn(flows, flow, Session(flow=flow.id, revision=flow.revision), reader, now)
    turn.log(LanguageSet(reader.language, sure))
    if shared:
        turn.log(Answered(OTHERS_READ, "yes"))
    turn.open_with(first)
    return turn.moved()


def advance(flows: Flows, session: Session, received: Received, *, reader: Reader, now: datetime) -> Moved:
    """One message further. Where it ends with LanguageChosen, the host calls `go_on` with that language's reader."""
    turn = _Turn(flows, flows[session.flow], session, reader, now)
    turn.receive(received)
    return turn.moved()


def go_on(flows: Flows, session: Session, *, reader: Reader, now: datetime) -> Moved:
    """After the language was chosen: from the start where nothing was asked yet, else the question that was left."""
    turn = _Turn(flows, flows[session.flow], session, reader, now)
    if any(isinstance(entry, Shown) and not entry.step.startswith("@") for entry in session.log):
        turn.ask_again()
    else:
        turn.proceed(after=-1)
    return turn.moved()


def show_again(flows: Flows, session: Session, *, reader: Reader, now: datetime) -> Moved:
    """The question the session waits at, once more (after a pause, a change of channel)."""
    turn = _Turn(flows, flows[session.flow], session, reader, now)
    turn.ask_again()
    return turn.moved()


def begin_again(
    flows: Flows, session: Session, first: Received | None = None, *, reader: Reader, now: datetime
) -> Moved:
    """From the first question, showing nothing of what was said before; quiet stays quiet. The log keeps it all for a
    person. `first` is the message that came, as in `begin`."""
    turn = _Turn(flows, flows[session.flow], session, reader, now)
    turn.drop(EVERYTHING)
    turn.open_with(first)
    return turn.moved()


def given(flows: Flows, session: Session, *, reader: Reader) -> tuple[Given, ...]:
    """Every answer that counts, in order, then what words for danger said: what a case is made of."""
    turn = _Turn(flows, flows[session.flow], session, reader, _NO_TIME)
    answers = tuple(turn.questions.given(step, turn.state.answers[step.id]) for step in turn.position.answered)
    heard = turn.state.answers.get(HEARD)
    if heard is None:
        return answers
    noted = Given(step=HEARD, fact="heard", value=heard.value, said="", sure=True, label=None, shown=())
    return (*answers, noted)


def is_quiet(flows: Flows, session: Session) -> bool:
    """Whether the person has said that others may read this phone."""
    flow = flows[session.flow]
    return strength(flow, position(flow, fold(flow, session)).answers) is Strength.QUIET


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
    turn = _Turn(flows, flows[session.flow], session, reader, _NO_TIME)
    step = turn.flow.step(step_id)
    last = next((e for e in reversed(session.log) if isinstance(e, Answered) and e.step == step_id), None)
    return turn.questions.given(step, last) if step and last else None


def first_words(session: Session) -> str:
    """What the person wrote before the first question, each time it began, and whatever else answered no question."""
    return "\n".join(e.said for e in session.log if isinstance(e, Answered) and e.step in (FIRST_WORDS, KEPT))


class _Turn:
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
        return Moved(Session(flow=self.flow.id, revision=self.flow.revision, log=log), tuple(self.events))

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

    def receive(self, received: Received) -> None:
        match received:
            case Wrote(text):
                self._wrote(legible(text))
            case Picked(prompt, choice):
                self._picked(prompt, choice)
            case Located(latitude, longitude):
                self._located(latitude, longitude)
            case Unreadable():
                self.say("unreadable")
                self.ask_again()

    def _wrote(self, text: str) -> None:
        command = self.reader.command(text)
        if command is not None and self._obey(command):
            return
        shown, step = self.state.shown, self.position.step
        if shown is not None and shown.step in (LANGUAGES, CHANGE):
            self._from_menu(shown, text)
        elif shown is not None and shown.step == LATE:
            self._late_settled(Choosing(shown.options, self._yes_and_no, ()).exactly(text), text)
        elif shown is None or self._now(shown.step) != step.id:
            self._outdated(text)
        elif text.strip() and not normalise(text):
            self._signed(text)
        elif self._story_goes_on(text):
            self._gather(text)
        elif step.type is AnswerType.PLACE:
            self._place_typed(text)
        elif self._proposed(step):
            self._day_typed(text)
        else:
            self._typed(text, shown.options)

    def _typed(self, text: str, listed: Sequence[str]) -> None:
        step = self.position.step
        taken = read_answer(
            step,
            text,
            listed=listed,
            known=self._known(step),
            words=self.reader.words,
            today=self.today,
            calendar=self.reader.calendar,
            clock=self.reader.clock,
        )
        if isinstance(taken, Either) and any(NONE in screen for screen in self.state.screens.get(step.id, ())):
            self._take(Answered(step.id, NOT_KNOWN, text.strip(), sure=False))
        elif isinstance(taken, Either):
            self.log(Proposed(step.id, taken.values, taken.said))
            self._ask()
        elif taken is None:
            self._not_read(text)
        elif taken.value in (ASK_AGAIN, (ASK_AGAIN,)):
            self._needed(text)
        else:
            said = taken.said or (text.strip() if taken.value in (NOT_KNOWN, NOT_SAID) else "")
            self._take(Answered(step.id, taken.value, said, sure=taken.sure))

    def _not_read(self, text: str) -> None:
        """Words for danger first; then an answer to the question before, or more of a story; then not understood."""
        if self.reader.heard(text):
            self._keep(text)
        if self._alarmed(text) or self._late(text) or self._issue_meant(text) or self._place_at_last(text):
            return
        if self._in_a_burst(text):
            self._gather(text)
        else:
            self._refuse(text)

    def _known(self, step: Step) -> Mapping[str, str]:
        return self.reader.options[self.flow.id].get(step.id, {})

    @property
    def _yes_and_no(self) -> Mapping[str, str]:
        answers = ((said, answer) for each in self.reader.words for said, answer in ((each.yes, YES), (each.no, NO)))
        found: dict[str, str] = {}
        for said, answer in answers:
            for word in said:
                found.setdefault(word, answer)
        return found

    def _picked(self, prompt: int, choice: int) -> None:
        shown, step = self.state.shown, self.position.step
        if shown is None or prompt != self.state.prompts or not 0 <= choice < len(shown.options):
            self._outdated("")
        elif shown.step in (LANGUAGES, CHANGE):
            self._from_menu(shown, str(choice + 1))
        elif shown.step == LATE:
            self._late_settled(shown.options[choice], "")
        elif self._now(shown.step) != step.id:
            self._outdated("")
        elif self._proposed(step):
            self._reading_chosen(shown.options[choice])
        else:
            value = shown.options[choice]
            self._take(Answered(step.id, (value,) if step.type is AnswerType.MANY else value))

    def _now(self, step_id: str) -> str:
        """The step's id in the dialogue as it is today."""
        return self.flow.was.get(step_id, step_id)

    def _outdated(self, text: str) -> None:
        """An old button, or an answer to a question that an edit of the dialogue has taken away."""
        self._keep(text)
        if not self._alarmed(text):
            self.say("stale")
            self.ask_again()

    def _obey(self, command: Command) -> bool:
        """Commands of the dialogue itself; the others are the host's and have been seen to before."""
        match command:
            case Command.BACK:
                self._back()
            case Command.AGAIN:
                self.ask_again()
            case Command.LANGUAGE:
                self._ask_language()
            case Command.WHY:
                self._speak(self.position.step.why or self.phrases["why"])
                self.ask_again()
            case Command.SKIP if self.position.step.skip:
                self._answer(Answered(self.position.step.id, SKIPPED))
            case Command.SKIP:
                self.say("no_skip")
                self.ask_again()
            case _:
                return False
        return True

    def _back(self) -> None:
        """Out of a menu, a list of places or a later page first; else to the question before."""
        shown, step = self.state.shown, self.position.step
        if self._proposed(step) and not (self.state.proposed and self.state.proposed.early):
            self.drop(step.id)
        elif shown is None or step.kind is Kind.END or self._now(shown.step) == step.id:
            first_page = self.questions.pages(step, self.state)[0]
            if self.position.answered and (shown is None or step.kind is Kind.END or shown.options == first_page):
                self.drop(self.position.answered[-1].id)
        self.ask_again()

    def _from_menu(self, shown: Shown, text: str) -> None:
        """An answer to the list of languages, or of answers to change."""
        number = normalise(text)
        at = int(number) - 1 if number.isdecimal() and len(number) <= 2 else -1
        if 0 <= at < len(shown.options):
            chosen: str | None = shown.options[at]
        elif shown.step == LANGUAGES:
            chosen = self.reader.tongue(text)
        else:
            chosen = self.reader.labels[self.flow.id].get(number)
        if chosen is None:
            self._keep(text)
            if not self._alarmed(text):
                self._refuse_menu(shown)
        elif shown.step == LANGUAGES:
            self._choose_language(chosen)
        else:
            self.drop(chosen)
            self.ask_again()

    def _refuse_menu(self, shown: Shown) -> None:
        """No menu holds anyone: after enough tries the dialogue goes on as it was."""
        self.log(Refused(shown.step))
        if self.state.refusals[shown.step] % self.flow.lost_after:
            if shown.step == LANGUAGES:
                self._ask_language()
            else:
                self._ask_change()
        elif shown.step == LANGUAGES:
            self._choose_language(self.reader.language)
        else:
            self.ask_again()

    def _choose_language(self, language: str) -> None:
        self.log(LanguageSet(language))
        self.events.append(LanguageChosen(language))

    # ---- answering

    def _take(self, answer: Answered) -> None:
        """What was chosen: an answer, a further page, an explanation, or which answer to change."""
        step = self.position.step
        if answer.value in (MORE, (MORE,)):
            self._keep(answer.said)
            self._next_page()
            return
        if answer.value == CHANGE_ANSWER and step.kind is Kind.REVIEW:
            self._keep(answer.said)
            self._ask_change()
            return
        values = answer.value if isinstance(answer.value, tuple) else (answer.value,)
        chosen = [option for option in step.options if option.id in values]
        listed = self.state.shown.options if self.state.shown else ()
        if chosen and chosen[0].tells is not None:
            self._keep(answer.said)
            self._ask(told=chosen[0])
        elif any(value in listed and value not in step.offers for value in values):
            self._outdated(answer.said)
        else:
            self._answer(answer, chosen)

    def _answer(self, answer: Answered, chosen: Sequence[Option] = ()) -> None:
        after, step = self.position.index, self.position.step
        shown = self.state.shown
        self.log(answer)
        self.events.extend(Marked(option.mark) for option in chosen if option.mark)
        if step.type is AnswerType.CONSENT:
            wording = shown.wording if shown else ""
            self.events.append(Consented(step.purpose or step.id, str(answer.value), wording))
        words = answer.said or (str(answer.value) if step.type is AnswerType.TEXT else "")
        if not self._alarmed(words):
            self.proceed(after=after)

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

    def _alarmed(self, text: str) -> bool:
        """Whether the words were an alarm that changed the way; if so the dialogue goes on from there."""
        at = self.heed_alarm(text)
        if at is None:
            return False
        self.proceed(after=at)
        return True

    def _refuse(self, text: str, *, why: str = "") -> None:
        """Not understood: twice in other words, then a person. What was written is kept for them, as the answer where
        it can be one. `why`: the phrase that explains, where there is one of its own."""
        step = self.position.step
        self.log(Refused(step.id))
        times = self.state.refusals[step.id]
        if times != self.flow.lost_after and not (times > self.flow.lost_after and step.type in _KEPT_IN_WORDS):
            self._keep(text)
            if why:
                self.say(why)
            else:
                self._explain()
            self.ask_again()
            return
        if times == self.flow.lost_after:
            self.events.append(Lost(step.id))
            self.say("lost")
        if step.type in _KEPT_IN_WORDS:
            self._answer(Answered(step.id, NOT_KNOWN, text.strip(), sure=False))
        else:
            self._keep(text)
            self.ask_again()

    def _needed(self, text: str) -> None:
        """They do not know, or would rather not say, where the way can not be chosen without them: what can be told of
        it is told once, then it is said why we ask."""
        step, shown = self.position.step, self.state.shown
        tells = next((option for option in step.options if option.tells), None)
        if tells and shown and tells.id in shown.options:
            self._ask(told=tells)
        else:
            self._refuse(text, why="needed")

    def _signed(self, text: str) -> None:
        """No word in it. A thumb is a yes or a no, but not to sharing; anything else is gently asked again, and the
        first time it does not count."""
        step, sign = self.position.step, sign_of(text)
        value = None if step.type is AnswerType.MANY else self._known(step).get(sign.value)
        if value in (YES, NO) and step.type is AnswerType.CONSENT:
            self.say("sign_consent")
            self.ask_again()
        elif value is not None and value in (*step.offers, SEND, CHANGE_ANSWER):
            self._take(Answered(step.id, value))
        elif self.state.refusals.get(SIGNS):
            self._refuse(text)
        else:
            self.log(Refused(SIGNS))
            self.say("sign")
            self.ask_again()

    # ---- messages in a row

    def _keep(self, text: str) -> None:
        """Words that answer nothing are for a person to read; numbers alone say nothing."""
        if any(map(str.isalpha, text)):
            self.log(Answered(KEPT, NOT_KNOWN, text.strip()))

    @property
    def _since_asked(self) -> float:
        """Seconds since the question that waits was put."""
        shown = self.state.shown
        return self.now.timestamp() - shown.at if shown and shown.at else inf

    @property
    def _story(self) -> Step | None:
        """The step before, where it took a story."""
        last = self.position.answered[-1] if self.position.answered else None
        kept = isinstance(self.position.answers.get(last.id), str) if last else False
        return last if last and kept and last.type is AnswerType.TEXT and last.most > _A_NAME else None

    def _story_goes_on(self, text: str) -> bool:
        """At a question that takes any words, whether these belong to the story just told."""
        step = self.position.step
        takes_any = step.type is AnswerType.PLACE or (step.type is AnswerType.TEXT and step.most <= _A_NAME)
        if not takes_any or self._since_asked > STORY or self._story is None or not is_sentence(text, words=6):
            return False
        return step.type is AnswerType.TEXT or not self._plain_place(text)

    def _in_a_burst(self, text: str) -> bool:
        """Whether it was written before our question could be read, or goes on with a story."""
        return is_sentence(text) and self._since_asked <= (STORY if self._story else BURST)

    def _gather(self, text: str) -> None:
        """Put with what it belongs to. The question is repeated once, and a burst gets no more than that."""
        story = self._story
        before = self.state.answers[story.id] if story else None
        answered = self._since_asked <= BURST and was_repeated((*self.session.log, *self.added))
        if story and before and before.value not in (NOT_KNOWN, NOT_SAID, SKIPPED):
            whole = f"{before.said or before.value}\n{text.strip()}"
            self.log(Answered(story.id, whole[: story.most], whole if len(whole) > story.most else ""))
        else:
            self._keep(text)
        if not self._alarmed(text) and not answered:
            self.ask_again()

    def _late(self, text: str) -> bool:
        """Whether it answers the question before, differently, and not this one; the person is asked, nothing is
        guessed."""
        before = self.position.answered[-1] if self.position.answered else None
        if before is None or before.type not in _MAY_BE_LATE or self._since_asked > STILL_LATE:
            return False
        value = Choosing((), self._known(before), ()).exactly(text)
        chosen = next((option for option in before.options if option.id == value and option.tells is None), None)
        old = self.position.answers.get(before.id)
        if value not in options_of(before) or value in (old, *(old if isinstance(old, tuple) else ())):
            return False
        if before.type is not AnswerType.YES_NO and chosen is None:
            return False
        self.log(Proposed(LATE, (before.id, str(value)), text.strip()))
        self._show(self.questions.late(self.state, self.strength), counts=False)
        return True

    def _late_settled(self, answer: str | None, text: str) -> None:
        proposed = self.state.proposed
        self._keep(text if answer is None else "")
        if proposed is None or proposed.step != LATE or answer != YES:
            if proposed and answer == NO:
                self._keep(proposed.said)
            self.log(Proposed(LATE, (), ""))
            if answer is not None or not self._alarmed(text):
                self.ask_again()
            return
        step_id, value = proposed.values
        step = self.flow.step(step_id)
        if step is None or not any(step is each for each in self.position.answered):
            self.log(Proposed(LATE, (), ""))
            self.ask_again()
            return
        at = self.flow.steps.index(step)
        self.log(Answered(step.id, (value,) if step.type is AnswerType.MANY else value, proposed.said))
        self.events.extend(Marked(option.mark) for option in step.options if option.id == value and option.mark)
        self.proceed(after=at)

    def _explain(self) -> None:
        """The step's own words, else the shipped ones: for a list, or for anything written."""
        step = self.position.step
        times = min(self.state.refusals.get(step.id, 1), 2)
        if len(step.wrong) >= times:
            self._speak(step.wrong[times - 1])
        else:
            self.say(f"not_read_{times}" if step.type in _KEPT_IN_WORDS else f"not_understood_{times}")

    # ---- places

    def _proposed(self, step: Step) -> bool:
        return self.state.proposed is not None and self.state.proposed.step == step.id

    def _place_typed(self, text: str) -> None:
        step, proposed = self.position.step, self.state.proposed
        if self._proposed(step) and proposed is not None:
            names = {normalise(self.questions.region_name(region)): region for region in reversed(proposed.values)}
            choosing = Choosing((*proposed.values, NONE), names, self.reader.words)
            taken = choosing.one(text) or getattr(choosing.leading(text), "value", None)
            if taken is not None:
                self._reading_chosen(str(taken))
                return
        if (declined := self._known(step).get(normalise(text))) in (NOT_KNOWN, NOT_SAID):
            self._place_declined(str(declined), text)
            return
        found = self.reader.places.find(text, countries=self.reader.countries)
        if not found and self.reader.heard(text):
            self._keep(text)
        if found or not self._alarmed(text):
            self._place_found(found, text)

    def _located(self, latitude: float, longitude: float) -> None:
        if self.position.step.type is not AnswerType.PLACE:
            self.say("unreadable")
            self.ask_again()
            return
        found = self.reader.places.near(latitude, longitude, countries=self.reader.countries)
        self._place_found(found, "")

    def _place_found(self, found: tuple[Candidate, ...], text: str) -> None:
        """Never guessed silently: one exact match is confirmed inside the next message, anything else by a list. Where
        every question counts there is no list, and what is not plain is left for a person to ask; where nothing may be
        echoed, so is all of it."""
        step, said = self.position.step, text.strip()
        plain = bool(found) and self.reader.places.accepted(found)
        exact = plain and found[0].exact and bool(text)
        quiet = self.strength is Strength.QUIET
        if whole_number(text) is not None and not self.state.refusals.get(step.id):
            self._refuse(text)
        elif quiet or self._brief() or exact:
            region = found[0].region if plain or (found and not text) else NOT_KNOWN
            if region != NOT_KNOWN and not quiet:
                self.lead = self.questions.taken(found[0])
            self._answer(Answered(step.id, region, said, sure=exact and not quiet))
        elif found:
            self.log(Proposed(step.id, tuple(candidate.region for candidate in found), said))
            self._ask()
        else:
            self._refuse(text)

    def _place_declined(self, value: str, text: str) -> None:
        """Once it is said that any big town will do; then a person decides where to look."""
        step = self.position.step
        if self.strength is Strength.QUIET or self._brief() or self.state.refusals.get(step.id):
            self._answer(Answered(step.id, value, text.strip(), sure=False))
        else:
            self.log(Refused(step.id))
            self.say("place_unknown")
            self.ask_again()

    def _plain_place(self, text: str) -> Candidate | None:
        """The one place the words name for sure, as it is spelt."""
        found = self.reader.places.find(text, countries=self.reader.countries)
        return found[0] if found and found[0].exact and self.reader.places.accepted(found) else None

    def _place_at_last(self, text: str) -> bool:
        """A place that is named for sure after its question had to go on without one: it may be all that a helper
        needs, so it counts now."""
        here = self.position
        step = next((each for each in here.answered if each.type is AnswerType.PLACE), None)
        if step is None or here.answers.get(step.id) != NOT_KNOWN or (found := self._plain_place(text)) is None:
            return False
        quiet = self.strength is Strength.QUIET
        if not quiet and step is here.answered[-1]:
            self.lead = self.questions.taken(found)
        self.log(Answered(step.id, found.region, text.strip(), sure=not quiet))
        self.ask_again()
        return True

    def _place_named_early(self, step: Step) -> None:
        """A place in the words that opened the dialogue is offered where the question first comes up, not taken."""
        if step.type is not AnswerType.PLACE or FIRST_WORDS not in self.state.answers or step.id in self.state.screens:
            return
        if step.id in self.state.refusals or self.strength is Strength.QUIET or self._brief():
            return
        said = self.state.answers[FIRST_WORDS].said
        found = self.reader.places.find(said, countries=self.reader.countries)
        if self.reader.places.accepted(found):
            self.log(Proposed(step.id, (found[0].region,), said, early=True))

    def _brief(self) -> bool:
        """Where every question counts."""
        brief = self.flow.terms.get("brief")
        return brief is not None and brief.holds(self.position.answers)

    def _day_typed(self, text: str) -> None:
        """One of the days that were shown, or another."""
        proposed = self.state.proposed
        listed = (*proposed.values, NONE) if proposed else ()
        value = Choosing(listed, {}, self.reader.words).one(text)
        if value is not None:
            self._reading_chosen(value)
            return
        if whole_number(text) is not None:
            self._refuse(text)
            return
        self.log(Proposed(self.position.step.id, (), ""))
        self._typed(text, self.questions.pages(self.position.step, self.state)[0])

    def _reading_chosen(self, value: str) -> None:
        """One of several places or days that their words may mean."""
        step, proposed = self.position.step, self.state.proposed
        said = proposed.said if proposed else ""
        if value != NONE:
            of_nepal = step.type is AnswerType.DATE and self.reader.calendar == BIKRAM_SAMBAT
            sure = not of_nepal or is_settled(date.fromisoformat(value))
            self._answer(Answered(step.id, value, "" if proposed and proposed.early else said, sure=sure))
        elif proposed and (proposed.early or step.fact == ISSUE):
            if not proposed.early:
                self._keep(said)
            self.log(Proposed(step.id, (), ""))
            self._ask()
        else:
            self._refuse(said)

    # ---- problems

    def _issue_meant(self, text: str) -> bool:
        """At a list of problems what their own words may mean is offered, once; the person chooses."""
        step = self.position.step
        if not self._lists_issues(step) or not self.reader.means:
            return False
        options = self.reader.means(text, step.offers)
        if not options:
            return False
        self.log(Refused(step.id))
        self.log(Proposed(step.id, options, text.strip()))
        self._ask()
        return True

    def _issue_told_early(self, step: Step) -> None:
        """A problem that the words which opened the dialogue surely name is offered in place of the whole list."""
        if not self._lists_issues(step) or FIRST_WORDS not in self.state.answers or step.id in self.state.screens:
            return
        said = self.state.answers[FIRST_WORDS].said
        if self.reader.means and (options := self.reader.means(said, step.offers, sure=True)):
            self.log(Proposed(step.id, options, said, early=True))

    def _lists_issues(self, step: Step) -> bool:
        """Whether it does, and has not been answered in words that nobody could read."""
        offers = step.fact == ISSUE and step.type is AnswerType.CHOICE and step.id not in self.state.refusals
        return offers and self.strength is not Strength.QUIET and not self._brief()

    # ---- speaking

    def proceed(self, *, after: int) -> None:
        """Says what lies between the step at `after` and the next question, then asks it, or ends."""
        if self._language_open():
            self._ask_language()
            return
        here = self.position
        for index, step in here.says:
            if index > after:
                self._speak(step.line)
        if here.step.kind is Kind.END:
            self._speak(here.step.line)
            self.events.append(Ended(here.step.outcome))
        else:
            self._ask()

    def _language_open(self) -> bool:
        return not self.state.language_sure and len(self.reader.languages) > 1

    def _ask_language(self) -> None:
        """It counts as a question only where it is ours: who asks for it takes a detour."""
        self._show(self.questions.languages(self.state), counts=self._language_open())

    def ask_again(self) -> None:
        if self._language_open():
            self._ask_language()
        elif self.position.step.kind is Kind.END:
            self.proceed(after=self.position.index)
        else:
            self._ask()

    def _ask(self, *, page: int = 0, told: Option | None = None) -> None:
        self._place_named_early(self.position.step)
        self._issue_told_early(self.position.step)
        asked = self.questions.question(self.position, self.state, self.strength, page=page, told=told, lead=self.lead)
        self._show(asked, counts=told is None)

    def _ask_change(self) -> None:
        self._show(self.questions.changes(self.position, self.state), counts=False)

    def _next_page(self) -> None:
        shown = self.state.shown
        pages = self.questions.pages(self.position.step, self.state)
        self._ask(page=pages.index(shown.options) + 1 if shown and shown.options in pages else 0)

    def _show(self, asked: Asked, *, counts: bool = True) -> None:
        options = tuple(option.id for option in asked.options)
        self.log(Shown(asked.step, options, wording_version(asked.text), counts, int(self.now.timestamp())))
        self.events.append(asked)

    def say(self, phrase: str) -> None:
        self._speak(self.phrases[phrase])

    def _speak(self, line: Line) -> None:
        text = line.pick(self.position.answers, self.strength)
        if text is not None:
            self.events.append(Said(text))


def wording_version(text: Text) -> str:
    """A short name for an exact source text, so that a record can say which one was shown."""
    return _version(text.context, text.source)


@cache
def _version(context: str, source: str) -> str:
    """Kept, since there are only as many as the dialogues have texts."""
    return sha256(f"{context}\n{source}".encode()).hexdigest()[:8]
