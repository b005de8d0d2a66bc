"""Taking in a sheet of payments made elsewhere: every good line is booked, none twice.

The sheet comes from the fund's own cashiers, where two people have seen each payment, and whoever
may give this command may do everything: no payment of it waits for a second person.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import InvalidRow
from webapp.domain.money import Centimes, plain_dinars
from webapp.domain.period import Period
from webapp.models import Employer, Payment, PaymentStatus, Subject
from webapp.services.booking_payments import book_payments
from webapp.services.events import record
from webapp.services.payment_lines import PaymentLine, read_payments
from webapp.services.payments import NewPayment, payment_row
from webapp.services.sets import insert_keyed, portions
from webapp.services.sheet_summary import Refuse, SheetSummary, refusal
from webapp.services.telling import Tell
from webapp.services.transactions import Progress, no_progress, transaction
from webapp.services.working_day import WorkingDay

LINES_AT_ONCE = 500

# Whose a payment is, and what it is.
Told = tuple[str, NewPayment]


def import_payments(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    path: Path,
    refuse: Refuse,
    progress: Progress = no_progress,
    *,
    dry_run: bool = False,
) -> SheetSummary:
    """Take in the sheet at `path` (its columns: `payment_lines`); good lines are booked.

    The same way and number a second time is the same payment, whoever entered it before and
    whatever became of it; one that says otherwise is refused. With `dry_run` nothing is kept.

    Raises InvalidRow when the first line does not name the columns.
    """
    summary, seen = SheetSummary(), dict[str, Told]()
    for part in portions(read_payments(path, day.today), LINES_AT_ONCE):
        summary.lines += len(part)
        with transaction(session):
            rows = _new(session, day, part, seen, summary, refuse)
            if rows and not dry_run:
                _book(session, day, vault, tell, rows)
        summary.added += len(rows)
        progress("payments", summary.lines, summary.lines)
    return summary


def _book(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    rows: Sequence[dict[str, object]],
) -> None:
    ids = insert_keyed(session, Payment, Payment.source_key, rows)
    record(session, day, Subject.PAYMENT, ids, None, PaymentStatus.BOOKED, "imported")
    payments = session.scalars(select(Payment).where(Payment.id.in_(ids)).order_by(Payment.id))
    book_payments(session, day, vault, tell, payments.all())


def _new(
    session: Session,
    day: WorkingDay,
    part: Sequence[PaymentLine | InvalidRow],
    seen: dict[str, Told],
    summary: SheetSummary,
    refuse: Refuse,
) -> list[dict[str, object]]:
    """The rows of the lines that are new; the others are known, or go to `refuse`."""
    good = [line for line in part if isinstance(line, PaymentLine)]
    owners, there = _owners(session, good), _there(session, good)
    rows = []
    for line in part:
        try:
            if isinstance(line, InvalidRow):
                raise line
            if _is_known(line, seen, there):
                summary.known += 1
                continue
            owner = owners.get(line.member_number)
            if owner is None:
                told = "member_number", line.member_number, "unknown_employer"
                raise refusal(line.line, told)
        except InvalidRow as error:
            summary.refused += 1
            refuse(error)
        else:
            seen[line.payment.source_key] = line.member_number, line.payment
            rows.append(payment_row(day, owner, line.payment, PaymentStatus.BOOKED))
    return rows


def _is_known(line: PaymentLine, seen: dict[str, Told], there: dict[str, Told]) -> bool:
    """Whether the payment was entered, here or before. Raises InvalidRow: another one was."""
    new, key = line.payment, line.payment.source_key
    before = seen.get(key) or there.get(key)
    if before is None:
        return False
    if before[1].amount != new.amount:
        raise refusal(line.line, ("amount", plain_dinars(new.amount), "another_amount"))
    owner, known = before
    # Who typed it into the form may not have told the period.
    if (owner, known.paid_on) != (line.member_number, new.paid_on):
        raise refusal(line.line, ("number", new.number, "another_due"))
    return True


def _owners(session: Session, lines: Sequence[PaymentLine]) -> dict[str, int]:
    numbers = sorted({line.member_number for line in lines})
    rows = session.execute(
        select(Employer.member_number, Employer.id).where(Employer.member_number.in_(numbers))
    )
    return {row.member_number: row.id for row in rows}


def _there(session: Session, lines: Sequence[PaymentLine]) -> dict[str, Told]:
    """What was entered before under these ways and numbers."""
    keys = sorted({line.payment.source_key for line in lines})
    rows = session.execute(
        select(Payment, Employer.member_number)
        .join(Employer, Employer.id == Payment.employer_id)
        .where(Payment.source_key.in_(keys))
    )
    return {
        payment.source_key: (
            member_number,
            NewPayment(
                payment.way,
                payment.number,
                payment.paid_on,
                Centimes(payment.amount_centimes),
                Period.parse(payment.period) if payment.period else None,
            ),
        )
        for payment, member_number in rows
    }
