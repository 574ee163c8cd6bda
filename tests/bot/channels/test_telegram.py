"""What only Telegram does: keyboards, edits, taps, its hook's secret, and the offset of long polling."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import GetMe
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs
from yarl import URL

from bot.channels.base import Ask, Choice, Outgoing, SendFailed, Sent, SharedLocation, Tapped, Typed, Unerased
from bot.channels.telegram import open_polling, open_webhook
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.retrying import Backoff
from bot.channels.telegram.sending import failure
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.webhook import LARGEST
from tests.bot.channels import recordings
from tests.bot.channels.stages import (
    AMINA,
    PATIENCE,
    SECRET,
    FakeIntake,
    TelegramStage,
    hooks,
    listening,
    open_bot,
    polling_channel,
    webhook_channel,
)
from tests.support.doubles import stand
from tests.support.doubles.telegram import double as telegram_double
from tests.support.doubles.telegram.double import TOKEN

YES_NO = (Choice(label="Yes", data="s:1:yes"), Choice(label="No", data="s:1:no"))


async def shown(stage: TelegramStage) -> dict[str, Any]:
    return (await stage.provider.see("messages", chat=AMINA))[-1]


async def send(stage: TelegramStage, message: Outgoing) -> Sent:
    return await stage.channel.send(stage.address, message, reference="r1")


# ---- building


def test_importing_the_channel_does_not_import_aiogram() -> None:
    program = "import sys, bot.channels.telegram; sys.exit('aiogram' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("token", ["", "nonsense", "abc:def", "1 2:x"])
def test_a_token_that_cannot_be_one_is_refused_without_being_repeated(token: str) -> None:
    with pytest.raises(ValueError, match="not a Telegram bot token") as refused:
        open_polling(token=token)
    assert not token or token not in str(refused.value)


@pytest.mark.parametrize("secret", ["", "with space", "ünï", "x" * 257])
async def test_a_hook_without_a_usable_secret_is_never_built(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        open_webhook(token=TOKEN, public_url="https://example.org", secret=secret)


# ---- what a person sees


async def test_short_choices_stand_side_by_side_and_long_ones_under_each_other(polling: TelegramStage) -> None:
    await polling.writes("hello")
    await send(polling, Outgoing(text="Safe?", choices=YES_NO))
    assert [[button["text"] for button in row] for row in (await shown(polling))["buttons"]] == [["Yes", "No"]]
    long = Choice(label="Held by police or army", data="s:2:held")
    await send(polling, Outgoing(text="Which?", choices=(*YES_NO, long)))
    assert [[button["callback_data"] for button in row] for row in (await shown(polling))["buttons"]] == [
        ["s:1:yes"],
        ["s:1:no"],
        ["s:2:held"],
    ]


async def test_a_place_can_be_shared_by_a_button_that_then_goes(polling: TelegramStage) -> None:
    await polling.writes("hello")
    await send(polling, Outgoing(text="Where?", asks=Ask.LOCATION, asks_label="Send where I am", choices=YES_NO))
    keyboard = (await shown(polling))["keyboard"]
    assert keyboard["keyboard"] == [
        [{"text": "Send where I am", "request_location": True}],
        [{"text": "Yes"}],
        [{"text": "No"}],
    ]
    assert keyboard["one_time_keyboard"]
    await polling.provider.do("location", chat=AMINA, latitude=-0.3, longitude=36.1)
    assert (await polling.intake.holds(2))[1].content == SharedLocation(latitude=-0.3, longitude=36.1)
    await send(polling, Outgoing(text="Thank you."))
    assert (await shown(polling))["keyboard"] == {"remove_keyboard": True}


async def test_a_number_can_be_shared_by_a_button(polling: TelegramStage) -> None:
    await polling.writes("hello")
    await send(polling, Outgoing(text="Number?", asks=Ask.CONTACT, asks_label="Send my number"))
    assert (await shown(polling))["keyboard"]["keyboard"] == [[{"text": "Send my number", "request_contact": True}]]


async def test_what_a_person_wrote_never_becomes_markup(polling: TelegramStage) -> None:
    await polling.writes("hello")
    await send(polling, Outgoing(text="<b>not bold</b> *nor this* _nor_ & that"))
    assert await polling.screen() == ["<b>not bold</b> *nor this* _nor_ & that"]


async def test_an_earlier_message_is_replaced_in_place(polling: TelegramStage) -> None:
    await polling.writes("hello")
    card = await send(polling, Outgoing(text="A case near you", choices=YES_NO))
    taken = await send(polling, Outgoing(text="Taken", replaces=card.provider_id))
    assert taken.provider_id == card.provider_id
    assert (await polling.screen(), (await shown(polling))["buttons"]) == (["Taken"], [])


async def test_replacing_by_the_same_is_done_already(polling: TelegramStage) -> None:
    await polling.writes("hello")
    card = await send(polling, Outgoing(text="Taken", choices=YES_NO))
    assert await send(polling, Outgoing(text="Taken", choices=YES_NO, replaces=card.provider_id)) == card
    assert len(await polling.screen()) == 1


async def test_what_cannot_be_edited_is_sent_anew(polling: TelegramStage) -> None:
    await polling.writes("hello")
    sent = await send(polling, Outgoing(text="Taken", choices=YES_NO, replaces="9999"))
    assert sent.provider_id != "9999"
    assert await polling.screen() == ["Taken"]


async def test_a_lost_answer_to_an_edit_is_no_doubt(polling: TelegramStage) -> None:
    await polling.writes("hello")
    card = await send(polling, Outgoing(text="A case near you", choices=YES_NO))
    await polling.provider.do("fault", method="editMessageText", how="reset", accept=True)
    with pytest.raises(SendFailed) as failed:
        await send(polling, Outgoing(text="Taken", replaces=card.provider_id))
    assert (failed.value.retry, failed.value.unsure) == (True, False)
    assert await send(polling, Outgoing(text="Taken", replaces=card.provider_id)) == card
    assert await polling.screen() == ["Taken"]


async def test_button_data_over_64_bytes_is_a_fault_of_ours(polling: TelegramStage) -> None:
    await polling.writes("hello")
    with pytest.raises(SendFailed) as failed:
        await send(polling, Outgoing(text="Safe?", choices=(Choice(label="Yes", data="é" * 33),)))
    assert (failed.value.code, failed.value.alarm) == ("refused", True)


@pytest.mark.parametrize("address", ["", "abc", "-1001", "٥٠١", "5 01"])
async def test_only_a_private_chat_is_an_address(polling: TelegramStage, address: str) -> None:
    with pytest.raises(SendFailed) as failed:
        await polling.channel.send(address, Outgoing(text="hello"), reference="r1")
    assert failed.value.code == "bad_address"
    assert await polling.provider.see("journal", what="refused") == []


async def test_flood_control_without_a_waiting_time_is_still_flood_control() -> None:
    failed = failure(TelegramAPIError(GetMe(), "Too Many Requests: retry later"))
    assert (failed.code, failed.retry, failed.after) == ("flood", True, None)


async def test_every_tap_is_told_that_it_arrived(telegram: TelegramStage) -> None:
    stage = telegram
    await stage.writes("hello")
    await send(stage, Outgoing(text="Safe?", choices=YES_NO))
    await stage.provider.do("fault", method="answerCallbackQuery", how="status", status=500)
    for data in ("s:1:yes", "s:1:no", "s:1:no"):
        await stage.provider.do("tap", chat=AMINA, message=(await shown(stage))["message"], data=data)
    assert [m.content for m in await stage.intake.holds(4)][1:] == [
        Tapped(data=d) for d in ("s:1:yes", "s:1:no", "s:1:no")
    ]
    await stage.provider.see("journal", what="tap_answered", least=2)


# ---- long polling


async def test_a_batch_is_taken_whole_and_in_order(polling: TelegramStage) -> None:
    await polling.provider.do("hold")
    for number in range(5):
        await polling.writes(f"answer {number}")
    await polling.provider.do("release")
    assert [m.content for m in await polling.intake.holds(5)] == [Typed(text=f"answer {n}") for n in range(5)]


async def test_the_offset_moves_only_after_the_batch_is_taken(polling: TelegramStage) -> None:
    polling.intake.down = 3
    await polling.writes("hello")
    await polling.intake.turned_away(2)
    assert len(await polling.provider.see("pending")) == 1
    await polling.intake.holds(1)
    await polling.writes("again")
    await polling.intake.holds(2)
    assert [m.content for m in polling.intake.taken] == [Typed(text="hello"), Typed(text="again")]


async def test_an_old_update_coming_again_does_not_bring_back_the_newer(polling: TelegramStage) -> None:
    for text in ("one", "two", "three"):
        await polling.writes(text)
    first, *_ = await polling.intake.holds(3)
    await polling.provider.do("redeliver", update=int(first.provider_id))
    await polling.intake.holds(4)
    await polling.writes("four")
    assert [m.content for m in await polling.intake.holds(5)][3:] == [Typed(text="one"), Typed(text="four")]


class Script:
    """A Bot API that hands out prepared batches and remembers the offset each was asked with."""

    def __init__(self, *batches: Sequence[str]) -> None:
        self.offsets: list[str] = []
        self._left = [[json.loads(recordings.telegram(name)) for name in batch] for batch in batches]

    async def answer(self, request: web.Request) -> web.Response:
        if request.match_info["method"] != "getUpdates":
            return web.json_response({"ok": True, "result": True})
        self.offsets.append(str((await request.post()).get("offset", "")))
        if not self._left:
            await asyncio.Event().wait()
        return web.json_response({"ok": True, "result": self._left.pop(0)})


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[FakeIntake]:
    application = web.Application()
    application.router.add_post("/bot{token}/{method}", script.answer)
    intake = FakeIntake()
    async with (
        TestServer(application, handler_cancellation=True) as server,
        listening(polling_channel(open_bot(str(server.make_url("/")))), intake),
    ):
        yield intake


async def test_a_batch_is_one_call_without_what_nobody_said_to_us() -> None:
    script = Script(["group_text", "channel_post", "text", "photo"], ["pinned"], ["tap"])
    async with scripted(script) as intake:
        await intake.holds(3)
    assert [[message.provider_id for message in batch] for batch in intake.batches] == [
        ["710000001", "710000012"],
        ["710000020"],
    ]
    assert script.offsets[:3] == ["0", "710000030", "710000029"]


async def test_an_update_nobody_can_read_is_passed_over_loudly() -> None:
    script = Script(["text", "unreadable"], ["photo"])
    with capture_logs() as logs:
        async with scripted(script) as intake:
            await intake.holds(2)
    assert script.offsets[1] == "710000041"
    assert [sorted(log.items()) for log in logs] == [
        [("channel", "telegram"), ("event", "telegram.unreadable_update"), ("log_level", "error")]
    ]


@pytest.mark.parametrize(
    "fault", [{"how": "status", "status": 500}, {"how": "status", "status": 429, "retry_after": 3}, {"how": "garble"}]
)
async def test_polling_goes_on_after_a_fault(polling: TelegramStage, fault: Mapping[str, Any]) -> None:
    await polling.provider.do("fault", method="getUpdates", times=3, **fault)
    await polling.writes("hello")
    await polling.writes("hello")
    assert len(await polling.intake.holds(2)) == 2


async def test_a_second_poller_is_said_loudly_and_waited_for(polling: TelegramStage) -> None:
    paused = asyncio.Event()

    async def pause(_: float) -> None:
        paused.set()
        await asyncio.Event().wait()

    bot = open_bot(polling.provider.url)
    with capture_logs() as logs:
        first = TelegramChannel(bot, Polling(bot, Taps(bot), pause=pause))
        async with listening(first, FakeIntake()), asyncio.timeout(PATIENCE):
            await paused.wait()
    conflicts = [(log["event"], log["log_level"]) for log in logs if log["code"] == "conflict"]
    assert ("telegram.call_failed", "error") in conflicts


async def test_waiting_grows_to_half_a_minute_and_starts_anew_after_success() -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    backoff = Backoff(pause)
    for _ in range(7):
        await backoff.wait()
    backoff.reset()
    await backoff.wait()
    await backoff.after(SendFailed("flood", retry=True, after=12))
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 1, 12]


# ---- the hook


class Door:
    """The hook as anyone on the net finds it."""

    def __init__(self, url: str, intake: FakeIntake, http: aiohttp.ClientSession) -> None:
        self.url, self.intake, self._http = f"{url}/hooks/telegram", intake, http

    async def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> int:
        told = {"X-Telegram-Bot-Api-Secret-Token": SECRET} if headers is None else headers
        async with self._http.post(self.url, data=body, headers=told) as answer:
            return answer.status


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    intake = FakeIntake()
    async with (
        hooks(lambda public_url: webhook_channel(open_bot("http://127.0.0.1:9"), public_url), intake) as (channel, url),
        aiohttp.ClientSession() as http,
    ):
        yield Door(url, intake, http)
        await channel.close()


async def test_the_hook_takes_what_telegram_posts(door: Door) -> None:
    assert await door.post(recordings.telegram("text")) == 200
    assert door.intake.contents == [Typed(text="Wamenikamata kaka yangu")]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": "wrong"},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET.upper()},
        {"X-Telegram-Bot-Api-Secret-Token": "gehé\u00efm"},
        {"X-Telegram-Bot-Api-Secret-Token": "секрет"},
        {"Authorization": SECRET},
    ],
)
async def test_without_the_secret_nothing_is_taken(door: Door, headers: Mapping[str, str]) -> None:
    assert await door.post(recordings.telegram("text"), headers) == 401
    assert door.intake.batches == []


async def test_a_secret_of_raw_bytes_is_wrong_not_a_crash(door: Door) -> None:
    where = URL(door.url)
    reader, writer = await asyncio.open_connection(where.host, where.port)
    body = recordings.telegram("text")
    writer.write(
        b"POST /hooks/telegram HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"X-Telegram-Bot-Api-Secret-Token: \xff\xfe\x80\r\n"
        b"Content-Length: %d\r\n\r\n" % len(body) + body
    )
    assert (await reader.read()).startswith(b"HTTP/1.1 401 ")
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b'{"update_id": "x"}',
        b'{"update_id": 1, "message": {"text": 5}}',
        b'{"update_id": 1, "message": {"text": "\xff\xfe"}}',
        b"[" * 100_000,
        recordings.telegram("half_surrogate"),
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_what_is_no_update_is_malformed(door: Door, body: bytes) -> None:
    assert await door.post(body) == 400
    assert await door.post(b"") == 400
    assert door.intake.batches == []


@pytest.mark.parametrize("chunked", [True, False])
async def test_an_endless_body_is_not_read(door: Door, chunked: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 50_000 + 2):
            yield b" " * 50_000

    body: Any = pieces() if chunked else b" " * (LARGEST + 1)
    assert await door.post(body) == 413


async def test_a_body_that_does_not_decode_is_malformed(door: Door) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Encoding": "gzip"}
    assert await door.post(b"no gzip", headers) == 400
    assert door.intake.batches == []


async def test_a_caller_who_leaves_in_mid_sentence_is_no_error(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    where = URL(door.url)
    _, writer = await asyncio.open_connection(where.host, where.port)
    head = f"POST /hooks/telegram HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
    writer.write(head.encode() + b"Content-Length: 1000\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert await door.post(recordings.telegram("text")) == 200
    assert door.intake.contents == [Typed(text="Wamenikamata kaka yangu")]
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_telegram_keeps_what_cannot_be_stored(door: Door) -> None:
    door.intake.down = 1
    assert await door.post(recordings.telegram("text")) == 503
    assert await door.post(recordings.telegram("text")) == 200
    assert len(door.intake.taken) == 1


@pytest.mark.parametrize("name", ["group_text", "group_tap", "channel_post", "pinned"])
async def test_what_nobody_said_to_us_is_acknowledged_and_forgotten(door: Door, name: str) -> None:
    assert await door.post(recordings.telegram(name)) == 200
    assert door.intake.batches == []


async def test_the_hook_is_only_posted_to(door: Door) -> None:
    async with aiohttp.ClientSession() as http, http.get(door.url) as answer:
        assert answer.status == 405


async def test_the_program_registers_its_hook_again_and_again_until_heard() -> None:
    async with stand.serve(telegram_double.application(allow_http=True)) as provider:
        await provider.do("fault", method="setWebhook", how="status", status=502, times=2)
        channel = webhook_channel(open_bot(provider.url), "https://baraza.example/")
        async with listening(channel, FakeIntake()):
            await provider.see("journal", what="answered", least=1)
            async with open_bot(provider.url) as bot:
                info = await bot.get_webhook_info()
    assert info.url == "https://baraza.example/hooks/telegram"
    assert info.allowed_updates == ["callback_query", "edited_message", "message", "my_chat_member"]


async def test_polling_takes_over_from_a_hook_left_behind() -> None:
    async with stand.serve(telegram_double.application(allow_http=True)) as provider, aiohttp.ClientSession() as http:
        await http.post(f"{provider.url}/bot{TOKEN}/setWebhook", data={"url": "http://127.0.0.1:9/old"})
        intake = FakeIntake()
        async with listening(polling_channel(open_bot(provider.url)), intake):
            await provider.do("write", chat=AMINA, text="hello")
            await intake.holds(1)


async def test_logs_of_refusals_hold_no_content(door: Door) -> None:
    with capture_logs() as logs:
        await door.post(recordings.telegram("text"), {})
        await door.post(b'{"update_id": 1, "message": "planted"}')
    assert [sorted(log) for log in logs] == [["channel", "code", "event", "log_level"]] * 2
    assert "planted" not in str(logs)


# ---- erasing in the chat


async def test_what_is_older_than_two_days_stays_and_saves_nothing_younger() -> None:
    async with stand.serve(telegram_double.application()) as telegram:
        channel = polling_channel(open_bot(telegram.url))
        old = await telegram.do("write", chat=AMINA, text="old")
        await telegram.do("forward", seconds=48 * 3600 + 1)
        young = await channel.send(str(AMINA), Outgoing(text="young"), reference="r1")
        traces = [str(old["message"]), young.provider_id]
        assert await channel.erase(str(AMINA), traces) == Unerased(never=(str(old["message"]),))
        assert [row["text"] for row in await telegram.see("screen", chat=AMINA)] == ["old"]
        await channel.close()


async def test_erasing_where_the_bot_is_blocked_or_hurried_says_so() -> None:
    async with stand.serve(telegram_double.application()) as telegram:
        channel = polling_channel(open_bot(telegram.url))
        said = await telegram.do("write", chat=AMINA, text="words")
        await telegram.do("fault", method="deletemessages", how="status", status=429, retry_after=3, times=1)
        with pytest.raises(SendFailed) as hurried:
            await channel.erase(str(AMINA), [str(said["message"])])
        assert (hurried.value.code, hurried.value.retry, hurried.value.after) == ("flood", True, 3)
        await telegram.do("block", chat=AMINA)
        with pytest.raises(SendFailed) as blocked:
            await channel.erase(str(AMINA), [str(said["message"])])
        assert (blocked.value.code, blocked.value.retry) == ("blocked", False)
        await channel.close()
