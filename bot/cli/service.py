"""`demo` and `serve`: the two ways the program runs."""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import AsyncExitStack, closing

from bot.app import (
    Library,
    check_countries,
    claim_port,
    listening,
    make_casework,
    make_web,
    open_channels,
    open_demo,
    open_service,
    read_library,
    read_network,
    served_languages,
    start_logging,
)
from bot.casework.casework import Casework
from bot.settings import ConfigInvalid, Settings, read_settings
from flows.routing.network import Network


def serve() -> None:
    """Serves a network as its settings say: Telegram, text messages and the desk."""
    settings = read_settings()
    start_logging(settings, for_people=False)
    asyncio.run(_serve(settings))


def demo() -> None:
    """An invented network with simulated phones and a desk in the browser. Nothing leaves this machine, nothing is
    kept when it ends."""
    settings = read_settings()
    start_logging(settings, for_people=True)
    asyncio.run(_demo(settings))


def network_of(settings: Settings) -> Network:
    """Raises ConfigInvalid, FileBroken."""
    if settings.network is None:
        raise ConfigInvalid("BARAZA_NETWORK is missing: give your network's file, made after deploy/demo/network.yaml.")
    return read_network(settings.network)


def casework_for(settings: Settings, library: Library) -> Casework:
    return make_casework(network_of(settings), library)


async def _serve(settings: Settings) -> None:
    stopped = _told_to_stop()
    network, library = network_of(settings), read_library()
    check_countries(network.countries, library, named_by="The network's countries:")
    languages = served_languages(network, library.wording)
    async with AsyncExitStack() as stack:
        port = stack.enter_context(closing(claim_port(settings)))
        service = await stack.enter_async_context(
            open_service(
                settings,
                network=network,
                library=library,
                channels=open_channels(settings),
                languages=languages,
                beats=True,
            )
        )
        await stack.enter_async_context(listening(make_web(service, settings), port))
        gc.freeze()  # the library stays: a search for garbage in it holds up everyone for a tenth of a second
        print(f"{network.name} is served in {', '.join(languages)} at http://{settings.listen}.", flush=True)
        await stopped.wait()


async def _demo(settings: Settings) -> None:
    stopped = _told_to_stop()
    async with open_demo(settings) as address:
        print(f"The demo is at {address}. Stop it with Ctrl+C.", flush=True)
        await stopped.wait()


def _told_to_stop() -> asyncio.Event:
    """Set when an orderly end is asked for, which may be before everything has begun."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    return stopped
