"""The whole line in one hand: people write and tap, time is moved, and what phones show is read.

Only the providers are pretended: messages go through the real inbox, casework, store, outbox and timer wheel.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from aiohttp import web

from bot.casework.casework import Casework
from bot.casework.effects import FileCase, RecordConsent
from bot.casework.voice import Voice
from bot.channels.base import (
    Content,
    Inbound,
    Intake,
    Limits,
    OptedOut,
    OptOut,
    Outgoing,
    Pace,
    SendFailed,
    Sent,
    Tapped,
    Typed,
    Unerased,
    Unknowable,
)
from bot.pipeline.clock import TimerWheel
from bot.pipeline.eraser import Eraser
from bot.pipeline.handler import House
from bot.pipeline.inbox import Inbox
from bot.pipeline.outbox import Outbox
from bot.pipeline.turn import SeekerTurns
from bot.wording import Wording
from flows.dialogue.conversation import Conversation
from flows.dialogue.definition import Flows
from flows.dialogue.events import Consented, Given
from flows.dialogue.loader import load
from flows.dialogue.text import Text
from flows.dialogue.tongue import Tongues
from flows.places.index import PlaceIndex
from flows.routing.casebook import Case, Entry, EntryKind, Lane, Member, PartnerId, Referral, Role
from flows.routing.network import load_network
from flows.routing.partners import load_partners
from flows.triage.issues import IssueTree, load_issues, with_rules
from storage import ShiftedClock, Store

SMS, TELEGRAM = "sms", "telegram"
LIMITS: Mapping[str, Limits] = {
    SMS: Limits(buttons=False, menu=9, menu_wide=5, length=1600, counted=True),
    TELEGRAM: Limits(buttons=True, menu=10, menu_wide=10, length=4096, counted=False, shares_location=True),
}
MOST_ROUNDS = 50
ENDING = Text("intake.sent.text", "Sent. Your code is {receipt}. We write here before {deadline}.")
WAITING = Text("intake.sent.will_write", "Sent. Your code is {receipt}. We will not write to you.")

NETWORK = """
name: Test network (invented)
countries: [KE, SL]
languages: [en, sw]
draft_languages: {sw: safeguarding lead}
timezone: Africa/Nairobi
oncall: {repeat: 5 minutes, members: [Nia, Dev], last_resort: Juma}
"""

PARTNERS = """
partners:
  - {id: mto, name: Mto Paralegals (invented), regions: [KE-31, KE-30], issues: [land_environment, violence_abuse],
     languages: [en, sw], independence: independent, certificates: [gbv], genders: [woman, man], max_open: 9,
     hours: {mon-sun: "00:00-24:00"}, timezone: Africa/Nairobi}
  - {id: ziwa, name: Ziwa Land Watch (invented), regions: [KE-31], issues: [land_environment, violence_abuse],
     languages: [en], independence: independent, certificates: [gbv], genders: [man], max_open: 9,
     hours: {mon-sun: "00:00-24:00"}, timezone: Africa/Nairobi}
  - {id: taa, name: Taa Desk (invented), regions: [KE], issues: [land_environment, violence_abuse, detention_police],
     languages: [en, sw], independence: independent, certificates: [gbv, detention], genders: [man], max_open: 9,
     hours: {mon-fri: "08:00-17:00"}, timezone: Africa/Nairobi}
  - {id: mji, name: Mji Public Office (invented), regions: [KE], issues: [land_environment, work], languages: [en],
     independence: state, national: true, genders: [man]}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What the shipped files say, read once for all tests."""

    flows: Flows
    issues: IssueTree
    places: PlaceIndex
    wording: Wording
    tongues: Tongues


def read_library() -> Library:
    root = Path(__file__).resolve().parents[3]
    folder = root / "flows" / "library"
    issues, rules = folder / "issues.yaml", folder / "triage" / "urgency.yaml"
    dialogues = [path for path in sorted(folder.glob("*.yaml")) if path != issues]
    wording = Wording(root / "locales")
    return Library(
        flows=load((path.name, path.read_text(encoding="utf-8")) for path in dialogues),
        issues=with_rules(
            load_issues(issues.name, issues.read_text(encoding="utf-8")), rules.name, rules.read_text(encoding="utf-8")
        ),
        places=PlaceIndex.load((folder / "places" / "places.zip").read_bytes()),
        wording=wording,
        tongues=Tongues(words={code: wording.words(code) for code in ("en",)}, scripts={}),
    )


@dataclass(slots=True)
class Screen:
    """What one phone shows. A message that was edited is shown as it reads now."""

    messages: dict[str, Outgoing] = field(default_factory=dict)
    seen: int = 0

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages.values()]


class Phones:
    """A channel whose provider takes everything, unless a failure is set for an address."""

    pace = Pace(per_second=100_000, chat_gap=0)

    def __init__(self, name: str) -> None:
        self.name = name
        self.limits = LIMITS[name]
        self.screens: dict[str, Screen] = {}
        self.failing: dict[str, str] = {}
        self.erased: list[str] = []
        self._numbers = count(1)

    def screen(self, address: str) -> Screen:
        return self.screens.setdefault(address, Screen())

    def routes(self, intake: Intake) -> Sequence[web.RouteDef]:
        return ()

    async def listen(self, intake: Intake) -> None:
        return

    async def send(self, address: str, message: Outgoing, *, reference: str) -> Sent:
        if address in self.failing:
            raise SendFailed(self.failing[address])
        shown = message.replaces or str(next(self._numbers))
        self.screen(address).messages[shown] = message
        return Sent(provider_id=shown)

    async def look_up(self, address: str, message: Outgoing, *, since: datetime) -> Sent | Unknowable | None:
        return None

    async def missed(self, *, since: datetime) -> Sequence[Inbound]:
        return []

    @property
    def erasable_for(self) -> timedelta:
        return timedelta(days=14)

    async def erase(self, address: str, traces: Sequence[str]) -> Unerased:
        self.erased += traces
        for trace in traces:
            self.screen(address).messages.pop(trace, None)
        return Unerased()

    async def close(self) -> None:
        return


@dataclass(slots=True, kw_only=True)
class Person:
    """Someone with one phone, on the line."""

    line: Line
    channel: str
    address: str

    async def says(self, text: str) -> None:
        await self._sends(Typed(text=text))

    async def taps(self, label: str) -> None:
        """The newest button of that label."""
        screen = self.line.channels[self.channel].screen(self.address)
        shown = [choice for message in reversed(screen.messages.values()) for choice in message.choices]
        data = next((choice.data for choice in shown if choice.label == label), None)
        assert data is not None, f"no button {label!r} in {screen.texts}"
        await self._sends(Tapped(data=data))

    async def stops(self) -> None:
        """The provider's own STOP, which it has answered already."""
        await self._sends(OptedOut(kind=OptOut.STOP, text="STOP"))

    async def _sends(self, content: Content) -> None:
        await self.line.hear(self, content)

    def heard(self) -> list[str]:
        """What has come since it was last asked, newest edits included."""
        screen = self.line.channels[self.channel].screen(self.address)
        new = screen.texts[screen.seen :]
        screen.seen = len(screen.messages)
        return new

    @property
    def screen(self) -> list[str]:
        return self.line.channels[self.channel].screen(self.address).texts

    @property
    def buttons(self) -> list[str]:
        """Of the newest message."""
        screen = self.line.channels[self.channel].screen(self.address)
        return [choice.label for choice in list(screen.messages.values())[-1].choices]

    async def conversation(self) -> Conversation:
        async with self.line.store.reading() as tx:
            found = await tx.conversations.find(self.channel, self.address)
        assert found is not None
        return found


@dataclass(slots=True, kw_only=True)
class Line:
    store: Store
    clock: ShiftedClock
    library: Library
    casework: Casework
    inbox: Inbox
    outbox: Outbox
    eraser: Eraser
    wheel: TimerWheel
    channels: Mapping[str, Phones]
    _numbers: count[int] = field(default_factory=lambda: count(1))

    # ---- people

    def person(self, address: str, channel: str = SMS) -> Person:
        return Person(line=self, channel=channel, address=address)

    async def hear(self, person: Person, content: Content) -> None:
        self.clock.advance(timedelta(seconds=1))
        number = f"M{next(self._numbers)}"
        trace = content.text if isinstance(content, Typed) else ""
        inbound = Inbound(
            channel=person.channel, provider_id=number, address=person.address, content=content, trace=trace
        )
        await self.inbox.take([inbound])
        await self.deliver()

    async def joins(
        self,
        name: str,
        address: str,
        channel: str = TELEGRAM,
        *,
        partner: str = "",
        role: Role = Role.PARALEGAL,
        tested: bool = True,
    ) -> Person:
        """A member with a linked phone, whose screen has been read so far. tested: they answer the test page, if they
        are on the rota."""
        async with self.store.transaction() as tx:
            member = await tx.members.by_name(name) or await tx.members.add(
                name, role, partner=PartnerId(partner) if partner else None
            )
            code = await tx.members.invite(member.id)
        person = self.person(address, channel)
        await person.says(f"/start {code}" if channel == TELEGRAM else f"join {code.lower()}")
        (*_, last) = person.heard()
        if tested and last.startswith("TEST."):
            await person.says(f"OK {last.rstrip('.').rpartition(' ')[2]}")
            person.heard()
        return person

    async def member(self, name: str) -> Member:
        async with self.store.reading() as tx:
            found = await tx.members.by_name(name)
        assert found is not None
        return found

    # ---- a case without walking the intake

    async def files(
        self,
        address: str = "+254700000001",
        channel: str = SMS,
        *,
        lane: Lane = Lane.NORMAL,
        consent: str = "yes",
        first_words: str = "",
        **facts: str,
    ) -> Person:
        """Someone whose intake ended just now. Facts not given: land in Nakuru, texts are safe."""
        facts = {"region": "KE-31", "issue": "land_environment", "contact": "text_or_call", "name": "Amina", **facts}
        given = tuple(_given(fact, value) for fact, value in facts.items() if value)
        quiet = lane is Lane.QUIET or facts["contact"] == "shared"
        self.clock.advance(timedelta(seconds=1))
        async with self.store.transaction() as tx:
            (conversation,) = (await tx.conversations.ensure([(channel, address)])).values()
            began = _received(conversation, tx.now, shared=quiet)
            await tx.conversations.save([began])
            asked = Consented("share_without_name" if lane is Lane.NORMAL else "emergency", consent, "v1")
            await self.casework.apply(tx, began, RecordConsent(asked))
        self.clock.advance(timedelta(seconds=1))
        async with self.store.transaction() as tx:
            began = await tx.conversations.get(began.id)
            writes = facts["contact"] in ("never", "write", "call")
            effect = FileCase(
                lane=lane,
                given=given,
                first_words=first_words,
                ending=WAITING if writes else ENDING,
                contactable=not writes,
            )
            await self.casework.apply(tx, began, effect)
        await self.deliver()
        return self.person(address, channel)

    async def case(self, person: Person) -> Case:
        conversation = await person.conversation()
        assert conversation.case is not None
        async with self.store.reading() as tx:
            return await tx.cases.get(conversation.case)

    async def referrals(self, person: Person) -> dict[str, Referral]:
        """By partner; the last one to each."""
        case = await self.case(person)
        async with self.store.reading() as tx:
            return {str(referral.partner): referral for referral in await tx.referrals.of_case(case.id)}

    async def code(self, person: Person, partner: str) -> str:
        return (await self.referrals(person))[partner].code

    async def timeline(self, person: Person) -> list[Entry]:
        case = await self.case(person)
        async with self.store.reading() as tx:
            return list(await tx.cases.entries(case.id))

    async def happened(self, person: Person) -> list[EntryKind]:
        return [entry.kind for entry in await self.timeline(person)]

    # ---- time

    async def passes(self, **length: int) -> None:
        """Moves the clock step by step, so that each timer fires when it is due."""
        async with self.store.reading() as tx:
            until = tx.now + timedelta(**length)
        while True:
            async with self.store.reading() as tx:
                due, now = await tx.timers.next_due(), tx.now
            at = min(until, due) if due else until
            self.clock.advance(max(at - now, timedelta()))
            while await self.wheel.turn():
                pass
            await self.deliver()
            if at >= until:
                return

    async def deliver(self) -> None:
        for _ in range(MOST_ROUNDS):
            if not sum([await self.outbox.deliver(name) for name in self.channels]):
                return
        raise AssertionError("messages go on for ever")


def _given(fact: str, value: str) -> Given:
    step = {"region": "place"}.get(fact, fact)
    values = tuple(value.split(",")) if fact in ("other_side", "held_state") else value
    shown = values if isinstance(values, tuple) else (value,)
    return Given(
        step=step, fact="" if fact == "opening" else fact, value=values, said="", sure=True, label=None, shown=shown
    )


def _received(conversation: Conversation, now: datetime, *, shared: bool) -> Conversation:
    return replace(conversation, language="en", received_at=now, shared=shared)


@asynccontextmanager
async def open_line(
    store: Store, clock: ShiftedClock, library: Library, *, network: str = NETWORK, partners: str = PARTNERS
) -> AsyncIterator[Line]:
    served = load_network("network.yaml", network)
    channels = {name: Phones(name) for name in LIMITS}
    voice = Voice(wording=library.wording, flows=library.flows, limits=LIMITS, timezone=str(served.timezone))
    casework = Casework(network=served, issues=library.issues, places=library.places, voice=voice)
    turns = SeekerTurns(
        voice=voice,
        tongues=library.tongues,
        places=library.places,
        countries=served.countries,
        languages=served.languages,
        contacts=served.contacts,
    )
    house = House(turns=turns, casework=casework)
    inbox = Inbox(store, house)
    async with store.transaction() as tx:
        await tx.partners.replace_all(load_partners("partners.yaml", partners, issues=library.issues))
    yield Line(
        store=store,
        clock=clock,
        library=library,
        casework=casework,
        inbox=inbox,
        outbox=Outbox(store, channels, house),
        eraser=Eraser(store, channels),
        wheel=TimerWheel(store, casework.timers, inbox=inbox),
        channels=channels,
    )
