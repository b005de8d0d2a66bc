"""Every page photographed at three sizes in both languages, on one sheet each, to be looked at."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, Phone
from tests.browser.employers import People
from tests.browser.every_page import Tour

PROJECT = Path(__file__).resolve().parents[2]
ARTIFACTS = Path(os.environ.get("KHATWA_ARTIFACTS", PROJECT / "artifacts"))
PICTURES = Path(__file__).with_name("pictures")
SIZES = {"phone": (390, 844), "desk": (1280, 900), "kiosk": (1080, 1920)}
WIDTH_ON_SHEET = {"phone": 234, "desk": 400, "kiosk": 300}
# What the README shows, from these pages.
IN_THE_README = {"activate-answered": "activate", "home-tried_again": "home", "review": "declare"}


def test_every_page_stands_on_the_contact_sheets(
    chromium: Browser, phone: Phone, people: People, language: str
) -> None:
    folder = ARTIFACTS / language
    folder.mkdir(parents=True, exist_ok=True)
    names: list[str] = []

    def photograph(name: str, page: Page) -> None:
        names.append(name)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=folder / f"{name}-{size}.png", full_page=size == "phone")
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        if os.environ.get("KHATWA_PICTURES") and name in IN_THE_README:
            PICTURES.mkdir(exist_ok=True)
            page.screenshot(path=PICTURES / f"{IN_THE_README[name]}-{language}.png")

    Tour(phone, people, language, photograph).go()
    for size in SIZES:
        sheet(chromium, folder, size, names, ARTIFACTS / f"{language}-{size}.png")
        assert (ARTIFACTS / f"{language}-{size}.png").stat().st_size > 10_000


def sheet(chromium: Browser, folder: Path, size: str, names: list[str], out: Path) -> None:
    """One picture of all pages of a size, each under its name."""
    pictures = "".join(
        f"<figure><img src='{(folder / f'{name}-{size}.png').as_uri()}'"
        f" width='{WIDTH_ON_SHEET[size]}'><figcaption>{escape(name)}</figcaption></figure>"
        for name in names
    )
    page_file = folder / f"sheet-{size}.html"
    page_file.write_text(
        "<body style='display:flex;flex-wrap:wrap;align-items:flex-start;background:#888;"
        f"font:14px sans-serif'>{pictures}",
        encoding="utf-8",
    )
    page = chromium.new_page(viewport={"width": 1900, "height": 800})
    page.goto(page_file.as_uri())
    page.screenshot(path=out, full_page=True)
    page.close()


@pytest.mark.parametrize("name", sorted(IN_THE_README.values()))
def test_the_pictures_of_the_readme_are_there_in_both_languages(name: str) -> None:
    for code in ("ar", "fr"):
        assert (PICTURES / f"{name}-{code}.png").exists(), "KHATWA_PICTURES=1 make test makes them"
