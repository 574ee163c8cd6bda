"""Opening the store for a command that works with it and ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.settings import Settings
from storage import DatabaseClock, KeyFile, Store, Tx

Result = TypeVar("Result")


def in_store(settings: Settings, work: Callable[[Tx], Awaitable[Result]]) -> Result:
    """Does `work` in one transaction. Raises what opening the store raises."""

    async def run() -> Result:
        url = settings.database_url.get_secret_value()
        async with Store.open(url, KeyFile(settings.key_file), clock=DatabaseClock()) as store:
            return await store.run(work)

    return asyncio.run(run())
