"""Plain text for people, or one JSON object a line with `--json`, in the order of the input lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def emit(value: Mapping[str, Any], words: str, *, as_json: bool) -> None:
    print(json.dumps(value, ensure_ascii=False) if as_json else words)


def lines(text: str | None) -> Iterator[str]:
    """The text given, or each line of standard input."""
    if text is not None:
        yield text
    else:
        for line in sys.stdin:
            yield line.rstrip("\n")
