"""A browser that looks at every page it opens: no page reaches a test unexamined."""

from __future__ import annotations

import os
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin
from zlib import crc32

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from webapp.catalogs import LANGUAGES, catalog

DIRECTIONS = {"ar": "rtl", "fr": "ltr"}
LATIN = re.compile(r"[A-Za-zÀ-ÿ]+")
ARABIC = re.compile(r"[\u0600-\u06ff]+")


class Page:
    """A page that has passed what every page must pass."""

    def __init__(self, response: TestResponse, language: str) -> None:
        self.response = response
        self.language = language
        self.root = html.document_fromstring(response.text)
        if "KHATWA_MARKUP" in os.environ:
            self._keep(Path(os.environ["KHATWA_MARKUP"]))
        self._check_language()
        self._check_headings()
        self._check_nothing_is_inline()
        self._check_headers()
        self._check_controls()
        self._check_forms()
        self._check_targets()
        self._check_everything_is_translated()

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

    def _keep(self, folder: Path) -> None:
        """For `make markup`: one page of all that have the same elements and attributes."""
        alike = [
            (element.tag, *element.attrib) for element in self.root.iter() if element.tag != "bdi"
        ]
        address = re.sub(r"[^a-z]+", "-", self.response.request.path)[:60].strip("-")
        digest = crc32(repr(list(dict.fromkeys(alike))).encode())
        path = folder / f"{address}-{digest:08x}.html"
        if not path.exists():
            path.write_bytes(self.response.data)

    def _check_language(self) -> None:
        assert self.root.get("lang") == self.language
        assert self.root.get("dir") == DIRECTIONS[self.language]
        foreign = LATIN if self.language == "ar" else ARABIC
        found = foreign.findall(self.own_words())
        assert not found, f"words of the other language: {found}"
        for isolated in self.root.xpath("//bdi"):
            assert isolated.get("dir") in {"ltr", "auto"}

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

    def _check_controls(self) -> None:
        """Whoever hears the page is told what each control is for."""
        labelled = set(self.root.xpath("//label[normalize-space()]/@for"))
        for control in self.root.xpath("//input[not(@type='hidden')] | //select | //textarea"):
            named = control.get("id") in labelled or control.get("aria-label")
            assert named, f"no label for {control.get('name')}"
        for button in self.root.xpath("//button[not(@aria-hidden='true')]"):
            assert button.text_content().strip() or button.get("aria-label")

    def _check_forms(self) -> None:
        for form in self.root.xpath("//form"):
            assert form.get("method") == "post"
            (token,) = form.xpath(".//input[@name='csrf_token']/@value")
            assert token

    def _check_targets(self) -> None:
        """What points at a part of the page points at one that is there, and at one only."""
        counts = Counter(self.root.xpath("//@id"))
        assert not [name for name, times in counts.items() if times > 1], "the same id twice"
        pointers = "//@aria-describedby | //@aria-labelledby | //@for | //button/@form"
        wanted = [name for pointer in self.root.xpath(pointers) for name in pointer.split()]
        wanted += [link[1:] for link in self.root.xpath("//a/@href") if link.startswith("#")]
        assert not set(wanted) - set(counts), "nothing has this id"
        assert "" not in self.root.xpath("//button/@form"), "a button of no form"

    def _check_everything_is_translated(self) -> None:
        texts = {
            " ".join(text.split())
            for text in self.root.xpath(
                "//body//text()[not(ancestor::bdi) and not(ancestor::*[@lang][not(self::html)])]"
                " | //title/text() | //@aria-label | //@data-label | //meta/@content"
            )
        }
        assert not texts & untranslated(self.language), "English of a message id"

    def form(self, number: int = -1) -> dict[str, str]:
        """What the page's own form (the last one) would send, as it stands."""
        form = self.root.xpath("//main//form[@method='post']")[number]
        sent = {field.get("name"): field.get("value", "") for field in form.xpath(".//input[@name]")
                if field.get("type") not in {"checkbox", "radio", "submit"}}  # fmt: skip
        for box in form.xpath(".//input[@type='checkbox' or @type='radio'][@checked]"):
            sent[box.get("name")] = box.get("value", "y")
        for choice in form.xpath(".//select"):
            chosen = choice.xpath("./option[@selected]/@value") or choice.xpath("./option/@value")
            sent[choice.get("name")] = chosen[0]
        return sent

    def errors(self) -> dict[str, str]:
        """What must be corrected: the id of each wrong field and what is said beside it."""
        found = self.root.xpath("//p[@class='error']")
        return {one.get("id").removesuffix("-error"): one.text_content().strip() for one in found}


@cache
def untranslated(language: str) -> frozenset[str]:
    """The English of our texts that says the same as no text of this language."""
    texts = catalog(LANGUAGES[language])._catalog  # type: ignore[attr-defined]
    english = {key if isinstance(key, str) else key[0] for key in texts}
    return frozenset(
        message for message in english - set(texts.values()) if message and "%(" not in message
    )


def open_page(client: FlaskClient, address: str, status: int = 200, **more: object) -> Page:
    """Open `address`, follow what every browser loads with it, and return the page."""
    response = client.open(address, **more)  # type: ignore[arg-type]
    assert response.status_code == status
    page = Page(response, address.split("/")[1])
    for link in page.root.xpath("//link[@rel='stylesheet' or @rel='icon' or @rel='preload']/@href"):
        assert client.get(urljoin(address, link), buffered=True).status_code == 200
    return page
