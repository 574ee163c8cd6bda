"""The recorded request bodies of `tests/support/recordings`."""

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl

from aiogram.types import Update

from tests.support.doubles.twilio.double import TOKEN
from tests.support.doubles.twilio.hooks import signature

RECORDINGS = Path(__file__).parents[2] / "support" / "recordings"
TELEGRAM = sorted(path.stem for path in RECORDINGS.glob("telegram/*.json"))
TWILIO = sorted(path.stem for path in RECORDINGS.glob("twilio/*.form"))


def telegram(name: str) -> bytes:
    return (RECORDINGS / "telegram" / f"{name}.json").read_bytes()


def update(name: str) -> Update:
    """Read as the poller reads it, by Python's JSON."""
    return Update.model_validate(json.loads(telegram(name)))


def twilio(name: str) -> list[tuple[str, str]]:
    body = (RECORDINGS / "twilio" / f"{name}.form").read_text().replace("\n", "")
    return parse_qsl(body, keep_blank_values=True, strict_parsing=True)


def signed(url: str, pairs: Sequence[tuple[str, str]], *, token: str = TOKEN) -> dict[str, str]:
    """The headers Twilio would send with these parameters to this address."""
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signature(token, url, dict(pairs)),
    }
