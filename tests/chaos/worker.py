"""The process that is killed: a real inbox and outbox over a real store, that ends itself by SIGKILL at a named point.

`python -m tests.chaos.worker SETUP`; SETUP is `Setup` as JSON. It prints its port, and the point at which it dies. A
line in, as JSON [[provider id, text, address], ...], is one delivery; "ok" comes back when it is taken.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.channels.base import Inbound, Outgoing, Sent
from bot.pipeline.inbox import Inbox
from bot.pipeline.outbox import Ended, Outbox
from storage import KeyFile, ShiftedClock, Store, Tx
from tests.bot.pipeline.rehearsal import CountingHandler, RecordingChannel, typed

DEDUPED, HALF_WRITTEN, WRITTEN = "batch deduped", "batch half written", "batch written"
OPEN_BATCH = (DEDUPED, HALF_WRITTEN, WRITTEN)
"""Between the first statement of a batch and its commit."""
STORED, BEFORE_SEND, AFTER_SEND = "batch stored, not answered", "before a send", "after a send"
OUTCOME_WRITTEN, OUTCOME_STORED = "outcome of a send written", "outcome of a send stored"
POINTS = (*OPEN_BATCH, STORED, BEFORE_SEND, AFTER_SEND, OUTCOME_WRITTEN, OUTCOME_STORED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """provider: the port of the one who takes our sends. ahead: seconds our clock is ahead, so that the leases of the
    life before have run out. point, count: where to die, the how-many-th time; "" lives on."""

    url: str
    keys: str
    provider: int
    ahead: int
    point: str
    count: int


class Fate:
    def __init__(self, setup: Setup) -> None:
        self._point = setup.point
        self._left = setup.count

    def passes(self, point: str) -> None:
        if point != self._point:
            return
        self._left -= 1
        if not self._left:
            print(point, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    def after(self, point: str, work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """The same work, with the point behind it."""

        async def passed(*arguments: object, **options: object) -> object:
            done = await work(*arguments, **options)
            self.passes(point)
            return done

        return passed


class MortalInbox(Inbox):
    def __init__(self, store: Store, fate: Fate) -> None:
        super().__init__(store, CountingHandler())
        self._fate = fate

    async def _batch(self, messages: Sequence[Inbound]) -> None:
        await super()._batch(messages)
        self._fate.passes(STORED)

    async def _take(self, tx: Tx, messages: Sequence[Inbound]) -> None:
        tx.received.new = self._fate.after(DEDUPED, tx.received.new)  # type: ignore[method-assign, assignment]
        tx.conversations.save = self._fate.after(HALF_WRITTEN, tx.conversations.save)  # type: ignore[method-assign, assignment]
        await super()._take(tx, messages)
        self._fate.passes(WRITTEN)


class MortalOutbox(Outbox):
    def __init__(self, store: Store, channel: RecordingChannel, fate: Fate) -> None:
        super().__init__(store, {channel.name: channel}, CountingHandler())
        self._fate = fate

    async def _store_each(self, tx: Tx, ended: Sequence[Ended], *, tell: bool) -> None:
        await super()._store_each(tx, ended, tell=tell)
        self._fate.passes(OUTCOME_WRITTEN)

    async def _keep(self, ended: Ended) -> None:
        await super()._keep(ended)
        self._fate.passes(OUTCOME_STORED)


class Wire(RecordingChannel):
    """Sends to the provider over a socket, and looks up there."""

    def __init__(self, provider: int, fate: Fate) -> None:
        super().__init__()
        self._provider = provider
        self._fate = fate

    async def send(self, address: str, message: Outgoing, *, reference: str) -> Sent:
        self._fate.passes(BEFORE_SEND)
        provider_id = await self._ask("send", address, message.text)
        self._fate.passes(AFTER_SEND)
        return Sent(provider_id=provider_id)

    async def look_up(self, address: str, message: Outgoing, *, since: datetime) -> Sent | None:
        found = await self._ask("look up", address, message.text)
        return Sent(provider_id=found) if found else None

    async def _ask(self, *question: str) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._provider)
        try:
            writer.write(json.dumps(question).encode() + b"\n")
            return str(json.loads(await reader.readline()))
        finally:
            writer.close()


async def live(setup: Setup) -> None:
    clock = ShiftedClock()
    clock.advance(timedelta(seconds=setup.ahead))
    fate = Fate(setup)
    async with Store.open(setup.url, KeyFile(setup.keys), clock=clock) as store:
        inbox = MortalInbox(store, fate)

        async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while line := await reader.readline():
                await inbox.take([typed(*message) for message in json.loads(line)])
                writer.write(b"ok\n")
            writer.close()

        server = await asyncio.start_server(served, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await MortalOutbox(store, Wire(setup.provider, fate), fate).run()


if __name__ == "__main__":
    asyncio.run(live(Setup(**json.loads(sys.argv[1]))))
