"""One phone talking to the real dialogue, and the conversation written down so that anyone can read it.

`> what the person sends`, `< what they see`, `! what is set in motion`, `@ what happens meanwhile`. A line in square
brackets is a button that is tapped; `[2 parts]` is the price of the text message above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot.app import Library, make_turns
from bot.casework.effects import (
    AddToCase,
    Alarmed,
    CallPerson,
    CompleteCase,
    CorrectAnswer,
    DraftBegun,
    Effect,
    Erase,
    FileCase,
    KeepNothing,
    LanguageChanged,
    Learned,
    LinkMember,
    OptedOutNow,
    OptedOutWrote,
    PickAnswer,
    PickCase,
    RecordConsent,
    Resumed,
    ShowAnswers,
    TellDetails,
    TellStatus,
)
from bot.channels.base import Attached, Choice, Content, Inbound, Outgoing, SharedLocation, Tapped, Typed
from bot.channels.parts import count
from bot.channels.simulator.channel import LIMITS
from bot.channels.simulator.phones import Look
from bot.pipeline.turn import SeekerTurns
from bot.settings import ConfigInvalid
from flows.dialogue import engine
from flows.dialogue.conversation import DETAILS, CaseId, Conversation, ConversationId
from flows.dialogue.events import Event
from flows.routing.casebook import Lane
from flows.routing.network import Network
from flows.triage.details import about

RECEIPT = "7Q2M 4KXT"
PROMISED_IN = timedelta(hours=4)
"""What casework would fill in: invented here."""
ISSUE = "issue"

_LATER = re.compile(r"(\d+) (minutes|hours|days) later")
_LOCATION = re.compile(r"\(location (-?[\d.]+), (-?[\d.]+)\)")
_ATTACHED = re.compile(r"\((photo|voice)\)")


@dataclass(slots=True, kw_only=True)
class Handset:
    """`conversation` and `now` move as it is used; `choices` are the buttons of the last message."""

    turns: SeekerTurns
    look: Look
    conversation: Conversation
    now: datetime
    choices: tuple[Choice, ...] = ()
    sent: int = 0

    @classmethod
    def fresh(
        cls, *, library: Library, network: Network, look: Look, language: str, now: datetime, flow: str = "intake"
    ) -> Handset:
        """`language`: "" where it is to be found out."""
        limits = {str(each): limits for each, limits in LIMITS.items()}
        return cls(
            turns=make_turns(library, network, limits, languages=network.languages, flow=flow),
            look=look,
            conversation=Conversation(id=ConversationId("handset"), channel=look, language=language),
            now=now,
        )

    def say(self, line: str) -> Iterator[str]:
        """What comes of it: lines of the written conversation. Raises ConfigInvalid for a button nobody showed."""
        self.sent += 1
        message = Inbound(channel=self.look, provider_id=str(self.sent), address="handset", content=self._content(line))
        voice = self.turns.voice
        turn = self.turns.take(self.conversation, message, now=self.now)
        self.conversation = turn.conversation
        outgoing = [*turn.outgoing]
        for effect in turn.effects:
            if isinstance(effect, FileCase):
                self.conversation = replace(self.conversation, case=CaseId("case"))
                at = voice.moment(self.now + PROMISED_IN, self.conversation.language)
                ending = effect.ending.filled(receipt=RECEIPT, deadline=at)
                outgoing += voice.messages(self.look, self.conversation.language, [ending])
                outgoing += self._details_asked(effect)
            if isinstance(effect, TellDetails):
                outgoing += self._said(effect.reply)
            yield f"! {_words(effect)}"
        for each in outgoing:
            yield from self._shown(each)

    def _details_asked(self, filed: FileCase) -> tuple[Outgoing, ...]:
        """What casework asks after "Sent"."""
        flows = self.turns.voice.flows
        chosen = next((str(answer.value) for answer in filed.given if answer.fact == ISSUE), "")
        quiet = self.conversation.shared or filed.lane is not Lane.NORMAL or not filed.contactable
        if quiet or not chosen or DETAILS not in flows.flows:
            return ()
        language, sessions = self.conversation.language, self.conversation.sessions + 1
        reader = self.turns.reader(language, self.look)
        moved = engine.go_on(flows, about(flows, language, chosen), reader=reader, now=self.now)
        self.conversation = replace(self.conversation, session=moved.session, sessions=sessions)
        return self._said(moved.events)

    def _said(self, events: Sequence[Event]) -> tuple[Outgoing, ...]:
        conversation = self.conversation
        return self.turns.voice.dialogue(self.look, conversation.language, events, session=conversation.sessions)

    def wait(self, words: str) -> None:
        """`40 minutes later`. Raises ConfigInvalid."""
        if (found := _LATER.fullmatch(words)) is None:
            raise ConfigInvalid(f"@ {words}: write it as `@ 40 minutes later` (or hours, days).")
        self.now += timedelta(**{found[2]: int(found[1])})

    def _content(self, line: str) -> Content:
        if line.startswith("[") and line.endswith("]"):
            data = next((choice.data for choice in self.choices if choice.label == line[1:-1]), None)
            if data is None:
                raise ConfigInvalid(f"{line}: there is no such button on the screen.")
            return Tapped(data=data)
        if found := _LOCATION.fullmatch(line):
            return SharedLocation(latitude=float(found[1]), longitude=float(found[2]))
        if found := _ATTACHED.fullmatch(line):
            return Attached(kind=found[1])
        return Typed(text=line)

    def _shown(self, message: Outgoing) -> Iterator[str]:
        yield from (f"< {line}".rstrip() for line in message.text.split("\n"))
        if LIMITS[self.look].counted:
            parts = count(message.text).parts
            yield f"  [{parts} part{'' if parts == 1 else 's'}]"
        self.choices = message.choices
        yield from (f"< [{choice.label}]" for choice in message.choices)


def _words(effect: Effect) -> str:  # noqa: C901 - one line for each effect
    """As one would tell it to someone who answers for what happens."""
    match effect:
        case CallPerson(kind):
            return f"the people on duty are called: {kind}"
        case Alarmed(heard):
            return f"the case is more pressing if these words say so: {', '.join(heard)}"
        case Resumed():
            return "they may be written to again, and what was promised is promised anew"
        case Learned():
            return "whoever has the call reads what they told"
        case RecordConsent(consent):
            return f"consent is recorded: {consent.purpose} = {consent.value}"
        case FileCase(lane=lane, contactable=contactable):
            return f"the case goes to partners: {lane}{'' if contactable else ', we never write first'}"
        case CompleteCase():
            return "the case that was made while they were silent is completed"
        case DraftBegun():
            return "a sealed draft begins"
        case KeepNothing():
            return "the draft is thrown away"
        case TellStatus():
            return "they are told how the case stands"
        case AddToCase():
            return "their words go to the case"
        case TellDetails():
            return "what they told more of it goes to the case"
        case PickCase(number):
            return f"the words that waited go to case {number or 1} of those that are open"
        case ShowAnswers():
            return "they are shown their answers, to correct one"
        case PickAnswer(number):
            return f"answer {number} is asked for again"
        case CorrectAnswer(step):
            return f"the case is corrected, and whoever has it is told: {step}"
        case LanguageChanged(language):
            return f"helpers see that they now write in {language}"
        case Erase():
            return "everything they sent is erased"
        case OptedOutNow():
            return "no more messages go to this phone"
        case OptedOutWrote():
            return "the people on duty are called: DO NOT TEXT"
        case LinkMember():
            return "the phone is linked to a member"
        case _:
            assert_never(effect)


HEADER = ("channel", "language", "flow", "begins")


def header(handset: Handset) -> str:
    begins = handset.now.strftime("%Y-%m-%d %H:%M")
    language = handset.conversation.language
    return f"channel: {handset.look}\nlanguage: {language}\nflow: {handset.turns.flow}\nbegins: {begins}\n"


def replay(transcript: str, *, library: Library, network: Network) -> str:
    """The written conversation as it comes out today; equal to the text given where nothing has changed. Raises
    ConfigInvalid where it cannot be played."""
    written = [line for line in transcript.splitlines() if line.startswith("#")]
    for _, lines in replaying(transcript, library=library, network=network):
        written += lines
    return "\n".join(written) + "\n"


def replaying(transcript: str, *, library: Library, network: Network) -> Iterator[tuple[Handset, list[str]]]:
    """The phone after each line of the written conversation, and what came of that line. Raises as `replay`."""
    lines = transcript.splitlines()
    fields = dict(line.split(": ", 1) for line in lines if line.split(":")[0] in HEADER and ": " in line)
    handset = Handset.fresh(
        library=library,
        network=network,
        look=Look(fields["channel"]),
        language=fields.get("language", ""),
        flow=fields["flow"],
        now=datetime.strptime(fields["begins"], "%Y-%m-%d %H:%M").replace(tzinfo=UTC),
    )
    yield handset, header(handset).splitlines()
    for line in lines:
        if line.startswith("> "):
            yield handset, ["", line, *handset.say(line.removeprefix("> "))]
        elif line.startswith("@ "):
            handset.wait(line.removeprefix("@ "))
            yield handset, ["", line]
