"""What a phone loads on its first visit: the page and everything that it names, as sent."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import html

from tests.bench.browser import Browser

LOADED = {
    "style and script": "//link[@rel='stylesheet']/@href | //script/@src",
    "fonts": "//link[@rel='preload' and @as='font']/@href",
    "sign": "//link[@rel='icon']/@href",
}
ACCEPTED = "gzip, deflate, br, zstd"


@dataclass(frozen=True)
class FirstVisit:
    """Bytes of the bodies as they were sent, and how they were compressed."""

    address: str
    page: int
    style_and_script: int
    fonts: int
    sign: int
    encodings: tuple[str, ...]

    @property
    def markup(self) -> int:
        """HTML, CSS and JavaScript together."""
        return self.page + self.style_and_script


def measure_first_visit(port: int, address: str) -> FirstVisit:
    browser = Browser(port)
    # The page is read once plainly, for its links, and once as a phone asks for it.
    tree = html.document_fromstring(browser.get(address).text)
    page = browser.get(address, **{"Accept-Encoding": ACCEPTED})
    encodings, sizes = [page.encoding], []
    for path in LOADED.values():
        answers = [
            browser.get(urljoin(address, str(link)), **{"Accept-Encoding": ACCEPTED})
            for link in tree.xpath(path)
        ]
        encodings += [one.encoding for one in answers]
        sizes.append(sum(len(one.body) for one in answers))
    style, fonts, sign = sizes
    used = tuple(sorted({one or "none" for one in encodings}))
    return FirstVisit(address, len(page.body), style, fonts, sign, used)
