"""The walls of the database: what is append-only, what never changes, what is never freed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from tests.models.breaking import NOW, refused_by_wall, row_of, write
from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.models import (
    Attempt,
    BankFile,
    Base,
    Debit,
    DebitLine,
    Declaration,
    DeclarationLine,
    DeclaredMonth,
    Due,
    EarlierFile,
    Event,
    EventSeal,
    HoldReason,
    Mandate,
    Posting,
)

APPEND_ONLY = [Posting, Event, EventSeal]
KEPT = [
    *APPEND_ONLY, Due, Debit, DebitLine, Attempt, BankFile, Mandate, Declaration, DeclarationLine,
    DeclaredMonth,
]  # fmt: skip
SNAPSHOTS = [
    (Due, "amount_centimes", 1),
    (Due, "origin_key", "another cause"),
    (Due, "employer_id", 10**9),
    (Due, "kind", "credit"),
    (DebitLine, "amount_centimes", 1),
    (DebitLine, "due_id", 10**9),
    (DebitLine, "debit_id", 10**9),
    (Attempt, "amount_centimes", 1),
    (Attempt, "debtor_name", "Somebody else"),
    (Attempt, "end_to_end_id", "ANOTHER"),
    (Attempt, "mandate_reference", "KM-ANOTHER"),
    (Attempt, "mandate_signed_on", date(2020, 1, 1)),
    (Attempt, "bank_file_id", 10**9),
    (Attempt, "number", 9),
    (BankFile, "reference", "ANOTHER"),
    (BankFile, "collect_on", date(2030, 1, 1)),
    (BankFile, "frozen_by", "somebody"),
    (BankFile, "message_format", "csv1"),
    (BankFile, "name_profile", "latin"),
    (BankFile, "transactions", 9),
    (BankFile, "total_centimes", 9),
    (Mandate, "account_index", "0" * 64),
    (Mandate, "bank_code", "999"),
    (Mandate, "signed_text_sha256", "0" * 64),
]
WITH_THE_BANK = [
    DebitStatus.FROZEN,
    DebitStatus.SENT,
    DebitStatus.UNKNOWN,
    DebitStatus.ACCEPTED,
    DebitStatus.DEBITED,
    DebitStatus.SETTLED,
    DebitStatus.DISPUTED,
]


@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model.__tablename__)
def test_an_append_only_table_refuses_every_change(tables: Session, model: type[Base]) -> None:
    for column in model.__table__.columns:
        with refused_by_wall(tables, "never changed"):
            tables.execute(update(model).values({column: column}))


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__tablename__)
def test_what_must_be_kept_is_never_deleted(tables: Session, model: type[Base]) -> None:
    before = tables.scalar(select(func.count()).select_from(model))
    assert before
    with refused_by_wall(tables, "never deleted"):
        tables.execute(delete(model))
    assert tables.scalar(select(func.count()).select_from(model)) == before


@pytest.mark.parametrize(
    ("model", "column", "value"),
    SNAPSHOTS,
    ids=[f"{model.__tablename__}.{column}" for model, column, _ in SNAPSHOTS],
)
def test_what_was_frozen_or_signed_never_changes(
    tables: Session, model: type[Base], column: str, value: object
) -> None:
    assert row_of(tables, model)[column] != value
    with refused_by_wall(tables, "never changed"):
        tables.execute(
            text(f"UPDATE {model.__tablename__} SET {column} = :value"), {"value": value}
        )


def _to_be_taken_again(session: Session) -> int:
    """The first attempt as one of a lost file that was taken back; a file to take it."""
    row = row_of(session, BankFile)
    new = {"reference": "KHATWA-BNA-20270101-001", "sequence": 99, "status": BankFileStatus.FILLING}
    write(session, BankFile, row, **new)
    first = session.scalar(select(func.min(Attempt.id)))
    own = session.scalar(select(Attempt.bank_file_id).where(Attempt.id == first))
    session.execute(update(Attempt).where(Attempt.id == first).values(failed_at=NOW, state=None))
    lost = {"status": BankFileStatus.SUPERSEDED, "lost_at": NOW}
    session.execute(update(BankFile).where(BankFile.id == own).values(lost))
    session.execute(insert(EarlierFile).values(attempt_id=first, bank_file_id=own))
    return int(first or 0)


LACKING = {
    "nothing": "",
    "its failure": "UPDATE attempts SET failed_at = NULL",
    "the bank's silence": "UPDATE attempts SET state = 'accepted'",
    "a file that was taken back": "UPDATE bank_files SET status = 'sent' WHERE sequence <> 99",
    "a file that was lost": "UPDATE bank_files SET lost_at = NULL",
    "a file that has not left": "UPDATE bank_files SET status = 'sent' WHERE sequence = 99",
    "a file that is being filled": "UPDATE bank_files SET status = 'frozen' WHERE sequence = 99",
}


@pytest.mark.parametrize("lacking", LACKING)
def test_an_attempt_changes_its_file_only_to_be_taken_again(tables: Session, lacking: str) -> None:
    with tables.begin_nested() as undone:
        first = _to_be_taken_again(tables)
        if LACKING[lacking]:
            tables.execute(text(LACKING[lacking]))
        new = select(BankFile.id).where(BankFile.sequence == 99).scalar_subquery()
        move = update(Attempt).where(Attempt.id == first).values(bank_file_id=new, failed_at=None)
        if lacking == "nothing":
            tables.execute(move)
        else:
            with refused_by_wall(tables, "never changed"):
                tables.execute(move)
        undone.rollback()


def free_everything(session: Session, status: DebitStatus) -> None:
    reason = HoldReason.BANK_REFUSAL if status is DebitStatus.HELD else None
    session.execute(update(Debit).values(status=status, hold_reason=reason))
    session.execute(update(DebitLine).values(freed_at=NOW))


@pytest.mark.parametrize("status", WITH_THE_BANK)
def test_the_line_of_a_debit_with_the_bank_is_never_freed(
    tables: Session, status: DebitStatus
) -> None:
    with refused_by_wall(tables, "never freed with the bank"):
        free_everything(tables, status)


@pytest.mark.parametrize("status", [s for s in DebitStatus if s not in WITH_THE_BANK])
def test_a_line_is_freed_before_sending_and_after_refusal(
    tables: Session, status: DebitStatus
) -> None:
    free_everything(tables, status)
    live = select(func.count()).where(DebitLine.freed_at.is_(None))
    assert tables.scalar(live) == 0


def test_a_freed_line_is_never_revived(tables: Session) -> None:
    free_everything(tables, DebitStatus.REFUSED)
    with refused_by_wall(tables, "never revived"):
        tables.execute(update(DebitLine).values(freed_at=None))


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__tablename__)
def test_no_back_door_empties_a_table_that_must_be_kept(tables: Session, model: type[Base]) -> None:
    """PostgreSQL's TRUNCATE and SQLite's REPLACE delete rows past ordinary triggers."""
    table = model.__tablename__
    if tables.get_bind().dialect.name == "postgresql":
        statement = f"TRUNCATE {table} CASCADE"
    else:
        statement = f"REPLACE INTO {table} SELECT * FROM {table}"
    with refused_by_wall(tables, "never deleted"):
        tables.execute(text(statement))
