"""Words between a person and their helper: both ways, without numbers, and only as the person said is safe."""

from __future__ import annotations

import pytest

from flows.routing.casebook import EntryKind, Lane, Role
from tests.bot.casework.line import Line, Person


async def helped(line: Line, *, lane: Lane = Lane.NORMAL, **facts: str) -> tuple[Person, Person]:
    """A person and the helper that has their case, both screens read."""
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(lane=lane, **facts)
    await asha.says("ACC")
    await asha.says("1")
    asha.heard(), amina.heard()
    return amina, asha


async def test_words_go_both_ways_without_a_command_and_each_is_confirmed(line: Line) -> None:
    amina, asha = await helped(line)
    code = await line.code(amina, "mto")

    await asha.says("Can you come to the office on Monday?")
    assert asha.heard() == [f"{code}: sent to the person."]
    assert amina.heard() == ["From your helper:\nCan you come to the office on Monday?"]

    await amina.says("Yes, at ten")
    assert amina.heard() == ["Passed on to your helper."]
    assert asha.heard() == [f"{code}, from the person:\nYes, at ten"]
    wrote = [(entry.kind, entry.words) for entry in await line.timeline(amina)][-2:]
    assert wrote == [
        (EntryKind.HELPER_WROTE, "Can you come to the office on Monday?"),
        (EntryKind.SEEKER_WROTE, "Yes, at ten"),
    ]


async def test_with_two_cases_the_code_says_whom(line: Line) -> None:
    amina, asha = await helped(line)
    beth = await line.files("+254700000002", name="Beth", region="KE-30")
    await asha.says(f"ACC {await line.code(beth, 'mto')} 1")
    asha.heard(), beth.heard()

    await asha.says("hello")
    assert asha.heard() == ["You have more than one case. Please add its code. LIST shows them."]
    await asha.says(f"M {await line.code(beth, 'mto')} hello Beth")
    assert beth.heard() == ["From your helper:\nhello Beth"]
    assert amina.heard() == []


async def test_an_order_written_together_with_its_code_is_still_one(line: Line) -> None:
    amina, asha = await helped(line)
    code = await line.code(amina, "mto")

    for words in (f"M{code} hello", f"m:{code.lower()} hello", f"M {code}\nhello", f"M\n{code} hello"):
        await asha.says(words)
        assert asha.heard() == [f"{code}: sent to the person."], words
        assert amina.heard() == ["From your helper:\nhello"], words
    await asha.says(f"REACHED{code}")
    assert asha.heard() == [f"{code}: noted, you have reached them. Thank you."]
    await asha.says("M9ZZZ your hearing is at nine")
    assert asha.heard() == ["9ZZZ is not open for you. LIST shows what is."]
    assert amina.heard() == []


async def test_no_answer_in_two_words_is_not_sent_to_the_person(line: Line) -> None:
    amina, asha = await helped(line)
    code = await line.code(amina, "mto")

    await asha.says(f"No answer {code}")
    assert any("Please try again before" in said for said in asha.heard())
    assert "From your helper" not in "".join(amina.heard())
    await asha.says("no answer is needed today")
    assert amina.heard() == ["From your helper:\nno answer is needed today"]


async def test_a_mistyped_code_sends_nothing_to_anyone(line: Line) -> None:
    amina, asha = await helped(line)

    await asha.says("M 9ZZZ your hearing is at nine")

    assert asha.heard() == ["9ZZZ is not open for you. LIST shows what is."]
    assert amina.heard() == []


async def test_a_colleague_who_was_never_asked_about_closeness_neither_writes_nor_reads(line: Line) -> None:
    amina, asha = await helped(line)
    baraka = await line.joins("Baraka", "73", partner="mto")
    code = await line.code(amina, "mto")

    for order in (f"M {code} hello", f"REACHED {code}", f"NOANSWER {code}", f"BACK {code}"):
        await baraka.says(order)
        assert baraka.heard() == [f"{code} is not yours to work with now. LIST shows what is."]
    for words in ("I know who you are", "M hello", "LIST"):
        await baraka.says(words)
    baraka.heard()
    await amina.says("he lives next door")

    assert amina.heard() == ["Passed on to your helper."]
    assert asha.heard() == [f"{code}, from the person:\nhe lives next door"]
    assert baraka.heard() == []


async def test_where_the_helper_has_no_phone_any_more_coordinators_hear_not_a_colleague(line: Line) -> None:
    amina, asha = await helped(line)
    baraka = await line.joins("Baraka", "73", partner="mto")
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)
    await asha.says("STOP")

    await amina.says("he lives next door")

    assert baraka.heard() == []
    assert amina.heard() == [
        "Thank you. We keep this and show it to the helper who takes your case. 0 = change an answer."
    ]
    assert len(nia.heard()) == 1


async def test_words_before_a_yes_wait_for_the_helper(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files()
    amina.heard()

    await amina.says("the surveyor came again")

    assert amina.heard() == [
        "Thank you. We keep this and show it to the helper who takes your case. 0 = change an answer."
    ]
    assert "surveyor" not in " ".join(asha.screen)
    await asha.says("ACC")
    await asha.says("1")
    assert "the surveyor came again" in asha.heard()[-1]


@pytest.mark.parametrize(
    "words",
    [
        "Ring me on 0712 345 678",
        "my number: +254-712-345-678",
        "call ٠٧١٢٣٤٥٦٧٨",
        "076 123456 is the office",
        "write to asha@example.org",
        "see https://example.org/form",
    ],
)
async def test_numbers_addresses_and_links_are_not_passed_on(line: Line, words: str) -> None:
    amina, asha = await helped(line)

    await asha.says(words)

    assert "not sent. We do not pass on numbers" in asha.heard()[-1]
    assert amina.heard() == []
    assert EntryKind.HELPER_WROTE not in await line.happened(amina)


@pytest.mark.parametrize(
    "words", ["Court is on 12/05/2026 at 10:30", "21-11-2026 at 9.30", "bring KES 1,500", "room 214"]
)
async def test_dates_times_and_sums_are(line: Line, words: str) -> None:
    amina, asha = await helped(line)

    await asha.says(words)

    assert amina.heard() == [f"From your helper:\n{words}"]


async def test_after_half_an_hour_only_a_notice_goes_out_and_status_shows_the_words(line: Line) -> None:
    amina, asha = await helped(line)
    await line.passes(minutes=31)

    await asha.says("Bring the title deed")
    await asha.says("And your card")

    assert amina.heard() == ["There is a message for you. Send STATUS to read it."]
    assert "kept. We told the person that a message waits" in asha.heard()[0]
    await amina.says("STATUS")
    told = amina.heard()
    assert told[0].endswith("You can write to them here.")
    assert told[1] == "From your helper:\nBring the title deed\nAnd your card"
    await amina.says("STATUS")
    assert len(amina.heard()) == 1


async def test_after_a_month_words_that_wait_are_not_shown_to_whoever_writes_first(line: Line) -> None:
    amina, asha = await helped(line)
    await asha.says("REACHED")
    await line.passes(days=31)
    await asha.says("Bring the title deed")
    amina.heard()

    await amina.says("hello there friend")
    assert amina.heard() == ["Thank you."]
    await amina.says("STATUS")
    assert amina.heard()[-1] == "From your helper:\nBring the title deed"


async def test_any_words_of_theirs_show_what_waits(line: Line) -> None:
    amina, asha = await helped(line)
    await line.passes(hours=2)
    await asha.says("Bring the title deed")
    amina.heard()

    await amina.says("are you there")

    assert amina.heard() == ["Passed on to your helper.", "From your helper:\nBring the title deed"]


@pytest.mark.parametrize("contact", ["never", "call"])
async def test_who_does_not_want_texts_gets_none_and_the_helper_knows(line: Line, contact: str) -> None:
    amina, asha = await helped(line, contact=contact)

    await asha.says("Bring the title deed")

    assert amina.heard() == []
    assert "We may not text first here" in asha.heard()[-1]
    await amina.says("STATUS")
    assert amina.heard()[-1] == "From your helper:\nBring the title deed"


async def test_a_phone_that_others_read_is_never_shown_words(line: Line) -> None:
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(lane=Lane.QUIET, contact="here", issue="", name="")
    amina.heard()
    await asha.says("ACC")
    await asha.says("1")
    yours = asha.heard()[-1]
    assert "Ring this phone. Do not text." in yours
    assert "Others read this phone." in yours

    await asha.says("Can we ring you at noon?")
    assert "not sent. Others read this phone" in asha.heard()[-1]
    await line.passes(hours=10)
    assert amina.heard() == []

    await amina.says("STATUS")
    assert amina.heard() == ["Thank you. We are still on it. You can write here any time."]
    await amina.says("i am ready")
    assert amina.heard() == ["Thank you."]


async def test_words_of_danger_after_the_case_was_sent_call_a_person(line: Line) -> None:
    amina, asha = await helped(line)
    nia = await line.joins("Nia", "79", role=Role.COORDINATOR)

    await amina.says("he says he will kill me tonight")

    assert nia.heard()[-1].startswith("A person needs you now. Reply GOT ")
    assert "kill" not in " ".join(nia.screen)
    words, level = asha.heard()
    assert "kill" in words
    assert "is more urgent now: Emergency." in level
    assert amina.heard()[0].startswith("We are asking a person to look at this now.")
