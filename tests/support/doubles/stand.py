"""Where a double stands: inside the test's own loop (`serve`) or as a process of its own (`spawn`, `main`).

Both give a `Stand`, so a test reads the same either way.
"""

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from tests.support.doubles.control import Impossible

PROJECT = Path(__file__).resolve().parents[3]
GRACE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A running double: `url` for the program under test, `do` and `see` for the test."""

    url: str
    control: str
    http: aiohttp.ClientSession

    async def do(self, deed: str, **facts: Any) -> Any:
        async with self.http.post(f"{self.control}/{deed}", json=facts) as answer:
            return _result(await answer.json())

    async def see(self, view: str, **query: Any) -> list[dict[str, Any]]:
        wanted = {name: str(value) for name, value in query.items()}
        async with self.http.get(f"{self.control}/{view}", params=wanted) as answer:
            rows: list[dict[str, Any]] = _result(await answer.json())
            return rows


def _result(answer: dict[str, Any]) -> Any:
    if "error" in answer:
        raise Impossible(answer["error"])
    return answer["result"]


@asynccontextmanager
async def serve(application: web.Application) -> AsyncIterator[Stand]:
    async with _listening(application, "127.0.0.1", 0) as url, aiohttp.ClientSession() as http:
        yield Stand(url=url, control=f"{url}/control", http=http)


@asynccontextmanager
async def spawn(name: str, *arguments: str) -> AsyncIterator[Stand]:
    """Start `python -m tests.support.doubles.<name>` and end it by closing its stdin."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"tests.support.doubles.{name}", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=PROJECT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ready = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as http:
            yield Stand(url=ready["url"], control=ready["control"], http=http)
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(GRACE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise


def main(application: web.Application, *, host: str, port: int) -> None:
    """Serve until SIGTERM or the end of stdin; one JSON line says where, once it is true."""
    asyncio.run(_until_told(application, host, port))


async def _until_told(application: web.Application, host: str, port: int) -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told.set)
    threading.Thread(target=_watch_stdin, args=(loop, told), daemon=True).start()
    async with _listening(application, host, port) as url:
        print(json.dumps({"url": url, "control": f"{url}/control"}), flush=True)
        await told.wait()


def _watch_stdin(loop: asyncio.AbstractEventLoop, told: asyncio.Event) -> None:
    while os.read(0, 1024):
        continue
    if not loop.is_closed():
        loop.call_soon_threadsafe(told.set)


@asynccontextmanager
async def _listening(application: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """Handlers end with their caller: a hanging answer must not outlive the client that gave up on it."""
    runner = web.AppRunner(application, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        _, bound, *_ = runner.addresses[0]
        yield f"http://{host}:{bound}"
    finally:
        await runner.cleanup()
