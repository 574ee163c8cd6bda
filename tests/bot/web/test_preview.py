"""The page of every text, and what translators save while the demo runs: new words, a broken file, a new language."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot import app
from bot.app import LIBRARY, LOCALES, open_demo
from bot.cli.catalogs import adding
from bot.cli.catalogs.library import read_sources
from bot.settings import Settings
from tests.support.program import free_port

PATIENCE = 60
"""Seconds; it takes one."""


@dataclass(frozen=True)
class Reader:
    session: ClientSession
    base: str
    locales: Path

    async def page(self, path: str) -> str:
        async with self.session.get(f"{self.base}{path}") as response:
            return await response.text()

    async def until(self, path: str, fits: Callable[[str], bool]) -> str:
        async with asyncio.timeout(PATIENCE):
            while not fits(found := await self.page(path)):
                pass
        return found


@pytest.fixture
async def reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Reader]:
    """A demo whose translators' files are a copy."""
    locales = tmp_path / "locales"
    shutil.copytree(LOCALES, locales)
    monkeypatch.setattr(app, "LOCALES", locales)
    monkeypatch.setenv("BARAZA_LISTEN", f"127.0.0.1:{free_port()}")
    async with open_demo(Settings()) as base, ClientSession() as session:
        yield Reader(session, base, locales)


async def test_every_text_is_shown_with_its_parts_and_its_buttons(reader: Reader) -> None:
    whole = await reader.page("/demo/preview?lang=en")
    assert 'id="intake.opening"' in whole
    assert "1 Danger or hurt\n2 Held by police or army" in whole
    assert '<p class="button" lang="en" dir="auto">Danger or hurt</p>' in whole
    assert "GSM-7 · " in whole
    quiet = await reader.page("/demo/preview?lang=ar&quiet=1")
    assert 'id="intake.place.quiet"' in quiet
    assert 'id="intake.consent"' not in quiet
    async with reader.session.get(f"{reader.base}/demo/preview?lang=xx") as response:
        assert response.status == 404


async def test_what_is_saved_is_live_and_a_broken_file_leaves_the_old_words(reader: Reader) -> None:
    path = reader.locales / "sw" / "LC_MESSAGES" / "flows.po"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace('msgstr "Ni ipi kati ya hizi?"', 'msgstr "Ni ipi hasa?"'), "utf-8")
    await reader.until("/demo/preview?lang=sw", lambda page: "Ni ipi hasa?" in page)
    path.write_text(path.read_text(encoding="utf-8") + "\nkosa\n", "utf-8")
    broken = await reader.until("/demo/preview?lang=sw", lambda page: "locales/sw/LC_MESSAGES/flows.po:" in page)
    assert "Ni ipi hasa?" in broken
    assert "locales/sw/LC_MESSAGES/flows.po:" in await reader.page("/desk/queue")
    path.write_text(good, "utf-8")
    await reader.until("/demo/preview?lang=sw", lambda page: "flows.po:" not in page)


async def test_a_language_is_added_without_a_restart_and_can_be_chosen_on_a_phone(reader: Reader) -> None:
    added = adding.add(reader.locales, "st", read_sources(LIBRARY).messages)
    example = Path(__file__).parents[2] / "support" / "locales_st" / "flows.po"
    added.files[0].write_bytes(example.read_bytes())
    page = await reader.until("/demo/preview?lang=st", lambda page: "Sebaka ke sefe?" in page)
    assert '<option value="st" lang="st" selected>Sesotho</option>' in page
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": reader.base}
    body = {"text": "00"}
    async with reader.session.post(f"{reader.base}/demo/phones/sms", json=body, headers=headers) as response:
        assert response.status == 204
    await reader.until("/demo/phones/sms", lambda screen: "Sesotho" in screen)
