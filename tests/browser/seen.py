"""Every page looked at once in a language: by axe, on narrow screens, and by a camera."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.employers import People
from tests.browser.every_page import Tour
from tests.browser.phone import SIZE, Phone

PROJECT = Path(__file__).resolve().parents[2]
ARTIFACTS = Path(os.environ.get("KHATWA_ARTIFACTS", PROJECT / "artifacts"))
PICTURES = Path(__file__).with_name("pictures")
SIZES = {"phone": (390, 844), "desk": (1280, 900), "kiosk": (1080, 1920)}
# A small phone, and a screen of 390 points at 200 %.
NARROW = (320, 195)
# What the README shows, from these pages.
IN_THE_README = {"activate-answered": "activate", "home-tried_again": "home", "review": "declare"}
AXE = Axe()
# Not what was found to be in order: to hand it over takes longer than to find it.
VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
# What of a table stands beside its box: nobody at a standing screen looks for it there.
CUT_OFF = (
    "Math.max(0, ...[...document.querySelectorAll('.table-box')]"
    ".map(box => box.scrollWidth - box.clientWidth))"
)
BESIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Seen:
    """The pages of one language in the order of the tour, and what was found on them."""

    language: str
    folder: Path
    pictures: bool
    names: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def look(self, name: str, page: Page) -> None:
        self.names.append(name)
        self._ask_axe(name, page)
        self._photograph(name, page)
        self._narrow(name, page)
        page.set_viewport_size({"width": SIZE["width"], "height": SIZE["height"]})

    def _ask_axe(self, name: str, page: Page) -> None:
        page.evaluate(AXE.axe_script)
        for violation in page.evaluate(VIOLATIONS):
            self.violations.extend(
                f"{name}: {violation['id']}: {node['html'][:120]}" for node in violation["nodes"]
            )

    def _photograph(self, name: str, page: Page) -> None:
        if self.pictures and name in IN_THE_README:
            PICTURES.mkdir(exist_ok=True)
            page.screenshot(path=PICTURES / f"{IN_THE_README[name]}-{self.language}.png")
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            self._measure(name, size, page)
            if self.pictures:
                picture = self.folder / f"{name}-{size}.png"
                page.screenshot(path=picture, full_page=size == "phone")

    def _narrow(self, name: str, page: Page) -> None:
        for width in NARROW:
            page.set_viewport_size({"width": width, "height": 700})
            self._measure(name, str(width), page)

    def _measure(self, name: str, size: str, page: Page) -> None:
        both = page.evaluate(f"[{BESIDE}, {CUT_OFF}]")
        for what, beside in zip(("page", "table"), both, strict=True):
            if beside > 0:
                self.too_wide.append(f"{name} at {size}: {what} {beside} px")


def look_at_every_page(phone: Phone, people: People, language: str) -> Seen:
    folder = ARTIFACTS / language
    folder.mkdir(parents=True, exist_ok=True)
    pictures = "KHATWA_PICTURES" in os.environ
    seen = Seen(language, folder, pictures)
    # The staff's pages are looked at in Arabic every time, in French when pictures are made.
    Tour(phone, people, language, seen.look, whole=pictures or language == "ar").go()
    seen.complaints = phone.complaints
    return seen
