"""The two hooks Twilio posts to: a message that came in, and how far one of ours has come.

403 for a wrong signature, 400 for what Twilio would not post, 503 while nothing can be stored, else 200 with an empty
answer document, so that Twilio sends nothing by itself.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog
from aiohttp import web
from multidict import MultiDict
from twilio.request_validator import RequestValidator
from yarl import URL

from bot.channels.base import Delivery, DeliveryReport, Intake, StoreDown
from bot.channels.hooks import TooLarge, Unreadable, read_body
from bot.channels.sms.codes import delivery_code
from bot.channels.sms.inbound import CHANNEL, posted
from bot.channels.sms.parameters import INBOUND, STATUS, Allowed, Malformed, Unknown, check, decode

PATH = "/hooks/twilio"
STATUS_PATH = "/hooks/twilio/status"
SIGNATURE_HEADER = "X-Twilio-Signature"
LARGEST = 64_000
_REFERENCE = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_STATES = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.DELIVERED,
    "undelivered": Delivery.FAILED,
    "failed": Delivery.FAILED,
}
_log = structlog.get_logger(__name__)


class Refused(Exception):
    """This request is answered `status` and goes no further."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


class Hook:
    """`public_url` comes from settings: the signature covers the address Twilio was given, and nothing a request says
    of itself can change that."""

    def __init__(self, *, account_sid: str, auth_token: str, sender: str, public_url: str) -> None:
        self._account_sid = account_sid
        self._validator = RequestValidator(auth_token)
        self._sender = sender
        self._public_url = public_url.rstrip("/")

    def routes(self, intake: Intake) -> Sequence[web.RouteDef]:
        return (
            web.post(PATH, partial(_answer, partial(self._take, intake))),
            web.post(STATUS_PATH, partial(_answer, partial(self._report, intake))),
        )

    def status_callback(self, reference: str) -> str:
        return str(URL(self._public_url + STATUS_PATH).with_query(reference=reference))

    async def _take(self, intake: Intake, request: web.Request) -> None:
        values = await self._verified(request, PATH, INBOUND, ("AccountSid", "MessageSid", "From", "To"))
        if self._sender not in (values["To"], values.get("MessagingServiceSid")):
            raise Refused(400, "not_ours")
        await intake.take([posted(values)])

    async def _report(self, intake: Intake, request: web.Request) -> None:
        path = f"{STATUS_PATH}?{request.rel_url.raw_query_string}"
        values = await self._verified(request, path, STATUS, ("AccountSid", "MessageSid", "MessageStatus"))
        reference = request.query.get("reference", "")
        if not _REFERENCE.fullmatch(reference):
            raise Refused(400, "malformed")
        state = _STATES.get(values["MessageStatus"])
        if state is not None:
            await intake.report(_delivery(reference, state, values))

    async def _verified(
        self, request: web.Request, path: str, allowed: Allowed, required: Sequence[str]
    ) -> Mapping[str, str]:
        """What Twilio surely posted to `path` of ours. The signature is looked at before anything else is believed."""
        try:
            pairs = decode(await read_body(request, limit=LARGEST))
            signature = request.headers.get(SIGNATURE_HEADER, "")
            if not self._validator.validate(self._public_url + path, MultiDict(pairs), signature):
                raise Refused(403, "wrong_signature")
            values = check(pairs, allowed, required)
        except TooLarge:
            raise Refused(413, "too_large") from None
        except (Unreadable, Malformed):
            raise Refused(400, "malformed") from None
        if values["AccountSid"] != self._account_sid:
            raise Refused(400, "not_ours")
        return values


async def _answer(work: Callable[[web.Request], Awaitable[None]], request: web.Request) -> web.Response:
    try:
        await work(request)
    except Refused as refused:
        _log.warning("hook.refused", channel=CHANNEL, code=refused.code)
        return web.Response(status=refused.status)
    except StoreDown:
        _log.warning("hook.refused", channel=CHANNEL, code="store_down")
        return web.Response(status=503)
    except Unknown:
        _log.error("hook.unknown_parameter", channel=CHANNEL)
    return web.Response(text="<Response/>", content_type="text/xml")


def _delivery(reference: str, state: Delivery, values: Mapping[str, str]) -> DeliveryReport:
    return DeliveryReport(
        channel=CHANNEL,
        reference=reference,
        provider_id=values["MessageSid"],
        state=state,
        code=delivery_code(values.get("ErrorCode", "")) if state is Delivery.FAILED else "",
    )
