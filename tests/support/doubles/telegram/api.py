"""The Bot API methods Baraza uses: `/bot<token>/<method>`, any case, arguments in query, form or JSON."""

import hmac
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web

from tests.support.doubles.clock import Clock
from tests.support.doubles.faults import Fault, Faults
from tests.support.doubles.journal import Journal
from tests.support.doubles.telegram import rules
from tests.support.doubles.telegram.people import Message, People
from tests.support.doubles.telegram.rules import Arguments, Refused, bad
from tests.support.doubles.telegram.updates import Updates, Webhook

TAP_ANSWER_LIMIT = 200
GATEWAY_PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body><center><h1>{0}</h1></center></body>\r\n</html>"

Method = Callable[[Arguments], Awaitable[Any]]


class Api:
    def __init__(
        self,
        *,
        token: str,
        bot: dict[str, Any],
        allow_http: bool,
        people: People,
        updates: Updates,
        journal: Journal,
        faults: Faults,
        clock: Clock,
    ) -> None:
        self._token = token
        self._bot = bot
        self._allow_http = allow_http
        self._people = people
        self._updates = updates
        self._journal = journal
        self._faults = faults
        self._clock = clock
        self._commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self._methods: dict[str, Method] = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "sendmessage": self._send_message,
            "editmessagetext": self._edit_message_text,
            "editmessagereplymarkup": self._edit_message_reply_markup,
            "answercallbackquery": self._answer_callback_query,
            "deletemessage": self._delete_message,
            "deletemessages": self._delete_messages,
            "sendchataction": self._send_chat_action,
            "setmycommands": self._set_my_commands,
        }

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", r"/bot{token}/{method:\w+}", self._call)]

    def commands(self) -> list[dict[str, Any]]:
        return [
            {"scope": scope, "language": language, "commands": commands}
            for (scope, language), commands in self._commands.items()
        ]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            arguments = await _arguments(request)
        except json.JSONDecodeError:
            return _refusal(400, "Bad Request: can't parse JSON object", {})

        async def work() -> web.Response:
            return await self._answer(request.match_info["token"], name, arguments)

        return await self._faults.perform(request, name, arguments.get("chat_id"), work, _failure)

    async def _answer(self, token: str, name: str, arguments: Arguments) -> web.Response:
        try:
            if not hmac.compare_digest(token.encode(), self._token.encode()):
                raise Refused(401, "Unauthorized")
            method = self._methods.get(name.lower())
            if method is None:
                raise Refused(404, "Not Found: method not found")
            result = await method(arguments)
        except Refused as refused:
            self._journal.note("refused", method=name, code=refused.code, why=refused.description)
            return _refusal(refused.code, refused.description, refused.parameters)
        self._journal.note("answered", method=name, chat=arguments.get("chat_id"))
        return web.json_response({"ok": True, "result": result})

    async def _get_me(self, _: Arguments) -> dict[str, Any]:
        return {
            **self._bot,
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    async def _get_updates(self, arguments: Arguments) -> list[dict[str, Any]]:
        self._updates.allow(rules.structure(arguments, "allowed_updates", "allowed updates"))
        return await self._updates.poll(
            rules.integer(arguments, "offset"),
            rules.integer(arguments, "limit", 100),
            rules.integer(arguments, "timeout"),
        )

    async def _set_webhook(self, arguments: Arguments) -> bool:
        url, secret = arguments.get("url", ""), arguments.get("secret_token", "")
        if not url:
            return await self._delete_webhook(arguments)
        rules.check_webhook(url, secret, allow_http=self._allow_http)
        self._updates.allow(rules.structure(arguments, "allowed_updates", "allowed updates"))
        if rules.flag(arguments, "drop_pending_updates"):
            self._updates.drop()
        self._updates.set_webhook(Webhook(url=url, secret=secret))
        return True

    async def _delete_webhook(self, arguments: Arguments) -> bool:
        if rules.flag(arguments, "drop_pending_updates"):
            self._updates.drop()
        self._updates.delete_webhook()
        return True

    async def _get_webhook_info(self, _: Arguments) -> dict[str, Any]:
        webhook = self._updates.webhook
        info: dict[str, Any] = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending()),
            "allowed_updates": sorted(self._updates.kinds),
        }
        if webhook and webhook.error:
            info |= {"last_error_date": webhook.error_date, "last_error_message": webhook.error}
        return info

    async def _send_message(self, arguments: Arguments) -> dict[str, Any]:
        text, markup = rules.message_text(arguments), rules.reply_markup(arguments)
        return self._people.message_json(self._people.show(_chat(arguments), text, markup))

    async def _edit_message_text(self, arguments: Arguments) -> dict[str, Any]:
        text = rules.message_text(arguments)
        markup = rules.reply_markup(arguments, inline_only=True)
        return self._people.message_json(self._people.change(self._named(arguments), text, markup))

    async def _edit_message_reply_markup(self, arguments: Arguments) -> dict[str, Any]:
        markup = rules.reply_markup(arguments, inline_only=True)
        message = self._named(arguments)
        return self._people.message_json(self._people.change(message, message.content["text"], markup))

    async def _answer_callback_query(self, arguments: Arguments) -> bool:
        text = arguments.get("text")
        if text and rules.utf16_length(text) > TAP_ANSWER_LIMIT:
            raise bad("MESSAGE_TOO_LONG")
        self._people.answer_tap(arguments.get("callback_query_id", ""), text)
        return True

    async def _delete_message(self, arguments: Arguments) -> bool:
        self._people.remove(_chat(arguments), rules.integer(arguments, "message_id"))
        return True

    async def _delete_messages(self, arguments: Arguments) -> bool:
        self._people.remove_all(_chat(arguments), rules.message_ids(arguments))
        return True

    async def _send_chat_action(self, arguments: Arguments) -> bool:
        if arguments.get("action", "").lower() not in rules.CHAT_ACTIONS:
            raise bad("Wrong parameter action in request")
        self._people.reachable(_chat(arguments))
        return True

    async def _set_my_commands(self, arguments: Arguments) -> bool:
        scope, language = arguments.get("scope", ""), arguments.get("language_code", "")
        if language and not (len(language) == 2 and language.isalpha()):
            raise bad("Invalid language code specified")
        self._commands[scope, language] = rules.commands(arguments)
        return True

    def _named(self, arguments: Arguments) -> Message:
        return self._people.editable(_chat(arguments), rules.integer(arguments, "message_id"))


def _chat(arguments: Arguments) -> int:
    if not arguments.get("chat_id"):
        raise bad("Chat_id is empty")
    try:
        return int(arguments["chat_id"])
    except ValueError as error:
        raise bad("Chat not found") from error


async def _arguments(request: web.Request) -> dict[str, str]:
    """Everything becomes text, as on the real server: structures as JSON, booleans as true and false."""
    found: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json() if request.can_read_body else {}
        if isinstance(body, dict):
            found |= {name: value for name, value in body.items() if value is not None}
    else:
        found |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}


def _refusal(code: int, description: str, parameters: dict[str, int]) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return web.json_response(answer, status=code)


def _failure(fault: Fault) -> web.Response:
    """Telegram words its own errors in JSON; a gateway before it answers with a web page."""
    match fault.status:
        case 429:
            wait = fault.retry_after or 1
            return _refusal(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
        case 502 | 503 | 504:
            page = GATEWAY_PAGE.format(f"{fault.status} {HTTPStatus(fault.status).phrase}")
            return web.Response(text=page, status=fault.status, content_type="text/html")
        case status:
            return _refusal(status, "Internal Server Error", {})
