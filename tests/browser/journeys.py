"""What an employer does at the site, counted: fields typed, boxes touched, pages seen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Page

from tests.browser.site import Site

CCP, RIP = "0023456789 88", "00799999002345678941"


@dataclass
class Journey:
    """One employer's way through the pages, with scripts or without."""

    page: Page
    site: Site
    language: str
    javascript: bool = True
    fields: list[str] = field(default_factory=list)
    touches: int = 0

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site.address}/{self.language}{path}")

    def type(self, selector: str, text: str) -> None:
        self.fields.append(selector)
        self.page.locator(selector).fill(text)

    def touch(self, selector: str) -> None:
        """Touch what leads to another page, and wait for that page."""
        self.touches += 1
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def press(self, step: str) -> None:
        """Press the button of a form that does one of its steps."""
        self.touch(f"main button[value={step}]")

    def path(self) -> str:
        return self.page.url.removeprefix(f"{self.site.address}/{self.language}").partition("#")[0]

    def text(self, selector: str = "main") -> str:
        """What stands there, with plain spaces."""
        return re.sub(r"\s", " ", self.page.locator(selector).first.inner_text())

    def sign_in(self, member_number: str) -> None:
        """From the page of the member number to the page that was wanted."""
        before = len(self.site.sent())
        self.type("#member_number", member_number)
        self.touch("main form button.button")
        self.page.wait_for_selector("#code")
        self.type("#code", self.site.newest_code(before))
        self.touch("main form button.button")
        self.page.wait_for_selector("nav")

    def sign_in_to(self, member_number: str, path: str) -> None:
        self.go(path)
        self.sign_in(member_number)

    def enrol(self, account: str = RIP) -> None:
        """The one step: account, answer, tick, code, signature."""
        before = len(self.site.sent())
        self.type("#account", account)
        if not self.javascript:
            self.press("check")
        self.page.wait_for_selector("#code")
        self.page.locator("#quality").select_option("manager")
        self.page.locator("#entitled").check()
        self.touches += 2
        self.type("#code", self.site.newest_code(before))
        self.press("sign")
        self.page.wait_for_url("**/authorisations/*")

    def fill_worksite(self, place: int, workers: str, base: str) -> None:
        card = f".lines > .line:nth-child({place + 1})"
        self.type(f"{card} input[name$=workers]", workers)
        self.type(f"{card} input[name$=leave_base]", base)
