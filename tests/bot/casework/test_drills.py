"""Calls that are not real: they ring, climb and are taken as a real one, every message says so, and nothing counts."""

from __future__ import annotations

import pytest

from bot.casework.drills import ANSWER_HOLDS
from bot.casework.roster import is_covered, roster
from flows.routing.casebook import Role
from flows.routing.drills import Drill, DrillKind
from flows.routing.network import load_network
from storage.scope import MemberScope
from tests.bot.casework.line import NETWORK, SMS, TELEGRAM, Line, Person
from tests.bot.casework.test_calling import in_danger, on_duty

SERVED = load_network("network.yaml", NETWORK)


async def begins(line: Line, kind: DrillKind = DrillKind.DANGER) -> tuple[Drill, bool, list[str]]:
    drill, is_new, called = await line.store.run(lambda tx: line.casework.drill(tx, kind))
    await line.deliver()
    return drill, is_new, [member.name for member in called]


async def recent(line: Line) -> list[Drill]:
    async with line.store.reading() as tx:
        return list(await tx.drills.recent())


async def covered(line: Line) -> bool:
    async with line.store.reading() as tx:
        return await is_covered(tx, SERVED)


@pytest.mark.parametrize("kind", [DrillKind.DANGER, DrillKind.HELD])
async def test_a_drill_rings_and_climbs_as_a_real_call_and_every_message_says_so(line: Line, kind: DrillKind) -> None:
    nia, nia_sms, dev = await on_duty(line)
    juma = await line.joins("Juma", "77", role=Role.COORDINATOR)

    drill, is_new, called = await begins(line, kind)
    assert (is_new, called) == (True, ["Nia"])
    assert nia.screen[-1] == nia_sms.screen[-1] == f"DRILL. A person would need you now. Reply GOT {drill.code}."
    await line.passes(minutes=31)
    phones = (nia, nia_sms, dev, juma)
    heard = [phone.heard() for phone in phones]
    assert [len(texts) for texts in heard] == [7, 7, 4, 1]
    await juma.taps("I have it")
    heard += [phone.heard() for phone in phones]

    assert all(text.startswith("DRILL. ") for texts in heard for text in texts)
    (done,) = await recent(line)
    assert done.answered_by == (await line.member("Juma")).id
    await line.passes(hours=2)
    assert not any(phone.heard() for phone in phones)


async def test_a_drill_counts_nowhere(line: Line) -> None:
    await on_duty(line)
    await begins(line)
    await line.passes(minutes=40)

    async with line.store.reading() as tx:
        assert await tx.pages.open_pages() == []
        assert await tx.cases.queue(MemberScope(network=True)) == []
        assert {act.action for act in await tx.audit.list()} == {"linked", "drill", "drill_answered"}


async def test_by_text_message_and_for_whoever_is_too_late(line: Line) -> None:
    _, nia_sms, dev = await on_duty(line)
    drill, *_ = await begins(line)
    nia_sms.heard()

    await nia_sms.says(f"got {drill.code.lower()}")
    await dev.says(f"GOT {drill.code}")

    assert nia_sms.heard() == [
        f"DRILL. {drill.code} is yours. In a real call we would show here what we know. Thank you."
    ]
    assert dev.heard()[-1] == f"There is no open call {drill.code}. Someone may have it already."


async def test_one_drill_at_a_time_and_it_ends_by_itself(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    first, *_ = await begins(line)
    again, is_new, called = await begins(line)
    assert (again.id, is_new, called) == (first.id, False, [])

    await line.passes(minutes=61)

    assert nia.heard()[-1] == f"DRILL. Nobody answered {first.code} in time. It is over. Please check your phone."
    (over,) = await recent(line)
    assert (over.answered_by, over.ended_at is not None) == (None, True)
    assert (await begins(line))[1]


async def test_a_paralegal_can_not_take_a_drill(line: Line) -> None:
    await on_duty(line)
    asha = await line.joins("Asha", "71", partner="mto")
    drill, *_ = await begins(line)

    await asha.says(f"GOT {drill.code}")

    assert asha.heard() == [f"There is no open call {drill.code}. Someone may have it already."]


async def test_a_real_call_goes_on_beside_a_drill(line: Line) -> None:
    nia, _, _ = await on_duty(line)
    drill, *_ = await begins(line)
    await nia.says(f"GOT {drill.code}")
    nia.heard()

    await in_danger(line)

    (call,) = nia.heard()
    assert call.startswith("A person needs you now.")


class TestTestPage:
    @pytest.mark.parametrize("channel", [SMS, TELEGRAM])
    async def test_a_phone_that_is_linked_is_asked_to_answer_and_nobody_is_on_call_before(
        self, line: Line, channel: str
    ) -> None:
        address = "79" if channel == TELEGRAM else "+254711000079"
        nia = await line.joins("Nia", address, channel, role=Role.COORDINATOR, tested=False)
        test = nia.screen[-1]
        assert test.startswith("TEST. We check that we can call you on this phone. Please reply OK ")
        assert not await covered(line)

        if channel == TELEGRAM:
            await nia.taps("I can read this")
        else:
            await nia.says(test.rstrip(".").rpartition("reply ")[2].lower())

        assert nia.heard()[-1] == "Thank you. We can call you on this phone."
        assert await covered(line)

    async def test_only_the_phone_that_was_asked_can_answer(self, line: Line) -> None:
        nia = await line.joins("Nia", "79", role=Role.COORDINATOR, tested=False)
        dev = await line.joins("Dev", "78", role=Role.COORDINATOR, tested=False)
        code = nia.screen[-1].rstrip(".").rpartition(" ")[2]

        await dev.says(f"OK {code}")

        assert dev.heard()[-1] == f"There is no open call {code}. Someone may have it already."
        assert not await covered(line)

    async def test_it_is_asked_daily_for_a_week_and_then_no_more(self, line: Line) -> None:
        nia = await line.joins("Nia", "79", role=Role.COORDINATOR, tested=False)
        await line.passes(days=20)
        assert len(nia.heard()) == 6

    async def test_it_is_asked_again_before_the_answer_is_too_old(self, line: Line) -> None:
        nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
        await line.passes(days=26)
        assert nia.heard() == []
        await line.passes(days=ANSWER_HOLDS.days - 26)
        assert len(nia.heard()) == 4
        assert not await covered(line)
        await nia.taps("I can read this")
        assert await covered(line)
        await line.passes(days=20)
        assert [text for text in nia.heard() if text.startswith("TEST.")] == []

    async def test_a_real_call_that_is_answered_proves_the_phone_too(self, line: Line) -> None:
        nia = await line.joins("Nia", "79", role=Role.COORDINATOR, tested=False)
        await in_danger(line)
        await nia.taps("I have it")
        assert await covered(line)

    async def test_a_helper_who_is_not_on_the_rota_is_not_asked(self, line: Line) -> None:
        asha = await line.joins("Asha", "71", partner="mto", tested=False)
        assert not asha.screen[-1].startswith("TEST.")

    async def test_all_phones_of_the_rota_are_asked_at_once_by_command(self, line: Line) -> None:
        phones = await on_duty(line)
        asked = await line.store.run(line.casework.test_phones)
        await line.deliver()
        assert [(member.name, count) for member, count in asked] == [("Nia", 2), ("Dev", 1)]
        assert all(phone.screen[-1].startswith("TEST.") for phone in phones)

    async def test_ok_and_words_go_to_the_person_ok_and_a_code_do_not(self, line: Line) -> None:
        nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
        await nia.says("ok sure")
        assert nia.heard()[-1].startswith("GOT and the code")
        await nia.says("ok 7q2m")
        assert nia.heard()[-1].startswith("There is no open call 7Q2M")


async def test_the_roster_tells_who_is_on_duty_and_who_can_be_reached(line: Line) -> None:
    rota = 'members: [{name: Nia, hours: {mon-sun: "18:00-24:00"}}, Dev]'
    served = load_network("network.yaml", NETWORK.replace("members: [Nia, Dev]", rota))
    await line.joins("Dev", "78", role=Role.COORDINATOR)
    await line.joins("Juma", "+254711000077", SMS, role=Role.COORDINATOR, tested=False)
    async with line.store.reading() as tx:
        nia, dev, juma = await roster(tx, served)
    assert (nia.on_duty, nia.phones, nia.proven) == (False, 0, False)
    assert nia.comes_at is not None
    assert nia.comes_at.hour == 15
    assert (dev.on_duty, dev.rank, dev.phones, dev.proven) == (True, 1, 1, True)
    assert (juma.last_resort, juma.phones, juma.proven) == (True, 1, False)


class TestWaiting:
    """What a person in danger is told while nobody has answered."""

    async def tells(self, line: Line, contact: str) -> Person:
        await line.joins("Nia", "79", role=Role.COORDINATOR)
        amina = await in_danger(line)
        for answer in ("1", contact):
            await amina.says(answer)
        amina.heard()
        return amina

    async def test_after_a_quarter_of_an_hour_and_then_every_half_hour_for_two_hours(self, line: Line) -> None:
        amina = await self.tells(line, "2")
        await line.passes(minutes=16)
        assert amina.heard() == [
            "Nobody has answered yet. We go on calling our people on duty. You can write more here any time."
        ]
        await line.passes(minutes=30)
        assert amina.heard() == ["Nothing new so far. We keep trying. You can write here any time."]
        await line.passes(hours=6)
        assert len(amina.heard()) == 3

    async def test_when_somebody_has_it_they_hear_that(self, line: Line) -> None:
        amina = await self.tells(line, "2")
        await line.passes(minutes=5)
        async with line.store.transaction() as tx:
            (page,) = await tx.pages.open_pages()
            assert await line.casework.acknowledge(tx, page, await line.member("Nia"))
        await line.deliver()
        assert amina.heard() == ["A person on our team has this now. You can write more here any time."]
        await line.passes(hours=3)
        assert amina.heard() == []

    async def test_a_phone_that_others_read_hears_nothing_that_we_start(self, line: Line) -> None:
        nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
        amina = await in_danger(line)
        await amina.says("2")
        amina.heard()
        await line.passes(hours=3)
        await nia.taps("I have it")
        assert amina.heard() == []

    async def test_where_they_did_not_say_that_texts_are_safe_nothing_is_sent(self, line: Line) -> None:
        await line.joins("Nia", "79", role=Role.COORDINATOR)
        amina = await in_danger(line)
        amina.heard()
        await line.passes(hours=3)
        assert amina.heard() == []
