"""The twelve messages of one intake, as each provider posts them for one person after another.

All requests are made before the clock runs: signing and encoding them is not what is measured.
"""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Iterator, Sequence

from tests.bench.load import post, signed
from tests.support.doubles.twilio import double

TWELVE = ("HELP", "4", "1", "1", "3", "1", "Nakuru", "1", "2", "1", "Wanjiku", "1")
"""Nobody in danger, for me, yes, police, my phone, Nakuru, no date, a neighbour, text or call, a name, send."""
DECLINED = ("HELP", "4", "1", "2")
"""A short one that leaves nothing behind, so that the same people can walk it again and again."""
TEXTS, UPDATES = "/hooks/twilio", "/hooks/telegram"
SECRET = "a-secret-invented-for-the-bench"


def numbers() -> Iterator[str]:
    return (f"+2547{number:08d}" for number in itertools.count(1))


def by_text(people: Sequence[str], public_url: str, walk: Sequence[str] = TWELVE) -> Iterator[list[bytes]]:
    """Signed as Twilio signs."""
    made = [[_text(person, word, public_url) for word in walk] for person in people]
    return iter(made)


def _text(person: str, word: str, public_url: str) -> bytes:
    sid = f"SM{secrets.token_hex(16)}"
    form = {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": sid,
        "FromState": "",
        "SmsStatus": "received",
        "FromCity": "",
        "Body": word,
        "FromCountry": "KE",
        "To": double.NUMBER,
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": double.SID,
        "From": person,
        "ApiVersion": "2010-04-01",
    }
    return signed(TEXTS, public_url + TEXTS, form, double.TOKEN)


_updates = itertools.count(1)


def by_telegram(people: Sequence[int], walk: Sequence[str] = TWELVE) -> Iterator[list[bytes]]:
    made = [[_update(person, word) for word in walk] for person in people]
    return iter(made)


def _update(person: int, word: str) -> bytes:
    number = next(_updates)
    sender = {"id": person, "is_bot": False, "first_name": "Person", "language_code": "en"}
    message = {
        "message_id": number,
        "from": sender,
        "chat": {"id": person, "first_name": "Person", "type": "private"},
        "date": 1_790_000_000,
        "text": word,
    }
    body = json.dumps({"update_id": number, "message": message}).encode()
    return post(UPDATES, body, "application/json", X_Telegram_Bot_Api_Secret_Token=SECRET)
