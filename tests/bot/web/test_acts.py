"""What is done with a case at the desk: asked once more, done, or refused in plain words on the same page."""

from __future__ import annotations

import pytest

from flows.routing.casebook import CaseState, EntryKind, Role
from tests.bot.casework.line import Line, Person
from tests.bot.web.visitor import Site, Visitor


async def path(line: Line, person: Person) -> str:
    return f"/desk/cases/{(await line.case(person)).id}"


async def test_each_act_asks_before_it_does(site: Site) -> None:
    amina = await site.line.files()
    before = await site.line.happened(amina)
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as lena:
        for act in ("take", "offer", "correct", "notice", "close"):
            asked = await lena.opens(f"{await path(site.line, amina)}/{act}")
            assert asked.status == 200
            assert "Leave it as it is" in asked.text
        assert (await lena.opens(f"{await path(site.line, amina)}/burn")).status == 404
    assert await site.line.happened(amina) == before


async def test_taking_it(site: Site) -> None:
    amina = await site.line.files()
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as lena:
        where = await path(site.line, amina)
        answer = await lena.sends(f"{where}/take")
        assert (answer.status, answer.leads_to) == (303, f"{where}?done=take")
        page = await lena.opens(answer.leads_to)
        assert "You look after this case now." in page.text
        assert "Looked after by Lena" in page.text
        assert f'href="{where}/take"' not in page.html


async def test_offering_it_to_a_named_partner(site: Site) -> None:
    kamau = await site.line.joins("Kamau", "72", partner="ziwa")
    amina = await site.line.files()
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as lena:
        where = await path(site.line, amina)
        form = await lena.opens(f"{where}/offer")
        assert form.html.index("Ziwa Land Watch") < form.html.index("Mji Public Office")
        answer = await lena.sends(f"{where}/offer", {"partner": "ziwa", "reason": "knows the place"})
        assert answer.leads_to == f"{where}?done=offer"
        await site.line.deliver()
        assert "New case" in kamau.heard()[-1]
        assert "knows the place" in (await lena.opens(where)).text


async def refusal(visitor: Visitor, where: str, form: dict[str, str]) -> str:
    answer = await visitor.sends(where, form)
    assert answer.status == 422
    assert 'role="alert" id="refused"' in answer.html
    start = answer.html.index('id="refused"')
    return answer.html[answer.html.index(">", start) + 1 : answer.html.index("</p>", start)]


async def test_an_offer_that_a_rule_forbids_is_refused_where_it_was_asked(site: Site) -> None:
    amina = await site.line.files()
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as lena:
        where = f"{await path(site.line, amina)}/offer"
        refused = await refusal(lena, where, {"partner": "mji", "reason": "they <b>are</b> big"})
        assert refused == "This is a state body. The person has not said yes to that."
        again = await lena.sends(where, {"partner": "mji", "reason": "they <b>are</b> big"})
        assert "they &lt;b&gt;are&lt;/b&gt; big</textarea>" in again.html
        assert '<option value="mji" selected>' in again.html
        assert "reason" in await refusal(lena, where, {"partner": "ziwa", "reason": " "})
        assert await refusal(lena, where, {"partner": "nobody", "reason": "x"})
    assert (await site.line.referrals(amina)).keys() == {"mto"}


async def test_correcting_what_was_wrong(site: Site) -> None:
    amina = await site.line.files()
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as lena:
        where = await path(site.line, amina)
        assert "Eastern Province" in (await lena.opens(f"{where}/correct")).text
        told = {"region": "KE-30", "issue": "violence_abuse", "urgency": "urgent", "reason": "she rang"}
        assert (await lena.sends(f"{where}/correct", told)).leads_to == f"{where}?done=correct"
        case = await site.line.case(amina)
        assert (case.region, case.issue, case.urgency) == ("KE-30", "violence_abuse", "urgent")
        text = (await lena.opens(where)).text
        assert "Corrected · region · Nairobi, Kenya" in text
        assert "Corrected · Urgent · Lena she rang" in text


async def test_a_lower_urgency_needs_a_reason(site: Site) -> None:
    amina = await site.line.files()
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as lena:
        where = f"{await path(site.line, amina)}/correct"
        assert "reason" in await refusal(lena, where, {"urgency": "routine"})
        assert await refusal(lena, where, {"urgency": "whenever"})
    assert (await site.line.case(amina)).urgency == "soon"


async def test_a_notice_is_shown_exactly_as_it_will_be_read(site: Site) -> None:
    amina = await site.line.files()
    amina.heard()
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as lena:
        where = await path(site.line, amina)
        form = await lena.opens(f"{where}/notice")
        await lena.sends(f"{where}/notice", {"notice": "notice_looking"})
        await site.line.deliver()
        (heard,) = amina.heard()
        assert heard in form.text
        assert "GSM-7 ·" in form.text
        assert "1 part" in form.text


async def test_a_notice_never_goes_where_texts_are_not_safe(site: Site) -> None:
    amina = await site.line.files(contact="never")
    amina.heard()
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as lena:
        where = f"{await path(site.line, amina)}/notice"
        assert await refusal(lena, where, {"notice": "notice_looking"})
        assert await refusal(lena, where, {"notice": "notice_burn"})
    assert amina.heard() == []


async def test_closing_with_a_reason(site: Site) -> None:
    amina = await site.line.files()
    async with site.visitor(await site.member("Lena", Role.COORDINATOR)) as lena:
        where = await path(site.line, amina)
        assert await refusal(lena, f"{where}/close", {})
        assert (await lena.sends(f"{where}/close", {"reason": "service_given"})).leads_to == f"{where}?done=close"
        page = await lena.opens(where)
        assert "Closed" in page.text
        assert "They were helped" in page.text
        assert 'class="acts"' not in page.html
        assert await refusal(lena, f"{where}/notice", {"notice": "notice_news"})
    assert (await site.line.case(amina)).state is CaseState.CLOSED


@pytest.mark.parametrize("act", ["take", "offer", "correct"])
async def test_only_coordinators_steer_a_case(site: Site, act: str) -> None:
    asha = await site.line.joins("Asha", "71", partner="mto")
    amina = await site.line.files()
    await asha.says("ACC")
    await asha.says("1")
    async with site.visitor(await site.line.member("Asha")) as visitor:
        where = f"{await path(site.line, amina)}/{act}"
        assert await refusal(visitor, where, {"partner": "ziwa", "reason": "x", "urgency": "emergency"})
    assert EntryKind.TAKEN not in await site.line.happened(amina)


@pytest.mark.parametrize("act", ["take", "offer", "correct", "notice", "close"])
async def test_who_may_not_see_a_case_can_do_nothing_with_it(site: Site, act: str) -> None:
    await site.line.joins("Asha", "71", partner="mto")
    amina = await site.line.files()
    before = await site.line.happened(amina)
    form = {"partner": "mto", "reason": "service_given", "notice": "notice_news", "urgency": "emergency"}
    for name, role, partner in (("Kamau", Role.PARALEGAL, "ziwa"), ("Tea", Role.TRANSLATOR, "")):
        async with site.visitor(await site.member(name, role, partner)) as visitor:
            assert (await visitor.sends(f"{await path(site.line, amina)}/{act}", form)).status == 404
    async with site.visitor(await site.line.member("Asha")) as asked:
        assert (await asked.sends(f"{await path(site.line, amina)}/{act}", form)).status == 404
    async with site.visitor() as stranger:
        away = await stranger.sends(f"{await path(site.line, amina)}/{act}", form)
        assert away.leads_to == "/desk/sign-in"
    assert await site.line.happened(amina) == before
