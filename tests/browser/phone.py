"""A phone that hears what goes wrong on its pages."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page

from tests.browser.site import Site

SIZE = {"width": 390, "height": 844}
MILLISECONDS_TO_WAIT = 30_000


@dataclass
class Phone:
    """A browser's context that remembers what no page may do: complain, or ask elsewhere."""

    context: BrowserContext
    site: Site
    # What was asked for; Chromium's remark when the focus came before the slow page did; and
    # its report of what signing out made it forget.
    expected: tuple[str, ...] = (
        "422",
        "404",
        "403",
        "410",
        "409",
        "Autofocus processing was blocked",
        "Clear-Site-Data",
    )
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(MILLISECONDS_TO_WAIT)

    def open(self, address: str) -> Page:
        page = self.context.new_page()
        page.on("console", lambda message: self._hear(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._ask(request.url))
        page.goto(self.site.address + address)
        return page

    def _hear(self, text: str) -> None:
        if not any(status in text for status in self.expected):
            self.complaints.append(text)

    def _ask(self, address: str) -> None:
        if not address.startswith((self.site.address, "data:")):
            self.complaints.append(f"asked {address}")
