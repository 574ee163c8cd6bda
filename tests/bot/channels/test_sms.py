"""What only SMS does: Twilio's signature and parameters, status callbacks, opt-outs, the account's lists."""

import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from multidict import MultiDict
from structlog.testing import capture_logs
from twilio.request_validator import RequestValidator

from bot.channels.base import (
    Attached,
    Content,
    Delivery,
    DeliveryReport,
    Inbound,
    OptedOut,
    OptOut,
    Outgoing,
    SendFailed,
    Sent,
    Typed,
    Unerased,
    Unknowable,
)
from bot.channels.sms import account
from bot.channels.sms.account import Received
from bot.channels.sms.codes import refusal
from bot.channels.sms.hook import LARGEST
from bot.channels.sms.inbound import listed
from bot.channels.sms.parameters import INBOUND
from tests.bot.channels import recordings
from tests.bot.channels.stages import NOWHERE, PHONE, FakeIntake, SmsStage, hooks, sms_channel
from tests.support.doubles import stand
from tests.support.doubles.twilio import double
from tests.support.doubles.twilio.rules import Account

Pairs = Sequence[tuple[str, str]]
SERVICE = double.SERVICE


def changed(pairs: Pairs, **changes: str | None) -> list[tuple[str, str]]:
    """The recording with parameters replaced, added, or (None) left out."""
    values: dict[str, str | None] = {**dict(pairs), **changes}
    return [(name, value) for name, value in values.items() if value is not None]


class Door:
    """The hooks as anyone on the net finds them."""

    def __init__(self, url: str, intake: FakeIntake, http: aiohttp.ClientSession) -> None:
        self.url, self.intake, self._http = url, intake, http

    async def post(
        self,
        pairs: Pairs,
        *,
        path: str = "/hooks/twilio",
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        **signed: str,
    ) -> tuple[int, str]:
        url = self.url + path
        told = recordings.signed(url, pairs, **signed) if headers is None else headers
        data = urlencode(pairs) if body is None else body
        async with self._http.post(url, data=data, headers=told) as answer:
            return answer.status, await answer.text()


@pytest.fixture(params=[double.NUMBER])
async def door(request: pytest.FixtureRequest) -> AsyncIterator[Door]:
    intake = FakeIntake()
    async with (
        hooks(lambda url: sms_channel(url, NOWHERE, sender=request.param), intake) as (_, url),
        aiohttp.ClientSession() as http,
    ):
        yield Door(url, intake, http)


by_service = pytest.mark.parametrize("door", [SERVICE], indirect=True)

TEXT = recordings.twilio("text")
SAID: dict[str, Content] = {
    "text": Typed(text="Habari + 100% & rafiki = é"),
    "arabic": Typed(text="أخذوا أرضنا"),
    "picture": Attached(kind="mms", caption="our papers"),
    "with_places": Typed(text="hello"),
}
ANSWERED_BY_TWILIO = {"stop": OptOut.STOP, "start": OptOut.START, "help": OptOut.HELP}
PROGRESS = {
    "status_sent": (Delivery.SENT, ""),
    "status_delivered": (Delivery.DELIVERED, ""),
    "status_undelivered": (Delivery.FAILED, "bad_address"),
    "status_failed": (Delivery.FAILED, "twilio-30999"),
}


def test_every_recording_is_posted_here() -> None:
    assert set(recordings.TWILIO) == SAID.keys() | ANSWERED_BY_TWILIO.keys() | PROGRESS.keys() | {"status_queued"}


def test_building_the_channel_does_not_import_twilios_client() -> None:
    program = (
        "import sys; from bot.channels.sms import SmsChannel;"
        " SmsChannel(account_sid='AC', auth_token='t', sender='+1', public_url='https://x');"
        " sys.exit('twilio.rest' in sys.modules or 'twilio.http' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


# ---- what is taken


@pytest.mark.parametrize("name", SAID)
async def test_a_text_is_taken_and_answered_by_an_empty_document(door: Door, name: str) -> None:
    pairs = recordings.twilio(name)
    assert await door.post(pairs) == (200, "<Response/>")
    values = dict(pairs)
    assert door.intake.taken == [
        Inbound(
            channel="sms",
            provider_id=values["MessageSid"],
            address=values["From"],
            content=SAID[name],
            trace=values["MessageSid"],
        )
    ]


@by_service
@pytest.mark.parametrize("name", ANSWERED_BY_TWILIO)
async def test_a_word_twilio_answered_itself_says_so(door: Door, name: str) -> None:
    pairs = recordings.twilio(name)
    assert (await door.post(pairs))[0] == 200
    assert door.intake.contents == [OptedOut(kind=ANSWERED_BY_TWILIO[name], text=dict(pairs)["Body"])]


@by_service
async def test_a_service_takes_texts_to_any_of_its_numbers(door: Door) -> None:
    assert (await door.post(changed(TEXT, MessagingServiceSid=SERVICE, To="+15005550007")))[0] == 200
    assert (await door.post(changed(TEXT, MessagingServiceSid="MG" + "9" * 32)))[0] == 400
    assert (await door.post(TEXT))[0] == 400
    assert len(door.intake.taken) == 1


async def test_a_replay_carries_the_same_name(door: Door) -> None:
    assert [(await door.post(TEXT))[0] for _ in range(2)] == [200, 200]
    first, second = door.intake.taken
    assert first == second


async def test_twilio_is_told_when_nothing_can_be_stored(door: Door) -> None:
    door.intake.down = 1
    assert (await door.post(TEXT))[0] == 503


async def test_answers_are_documents_twilio_can_read(sms: SmsStage) -> None:
    await sms.writes("hello")
    (hook,) = await sms.provider.see("journal", what="hook")
    assert (hook["status"], hook["type"], hook["body"], hook["warning"]) == (200, "text/xml", "<Response/>", None)


# ---- what is refused


@pytest.mark.parametrize("token", ["", "wrong", double.TOKEN + "x"])
async def test_a_wrong_signature_stores_nothing(door: Door, token: str) -> None:
    assert (await door.post(TEXT, token=token))[0] == 403
    assert door.intake.batches == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "é"},
        {"X-Twilio-Signature": "A" * 28},
        {"X-Twilio-Webhooks-Signature-Settings": "algorithm=HMAC_SHA256"},
    ],
)
async def test_no_signature_stores_nothing(door: Door, headers: Mapping[str, str]) -> None:
    told = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    assert (await door.post(TEXT, headers=told))[0] == 403
    assert door.intake.batches == []


async def test_what_a_request_says_of_its_own_address_is_not_believed(door: Door) -> None:
    """Signed for another host that a forwarded header then names."""
    elsewhere = recordings.signed("https://elsewhere.example/hooks/twilio", TEXT)
    forwarded = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "elsewhere.example",
        "Forwarded": "proto=https;host=elsewhere.example",
        "Host": "elsewhere.example",
        "X-Original-URL": "/hooks/twilio",
    }
    assert (await door.post(TEXT, headers={**elsewhere, **forwarded}))[0] == 403
    ours = recordings.signed(f"{door.url}/hooks/twilio", TEXT)
    assert (await door.post(TEXT, headers={**ours, **forwarded}))[0] == 200


async def test_the_address_twilio_knows_is_the_public_one_not_the_one_served() -> None:
    intake = FakeIntake()
    public = "https://baraza.example"
    async with (
        hooks(lambda _: sms_channel(public + "/", NOWHERE), intake) as (_, url),
        aiohttp.ClientSession() as http,
    ):
        door = Door(url, intake, http)
        assert (await door.post(TEXT))[0] == 403
        headers = recordings.signed(f"{public}/hooks/twilio", TEXT)
        assert (await door.post(TEXT, headers=headers))[0] == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"From": None},
        {"To": None},
        {"MessageSid": None},
        {"AccountSid": None},
        {"AccountSid": "AC" + "9" * 32},
        {"To": "+15005550007"},
        {"From": "whatsapp:+254700000001"},
        {"From": "SHOP"},
        {"From": "254700000001"},
        {"From": "+2547000 00001"},
        {"From": "+254700000001\n"},
        {"From": "+٢٥٤٧٠٠٠٠٠٠٠١"},
        {"MessageSid": "SM" + "0" * 31},
        {"MessageSid": "SM" + "A" * 32},
        {"MessageSid": "CA" + "0" * 32},
        {"MessageSid": "SM" + "0" * 32 + "\n"},
        {"NumMedia": "many"},
        {"NumMedia": "-1"},
        {"NumMedia": "١"},
        {"OptOutType": "stop"},
        {"SmsStatus": "delivered"},
        {"FromCity": "NAIROBI From+254700000002"},
        {"Body": "x" * 4097},
    ],
    ids=str,
)
async def test_a_value_of_another_form_is_malformed_though_signed(door: Door, changes: dict[str, str | None]) -> None:
    assert (await door.post(changed(TEXT, **changes)))[0] == 400
    assert door.intake.batches == []


@pytest.mark.parametrize("repeated", [("From", "+254700000002"), ("Body", "other"), ("From", PHONE)])
async def test_a_repeated_parameter_is_malformed_though_signed(door: Door, repeated: tuple[str, str]) -> None:
    pairs = [*TEXT, repeated]
    headers = dict(recordings.signed(f"{door.url}/hooks/twilio", TEXT))
    validator = RequestValidator(double.TOKEN)
    headers["X-Twilio-Signature"] = validator.compute_signature(f"{door.url}/hooks/twilio", MultiDict(pairs))
    assert (await door.post(pairs, headers=headers))[0] == 400
    assert door.intake.batches == []


async def test_an_unknown_parameter_is_an_alarm_and_left_to_the_sweep(door: Door) -> None:
    with capture_logs() as logs:
        assert await door.post(changed(TEXT, GeoHash="planted")) == (200, "<Response/>")
    assert door.intake.batches == []
    assert [sorted(log.items()) for log in logs] == [
        [("channel", "sms"), ("event", "hook.unknown_parameter"), ("log_level", "error")]
    ]


@pytest.mark.parametrize(
    "body", [b"nonsense", b"Body=%ff%fe", b"Body=\xc3\xa9", b"a=1;b=2", b"&" * 10, b"=", b"x=1&" * 101 + b"x=1"]
)
async def test_what_is_no_form_is_refused(door: Door, body: bytes) -> None:
    headers = recordings.signed(f"{door.url}/hooks/twilio", [])
    status, _ = await door.post([], headers=headers, body=body)
    assert status in (400, 403)
    assert door.intake.batches == []


@pytest.mark.parametrize("chunked", [True, False])
async def test_an_endless_body_is_not_read(door: Door, chunked: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(LARGEST // 1000 + 1):
            yield b"x" * 1000

    body: Any = pieces() if chunked else b"x" * (LARGEST + 1)
    assert (await door.post([], body=body))[0] == 413


async def test_the_hooks_are_only_posted_to(door: Door) -> None:
    async with aiohttp.ClientSession() as http:
        for path in ("/hooks/twilio", "/hooks/twilio/status"):
            async with http.get(f"{door.url}{path}?{urlencode(TEXT)}") as answer:
                assert answer.status == 405


async def test_refusals_are_logged_without_content(door: Door) -> None:
    with capture_logs() as logs:
        await door.post(TEXT, token="wrong")
        await door.post(changed(TEXT, From="planted"))
    assert [sorted(log) for log in logs] == [["channel", "code", "event", "log_level"]] * 2
    assert PHONE not in str(logs)


# ---- one signature, read another way (nothing stands between names and values)


async def test_names_pushed_into_a_value_are_not_parameters(door: Door) -> None:
    """Body=hi, From=+254..., MessageSid=SM...: the same signature covers them all run together in Body."""
    genuine = [("Body", "hi"), ("From", PHONE), ("MessageSid", "SM" + "0" * 32)]
    headers = recordings.signed(f"{door.url}/hooks/twilio", genuine)
    run_together = [("Body", "hi" + "".join(name + value for name, value in genuine[1:]))]
    assert (await door.post(run_together, headers=headers))[0] == 400
    assert door.intake.batches == []


@pytest.mark.parametrize("swallower", sorted(name for name in INBOUND if name > "From"))
async def test_a_crafted_text_cannot_speak_for_another_number(door: Door, swallower: str) -> None:
    """Who saw the signature of a text they crafted writes the front of a forged message into it, and lets one forged
    parameter swallow the true sender. Twilio's signature then holds for both."""
    said = {"From": "+254700000666", "MessageSid": "SM" + "f" * 32, "To": double.NUMBER}
    front = {name: value for name, value in said.items() if name <= swallower}
    front.setdefault(swallower, PLAUSIBLE.get(swallower, ""))
    crafted = "I withdraw everything" + "".join(name + front[name] for name in sorted(front))
    genuine = changed(TEXT, Body=crafted)
    swallowed = "".join(name + value for name, value in sorted(genuine) if "Body" < name <= swallower)
    front[swallower] += swallowed
    rest = [(name, value) for name, value in genuine if name < "Body" or name > swallower]
    forged = [*rest, ("Body", "I withdraw everything"), *front.items()]
    url = f"{door.url}/hooks/twilio"
    headers = recordings.signed(url, genuine)
    assert RequestValidator(double.TOKEN).validate(url, dict(forged), headers["X-Twilio-Signature"])
    assert (await door.post(forged, headers=headers))[0] == 400
    assert door.intake.batches == []
    assert (await door.post(genuine, headers=headers))[0] == 200
    assert door.intake.taken[0].address == PHONE


PLAUSIBLE = {
    **{f"MediaContentType{number}": "image/jpeg" for number in range(10)},
    **{f"MediaUrl{number}": "https://api.twilio.com/x" for number in range(10)},
    "MessageSid": "SM" + "f" * 32,
    "MessagingServiceSid": SERVICE,
    "SmsMessageSid": "SM" + "f" * 32,
    "SmsSid": "SM" + "f" * 32,
    "SmsStatus": "received",
    "To": double.NUMBER,
    "OptOutType": "STOP",
    "NumMedia": "0",
    "NumSegments": "1",
    "ReferralNumMedia": "0",
}


# ---- how far a message came


@pytest.mark.parametrize("name", PROGRESS)
async def test_progress_is_reported_under_our_reference(door: Door, name: str) -> None:
    pairs = recordings.twilio(name)
    state, code = PROGRESS[name]
    assert (await door.post(pairs, path="/hooks/twilio/status?reference=0192ab-7"))[0] == 200
    sid = dict(pairs)["MessageSid"]
    assert door.intake.reports == [
        DeliveryReport(channel="sms", reference="0192ab-7", provider_id=sid, state=state, code=code)
    ]


async def test_progress_we_do_not_use_is_acknowledged(door: Door) -> None:
    path = "/hooks/twilio/status?reference=7"
    assert (await door.post(recordings.twilio("status_queued"), path=path))[0] == 200
    assert (await door.post(changed(recordings.twilio("status_sent"), MessageStatus="canceled"), path=path))[0] == 200
    assert door.intake.reports == []


async def test_progress_waits_for_the_database(door: Door) -> None:
    door.intake.down = 1
    assert (await door.post(recordings.twilio("status_sent"), path="/hooks/twilio/status?reference=7"))[0] == 503


@pytest.mark.parametrize(
    "path",
    [
        "/hooks/twilio/status",
        "/hooks/twilio/status?reference=",
        "/hooks/twilio/status?reference=a%20b",
        "/hooks/twilio/status?reference=" + "a" * 101,
        "/hooks/twilio/status?other=7",
    ],
)
async def test_progress_without_a_reference_of_ours_is_malformed(door: Door, path: str) -> None:
    assert (await door.post(recordings.twilio("status_sent"), path=path))[0] == 400
    assert door.intake.reports == []


async def test_progress_signed_for_another_message_is_refused(door: Door) -> None:
    pairs = recordings.twilio("status_failed")
    headers = recordings.signed(f"{door.url}/hooks/twilio/status?reference=7", pairs)
    assert (await door.post(pairs, path="/hooks/twilio/status?reference=8", headers=headers))[0] == 403
    assert (await door.post(pairs, headers=headers))[0] == 403
    assert door.intake.reports == []


async def test_each_message_brings_its_own_callback(sms: SmsStage) -> None:
    await sms.provider.do("fate", statuses=["queued", "sent", "undelivered"], error_code=30005)
    sent = await sms.channel.send(PHONE, Outgoing(text="Are you safe?"), reference="0192:7")
    reports = await sms.intake.heard(2)
    assert [(report.reference, report.provider_id, report.state, report.code) for report in reports] == [
        ("0192:7", sent.provider_id, Delivery.SENT, ""),
        ("0192:7", sent.provider_id, Delivery.FAILED, "disconnected"),
    ]


# ---- the account


@pytest.fixture
async def service() -> AsyncIterator[SmsStage]:
    account = Account(
        sid=double.SID, token=double.TOKEN, numbers=(double.NUMBER,), service=SERVICE, advanced_opt_out=True
    )
    intake = FakeIntake()
    async with (
        stand.serve(double.application(account)) as provider,
        hooks(lambda url: sms_channel(url, provider.url, sender=SERVICE), intake) as (channel, url),
    ):
        await provider.do("webhook", url=f"{url}/hooks/twilio")
        yield SmsStage(provider, channel, intake, url)
        await channel.close()


async def test_a_service_sends_receives_and_is_swept(service: SmsStage) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    message = Outgoing(text="Are you safe?")
    sent = await service.channel.send(PHONE, message, reference="r1")
    assert await service.channel.look_up(PHONE, message, since=since) == sent
    await service.writes("STOP")
    assert service.intake.contents == [OptedOut(kind=OptOut.STOP, text="STOP")]
    with pytest.raises(SendFailed) as failed:
        await service.channel.send(PHONE, message, reference="r2")
    assert failed.value.code == "opted_out"
    assert [message.content for message in await service.channel.missed(since=since)] == [Typed(text="STOP")]


async def test_a_queued_message_is_found_too(sms: SmsStage) -> None:
    """It has no date of sending yet, so a list asked for by date would leave it out."""
    since, message = datetime.now(UTC) - timedelta(seconds=1), Outgoing(text="Are you safe?")
    await sms.provider.do("fate", statuses=[])
    await sms.provider.do("fault", method="create", how="reset", accept=True)
    with pytest.raises(SendFailed):
        await sms.channel.send(PHONE, message, reference="r1")
    assert isinstance(await sms.channel.look_up(PHONE, message, since=since), Sent)


async def test_a_text_that_only_resembles_is_not_found(sms: SmsStage) -> None:
    since = datetime.now(UTC) - timedelta(seconds=1)
    await sms.writes("Are you safe?")
    await sms.channel.send(PHONE, Outgoing(text="Are you safe? 1 Yes"), reference="r1")
    assert await sms.channel.look_up(PHONE, Outgoing(text="Are you safe?"), since=since) is None


async def test_composed_and_decomposed_letters_are_the_same_text(sms: SmsStage) -> None:
    since = datetime.now(UTC) - timedelta(seconds=1)
    await sms.channel.send(PHONE, Outgoing(text="caf\u00e9"), reference="r1")
    assert isinstance(await sms.channel.look_up(PHONE, Outgoing(text="cafe\u0301"), since=since), Sent)


@pytest.mark.parametrize(
    "fault", [{"how": "status", "status": 500}, {"how": "status", "status": 429}, {"how": "garble"}, {"how": "reset"}]
)
async def test_a_list_that_fails_is_no_answer(sms: SmsStage, fault: dict[str, Any]) -> None:
    await sms.provider.do("fault", method="list", times=4, **fault)
    since = datetime.now(UTC)
    with pytest.raises(SendFailed) as failed:
        await sms.channel.look_up(PHONE, Outgoing(text="x"), since=since)
    assert (failed.value.retry, failed.value.alarm) == (True, False)
    with pytest.raises(SendFailed) as failed:
        await sms.channel.missed(since=since)
    assert (failed.value.retry, failed.value.alarm) == (True, False)


async def test_a_list_we_may_not_read_calls_for_a_person(sms: SmsStage) -> None:
    channel = sms.with_wrong_token()
    with pytest.raises(SendFailed) as failed:
        await channel.missed(since=datetime.now(UTC))
    assert failed.value.alarm
    await channel.close()


async def test_the_sweep_brings_what_the_hook_missed_under_the_same_names(sms: SmsStage) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    for body in ("one", "two", "three"):
        await sms.provider.do("text", sender=PHONE, body=body, lost=body == "two")
    await sms.provider.do("text", sender=PHONE, body="four", extra={"GeoHash": "new"})
    await sms.provider.do("text", sender=PHONE, body="five", media=["image/jpeg"])
    await sms.channel.send(PHONE, Outgoing(text="ours"), reference="r1")
    missed = await sms.channel.missed(since=since)
    assert [message.content for message in missed] == [
        *(Typed(text=body) for body in ("one", "two", "three", "four")),
        Attached(kind="mms", caption="five"),
    ]
    assert set(sms.intake.taken) < set(missed)
    assert len(sms.intake.taken) == 3


async def test_the_sweep_reads_every_page(sms: SmsStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_PAGE", 2)
    for number in range(5):
        await sms.provider.do("text", sender=PHONE, body=f"{number}", lost=True)
    missed = await sms.channel.missed(since=datetime.now(UTC) - timedelta(minutes=1))
    assert [message.content for message in missed] == [Typed(text=f"{number}") for number in range(5)]


async def test_half_a_list_is_no_answer(sms: SmsStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "_MOST", 2)
    for number in range(3):
        await sms.channel.send(PHONE, Outgoing(text=f"{number}"), reference="r1")
    found = await sms.channel.look_up(PHONE, Outgoing(text="x"), since=datetime.now(UTC))
    assert found is Unknowable.UNKNOWABLE


async def test_old_texts_and_texts_to_other_numbers_are_not_swept() -> None:
    other = "+15005550007"
    owner = Account(sid=double.SID, token=double.TOKEN, numbers=(double.NUMBER, other))
    async with stand.serve(double.application(owner)) as provider:
        channel = sms_channel("https://baraza.example", provider.url)
        await provider.do("text", sender=PHONE, body="to another", to=other)
        await provider.do("text", sender=PHONE, body="to us")
        since = datetime.now(UTC) - timedelta(minutes=1)
        assert [message.content for message in await channel.missed(since=since)] == [Typed(text="to us")]
        assert await channel.missed(since=datetime.now(UTC) + timedelta(minutes=1)) == []
        await channel.close()


def test_a_sender_nobody_can_answer_is_not_swept() -> None:
    received = Received(sid="SM" + "0" * 32, sender="SHOP", to=double.NUMBER, body="bonus", media=0, service="")
    assert listed(received) is None


@pytest.mark.parametrize(
    ("number", "code", "retry", "alarm"),
    [
        (21610, "opted_out", False, False),
        (21211, "bad_address", False, False),
        (21614, "bad_address", False, False),
        (21617, "too_long", False, False),
        (20429, "flood", True, False),
        (20003, "bad_token", True, True),
        (21408, "refused", False, True),
        (None, "refused", False, True),
    ],
)
def test_refusals_by_number(number: int | None, code: str, retry: bool, alarm: bool) -> None:
    failed = refusal(400, number)
    assert (failed.code, failed.retry, failed.unsure, failed.alarm) == (code, retry, False, alarm)


async def test_a_country_not_opened_for_texts_calls_for_a_person(sms: SmsStage) -> None:
    await sms.provider.do("forbid", prefixes=["+977"])
    with pytest.raises(SendFailed) as failed:
        await sms.channel.send("+977970000000", Outgoing(text="hello"), reference="r1")
    assert (failed.value.code, failed.value.alarm) == ("refused", True)


async def test_the_library_logs_nothing_of_a_message(sms: SmsStage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    await sms.channel.send(PHONE, Outgoing(text="planted words"), reference="r1")
    await sms.channel.look_up(PHONE, Outgoing(text="planted words"), since=datetime.now(UTC))
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("asyncio")]
    assert not any("planted" in line or PHONE in line or PHONE[1:] in line for line in ours)


# ---- erasing at the provider


async def test_a_message_on_its_way_is_erased_when_it_has_arrived() -> None:
    async with stand.serve(double.application()) as twilio:
        await twilio.do("fate", to=PHONE, statuses=["sending"])
        channel = sms_channel("https://help.example.org", twilio.url)
        sent = await channel.send(PHONE, Outgoing(text="words"), reference="r1")
        await twilio.see("journal", what="moved", status="sending", least=1)
        assert await channel.erase(PHONE, [sent.provider_id]) == Unerased(later=(sent.provider_id,))
        await twilio.do("progress", sid=sent.provider_id, status="delivered")
        assert await channel.erase(PHONE, [sent.provider_id]) == Unerased()
        assert [row["deleted"] for row in await twilio.see("messages")] == [True]
        await channel.close()


@pytest.mark.parametrize(("status", "code", "retry"), [(429, "flood", True), (503, "unreachable", True)])
async def test_erasing_says_when_twilio_can_not_now(status: int, code: str, *, retry: bool) -> None:
    async with stand.serve(double.application()) as twilio:
        channel = sms_channel("https://help.example.org", twilio.url)
        await twilio.do("fault", method="delete", how="status", status=status, times=1)
        with pytest.raises(SendFailed) as failed:
            await channel.erase(PHONE, ["SM" + "0" * 32])
        assert (failed.value.code, failed.value.retry) == (code, retry)
        await channel.close()
