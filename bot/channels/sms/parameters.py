"""The parameters Twilio posts, by name and whole value; everything else is refused.

Twilio signs address and parameters run together (`BodyhiFrom+254...`), so a text of one message can be read as the
parameters of another under the same signature. To forge a sender so, the true `From+...` must vanish inside some
value: therefore no value after `Body` may hold both a capital letter and a plus sign, numbers and ids are exact, and
only `Body` is free. https://www.twilio.com/docs/messaging/guides/webhook-request
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

_MOST = 100
MESSAGE = r"(SM|MM)[0-9a-f]{32}"
NUMBER = r"\+[1-9][0-9]{6,14}"
_SERVICE = r"MG[0-9a-f]{32}"
_VERSION = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_GEOGRAPHY = r"[^+\x00-\x1f]{0,100}"
_ENVELOPE = {
    "AccountSid": r"AC[0-9a-f]{32}",
    "ApiVersion": _VERSION,
    "From": NUMBER,
    "MessageSid": MESSAGE,
    "MessagingServiceSid": _SERVICE,
    "SmsSid": MESSAGE,
    "To": NUMBER,
}
Allowed = Mapping[str, re.Pattern[str]]

INBOUND: Allowed = {
    name: re.compile(pattern, re.DOTALL)
    for name, pattern in {
        **_ENVELOPE,
        "Body": r".{0,4096}",
        "NumMedia": r"[0-9]{1,2}",
        "NumSegments": r"[0-9]{1,3}",
        "OptOutType": r"STOP|START|HELP",
        "ReferralNumMedia": r"[0-9]{1,2}",
        "SmsMessageSid": MESSAGE,
        "SmsStatus": r"received",
        **{f"{side}{what}": _GEOGRAPHY for side in ("From", "To") for what in ("City", "Country", "State", "Zip")},
        **{f"MediaContentType{number}": r"[a-z0-9.+/;= -]{1,200}" for number in range(10)},
        **{f"MediaUrl{number}": r"https?://[^+\s]{1,500}" for number in range(10)},
    }.items()
}
STATUS: Allowed = {
    name: re.compile(pattern)
    for name, pattern in {
        **_ENVELOPE,
        "From": rf"{NUMBER}|[0-9]{{3,8}}",
        "ErrorCode": r"[0-9]{0,6}",
        "ErrorMessage": r"[^+\x00-\x1f]{0,500}",
        "MessageStatus": r"[a-z_]{1,30}",
        "RawDlrDoneDate": r"[0-9]{0,14}",
        "SmsStatus": r"[a-z_]{1,30}",
    }.items()
}


class Malformed(Exception):
    """Not what Twilio posts: broken encoding, a parameter twice, missing or of the wrong form."""


class Unknown(Exception):
    """A parameter Twilio did not document when this was written."""


def decode(body: bytes) -> list[tuple[str, str]]:
    """Raises Malformed."""
    try:
        return parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MOST
        )
    except ValueError as error:
        raise Malformed from error


def check(pairs: Sequence[tuple[str, str]], allowed: Allowed, required: Sequence[str]) -> dict[str, str]:
    """Raises Malformed, or Unknown when that is all that is wrong."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise Malformed
    if any(not allowed[name].fullmatch(value) for name, value in values.items() if name in allowed):
        raise Malformed
    if any(name not in values for name in required):
        raise Malformed
    if any(name not in allowed for name in values):
        raise Unknown
    return values
