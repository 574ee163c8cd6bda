"""A load generator that costs little beside what it measures: requests made beforehand, one open connection a person.

A person sends the next message when the last was answered. `closed` goes as fast as that allows; `paced` starts
messages at a steady rate and counts each one's time from when it should have begun, so that a stall is seen.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlencode

PEOPLE_AT_ONCE = 64
STEPS = 12


class Refused(Exception):
    """An answer other than 200: then there is nothing worth measuring."""


class Line(asyncio.Protocol):
    """One connection on which requests are asked one after the other."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[None] | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionError("closed while it was asked"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or self._answer is None or len(body) < _length(head):
            return
        self._received = b""
        if head.startswith(b"HTTP/1.1 200 "):
            self._answer.set_result(None)
        else:
            self._answer.set_exception(Refused(head.partition(b"\r\n")[0].decode()))

    async def ask(self, request: bytes) -> None:
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0] or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Conversations without end, each the whole walk of one person, as requests ready to be written."""

    host: str
    port: int
    conversations: Iterator[list[bytes]]


async def closed(script: Script, seconds: float) -> float:
    """Answers a second with everyone asking at once."""
    done = 0
    until = perf_counter() + seconds

    async def person() -> None:
        nonlocal done
        line = await _connected(script)
        for conversation in script.conversations:
            for request in conversation:
                await line.ask(request)
                if perf_counter() > until:
                    line.close()
                    return
                done += 1

    begun = perf_counter()
    async with asyncio.TaskGroup() as people:
        for _ in range(PEOPLE_AT_ONCE):
            people.create_task(person())
    return done / (perf_counter() - begun)


async def paced(script: Script, seconds: float, rate: float) -> list[float]:
    """The time each answer took, in seconds, with `rate` messages begun a second. The first walks end early, each at
    another step: people do not all send off their case in one moment."""
    times: list[float] = []
    lines = [await _connected(script) for _ in range(PEOPLE_AT_ONCE)]
    begun = perf_counter()

    async def person(number: int, line: Line) -> None:
        due = begun + number / rate
        ends: int | None = 1 + number % STEPS
        for conversation in script.conversations:
            for request in conversation[:ends]:
                if due - begun > seconds:
                    return
                await asyncio.sleep(max(0.0, due - perf_counter()))
                await line.ask(request)
                times.append(perf_counter() - due)
                due += PEOPLE_AT_ONCE / rate
            ends = None

    async with asyncio.TaskGroup() as people:
        for number, line in enumerate(lines):
            people.create_task(person(number, line))
    for line in lines:
        line.close()
    return times


async def _connected(script: Script) -> Line:
    _, line = await asyncio.get_running_loop().create_connection(Line, script.host, script.port)
    return line


def post(path: str, body: bytes, kind: str, **headers: str) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: bench",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def signed(path: str, url: str, form: Mapping[str, str], token: str) -> bytes:
    """A form posted as Twilio signs it."""
    said = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    signature = base64.b64encode(hmac.digest(token.encode(), said.encode(), hashlib.sha1)).decode()
    return post(path, urlencode(form).encode(), "application/x-www-form-urlencoded", X_Twilio_Signature=signature)
