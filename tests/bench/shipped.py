"""`baraza serve` as it is shipped, ready to be measured: a process, a network with partners, and doubles that take what
it sends."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web

from tests.bench import twelve
from tests.support.doubles import stand
from tests.support.doubles.telegram import double as telegram
from tests.support.doubles.twilio import double as twilio
from tests.support.program import PROJECT, Program, free_port

DEMO = PROJECT / "deploy" / "demo"


@asynccontextmanager
async def serving(database: str, folder: Path, *, with_telegram: bool = False) -> AsyncIterator[int]:
    """The port it serves text messages on and, if asked, Telegram's webhook."""
    async with AsyncExitStack() as stack:
        twilio_api = await stack.enter_async_context(stand.serve(twilio.application()))
        port = free_port()
        settings = text_settings(database, folder, port, twilio_api.url)
        if with_telegram:
            telegram_api = await stack.enter_async_context(stand.serve(_telegram()))
            settings |= _telegram_settings(telegram_api.url)
        program = Program(folder=folder, settings=settings)
        for order in (("db", "upgrade"), ("partners", "import", str(DEMO / "partners.yaml"))):
            ran = await program.run(*order)
            assert ran.code == 0, ran
        await stack.enter_async_context(program.serving())
        yield port


def text_settings(database: str, folder: Path, port: int, api_url: str) -> dict[str, str]:
    """Text messages only."""
    return {
        "BARAZA_DATABASE_URL": database,
        "BARAZA_KEY_FILE": str(folder / "keys.json"),
        "BARAZA_LISTEN": f"127.0.0.1:{port}",
        "BARAZA_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "BARAZA_NETWORK": str(DEMO / "network.yaml"),
        "BARAZA_TWILIO_ACCOUNT_SID": twilio.SID,
        "BARAZA_TWILIO_AUTH_TOKEN": twilio.TOKEN,
        "BARAZA_TWILIO_FROM": twilio.NUMBER,
        "BARAZA_TWILIO_API_URL": api_url,
    }


def _telegram_settings(api_url: str) -> dict[str, str]:
    return {
        "BARAZA_TELEGRAM_TOKEN": telegram.TOKEN,
        "BARAZA_TELEGRAM_MODE": "webhook",
        "BARAZA_TELEGRAM_SECRET": twelve.SECRET,
        "BARAZA_TELEGRAM_API_URL": api_url,
    }


def _telegram() -> web.Application:
    """A Bot API that takes everything: the strict double wants each person introduced first."""
    numbers = itertools.count(1)

    async def answer(request: web.Request) -> web.Response:
        result: object = True
        if request.match_info["method"].lower() == "sendmessage":
            form = await request.post()
            chat = {"id": int(str(form["chat_id"])), "type": "private"}
            result = {"message_id": next(numbers), "date": 1_790_000_000, "chat": chat, "text": str(form["text"])}
        return web.json_response({"ok": True, "result": result})

    served = web.Application()
    served.add_routes([web.post("/bot{token}/{method}", answer)])
    return served
