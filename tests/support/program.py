"""The `baraza` command as people run it: a process with its settings in the environment.

program = Program(settings={"BARAZA_DATABASE_URL": ...}, folder=tmp_path)
ran = await program.run("partners", "check", "partners.yaml")
async with program.serving() as service: ...
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
"""Seconds that a command, a start or an end may take before the test gives up on it."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """What it printed with --json: one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """`settings`: all that its environment says of Baraza. `tree`: another copy of the project to run instead of this
    one. `folder`: where it runs, so that its defaults (var/...) are there."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    tree: Path = PROJECT

    def with_settings(self, **changes: str | None) -> Program:
        """Names without their prefix; None takes one away."""
        named = {f"BARAZA_{name}": value for name, value in changes.items()}
        merged = {**self.settings, **named}
        return replace(self, settings={name: value for name, value in merged.items() if value is not None})

    async def run(self, *arguments: str, stdin: str = "") -> Ran:
        process = await self._started(arguments, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        try:
            async with asyncio.timeout(PATIENCE):
                out, err = await process.communicate(stdin.encode("utf-8", "surrogatepass"))
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        assert process.returncode is not None
        return Ran(code=process.returncode, out=out.decode(), err=err.decode())

    @property
    def log(self) -> Path:
        """What it said on stderr each time it served."""
        return self.folder / "program.log"

    def logged(self) -> list[dict[str, Any]]:
        """The lines of its log that are its own, as objects."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Serving]:
        """`baraza serve` from its first word to its orderly end."""
        with self.log.open("ab") as errors:
            process = await self._started(["serve"], stdin=asyncio.subprocess.DEVNULL, stderr=errors.fileno())
        serving = Serving(process=process, log=self.log)
        try:
            await serving.ready()
            yield serving
        finally:
            await serving.end()

    async def _started(self, arguments: Sequence[str], *, stdin: int, stderr: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            "from bot.cli import main; main()",
            *arguments,
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(self.tree),
                "PYTHONUTF8": "1",
                "HOME": str(self.folder),
                **self.settings,
            },
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    process: asyncio.subprocess.Process
    log: Path

    async def ready(self) -> None:
        """Returns when it says that it serves."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = await self.process.stdout.readline()
        assert b" is served in " in line, f"{line.decode()}{self.log.read_text()}"

    async def end(self) -> None:
        """Asks it to stop, as a service manager does. It does so by itself and without a trace."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(PATIENCE):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise
        assert self.process.returncode == 0, self.log.read_text()
        assert "Traceback" not in self.log.read_text()
