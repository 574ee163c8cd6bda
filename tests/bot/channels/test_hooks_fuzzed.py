"""Mangled requests: whatever is posted, a hook answers 2xx or 4xx, and only what a provider truly said is taken."""

import os
from random import Random
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.channels.base import Inbound
from tests.bot.channels import recordings
from tests.bot.channels.stages import NOWHERE, SECRET, FakeIntake, hooks, open_bot, sms_channel, webhook_channel

ROUNDS = int(os.environ.get("BARAZA_FUZZ_ROUNDS", "2000"))
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
SIGNATURE_HEADER = "X-Twilio-Signature"


def mangled(chance: Random, body: bytes) -> bytes:
    """One to four small harms: a byte changed, dropped or added, a stretch doubled, moved or cut off."""
    harmed = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at, to = sorted(chance.choices(range(len(harmed) + 1), k=2))
        match chance.randrange(6):
            case 0:
                harmed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del harmed[at : at + 1]
            case 2:
                harmed[at:at] = chance.choice(
                    [b"&", b"=", b"%", b"+", b"\x00", b"\xff", b"From=%2B1", b"{", b'"', b"9" * 30]
                )
            case 3:
                harmed[at:at] = harmed[at:to]
            case 4:
                harmed.extend(harmed[at:to])
                del harmed[at:to]
            case _:
                del harmed[at:]
    return bytes(harmed)


def mangled_text(chance: Random, text: str) -> str:
    """A header's value, which holds no line end."""
    return "".join(sign for sign in mangled(chance, text.encode()).decode("latin-1") if sign >= " " and sign != "\x7f")


@pytest.mark.parametrize("seed", range(3))
async def test_twilio_hooks(seed: int) -> None:
    chance, intake = Random(seed), FakeIntake()
    genuine: set[Inbound] = set()
    async with (
        hooks(lambda url: sms_channel(url, NOWHERE), intake) as (_, url),
        aiohttp.ClientSession() as http,
    ):
        for _ in range(ROUNDS // 3):
            pairs = recordings.twilio(chance.choice(["text", "arabic", "picture", "with_places"]))
            path = chance.choice(["/hooks/twilio", "/hooks/twilio", "/hooks/twilio/status?reference=7"])
            headers = recordings.signed(url + path, pairs)
            body = urlencode(pairs).encode()
            if chance.random() < 0.2:
                headers[SIGNATURE_HEADER] = mangled_text(chance, headers[SIGNATURE_HEADER])
            else:
                body = mangled(chance, body)
            async with http.post(url + path, data=body, headers=headers) as answer:
                assert answer.status in (200, 400, 403, 413), (answer.status, body)
        assert intake.reports == []
        mangled_taken = list(intake.taken)
        for name in ("text", "arabic", "picture", "with_places"):
            pairs = recordings.twilio(name)
            headers = recordings.signed(f"{url}/hooks/twilio", pairs)
            async with http.post(f"{url}/hooks/twilio", data=urlencode(pairs), headers=headers) as answer:
                assert answer.status == 200
        genuine.update(intake.taken[-4:])
    assert set(mangled_taken) <= genuine


@pytest.mark.parametrize("seed", range(3))
async def test_telegram_hook(seed: int) -> None:
    chance, intake = Random(seed), FakeIntake()
    async with (
        hooks(lambda url: webhook_channel(open_bot(NOWHERE), url), intake) as (channel, url),
        aiohttp.ClientSession() as http,
    ):
        for _ in range(ROUNDS // 3):
            body = recordings.telegram(chance.choice(recordings.TELEGRAM))
            known = chance.random() < 0.6
            secret = SECRET if known else mangled_text(chance, SECRET)
            known = secret.strip() == SECRET
            before = len(intake.batches)
            sent = mangled(chance, body) if known else body
            async with http.post(f"{url}/hooks/telegram", data=sent, headers={SECRET_HEADER: secret}) as answer:
                assert answer.status in ((200, 400) if known else (401,)), (answer.status, sent)
            if answer.status != 200:
                assert len(intake.batches) == before
        await channel.close()
    assert all(message.channel == "telegram" and message.address.lstrip("-").isdigit() for message in intake.taken)
