"""Calls for a person at the desk: what is safe to know, and `I have it`."""

from __future__ import annotations

import re

from flows.routing.casebook import Lane, Role
from tests.bot.web.visitor import Answer, Site


def first_call(page: Answer) -> str:
    found = re.search(r'action="(/desk/calls/[^"]+/got)"', page.html)
    assert found
    return found[1]


async def test_a_call_shows_only_what_is_safe_to_know(site: Site) -> None:
    nia = await site.line.joins("Nia", "79", role=Role.COORDINATOR)
    person = site.line.person("+254700000001")
    await person.says("HELP")
    await person.says("1")
    assert nia.heard()
    async with site.visitor(await site.line.member("Nia")) as visitor:
        page = await visitor.opens("/desk/calls")
    assert "someone may be in danger" in page.text
    assert "DO NOT CONTACT" in page.text
    assert "They are still answering" in page.text
    assert "+2547" not in page.html
    assert "HELP" not in page.html


async def test_whoever_has_it_is_the_only_one(site: Site) -> None:
    nia = await site.line.joins("Nia", "79", role=Role.COORDINATOR)
    dev = await site.line.joins("Dev", "80", role=Role.COORDINATOR)
    person = site.line.person("+254700000001")
    await person.says("HELP")
    await person.says("1")
    async with (
        site.visitor(await site.line.member("Nia")) as first,
        site.visitor(await site.line.member("Dev")) as second,
    ):
        assert "Calls for a person now: 1" in (await first.opens("/desk/queue")).text
        got = first_call(await first.opens("/desk/calls"))
        assert (await first.sends(got)).leads_to == "/desk/calls?done=got"
        late = await second.sends(got)
        assert late.status == 422
        assert "Someone else has this call already." in late.text
        assert "No call is open" in late.text
    nia.heard()
    dev.heard()
    await site.line.passes(minutes=30)
    assert not any("GOT" in text for text in (*nia.heard(), *dev.heard()))


async def test_a_call_leads_to_its_case(site: Site) -> None:
    await site.line.joins("Nia", "79", role=Role.COORDINATOR)
    amina = await site.line.files(lane=Lane.DANGER, issue="violence_abuse")
    await amina.says("PERSON")
    case = await site.line.case(amina)
    async with site.visitor(await site.line.member("Nia")) as visitor:
        assert f'href="/desk/cases/{case.id}"' in (await visitor.opens("/desk/calls")).html


async def test_calls_are_not_shown_to_paralegals_and_translators(site: Site) -> None:
    await site.line.joins("Nia", "79", role=Role.COORDINATOR)
    person = site.line.person("+254700000001")
    await person.says("HELP")
    await person.says("1")
    async with site.visitor(await site.line.member("Nia")) as nia:
        got = first_call(await nia.opens("/desk/calls"))
    for name, role, partner in (("Asha", Role.PARALEGAL, "mto"), ("Tea", Role.TRANSLATOR, "")):
        async with site.visitor(await site.member(name, role, partner)) as visitor:
            assert (await visitor.opens("/desk/calls")).status == 404
            assert (await visitor.opens("/desk/calls/piece")).status == 404
            assert (await visitor.sends(got)).status == 404


async def test_no_call_is_open(site: Site) -> None:
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as visitor:
        assert "No call is open" in (await visitor.opens("/desk/calls")).text
        assert (await visitor.sends("/desk/calls/none/got")).status == 404


async def test_it_shows_who_is_called_first_and_who_can_not_be_counted_on(site: Site) -> None:
    await site.line.joins("Nia", "79", role=Role.COORDINATOR)
    await site.line.joins("Dev", "78", role=Role.COORDINATOR, tested=False)
    async with site.visitor(await site.line.member("Nia")) as nia:
        page = await nia.opens("/desk/calls")
        assert "Nia : on duty now, called first. Last answered a call or test" in page.text
        assert "Dev : on duty now, called next. Has not answered a test page: can not be counted on." in page.text
        assert "Juma : Last resort. No phone is linked." in page.text


async def test_every_page_of_the_desk_says_when_nobody_is_on_call(site: Site) -> None:
    case = await site.line.case(await site.line.files())
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as lena:
        pages = ("/desk/queue", "/desk/calls", f"/desk/cases/{case.id}", f"/desk/cases/{case.id}/close")
        for path in pages:
            assert (await lena.opens(path)).text.count("Nobody is on call") == 1, path
        await site.line.joins("Nia", "79", role=Role.COORDINATOR)
        for path in pages:
            assert "Nobody is on call" not in (await lena.opens(path)).text, path
