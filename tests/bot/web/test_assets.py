"""The files a page loads: named by their hash, compressed, and nothing else of the disk."""

from __future__ import annotations

import gzip
import re

import pytest

from bot.web.assets import FOLDER, asset_url
from tests.bot.web.visitor import Site


async def test_a_file_named_with_its_hash_is_kept_for_good(site: Site) -> None:
    async with site.visitor() as visitor:
        named = await visitor.opens(asset_url("house.css"))
        assert "immutable" in named.headers["Cache-Control"]
        stale = await visitor.opens("/static/house.css?v=000000000000")
        assert stale.headers["Cache-Control"] == "no-cache"
        known = await visitor.opens("/static/house.css", If_None_Match=named.headers["ETag"])
        assert (known.status, known.html) == (304, "")


async def test_text_is_sent_small(site: Site) -> None:
    async with site.visitor() as visitor:
        sent = await visitor.opens(asset_url("vendor/bootstrap.min.css"), Accept_Encoding="gzip")
        assert sent.headers["Content-Encoding"] == "gzip"
        assert int(sent.headers["Content-Length"]) < 40_000
        plain = await visitor.opens(asset_url("vendor/bootstrap.min.css"), Accept_Encoding="identity")
        assert "Content-Encoding" not in plain.headers
        assert plain.html == sent.html == (FOLDER / "vendor" / "bootstrap.min.css").read_text()


@pytest.mark.parametrize(
    "path",
    [
        "../assets.py",
        "..%2fassets.py",
        "%2e%2e/assets.py",
        "/etc/passwd",
        "vendor/",
        "vendor/vendor.lock.toml",
        "x.css",
    ],
)
async def test_only_the_houses_own_files_are_served(site: Site, path: str) -> None:
    async with site.visitor() as visitor:
        assert (await visitor.opens(f"/static/{path}")).status == 404


def test_a_style_names_only_files_that_are_there() -> None:
    named = [
        (sheet.parent / name)
        for sheet in FOLDER.glob("*.css")
        for name in re.findall(r'url\("([^"]+)"\)', sheet.read_text())
    ]
    assert named
    assert all(path.is_file() for path in named)


def test_a_page_of_the_desk_is_light() -> None:
    """On a slow line: what the first page loads, compressed, fonts apart."""
    loads = ("vendor/bootstrap.min.css", "house.css", "desk.css", "vendor/htmx.min.js", "vendor/hx-sse.min.js")
    assert sum(len(gzip.compress((FOLDER / name).read_bytes())) for name in loads) < 60_000
