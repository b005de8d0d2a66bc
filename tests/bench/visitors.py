"""Who visits the measured pages, and the addresses that are theirs."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

from tests.bench.browser import Browser

LINKS = re.compile(r'href="([^"#]+)"')


def find_members(home: Path) -> tuple[str, str]:
    """Two member numbers of the demonstration: with settled debits, and before the one step.

    To be called in a process of its own: it makes the application.
    """
    from webapp.extensions import db
    from webapp.services.demonstration.visiting import find_visitors

    app = application(home)
    with app.app_context():
        found = find_visitors(db.session())
        db.engine.dispose()
    if found.settled is None or found.newcomer is None:
        raise RuntimeError("the demonstration has nobody to be")
    return found.settled, found.newcomer


def application(home: Path) -> Any:
    """The service over `home`, as the server has it."""
    from tests.bench.site import surroundings
    from webapp import create_app
    from webapp.config import Config

    return create_app(Config.from_environment(surroundings(home)))


def links_on(browser: Browser, address: str, pattern: str) -> list[str]:
    """The addresses on a page that match from end to end, each once, in their order."""
    found = LINKS.findall(browser.get(address).text)
    return list(dict.fromkeys(one for one in found if re.fullmatch(pattern, one)))


def link_on(browser: Browser, address: str, pattern: str) -> str:
    found = links_on(browser, address, pattern)
    if not found:
        raise RuntimeError(f"no link like {pattern} on {address}")
    return found[0]


def set_worksites(home: Path, member_number: str, count: int) -> None:
    """Let an employer have so many open worksites."""
    with sqlite3.connect(home / "database" / "khatwa.sqlite3", timeout=30) as database:
        (employer,) = database.execute(
            "SELECT id FROM employers WHERE member_number = ?", (member_number,)
        ).fetchone()
        database.execute(
            "UPDATE worksites SET closed_on = '2026-01-01' WHERE employer_id = ?", (employer,)
        )
        database.executemany(
            "INSERT INTO worksites (employer_id, code, name, wilaya_code) VALUES (?, ?, ?, '16')",
            [(employer, f"B{count}-{n:03}", f"ورشة بناء رقم {n}") for n in range(1, count + 1)],
        )
    database.close()
