"""Who is on the demo's stage: two people who need help, the helpers and coordinators of an invented network, each with
a simulated phone; and the clock that can be moved."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.casework.casework import Casework
from bot.casework.effects import Erase
from bot.channels.base import Content, SharedLocation, Tapped, Typed
from bot.channels.simulator import Bubble, Look, SimulatorChannel
from bot.pipeline.clock import TimerWheel
from bot.pipeline.outbox import Outbox
from flows.dialogue.conversation import Conversation, MemberId
from flows.routing.casebook import Role
from flows.routing.network import Network
from flows.routing.partners import Partner
from storage import MemberScope, ShiftedClock, Store, Tx
from storage.bells import Bell

SEEKERS: Mapping[str, Look] = {"sms": Look.SMS, "telegram": Look.TELEGRAM}
_HELPER = "helper-"
_LANGUAGE = "en"
LONGEST_JUMP = 72
NEAR = {
    "en": SharedLocation(latitude=-0.3031, longitude=36.08),
    "ar": SharedLocation(latitude=36.8065, longitude=10.1815),
}
"""What a shared location says: the middle of the town of each language's story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """A member with a phone. `group` is the partner's name, or empty for a coordinator. `speaks`: their languages, best
    first; empty: whichever is wanted."""

    key: str
    member: MemberId
    holder: str
    group: str
    speaks: tuple[str, ...] = ()

    def language(self, wanted: str) -> str:
        if not self.speaks or wanted in self.speaks:
            return wanted
        return _LANGUAGE if _LANGUAGE in self.speaks else self.speaks[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """Whose screen it is now: after starting over, the same key is another address."""

    key: str
    channel: SimulatorChannel
    address: str


@dataclass(slots=True, kw_only=True)
class Demo:
    """`guest` is who looks at the desk without signing in. `newcomers`, `cast`: how often the seekers' and the helpers'
    phones were changed for new ones."""

    store: Store
    casework: Casework
    wheel: TimerWheel
    outbox: Outbox
    clock: ShiftedClock
    channels: Mapping[Look, SimulatorChannel]
    helpers: Sequence[Helper]
    guest: MemberId
    language: str = _LANGUAGE
    newcomers: int = 0
    cast: int = 0
    moving: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def keys(self) -> Sequence[str]:
        return (*SEEKERS, *(helper.key for helper in self.helpers))

    def phone(self, key: str) -> Phone:
        """Whose screen that is now. Raises KeyError for a key that is not on the stage."""
        look = SEEKERS.get(key, Look.TELEGRAM)
        return Phone(key=key, channel=self.channels[look], address=self._addresses()[key])

    def key_of(self, look: Look, address: str) -> str | None:
        """None for a phone that was changed for another."""
        channel = self.channels[look]
        found = (key for key, known in self._addresses().items() if known == address)
        return next((key for key in found if self.phone(key).channel is channel), None)

    async def say(self, key: str, content: Content) -> None:
        """Raises ValueError for what that phone cannot do."""
        phone = self.phone(key)
        await phone.channel.say(phone.address, content, language=self.language)

    def near(self) -> SharedLocation:
        return NEAR.get(self.language, NEAR[_LANGUAGE])

    def screen(self, key: str) -> Sequence[Bubble]:
        phone = self.phone(key)
        return phone.channel.phone(phone.address)

    async def conversation(self, tx: Tx, key: str) -> Conversation | None:
        phone = self.phone(key)
        return await tx.conversations.find(phone.channel.name, phone.address)

    @property
    def is_untouched(self) -> bool:
        return self.newcomers == self.cast and not any(map(self.screen, SEEKERS))

    # ---- moving on

    async def advance(self, hours: int) -> None:
        """Moves the clock on from one due moment to the next: what falls due happens at its time, and is on the phones
        before the clock goes on."""
        async with self.moving:
            target = self.clock.now() + timedelta(hours=hours)
            await self._settle()
            while (due_at := await self._next_due()) is not None and due_at <= target:
                self._move_to(due_at)
                await self._settle()
            self._move_to(target)

    def _move_to(self, moment: datetime) -> None:
        self.clock.advance(max(timedelta(), moment - self.clock.now()))
        self.store.ring(Bell.TIMERS)
        self.store.ring(Bell.OUTBOX)

    async def _settle(self) -> None:
        while await self.wheel.turn():
            pass
        await self.outbox.settled()

    async def _next_due(self) -> datetime | None:
        async with self.store.reading() as tx:
            found = [await tx.timers.next_due(), await tx.held.next_due()]
            found += [await tx.outbox.next_due(channel.name) for channel in self.channels.values()]
        return min((due_at for due_at in found if due_at is not None), default=None)

    def welcome(self) -> None:
        """Other people in need come: their phones are empty, and the cases of those before go on."""
        self.newcomers += 1

    async def reset(self, language: str) -> None:
        """Erases all that people told, as DELETE does, and gives everyone an empty phone."""
        await self.store.run(self._erase)
        self.language = language
        await self.store.run(self._speak)
        self.newcomers += 1
        self.cast += 1
        await self.link_helpers()

    async def _erase(self, tx: Tx) -> None:
        for queued in await tx.cases.queue(MemberScope(network=True)):
            await self.casework.apply(tx, await tx.conversations.get(queued.case.conversation), Erase())
        for calling in {page.conversation for page in await tx.pages.open_pages()}:
            await self.casework.apply(tx, await tx.conversations.get(calling), Erase())
        for key in SEEKERS:
            if (conversation := await self.conversation(tx, key)) is not None:
                await self.casework.apply(tx, conversation, Erase())
        for helper in self.helpers:
            for phone in (await tx.members.get(helper.member)).conversations:
                await tx.members.unlink(phone)

    async def _speak(self, tx: Tx) -> None:
        for helper in self.helpers:
            await tx.members.set_language(helper.member, helper.language(self.language))

    async def link_helpers(self) -> None:
        """Each helper sends the code they were given, and who is on call answers the test page, as a real one does."""

        async def invite(tx: Tx) -> dict[str, str]:
            return {helper.key: await tx.members.invite(helper.member) for helper in self.helpers}

        for key, code in (await self.store.run(invite)).items():
            await self.say(key, Typed(text=f"/start {code}"))
        await self.outbox.settled()
        for key in [helper.key for helper in self.helpers]:
            shown = [choice.data for bubble in self.screen(key) for choice in bubble.choices]
            if test := next((data for data in shown if data.startswith("OK ")), None):
                await self.say(key, Tapped(data=test))

    def _addresses(self) -> Mapping[str, str]:
        """Numbers kept free for fiction (+1 NPA 555 01xx), and small chat ids."""
        area, line = divmod(self.newcomers, 100)
        first = 10_000 + self.cast * len(self.helpers)
        return {
            "sms": f"+1{201 + area % 700}55501{line:02}",
            "telegram": str(1_000_000 + self.newcomers),
            **{helper.key: str(first + at) for at, helper in enumerate(self.helpers)},
        }


async def open_stage(
    *,
    store: Store,
    casework: Casework,
    wheel: TimerWheel,
    outbox: Outbox,
    clock: ShiftedClock,
    channels: Mapping[Look, SimulatorChannel],
    network: Network,
    partners: Sequence[Partner],
) -> Demo:
    """Into an empty store, once the channels listen: the helpers link their phones by writing to the service."""

    async def fill(tx: Tx) -> list[Helper]:
        await tx.partners.replace_all(partners)
        helpers: list[Helper] = []
        for name, partner in _cast(network, partners):
            helper = Helper(
                key=f"{_HELPER}{len(helpers)}",
                member=MemberId(""),
                holder=name,
                group=partner.shown_name if partner else "",
                speaks=partner.languages if partner else (),
            )
            role = Role.PARALEGAL if partner else Role.COORDINATOR
            language = helper.language(_LANGUAGE)
            member = await tx.members.add(name, role, partner=partner.id if partner else None, language=language)
            helpers.append(replace(helper, member=member.id))
        return helpers

    helpers = await store.run(fill)
    guest = next(helper.member for helper in helpers if not helper.group)
    demo = Demo(
        store=store,
        casework=casework,
        wheel=wheel,
        outbox=outbox,
        clock=clock,
        channels=channels,
        helpers=helpers,
        guest=guest,
    )
    await demo.link_helpers()
    return demo


def _cast(network: Network, partners: Sequence[Partner]) -> Iterator[tuple[str, Partner | None]]:
    """Everyone's name, and whose member they are: a partner's, or nobody's (a coordinator on call)."""
    for partner in partners:
        for name in partner.members:
            yield name, partner
    oncall = network.oncall
    for name in oncall.names if oncall else ("Coordinator",):
        yield name, None
