"""Twilio's error numbers as the contract's codes. https://www.twilio.com/docs/api/errors"""

from __future__ import annotations

from http import HTTPStatus

from bot.channels.base import SendFailed

DISCONNECTED = "disconnected"
GONE = "gone"
ON_ITS_WAY = "on_its_way"
_CODES = {
    20003: "bad_token",
    20005: "account_closed",
    20009: ON_ITS_WAY,
    20404: GONE,
    20429: "flood",
    21211: "bad_address",
    21217: "bad_address",
    21265: "bad_address",
    21401: "bad_address",
    21421: "bad_address",
    21610: "opted_out",
    21614: "bad_address",
    21617: "too_long",
    30001: "flood",
    30002: "account_closed",
    30003: "unreachable",
    30004: "blocked",
    30005: DISCONNECTED,
    30006: "bad_address",
    30007: "filtered",
    30022: "flood",
}
_RETRIED = frozenset({"flood", "bad_token", "account_closed"})
_FINE = frozenset({"flood", "bad_address", "opted_out", "too_long", ON_ITS_WAY})


def delivery_code(number: str) -> str:
    """Of a status callback; a number nobody has named yet stays readable."""
    return _CODES.get(int(number), f"twilio-{number}") if number else "unknown"


def refusal(status: int, number: int | None) -> SendFailed:
    """A refusal for anything but the address or the pace needs a person."""
    code = _CODES.get(number or 0) or _by_status(status)
    return SendFailed(code, retry=code in _RETRIED, alarm=code not in _FINE)


def _by_status(status: int) -> str:
    return "bad_token" if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) else "refused"
