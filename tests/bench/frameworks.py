"""The same twelve messages through aiogram's own way: dispatcher, state machine in Redis, one lock a person.

It has it easier: nothing is signed or encrypted, nothing leaves, and Redis keeps nothing on disk. Replies go out in the
hook's answer. Run as `python -m tests.bench.frameworks PORT` it is the bot that is measured.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from aiogram import Bot, Dispatcher, Router
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from redis.asyncio import Redis

from tests.bench import twelve
from tests.support.doubles.telegram.double import TOKEN
from tests.support.program import PROJECT

QUESTIONS = len(twelve.TWELVE)


@contextmanager
def running() -> Iterator[tuple[str, int] | None]:
    """Where the bot listens; None where no redis-server is found."""
    if shutil.which("redis-server") is None:
        yield None
        return
    with TemporaryDirectory(prefix="baraza-bench-") as folder:
        socket = Path(folder) / "redis.sock"
        redis = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder],
            stdout=subprocess.DEVNULL,
        )
        bot = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.frameworks", f"unix://{socket}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=PROJECT,
        )
        try:
            assert bot.stdout is not None
            yield "127.0.0.1", int(bot.stdout.readline())
        finally:
            for process in (bot, redis):
                process.terminate()
                process.wait()


async def answered(message: Message, state: FSMContext) -> str:
    """Keeps the answer and asks the next question; after the last the answers are dropped."""
    at = await state.get_state()
    number = 0 if at is None else int(at.rpartition("_")[2])
    await state.update_data({f"answer_{number}": message.text})
    if number + 1 == QUESTIONS:
        await state.clear()
        return "Sent. Your code is 7Q2M 4KXT. We write here before Tue 16:00."
    await state.set_state(f"question_{number + 1}")
    return f"Question {number + 1}: which of these is it? 1 One 2 Two 3 Three"


async def serve(redis_url: str) -> None:
    redis = Redis.from_url(redis_url)
    storage = RedisStorage(redis)
    dispatcher = Dispatcher(storage=storage, events_isolation=storage.create_isolation())
    router = Router()

    @router.message()
    async def any_message(message: Message, state: FSMContext) -> object:
        return message.answer(await answered(message, state))

    dispatcher.include_router(router)
    application = web.Application()
    hook = SimpleRequestHandler(dispatcher, Bot(TOKEN), handle_in_background=False, secret_token=twelve.SECRET)
    hook.register(application, twelve.UPDATES)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
