"""The composition root: settings in, a running service out. Every part is made here and handed what it needs."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from aiohttp import web
from pydantic import SecretStr

from bot.casework.casework import Casework
from bot.casework.voice import Voice
from bot.channels.base import Channel, Limits
from bot.channels.simulator import Look, SimulatorChannel
from bot.pipeline import away
from bot.pipeline.clock import TimerWheel
from bot.pipeline.eraser import Eraser
from bot.pipeline.handler import House
from bot.pipeline.inbox import Inbox
from bot.pipeline.outbox import Outbox
from bot.pipeline.turn import SeekerTurns
from bot.settings import ROOT, ConfigInvalid, Settings, TelegramMode
from bot.web.demo import Demo, open_stage
from bot.web.desk import Desk
from bot.web.health import Health
from bot.web.site import make_site
from bot.wording import SOURCE, Watch, Wording
from flows.dialogue.definition import Flows
from flows.dialogue.loader import load as load_flows
from flows.dialogue.tongue import Tongues
from flows.places.index import PlaceIndex
from flows.routing.network import Network, load_network
from flows.routing.partners import Partner, load_partners
from flows.triage.details import with_details
from flows.triage.issue_words import IssueWords, load_issue_words
from flows.triage.issues import IssueTree, load_issues, with_rules
from flows.triage.suggest import Hints
from storage import Clock, DatabaseClock, KeyFile, ShiftedClock, Store
from storage.errors import StoreUnreachable

LIBRARY = ROOT / "flows" / "library"
RULES = LIBRARY / "triage" / "urgency.yaml"
LOCALES = ROOT / "locales"
DEMO = ROOT / "deploy" / "demo"
LOOK_EVERY = timedelta(seconds=0.5)
"""How often the translators' files are looked at; a saved one is to be live within two seconds."""
RESTART_AFTER = timedelta(seconds=1)
SERVED = ("reviewed", "live")

_log = structlog.get_logger()


LOGGED = frozenset(
    {"event", "level", "timestamp", "attempts", "channel", "code", "count", "error", "kind", "loop", "messages", "ms",
     "parts", "state"}
)  # fmt: skip
"""All that a log line may hold. Text, names, numbers and coordinates are not in it, so they cannot be logged by
mistake; neither are tracebacks, which quote what a line of code was about."""


def start_logging(settings: Settings, *, for_people: bool) -> None:
    """JSON lines, or plain ones for someone at a terminal. Other libraries' lines below a warning are left out."""
    level = getattr(logging, settings.log.upper())
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s", stream=sys.stderr, force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_what_may_be_logged,
            structlog.dev.ConsoleRenderer() if for_people else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _only_what_may_be_logged(logger: object, method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in line.items() if key in LOGGED}


class PortTaken(Exception):
    """Another program listens there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What the shipped files say, read once."""

    flows: Flows
    issues: IssueTree
    places: PlaceIndex
    wording: Wording
    tongues: Tongues
    hints: Hints


def read_library() -> Library:
    """Raises FileBroken naming file, line and mend."""
    issues = LIBRARY / "issues.yaml"
    dialogues = [path for path in sorted(LIBRARY.glob("*.yaml")) if path != issues]
    flows = load_flows((path.name, path.read_text(encoding="utf-8")) for path in dialogues)
    tree = load_issues(issues.name, issues.read_text(encoding="utf-8"))
    tree = with_rules(tree, RULES.name, RULES.read_text(encoding="utf-8"))
    flows = with_details(flows, tree)
    wording = Wording(LOCALES, critical=flows.critical)
    return Library(
        flows=flows,
        issues=tree,
        places=PlaceIndex.load((LIBRARY / "places" / "places.zip").read_bytes()),
        wording=wording,
        tongues=make_tongues(wording),
        hints=Hints(menu=tree.menu, words=read_issue_words(wording.languages, tree)),
    )


def read_issue_words(languages: Iterable[str], tree: IssueTree, locales: Path = LOCALES) -> Mapping[str, IssueWords]:
    """By language, where the language has any. Raises FileBroken."""
    paths = {code: locales / code / "issues.yaml" for code in languages}
    return {
        code: load_issue_words(str(path), path.read_text(encoding="utf-8"), tree)
        for code, path in paths.items()
        if path.is_file()
    }


def make_tongues(wording: Wording) -> Tongues:
    """A language's script is that of its own name; the Latin one tells nothing."""
    scripts: dict[str, tuple[str, ...]] = {}
    for code, language in wording.languages.items():
        script = unicodedata.name(language.name[0], "").partition(" ")[0]
        if script != "LATIN":
            scripts[script] = (*scripts.get(script, ()), code)
    return Tongues(
        words={code: wording.words(code) for code in wording.languages},
        scripts=scripts,
        latin={code: language.latin for code, language in wording.languages.items() if language.latin},
    )


def read_network(path: Path) -> Network:
    """Raises FileBroken."""
    return load_network(str(path), path.read_text(encoding="utf-8"))


def read_partners(path: Path, library: Library) -> tuple[Partner, ...]:
    """Raises FileBroken with every fault by line, field and mend."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(f"{path} cannot be read ({type(error).__name__}). Give a YAML file in UTF-8.") from None
    return load_partners(
        str(path), text, issues=library.issues, regions=library.places.regions, languages=library.wording.languages
    )


def check_countries(countries: Sequence[str], library: Library, *, named_by: str) -> None:
    """Raises ConfigInvalid for a country whose places nobody knows here: no region would ever be found in it."""
    known = library.places.regions.countries
    if unknown := [country for country in countries if country not in known]:
        raise ConfigInvalid(
            f"{named_by} {', '.join(unknown)}: no places are known. Known are {', '.join(sorted(known))}."
        )


def served_languages(network: Network, wording: Wording) -> tuple[str, ...]:
    """The network's languages whose safety texts are reviewed, and those it takes unreviewed with someone responsible.
    Raises ConfigInvalid when none is left."""
    unknown = [code for code in network.languages if code not in wording.languages]
    if unknown:
        raise ConfigInvalid(f"The network names languages that are not in locales/registry.toml: {', '.join(unknown)}.")
    served = [
        code
        for code in network.languages
        if wording.languages[code].status in SERVED or code in network.draft_languages
    ]
    if not served:
        raise ConfigInvalid("The network has no language that is reviewed or named under `draft_languages`.")
    return tuple(served)


def open_channels(settings: Settings) -> tuple[Channel, ...]:
    """The channels the settings speak of. Raises ConfigInvalid when there is none, or a token cannot be one."""
    channels: list[Channel] = []
    try:
        if settings.telegram_token is not None:
            channels.append(_telegram(settings))
        if settings.twilio_account_sid and settings.twilio_auth_token is not None:
            from bot.channels.sms import SmsChannel

            channels.append(
                SmsChannel(
                    account_sid=settings.twilio_account_sid,
                    auth_token=settings.twilio_auth_token.get_secret_value(),
                    sender=settings.twilio_from,
                    public_url=settings.public_url,
                    api_url=settings.twilio_api_url,
                )
            )
    except ValueError as error:
        raise ConfigInvalid(f"A channel cannot be opened: {error}.") from None
    if not channels:
        raise ConfigInvalid("No channel is set up. Set BARAZA_TELEGRAM_TOKEN, or the three BARAZA_TWILIO_ settings.")
    return tuple(channels)


def _telegram(settings: Settings) -> Channel:
    from bot.channels.telegram import open_polling, open_webhook

    assert settings.telegram_token is not None  # noqa: S101 - narrows the type; the caller has looked
    token = settings.telegram_token.get_secret_value()
    if settings.telegram_mode is TelegramMode.POLLING:
        return open_polling(token=token, api_url=settings.telegram_api_url)
    secret = settings.telegram_secret.get_secret_value() if settings.telegram_secret else ""
    return open_webhook(token=token, public_url=settings.public_url, secret=secret, api_url=settings.telegram_api_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything that runs, for the web pages, the demo and the tests."""

    store: Store
    network: Network
    library: Library
    languages: tuple[str, ...]
    voice: Voice
    casework: Casework
    turns: SeekerTurns
    inbox: Inbox
    outbox: Outbox
    wheel: TimerWheel
    channels: tuple[Channel, ...]


@asynccontextmanager
async def open_service(
    settings: Settings,
    *,
    network: Network,
    library: Library,
    channels: Sequence[Channel],
    languages: Sequence[str],
    clock: Clock | None = None,
    every_language: bool = False,
    beats: bool = False,
) -> AsyncIterator[Service]:
    """The service with its loops running and no web server. `every_language`: one that is added to the registry later
    is offered too. `beats`: it notes that it is here, and sees at the start how long nobody was. Raises what opening
    the store raises, and FileBroken."""
    async with AsyncExitStack() as stack:
        for channel in channels:
            stack.push_async_callback(channel.close)
        library.wording.read(languages)
        store = await stack.enter_async_context(
            Store.open(
                settings.database_url.get_secret_value(),
                KeyFile(settings.key_file),
                clock=clock or DatabaseClock(),
            )
        )
        voice = _voice(network, library, {channel.name: channel.limits for channel in channels})
        casework = Casework(network=network, issues=library.issues, places=library.places, voice=voice)
        turns = make_turns(library, network, voice.limits, languages=languages)
        house = House(turns=turns, casework=casework)
        by_name = {channel.name: channel for channel in channels}
        inbox = Inbox(store, house, absence=await store.run(away.wake) if beats else None)
        outbox = Outbox(store, by_name, house)
        timers = {**casework.timers, **away.TIMERS}
        wheel = TimerWheel(store, timers, inbox=inbox, channels=channels)
        loops: dict[str, Callable[[], Awaitable[None]]] = {
            "store": store.listen,
            "outbox": outbox.run,
            "timers": wheel.run,
            "erasures": Eraser(store, by_name).run,
            "texts": _rereading(library.wording, turns, every_language=every_language),
            **{channel.name: _listening(channel, inbox) for channel in channels},
        }
        tasks = [asyncio.create_task(_keep_running(name, loop), name=name) for name, loop in loops.items()]
        stack.push_async_callback(_stop, tasks)
        yield Service(
            store=store,
            network=network,
            library=library,
            languages=tuple(languages),
            voice=voice,
            casework=casework,
            turns=turns,
            inbox=inbox,
            outbox=outbox,
            wheel=wheel,
            channels=tuple(channels),
        )


def _listening(channel: Channel, inbox: Inbox) -> Callable[[], Awaitable[None]]:
    async def listen() -> None:
        await channel.listen(inbox)

    return listen


def _rereading(wording: Wording, turns: SeekerTurns, *, every_language: bool) -> Callable[[], Awaitable[None]]:
    """Takes over what translators save. A file that can not be read leaves the old text, and is named on the pages."""
    watch = Watch(wording.folder)

    async def reread() -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY.total_seconds())
            if await asyncio.to_thread(watch.changed):
                faults = await asyncio.to_thread(wording.reload)
                offered = [code for code in turns.languages if code in wording.languages] or [SOURCE]
                added = [code for code in wording.languages if every_language and code not in offered]
                turns.renew(make_tongues(wording), (*offered, *added))
                if faults:
                    _log.warning("texts_broken", count=len(faults))
                else:
                    _log.info("texts_reread")

    return reread


async def _keep_running(name: str, loop: Callable[[], Awaitable[None]]) -> None:
    """A loop that fails is started again: one bad moment must not silence a channel. The failure's kind is logged,
    never its words."""
    while True:
        try:
            await loop()
            return
        except StoreUnreachable:
            _log.warning("loop_waits_for_store", loop=name)
        except Exception as error:  # the edge of the process: nothing above could do better than start it again
            _log.error("loop_failed", loop=name, error=type(error).__name__)
        await asyncio.sleep(RESTART_AFTER.total_seconds())


async def _stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


def make_web(service: Service, settings: Settings, *, demo: Demo | None = None) -> web.Application:
    """Every page and hook of the service."""
    desk = Desk(
        store=service.store,
        casework=service.casework,
        voice=service.voice,
        network=service.network,
        regions=service.library.places.regions,
        issues=service.library.issues,
        secure=settings.public_url.startswith("https:"),
        guest=demo.guest if demo else None,
    )
    return make_site(
        doors=[door for channel in service.channels for door in channel.routes(service.inbox)],
        health=Health(store=service.store, network=service.network),
        desk=desk,
        demo=demo,
    )


def make_casework(network: Network, library: Library) -> Casework:
    """Casework by itself, for commands that change a case and end: they queue messages and open no channel."""
    from bot.channels.sms.channel import LIMITS as SMS_LIMITS
    from bot.channels.sms.inbound import CHANNEL as SMS
    from bot.channels.telegram.channel import LIMITS as TELEGRAM_LIMITS
    from bot.channels.telegram.updates import CHANNEL as TELEGRAM

    limits = {SMS: SMS_LIMITS, TELEGRAM: TELEGRAM_LIMITS}
    return Casework(
        network=network, issues=library.issues, places=library.places, voice=_voice(network, library, limits)
    )


def make_turns(
    library: Library,
    network: Network,
    limits: Mapping[str, Limits],
    *,
    languages: Sequence[str],
    flow: str = "intake",
) -> SeekerTurns:
    """Seekers' turns by themselves: no store, no channel, nothing that waits."""
    return SeekerTurns(
        voice=_voice(network, library, limits),
        tongues=library.tongues,
        places=library.places,
        countries=network.countries,
        languages=languages,
        flow=flow,
        contacts=network.contacts,
    )


def _voice(network: Network, library: Library, limits: Mapping[str, Limits]) -> Voice:
    return Voice(
        wording=library.wording,
        flows=library.flows,
        limits=limits,
        timezone=str(network.timezone),
        hints=library.hints,
    )


def claim_port(settings: Settings) -> socket.socket:
    """Taken before anything else begins, and not listened on yet: a second program must not touch what the first one
    serves. Raises PortTaken, ConfigInvalid."""
    port = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    try:
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port.bind((settings.host, settings.port))
    except OSError as error:
        port.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"Port {settings.port} is in use. Try PORT={settings.port + 1} make run.") from None
        raise ConfigInvalid(f"BARAZA_LISTEN: cannot listen on {settings.listen} ({error.strerror}).") from None
    return port


@asynccontextmanager
async def listening(site: web.Application, port: socket.socket) -> AsyncIterator[None]:
    """The web server on a port that was claimed."""
    runner = web.AppRunner(site, handler_cancellation=True, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        await web.SockSite(runner, port).start()
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def open_demo(settings: Settings) -> AsyncIterator[str]:
    """The demo network on simulated phones, in a folder of its own that goes when it ends; yields its address."""
    network, library = read_network(DEMO / "network.yaml"), read_library()
    async with AsyncExitStack() as stack:
        port = stack.enter_context(closing(claim_port(settings)))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="baraza-demo-")))
        own = settings.model_copy(
            update={
                "database_url": SecretStr(f"sqlite:///{folder / 'demo.db'}"),
                "key_file": folder / "keys.json",
                "public_url": "",
            }
        )
        clock = ShiftedClock()
        phones = {look: SimulatorChannel(look=look, clock=clock.now) for look in Look}
        service = await stack.enter_async_context(
            open_service(
                own,
                network=network,
                library=library,
                channels=tuple(phones.values()),
                languages=tuple(dict.fromkeys((*network.languages, *library.wording.languages))),
                clock=clock,
                every_language=True,
            )
        )
        stage = await open_stage(
            store=service.store,
            casework=service.casework,
            wheel=service.wheel,
            outbox=service.outbox,
            clock=clock,
            channels=phones,
            network=network,
            partners=read_partners(DEMO / "partners.yaml", library),
        )
        await stack.enter_async_context(listening(make_web(service, own, demo=stage), port))
        yield f"http://{settings.listen}"
