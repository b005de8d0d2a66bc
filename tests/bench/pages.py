"""Measures the pages: the signed-in home against bare pages, each kind of page, a first visit.

    python -m tests.bench.pages

The home and its floors are served by gunicorn with the same settings and asked in turns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench import loader
from tests.bench.browser import Browser
from tests.bench.first_visit import FirstVisit, measure_first_visit
from tests.bench.processes import in_own_process
from tests.bench.saving import measure_saving
from tests.bench.site import demonstration, load_average, report, served
from tests.bench.visitors import application, find_members, link_on, set_worksites

HOME = "/ar/home"
# On some days of the year nothing is due and the home leads to no form; this list offers older
# periods as well.
DECLARATIONS = "/ar/declarations"
TURNS = 3
TIMES = 40
FEW, MANY = 3, 400
FIRST_VISITS = ("/ar/", "/fr/", "/ar/sign-in", "/fr/sign-in")
BARE = "tests.bench.bare:create_app()"


@dataclass(frozen=True)
class PageCost:
    """What one page asks of the database, what a single visitor waits, and its size unpacked."""

    name: str
    statements: int
    milliseconds: float
    bytes_of_html: int


@dataclass(frozen=True)
class PageFigures:
    """The best requests a second of the home and of its floors; each page; first visits."""

    home: float
    floor: float
    floor_of_as_many: float
    costs: list[PageCost]
    visits: list[FirstVisit]
    load: str

    @property
    def ratio(self) -> float:
        return self.home / self.floor

    @property
    def ratio_of_as_many(self) -> float:
        return self.home / self.floor_of_as_many

    @property
    def heaviest(self) -> FirstVisit:
        return max(self.visits, key=lambda visit: visit.markup)


def measure_pages() -> PageFigures:
    """All of it over one demonstration."""
    with demonstration() as home:
        (settled, newcomer), _ = in_own_process(find_members, home)
        with served(home) as port:
            member, stranger = Browser(port), Browser(port)
            member.sign_in(home, settled)
            stranger.sign_in(home, newcomer)
            costs = [*_costs_of_member(home, member), *_costs_of_stranger(home, stranger, newcomer)]
            visits = [measure_first_visit(port, address) for address in FIRST_VISITS]
            rates = _rates(home, port, member.cookie, costs[0].statements)
    return PageFigures(*rates, costs, visits, load_average())


def _costs_of_member(home: Path, browser: Browser) -> Iterator[PageCost]:
    debit = link_on(browser, "/ar/debits", r"/ar/debits/[\w-]+")
    yield _cost(home, browser, "home", HOME)
    yield _cost(home, browser, "debits", "/ar/debits")
    yield _cost(home, browser, "a debit", debit)
    yield _cost(home, browser, "declarations", DECLARATIONS)


def _costs_of_stranger(home: Path, browser: Browser, member_number: str) -> Iterator[PageCost]:
    form = link_on(browser, DECLARATIONS, rf"{DECLARATIONS}/[\w-]+/edit")
    yield _cost(home, browser, "activation", "/ar/activate")
    for count in (FEW, MANY):
        set_worksites(home, member_number, count)
        yield _cost(home, browser, f"declaration form, {count} worksites", form)
        (statements, spent, sent), _ = in_own_process(measure_saving, home, form, browser.cookie)
        yield PageCost(f"  saved (CPU; bytes sent), {count}", statements, spent, sent)


def _cost(home: Path, browser: Browser, name: str, address: str) -> PageCost:
    size = len(browser.get(address).body)
    statements, _ = in_own_process(count_statements, home, address, browser.cookie)
    waited = loader.milliseconds(browser.port, address, browser.cookie, TIMES)
    return PageCost(name, statements, waited, size)


def count_statements(home: Path, address: str, cookie: str) -> int:
    """How many statements the second look at a page sends, but for BEGIN and settings."""
    from sqlalchemy import event

    from webapp.extensions import db

    app, seen = application(home), []
    client = app.test_client(use_cookies=False)
    client.get(address, headers={"Cookie": cookie})
    with app.app_context():

        @event.listens_for(db.engine, "before_cursor_execute")
        def note(_connection, _cursor, statement, *_rest):  # type: ignore[no-untyped-def]
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        if client.get(address, headers={"Cookie": cookie}).status_code != 200:
            raise RuntimeError(f"{address} is not shown")
        db.engine.dispose()
    return len(seen)


def _rates(home: Path, port: int, cookie: str, selects: int) -> tuple[float, float, float]:
    """The best of some turns of the home, the floor, and the floor with as many SELECTs."""
    database = f"sqlite:///{home / 'database' / 'khatwa.sqlite3'}"
    with ExitStack() as stack:
        bare = [
            stack.enter_context(
                served(home, BARE, BARE_DATABASE=database, BARE_SELECTS=str(number))
            )
            for number in (1, selects)
        ]
        sites = [(port, HOME), *((one, "/") for one in bare)]
        turns = [
            [
                in_own_process(loader.requests_a_second, where, address, cookie)[0]
                for where, address in sites
            ]
            for _ in range(TURNS)
        ]
    home_rate, floor, floor_of_as_many = (max(rates) for rates in zip(*turns, strict=True))
    return home_rate, floor, floor_of_as_many


def tables_of_pages(figures: PageFigures) -> Iterator[str]:
    """Every figure; the targets are beside them in `python -m tests.bench`."""
    yield (
        f"pages (gunicorn, 1 worker of 4 threads, SQLite, development settings;"
        f" {figures.load} afterwards)"
    )
    yield f"  {'signed-in home':<44}{figures.home:>9.0f} requests/s"
    yield (
        f"  {'floor: bare page, 1 SELECT':<44}"
        f"{figures.floor:>9.0f} requests/s, of which home reaches {figures.ratio:.2f}"
    )
    yield (
        f"  {f'floor: bare page, {figures.costs[0].statements} SELECTs':<44}"
        f"{figures.floor_of_as_many:>9.0f} requests/s,"
        f" of which home reaches {figures.ratio_of_as_many:.2f}"
    )
    yield f"  {'page':<34}{'statements':>10}{'ms':>9}{'bytes':>10}"
    for one in figures.costs:
        yield (
            f"  {one.name:<34}{one.statements:>10}{one.milliseconds:>9.2f}{one.bytes_of_html:>10,}"
        )
    yield f"  {'first visit, bytes as sent':<28}{'HTML':>8}{'CSS+JS':>8}{'fonts':>8}{'icon':>6}"
    for visit in figures.visits:
        yield (
            f"  {visit.address:<28}{visit.page:>8,}{visit.style_and_script:>8,}"
            f"{visit.fonts:>8,}{visit.sign:>6,}  {', '.join(visit.encodings)}"
        )


if __name__ == "__main__":
    report(tables_of_pages(measure_pages()))
