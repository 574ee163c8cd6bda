"""Misbehaviour a test switches on: which call, how it goes wrong, before or after its work, how often.

`accept` is the difference that matters to a sender. False: nothing was stored, repeating is right. True: the
message was taken and only the answer is lost, repeating makes a second one.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn, assert_never

from aiohttp import web

from tests.support.doubles.journal import Journal


class How(StrEnum):
    STATUS = "status"
    HANG = "hang"
    RESET = "reset"
    GARBLE = "garble"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    method: str
    how: How
    accept: bool = False
    status: int = 500
    retry_after: int | None = None
    to: str | None = None


class Faults:
    """The faults still to come, oldest first. An accepting one is not spent on a call that is refused."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._left: list[tuple[Fault, int]] = []

    async def add(
        self,
        *,
        method: str,
        how: str,
        accept: bool = False,
        status: int = 500,
        retry_after: int | None = None,
        times: int = 1,
        to: str | int | None = None,
    ) -> None:
        fault = Fault(
            method=method.lower(),
            how=How(how),
            accept=accept,
            status=status,
            retry_after=retry_after,
            to=None if to is None else str(to),
        )
        self._left.append((fault, times))

    async def heal(self) -> None:
        self._left.clear()

    async def perform(
        self,
        request: web.Request,
        method: str,
        to: str | None,
        work: Callable[[], Awaitable[web.Response]],
        failure: Callable[[Fault], web.Response],
    ) -> web.StreamResponse:
        """Do the work, or misbehave as told. `failure` words an error status as the real service does."""
        fault = self._take(method, to)
        if fault is None:
            return await work()
        if fault.accept:
            answer = await work()
            if answer.status >= 400:
                self._left.insert(0, (fault, 1))
                return answer
        self._journal.note("fault", method=method, how=fault.how, accept=fault.accept, to=to)
        match fault.how:
            case How.STATUS:
                return failure(fault)
            case How.GARBLE:
                return web.Response(text='{"ok": tru', content_type="application/json")
            case How.HANG:
                return await _until_the_caller_leaves()
            case How.RESET:
                _reset(request)
                return await _until_the_caller_leaves()
            case _:
                assert_never(fault.how)

    def _take(self, method: str, to: str | None) -> Fault | None:
        for index, (fault, left) in enumerate(self._left):
            if fault.method in ("*", method.lower()) and fault.to in (None, to):
                self._left[index : index + 1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return None


async def _until_the_caller_leaves() -> NoReturn:
    """The server cancels a handler whose caller has gone, which is the only way out of here."""
    await asyncio.Event().wait()
    raise AssertionError("an event nobody holds was set")


def _reset(request: web.Request) -> None:
    """Close with a TCP reset instead of an orderly end, as a dying proxy does."""
    transport = request.transport
    if transport is None:
        return
    peer = transport.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
