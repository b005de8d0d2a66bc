"""Every kind of page in both languages, and the cookie of whoever sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.browser import Browser
from tests.bench.visitors import link_on

LANGUAGES = ("ar", "fr")
NAMES = re.compile(r'name="(w\d+-(?:workers|leave_base))"')
DEBIT, EDIT = r"/ar/debits/[\w-]+", r"/ar/declarations/[\w-]+/edit"
AUTHORISATION, RECEIPT = r"/ar/authorisations/\w+", r"/ar/declarations/[\w-]+"


@dataclass(frozen=True)
class Visit:
    """A page to audit."""

    page: str
    language: str
    address: str
    cookie: str


def visits(port: int, home: Path, settled: str, newcomer: str) -> Iterator[Visit]:
    """Whoever is not signed in, who waits for a code, who has debits, who has not signed yet."""
    nobody, waiting, member, stranger = (Browser(port) for _ in range(4))
    waiting.ask_for_code(home, newcomer)
    member.sign_in(home, settled)
    stranger.sign_in(home, newcomer)
    form = link_on(stranger, "/ar/declarations", EDIT)  # which offers one on any day
    _fill_in(stranger, form)
    authorisation = link_on(member, "/ar/home", AUTHORISATION)
    period = form.removesuffix("/edit")
    yield from _each(
        nobody,
        {
            "public home": "/ar/",
            "help": "/ar/help",
            "privacy": "/ar/privacy",
            "accessibility": "/ar/accessibility",
            "sign-in": "/ar/sign-in",
            "check": "/ar/check",
        },
    )
    yield from _each(waiting, {"code": "/ar/sign-in/code"})
    yield from _each(
        stranger,
        {
            "activate": "/ar/activate",
            "form": form,
            "new worksite": f"{period}/worksite",
            "review": f"{period}/review",
        },
    )
    debit = link_on(member, "/ar/debits", DEBIT)
    yield from _each(
        member,
        {
            "authorisation": authorisation,
            "home": "/ar/home",
            "declarations": "/ar/declarations",
            "receipt": link_on(member, "/ar/declarations", RECEIPT),
            "debits": "/ar/debits",
            "debit": debit,
            "contest": f"{debit}/contest",
            "dues": "/ar/dues",
            "balance": "/ar/balance",
            "statement": "/ar/statement",
            "calendar": "/ar/calendar",
            "calendar list": "/ar/calendar/list",
            "feed": "/ar/calendar/feed",
            "figures": "/ar/figures",
            "documents": "/ar/documents",
            "certificate": "/ar/certificate",
            "messages": "/ar/messages",
            "settings": "/ar/settings",
        },
    )


def _fill_in(browser: Browser, form: str) -> None:
    """Type every worksite, so that there is something to review."""
    names = NAMES.findall(browser.get(form).text)
    typed = {name: "4" if name.endswith("workers") else "120000" for name in names}
    answer = browser.submit(form, step="check", **typed)
    if answer.status != 302:
        raise RuntimeError(f"the declaration was not taken: {answer.status}")


def _each(browser: Browser, addresses: dict[str, str]) -> Iterator[Visit]:
    for page, address in addresses.items():
        for language in LANGUAGES:
            there = f"http://127.0.0.1:{browser.port}/{language}/{address.removeprefix('/ar/')}"
            yield Visit(page, language, there, browser.cookie)
