"""The queue: who sees what, in which order, narrowed by the URL, in words."""

from __future__ import annotations

import re
from datetime import timedelta

from flows.routing.casebook import Lane, Role
from tests.bot.casework.line import TELEGRAM
from tests.bot.web.visitor import Answer, Site, text_of


def rows(page: Answer) -> list[str]:
    """Each row's text, in order."""
    return [text_of(row) for row in re.findall(r'<tr role="row" id.*?</tr>', page.html, re.DOTALL)]


def counts(page: Answer) -> dict[str, int]:
    found = re.findall(r'id="tab-(\w+)".*?<span class="count[^"]*">(\d+)</span>', page.html, re.DOTALL)
    return {name: int(count) for name, count in found}


async def test_nobody_is_waiting(site: Site) -> None:
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        page = await nia.opens("/desk/queue")
        assert "Nobody is waiting" in page.text
        assert set(counts(page).values()) == {0}


async def test_those_with_least_time_left_come_first(site: Site) -> None:
    await site.line.joins("Asha", "71", partner="mto")
    await site.line.files("+254700000001")
    await site.line.files("+254700000002", lane=Lane.DANGER, issue="violence_abuse")
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        first, second = rows(await nia.opens("/desk/queue"))
        assert "15 minutes left to answer the offer" in first
        assert "Emergency" in first
        assert "Violence or abuse" in first
        assert "Nakuru, Kenya" in second
        assert "Soon" in second
        assert "Offered" in second


async def test_time_that_is_over_is_said_so(site: Site) -> None:
    await site.line.files()
    site.line.clock.advance(timedelta(days=9))
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        assert " late " in rows(await nia.opens("/desk/queue"))[0]


async def test_tabs_count_what_they_show(site: Site) -> None:
    nia = await site.member("Nia", Role.COORDINATOR)
    mine = await site.line.case(await site.line.files("+254700000001"))
    await site.line.files("+254700000002", lane=Lane.DANGER, issue="violence_abuse")
    await site.line.files("+254700000003", region="SL-E")
    await site.line.store.run(lambda tx: site.line.casework.take(tx, mine.id, nia))
    async with site.visitor(nia) as visitor:
        page = await visitor.opens("/desk/queue")
        assert counts(page) == {"all": 3, "mine": 1, "urgent": 1, "offered": 2, "no_partner": 1, "calls": 0}
        for tab, count in counts(page).items():
            if tab != "calls":
                assert len(rows(await visitor.opens(f"/desk/queue?tab={tab}"))) == count
        assert "Eastern Province, Sierra Leone" in rows(await visitor.opens("/desk/queue?tab=no_partner"))[0]


async def test_a_paralegals_own_are_those_they_said_yes_to(site: Site) -> None:
    asha = await site.line.joins("Asha", "71", partner="mto")
    await site.line.joins("Baraka", "72", partner="mto")
    await site.line.files()
    await asha.says("ACC")
    await asha.says("1")
    for name, count in (("Asha", 1), ("Baraka", 0)):
        async with site.visitor(await site.line.member(name)) as visitor:
            page = await visitor.opens("/desk/queue")
            assert (counts(page)["all"], counts(page)["mine"]) == (1, count)


async def test_filters_are_in_the_address_and_tabs_keep_them(site: Site) -> None:
    await site.line.files("+254700000001")
    await site.line.files("+254700000002", lane=Lane.DANGER, issue="violence_abuse")
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        page = await nia.opens("/desk/queue?issue=land_environment&region=KE-31&language=en&urgency=soon")
        assert len(rows(page)) == 1
        assert "/desk/queue?tab=urgent&amp;language=en&amp;region=KE-31&amp;issue=land_environment" in page.html
        assert 'value="land_environment" selected' in page.html
        assert "No case here" in (await nia.opens("/desk/queue?issue=work")).text


async def test_an_address_nobody_made_shows_the_queue(site: Site) -> None:
    await site.line.files()
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        page = await nia.opens("/desk/queue?tab=%3Cscript%3E&tab=x&region=%22%3E%3Cb%3E&color=red")
        assert page.status == 200
        assert "<b>" not in page.html.replace("<b>Safe", "")
        assert counts(page)["all"] == 0


async def test_a_paralegal_sees_an_offer_without_who_it_is(site: Site) -> None:
    await site.line.joins("Asha", "71", partner="mto")
    case = await site.line.case(await site.line.files(region="KE-31"))
    async with site.visitor(await site.line.member("Asha")) as asha:
        page = await asha.opens("/desk/queue")
        assert len(rows(page)) == 1
        assert "New offer" in page.text
        assert case.receipt[:4] not in page.html
        assert "Amina" not in page.html
        assert "On call" not in page.text


async def test_a_paralegal_sees_no_case_of_another_partner(site: Site) -> None:
    await site.line.joins("Asha", "71", partner="mto")
    await site.line.files()
    async with site.visitor(await site.member("Kamau", Role.PARALEGAL, "ziwa")) as kamau:
        assert rows(await kamau.opens("/desk/queue")) == []


async def test_a_translator_sees_no_case_at_all(site: Site) -> None:
    await site.line.files()
    async with site.visitor(await site.member("Tea", Role.TRANSLATOR)) as tea:
        page = await tea.opens("/desk/queue")
        assert rows(page) == []
        assert "Cases are not shown to translators" in page.text


async def test_it_says_when_nobody_is_on_call(site: Site) -> None:
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as visitor:
        assert "Nobody is on call" in (await visitor.opens("/desk/queue")).text
        await site.line.joins("Nia", "79", role=Role.COORDINATOR)
        assert "Nobody is on call" not in (await visitor.opens("/desk/queue")).text


async def test_in_arabic_it_reads_right_to_left(site: Site) -> None:
    await site.line.files()
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        await nia.speaks("ar")
        page = await nia.opens("/desk/queue")
        assert '<html lang="ar" dir="rtl">' in page.html
        assert "bootstrap.rtl.min.css" in page.html
        assert "القائمة" in page.text
        assert "Queue" not in page.text


async def test_the_browsers_language_is_taken_until_one_is_chosen(site: Site) -> None:
    async with site.visitor() as visitor:
        assert 'lang="ar"' in (await visitor.opens("/desk/sign-in", Accept_Language="fr, ar-TN;q=0.8, en;q=0.5")).html
        assert 'lang="en"' in (await visitor.opens("/desk/sign-in", Accept_Language="fr")).html
        await visitor.speaks("en")
        assert '<html lang="en"' in (await visitor.opens("/desk/sign-in", Accept_Language="ar")).html


async def test_the_piece_is_the_changing_part_of_the_page(site: Site) -> None:
    await site.line.files("77", TELEGRAM)
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        whole = (await nia.opens("/desk/queue?tab=offered")).html
        piece = (await nia.opens("/desk/queue/piece?tab=offered")).html
        assert piece.strip() in whole
        assert "<html" not in piece
        assert 'hx-get="/desk/queue/piece?tab=offered"' in whole
