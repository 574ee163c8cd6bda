"""The simulated phone: strict like a real one, honest about its screen, and deaf to nothing a person does."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import (
    Ask,
    Attached,
    Choice,
    Content,
    OptedOut,
    OptOut,
    Outgoing,
    SendFailed,
    SharedContact,
    SharedLocation,
    Tapped,
    Typed,
)
from bot.channels.parts import count
from bot.channels.simulator import Bubble, Look, SimulatorChannel
from bot.channels.sms.channel import LIMITS as SMS_LIMITS
from bot.channels.telegram.channel import LIMITS as TELEGRAM_LIMITS
from tests.bot.channels.stages import FakeIntake

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PHONE, CHAT = "+254700000001", "501"
YES = Choice(label="Yes", data="s:1:yes")


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def intake() -> FakeIntake:
    return FakeIntake()


@pytest.fixture
async def sms(clock: Clock, intake: FakeIntake) -> SimulatorChannel:
    channel = SimulatorChannel(look=Look.SMS, clock=clock)
    await channel.listen(intake)
    return channel


@pytest.fixture
async def telegram(clock: Clock, intake: FakeIntake) -> SimulatorChannel:
    channel = SimulatorChannel(look=Look.TELEGRAM, clock=clock)
    await channel.listen(intake)
    return channel


async def send(channel: SimulatorChannel, message: Outgoing) -> str:
    address = PHONE if channel.name == "simulator-sms" else CHAT
    return (await channel.send(address, message, reference="r1")).provider_id


def test_it_promises_what_the_real_channels_promise(sms: SimulatorChannel, telegram: SimulatorChannel) -> None:
    assert (sms.name, sms.limits) == ("simulator-sms", SMS_LIMITS)
    assert (telegram.name, telegram.limits) == ("simulator-telegram", TELEGRAM_LIMITS)
    assert (list(sms.routes(FakeIntake())), list(telegram.routes(FakeIntake()))) == ([], [])


async def test_a_phone_shows_both_sides_in_order_with_parts(sms: SimulatorChannel) -> None:
    await sms.say(PHONE, Typed(text="HELP"))
    await send(sms, Outgoing(text="Are you safe?\n1 Yes"))
    await sms.say(PHONE, Typed(text="ndiyo ê"))
    assert sms.phone(PHONE) == (
        Bubble(number=1, ours=False, text="HELP", at=NOON, parts=count("HELP")),
        Bubble(number=2, ours=True, text="Are you safe?\n1 Yes", at=NOON, parts=count("Are you safe?\n1 Yes")),
        Bubble(number=3, ours=False, text="ndiyo ê", at=NOON, parts=count("ndiyo ê")),
    )
    assert sms.phone("+254700000002") == ()


async def test_a_chat_shows_buttons_and_counts_no_parts(telegram: SimulatorChannel) -> None:
    await send(telegram, Outgoing(text="Where?", choices=(YES,), asks=Ask.LOCATION, asks_label="Send where I am"))
    (bubble,) = telegram.phone(CHAT)
    assert (bubble.choices, bubble.asks, bubble.asks_label, bubble.parts) == (
        (YES,),
        Ask.LOCATION,
        "Send where I am",
        None,
    )


async def test_a_message_of_ours_is_edited_in_place(telegram: SimulatorChannel, clock: Clock) -> None:
    card = await send(telegram, Outgoing(text="A case near you", choices=(YES,)))
    await telegram.say(CHAT, Typed(text="hm"))
    clock.now += timedelta(minutes=1)
    assert await send(telegram, Outgoing(text="Taken", replaces=card)) == card
    assert [(bubble.text, bubble.edited, bubble.at) for bubble in telegram.phone(CHAT)] == [
        ("Taken", True, NOON),
        ("hm", False, NOON),
    ]


async def test_what_is_gone_is_not_edited_but_sent_anew(telegram: SimulatorChannel, sms: SimulatorChannel) -> None:
    run, _, _ = (await send(telegram, Outgoing(text="Hello"))).partition("-")
    await telegram.say(CHAT, Typed(text="hm"))
    for gone in ("another-1", f"{run}-2", f"{run}-99"):
        await send(telegram, Outgoing(text="Taken", replaces=gone))
    assert [bubble.text for bubble in telegram.phone(CHAT)] == ["Hello", "hm", *["Taken"] * 3]
    card = await send(sms, Outgoing(text="A case near you"))
    await send(sms, Outgoing(text="Taken", replaces=card))
    assert [bubble.text for bubble in sms.phone(PHONE)] == ["A case near you", "Taken"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (Outgoing(text=" \n"), "refused"),
        (Outgoing(text="x" * 4097), "too_long"),
        (Outgoing(text="🌾" * 2049), "too_long"),
        (Outgoing(text="x", choices=(Choice(label="Yes", data="é" * 33),)), "refused"),
        (Outgoing(text="x", choices=(Choice(label="Yes", data=""),)), "refused"),
        (Outgoing(text="x", choices=(Choice(label=" ", data="a"),)), "refused"),
        (Outgoing(text="x", asks=Ask.CONTACT), "refused"),
    ],
)
async def test_a_chat_refuses_what_telegram_refuses(telegram: SimulatorChannel, message: Outgoing, code: str) -> None:
    with pytest.raises(SendFailed) as failed:
        await send(telegram, message)
    assert failed.value.code == code
    assert telegram.phone(CHAT) == ()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (Outgoing(text=""), "refused"),
        (Outgoing(text="x" * 1601), "too_long"),
        (Outgoing(text="x", choices=(YES,)), "refused"),
        (Outgoing(text="x", asks=Ask.LOCATION, asks_label="y"), "refused"),
    ],
)
async def test_a_phone_refuses_what_no_text_can_hold(sms: SimulatorChannel, message: Outgoing, code: str) -> None:
    with pytest.raises(SendFailed) as failed:
        await send(sms, message)
    assert failed.value.code == code


@pytest.mark.parametrize(
    "address", ["", "0700000001", "+0700000001", "+2547 00", "501", "+254700000001\n", "whatsapp:+1"]
)
async def test_only_numbers_have_a_phone(sms: SimulatorChannel, address: str) -> None:
    with pytest.raises(SendFailed) as failed:
        await sms.send(address, Outgoing(text="x"), reference="r1")
    assert failed.value.code == "bad_address"
    with pytest.raises(ValueError, match="address"):
        await sms.say(address, Typed(text="x"))


@pytest.mark.parametrize("content", [SharedLocation(latitude=0.0, longitude=36.0), SharedContact(phone=PHONE)])
async def test_a_text_cannot_share_a_place_or_a_card(
    sms: SimulatorChannel, telegram: SimulatorChannel, intake: FakeIntake, content: Content
) -> None:
    with pytest.raises(ValueError, match="cannot share"):
        await sms.say(PHONE, content)
    await telegram.say(CHAT, content)
    assert intake.contents == [content]
    assert telegram.phone(CHAT)[0].kind in ("location", "contact")


async def test_only_a_button_on_the_screen_can_be_tapped(telegram: SimulatorChannel, intake: FakeIntake) -> None:
    with pytest.raises(ValueError, match="button"):
        await telegram.say(CHAT, Tapped(data="s:1:yes"))
    await send(telegram, Outgoing(text="Safe?", choices=(YES,)))
    await telegram.say(CHAT, Tapped(data="s:1:yes"))
    assert intake.contents == [Tapped(data="s:1:yes")]
    assert (telegram.phone(CHAT)[-1].text, telegram.phone(CHAT)[-1].kind) == ("Yes", "tap")


async def test_blocking_and_letting_in_again(
    telegram: SimulatorChannel, sms: SimulatorChannel, intake: FakeIntake
) -> None:
    for channel, address, code in ((telegram, CHAT, "blocked"), (sms, PHONE, "opted_out")):
        await channel.block(address)
        with pytest.raises(SendFailed) as failed:
            await send(channel, Outgoing(text="x"))
        assert failed.value.code == code
        await channel.unblock(address)
        await send(channel, Outgoing(text="x"))
        assert [bubble.text for bubble in channel.phone(address)] == ["x"]
    assert intake.contents == [OptedOut(kind=OptOut.STOP), OptedOut(kind=OptOut.START)] * 2


async def test_every_message_has_a_name_no_other_run_gives(sms: SimulatorChannel, intake: FakeIntake) -> None:
    names = {await sms.say(PHONE, Typed(text="hello")) for _ in range(5)}
    assert len(names) == 5
    assert all(len(name) == 32 for name in names)
    assert {message.provider_id for message in intake.taken} == names


async def test_a_language_is_told_as_telegram_tells_it(telegram: SimulatorChannel, intake: FakeIntake) -> None:
    await telegram.say(CHAT, Attached(kind="voice"), language="sw")
    assert intake.taken[0].language_hint == "sw"


async def test_a_watcher_learns_of_every_change_and_never_holds_anyone_up(sms: SimulatorChannel) -> None:
    with sms.watch() as seen:
        await sms.say(PHONE, Typed(text="hello"))
        await send(sms, Outgoing(text="Are you safe?"))
        assert [seen.get_nowait(), seen.get_nowait()] == [PHONE, PHONE]
        for _ in range(200):
            await send(sms, Outgoing(text="x"))
        assert seen.full()
    await send(sms, Outgoing(text="x"))
    while not seen.empty():
        seen.get_nowait()
    await send(sms, Outgoing(text="x"))
    with pytest.raises(asyncio.QueueEmpty):
        seen.get_nowait()


async def test_a_phone_nobody_listens_to_says_so(clock: Clock) -> None:
    with pytest.raises(RuntimeError, match="listen"):
        await SimulatorChannel(look=Look.SMS, clock=clock).say(PHONE, Typed(text="hello"))


async def test_a_demo_of_many_visitors_stays_small(sms: SimulatorChannel) -> None:
    for number in range(250):
        await sms.say(f"+2547000{number:05}", Typed(text="hello"))
    for _ in range(600):
        await send(sms, Outgoing(text="x"))
    assert sms.phone("+254700000000") == ()
    assert len(sms.phone(PHONE)) == 500
    assert sms.phone(PHONE)[-1].number == 600


async def test_the_sweep_sees_only_what_is_recent(sms: SimulatorChannel, clock: Clock) -> None:
    await sms.say(PHONE, Typed(text="old"))
    clock.now += timedelta(minutes=10)
    await sms.say(PHONE, Typed(text="new"))
    missed = await sms.missed(since=clock.now - timedelta(minutes=5))
    assert [message.content for message in missed] == [Typed(text="new")]
