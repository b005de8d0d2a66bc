"""Credits are used oldest first, before any account is debited, and never more than once."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import AMOUNT, ANNOUNCING, FREEZING, Desk
from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import Account, Due, DueKind, Employer
from webapp.services.books import Entry, Leg, post, verify_books


def credit(session: Session, owner_id: int, centimes: int, key: str) -> None:
    """Money that the fund holds for the employer, as late money leaves it."""
    session.add(
        Due(
            origin_key=key,
            employer_id=owner_id,
            kind=DueKind.CREDIT,
            status=DueStatus.OPEN,
            period="2026-09",
            amount_centimes=-centimes,
            legal_due_on=date(2026, 11, 1),
            collect_from_on=date(2026, 11, 1),
        )
    )
    legs = (
        Leg("bank", Account.BANK, centimes),
        Leg("credit", Account.EMPLOYER_CREDIT, -centimes),
    )
    post(session, date(2026, 11, 1), [Entry(key, legs)])
    session.commit()


def owner(desk: Desk) -> int:
    found = desk.session.scalars(select(Employer.id)).one()
    desk.session.commit()
    return found


def test_a_smaller_credit_lowers_the_debit(desk: Desk) -> None:
    desk.file_one()
    credit(desk.session, owner(desk), 1_000_000, "late:1")
    desk.send_all()
    (debit,) = desk.debits()
    assert debit.amount_centimes == AMOUNT - 1_000_000
    attempt = desk.attempts()[0]
    desk.take_in(desk.bank.settled({attempt.end_to_end_id: attempt.amount_centimes}))
    found = verify_books(desk.session)
    assert found[Account.EMPLOYER_CREDIT] == found[Account.RECEIVABLE] == 0
    assert found[Account.BANK] == AMOUNT


def test_a_credit_that_covers_everything_is_set_off_and_its_rest_stays(desk: Desk) -> None:
    desk.file_one()
    credit(desk.session, owner(desk), AMOUNT + 700, "late:1")
    desk.run(ANNOUNCING)
    assert [debit.status for debit in desk.debits()] == [DebitStatus.CANCELLED]
    open_now = [due for due in desk.dues() if due.status is DueStatus.OPEN]
    assert [due.amount_centimes for due in open_now] == [-700]
    found = verify_books(desk.session)
    assert (found[Account.RECEIVABLE], found[Account.EMPLOYER_CREDIT]) == (0, -700)
    desk.session.commit()
    desk.run(FREEZING)
    assert desk.attempts() == []


def test_all_credits_together_lower_the_debit(desk: Desk) -> None:
    desk.file_one()
    for number in (1, 2):
        credit(desk.session, owner(desk), 1_000_000 * number, f"late:{number}")
    desk.run(ANNOUNCING)
    assert desk.debits()[0].amount_centimes == AMOUNT - 3_000_000


def left_open(desk: Desk) -> list[int]:
    found = sorted(due.amount_centimes for due in desk.dues() if due.status is DueStatus.OPEN)
    desk.session.rollback()
    return found


def test_the_oldest_credit_is_used_first(desk: Desk) -> None:
    desk.file_one()
    for number, centimes in enumerate((AMOUNT, AMOUNT + 700)):
        credit(desk.session, owner(desk), centimes, f"late:{number}")
    desk.run(ANNOUNCING)
    assert left_open(desk) == [-AMOUNT - 700]


def test_what_is_left_of_a_credit_stays_as_old_as_it_was(desk: Desk) -> None:
    desk.file_one()
    for number, centimes in enumerate((2 * AMOUNT + 700, AMOUNT)):
        credit(desk.session, owner(desk), centimes, f"late:{number}")
    desk.run(ANNOUNCING)
    assert left_open(desk) == [-AMOUNT - 700, -AMOUNT]
    on = date(2026, 12, 2)
    theirs = desk.session.scalars(select(Employer)).one()
    builders.declaration(
        desk.session, builders.working_day(desk.session, on), theirs, period="2026-11"
    )
    desk.run(date(2026, 12, 22))
    assert left_open(desk) == [-AMOUNT, -700]


def test_a_credit_without_a_debit_waits(desk: Desk) -> None:
    builders.employer(desk.session)
    credit(desk.session, owner(desk), 700, "late:1")
    desk.run(ANNOUNCING)
    assert [due.status for due in desk.dues()] == [DueStatus.OPEN]


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(credits=st.lists(st.integers(1, 3 * AMOUNT), min_size=1, max_size=4))
def test_what_is_collected_and_what_is_used_make_what_is_owed(
    desk: Desk, credits: list[int]
) -> None:
    before = sum(due.amount_centimes for due in desk.dues() if due.status is DueStatus.OPEN)
    desk.file_one()
    newest = max(desk.session.scalars(select(Employer.id)))
    desk.session.commit()
    for number, centimes in enumerate(credits):
        credit(desk.session, newest, centimes, f"late:{newest}:{number}")
    desk.run(ANNOUNCING)
    debited = [
        debit.amount_centimes
        for debit in desk.debits()
        if debit.employer_id == newest and debit.status is not DebitStatus.CANCELLED
    ]
    left = sum(due.amount_centimes for due in desk.dues() if due.status is DueStatus.OPEN)
    assert sum(debited) == max(0, AMOUNT - sum(credits))
    assert left - before == min(0, AMOUNT - sum(credits))
    verify_books(desk.session)
    desk.session.commit()
