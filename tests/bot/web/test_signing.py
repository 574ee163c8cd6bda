"""Signing in by a link that works once, staying signed in, and being signed out."""

from __future__ import annotations

from datetime import timedelta

from flows.routing.casebook import Role
from tests.bot.casework.line import Line
from tests.bot.web.visitor import Site, open_site


async def link(site: Site) -> str:
    member = await site.member("Nia", Role.COORDINATOR)
    async with site.line.store.transaction() as tx:
        return f"/desk/sign-in/{await tx.members.sign_in_token(member.id)}"


async def test_opening_a_link_only_shows_a_button(site: Site) -> None:
    """A messenger opens links by itself to show a preview."""
    path = await link(site)
    async with site.visitor() as visitor:
        for _ in range(3):
            page = await visitor.opens(path)
            assert page.status == 200
            assert "Sign in to the desk" in page.text
            assert "Set-Cookie" not in page.headers
        assert (await visitor.sends(path)).leads_to == "/desk/queue"
        assert (await visitor.opens("/desk/queue")).status == 200


async def test_the_cookie_is_kept_from_scripts_and_other_sites(site: Site) -> None:
    async with site.visitor() as visitor:
        cookie = (await visitor.sends(await link(site))).headers["Set-Cookie"]
        assert cookie.startswith("desk=")
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Max-Age" not in cookie


async def test_over_https_the_cookie_is_bound_to_this_very_host(line: Line) -> None:
    async with open_site(line, secure=True) as site, site.visitor() as visitor:
        cookie = (await visitor.sends(await link(site))).headers["Set-Cookie"]
        assert cookie.startswith("__Host-desk=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


async def test_a_link_works_once(site: Site) -> None:
    path = await link(site)
    async with site.visitor() as first, site.visitor() as second:
        await first.sends(path)
        again = await second.sends(path)
        assert again.status == 410
        assert "This link no longer works" in again.text
        assert "Ask your coordinator" in again.text
        assert (await second.opens("/desk/queue")).leads_to == "/desk/sign-in"


async def test_a_link_works_for_ten_minutes(site: Site) -> None:
    path = await link(site)
    site.line.clock.advance(timedelta(minutes=10))
    async with site.visitor() as visitor:
        assert (await visitor.sends(path)).status == 410


async def test_signing_out_ends_the_session_itself(site: Site) -> None:
    async with site.visitor() as visitor, site.visitor() as thief:
        stolen = (await visitor.sends(await link(site))).headers["Set-Cookie"].split(";")[0]
        assert (await thief.opens("/desk/queue", Cookie=stolen)).status == 200
        assert (await visitor.sends("/desk/sign-out")).leads_to == "/desk/sign-in"
        assert (await visitor.opens("/desk/queue")).leads_to == "/desk/sign-in"
        assert (await thief.opens("/desk/queue", Cookie=stolen)).leads_to == "/desk/sign-in"


async def test_half_an_hour_away_signs_out(site: Site) -> None:
    async with site.visitor() as visitor:
        await visitor.sends(await link(site))
        for _ in range(3):
            site.line.clock.advance(timedelta(minutes=29))
            assert (await visitor.opens("/desk/queue")).status == 200
        site.line.clock.advance(timedelta(minutes=30))
        assert (await visitor.opens("/desk/queue")).leads_to == "/desk/sign-in"


async def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(site: Site) -> None:
    async with site.visitor() as visitor:
        await visitor.sends(await link(site))
        site.line.clock.advance(timedelta(minutes=20))
        assert (await visitor.opens("/desk/queue/piece", HX_Request="true")).status == 200
        site.line.clock.advance(timedelta(minutes=20))
        away = await visitor.opens("/desk/queue/piece", HX_Request="true")
        assert away.status == 401
        assert away.headers["HX-Redirect"] == "/desk/sign-in"


async def test_eight_hours_are_the_longest(site: Site) -> None:
    async with site.visitor() as visitor:
        await visitor.sends(await link(site))
        for _ in range(23):
            site.line.clock.advance(timedelta(minutes=20))
            assert (await visitor.opens("/desk/queue")).status == 200
        site.line.clock.advance(timedelta(minutes=20))
        assert (await visitor.opens("/desk/queue")).leads_to == "/desk/sign-in"


async def test_who_is_suspended_is_out_at_once(site: Site) -> None:
    member = await site.member("Nia", Role.COORDINATOR)
    async with site.visitor(member) as visitor:
        assert (await visitor.opens("/desk/queue")).status == 200
        async with site.line.store.transaction() as tx:
            await tx.members.suspend(member.id)
        assert (await visitor.opens("/desk/queue")).leads_to == "/desk/sign-in"


async def test_signing_in_is_written_down(site: Site) -> None:
    member = await site.member("Nia", Role.COORDINATOR)
    async with site.visitor(member):
        async with site.line.store.reading() as tx:
            acts = await tx.audit.list()
        assert ("signed_in", member.id) in [(act.action, act.actor) for act in acts]
