"""The books for the fund's own system: every posting after a known one, once each, in order.

A sheet (CSV), for accounting systems and people read it alike, and a line is a posting: it needs
no memory on either side. Debit and credit stand in two columns, above zero, as accountants keep
them. The last line names the last posting; without it the sheet is torn and must not be used.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from webapp.domain.errors import UnknownPosting
from webapp.domain.money import plain_dinars
from webapp.domain.sheets import safe_cell
from webapp.models import Due, Employer, Posting
from webapp.services.transactions import reading, transaction

HEADINGS = (
    "id", "posted_on", "source_key", "leg", "account", "debit", "credit", "member_number",
    "due", "kind", "period",
)  # fmt: skip
END = "last"
ROWS_AT_ONCE = 5_000


def export_postings(session: Session, after: int) -> Iterator[str]:
    """The lines of the sheet, each written when it is asked for: postings with a greater id.

    Nothing that is written later has a lower id than the last one named. Raises UnknownPosting
    when `after` is greater than any there is: then the database is older than who asks.
    """
    last = last_posting(session)
    if after > last:
        raise UnknownPosting(after=after, last=last)
    yield _line(HEADINGS)
    while rows := _rows(session, after, last):
        for row in rows:
            yield _line(_cells(row))
        after = rows[-1].id
    yield _line((END, last))


def last_posting(session: Session) -> int:
    """The id of the last posting, with none still to come before it; 0 where there is none.

    PostgreSQL gives ids out before the commit: whoever is writing is waited for. On SQLite every
    transaction waits for the others anyway.
    """
    with transaction(session):
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("LOCK TABLE postings IN SHARE ROW EXCLUSIVE MODE"))
        return session.scalar(select(func.max(Posting.id))) or 0


def _rows(session: Session, after: int, last: int) -> list[Row[*tuple[object, ...]]]:
    with reading(session):
        return list(
            session.execute(
                select(
                    Posting.id,
                    Posting.posted_on,
                    Posting.source_key,
                    Posting.leg,
                    Posting.account,
                    Posting.amount_centimes,
                    Employer.member_number,
                    Due.origin_key,
                    Due.kind,
                    Due.period,
                )
                .outerjoin(Employer, Employer.id == Posting.employer_id)
                .outerjoin(Due, Due.id == Posting.due_id)
                .where(Posting.id > after, Posting.id <= last)
                .order_by(Posting.id)
                .limit(ROWS_AT_ONCE)
            )
        )


def _cells(row: Row[*tuple[object, ...]]) -> tuple[object, ...]:
    amount = row.amount_centimes
    return (
        row.id,
        row.posted_on.isoformat(),
        row.source_key,
        row.leg,
        row.account.value,
        plain_dinars(amount) if amount > 0 else "",
        plain_dinars(-amount) if amount < 0 else "",
        row.member_number or "",
        row.origin_key or "",
        row.kind.value if row.kind else "",
        row.period or "",
    )


def _line(cells: tuple[object, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([safe_cell(cell) for cell in cells])
    return line.getvalue()
