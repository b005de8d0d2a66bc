"""The books of one employer as the lines of a statement: grouped, named and numbered by SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, String, Subquery, and_, case, cast, func, literal, select

from webapp.models import Account, Due, Posting

Owners = Sequence[int]
# What an employer owes, less what the fund owes them.
OWN = (Account.RECEIVABLE, Account.EMPLOYER_CREDIT)


class Movement(StrEnum):
    """Why the balance of an employer changed."""

    CHARGED = "charged"  # owed from that day on; a credit granted, on the account of credits
    REDUCED = "reduced"  # no longer owed, for it was corrected or taken back
    RECEIVED = "received"  # by a debit
    RETURNED = "returned"  # taken back by the bank
    REFUSED = "refused"  # by the bank, after the money had come
    SET_OFF = "set_off"
    PAID_ELSEWHERE = "paid_elsewhere"
    TAKEN_BACK = "taken_back"  # a payment made elsewhere: the cheque bounced
    WENT_BACK = "went_back"  # money that was credited and used, and that the bank took back
    RESCHEDULED = "rescheduled"
    WAIVED = "waived"
    REFUNDED = "refunded"
    IDENTIFIED = "identified"  # money that a bank could not name, found to be theirs
    OTHER = "other"


def _entries(owners: Owners, first_on: date, last_on: date) -> Subquery:
    """What each cause of these days booked on the other accounts."""
    mine = select(Posting.source_key).where(
        Posting.employer_id.in_(owners),
        Posting.account.in_(OWN),
        Posting.posted_on.between(first_on, last_on),
    )
    booked = {
        account: func.sum(case((Posting.account == account, Posting.amount_centimes), else_=0))
        for account in (
            Account.INCOME, Account.BANK, Account.ELSEWHERE, Account.WAIVED, Account.REFUNDS,
            Account.SUSPENSE,
        )
    }  # fmt: skip
    return (
        select(Posting.source_key, *(one.label(account.value) for account, one in booked.items()))
        .where(Posting.source_key.in_(mine))
        .group_by(Posting.source_key)
        .subquery("entries")
    )


def _movement(entries: Subquery) -> ColumnElement[str]:
    key, booked = entries.c.source_key, entries.c
    return case(
        (key.like("schedule:%:taken"), Movement.RESCHEDULED.value),
        (key.like("set-off:%"), Movement.SET_OFF.value),
        (key.like("due:went-back:%"), Movement.WENT_BACK.value),
        (booked.bank > 0, Movement.RECEIVED.value),
        (booked.bank < 0, Movement.RETURNED.value),
        (booked.elsewhere > 0, Movement.PAID_ELSEWHERE.value),
        (booked.elsewhere < 0, Movement.TAKEN_BACK.value),
        (booked.waived != 0, Movement.WAIVED.value),
        (booked.refunds != 0, Movement.REFUNDED.value),
        (booked.suspense > 0, Movement.IDENTIFIED.value),
        (key.like("attempt:%"), Movement.REFUSED.value),
        (booked.income < 0, Movement.CHARGED.value),
        (booked.income > 0, Movement.REDUCED.value),
        else_=Movement.OTHER.value,
    )


def _account() -> ColumnElement[Account]:
    """A credit that a debit uses stands with what the debit collects: it took that much less."""
    in_debit = and_(
        Posting.account == Account.EMPLOYER_CREDIT,
        Posting.due_id.is_not(None),
        Posting.source_key.like("attempt:%"),
    )
    owed = literal(Account.RECEIVABLE, Posting.account.type)
    return case((in_debit, owed), else_=Posting.account)


def numbered_lines(employer_id: int, first_on: date, last_on: date) -> Subquery:
    """The lines with the change of the balance up to each, in the order of the books."""
    grouped = lines_of([employer_id], first_on, last_on)
    running = func.sum(grouped.c.amount).over(order_by=(grouped.c.posted_on, grouped.c.first_id))
    return select(grouped, running.label("running")).subquery("numbered")


def lines_of(owners: Owners, first_on: date, last_on: date) -> Subquery:
    """The lines of the statements of these employers, in no order."""
    entries = _entries(owners, first_on, last_on)
    movement = _movement(entries)
    of_dues = movement.in_([Movement.CHARGED.value, Movement.REDUCED.value])
    subject = case(
        (and_(of_dues, Due.id.is_not(None)), cast(Due.kind, String) + ":" + Due.period),
        else_=Posting.source_key,
    )
    # Named once and grouped outside, so that both databases see one and the same expression.
    legs = (
        select(
            Posting.id, Posting.employer_id, Posting.posted_on, _account().label("account"),
            Posting.amount_centimes, Posting.source_key, movement.label("movement"),
            subject.label("subject"), Due.worksite_id,
        )
        .join(entries, entries.c.source_key == Posting.source_key)
        .outerjoin(Due, Due.id == Posting.due_id)
        .where(
            Posting.employer_id.in_(owners),
            Posting.account.in_(OWN),
            Posting.posted_on.between(first_on, last_on),
        )
        .subquery("legs")
    )  # fmt: skip
    return (
        select(
            legs.c.employer_id, legs.c.posted_on, legs.c.movement, legs.c.account,
            func.min(legs.c.id).label("first_id"),
            func.sum(legs.c.amount_centimes).label("amount"),
            func.min(legs.c.source_key).label("source_key"),
            func.min(legs.c.subject).label("subject"),
            func.count(legs.c.worksite_id.distinct()).label("worksites"),
        )
        .group_by(
            legs.c.employer_id, legs.c.posted_on, legs.c.movement, legs.c.account, legs.c.subject
        )
        .having(func.sum(legs.c.amount_centimes) != 0)
        .subquery("grouped")
    )  # fmt: skip
