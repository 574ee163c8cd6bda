"""Every channel keeps the contract of `bot/channels/base.py`: one suite, played on each."""

import traceback
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Attached, Choice, Outgoing, SendFailed, Sent, Tapped, Typed, Unerased, Unknowable
from bot.channels.parts import count, units
from bot.channels.rendering import Prompt, render
from tests.bot.channels.stages import Stage, Wire

HARD_TEXTS = [
    "Nimefukuzwa na polisi",
    "هم أخذوا أرضنا",
    "मलाई मद्दत चाहियो",
    "👩🏽\u200d⚖️ ok",
    "a=b&c=d+e%20f",
    " two\nlines ",
    "x" * 1600,
]
YES_NO = (Choice(label="Yes", data="s:1:yes"), Choice(label="No", data="s:1:no"))


def recently() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=1)


@pytest.mark.parametrize("text", HARD_TEXTS, ids=lambda text: text[:8].strip())
async def test_words_arrive_as_they_were_written(stage: Stage, text: str) -> None:
    await stage.writes(text)
    (message,) = await stage.intake.holds(1)
    assert message.content == Typed(text=text)
    assert (message.channel, message.address) == (stage.channel.name, stage.address)


async def test_what_is_not_words_arrives_by_its_caption_only(stage: Stage) -> None:
    await stage.attaches("our papers")
    (message,) = await stage.intake.holds(1)
    assert isinstance(message.content, Attached)
    assert message.content.caption == "our papers"


async def test_messages_keep_their_order_and_have_names_of_their_own(stage: Stage) -> None:
    texts = [f"answer {number}" for number in range(5)]
    for text in texts:
        await stage.writes(text)
    messages = await stage.intake.holds(5)
    assert [message.content for message in messages] == [Typed(text=text) for text in texts]
    assert len({message.provider_id for message in messages}) == 5


async def test_a_message_delivered_twice_has_one_name(stage: Stage) -> None:
    await stage.writes("hello")
    await stage.intake.holds(1)
    await stage.delivered_again()
    first, second = await stage.intake.holds(2)
    assert first == second


async def test_nothing_is_lost_while_the_database_is_down(stage: Stage) -> None:
    stage.intake.down = 1
    await stage.writes("they come tonight")
    await stage.intake.turned_away(1)
    assert stage.intake.taken == []
    await stage.recovers()
    (message,) = await stage.intake.holds(1)
    assert message.content == Typed(text="they come tonight")


async def test_a_message_is_shown(stage: Stage) -> None:
    await stage.writes("hello")
    sent = await stage.channel.send(stage.address, Outgoing(text="Free help. ñ"), reference="r1")
    assert await stage.screen() == ["Free help. ñ"]
    assert sent == Sent(provider_id=sent.provider_id, parts=1)
    assert sent.provider_id


async def test_parts_are_told_where_they_cost(stage: Stage) -> None:
    await stage.writes("hello")
    text = "x" * 161
    sent = await stage.channel.send(stage.address, Outgoing(text=text), reference="r1")
    assert sent.parts == (count(text).parts if stage.channel.limits.counted else 1)


async def test_the_longest_text_is_taken_and_one_more_sign_is_not(stage: Stage) -> None:
    await stage.writes("hello")
    length = stage.channel.limits.length
    await stage.channel.send(stage.address, Outgoing(text="x" * length), reference="r1")
    with pytest.raises(SendFailed) as failed:
        await stage.channel.send(stage.address, Outgoing(text="x" * (length + 1)), reference="r2")
    assert (failed.value.code, failed.value.retry, failed.value.unsure) == ("too_long", False, False)
    assert len(await stage.screen()) == 1


async def test_a_prompt_longer_than_a_message_arrives_in_order_and_can_be_answered(stage: Stage) -> None:
    await stage.writes("hello")
    lines = tuple(f"{number} " + "🌾 land " * 40 for number in range(20))
    pieces = render(Prompt(lines=lines, choices=YES_NO), stage.channel.limits)
    assert len(pieces) > 1
    for number, piece in enumerate(pieces):
        await stage.channel.send(stage.address, piece, reference=f"r{number}")
    assert [text.strip() for text in await stage.screen()] == [piece.text.strip() for piece in pieces]
    assert all(units(piece.text) <= stage.channel.limits.length for piece in pieces)
    expected = await stage.picks("No", "s:1:no", 2)
    assert (await stage.intake.holds(2))[1].content == expected


async def test_a_choice_comes_back_as_this_channel_answers(stage: Stage) -> None:
    await stage.writes("hello")
    (message,) = render(Prompt(lines=("Are you safe?",), choices=YES_NO), stage.channel.limits)
    await stage.channel.send(stage.address, message, reference="r1")
    expected = await stage.picks("No", "s:1:no", 2)
    assert (await stage.intake.holds(2))[1].content == expected
    assert isinstance(expected, Tapped) == stage.channel.limits.buttons
    assert ("2 No" in (await stage.screen())[0]) != stage.channel.limits.buttons


async def test_an_empty_text_is_a_fault_of_ours(stage: Stage) -> None:
    await stage.writes("hello")
    with pytest.raises(SendFailed) as failed:
        await stage.channel.send(stage.address, Outgoing(text=""), reference="r1")
    assert (failed.value.code, failed.value.alarm, failed.value.retry) == ("refused", True, False)


async def test_who_wants_nothing_more_is_left_alone(stage: Stage) -> None:
    await stage.writes("hello")
    await stage.intake.holds(1)
    await stage.wants_nothing_more()
    with pytest.raises(SendFailed) as failed:
        await stage.channel.send(stage.address, Outgoing(text="Are you safe?"), reference="r1")
    assert failed.value.code in ("blocked", "opted_out")
    assert (failed.value.retry, failed.value.unsure, failed.value.alarm) == (False, False, False)
    assert await stage.screen() == []


async def test_an_address_of_another_kind_is_refused(stage: Stage) -> None:
    with pytest.raises(SendFailed) as failed:
        await stage.channel.send(stage.wrong, Outgoing(text="hello"), reference="r1")
    assert (failed.value.code, failed.value.retry) == ("bad_address", False)


async def test_what_was_sent_can_be_looked_up_or_is_said_to_be_unknowable(stage: Stage) -> None:
    await stage.writes("hello")
    since, message, other = recently(), Outgoing(text="Are you safe? é"), Outgoing(text="Are you there?")
    sent = await stage.channel.send(stage.address, message, reference="r1")
    found = await stage.channel.look_up(stage.address, message, since=since)
    assert found in (sent, Unknowable.UNKNOWABLE)
    if found is not Unknowable.UNKNOWABLE:
        assert await stage.channel.look_up(stage.address, other, since=since) is None
        assert await stage.channel.look_up(stage.stranger, message, since=since) is None
        later = datetime.now(UTC) + timedelta(minutes=1)
        assert await stage.channel.look_up(stage.address, message, since=later) is None


# ---- what only a provider can do


@pytest.mark.parametrize(
    "fault", [{"how": "status", "status": 500}, {"how": "status", "status": 503}, {"how": "reset"}, {"how": "garble"}]
)
@pytest.mark.parametrize("accepted", [True, False])
async def test_a_lost_answer_leaves_doubt(wire: Wire, fault: dict[str, object], accepted: bool) -> None:
    await wire.writes("hello")
    since, message = recently(), Outgoing(text="Are you safe?")
    await wire.fails(**fault, accept=accepted)
    with pytest.raises(SendFailed) as failed:
        await wire.channel.send(wire.address, message, reference="r1")
    assert (failed.value.code, failed.value.retry, failed.value.unsure) == ("unreachable", True, True)
    found = await wire.channel.look_up(wire.address, message, since=since)
    assert (len(await wire.screen()) == 1) == accepted
    assert found is Unknowable.UNKNOWABLE or isinstance(found, Sent) == accepted


async def test_an_answer_that_never_comes_leaves_doubt(wire: Wire, impatient: None) -> None:
    await wire.writes("hello")
    await wire.fails(how="hang", accept=True)
    with pytest.raises(SendFailed) as failed:
        await wire.channel.send(wire.address, Outgoing(text="Are you safe?"), reference="r1")
    assert (failed.value.code, failed.value.retry, failed.value.unsure) == ("unreachable", True, True)


async def test_nobody_answering_leaves_no_doubt(wire: Wire) -> None:
    channel = wire.with_nobody_there()
    with pytest.raises(SendFailed) as failed:
        await channel.send(wire.address, Outgoing(text="Are you safe?"), reference="r1")
    assert (failed.value.code, failed.value.retry, failed.value.unsure) == ("unreachable", True, False)
    await channel.close()


async def test_the_provider_sets_the_pace(wire: Wire) -> None:
    await wire.writes("hello")
    await wire.fails(how="status", status=429, retry_after=7)
    with pytest.raises(SendFailed) as failed:
        await wire.channel.send(wire.address, Outgoing(text="Are you safe?"), reference="r1")
    assert (failed.value.code, failed.value.retry, failed.value.unsure) == ("flood", True, False)
    assert failed.value.after == 7


async def test_a_wrong_token_calls_for_a_person_and_can_be_mended(wire: Wire) -> None:
    channel = wire.with_wrong_token()
    with pytest.raises(SendFailed) as failed:
        await channel.send(wire.address, Outgoing(text="Are you safe?"), reference="r1")
    assert (failed.value.code, failed.value.retry, failed.value.alarm) == ("bad_token", True, True)
    await channel.close()


@pytest.mark.parametrize("fault", [{"how": "status", "status": 429, "retry_after": 7}, {"how": "reset"}])
async def test_a_failure_tells_nothing_of_the_person(wire: Wire, fault: dict[str, object]) -> None:
    """Its traceback may be logged: neither the text nor the address may stand in it."""
    await wire.writes("hello")
    await wire.fails(**fault)
    words = "Sentinel " * 3
    for address in (wire.address, wire.wrong):
        with pytest.raises(SendFailed) as failed:
            await wire.channel.send(address, Outgoing(text=words), reference="r1")
        told = "".join(traceback.format_exception(failed.value))
        assert words not in told
        assert f" {address}" not in told


# ---- erasing at the provider


async def test_what_both_wrote_is_erased_at_the_provider(stage: Stage) -> None:
    await stage.writes("my name is in here")
    (theirs,) = await stage.intake.holds(1)
    ours = await stage.channel.send(stage.address, Outgoing(text="and the answer"), reference="r1")
    await stage.is_done()
    assert await stage.channel.erase(stage.address, [theirs.trace, ours.provider_id]) == Unerased()
    assert await stage.kept() == []


async def test_erasing_again_and_erasing_what_is_gone_does_no_harm(stage: Stage) -> None:
    await stage.writes("hello")
    (theirs,) = await stage.intake.holds(1)
    for _ in range(2):
        assert await stage.channel.erase(stage.address, [theirs.trace]) == Unerased()
    assert await stage.kept() == []
