"""The contract every channel keeps, and the words it is written in.

A channel verifies what comes in, hands it to the `Intake` and answers its provider only when that returns; it sends one
`Outgoing` at a time and says precisely how a send failed. It knows nothing of flows, cases or storage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from aiohttp import web

# ---- what comes in


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Words a person wrote. `edited`: a correction of an earlier message, which is not an answer by itself."""

    text: str
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """A button we once showed; `data` is what we put in it."""

    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLocation:
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedContact:
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """Something that is not words (photo, voice, file, sticker). It is not fetched; `caption` is read as words."""

    kind: str
    caption: str = ""


class OptOut(StrEnum):
    """The provider itself handled such a word and already answered the person (Twilio's OptOutType), or the person
    blocked the bot or let it back in."""

    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptedOut:
    kind: OptOut
    text: str = ""


Content = Typed | Tapped | SharedLocation | SharedContact | Attached | OptedOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One message as a provider delivered it. (`channel`, `provider_id`) names it for ever; `address` is where the
    reply goes (E.164, or a chat id as text). `trace`: what the provider calls the message where it can be erased there;
    "" where nothing stays there. `sent_at`: when it was written, where the provider says so."""

    channel: str
    provider_id: str
    address: str
    content: Content
    language_hint: str = ""
    trace: str = ""
    sent_at: datetime | None = field(default=None, compare=False)


class Delivery(StrEnum):
    """How far a sent message came. It only ever moves to the right; `failed` and `delivered` are final."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A provider's later word on one send; `reference` is the one we gave `send`."""

    channel: str
    reference: str
    provider_id: str
    state: Delivery
    code: str = ""


class Intake(Protocol):
    """Where channels put what they receive. Returns only after commit."""

    async def take(self, messages: Sequence[Inbound]) -> None:
        """Every message is stored or known already. Raises StoreDown: nothing was taken, offer them again."""

    async def report(self, report: DeliveryReport) -> None: ...


class StoreDown(Exception):
    """The database cannot take messages now; a hook answers 503 and a poller does not move its offset."""


# ---- what goes out


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a channel can show. `buttons`: choices become buttons, else numbered lines. `menu`: most choices a
    message (`menu_wide` where the text needs UCS-2). `length`: most characters a send. `counted`: parts matter."""

    buttons: bool
    menu: int
    menu_wide: int
    length: int
    counted: bool
    shares_location: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A button or a numbered line. `data` comes back in Tapped and holds nothing a reader of it could use."""

    label: str
    data: str


class Ask(StrEnum):
    """What a keyboard may offer to share."""

    LOCATION = "location"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message ready to send. `text` is complete in itself: numbered lines are already in it where there are no
    buttons. `asks` is set only where limits allow. `replaces`: provider id of an earlier message to edit, if
    possible."""

    text: str
    choices: tuple[Choice, ...] = ()
    asks: Ask | None = None
    asks_label: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    provider_id: str
    parts: int = 1


class SendFailed(Exception):
    """A send that did not (surely) happen, or a list the provider did not give.

    code: short and stable (`blocked`, `opted_out`, `bad_address`, `too_long`, `flood`, `refused`, `unreachable`, ...).
    retry: it may work later. unsure: the provider may have taken it, so look before repeating. after: seconds the
    provider asks us to wait. alarm: a person should look (bad token, account closed).
    """

    def __init__(
        self, code: str, *, retry: bool = False, unsure: bool = False, after: float | None = None, alarm: bool = False
    ) -> None:
        super().__init__(code)
        self.code = code
        self.retry = retry
        self.unsure = unsure
        self.after = after
        self.alarm = alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class Unerased:
    """What is still at the provider. later: it may go another time. never: it can not be erased there any more."""

    later: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class Channel(Protocol):
    """One way to reach people. `name` is stored with every conversation, so it never changes."""

    @property
    def name(self) -> str: ...

    @property
    def limits(self) -> Limits: ...

    @property
    def pace(self) -> Pace: ...

    def routes(self, intake: Intake) -> Sequence[web.RouteDef]:
        """The hooks this channel needs; mounted by `bot/web`."""

    async def listen(self, intake: Intake) -> None:
        """Runs for the life of the service where the channel fetches, registers its hook or answers taps; returns at
        once where there is nothing to do. Started once the hooks are served."""

    async def send(self, address: str, message: Outgoing, *, reference: str) -> Sent:
        """Raises SendFailed. `reference` comes back in delivery reports."""

    async def look_up(self, address: str, message: Outgoing, *, since: datetime) -> Sent | Unknowable | None:
        """After an unsure send: the message as the provider has it, None if it surely has not, UNKNOWABLE if it can
        never say. Raises SendFailed when it cannot say now."""

    async def missed(self, *, since: datetime) -> Sequence[Inbound]:
        """Recent inbound messages as the provider lists them, oldest first, for the sweep; empty where the provider
        re-delivers. Raises SendFailed when the provider cannot say."""

    @property
    def erasable_for(self) -> timedelta:
        """How long after it was written a message can be erased at the provider."""

    async def erase(self, address: str, traces: Sequence[str]) -> Unerased:
        """Erases these messages, theirs and ours, at the provider; one that is not there any more is erased. At most
        `ERASED_AT_ONCE` a call. Raises SendFailed when nothing can be erased now."""

    async def close(self) -> None: ...


ERASED_AT_ONCE = 100


class Unknowable(StrEnum):
    UNKNOWABLE = "unknowable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Sends a second for the whole sender, and the least seconds between two sends to one chat."""

    per_second: float
    chat_gap: float
