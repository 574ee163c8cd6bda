"""The doubles of Telegram and Twilio refuse, deliver and misbehave as told: proven with the program's own clients."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.support.doubles import stand
from tests.support.doubles.control import Impossible
from tests.support.doubles.stand import Stand
from tests.support.doubles.telegram import double as telegram_double
from tests.support.doubles.twilio import double as twilio_double
from tests.support.doubles.twilio.rules import Account
from tests.support.doubles.twilio.segments import segments

# The asynchronous client of twilio 9.13 hands over its credentials in a way aiohttp 3.14 calls old.
pytestmark = [
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter is deprecated:DeprecationWarning"),
]

AMINA, BASIL = 501, 502
PHONE, OTHER_PHONE = "+254700000001", "+254700000002"
OURS = twilio_double.NUMBER

NOT_ACCEPTED = [
    pytest.param({"how": "status", "status": 500}, id="500"),
    pytest.param({"how": "status", "status": 502}, id="502"),
    pytest.param({"how": "status", "status": 503}, id="503"),
    pytest.param({"how": "reset"}, id="reset"),
    pytest.param({"how": "garble"}, id="invalid JSON"),
]
ACCEPTED = [
    pytest.param({"how": "status", "status": 500, "accept": True}, id="500"),
    pytest.param({"how": "reset", "accept": True}, id="reset"),
    pytest.param({"how": "garble", "accept": True}, id="invalid JSON"),
]


@dataclass(slots=True)
class Program:
    """Stands where the program's hooks would: keeps what is posted, answers what it is told."""

    url: str = ""
    posted: list[tuple[Mapping[str, str], Any]] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    deaf_to: int | None = None

    async def take(self, request: web.Request) -> web.Response:
        body: Any = await (request.json() if request.content_type == "application/json" else request.post())
        if self.deaf_to is not None and body["message"]["chat"]["id"] == self.deaf_to:
            return web.Response(status=500)
        self.posted.append((dict(request.headers), body))
        return self.answers.pop(0) if self.answers else web.Response()

    def bodies(self) -> list[Any]:
        return [body for _, body in self.posted]


@pytest.fixture
async def program() -> AsyncIterator[Program]:
    found = Program()
    application = web.Application()
    application.router.add_post("/hook", found.take)
    async with TestServer(application) as server:
        found.url = str(server.make_url("/hook"))
        yield found


@pytest.fixture
async def telegram() -> AsyncIterator[Stand]:
    async with stand.serve(telegram_double.application(allow_http=True, retry_delay=0.01)) as running:
        yield running


@asynccontextmanager
async def bot_on(running: Stand, token: str = telegram_double.TOKEN) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(running.url))
    yield Bot(token, session=session)
    if session._session is not None:  # its own close() waits a quarter of a second for TLS, which is not used here
        await session._session.close()


@pytest.fixture
async def bot(telegram: Stand) -> AsyncIterator[Bot]:
    async with bot_on(telegram) as found:
        yield found


@pytest.fixture
async def amina(telegram: Stand) -> int:
    await telegram.do("write", chat=AMINA, text="/start")
    return AMINA


@pytest.fixture
async def twilio() -> AsyncIterator[Stand]:
    async with stand.serve(twilio_double.application()) as running:
        yield running


def service_account(*, advanced_opt_out: bool) -> Account:
    return Account(
        sid=twilio_double.SID,
        token=twilio_double.TOKEN,
        numbers=(OURS,),
        service=twilio_double.SERVICE,
        advanced_opt_out=advanced_opt_out,
    )


@pytest.fixture
async def service() -> AsyncIterator[Stand]:
    async with stand.serve(twilio_double.application(service_account(advanced_opt_out=True))) as running:
        yield running


@asynccontextmanager
async def client_on(running: Stand, token: str = twilio_double.TOKEN) -> AsyncIterator[Client]:
    async with AsyncTwilioHttpClient() as http:
        client = Client(twilio_double.SID, token, http_client=http)
        client.api.base_url = running.url
        yield client


@pytest.fixture
async def sms(twilio: Stand) -> AsyncIterator[Client]:
    async with client_on(twilio) as client:
        yield client


def keyboard(*buttons: tuple[str, str]) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(text=text, callback_data=data) for text, data in buttons]
    return InlineKeyboardMarkup(inline_keyboard=[row])


async def abandoned(running: Stand, call: Awaitable[Any]) -> None:
    """Make a call that will never be answered, and give up once the double has begun to hang."""

    async def make() -> None:
        await call

    async with asyncio.TaskGroup() as group:
        calling = group.create_task(make())
        await running.see("journal", what="fault", least=1)
        assert not calling.done()
        calling.cancel()


# Telegram: what it refuses


class TestTelegramRefuses:
    async def test_wrong_token(self, telegram: Stand) -> None:
        async with bot_on(telegram, "710000001:another-token-invented_0123456789") as stranger:
            with pytest.raises(TelegramUnauthorizedError):
                await stranger.get_me()

    async def test_unknown_method(self, bot: Bot) -> None:
        with pytest.raises(TelegramNotFound, match="method not found"):
            await bot.get_my_commands()

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "message text is empty"),
            (" \n ", "text must be non-empty"),
            ("x" * 4097, "message is too long"),
            ("🕊" * 2049, "message is too long"),
        ],
    )
    async def test_text(self, telegram: Stand, bot: Bot, amina: int, text: str, why: str) -> None:
        with pytest.raises(TelegramBadRequest, match=why):
            await bot.send_message(amina, text)
        assert await telegram.see("messages", chat=amina) == []

    @pytest.mark.parametrize(
        ("html", "why"),
        [
            ("<b>open", 'find end tag corresponding to start tag "b"'),
            ("closed</b>", "Unexpected end tag at byte offset 6"),
            ("<b>é</i>", r"Unmatched end tag at byte offset 5, expected \"</b>\", found \"</i>\""),
            ("a <blink>", 'Unsupported start tag "blink" at byte offset 2'),
            ("1 < 2", "Unclosed start tag at byte offset 2"),
        ],
    )
    async def test_formatting(self, bot: Bot, amina: int, html: str, why: str) -> None:
        with pytest.raises(TelegramBadRequest, match="can't parse entities: .*" + why):
            await bot.send_message(amina, html, parse_mode="HTML")

    @pytest.mark.parametrize(
        ("button", "why"),
        [
            (InlineKeyboardButton(text="A", callback_data="x" * 65), "BUTTON_DATA_INVALID"),
            (InlineKeyboardButton(text="A", callback_data="é" * 33), "BUTTON_DATA_INVALID"),
            (InlineKeyboardButton(text="A", callback_data=""), "BUTTON_DATA_INVALID"),
            (InlineKeyboardButton(text=" ", callback_data="x"), "button text must be non-empty"),
            (InlineKeyboardButton(text="A"), "Text buttons are unallowed in the inline keyboard"),
            (InlineKeyboardButton(text="A", url="ftp://files"), "BUTTON_URL_INVALID"),
        ],
    )
    async def test_button(self, bot: Bot, amina: int, button: InlineKeyboardButton, why: str) -> None:
        markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
        with pytest.raises(TelegramBadRequest, match=why):
            await bot.send_message(amina, "Choose", reply_markup=markup)

    async def test_more_buttons_than_a_message_holds(self, bot: Bot, amina: int) -> None:
        with pytest.raises(TelegramBadRequest, match="reply markup is too long"):
            await bot.send_message(amina, "Choose", reply_markup=keyboard(*[("A", "a")] * 101))

    @pytest.mark.parametrize(
        ("method", "arguments", "why"),
        [
            ("sendMessage", {"text": "A"}, "chat_id is empty"),
            ("sendMessage", {"text": "A", "chat_id": "@someone"}, "chat not found"),
            ("sendMessage", {"text": "A", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
            ("sendMessage", {"text": "A", "reply_markup": []}, "object expected as reply markup"),
            ("sendMessage", {"text": "A", "reply_markup": {"inline_keyboard": {}}}, "must be an Array"),
            ("sendMessage", {"text": "A", "reply_markup": {"inline_keyboard": [{}]}}, "an Array of Arrays"),
            ("sendMessage", {"text": "A", "reply_markup": {"inline_keyboard": [["A"]]}}, "must be an Object"),
            (
                "sendMessage",
                {"text": "A", "reply_markup": {"inline_keyboard": [[{"text": 1}]]}},
                '"text" must be of type String',
            ),
            ("sendMessage", {"text": "A", "reply_markup": {"remove_keyboard": 1}}, "of the type Boolean"),
            ("sendMessage", {"text": "A", "reply_markup": {"keyboard": [[{}]]}}, "must be of type String"),
            ("sendMessage", {"text": "A", "parse_mode": "RTF"}, "unsupported parse_mode"),
            ("editMessageText", {"text": "A", "chat_id": AMINA}, "message identifier is not specified"),
            ("setMyCommands", {"commands": {}}, "expected an Array of BotCommand"),
        ],
    )
    async def test_wrong_types(
        self, telegram: Stand, amina: int, method: str, arguments: dict[str, Any], why: str
    ) -> None:
        url = f"{telegram.url}/bot{telegram_double.TOKEN}/{method}"
        async with telegram.http.post(url, json=arguments) as answer:
            refusal = await answer.json()
        assert (answer.status, refusal["ok"], refusal["error_code"]) == (400, False, 400)
        assert why in refusal["description"]

    async def test_chat_that_never_wrote(self, bot: Bot) -> None:
        with pytest.raises(TelegramBadRequest, match="chat not found"):
            await bot.send_message(AMINA, "Hello")

    async def test_person_who_blocks_the_bot(self, telegram: Stand, bot: Bot, amina: int) -> None:
        await telegram.do("block", chat=amina)
        with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
            await bot.send_message(amina, "Hello")
        with pytest.raises(Impossible, match="blocks the bot"):
            await telegram.do("write", chat=amina, text="Hello?")
        await telegram.do("unblock", chat=amina)
        await bot.send_message(amina, "Hello again")
        changes = [update.my_chat_member for update in await bot.get_updates(offset=-2)]
        assert [change.new_chat_member.status for change in changes if change] == ["kicked", "member"]

    async def test_chat_action_and_commands(self, telegram: Stand, bot: Bot, amina: int) -> None:
        with pytest.raises(TelegramBadRequest, match="wrong parameter action"):
            await bot.send_chat_action(amina, "dancing")
        with pytest.raises(TelegramBadRequest, match="BOT_COMMAND_INVALID"):
            await bot.set_my_commands([BotCommand(command="Help me", description="A person")])
        await bot.send_chat_action(amina, "typing")
        await bot.set_my_commands([BotCommand(command="person", description="A person")], language_code="sw")
        [row] = await telegram.see("commands")
        assert (row["language"], row["commands"][0]["command"]) == ("sw", "person")

    async def test_edit_and_delete_of_what_is_not_there(self, bot: Bot, amina: int) -> None:
        shown = await bot.send_message(amina, "One", reply_markup=keyboard(("A", "a")))
        for problem, call in {
            "message to edit not found": bot.edit_message_text("Two", chat_id=amina, message_id=99),
            "message can't be edited": bot.edit_message_text("Two", chat_id=amina, message_id=1),
            "message to delete not found": bot.delete_message(amina, 99),
            "message is not modified": bot.edit_message_text(
                "One", chat_id=amina, message_id=shown.message_id, reply_markup=keyboard(("A", "a"))
            ),
        }.items():
            with pytest.raises(TelegramBadRequest, match=problem):
                await call

    async def test_deleting_after_two_days(self, telegram: Stand, bot: Bot, amina: int) -> None:
        await telegram.do("forward", seconds=48 * 3600 + 1)
        with pytest.raises(TelegramBadRequest, match="can't be deleted for everyone"):
            await bot.delete_message(amina, 1)

    @pytest.mark.parametrize(
        ("url", "secret", "why"),
        [
            ("http://example.org/hook", "s", "An HTTPS URL must be provided"),
            ("https://example.org:8080/hook", "s", "only on ports 80, 88, 443 or 8443"),
            ("example.org", "s", "invalid webhook URL specified"),
            ("https://example.org/hook", "not this one", "unallowed characters"),
            ("https://example.org/hook", "s" * 257, "secret token is too long"),
        ],
    )
    async def test_webhook(self, url: str, secret: str, why: str) -> None:
        async with stand.serve(telegram_double.application()) as strict, bot_on(strict) as bot:
            with pytest.raises(TelegramBadRequest, match=why):
                await bot.set_webhook(url, secret_token=secret)


# Telegram: what it takes, and what people do


class TestTelegramChats:
    async def test_takes_what_just_fits(self, telegram: Stand, bot: Bot, amina: int) -> None:
        await bot.send_message(amina, "x" * 4096)
        await bot.send_message(amina, f"<b>{'x' * 4090}</b>&lt;5&gt;", parse_mode="HTML")
        await bot.send_message(amina, "Choose", reply_markup=keyboard(("A", "x" * 64)))
        texts = [row["text"] for row in await telegram.see("messages", chat=amina, least=3)]
        assert texts == ["x" * 4096, "x" * 4090 + "<5>", "Choose"]

    async def test_edit_replaces_text_and_takes_the_buttons_away(self, telegram: Stand, bot: Bot, amina: int) -> None:
        shown = await bot.send_message(amina, "One", reply_markup=keyboard(("A", "a")))
        edited = await bot.edit_message_text("Two", chat_id=amina, message_id=shown.message_id)
        assert isinstance(edited, Message)
        assert (edited.text, edited.reply_markup) == ("Two", None)
        await bot.edit_message_reply_markup(
            chat_id=amina, message_id=shown.message_id, reply_markup=keyboard(("B", "b"))
        )
        await bot.delete_message(amina, shown.message_id)
        [row] = await telegram.see("messages", chat=amina)
        assert (row["text"], row["earlier_texts"], row["deleted"]) == ("Two", ["One"], True)
        assert row["buttons"] == [[{"text": "B", "callback_data": "b"}]]

    async def test_only_a_button_on_the_screen_can_be_tapped(self, telegram: Stand, bot: Bot, amina: int) -> None:
        shown = await bot.send_message(amina, "One", reply_markup=keyboard(("A", "a")))
        for message, data in ((shown.message_id, "z"), (99, "a")):
            with pytest.raises(Impossible, match="no button"):
                await telegram.do("tap", chat=amina, message=message, data=data)
        await telegram.do("tap", chat=amina, message=shown.message_id, data="a")
        [update] = await bot.get_updates(offset=-1)
        query = update.callback_query
        assert query is not None
        assert isinstance(query.message, Message)
        assert (query.data, query.from_user.id, query.message.text) == ("a", amina, "One")

    async def test_tap_is_answered_once_and_in_time(self, telegram: Stand, bot: Bot, amina: int) -> None:
        shown = await bot.send_message(amina, "One", reply_markup=keyboard(("A", "a")))
        tap = {"chat": amina, "message": shown.message_id, "data": "a"}
        first, late = await telegram.do("tap", **tap), await telegram.do("tap", **tap)
        with pytest.raises(TelegramBadRequest, match="MESSAGE_TOO_LONG"):
            await bot.answer_callback_query(first["query"], "x" * 201)
        await bot.answer_callback_query(first["query"], "Thank you")
        for query in (first["query"], "12345"):
            with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
                await bot.answer_callback_query(query)
        await telegram.do("expire")
        with pytest.raises(TelegramBadRequest, match="query is too old and response timeout expired"):
            await bot.answer_callback_query(late["query"])
        answered = [(row["answered"], row["text"]) for row in await telegram.see("taps", chat=amina)]
        assert answered == [(True, "Thank you"), (False, None)]

    async def test_everything_a_person_sends_is_a_real_update(self, telegram: Stand, bot: Bot) -> None:
        await telegram.do("person", chat=AMINA, first_name="Amina", language_code="sw")
        said = await telegram.do("write", chat=AMINA, text="/start CODE")
        await telegram.do("edit", chat=AMINA, message=said["message"], text="/start OTHER")
        await telegram.do("contact", chat=AMINA, phone="+254700000001")
        await telegram.do("location", chat=AMINA, latitude=-0.3, longitude=36.1)
        for kind in ("photo", "voice", "sticker", "document"):
            await telegram.do("media", chat=AMINA, kind=kind, caption="see")
        start, edit, contact, location, *media = await bot.get_updates()
        assert start.message
        assert start.message.from_user
        assert start.message.entities
        assert (start.message.from_user.language_code, start.message.entities[0].type) == (
            "sw",
            "bot_command",
        )
        assert edit.edited_message
        assert (edit.edited_message.message_id, edit.edited_message.text) == (
            said["message"],
            "/start OTHER",
        )
        assert contact.message
        assert contact.message.contact
        assert (contact.message.contact.phone_number, contact.message.contact.user_id) == (
            "+254700000001",
            AMINA,
        )
        assert location.message
        assert location.message.location
        assert location.message.location.latitude == -0.3
        kinds = [update.message.content_type for update in media if update.message]
        assert kinds == ["photo", "voice", "sticker", "document"]


# Telegram: its updates, polled and posted


class TestTelegramPolling:
    async def test_updates_come_again_until_a_higher_offset_confirms_them(self, telegram: Stand, bot: Bot) -> None:
        numbers = [(await telegram.do("write", chat=AMINA, text=text))["update"] for text in "abc"]
        assert [update.update_id for update in await bot.get_updates()] == numbers
        assert [update.update_id for update in await bot.get_updates(limit=2)] == numbers[:2]
        assert [update.update_id for update in await bot.get_updates(offset=numbers[1])] == numbers[1:]
        assert [update.update_id for update in await bot.get_updates()] == numbers[1:]
        assert await bot.get_updates(offset=numbers[2] + 1) == []
        assert await telegram.see("pending") == []

    async def test_negative_offset_forgets_all_before(self, telegram: Stand, bot: Bot) -> None:
        for text in "abc":
            await telegram.do("write", chat=AMINA, text=text)
        [last] = await bot.get_updates(offset=-1)
        assert last.message
        assert last.message.text == "c"
        assert len(await telegram.see("pending")) == 1

    async def test_long_poll_ends_with_the_first_update(self, telegram: Stand, bot: Bot, amina: int) -> None:
        [first] = await bot.get_updates()
        async with asyncio.TaskGroup() as group:
            poll = group.create_task(_polled(bot, first.update_id + 1))
            await telegram.see("journal", what="polling", least=2)
            assert not poll.done()
            await telegram.do("write", chat=amina, text="late")
        assert poll.result() == ["late"]

    async def test_second_poll_ends_the_first(self, telegram: Stand, bot: Bot) -> None:
        async with asyncio.TaskGroup() as group:
            first = group.create_task(_polled(bot, 0))
            await telegram.see("journal", what="polling", least=1)
            second = group.create_task(_polled(bot, 0))
            await telegram.see("journal", what="refused", least=1)
            await telegram.do("write", chat=AMINA, text="Hello")
        assert "terminated by other getUpdates request" in str(first.result())
        assert second.result() == ["Hello"]

    async def test_no_polling_beside_a_webhook(self, telegram: Stand, bot: Bot, program: Program) -> None:
        async with asyncio.TaskGroup() as group:
            poll = group.create_task(_polled(bot, 0))
            await telegram.see("journal", what="polling", least=1)
            await bot.set_webhook(program.url)
        assert "terminated by setWebhook request" in str(poll.result())
        with pytest.raises(TelegramConflictError, match="while webhook is active"):
            await bot.get_updates()
        await bot.delete_webhook()
        assert await bot.get_updates() == []

    async def test_kinds_not_asked_for_are_gone(self, telegram: Stand, bot: Bot, amina: int) -> None:
        await bot.get_updates(offset=-1, allowed_updates=["callback_query"])
        assert (await telegram.do("write", chat=amina, text="unheard"))["update"] is None
        await bot.get_updates()
        assert (await telegram.do("write", chat=amina, text="unheard"))["update"] is None
        await bot.get_updates(allowed_updates=["message"])
        assert (await telegram.do("write", chat=amina, text="heard"))["update"] is not None

    async def test_same_update_twice_though_confirmed(self, telegram: Stand, bot: Bot, amina: int) -> None:
        [first] = await bot.get_updates()
        await bot.get_updates(offset=first.update_id + 1)
        await telegram.do("redeliver", update=first.update_id)
        assert await bot.get_updates(offset=first.update_id + 1) == [first]
        assert await bot.get_updates(offset=first.update_id + 1) == []

    async def test_held_updates_come_out_of_order(self, telegram: Stand, bot: Bot) -> None:
        await telegram.do("hold")
        for text in "abc":
            await telegram.do("write", chat=AMINA, text=text)
        assert await bot.get_updates() == []
        await telegram.do("release", reversed_order=True)
        updates = await bot.get_updates()
        assert [update.message.text for update in updates if update.message] == ["c", "b", "a"]
        assert await bot.get_updates(offset=max(update.update_id for update in updates) + 1) == []


async def _polled(bot: Bot, offset: int) -> list[str | None] | TelegramConflictError:
    try:
        updates = await bot.get_updates(offset=offset, timeout=50)
    except TelegramConflictError as conflict:
        return conflict
    return [update.message.text for update in updates if update.message]


class TestTelegramWebhook:
    async def test_posts_with_the_secret_what_was_waiting_and_what_comes(
        self, telegram: Stand, bot: Bot, program: Program, amina: int
    ) -> None:
        await bot.set_webhook(program.url, secret_token="A_secret-1")
        await telegram.do("write", chat=amina, text="Hello")
        await telegram.see("journal", what="delivered", least=2)
        assert [body["message"]["text"] for body in program.bodies()] == ["/start", "Hello"]
        assert {headers["X-Telegram-Bot-Api-Secret-Token"] for headers, _ in program.posted} == {"A_secret-1"}
        assert await telegram.see("pending") == []

    async def test_repeats_until_taken_in_the_order_of_the_chat(
        self, telegram: Stand, bot: Bot, program: Program
    ) -> None:
        program.answers = [web.Response(status=503), web.Response(status=401), web.Response(status=204)]
        await bot.set_webhook(program.url)
        for text in "ab":
            await telegram.do("write", chat=AMINA, text=text)
        await telegram.see("journal", what="delivered", least=4)
        assert [body["message"]["text"] for body in program.bodies()] == ["a", "a", "a", "b"]
        assert (await bot.get_webhook_info()).last_error_message == (
            "Wrong response from the webhook: 401 Unauthorized"
        )

    async def test_one_chat_refused_holds_up_no_other(self, telegram: Stand, bot: Bot, program: Program) -> None:
        program.deaf_to = AMINA
        await bot.set_webhook(program.url)
        await telegram.do("write", chat=AMINA, text="a")
        await telegram.see("journal", what="delivered", least=1)
        await telegram.do("write", chat=BASIL, text="b")
        await telegram.see("journal", what="delivered", chat=BASIL, status=200, least=1)
        assert (await bot.get_webhook_info()).pending_update_count == 1
        program.deaf_to = None
        await telegram.see("journal", what="delivered", chat=AMINA, status=200, least=1)
        assert await telegram.see("pending") == []

    async def test_hook_that_is_not_there_loses_nothing(self, telegram: Stand, bot: Bot, program: Program) -> None:
        await bot.set_webhook(f"http://127.0.0.1:{unused_port()}/nobody")
        await telegram.do("write", chat=AMINA, text="a")
        await telegram.see("journal", what="delivered", status=0, least=1)
        await bot.set_webhook(program.url)
        await telegram.see("journal", what="delivered", status=200, least=1)
        assert [body["message"]["text"] for body in program.bodies()] == ["a"]

    async def test_duplicate_and_reversed(self, telegram: Stand, bot: Bot, program: Program) -> None:
        await bot.set_webhook(program.url)
        await telegram.do("hold")
        first, _ = [await telegram.do("write", chat=AMINA, text=text) for text in "ab"]
        await telegram.do("release", reversed_order=True)
        await telegram.do("redeliver", update=first["update"])
        await telegram.see("journal", what="delivered", least=3)
        assert [body["message"]["text"] for body in program.bodies()] == ["b", "a", "a"]

    async def test_pending_updates_can_be_dropped(
        self, telegram: Stand, bot: Bot, program: Program, amina: int
    ) -> None:
        await bot.set_webhook(program.url, drop_pending_updates=True)
        await telegram.do("write", chat=amina, text="fresh")
        await telegram.see("journal", what="delivered", least=1)
        assert [body["message"]["text"] for body in program.bodies()] == ["fresh"]


# Telegram: faults switched on


class TestTelegramFaults:
    async def test_flood_control_of_one_chat(self, telegram: Stand, bot: Bot, amina: int) -> None:
        await telegram.do("write", chat=BASIL, text="/start")
        await telegram.do("fault", method="sendMessage", how="status", status=429, retry_after=7, to=amina, times=2)
        await bot.send_message(BASIL, "Hello")
        for _ in range(2):
            with pytest.raises(TelegramRetryAfter) as refused:
                await bot.send_message(amina, "Hello")
            assert refused.value.retry_after == 7
        await bot.send_message(amina, "Hello")
        assert len(await telegram.see("messages", chat=amina)) == 1

    @pytest.mark.parametrize("fault", NOT_ACCEPTED)
    async def test_before_accepting(self, telegram: Stand, bot: Bot, amina: int, fault: dict[str, Any]) -> None:
        await telegram.do("fault", method="sendMessage", **fault)
        with pytest.raises((TelegramServerError, TelegramNetworkError, ClientDecodeError)):
            await bot.send_message(amina, "Hello")
        assert await telegram.see("messages", chat=amina) == []
        await bot.send_message(amina, "Hello")

    @pytest.mark.parametrize("fault", ACCEPTED)
    async def test_after_accepting(self, telegram: Stand, bot: Bot, amina: int, fault: dict[str, Any]) -> None:
        await telegram.do("fault", method="sendMessage", **fault)
        with pytest.raises((TelegramServerError, TelegramNetworkError, ClientDecodeError)):
            await bot.send_message(amina, "Hello")
        assert len(await telegram.see("messages", chat=amina)) == 1

    @pytest.mark.parametrize("accept", [True, False])
    async def test_hanging(self, telegram: Stand, bot: Bot, amina: int, accept: bool) -> None:
        await telegram.do("fault", method="sendMessage", how="hang", accept=accept)
        await abandoned(telegram, bot.send_message(amina, "Hello"))
        assert len(await telegram.see("messages", chat=amina)) == accept

    async def test_accepting_fault_waits_for_a_call_that_is_accepted(
        self, telegram: Stand, bot: Bot, amina: int
    ) -> None:
        await telegram.do("fault", method="sendMessage", how="status", accept=True)
        with pytest.raises(TelegramBadRequest, match="message text is empty"):
            await bot.send_message(amina, "")
        with pytest.raises(TelegramServerError):
            await bot.send_message(amina, "Hello")

    async def test_other_methods_and_healed_ones_work(self, telegram: Stand, bot: Bot, amina: int) -> None:
        await telegram.do("fault", method="getUpdates", how="status", status=500, times=100)
        await bot.send_message(amina, "Hello")
        with pytest.raises(TelegramServerError):
            await bot.get_updates()
        await telegram.do("heal")
        assert len(await bot.get_updates()) == 1


# Twilio: what it refuses


class TestTwilioRefuses:
    @pytest.mark.parametrize(
        ("message", "code"),
        [
            ({"to": "", "from_": OURS, "body": "A"}, 21604),
            ({"to": PHONE, "body": "A"}, 21603),
            ({"to": PHONE, "from_": OURS}, 21602),
            ({"to": PHONE, "from_": OURS, "body": "x" * 1601}, 21617),
            ({"to": PHONE, "from_": OURS, "body": "🕊" * 801}, 21617),
            ({"to": "0700000001", "from_": OURS, "body": "A"}, 21211),
            ({"to": "+0700000001", "from_": OURS, "body": "A"}, 21211),
            ({"to": OURS, "from_": OURS, "body": "A"}, 21266),
            ({"to": PHONE, "from_": "+15005550009", "body": "A"}, 21659),
            ({"to": PHONE, "from_": "???", "body": "A"}, 21212),
            ({"to": PHONE, "messaging_service_sid": "MG1", "body": "A"}, 21705),
            ({"to": PHONE, "messaging_service_sid": twilio_double.SERVICE, "body": "A"}, 21701),
            ({"to": PHONE, "messaging_service_sid": twilio_double.SERVICE}, 21619),
            ({"to": PHONE, "from_": OURS, "body": "A", "status_callback": "/status"}, 21609),
            ({"to": PHONE, "from_": OURS, "body": "A", "status_callback": "http://my_host/s"}, 21609),
            ({"to": PHONE, "from_": OURS, "body": "A", "status_callback": "ftp://host/s"}, 21609),
        ],
    )
    async def test_message(self, twilio: Stand, sms: Client, message: dict[str, str], code: int) -> None:
        with pytest.raises(TwilioRestException) as refused:
            await sms.messages.create_async(**message)
        assert (refused.value.status, refused.value.code) == (400, code)
        assert await twilio.see("messages") == []

    async def test_wrong_token(self, twilio: Stand) -> None:
        async with client_on(twilio, "another-token") as stranger:
            with pytest.raises(TwilioRestException) as refused:
                await stranger.messages.create_async(to=PHONE, from_=OURS, body="A")
        assert (refused.value.status, refused.value.code) == (401, 20003)

    async def test_no_credentials(self, twilio: Stand) -> None:
        url = f"{twilio.url}/2010-04-01/Accounts/{twilio_double.SID}/Messages.json"
        async with twilio.http.get(url) as answer:
            assert (answer.status, (await answer.json())["code"]) == (401, 20003)

    async def test_account_or_message_of_nobody(self, sms: Client) -> None:
        for call in (
            sms.messages("SM" + "0" * 32).fetch_async(),
            sms.api.v2010.accounts("AC" + "9" * 32).messages.create_async(to=PHONE, from_=OURS, body="A"),
            sms.calls.create_async(to=PHONE, from_=OURS, url="http://example.org"),
        ):
            with pytest.raises(TwilioRestException) as refused:
                await call
            assert (refused.value.status, refused.value.code) == (404, 20404)

    async def test_region_not_enabled(self, twilio: Stand, sms: Client) -> None:
        await twilio.do("forbid", prefixes=["+254"])
        with pytest.raises(TwilioRestException, match="region indicated") as refused:
            await sms.messages.create_async(to=PHONE, from_=OURS, body="A")
        assert refused.value.code == 21408

    async def test_deleting_and_redacting_before_it_is_final(self, twilio: Stand, sms: Client) -> None:
        await twilio.do("fate", statuses=[])
        sent = await sms.messages.create_async(to=PHONE, from_=OURS, body="A")
        assert sent.sid
        for call in (sms.messages(sent.sid).delete_async(), sms.messages(sent.sid).update_async(body="")):
            with pytest.raises(TwilioRestException) as refused:
                await call
            assert (refused.value.status, refused.value.code) == (409, 20009)
        await twilio.do("progress", sid=sent.sid, status="delivered")
        with pytest.raises(TwilioRestException) as refused:
            await sms.messages(sent.sid).update_async(body="other words")
        assert refused.value.code == 30400
        redacted = await sms.messages(sent.sid).update_async(body="")
        assert redacted.body == ""
        assert await sms.messages(sent.sid).delete_async()
        [row] = await twilio.see("messages")
        assert (row["text"], row["body"], row["deleted"]) == ("A", "", True)
        assert await sms.messages.list_async() == []

    @pytest.mark.parametrize("query", [{"date_sent": "yesterday"}, {"page_size": 0}, {"page_size": 1001}])
    async def test_list(self, sms: Client, query: dict[str, Any]) -> None:
        with pytest.raises(Exception, match="Unable to fetch page"):
            await sms.messages.page_async(**query)


class TestTwilioOptOut:
    @pytest.mark.parametrize("word", ["STOP", " stop ", "Unsubscribe", "REVOKE"])
    async def test_stop_blocks_the_pair_and_still_reaches_the_hook(
        self, twilio: Stand, sms: Client, program: Program, word: str
    ) -> None:
        await twilio.do("webhook", url=program.url)
        await twilio.do("text", sender=PHONE, body=word)
        assert program.bodies()[0]["Body"] == word
        assert "OptOutType" not in program.bodies()[0]
        with pytest.raises(TwilioRestException) as refused:
            await sms.messages.create_async(to=PHONE, from_=OURS, body="A")
        assert refused.value.code == 21610
        await sms.messages.create_async(to=OTHER_PHONE, from_=OURS, body="A")
        await twilio.do("text", sender=PHONE, body="start")
        await sms.messages.create_async(to=PHONE, from_=OURS, body="A")

    async def test_a_sentence_is_no_keyword(self, twilio: Stand, sms: Client) -> None:
        await twilio.do("text", sender=PHONE, body="please STOP him")
        await sms.messages.create_async(to=PHONE, from_=OURS, body="A")

    async def test_pair_set_by_hand(self, twilio: Stand, sms: Client) -> None:
        await twilio.do("opt_out", number=PHONE)
        with pytest.raises(TwilioRestException, match="unsubscribed recipient"):
            await sms.messages.create_async(to=PHONE, from_=OURS, body="A")
        await twilio.do("opt_in", number=PHONE)
        await sms.messages.create_async(to=PHONE, from_=OURS, body="A")

    async def test_advanced_opt_out_names_the_keyword(self, service: Stand, program: Program) -> None:
        await service.do("webhook", url=program.url)
        for word in ("stop", "START", "Help", "no"):
            await service.do("text", sender=PHONE, body=word)
        kinds = [form.get("OptOutType") for form in program.bodies()]
        assert kinds == ["STOP", "START", "HELP", None]
        assert {form["MessagingServiceSid"] for form in program.bodies()} == {twilio_double.SERVICE}

    async def test_plain_service_does_not_name_it(self, program: Program) -> None:
        account = service_account(advanced_opt_out=False)
        async with stand.serve(twilio_double.application(account, program.url)) as plain:
            await plain.do("text", sender=PHONE, body="STOP")
        assert "OptOutType" not in program.bodies()[0]


# Twilio: what it takes, lists and tells


class TestTwilioMessages:
    async def test_created_message_is_queued_then_delivered(self, twilio: Stand, sms: Client) -> None:
        sent = await sms.messages.create_async(to=PHONE, from_=OURS, body="Héllo [you]")
        assert (sent.status, sent.direction, sent.num_segments, sent.date_sent) == (
            *("queued", "outbound-api", "1"),
            None,
        )
        assert sent.sid
        assert sent.sid.startswith("SM")
        assert len(sent.sid) == 34
        await twilio.see("journal", what="moved", least=2)
        fetched = await sms.messages(sent.sid).fetch_async()
        assert (fetched.status, fetched.body, fetched.from_, fetched.to) == (
            *("delivered", "Héllo [you]"),
            OURS,
            PHONE,
        )
        assert fetched.date_sent is not None

    async def test_service_chooses_the_sender_later(self, service: Stand) -> None:
        async with client_on(service) as sms:
            sent = await sms.messages.create_async(to=PHONE, messaging_service_sid=twilio_double.SERVICE, body="A")
            assert (sent.status, sent.from_, sent.num_segments) == ("accepted", None, "0")
            await service.see("journal", what="moved", least=3)
            assert sent.sid
            fetched = await sms.messages(sent.sid).fetch_async()
        assert (fetched.status, fetched.from_, fetched.num_segments) == ("delivered", OURS, "1")

    async def test_list_is_newest_first_by_pages_and_filters(self, twilio: Stand, sms: Client) -> None:
        for number, body in ((PHONE, "1"), (OTHER_PHONE, "2"), (PHONE, "3"), (PHONE, "4")):
            await sms.messages.create_async(to=number, from_=OURS, body=body)
        await twilio.do("text", sender=PHONE, body="in")
        assert [message.body for message in await sms.messages.list_async(page_size=2)] == ["in", "4", "3", "2", "1"]
        assert [message.body for message in await sms.messages.list_async(to=PHONE)] == ["4", "3", "1"]
        assert [message.body for message in await sms.messages.list_async(from_=PHONE)] == ["in"]
        page = await sms.messages.page_async(page_size=2)
        await sms.messages.create_async(to=PHONE, from_=OURS, body="newer")
        following = await page.next_page_async()
        assert following is not None
        assert [message.body for message in following] == ["3", "2"]

    async def test_list_by_time_leaves_out_what_is_not_sent(self, twilio: Stand, sms: Client) -> None:
        await sms.messages.create_async(to=PHONE, from_=OURS, body="old")
        await twilio.see("journal", what="moved", least=2)
        await twilio.do("forward", seconds=86400)
        await sms.messages.create_async(to=PHONE, from_=OURS, body="new")
        await twilio.see("journal", what="moved", least=4)
        await twilio.do("fate", statuses=[])
        await sms.messages.create_async(to=PHONE, from_=OURS, body="waiting")
        between = datetime.now(UTC) + timedelta(hours=12)

        async def bodies(**query: Any) -> list[str | None]:
            return [message.body for message in await sms.messages.list_async(**query)]

        assert await bodies() == ["waiting", "new", "old"]
        assert await bodies(date_sent_after=between) == ["new"]
        assert await bodies(date_sent_before=between) == ["old"]
        assert await bodies(date_sent=(between + timedelta(hours=12)).date()) == ["new"]

    async def test_list_can_lag_behind(self, twilio: Stand, sms: Client) -> None:
        await twilio.do("lag", reads=2)
        await sms.messages.create_async(to=PHONE, from_=OURS, body="A")
        assert [len(await sms.messages.list_async(to=PHONE)) for _ in range(3)] == [0, 0, 1]

    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("x" * 160, 1),
            ("x" * 161, 2),
            ("x" * 306, 2),
            ("x" * 307, 3),
            ("{" * 80, 1),
            ("{" * 81, 2),
            ("x" * 152 + "{" + "x" * 151, 2),
            ("x" * 152 + "{" + "x" * 152, 3),
            ("é" * 160, 1),
            ("ê" * 70, 1),
            ("ê" * 71, 2),
            ("ê" * 135, 3),
            ("🕊" * 35, 1),
            ("🕊" * 36, 2),
            ("x" + "🕊" * 67, 3),
            ("Ç" * 160, 1),
            ("ç" * 71, 2),
            ("\f^{}\\[~]|€" * 8, 1),
        ],
    )
    def test_segments(self, text: str, parts: int) -> None:
        assert segments(text) == parts


class TestTwilioHooks:
    async def test_inbound_text_is_signed_and_complete(self, twilio: Stand, program: Program) -> None:
        await twilio.do("webhook", url=program.url)
        program.answers = [web.Response(text="<Response/>", content_type="text/xml")]
        told = await twilio.do("text", sender=PHONE, body="Habari 2+2=4 & ü")
        [(headers, form)] = program.posted
        validator = RequestValidator(twilio_double.TOKEN)
        assert validator.validate(program.url, form, headers["X-Twilio-Signature"])
        assert not validator.validate(program.url, {**form, "Body": "x"}, headers["X-Twilio-Signature"])
        assert set(form) == {
            *("ToCountry", "ToState", "ToCity", "ToZip", "FromCountry", "FromState", "FromCity", "FromZip"),
            *("SmsMessageSid", "SmsSid", "MessageSid", "SmsStatus", "NumMedia", "NumSegments", "Body"),
            *("AccountSid", "From", "To", "ApiVersion"),
        }
        assert (form["From"], form["To"], form["Body"], form["FromCountry"], form["FromCity"]) == (
            *(PHONE, OURS, "Habari 2+2=4 & ü", "KE"),
            "",
        )
        assert (told["sid"], told["hook"]["status"], told["hook"]["warning"]) == (form["MessageSid"], 200, None)

    async def test_inbound_variants(self, twilio: Stand, program: Program) -> None:
        await twilio.do("webhook", url=program.url)
        await twilio.do("text", sender=PHONE, body="", media=["image/jpeg", "audio/amr"])
        await twilio.do("text", sender=PHONE, body="A", extra={"NewParameter": "1"})
        forged = await twilio.do("text", sender=PHONE, body="A", forged=True)
        await twilio.do("replay", sid=forged["sid"])
        mms, extra, unsigned, again = program.bodies()
        assert (mms["NumMedia"], mms["MediaContentType1"], mms["MessageSid"][:2]) == ("2", "audio/amr", "MM")
        assert mms["MediaUrl0"].startswith("https://api.twilio.com/2010-04-01/Accounts/AC")
        assert extra["NewParameter"] == "1"
        assert dict(again) == dict(unsigned)
        validator = RequestValidator(twilio_double.TOKEN)
        valid = [
            validator.validate(program.url, form, headers["X-Twilio-Signature"]) for headers, form in program.posted
        ]
        assert valid == [True, True, False, True]

    async def test_text_the_hook_missed_is_in_the_list(self, twilio: Stand, sms: Client, program: Program) -> None:
        await twilio.do("webhook", url=program.url)
        lost = await twilio.do("text", sender=PHONE, body="lost", lost=True)
        program.answers = [web.Response(status=503)]
        failed = await twilio.do("text", sender=PHONE, body="failed")
        await twilio.do("webhook", url=f"http://127.0.0.1:{unused_port()}/nobody")
        unreachable = await twilio.do("text", sender=PHONE, body="unreachable")
        assert (lost["hook"], failed["hook"]["warning"], unreachable["hook"]["status"]) == (None, 11200, 0)
        assert len(program.posted) == 1
        listed = await sms.messages.list_async(to=OURS)
        assert [(m.body, m.direction, m.status) for m in listed] == [
            (body, "inbound", "received") for body in ("unreachable", "failed", "lost")
        ]
        assert len(await twilio.see("inbound", sender=PHONE)) == 3

    @pytest.mark.parametrize(
        ("answer", "warning"),
        [
            ({"text": "", "status": 204}, None),
            ({"text": "{}", "content_type": "application/json"}, 12300),
            ({"text": "<Response>", "content_type": "text/xml"}, 12100),
            ({"text": "<Reply/>", "content_type": "text/xml"}, 12100),
            ({"text": "no", "status": 403}, 11200),
        ],
    )
    async def test_answers_twilio_would_log_about(
        self, twilio: Stand, program: Program, answer: dict[str, Any], warning: int | None
    ) -> None:
        await twilio.do("webhook", url=program.url)
        program.answers = [web.Response(**answer)]
        assert (await twilio.do("text", sender=PHONE, body="A"))["hook"]["warning"] == warning

    async def test_status_callbacks_tell_each_step_signed(self, twilio: Stand, sms: Client, program: Program) -> None:
        callback = f"{program.url}?message=17"
        await sms.messages.create_async(to=PHONE, from_=OURS, body="A", status_callback=callback)
        await twilio.see("journal", what="hook", least=2)
        assert [form["MessageStatus"] for form in program.bodies()] == ["sent", "delivered"]
        validator = RequestValidator(twilio_double.TOKEN)
        for headers, form in program.posted:
            assert validator.validate(callback, form, headers["X-Twilio-Signature"])
        assert "RawDlrDoneDate" in program.bodies()[1]

    async def test_status_callbacks_can_fail_repeat_and_run_backwards(
        self, twilio: Stand, sms: Client, program: Program
    ) -> None:
        await twilio.do(
            "fate",
            to=PHONE,
            statuses=["sent", "undelivered"],
            callbacks=["undelivered", "sent", "sent"],
            error_code=30003,
        )
        sent = await sms.messages.create_async(to=PHONE, from_=OURS, body="A", status_callback=program.url)
        await twilio.see("journal", what="hook", least=3)
        assert [(form["MessageStatus"], form.get("ErrorCode")) for form in program.bodies()] == [
            ("undelivered", "30003"),
            ("sent", None),
            ("sent", None),
        ]
        [row] = await twilio.see("messages", to=PHONE)
        assert (row["status"], row["error_code"]) == ("undelivered", 30003)
        await twilio.do("progress", sid=sent.sid, status="delivered", forged=True)
        headers, form = program.posted[-1]
        validator = RequestValidator(twilio_double.TOKEN)
        assert not validator.validate(program.url, form, headers["X-Twilio-Signature"])
        assert (await twilio.see("messages"))[0]["status"] == "undelivered"


# Twilio: faults switched on


class TestTwilioFaults:
    async def test_too_many(self, twilio: Stand, sms: Client) -> None:
        await twilio.do("fault", method="create", how="status", status=429, times=2, to=PHONE)
        await sms.messages.create_async(to=OTHER_PHONE, from_=OURS, body="A")
        for _ in range(2):
            with pytest.raises(TwilioRestException) as refused:
                await sms.messages.create_async(to=PHONE, from_=OURS, body="A")
            assert (refused.value.status, refused.value.code) == (429, 20429)
        await sms.messages.create_async(to=PHONE, from_=OURS, body="A")

    @pytest.mark.parametrize("fault", NOT_ACCEPTED)
    async def test_before_accepting(self, twilio: Stand, sms: Client, fault: dict[str, Any]) -> None:
        await twilio.do("fault", method="create", **fault)
        with pytest.raises((TwilioRestException, aiohttp.ClientError, ValueError)):
            await sms.messages.create_async(to=PHONE, from_=OURS, body="A")
        assert await twilio.see("messages") == []
        await sms.messages.create_async(to=PHONE, from_=OURS, body="A")

    @pytest.mark.parametrize("fault", ACCEPTED)
    async def test_after_accepting(self, twilio: Stand, sms: Client, fault: dict[str, Any]) -> None:
        await twilio.do("fault", method="create", **fault)
        with pytest.raises((TwilioRestException, aiohttp.ClientError, ValueError)):
            await sms.messages.create_async(to=PHONE, from_=OURS, body="A")
        assert [message.body for message in await sms.messages.list_async(to=PHONE)] == ["A"]

    @pytest.mark.parametrize("accept", [True, False])
    async def test_hanging(self, twilio: Stand, sms: Client, program: Program, accept: bool) -> None:
        await twilio.do("fault", method="create", how="hang", accept=accept)
        await abandoned(
            twilio,
            sms.messages.create_async(to=PHONE, from_=OURS, body="A", status_callback=program.url),
        )
        assert len(await sms.messages.list_async(to=PHONE)) == accept
        if accept:
            await twilio.see("journal", what="hook", least=2)
            assert [form["MessageStatus"] for form in program.bodies()] == ["sent", "delivered"]

    @pytest.mark.parametrize("method", ["list", "fetch", "update", "delete"])
    async def test_every_method_can_fail(self, twilio: Stand, sms: Client, method: str) -> None:
        sent = await sms.messages.create_async(to=PHONE, from_=OURS, body="A")
        await twilio.see("journal", what="moved", least=2)
        assert sent.sid
        one = sms.messages(sent.sid)
        calls: dict[str, Callable[[], Awaitable[Any]]] = {
            "list": sms.messages.list_async,
            "fetch": one.fetch_async,
            "update": lambda: one.update_async(body=""),
            "delete": one.delete_async,
        }
        await twilio.do("fault", method=method, how="status", status=503)
        with pytest.raises(Exception, match=r"503|Unable to fetch page"):
            await calls[method]()
        await calls[method]()


# Both: as processes


class TestProcess:
    async def test_telegram(self) -> None:
        async with stand.spawn("telegram", "--allow-http") as running, bot_on(running) as bot:
            await running.do("write", chat=AMINA, text="/start")
            [update] = await bot.get_updates()
            assert update.message
            await bot.send_message(update.message.chat.id, "Hello")
            assert [row["text"] for row in await running.see("messages", chat=AMINA, least=1)] == ["Hello"]

    async def test_twilio(self, program: Program) -> None:
        arguments = ("--number", "+254711000000", "--webhook", program.url)
        async with stand.spawn("twilio", *arguments) as running, client_on(running) as sms:
            await running.do("text", sender=PHONE, body="HELP")
            assert program.bodies()[0]["To"] == "+254711000000"
            await sms.messages.create_async(to=PHONE, from_="+254711000000", body="Hello")
            assert [row["text"] for row in await running.see("messages", to=PHONE, least=1)] == ["Hello"]

    async def test_sigterm_ends_it(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.support.doubles.twilio", "--port", "0"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=stand.PROJECT,
        )
        assert process.stdout is not None
        await process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        await process.communicate()
        assert process.returncode == 0


class TestControl:
    async def test_says_what_it_does_not_know(self, telegram: Stand) -> None:
        with pytest.raises(Impossible, match="no such deed; there are block, "):
            await telegram.do("sing")
        with pytest.raises(Impossible, match="no such view; there are commands, "):
            await telegram.see("thoughts")
        with pytest.raises(Impossible, match="it takes"):
            await telegram.do("write", chat=AMINA)

    async def test_waiting_in_vain_says_what_there_was(self, telegram: Stand) -> None:
        with pytest.raises(Impossible, match="0 of 1 rows after 0 s"):
            await telegram.see("messages", chat=AMINA, least=1, within=0)

    async def test_journal_keeps_order_and_reads_on(self, telegram: Stand, bot: Bot, amina: int) -> None:
        await bot.send_message(amina, "Hello")
        entries = await telegram.see("journal")
        assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
        assert [entry["what"] for entry in await telegram.see("journal", since=2)] == ["shown", "answered"]
