"""The demo's stage: real phones on the real program, and nothing that answers for it."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar

from bot.app import LOCALES, open_demo
from bot.settings import Settings
from bot.wording import load_registry

OWN = {"Sec-Fetch-Site": "same-origin"}
PATIENCE = 60
CALL = r"/desk/calls/[^/\"]+/got"
Screen = Mapping[str, Any]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass(slots=True, kw_only=True)
class Browser:
    session: ClientSession
    base: str
    events: ClientResponse

    async def reads(self, path: str) -> Any:
        async with self.session.get(self.base + path) as response:
            assert response.status == 200, path
            return await response.json()

    async def page(self, path: str) -> str:
        async with self.session.get(self.base + path) as response:
            assert response.status == 200, path
            return await response.text()

    async def sends(self, path: str, body: Any, **headers: str) -> int:
        async with self.session.post(self.base + path, json=body, headers={**OWN, **headers}) as response:
            return response.status

    async def says(self, phone: str, text: str) -> Screen:
        """Returns the screen with the reply on it."""
        return await self.does(phone, {"text": text})

    async def taps(self, phone: str, label: str) -> Screen:
        screen = await self.reads(f"/demo/phones/{phone}")
        choices = [choice for bubble in screen["bubbles"] for choice in bubble["choices"]]
        data = [choice["data"] for choice in choices if choice["label"] == label]
        return await self.does(phone, {"tap": data[-1]})

    async def does(self, phone: str, body: Any) -> Screen:
        before = newest(await self.reads(f"/demo/phones/{phone}"))
        assert await self.sends(f"/demo/phones/{phone}", body) == 204
        screen: Screen = await self.until(f"/demo/phones/{phone}", lambda screen: newest(screen) > before)
        return screen

    async def until(self, path: str, fits: Callable[[Any], bool]) -> Any:
        """Looks again whenever the page is told that something changed."""
        async with asyncio.timeout(PATIENCE):
            while not fits(found := await self.reads(path)):
                await self.events.content.readuntil(b"\n\n")
        return found

    async def offered(self) -> str:
        """The first helper's phone on which an offer waits."""
        helpers = await self.until("/demo/helpers", lambda found: any(each["news"]["offer"] for each in found))
        return next(str(each["key"]) for each in helpers if each["news"]["offer"])

    async def phone_of(self, holder: str) -> str:
        found = re.search(rf'value="([\w-]+)">{holder} ', await self.page("/demo"))
        assert found
        return found[1]


def shows_an_offer(screen: Screen) -> bool:
    return any(choice["data"].startswith("ACC ") for bubble in screen["bubbles"] for choice in bubble["choices"])


def newest(screen: Screen) -> int:
    return max((bubble["n"] for bubble in screen["bubbles"] if bubble["ours"]), default=0)


def texts(screen: Screen) -> list[str]:
    return [bubble["text"] for bubble in screen["bubbles"]]


@pytest.fixture
async def browser(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Browser]:
    monkeypatch.setenv("BARAZA_LISTEN", f"127.0.0.1:{free_port()}")
    async with (
        open_demo(Settings()) as base,
        ClientSession(cookie_jar=CookieJar(unsafe=True)) as session,
        session.get(f"{base}/demo/events") as events,
    ):
        yield Browser(session=session, base=base, events=events)


async def sends_a_land_case(browser: Browser) -> Screen:
    """By text message, as Amina in the story."""
    for words in ("HELP", "4", "1", "1", "1", "Nakuru", "1", "3", "2", "Amina"):
        await browser.says("sms", words)
    return await browser.says("sms", "1")


# ---- phones


async def test_a_phone_shows_what_was_really_said(browser: Browser) -> None:
    screen = await browser.says("sms", "HELP")
    assert screen["asks"] == "opening"
    assert screen["options"] == ["danger", "held", "deadline", "none", "cant_say"]
    mine, reply = screen["bubbles"]
    assert (mine["ours"], mine["text"]) == (False, "HELP")
    assert reply["ours"]
    assert reply["parts"] == {"encoding": "GSM-7", "characters": reply["parts"]["characters"], "parts": 2}
    assert reply["parts"]["characters"] > 160


async def test_buttons_and_a_shared_location(browser: Browser) -> None:
    await browser.says("telegram", "HELP")
    await browser.taps("telegram", "Danger or hurt")
    await browser.taps("telegram", "No, it is mine")
    screen = await browser.taps("telegram", "Text only")
    assert screen["asks"] == "place"
    assert screen["bubbles"][-1]["share"] == "Share my location"
    screen = await browser.does("telegram", {"share": "location"})
    assert any("Nakuru" in text for text in texts(screen))


@pytest.mark.parametrize(
    ("phone", "body", "status"),
    [
        ("sms", {"text": ""}, 422),
        ("sms", {"text": "x" * 1601}, 422),
        ("sms", {"text": 7}, 422),
        ("sms", {"tap": "1.1.1"}, 422),
        ("sms", {"share": "location"}, 422),
        ("telegram", {"tap": "no such button"}, 422),
        ("telegram", {"share": "everything"}, 422),
        ("telegram", {}, 422),
        ("telegram", [], 400),
        ("nobody", {"text": "HELP"}, 404),
    ],
)
async def test_a_phone_can_do_no_more_than_a_real_one(browser: Browser, phone: str, body: Any, status: int) -> None:
    assert await browser.sends(f"/demo/phones/{phone}", body) == status


async def test_another_sites_page_cannot_write(browser: Browser) -> None:
    for path, body in (
        ("/demo/phones/sms", {"text": "HELP"}),
        ("/demo/reset", {"language": "en"}),
        ("/demo/clock", {"hours": 4}),
        ("/demo/stories/land", {}),
    ):
        assert await browser.sends(path, body, **{"Sec-Fetch-Site": "cross-site"}) == 403


# ---- the whole line


async def test_an_offer_an_accept_words_both_ways(browser: Browser) -> None:
    assert "Your code is" in texts(await sends_a_land_case(browser))[-1]
    helper = await browser.offered()
    await browser.taps(helper, "Accept")
    await browser.taps(helper, "No")
    await browser.until("/demo/phones/sms", lambda screen: "has said yes" in texts(screen)[-1])
    await browser.says(helper, "Do you have papers?")
    screen = await browser.until("/demo/phones/sms", lambda screen: "papers" in texts(screen)[-1])
    assert screen["ended"]
    await browser.says("sms", "Yes, a letter.")
    await browser.until(f"/demo/phones/{helper}", lambda screen: "a letter" in texts(screen)[-1])
    assert "Accepted" in await browser.page("/demo/queue")


async def test_a_decline_goes_to_the_next(browser: Browser) -> None:
    await sends_a_land_case(browser)
    first = await browser.offered()
    await browser.taps(first, "Decline")
    await browser.taps(first, "We are full")
    await browser.until(f"/demo/phones/{await browser.phone_of('Paralegal Kamau')}", shows_an_offer)
    screen = await browser.until(f"/demo/phones/{first}", lambda screen: not shows_an_offer(screen))
    assert any(bubble["edited"] for bubble in screen["bubbles"])


async def test_hours_later_an_offer_nobody_answered_goes_on(browser: Browser) -> None:
    await sends_a_land_case(browser)
    first = await browser.offered()
    before = (await browser.reads("/demo/clock"))["now"]
    assert await browser.sends("/demo/clock", {"hours": 25}) == 204
    assert (await browser.reads("/demo/clock"))["now"] != before
    await browser.until(f"/demo/phones/{first}", lambda screen: not shows_an_offer(screen))
    await browser.until(f"/demo/phones/{await browser.phone_of('Paralegal Kamau')}", shows_an_offer)
    for hours in (0, -4, 73, "4", None):
        assert await browser.sends("/demo/clock", {"hours": hours}) == 422


async def test_the_demos_desk_needs_no_sign_in(browser: Browser) -> None:
    await sends_a_land_case(browser)
    page = await browser.page("/desk/queue")
    assert "Coordinator Nia" in page
    assert "Land, forest or water" in page
    assert "Sign out" not in page


# ---- starting over


async def test_starting_over_erases_what_was_told(browser: Browser) -> None:
    await sends_a_land_case(browser)
    helper = await browser.offered()
    assert await browser.sends("/demo/reset", {"language": "ar"}) == 204
    assert (await browser.reads("/demo/phones/sms"))["bubbles"] == []
    screen = await browser.until(f"/demo/phones/{helper}", lambda screen: len(screen["bubbles"]) == 2)
    assert texts(screen)[0].startswith("/start ")
    page = await browser.page("/demo/queue")
    assert "data-case" not in page
    assert "لا أحد ينتظر" in page
    assert await browser.sends("/demo/reset", {"language": "xx"}) == 422


async def test_no_call_of_an_earlier_story_rings_in_the_next(browser: Browser) -> None:
    """Of someone in danger who never sent a case, and who has given way to other people since."""
    await browser.says("sms", "HELP")
    await browser.says("sms", "1")
    assert await browser.sends("/demo/stories/land", {}) == 200
    assert re.search(CALL, await browser.page("/desk/calls"))
    assert await browser.sends("/demo/reset", {"language": "en"}) == 204
    assert not re.search(CALL, await browser.page("/desk/calls"))


async def test_a_story_begins_with_people_who_have_not_written(browser: Browser) -> None:
    await sends_a_land_case(browser)
    assert await browser.sends("/demo/stories/land", {}) == 200
    assert (await browser.reads("/demo/phones/sms"))["bubbles"] == []
    assert "data-case" in await browser.page("/demo/queue")
    assert await browser.sends("/demo/stories/other", {}) == 404


async def test_the_page_and_its_phones_are_in_one_language(browser: Browser) -> None:
    async def opens(language: str) -> tuple[int, str]:
        headers = {"Cookie": f"language={language}"}
        async with browser.session.get(f"{browser.base}/demo", headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Set-Cookie", "")

    leila = await browser.phone_of("Paralegal Leila")
    assert (await opens("ar"))[0] == 200
    screen = await browser.until(f"/demo/phones/{leila}", lambda screen: len(screen["bubbles"]) == 2)
    assert re.search("[\u0600-\u06ff]", texts(screen)[1])
    await browser.says("sms", "مساعدة")
    status, cookie = await opens("en")
    assert status == 303
    assert cookie.startswith("language=ar;")


async def test_the_phones_speak_every_language_and_the_page_stays_readable(browser: Browser) -> None:
    page = await browser.page("/demo")
    for code in load_registry(LOCALES):
        assert f'<option value="{code}"' in page
    assert await browser.sends("/demo/reset", {"language": "sw"}) == 204
    page = await browser.page("/demo")
    assert 'lang="en"' in page
    assert re.search(r'<option value="sw"[^>]* selected>Kiswahili', page)
    screen = await browser.says("telegram", "/start")
    assert "Kuna mtu" in texts(screen)[-1]


async def test_a_language_nobody_wrote_a_story_in_says_so(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.demo.pages.WORDS", {})
    page = await browser.page("/demo")
    assert "No story is written in this language yet." in page
    assert re.search(r'data-story="land" disabled>', page)


async def test_everyone_on_the_stage_is_invented(browser: Browser) -> None:
    """Numbers kept free for fiction, and groups that say what they are."""
    page = await browser.page("/demo")
    assert "invented" in page
    numbers = re.findall(r"\+\d{7,}", page)
    assert not numbers
