"""Twilio's Messages resource over HTTP: create, list, fetch, redact, delete, with the account's Basic credentials."""

import base64
import hmac
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from aiohttp import web

from tests.support.doubles.faults import Fault, Faults
from tests.support.doubles.journal import Journal
from tests.support.doubles.twilio import rules
from tests.support.doubles.twilio.messages import Messages
from tests.support.doubles.twilio.people import People
from tests.support.doubles.twilio.rules import Account, Refused

ACCOUNT = "/2010-04-01/Accounts/{account}"
WORDS = {
    429: (20429, "Too Many Requests"),
    500: (20500, "An internal server error has occurred"),
    503: (20503, "Service is temporarily unavailable"),
}

Work = Callable[[web.Request], Awaitable[web.Response]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    def __init__(self, account: Account, messages: Messages, people: People, journal: Journal, faults: Faults) -> None:
        self._account = account
        self._messages = messages
        self._people = people
        self._journal = journal
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        several, one = f"{ACCOUNT}/Messages.json", ACCOUNT + r"/Messages/{sid:\w+}.json"
        return [
            web.post(several, self._handler("create", self._create)),
            web.get(several, self._handler("list", self._list)),
            web.get(one, self._handler("fetch", self._fetch)),
            web.post(one, self._handler("update", self._update)),
            web.delete(one, self._handler("delete", self._delete)),
            web.route("*", "/2010-04-01/{rest:.*}", self._handler("unknown", _nowhere)),
        ]

    def _handler(self, method: str, work: Work) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            form = await request.post()
            to = form.get("To", request.query.get("To"))

            async def answered() -> web.Response:
                try:
                    self._admit(request)
                    answer = await work(request)
                except Refused as refused:
                    self._journal.note("refused", method=method, code=refused.code, why=refused.message)
                    return _error(refused.status, refused.code, refused.message)
                self._journal.note("answered", method=method, status=answer.status)
                return answer

            return await self._faults.perform(request, method, str(to) if to else None, answered, _failure)

        return handle

    def _admit(self, request: web.Request) -> None:
        credentials = base64.b64encode(f"{self._account.sid}:{self._account.token}".encode())
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, b"Basic " + credentials):
            raise Refused(20003, "Authenticate", 401)
        if request.match_info.get("account", self._account.sid) != self._account.sid:
            raise Refused(20404, f"The requested resource {request.path} was not found", 404)

    async def _create(self, request: web.Request) -> web.Response:
        form = await request.post()
        media = len(form.getall("MediaUrl", []))
        draft = rules.draft({name: str(value) for name, value in form.items()}, media, self._account)
        self._people.check_reachable(draft.to, draft.sender)
        message = self._messages.take(draft)
        created = self._messages.resource(message)
        self._people.send(message)
        return web.json_response(created, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        wanted = rules.selection(request.query)
        page, more = self._messages.page(wanted)
        number = int(request.query.get("Page", "0"))
        query = {name: value for name, value in request.query.items() if name not in ("Page", "PageToken")}

        def address(**changes: str | int) -> str:
            return f"{request.path}?{urlencode({**query, 'PageSize': wanted.page_size, **changes})}"

        start = number * wanted.page_size
        return web.json_response(
            {
                "messages": [self._messages.resource(message) for message in page],
                "first_page_uri": address(Page=0),
                "next_page_uri": address(Page=number + 1, PageToken=f"PA{page[-1].sid}") if more else None,
                "previous_page_uri": None,
                "page": number,
                "page_size": wanted.page_size,
                "start": start,
                "end": start + max(0, len(page) - 1),
                "uri": request.path_qs,
            }
        )

    async def _fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._messages.resource(self._messages.find(request.match_info["sid"])))

    async def _update(self, request: web.Request) -> web.Response:
        sid, form = request.match_info["sid"], await request.post()
        self._messages.find(sid)
        if "Status" in form:
            raise Refused(30409, "This message cannot be canceled")
        if form.get("Body") != "":
            raise Refused(30400, "Parameters are not valid")
        return web.json_response(self._messages.resource(self._messages.redact(sid)))

    async def _delete(self, request: web.Request) -> web.Response:
        self._messages.delete(request.match_info["sid"])
        return web.Response(status=204)


async def _nowhere(request: web.Request) -> web.Response:
    raise Refused(20404, f"The requested resource {request.path} was not found", 404)


def _error(status: int, code: int, message: str) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response({"code": code, "message": message, "more_info": more, "status": status}, status=status)


def _failure(fault: Fault) -> web.Response:
    code, message = WORDS.get(fault.status, (20000 + fault.status, "Failed"))
    answer = _error(fault.status, code, message)
    if fault.retry_after is not None:
        answer.headers["Retry-After"] = str(fault.retry_after)
    return answer
