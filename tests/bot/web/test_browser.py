"""The pages in a real browser, on the real program: the stories play by themselves, the queue is live, nothing is
loaded from elsewhere, nothing is wider than the screen."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from bot.app import open_demo
from bot.settings import Settings
from flows.routing.casebook import Member, Role
from tests.bot.web.test_demo import free_port
from tests.bot.web.visitor import Site

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDE, NARROW = (1440, 900), (390, 844)
QUICK = "document.body.dataset.pace = '0.05'"
PATIENCE = 90_000
STORY = 90_000


def chromium_path() -> str:
    found = os.environ.get("BARAZA_TEST_BROWSER") or next(filter(None, map(shutil.which, NAMES)), "")
    assert found, "no Chromium: run `make browser`, or set BARAZA_TEST_BROWSER"
    return found


@dataclass(slots=True, kw_only=True)
class Demo:
    base: str
    chromium: Browser
    faults: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def page(self, size: tuple[int, int] = WIDE, language: str = "en") -> AsyncIterator[Page]:
        """Whatever goes wrong in it is kept in `faults`: errors, refused code, requests to elsewhere."""
        context = await self.chromium.new_context(viewport={"width": size[0], "height": size[1]})
        await context.add_cookies([{"name": "language", "value": language, "url": self.base}])
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self._watched(request.url))
        yield page
        await context.close()

    def _watched(self, url: str) -> None:
        if not url.startswith((f"{self.base}/", "data:")):
            self.faults.append(url)

    @asynccontextmanager
    async def stage(self, size: tuple[int, int] = WIDE, language: str = "en") -> AsyncIterator[Page]:
        """The demo's page, started over in that language."""
        async with self.page(size, language) as page:
            await page.goto(f"{self.base}/demo")
            await expect(page.locator("body[data-ready]")).to_be_attached()
            if language != "en":
                answer = await page.request.post(f"{self.base}/demo/reset", data={"language": language}, headers=OWN)
                assert answer.status == 204
                await page.reload()
                await expect(page.locator("body[data-ready]")).to_be_attached()
            yield page


OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def demo(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Demo]:
    monkeypatch.setenv("BARAZA_LISTEN", f"127.0.0.1:{free_port()}")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with open_demo(Settings()) as base, async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=chromium_path(), args=sandbox)
        opened = Demo(base=base, chromium=chromium)
        yield opened
        await chromium.close()
    assert opened.faults == []


async def plays(page: Page, story: str) -> None:
    """To its end; a story that gets no reply says so and fails here."""
    await page.click(f"[data-story={story}]")
    await expect(page.locator("#stop")).to_be_visible()
    await expect(page.locator("#play")).to_be_visible(timeout=STORY)
    assert await page.evaluate("document.body.dataset.fault ?? ''") == ""


def last_words(page: Page, pane: str) -> str:
    return f"#pane-{pane} .bubble:last-child .bubble-text"


# ---- stories


async def test_one_press_tells_the_whole_story(demo: Demo) -> None:
    async with demo.stage() as page:
        await plays(page, "land")
        rows = page.locator("#queue [data-case]")
        await expect(rows).to_have_count(2)
        assert [await row.get_attribute("data-state") for row in await rows.all()] == ["offered", "accepted"]
        await expect(page.locator("#queue")).to_contain_text("Emergency")
        await expect(page.locator("#queue")).to_contain_text("Why this group?")
        await expect(page.locator("#pane-sms .screen")).to_contain_text("From your helper:")
        assert int(await page.inner_text("#meter-sent")) > 10
        assert "GSM-7" in await page.inner_text("#meter-last")


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_a_partner_declines_and_the_next_is_asked(demo: Demo, language: str) -> None:
    async with demo.stage(language=language) as page:
        await page.evaluate(QUICK)
        await plays(page, "declines")
        await expect(page.locator("#queue [data-state=offered]")).to_have_count(1)


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_nobody_covers_this_and_it_is_said_plainly(demo: Demo, language: str) -> None:
    async with demo.stage(language=language) as page:
        await page.evaluate(QUICK)
        await plays(page, "nobody")
        await expect(page.locator("#queue [data-state=unserved]")).to_have_count(1)


async def test_in_arabic_everything_is(demo: Demo) -> None:
    async with demo.stage(language="ar") as page:
        assert await page.get_attribute("html", "dir") == "rtl"
        await page.evaluate(QUICK)
        await plays(page, "land")
        for shown in ("#pane-sms .phone", "#pane-telegram .phone", "#pane-helper .phone", "#queue"):
            words = await page.inner_text(shown)
            assert len(re.findall("[\u0600-\u06ff]", words)) > len(re.findall("[A-Za-z]", words)), shown
        assert "UCS-2" in await page.inner_text("#meter-last")


async def test_a_story_can_be_stopped_and_played_again(demo: Demo) -> None:
    async with demo.stage() as page:
        await page.click("#play")
        await expect(page.locator("#pane-sms .bubble")).not_to_have_count(0)
        await page.click("#stop")
        await expect(page.locator("#caption-text")).to_contain_text("stopped")
        await page.evaluate("delete document.body.dataset.fault")
        await page.evaluate(QUICK)
        await plays(page, "nobody")


async def test_on_a_phone_the_story_turns_to_where_something_happens(demo: Demo) -> None:
    async with demo.stage(NARROW) as page:
        await page.evaluate(QUICK)
        await expect(page.locator("#pane-sms")).to_be_visible()
        await expect(page.locator("#pane-queue")).to_be_hidden()
        await plays(page, "nobody")
        await page.click(".panes [data-pane=queue]")
        await expect(page.locator("#pane-queue")).to_be_visible()
        await expect(page.locator("#pane-sms")).to_be_hidden()


# ---- by hand


async def test_writing_on_the_phones_by_hand(demo: Demo) -> None:
    async with demo.stage() as page:
        await page.fill("#text-sms", "HELP")
        await page.press("#text-sms", "Enter")
        await expect(page.locator(last_words(page, "sms"))).to_contain_text("Is anyone in trouble right now?")
        await page.click("#pane-sms [data-digit='4']")
        assert await page.input_value("#text-sms") == "4"
        await page.click("#pane-sms form button")
        await expect(page.locator(last_words(page, "sms"))).to_contain_text("Who needs help?")

        await page.fill("#text-seeker", "hello")
        await page.press("#text-seeker", "Enter")
        await page.click("#pane-telegram .bubble-buttons >> text=Danger or hurt")
        await expect(page.locator("#pane-helper select")).to_have_value(
            str(await page.get_attribute("#helper-pick option:has-text('Coordinator Nia')", "value"))
        )
        await page.click("#pane-helper .bubble-buttons >> text=I have it")
        await expect(page.locator("#pane-helper .screen")).to_contain_text("DO NOT CONTACT")


async def test_hours_later(demo: Demo) -> None:
    async with demo.stage() as page:
        before = await page.inner_text("#clock")
        await page.click("#later")
        await expect(page.locator("#caption-text")).to_contain_text("Four hours have passed")
        await expect(page.locator("#clock")).not_to_have_text(before)


async def test_words_as_long_as_they_like_stay_inside(demo: Demo) -> None:
    async with demo.stage(NARROW) as page:
        await page.fill("#text-sms", "<b>" + "x" * 470)
        await page.press("#text-sms", "Enter")
        await expect(page.locator("#pane-sms .bubble")).to_have_count(2)
        assert await overflow(page) == 0
        await expect(page.locator("#pane-sms .bubble-out")).to_contain_text("<b>xxx")


# ---- the desk


async def test_the_queue_is_live_and_leaves_the_reader_alone(demo: Demo) -> None:
    async with demo.stage() as stage, demo.page() as desk:
        await desk.goto(f"{demo.base}/desk/queue")
        await expect(desk.locator("text=Nobody is waiting")).to_be_visible()
        await desk.focus("#filter-urgency")
        await desk.evaluate("document.getElementById('queue').dataset.same = 'yes'")
        await stage.evaluate(QUICK)
        await plays(stage, "nobody")
        await expect(desk.locator(".case-link")).to_have_count(1)
        assert await desk.evaluate("document.activeElement.id") == "filter-urgency"
        assert await desk.evaluate("document.getElementById('queue').dataset.same") == "yes"


async def test_a_case_is_taken_and_a_refusal_is_read_where_it_happens(demo: Demo) -> None:
    async with demo.stage() as stage, demo.page() as desk:
        await stage.evaluate(QUICK)
        await plays(stage, "nobody")
        await desk.goto(f"{demo.base}/desk/queue")
        await desk.click(".case-link")
        await desk.click(".acts >> text=Take")
        await desk.click("text=Yes, take it")
        await expect(desk.locator(".banner-done")).to_contain_text("You look after this case now.")
        await desk.click(".acts >> text=Correct")
        await desk.select_option("#urgency", "routine")
        demo.faults.clear()
        await desk.click("text=Save")
        await expect(desk.locator("#refused")).to_be_visible()
        assert await desk.input_value("#urgency") == "routine"
        assert all("422" in fault for fault in demo.faults)
        demo.faults.clear()


async def pages(demo: Demo, page: Page) -> Sequence[str]:
    await page.goto(f"{demo.base}/desk/queue")
    case = await page.get_attribute(".case-link >> nth=0", "href")
    acts = [f"{case}/{act}" for act in ("take", "offer", "correct", "notice", "close")]
    return ["/demo", "/desk/queue", "/desk/queue?tab=mine", str(case), *acts, "/desk/calls", "/desk/sign-in"]


async def overflow(page: Page) -> int:
    return int(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


NAMELESS = """() => {
  const labels = (one) => [...(one.labels ?? [])].map((label) => label.textContent).join("");
  return [...document.querySelectorAll("button, a, input:not([type=hidden]), select, textarea")]
    .filter((one) => one.checkVisibility())
    .filter((one) => !(one.innerText || one.getAttribute("aria-label") || labels(one)).trim())
    .map((one) => one.outerHTML);
}"""


async def test_no_page_is_wider_than_the_screen_and_everything_has_a_name(demo: Demo) -> None:
    for language in ("en", "ar"):
        async with demo.stage(language=language) as stage:
            await stage.evaluate(QUICK)
            await plays(stage, "land")
        for size in (WIDE, NARROW):
            async with demo.page(size, language) as page:
                for path in await pages(demo, page):
                    await page.goto(demo.base + path)
                    assert await overflow(page) <= 0, (path, language, size)
                    assert await page.evaluate(NAMELESS) == [], path
                    assert await page.get_attribute("html", "dir") == ("rtl" if language == "ar" else "ltr")
                    assert await page.locator("h1").count() == 1, path


async def test_the_keyboard_reaches_the_page_first(demo: Demo) -> None:
    async with demo.page() as page:
        await page.goto(f"{demo.base}/desk/queue")
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
        await page.keyboard.press("Enter")
        assert page.url.endswith("#main")


# ---- signed in by a link


@asynccontextmanager
async def visiting(site: Site) -> AsyncIterator[Page]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=chromium_path(), args=sandbox)
        page = await chromium.new_page()
        page.set_default_timeout(PATIENCE)
        yield page
        await chromium.close()


async def signs_in(site: Site, page: Page, member: Member) -> str:
    base = str(site.server.make_url("/")).rstrip("/")
    async with site.line.store.transaction() as tx:
        token = await tx.members.sign_in_token(member.id)
    await page.goto(f"{base}/desk/sign-in/{token}")
    await page.click("main button >> text=Sign in")
    await expect(page.locator("h1")).to_have_text("Queue")
    return base


async def test_a_link_signs_in_and_a_suspended_member_is_led_out(site: Site) -> None:
    member = await site.member("Lena", Role.COORDINATOR)
    async with visiting(site) as page:
        await signs_in(site, page, member)
        await site.line.files()
        await expect(page.locator(".case-link")).to_have_count(1)
        async with site.line.store.transaction() as tx:
            await tx.members.suspend(member.id)
        await page.evaluate("htmx.trigger('#live', 'queue-changed')")
        await expect(page.locator("h1")).to_have_text("You are signed out")


async def test_the_queue_is_live_on_a_slow_line_too(site: Site) -> None:
    """Where the second script comes long after the first."""
    member = await site.member("Lena", Role.COORDINATOR)
    async with visiting(site) as page:

        async def late(route: Route) -> None:
            await page.wait_for_function("window.htmx !== undefined")
            await page.evaluate("new Promise((done) => setTimeout(done, 50))")
            await route.continue_()

        await page.route("**/hx-sse*", late)
        await signs_in(site, page, member)
        await site.line.files()
        await expect(page.locator(".case-link")).to_have_count(1)


async def test_nothing_of_an_erased_case_stays_on_the_screen(site: Site) -> None:
    amina = await site.line.files(first_words="they took my plot")
    async with visiting(site) as page:
        await signs_in(site, page, await site.member("Lena", Role.COORDINATOR))
        await page.click(".case-link")
        await expect(page.locator("text=they took my plot")).to_be_visible()
        await amina.says("DELETE")
        await amina.says("1")
        await expect(page.locator("h1")).to_have_text("This page is not here")
        await expect(page.locator("text=they took my plot")).to_have_count(0)


async def test_an_old_queue_says_that_it_is_old(site: Site) -> None:
    async with visiting(site) as page:
        await signs_in(site, page, await site.member("Lena", Role.COORDINATOR))
        await expect(page.locator(".live-on")).to_be_visible()
        await site.server.close()
        await expect(page.locator(".live-off")).to_be_visible()
        await expect(page.locator(".live-on")).to_be_hidden()
