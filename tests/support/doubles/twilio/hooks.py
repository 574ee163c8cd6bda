"""What Twilio posts to the program: signed forms, to the URL exactly as it was given.

Defaults of the real service: 15 seconds for an answer, one more try when no connection came about, none after an
error status.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

import aiohttp

from tests.support.doubles.journal import Journal

ANSWER_WITHIN = 15.0
TRIES = 2
FETCH_FAILED, NOT_PARSED, WRONG_TYPE = 11200, 12100, 12300


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """HMAC-SHA1 of the whole URL followed by every name and value, names in order, nothing between them."""
    signed = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1)).decode()


class Hooks:
    def __init__(self, token: str, journal: Journal) -> None:
        self._token = token
        self._journal = journal
        self.http: aiohttp.ClientSession

    async def post(
        self, url: str, form: Mapping[str, str], *, forged: bool = False, twiml: bool = False
    ) -> dict[str, Any]:
        """The answer as status (0: none), type, body and the warning Twilio would log about it."""
        headers = {
            "X-Twilio-Signature": signature("not-the-token" if forged else self._token, url, form),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
            "User-Agent": "TwilioProxy/1.1",
        }
        answer: dict[str, Any] = {"status": 0, "type": "", "body": "", "warning": FETCH_FAILED}
        for _ in range(TRIES):
            try:
                answer = await self._once(url, form, headers, twiml=twiml)
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, TimeoutError):
                pass
            break
        self._journal.note("hook", url=url, sid=form.get("MessageSid"), **answer)
        return answer

    async def _once(
        self, url: str, form: Mapping[str, str], headers: Mapping[str, str], *, twiml: bool
    ) -> dict[str, Any]:
        async with self.http.post(
            url,
            data=dict(form),
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN),
            allow_redirects=False,
        ) as response:
            answer = {
                "status": response.status,
                "type": response.content_type,
                "body": await response.text(),
            }
        return {**answer, "warning": _warning(answer, twiml=twiml)}


def _warning(answer: Mapping[str, Any], *, twiml: bool) -> int | None:
    if not 200 <= answer["status"] <= 299:
        return FETCH_FAILED
    if not twiml or not answer["body"]:
        return None
    if answer["type"] not in ("text/xml", "application/xml"):
        return WRONG_TYPE
    try:
        root = ET.fromstring(answer["body"])  # noqa: S314  (the program's own answer)
    except ET.ParseError:
        return NOT_PARSED
    return None if root.tag == "Response" else NOT_PARSED
