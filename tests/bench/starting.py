"""How long `baraza serve` (text messages only) takes until it serves, against importing the libraries it stands on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.bench.shipped import text_settings
from tests.support.program import Program, free_port

ROUNDS = 7
LIBRARIES = "import aiohttp, sqlalchemy.ext.asyncio, aiosqlite"


def run() -> dict[str, float]:
    return asyncio.run(_run())


async def _run() -> dict[str, float]:
    with TemporaryDirectory(prefix="baraza-bench-") as name:
        folder = Path(name)
        program = Program(
            folder=folder,
            settings=text_settings(f"sqlite:///{folder}/baraza.db", folder, free_port(), "http://127.0.0.1:9"),
        )
        async with program.serving():
            pass  # makes the tables, so that every start that counts finds them
        imports, starts = [], []
        for _ in range(ROUNDS):
            imports.append(await _importing())
            begun = perf_counter()
            async with program.serving():
                starts.append(perf_counter() - begun)
    pairs = zip(starts, imports, strict=True)
    return {
        "import of the libraries, s": median(imports),
        "start to ready, s": median(starts),
        "start to ready over import of the libraries": median(start / base for start, base in pairs),
    }


async def _importing() -> float:
    begun = perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", LIBRARIES)
    assert await process.wait() == 0
    return perf_counter() - begun


if __name__ == "__main__":
    print(run())
