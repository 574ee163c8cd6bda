"""One case: all of it to who may see it, four fields to who is only asked, nothing to anyone else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from flows.routing.casebook import Entry, EntryKind, Lane, Role
from tests.bot.casework.line import Line, Person
from tests.bot.web.visitor import Site


async def path(line: Line, person: Person) -> str:
    return f"/desk/cases/{(await line.case(person)).id}"


async def accepted(line: Line) -> tuple[Person, Person]:
    """Asha of mto has Amina's case."""
    asha = await line.joins("Asha", "71", partner="mto")
    amina = await line.files(first_words="they took my plot")
    await asha.says("ACC")
    await asha.says("1")
    return asha, amina


async def test_a_coordinator_sees_where_it_stands_and_what_was_said(site: Site) -> None:
    asha, amina = await accepted(site.line)
    await asha.says("Do you have papers?")
    await amina.says("Yes, a letter")
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        text = (await nia.opens(await path(site.line, amina))).text
    for words in (
        "Accepted",
        "to reach the person",
        "Nakuru, Kenya",
        "Land, forest or water",
        "Mto Paralegals (invented)",
        "Safe contact: Texts and calls are safe.",
        "First words they took my plot",
        "What name should the helper use? Any name is fine. SKIP to leave it out. Amina",
        "Yes: checked groups may see it, without a name",
    ):
        assert words in text


async def test_the_timeline_is_one_and_in_order(site: Site) -> None:
    asha, amina = await accepted(site.line)
    await asha.says("Do you have papers?")
    await amina.says("Yes, a letter")
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        text = (await nia.opens(await path(site.line, amina))).text
    told = [
        "Consent",
        "The case was sent",
        "Offered Mto Paralegals",
        "Accepted Mto Paralegals",
        "We told them",
        "Do you have papers?",
        "Yes, a letter",
    ]
    timeline = text[text.index("What happened") :]
    assert [timeline.index(words) for words in told] == sorted(timeline.index(words) for words in told)


async def test_a_case_that_became_more_urgent_says_why_in_words(site: Site) -> None:
    amina = await site.line.files()
    case = await site.line.case(amina)
    more = Entry(at=case.opened_at, kind=EntryKind.CORRECTED, actor="seeker", reason="urgency:urgent:usual_urgent")
    async with site.line.store.transaction() as tx:
        await tx.cases.add_entry(case.id, more)
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        text = (await nia.opens(await path(site.line, amina))).text
    assert "Corrected · Urgent · This kind of problem is urgent as a rule. · the person" in text


async def test_what_must_be_known_before_the_first_word_stands_on_top(site: Site) -> None:
    brother = await site.line.files(
        lane=Lane.HELD, issue="", held_since="yesterday", held_state="minor", heard="missing"
    )
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        seen = await nia.opens(await path(site.line, brother))
    for words in (
        "Someone was taken and is missing.",
        "Someone was taken, and it is not known where they are.",
        "It is about a child.",
        "They may be held for up to 48 hours by now.",
    ):
        assert words in seen.text


async def test_how_they_may_be_reached_is_among_what_they_agreed_to(site: Site) -> None:
    amina = await site.line.files(contact="+254700000009")
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        seen = await nia.opens(await path(site.line, amina))
    agreed = seen.text[seen.text.index("What they agreed to") :]
    assert "Ring the other number. Do not text this one." in agreed
    assert "other_number" not in seen.text


async def test_calls_before_the_case_are_in_its_timeline(site: Site) -> None:
    nia = await site.line.joins("Nia", "79", role=Role.COORDINATOR)
    person = site.line.person("+254700000001")
    for words in ("HELP", "1"):
        await person.says(words)
    await nia.says(f"GOT {nia.heard()[-1].split()[-1].rstrip('.')}")
    for words in ("1", "2", "Nakuru", "1"):
        await person.says(words)
    async with site.visitor(await site.line.member("Nia")) as visitor:
        text = (await visitor.opens(await path(site.line, person))).text
    timeline = text[text.index("What happened") :]
    told = (
        "A person was called · someone may be in danger",
        "The call was taken · someone may be in danger · Nia",
        "Consent",
        "The case was sent",
    )
    assert [timeline.index(words) for words in told] == sorted(timeline.index(words) for words in told)


async def test_it_says_why_this_partner_and_why_none_of_the_others(site: Site) -> None:
    _, amina = await accepted(site.line)
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        text = (await nia.opens(await path(site.line, amina))).text
    panel = text[text.index("Why this group") :]
    assert "Mto Paralegals (invented) Has the case" in panel
    assert "It works in this very region." in panel
    assert "days since its last offer" not in panel.lower().partition("next, in this order")[0]
    assert re.search(r"Mji Public Office \(invented\) This is a state body", panel)
    for partner in ("Ziwa Land Watch", "Taa Desk"):
        assert partner in panel


async def test_a_place_nobody_confirmed_is_marked(site: Site) -> None:
    amina = await site.line.files()
    case = await site.line.case(amina)
    unsure = replace(case, facts={**case.facts, "region_sure": "no"}, answers={**case.answers, "place": "Nakru"})
    await site.line.store.run(lambda tx: tx.cases.save(unsure))
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        assert "not confirmed Nakru" in (await nia.opens(f"/desk/cases/{case.id}")).text


async def test_who_is_only_asked_sees_four_fields(site: Site) -> None:
    await site.line.joins("Asha", "71", partner="mto")
    amina = await site.line.files(first_words="they took my plot")
    case = await site.line.case(amina)
    async with site.visitor(await site.line.member("Asha")) as asha:
        page = await asha.opens(f"/desk/cases/{case.id}")
    assert page.status == 200
    assert (await site.line.code(amina, "mto")) in page.text
    for words in ("Land, forest or water", "Nakuru, Kenya", "English", "Soon"):
        assert words in page.text
    for secret in ("Amina", "they took my plot", case.receipt[:4], "Texts and calls", "What happened", "Why this"):
        assert secret not in page.html


async def test_the_partner_that_has_it_sees_it_whole_but_not_how_others_were_weighed(site: Site) -> None:
    _, amina = await accepted(site.line)
    async with site.visitor(await site.line.member("Asha")) as asha:
        text = (await asha.opens(await path(site.line, amina))).text
    assert "they took my plot" in text
    assert "Ziwa" not in text
    assert "Send a notice" in text
    assert "Offer to a group" not in text


@pytest.mark.parametrize(("role", "partner"), [(Role.PARALEGAL, "ziwa"), (Role.PARALEGAL, ""), (Role.TRANSLATOR, "")])
@pytest.mark.parametrize("piece", ["", "/piece", "/notice", "/close"])
async def test_a_case_of_others_looks_like_one_that_is_not_there(
    site: Site, role: Role, partner: str, piece: str
) -> None:
    _, amina = await accepted(site.line)
    async with site.visitor(await site.member("Else", role, partner)) as visitor:
        foreign = await visitor.opens(await path(site.line, amina) + piece)
        absent = await visitor.opens(f"/desk/cases/none{piece}")
    assert foreign.status == absent.status == 404
    assert foreign.text == absent.text


async def test_words_are_shown_as_words(site: Site) -> None:
    """Whatever way they came in."""
    amina = await site.line.files()
    case = await site.line.case(amina)
    words = "<script>alert(1)</script> & \u202egnp.exe\u200b"
    entry = Entry(at=case.opened_at, kind=EntryKind.SEEKER_WROTE, actor="seeker", words=words)
    await site.line.store.run(lambda tx: tx.cases.add_entry(case.id, entry))
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        html = (await nia.opens(await path(site.line, amina))).html
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; " in html
    assert '<span class="hidden-sign">U+202E</span>gnp.exe<span class="hidden-sign">U+200B</span>' in html
    assert "\u202e" not in html


async def test_the_piece_is_the_changing_part_of_the_page(site: Site) -> None:
    _, amina = await accepted(site.line)
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        whole = (await nia.opens(await path(site.line, amina))).html
        piece = (await nia.opens(await path(site.line, amina) + "/piece")).html
    assert piece.strip() in whole
    assert "<html" not in piece


async def test_an_erased_case_is_gone(site: Site) -> None:
    _, amina = await accepted(site.line)
    where = await path(site.line, amina)
    await amina.says("DELETE")
    await amina.says("1")
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        assert (await nia.opens(where)).status == 404
        assert "Nobody is waiting" in (await nia.opens("/desk/queue")).text
