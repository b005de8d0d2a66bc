"""Every page photographed at three sizes in both languages, on one sheet each, to be looked at.

`make pictures` makes them; to paint every page three times is half of the tour's time.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.seen import ARTIFACTS, IN_THE_README, PICTURES, SIZES, Seen

WIDTH_ON_SHEET = {"phone": 234, "desk": 400, "kiosk": 300}
LARGEST_PICTURE = 80_000


@pytest.mark.pictures
@pytest.mark.parametrize("size", SIZES)
def test_every_page_stands_on_the_contact_sheets(chromium: Browser, seen: Seen, size: str) -> None:
    out = ARTIFACTS / f"{seen.language}-{size}.png"
    shown = sheet(chromium, seen, size, out)
    assert shown == len(seen.names) == len(set(seen.names))
    assert out.stat().st_size > 10_000


def sheet(chromium: Browser, seen: Seen, size: str, out: Path) -> int:
    """One picture of all pages of a size, each under its name; how many pages are on it."""
    pictures = "".join(
        f"<figure><img src='{(seen.folder / f'{name}-{size}.png').as_uri()}'"
        f" width='{WIDTH_ON_SHEET[size]}'><figcaption>{escape(name)}</figcaption></figure>"
        for name in seen.names
    )
    page_file = seen.folder / f"sheet-{size}.html"
    page_file.write_text(
        "<body style='display:flex;flex-wrap:wrap;align-items:flex-start;background:#888;"
        f"font:14px sans-serif'>{pictures}",
        encoding="utf-8",
    )
    page = chromium.new_page(viewport={"width": 1900, "height": 800})
    page.goto(page_file.as_uri())
    shown = page.evaluate("[...document.images].filter((one) => one.naturalWidth).length")
    page.screenshot(path=out, full_page=True)
    page.close()
    return int(shown)


@pytest.mark.parametrize("name", sorted(IN_THE_README.values()))
@pytest.mark.parametrize("code", ["ar", "fr"])
def test_the_pictures_of_the_readme_are_there_and_small(name: str, code: str) -> None:
    picture = PICTURES / f"{name}-{code}.png"
    assert picture.exists(), "`make pictures` makes them"
    assert picture.stat().st_size < LARGEST_PICTURE
