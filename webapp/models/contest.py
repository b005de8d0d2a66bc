"""A contest: what an employer objects to of a debit, why, and what the office answers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.contests import ContestOutcome as ContestOutcome
from webapp.domain.contests import ContestReason as ContestReason
from webapp.domain.statuses import ContestStatus
from webapp.models.base import Base, BigId, UtcDateTime, id_column, live_key, one_of


class Contest(Base):
    __tablename__ = "contests"
    __table_args__ = (
        UniqueConstraint("id", "employer_id"),
        ForeignKeyConstraint(["debit_id", "employer_id"], ["debits.id", "debits.employer_id"]),
        CheckConstraint(
            "(answered_at IS NULL) = (status IN ('open', 'withdrawn'))",
            name="answered_when_decided",
        ),
        Index("ix_contests_status_answer_by_on", "status", "answer_by_on"),
        Index("ix_contests_debit_id", "debit_id"),
    )

    id: Mapped[int] = id_column()
    # Made before the row: what is sealed for one contest does not open as another's.
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    debit_id: Mapped[int] = mapped_column(BigId)
    # Of the page that it was written on: sent twice, it is one contest.
    form_key: Mapped[str] = mapped_column(String(64), unique=True)
    reason: Mapped[ContestReason] = mapped_column(one_of(ContestReason))
    status: Mapped[ContestStatus] = mapped_column(one_of(ContestStatus))
    # The employer's own words, and the office's answer; sealed.
    words: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[ContestOutcome | None] = mapped_column(one_of(ContestOutcome))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_by_on: Mapped[date]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff_members.id"))


class ContestLine(Base):
    """A due that is contested; in one open contest at most."""

    __tablename__ = "contest_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contest_id", "employer_id"], ["contests.id", "contests.employer_id"]
        ),
        ForeignKeyConstraint(
            ["due_id", "employer_id", "amount_centimes"],
            ["dues.id", "dues.employer_id", "dues.amount_centimes"],
        ),
        UniqueConstraint("contest_id", "due_id"),
        live_key("uq_contest_lines_one_open_per_due", "due_id", where="ended_at IS NULL"),
    )

    id: Mapped[int] = id_column()
    contest_id: Mapped[int] = mapped_column(BigId)
    employer_id: Mapped[int] = mapped_column(BigId)
    due_id: Mapped[int] = mapped_column(BigId)
    amount_centimes: Mapped[int] = mapped_column(BigInteger)
    # Whether the office has found that it is not owed; nothing while there is no answer.
    upheld: Mapped[bool | None]
    # When nothing more was to come of it: of one that is upheld, once its money is known to have
    # come or not.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContestPaper(Base):
    """What the employer has sent along as evidence; the bytes lie sealed on disk."""

    __tablename__ = "contest_papers"

    id: Mapped[int] = id_column()
    # The name of its file, and what its bytes are sealed for.
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    contest_id: Mapped[int] = mapped_column(BigId, ForeignKey("contests.id"), index=True)
    media_type: Mapped[str] = mapped_column(String(20))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
