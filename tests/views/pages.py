"""A browser that looks at every page it opens: no page reaches a test unexamined."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import urljoin

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

DIRECTIONS = {"ar": "rtl", "fr": "ltr"}
LATIN = re.compile(r"[A-Za-zÀ-ÿ]+")
ARABIC = re.compile(r"[\u0600-\u06ff]+")


class Page:
    """A page that has passed what every page must pass."""

    def __init__(self, response: TestResponse, language: str) -> None:
        self.response = response
        self.language = language
        self.root = html.document_fromstring(response.text)
        self._check_language()
        self._check_headings()
        self._check_nothing_is_inline()
        self._check_headers()

    def text_of(self, selector: str) -> str:
        return " ".join(self.root.xpath(selector)[0].text_content().split())

    @property
    def title(self) -> str:
        return self.text_of("//title")

    @property
    def heading(self) -> str:
        return self.text_of("//h1")

    def own_words(self) -> str:
        """What a person reads, without what is marked as another language or as a number."""
        return " ".join(
            self.root.xpath(
                "//title//text() | //meta[@name='description']/@content"
                " | //body//text()[not(ancestor::bdi) and not(ancestor::*[@lang][not(self::html)])]"
            )
        )

    def _check_language(self) -> None:
        assert self.root.get("lang") == self.language
        assert self.root.get("dir") == DIRECTIONS[self.language]
        foreign = LATIN if self.language == "ar" else ARABIC
        assert not foreign.findall(self.own_words()), "words of the other language"
        for isolated in self.root.xpath("//bdi"):
            assert isolated.get("dir") == "ltr"

    def _check_headings(self) -> None:
        assert len(self.root.xpath("//h1")) == 1
        assert self.title and self.heading
        levels = [int(heading.tag[1]) for heading in self.root.xpath("//h1|//h2|//h3|//h4")]
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels))

    def _check_nothing_is_inline(self) -> None:
        assert not self.root.xpath("//*[@style] | //style | //script[not(@src)]")
        assert not [
            name
            for element in self.root.iter()
            if isinstance(element.tag, str)
            for name in element.attrib
            if name.startswith("on")
        ]
        links = [link for _, _, link, _ in self.root.iterlinks()]
        outside = [link for link in links if link.startswith("//") or "://" in link]
        assert not outside, "a request would leave to a third party"

    def _check_headers(self) -> None:
        headers = self.response.headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy and "*" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cache-Control"] in {"no-store", "no-cache"}


def open_page(client: FlaskClient, address: str, status: int = 200, **more: object) -> Page:
    """Open `address`, follow what every browser loads with it, and return the page."""
    response = client.open(address, **more)  # type: ignore[arg-type]
    assert response.status_code == status
    page = Page(response, address.split("/")[1])
    for link in page.root.xpath("//link[@rel='stylesheet' or @rel='icon' or @rel='preload']/@href"):
        assert client.get(urljoin(address, link), buffered=True).status_code == 200
    return page
