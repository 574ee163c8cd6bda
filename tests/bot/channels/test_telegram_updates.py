"""What each recorded update says in the contract's words."""

import pytest

from bot.channels.base import (
    Attached,
    Content,
    Inbound,
    OptedOut,
    OptOut,
    SharedContact,
    SharedLocation,
    Tapped,
    Typed,
)
from bot.channels.telegram.updates import read
from tests.bot.channels import recordings

SAID: dict[str, Content] = {
    "text": Typed(text="Wamenikamata kaka yangu"),
    "start_with_code": Typed(text="/start 7Q2M4KXT"),
    "half_surrogate": Typed(text="broken ? sign"),
    "own_contact": SharedContact(phone="+254700000001"),
    "contact_of_another": Attached(kind="contact"),
    "contact_without_account": Attached(kind="contact"),
    "location": SharedLocation(latitude=-0.303099, longitude=36.080025),
    "venue": SharedLocation(latitude=-0.303099, longitude=36.080025),
    "edited_text": Typed(text="Wamemkamata kaka yangu", edited=True),
    "edited_caption": Typed(text="the letter, page 2", edited=True),
    "photo": Attached(kind="photo", caption="the letter"),
    "voice": Attached(kind="voice"),
    "video": Attached(kind="video"),
    "video_note": Attached(kind="video_note"),
    "sticker": Attached(kind="sticker"),
    "document": Attached(kind="document"),
    "animation": Attached(kind="animation"),
    "a_kind_of_tomorrow": Attached(kind="unknown"),
    "tap": Tapped(data="s:1:yes"),
    "tap_on_a_message_too_old": Tapped(data="s:1:yes"),
    "blocked": OptedOut(kind=OptOut.STOP),
    "unblocked": OptedOut(kind=OptOut.START),
}
NOT_SAID_TO_US = {
    "channel_post",
    "group_member",
    "group_tap",
    "group_text",
    "live_location_moves",
    "pinned",
    "poll_answer",
    "tap_without_message",
}


def test_every_recording_is_read_here() -> None:
    assert set(recordings.TELEGRAM) == SAID.keys() | NOT_SAID_TO_US | {"unreadable"}


@pytest.mark.parametrize("name", SAID)
def test_what_a_person_said(name: str) -> None:
    update = recordings.update(name)
    said = update.message or update.edited_message
    assert read(update) == Inbound(
        channel="telegram",
        provider_id=str(update.update_id),
        address="501",
        content=SAID[name],
        language_hint="sw",
        trace=str(said.message_id) if said else "",
    )


@pytest.mark.parametrize("name", sorted(NOT_SAID_TO_US))
def test_what_nobody_said_to_us(name: str) -> None:
    assert read(recordings.update(name)) is None
