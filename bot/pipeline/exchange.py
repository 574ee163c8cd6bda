"""One conversation while one message is dealt with: what changes of it, what is said, what is set in motion.

Here the dialogue begins, goes on, begins again and ends; which message does which is decided in `turn.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.casework.effects import (
    AddToCase,
    Alarmed,
    CallPerson,
    CompleteCase,
    DraftBegun,
    Effect,
    FileCase,
    KeepNothing,
    LanguageChanged,
    Learned,
    PickCase,
    RecordConsent,
    Resumed,
    TellDetails,
    TellStatus,
)
from bot.casework.safety import LIVE_FOR
from bot.casework.voice import Voice
from bot.channels.base import Outgoing
from bot.pipeline.contract import Turn
from bot.pipeline.numbers import numbers_now
from flows.dialogue import engine, filed
from flows.dialogue.conversation import Conversation, Pending
from flows.dialogue.definition import Kind, Step
from flows.dialogue.events import (
    Asked,
    Consented,
    Ended,
    Event,
    Given,
    LanguageChosen,
    Lost,
    Marked,
    Moved,
    Received,
    Said,
    Wrote,
)
from flows.dialogue.position import fold, position
from flows.dialogue.reading import Reader
from flows.dialogue.session import Answered, Session, Shown
from flows.dialogue.text import Text
from flows.routing.casebook import Lane, PageKind
from flows.routing.network import Contact

STARTS_CLEAN_AFTER = timedelta(days=30)
QUIET_STARTS_CLEAN_AFTER = timedelta(minutes=30)
DETAILS_WAIT = timedelta(hours=24)
"""How long a number may still answer the question asked after "Sent"."""
OPENING = "opening"
PRESSING = ("danger", "held", "cant_say")
"""The first question, and its answers that call a person at once."""
SENT, NOT_SHARED = "sent", "not_shared"
"""Outcomes of the dialogue; any other means that nothing is kept."""
_LANES: Mapping[object, Lane] = {"danger": Lane.DANGER, "held": Lane.HELD}


class Exchange:
    """`before` is the conversation as the message found it, `conversation` as it is by now. `clean`: so long has passed
    since the message before that whoever writes now sees nothing of what was said then. `choices`: (answer, data) pairs
    under what is said, where it is a question of ours and not the dialogue's. `language_hint`: asked only where
    the person's language is not known."""

    def __init__(
        self,
        conversation: Conversation,
        *,
        voice: Voice,
        reader: Callable[[str, str], Reader],
        flow: str,
        language_hint: Callable[[], str],
        now: datetime,
        contacts: Sequence[Contact] = (),
    ) -> None:
        known = conversation.draft is not None and conversation.draft.flow in voice.flows.flows
        self.before = conversation
        self.conversation = replace(
            conversation,
            session=conversation.session if known else None,
            pending=Pending.NOTHING,
            aside=conversation.aside if conversation.pending is Pending.WHICH else "",
            paused=False,
            received_at=now,
        )
        self.clean = _is_long_ago(conversation, now)
        self.now = now
        self._contacts = contacts
        self.notes: list[Outgoing] = []
        self.events: list[Event] = []
        self.choices: Sequence[tuple[Text | str, str]] = ()
        self.effects: list[Effect] = []
        self._alarmed: Alarmed | None = None
        self._details = conversation.session if conversation.draft is None else None
        self._voice = voice
        self._flows = voice.flows
        self._reader = reader
        self._flow = flow
        self._language_hint = language_hint

    def turn(self) -> Turn:
        """What came of it. An intake that was not even shown begins again too, or the next message would show it."""
        if self.clean and self.session is not None and self.session is self.before.session:
            begun = engine.begin_again(self._flows, self.session, reader=self.reader, now=self.now)
            self.set(session=begun.session)
        self._complete()
        if self.before.pending is Pending.WHICH and not any(isinstance(each, PickCase) for each in self.effects):
            self.effects.insert(0, PickCase(0))
        if self._alarmed is not None:
            self.effects.append(self._alarmed)
        if self._may_write_again:
            self.effects.insert(0, Resumed())
        return Turn(
            conversation=self.conversation, outgoing=(*self.notes, *self._spoken()), effects=tuple(self.effects)
        )

    @property
    def _may_write_again(self) -> bool:
        hushed, now = self.before.paused or self.before.silenced, self.conversation
        return hushed and now.case is not None and not (now.paused or now.silenced)

    def _complete(self) -> None:
        """An intake that became a case while they were silent: what they add goes there, and its code is told once."""
        session, before = self.conversation.draft, self.before.draft
        case = filed.case_of(session)
        if session is None or before is None or case is None:
            return
        given = self._given(session)
        if given != self._given(before):
            self.effects.append(
                CompleteCase(case=case, lane=self._lane(given), given=given, first_words=engine.first_words(session))
            )
        receipt = filed.untold(session)
        hidden = self.conversation.shared or self.clean or self.conversation.paused or self.conversation.silenced
        if receipt and self.events and not (hidden or self.choices):
            self.events.insert(0, Said(self._voice.phrase("filed_code", receipt=receipt)))
            self.set(session=filed.told(session))

    def _spoken(self) -> tuple[Outgoing, ...]:
        channel, language = self.conversation.channel, self.language
        if not self.choices:
            return self._voice.dialogue(channel, language, self.events, session=self.conversation.sessions)
        said = [event.text for event in self.events if isinstance(event, Said)]
        return self._voice.messages(channel, language, said, choices=self.choices)

    # ---- what is known

    @property
    def language(self) -> str:
        known = self.conversation.language
        return known if known in self._voice.wording.languages else self._language_hint()

    @property
    def reader(self) -> Reader:
        return self._reader(self.language, self.conversation.channel)

    @property
    def session(self) -> Session | None:
        return self.conversation.session

    @property
    def waiting(self) -> Step | None:
        """The step the dialogue waits at."""
        if self.session is None:
            return None
        flow = self._flows[self.session.flow]
        return position(flow, fold(flow, self.session)).step

    @property
    def is_over(self) -> bool:
        """Ended, and kept for a person who was called."""
        step = self.waiting
        return step is not None and step.kind is Kind.END

    # ---- changing and speaking

    def set(self, **changes: object) -> None:
        self.conversation = replace(self.conversation, **changes)  # type: ignore[arg-type]  # names checked by replace

    def phrase(self, name: str) -> Text:
        return self._voice.phrase(name, quiet=self.conversation.shared or self.clean)

    def say(self, phrase: str) -> None:
        self.events.append(Said(self.phrase(phrase)))

    def ask(self, pending: Pending, phrase: str, choices: Sequence[tuple[Text | str, str]]) -> None:
        """A question of ours, (label, data) under it, which the next message answers."""
        self.set(pending=pending)
        self.say(phrase)
        self.choices = choices

    @property
    def may_correct(self) -> bool:
        """What was sent may be shown: they wrote just now, on a phone of their own, and no question of ours waits."""
        wrote = self.before.received_at
        recent = wrote is not None and self.now - wrote <= LIVE_FOR
        return recent and self.session is None and self.conversation.case is not None and not self.conversation.shared

    def change_language(self, code: str) -> bool:
        """While no intake runs; there the dialogue itself asks."""
        self.set(language=code)
        self.say("language_set")
        if self.conversation.case is not None:
            self.effects.append(LanguageChanged(code))
        return True

    def note(self, phrase: str, language: str) -> None:
        """Said first and by itself, in a language that is not the conversation's."""
        self.notes += self._voice.messages(self.conversation.channel, language, [self._voice.phrase(phrase)])

    def call(self, kind: str) -> None:
        self.effects.append(CallPerson(PageKind(kind)))

    def alarmed(self, words: str, *, sent: bool = False) -> bool:
        """Words that are no answer of an intake, looked at for danger. Whether they called a person; what else they say
        of it counts for the case that was sent. `sent`: also while an intake runs, for they are about that case."""
        kind = self.reader.alarm(words)
        if kind is not None:
            self.call(kind)
        self.alarmed_by(words, sent=sent)
        return kind is not None

    def alarmed_by(self, words: str, *, sent: bool = False) -> None:
        """Words that called a person already if they had to."""
        heard = self.reader.heard(words)
        if heard and self.conversation.case is not None and (sent or self.session is None):
            self._alarmed = Alarmed(heard)

    # ---- the case that was sent

    def add_to_case(self, words: str) -> None:
        self.effects.append(AddToCase(words, clean=self.clean))

    def tell_status(self) -> None:
        """Of the case that was sent, and of one that is being told now."""
        if self.conversation.case is not None:
            self.effects.append(TellStatus(clean=self.clean))
        elif self.session is None:
            self.say("status_none")
        if self.session is not None:
            if not self.is_over:
                self.say("status_draft")
            self.show_again()

    def tell_details(self, received: Received) -> bool:
        """Whether the message answers the question asked after "Sent". That is put once: anything else ends it, and is
        read as what it is."""
        session, since = self._details, self.before.received_at
        if session is None or since is None or self.now - since > DETAILS_WAIT:
            return False
        if self.clean or self.conversation.shared or self.conversation.case is None:
            return False
        words = received.text if isinstance(received, Wrote) else ""
        if self.reader.alarm(words):
            return False
        moved = engine.advance(self._flows, session, received, reader=self.reader, now=self.now)
        added = moved.session.log[len(session.log) :]
        answered = any(isinstance(entry, Answered) and not entry.step.startswith("@") for entry in added)
        if not answered and not (added and all(isinstance(entry, Shown) for entry in added)):
            return False
        over = any(isinstance(event, Ended) for event in moved.events)
        self.set(session=None if over else moved.session)
        given = engine.given(self._flows, moved.session, reader=self.reader)
        self.effects.append(TellDetails(given=given, reply=moved.events, words=words, since=since))
        return True

    # ---- the dialogue

    def begin(self, first: Received | None) -> None:
        if self.session is None:
            self.effects.append(DraftBegun())
        self.set(sessions=self.conversation.sessions + 1)
        begun = engine.begin(
            self._flows,
            self._flow,
            first,
            reader=self.reader,
            sure=bool(self.conversation.language),
            shared=self.conversation.shared,
            now=self.now,
        )
        self._moved(begun)

    def go_on(self, received: Received) -> None:
        """The session that runs hears a message."""
        assert self.session is not None  # noqa: S101 - narrows the type; the caller has looked
        if self._language_found:
            self._begin_at_last(received)
        elif self.clean:
            self.begin_again(received)
        else:
            self._moved(engine.advance(self._flows, self.session, received, reader=self.reader, now=self.now))

    def begin_again(self, first: Received | None = None) -> None:
        """From the first question; what was said before stays for a person to read."""
        assert self.session is not None  # noqa: S101 - narrows the type; the caller has looked
        self._moved(engine.begin_again(self._flows, self.session, first, reader=self.reader, now=self.now))

    def show_again(self) -> None:
        """The question that waits, if one does."""
        if self.session is None:
            return
        if self._language_found:
            self._begin_at_last(None)
        elif self.clean:
            self.begin_again()
        else:
            self._moved(engine.show_again(self._flows, self.session, reader=self.reader, now=self.now))

    @property
    def _language_found(self) -> bool:
        """We had asked for the language, and the words of this message have told it."""
        return self.session is not None and not self.before.language and bool(self.conversation.language)

    def _begin_at_last(self, received: Received | None) -> None:
        earlier = engine.first_words(self.session) if self.session else ""
        said = received.text if isinstance(received, Wrote) else ""
        self.begin(Wrote("\n".join(filter(None, (earlier, said)))))

    def _moved(self, moved: Moved) -> None:
        if self._pressing(moved.session) > self._pressing(self.session):
            self.effects.append(Learned())
        if self._told_unasked(moved.session) and not self._told_unasked(self.session):
            self.call(PageKind.DANGER)
        shared = self.conversation.shared or moved.quiet
        numbers = () if shared else self._numbers(self.session, moved.session)
        self.set(session=moved.session, shared=shared)
        for each in numbers:
            self.events.append(Said(self.phrase("numbers_here").filled(name=each.name, number=each.number)))
        for event in moved.events:
            match event:
                case Said() | Asked():
                    self.events.append(event)
                case Marked(mark):
                    self.call(mark)
                case Consented():
                    self.effects.append(RecordConsent(event))
                case LanguageChosen(language):
                    self.set(language=language)
                    if self.conversation.case is not None:
                        self.effects.append(LanguageChanged(language))
                    self._moved(engine.go_on(self._flows, moved.session, reader=self.reader, now=self.now))
                case Lost():
                    self.call(PageKind.PERSON)
                case Ended(outcome):
                    self._ended(moved.session, outcome)

    def _numbers(self, before: Session | None, after: Session) -> tuple[Contact, ...]:
        """What someone in danger may ring, as soon as we know where they are."""
        if not self._contacts:
            return ()
        told = engine.given(self._flows, before, reader=self.reader) if before else ()
        tells = engine.given(self._flows, after, reader=self.reader)
        return numbers_now(self._contacts, self.reader.places.regions, told, tells, self.now.date())

    def _told_unasked(self, session: Session | None) -> bool:
        """Whether someone has answered on a phone known to be shared, which is not asked first whether they are in
        danger: there it is taken for granted, each time they come."""
        answered = [each.step for each in session.log if isinstance(each, Answered)] if session else []
        return (
            self.conversation.shared and OPENING not in answered and any(not step.startswith("@") for step in answered)
        )

    def _pressing(self, session: Session | None) -> int:
        """How much of where and how to reach them someone in danger or held has told."""
        if session is None or not any(isinstance(each, Answered) and each.value in PRESSING for each in session.log):
            return 0
        given = engine.given(self._flows, session, reader=self.reader)
        return sum(answer.fact in ("region", "contact") for answer in given)

    # ---- how it ends

    def _ended(self, session: Session, outcome: str) -> None:
        """What someone in danger told and did not share is kept for whoever was called, until they close it."""
        if outcome == NOT_SHARED:
            return
        if outcome == SENT:
            self.effects.append(self._filing(session))
        else:
            self.effects.append(KeepNothing(filed.case_of(session)))
        self.set(session=None)

    def _filing(self, session: Session) -> FileCase:
        """Casework says the ending, which tells the code of the case."""
        ending = self.events.pop()
        assert isinstance(ending, Said)  # noqa: S101 - narrows the type; a dialogue ends with its last words
        given = self._given(session)
        return FileCase(
            lane=self._lane(given),
            given=given,
            first_words=engine.first_words(session),
            ending=ending.text,
            contactable=not any(answer.fact == "contact" and answer.value in ("never", "write") for answer in given),
            case=filed.case_of(session),
        )

    def _lane(self, given: tuple[Given, ...]) -> Lane:
        opening = next((answer.value for answer in given if answer.step == OPENING), "")
        return _LANES.get(opening, Lane.QUIET if self.conversation.shared else Lane.NORMAL)

    def _given(self, session: Session) -> tuple[Given, ...]:
        """What was answered, and always the opening: it says how pressing this is, also where it was answered before
        the dialogue began again."""
        given = engine.given(self._flows, session, reader=self.reader)
        opening = engine.last_given(self._flows, session, OPENING, reader=self.reader)
        return (*filter(None, (opening,)), *(answer for answer in given if answer.step != OPENING))


def _is_long_ago(conversation: Conversation, now: datetime) -> bool:
    """Since the message before; soon on a phone others read."""
    wait = QUIET_STARTS_CLEAN_AFTER if conversation.shared else STARTS_CLEAN_AFTER
    return conversation.received_at is not None and now - conversation.received_at > wait
