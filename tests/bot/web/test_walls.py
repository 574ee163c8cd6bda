"""What every answer carries, what other sites may not do, and what a person sees when something cannot be done."""

from __future__ import annotations

import re

import pytest

from flows.routing.casebook import Role
from storage.errors import StoreUnreachable
from tests.bot.casework.line import TELEGRAM
from tests.bot.web.visitor import Answer, Site, Visitor

ANYONE = ("/", "/desk", "/desk/sign-in", "/desk/sign-in/none", "/healthz", "/readyz", "/static/house.css", "/nowhere")
MEMBERS = ("/desk/queue", "/desk/queue/piece", "/desk/calls", "/desk/cases/none")
ACTS = ("", "/piece", "/take", "/offer", "/correct", "/notice", "/close")


async def every_page(site: Site, visitor: Visitor) -> dict[str, Answer]:
    case = await site.line.case(await site.line.files("+254700000009", region=""))
    paths = (*ANYONE, *MEMBERS, *(f"/desk/cases/{case.id}{act}" for act in ACTS))
    return {path: await visitor.opens(path) for path in paths}


async def test_every_answer_carries_the_policy(site: Site) -> None:
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        pages = await every_page(site, nia)
        pages["refused"] = await nia.sends("/desk/sign-out", Sec_Fetch_Site="cross-site")
        pages["hook"] = await nia.sends("/hooks/probe")
    assert {200, 303, 403, 404} <= {page.status for page in pages.values()}
    for path, page in pages.items():
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy
        for part in ("script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
            assert part in policy
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"


async def test_nothing_is_kept_by_the_browser_but_the_houses_own_files(site: Site) -> None:
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        for path, page in (await every_page(site, nia)).items():
            kept = page.headers["Cache-Control"]
            assert kept == "no-cache" if path.startswith("/static/") else kept == "no-store", path


async def test_no_page_holds_code_or_style(site: Site) -> None:
    """A policy that forbids them is only kept if there are none."""
    await site.line.joins("Asha", "71", partner="mto")
    await site.line.files("77", TELEGRAM)
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        pages = await every_page(site, nia)
    assert any("<script" in page.html for page in pages.values())
    for path, page in pages.items():
        if path.startswith("/static/"):
            continue
        assert not re.search(r"<script(?![^>]*\ssrc=)", page.html), path
        assert "<style" not in page.html
        assert not re.search(r"\s(style|on\w+|hx-on[^=]*)\s*=", page.html), path
        assert "javascript:" not in page.html
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page.html), path


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "", "Origin": "https://evil.example"},
        {"Sec_Fetch_Site": "", "Origin": "null"},
        {"Sec_Fetch_Site": ""},
    ],
)
async def test_another_sites_page_can_do_nothing_here(site: Site, headers: dict[str, str]) -> None:
    case = await site.line.case(await site.line.files())
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        for path in (f"/desk/cases/{case.id}/close", "/desk/sign-out", "/language", "/desk/sign-in/none"):
            refused = await nia.sends(path, {"reason": "other"}, **headers)
            assert refused.status == 403
            assert "That came from somewhere else" in refused.text
        assert (await nia.opens("/desk/queue")).status == 200
    assert (await site.line.case(site.line.person("+254700000001"))).closed_reason == ""


async def test_our_own_pages_may(site: Site) -> None:
    async with site.visitor() as visitor:
        own = visitor.at("").rstrip("/")
        assert (await visitor.sends("/language", {"language": "ar"}, Sec_Fetch_Site="", Origin=own)).status == 303
        assert (await visitor.sends("/language", {"language": "ar"}, Sec_Fetch_Site="none")).status == 303


async def test_a_providers_hook_comes_from_no_page(site: Site) -> None:
    async with site.visitor() as provider:
        assert (await provider.sends("/hooks/probe", Sec_Fetch_Site="")).text == "taken"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
async def test_choosing_a_language_leads_nowhere_else(site: Site, back: str) -> None:
    async with site.visitor() as visitor:
        assert (await visitor.sends("/language", {"language": "ar", "back": back})).leads_to == "/"
        kept = await visitor.sends("/language", {"language": "ar", "back": "/desk/queue?tab=mine"})
        assert kept.leads_to == "/desk/queue?tab=mine"
        assert (await visitor.sends("/language", {"language": "xx", "back": back})).status == 400


async def test_what_is_not_there_is_said_calmly(site: Site) -> None:
    async with site.visitor() as visitor:
        page = await visitor.opens("/nowhere")
        assert page.status == 404
        assert "This page is not here" in page.text
        assert (await visitor.sends("/desk/queue")).status == 405
        assert (await visitor.sends("/language", {"language": "x" * 200_000})).status == 413
        await visitor.speaks("ar")
        assert "هذه الصفحة ليست هنا" in (await visitor.opens("/nowhere")).text


async def test_a_fault_of_ours_shows_no_trace(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("the secret +254700000001")

    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        monkeypatch.setattr("bot.web.desk.queue.read_queue", breaks)
        page = await nia.opens("/desk/queue")
    assert page.status == 500
    assert "It is not your fault." in page.text
    assert "+2547" not in page.html
    assert "RuntimeError" not in page.html


async def test_a_database_that_is_away_is_said_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreUnreachable("away")

    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        monkeypatch.setattr("bot.web.desk.queue.read_queue", away)
        page = await nia.opens("/desk/queue")
    assert page.status == 503
    assert "Nothing was lost" in page.text


async def test_nothing_said_is_logged(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    amina = await site.line.files(first_words="sentinelword", name="Sentinelname")
    case = await site.line.case(amina)
    async with site.visitor(await site.member("Nia", Role.COORDINATOR)) as nia:
        await nia.opens(f"/desk/cases/{case.id}")
        await nia.opens("/desk/queue?region=sentinelquery")
        await nia.sends(f"/desk/cases/{case.id}/offer", {"partner": "mji", "reason": "sentinelreason"})
        await nia.opens("/desk/sign-in/sentineltoken")
    said = "".join(capsys.readouterr())
    assert "entinel" not in said
    assert case.receipt not in said
