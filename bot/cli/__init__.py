"""The `baraza` command. Each module here is one room of it."""

from __future__ import annotations

import gc


def main() -> None:
    """Loads everything, then runs one command. What is loaded stays: looking for garbage in it on the way would cost an
    eighth of the start, and each time later."""
    gc.disable()
    from bot.cli.commands import run

    gc.freeze()
    gc.enable()
    run()
