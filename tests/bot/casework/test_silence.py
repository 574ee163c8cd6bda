"""People who stop in the middle: what is filed, what they hear and when, and what happens when they come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.casework.safety import daylight
from bot.casework.silence import WAITS
from flows.routing.casebook import CaseState, Lane, Role
from flows.routing.hours import next_open
from tests.bot.casework.line import SMS, TELEGRAM, Line, Person

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
ADDRESS = {SMS: "+254700000009", TELEGRAM: "77"}
REMINDED = "You can go on whenever you like. Write here to go on."
REMINDED_AGAIN = "You can still go on from where you stopped. Write here to go on, or leave it as it is."
AGREED = ("4", "1", "1")
"""No trouble now, for me, yes to keeping: the kind of problem is asked next."""


async def begins(line: Line, channel: str, *answers: str) -> Person:
    person = line.person(ADDRESS[channel], channel)
    await person.says("hello")
    if (await person.conversation()).language == "":
        await person.says("English")
    for answer in answers:
        await person.says(answer)
    person.heard()
    return person


async def cases_of(line: Line, person: Person) -> int:
    async with line.store.reading() as tx:
        return len(await tx.cases.of_conversation((await person.conversation()).id))


@pytest.fixture(params=[SMS, TELEGRAM])
def channel(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestReminders:
    async def test_after_agreeing_two_come_by_day_and_the_draft_goes_as_before(self, line: Line, channel: str) -> None:
        amina = await begins(line, channel, *AGREED)

        await line.passes(hours=4)
        assert amina.heard() == [REMINDED]
        await line.passes(hours=15)
        assert amina.heard() == []
        await line.passes(hours=2)
        assert amina.heard() == [REMINDED_AGAIN]
        await line.passes(hours=10)
        assert amina.heard() == []
        assert (await amina.conversation()).session is None

    async def test_none_before_agreeing(self, line: Line, channel: str) -> None:
        amina = await begins(line, channel, "4", "1")

        await line.passes(hours=30)

        assert amina.heard() == []

    async def test_none_after_a_no(self, line: Line, channel: str) -> None:
        amina = await begins(line, channel, "4", "1", "2")

        await line.passes(hours=30)

        assert amina.heard() == []

    async def test_none_where_the_session_moved_on_until_it_has_been_silent_itself(
        self, line: Line, channel: str
    ) -> None:
        amina = await begins(line, channel, *AGREED)
        await line.passes(hours=3)
        await amina.says("4")
        amina.heard()

        await line.passes(hours=2)
        assert amina.heard() == []
        await line.passes(hours=2)
        assert amina.heard() == [REMINDED]

    @pytest.mark.parametrize("words", [("STOP",), ("PAUSE",), ("DELETE", "1"), ("back", "2")])
    async def test_none_after_words_that_end_it(self, line: Line, channel: str, words: Sequence[str]) -> None:
        amina = await begins(line, channel, *AGREED)
        for word in words:
            await amina.says(word)
        amina.heard()

        await line.passes(hours=30)

        assert amina.heard() == []

    async def test_none_while_it_is_not_known_who_reads_the_phone(self, line: Line, channel: str) -> None:
        amina = await begins(line, channel, *AGREED, "2")
        assert "Can others read this phone?" in amina.screen[-1]

        await line.passes(hours=30)

        assert amina.heard() == []

    async def test_none_on_a_phone_that_others_read(self, line: Line, channel: str) -> None:
        amina = await begins(line, channel, *AGREED, "2", "2")
        assert (await amina.conversation()).shared

        await line.passes(hours=30)

        assert amina.heard() == []

    async def test_none_in_danger(self, line: Line, channel: str) -> None:
        nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
        amina = await begins(line, channel, *AGREED)
        await amina.says("help he wants to kill me")
        await nia.says("GOT")
        amina.heard()

        await line.passes(hours=30)

        assert REMINDED not in amina.heard()

    async def test_one_whose_daylight_was_missed_while_we_were_down_waits_for_the_morning(
        self, line: Line, channel: str
    ) -> None:
        amina = await begins(line, channel, *AGREED)
        line.clock.set(datetime(2026, 11, 20, 20, 0, tzinfo=UTC))
        while await line.wheel.turn():
            pass
        await line.deliver()
        assert amina.heard() == []

        line.clock.set(datetime(2026, 11, 21, 5, 0, tzinfo=UTC))
        while await line.wheel.turn():
            pass
        await line.deliver()

        assert amina.heard() == [REMINDED]

    @given(
        at=st.integers(0, 2 * 365 * 24 * 3600).map(lambda after: YEAR + timedelta(seconds=after)),
        zone=st.sampled_from(
            ["Africa/Nairobi", "Asia/Kathmandu", "Europe/London", "America/New_York", "Australia/Lord_Howe"]
        ),
        named=st.sampled_from(["", "morning", "afternoon", "evening", "any"]),
    )
    def test_never_by_night_nor_at_a_time_they_did_not_name(self, at: datetime, zone: str, named: str) -> None:
        goes = next_open(daylight({"contact_time": named}, ends_earlier=WAITS), ZoneInfo(zone), at)

        assert at <= goes <= at + timedelta(hours=26)
        least, most = {"morning": (8, 12), "afternoon": (12, 17), "evening": (17, 20)}.get(named, (8, 20))
        for moment in (goes, goes + WAITS):
            here = moment.astimezone(ZoneInfo(zone))
            assert least * 60 <= here.hour * 60 + here.minute <= most * 60


class TestUnfinished:
    async def test_the_answers_that_come_later_complete_the_one_case(self, line: Line, channel: str) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await begins(line, channel, *AGREED, "1", "Nakuru")
        await line.passes(hours=2)
        filed = await line.case(amina)
        assert (filed.region, filed.state) == ("KE-31", CaseState.OFFERED)
        assert len(asha.heard()) == 1
        assert amina.heard() == []

        await amina.says("1")
        first = amina.heard()[-1]
        assert first.startswith("We are already asking with what you told us. Your code is ")
        assert "Who is it with?" in first
        for answer in ("1", "1", "Amina", "1"):
            await amina.says(answer)

        whole = await line.case(amina)
        assert await cases_of(line, amina) == 1
        assert whole.id == filed.id
        assert (whole.facts["other_side"], whole.facts["contact"], whole.facts["name"]) == (
            "family",
            "text_or_call",
            "Amina",
        )
        assert any(text.startswith("Sent. Your code is ") for text in amina.heard())
        assert "completed" in [entry.reason for entry in await line.timeline(amina)]
        assert whole.promised_at is not None

    async def test_a_corrected_place_takes_the_offer_back_and_asks_again(self, line: Line, channel: str) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await begins(line, channel, *AGREED, "1", "Nakuru")
        await line.passes(hours=2)
        asha.heard()
        code = await line.code(amina, "mto")

        await amina.says("0")
        await amina.says("Freetown")

        assert (await line.case(amina)).region != "KE-31"
        assert asha.screen[-1] == f"{code} is closed. You need not answer."

    async def test_a_yes_taken_back_takes_back_the_case(self, line: Line, channel: str) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await begins(line, channel, *AGREED, "1", "Nakuru")
        await line.passes(hours=2)
        code = await line.code(amina, "mto")

        for word in ("0", "0", "0", "2"):
            await amina.says(word)

        assert "Nothing is kept." in amina.heard()[-1]
        assert (await amina.conversation()).case is None
        assert asha.screen[-1] == f"{code} is closed. You need not answer."
        async with line.store.reading() as tx:
            assert await tx.timers.next_due() is None

    async def test_once_a_helper_has_it_the_person_talks_to_the_helper(self, line: Line, channel: str) -> None:
        asha = await line.joins("Asha", "71", partner="mto")
        amina = await begins(line, channel, *AGREED, "1", "Nakuru")
        await line.passes(hours=2)
        await asha.says("ACC")
        await asha.says("1")

        await amina.says("please come on Monday")

        assert "please come on Monday" in asha.screen[-1]

    async def test_coming_back_once_the_draft_is_gone_adds_to_the_case(self, line: Line, channel: str) -> None:
        amina = await begins(line, channel, *AGREED, "1", "Nakuru")
        await line.passes(hours=25)
        assert (await amina.conversation()).session is None

        await amina.says("they came again")

        assert "they came again" in [entry.words for entry in await line.timeline(amina)]
        assert await cases_of(line, amina) == 1

    async def test_in_danger_no_case_is_made_of_silence(self, line: Line, channel: str) -> None:
        amina = await begins(line, channel, *AGREED, "1", "Nakuru")
        await amina.says("help he wants to kill me")

        await line.passes(hours=3)

        assert await cases_of(line, amina) == 0

    async def test_on_a_shared_phone_it_is_filed_without_a_word(self, line: Line, channel: str) -> None:
        amina = await begins(line, channel, *AGREED, "2", "2", "Nakuru")

        await line.passes(hours=2)

        case = await line.case(amina)
        assert case.lane is Lane.QUIET
        assert amina.heard() == []
        assert case.promised_at is None
