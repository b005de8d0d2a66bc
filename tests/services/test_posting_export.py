"""The fund's own system gets every posting once, in order, and knows when a sheet is torn."""

from __future__ import annotations

import csv
import tracemalloc
from collections.abc import Sequence
from datetime import date
from itertools import islice, pairwise
from threading import Thread

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, Desk
from webapp.domain.errors import UnknownPosting
from webapp.models import Account, Posting
from webapp.services import posting_export
from webapp.services.books import Entry, Leg, post
from webapp.services.posting_export import export_postings, last_posting
from webapp.services.transactions import transaction

ON = date(2026, 11, 2)
on_postgresql = pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


def exported(session: Session, after: int = 0) -> tuple[list[list[str]], int]:
    """The postings of a whole sheet, and the id that its last line names."""
    first, *rows, last = csv.reader(export_postings(session, after))
    assert tuple(first) == posting_export.HEADINGS
    assert last[0] == "last"
    return rows, int(last[1])


def book(session: Session, key: str, centimes: int = 100) -> None:
    legs = (Leg("a", Account.BANK, centimes), Leg("b", Account.SUSPENSE, -centimes))
    post(session, ON, [Entry(key, legs)])


def ids(session: Session) -> list[int]:
    found = list(session.scalars(select(Posting.id).order_by(Posting.id)))
    session.rollback()
    return found


def test_a_posting_is_told_with_whom_and_what_it_is_about(desk: Desk) -> None:
    desk.file_one()
    rows, last = exported(desk.session)
    assert last == ids(desk.session)[-1]
    member_number = rows[0][7]
    due = f"contribution:{member_number}:2026-10:1:W1"
    key = f"due:{due}"
    assert [row[1:] for row in rows] == [
        ["2026-11-02", key, "receivable", "receivable", "129600.00", "", member_number, due,
         "contribution", "2026-10"],
        ["2026-11-02", key, "income", "income", "", "129600.00", member_number, "", "", ""],
    ]  # fmt: skip
    assert AMOUNT == 129_600_00


def test_each_export_goes_on_where_the_last_one_ended(office: Session) -> None:
    told: list[int] = []
    after = 0
    for number in range(3):
        with transaction(office):
            book(office, f"k{number}")
        rows, after = exported(office, after)
        told += [int(row[0]) for row in rows]
    assert told == ids(office)
    assert exported(office, after) == ([], after)


def test_the_same_question_has_the_same_answer(office: Session) -> None:
    with transaction(office):
        book(office, "k1")
    assert exported(office) == exported(office)


def test_nothing_booked_is_an_empty_sheet(office: Session) -> None:
    assert exported(office) == ([], 0)


def test_who_knows_a_later_posting_than_there_is_gets_none(office: Session) -> None:
    """The database was restored from a backup: its next ids would be known already."""
    with pytest.raises(UnknownPosting):
        next(export_postings(office, 1))


def test_what_is_booked_while_a_sheet_is_written_comes_in_the_next(
    office: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting_export, "ROWS_AT_ONCE", 3)
    with transaction(office):
        for number in range(4):
            book(office, f"k{number}")
    lines = export_postings(office, 0)
    begun = list(islice(lines, 3))
    with transaction(office):
        book(office, "later")
    rows = list(csv.reader([*begun, *lines]))
    assert [row[2] for row in rows[1:-1]].count("later") == 0
    more, _ = exported(office, int(rows[-1][1]))
    assert [row[2] for row in more] == ["later", "later"]


@on_postgresql
def test_a_lower_number_that_is_committed_later_is_waited_for(engine: Engine) -> None:
    """PostgreSQL gives numbers out before the commit. Red without the lock: 2 and 3 alone."""
    with Session(engine) as slow, Session(engine) as quick:
        book(slow, "slow")  # has its numbers, and is not committed
        with transaction(quick):
            book(quick, "quick")
        found: list[tuple[list[list[str]], int]] = []

        def export() -> None:
            with Session(engine) as other:
                found.append(exported(other))

        asking = Thread(target=export)
        asking.start()
        asking.join(0.5)
        slow.commit()
        asking.join(30)
    rows, last = found[0]
    assert [row[2] for row in rows] == ["slow", "slow", "quick", "quick"]
    assert last == int(rows[-1][0])


@on_postgresql
def test_beside_many_who_book_there_is_never_a_gap_or_a_repeat(engine: Engine) -> None:
    def work(name: str) -> None:
        with Session(engine) as session:
            for number in range(40):
                book(session, f"{name}:{number}")
                if number % 7 == 3:  # Its numbers are never used.
                    session.rollback()
                else:
                    session.commit()

    workers = [Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for worker in workers:
        worker.start()
    told: list[int] = []
    after = 0
    with Session(engine) as session:
        while any(worker.is_alive() for worker in workers):
            rows, after = exported(session, after)
            told += [int(row[0]) for row in rows]
        rows, after = exported(session, after)
        told += [int(row[0]) for row in rows]
        assert told == ids(session)
    assert all(one < other for one, other in pairwise(told))


def test_its_memory_does_not_grow_with_the_books(
    office: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = 1_200
    monkeypatch.setattr(posting_export, "ROWS_AT_ONCE", rows // 4)

    def fill(numbers: Sequence[int]) -> None:
        values = [
            {"source_key": f"k{number}", "leg": leg, "account": account, "posted_on": ON,
             "amount_centimes": sign, "employer_id": None, "due_id": None}
            for number in numbers
            for leg, account, sign in (("a", Account.BANK, 1), ("b", Account.SUSPENSE, -1))
        ]  # fmt: skip
        office.execute(insert(Posting.__table__), values)
        office.commit()

    def peak() -> int:
        tracemalloc.start()
        count = sum(1 for _ in export_postings(office, 0))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count > rows
        return found

    fill(range(rows))
    small = peak()
    fill(range(rows, 3 * rows))
    assert peak() < 1.2 * small


def test_the_last_posting_of_none_is_zero(office: Session) -> None:
    assert last_posting(office) == 0
    builders.employer(office)
    assert last_posting(office) == 0
