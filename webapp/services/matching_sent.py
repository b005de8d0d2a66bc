"""What of the database belongs to a debit that left after the backup was taken; nothing is written.

What cannot be matched soundly has an obstacle, by which a person knows what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.domain.money import Centimes
from webapp.domain.obstacles import Obstacle
from webapp.domain.statuses import DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus, DueStatus
from webapp.models import Attempt, Debit, DebitLine, Due, DueKind, Mandate
from webapp.services.journalling import SentAttempt
from webapp.services.new_dues import NewDue
from webapp.services.taking_again import may_be_taken_again

AnyRow = Row[tuple[Any, ...]]
BOUND = (DueStatus.OPEN, DueStatus.SCHEDULED)
# Money has come, or somebody argues about it: nothing here may undo that.
DONE = (DebitStatus.SETTLED, DebitStatus.DISPUTED, DebitStatus.CANCELLED)
# A line is freed while its debit is one of these.
FREEABLE = (*DEBIT_STATUSES_BEFORE_FREEZING, DebitStatus.REFUSED)


@dataclass(frozen=True, slots=True)
class SentDebit:
    """A debit with those of its attempts, by number, that the database does not know.

    `overtaken`: one of its dues left later in another debit, so this one had failed for good.
    """

    attempts: tuple[SentAttempt, ...]
    overtaken: bool

    @property
    def last(self) -> SentAttempt:
        return self.attempts[-1]


@dataclass(frozen=True, slots=True)
class Matched:
    """What of the database belongs to it."""

    mandate: AnyRow
    debit: AnyRow | None
    dues: tuple[AnyRow, ...]
    late: tuple[NewDue, ...]


def match(session: Session, sent: SentDebit) -> Matched | Obstacle:
    """What the debit consists of here, or why that cannot be said; nothing is written."""
    mandate = session.execute(
        select(Mandate.__table__).where(Mandate.reference == sent.last.mandate)
    ).first()
    if mandate is None:
        return Obstacle.NO_MANDATE
    debit = session.execute(
        select(Debit.__table__).where(Debit.reference == sent.last.debit)
    ).first()
    if debit is not None and debit.status in DONE:
        return Obstacle.ALREADY_SETTLED
    if debit is not None and debit.mandate_id != mandate.id:
        return Obstacle.DEBIT_DIFFERS
    if _is_another_there(session, sent):
        return Obstacle.DEBIT_DIFFERS  # Another one under the same name.
    there = _by_key(session, sent.last.dues)
    late = _late_dues(session, sent.last, there)
    if sent.overtaken:
        return Matched(mandate, debit, tuple(there.values()), ())
    if len(there) + len(late) != len(sent.last.dues):
        return Obstacle.NO_DUE
    dues = tuple(there.values())
    both: list[Any] = [*dues, *late]
    owners = {due.employer_id for due in both}
    if owners != {mandate.employer_id} or sent.last.amount != sum(
        due.amount_centimes for due in both
    ):
        return Obstacle.DUE_DIFFERS
    if any(due.status not in BOUND for due in dues):
        return Obstacle.DUE_CHANGED
    return _obstacle_of_lines(session, debit, dues) or Matched(mandate, debit, dues, late)


def _is_another_there(session: Session, sent: SentDebit) -> bool:
    """Whether one of the EndToEndIds stands for something else than what left once more since."""
    left = {one.end_to_end_id: (one.debit, one.amount) for one in sent.attempts}
    there = session.execute(
        select(
            Attempt.end_to_end_id, Debit.reference, Attempt.amount_centimes, may_be_taken_again()
        )
        .join(Debit, Debit.id == Attempt.debit_id)
        .where(Attempt.end_to_end_id.in_(left))
    ).all()
    return any(not again or left[name] != (debit, cts) for name, debit, cts, again in there)


def _by_key(session: Session, keys: Sequence[str]) -> dict[str, AnyRow]:
    rows = session.execute(select(Due.__table__).where(Due.origin_key.in_(keys))).all()
    return {row.origin_key: row for row in rows}


def _late_dues(
    session: Session, attempt: SentAttempt, there: Mapping[str, AnyRow]
) -> tuple[NewDue, ...]:
    """The surcharges and penalties that the database lacks, where it has what they are about."""
    lacking = {key: attempt.late[key] for key in attempt.dues if key in attempt.late.keys() - there}
    abouts = _by_key(session, [str(one["about"]) for one in lacking.values()])
    return tuple(
        NewDue(
            origin_key=key,
            kind=DueKind(one["kind"]),
            employer_id=about.employer_id,
            worksite_id=about.worksite_id,
            period=about.period,
            amount_centimes=Centimes(one["amount_centimes"]),
            legal_due_on=about.legal_due_on,
            collect_from_on=date.fromisoformat(one["collect_from_on"]),
            about_due_id=about.id,
            base_centimes=Centimes(one["base_centimes"]),
            rate=one["rate"],
            step=one["step"],
        )
        for key, one in lacking.items()
        if (about := abouts.get(str(one["about"])))
    )


def live_lines(session: Session, *conditions: Any) -> Sequence[Row[int, int, DebitStatus]]:
    """The lines by which dues are bound to debits, with the state of each debit."""
    return session.execute(
        select(DebitLine.debit_id, DebitLine.due_id, Debit.status)
        .join(Debit, Debit.id == DebitLine.debit_id)
        .where(DebitLine.freed_at.is_(None), *conditions)
    ).all()


def _obstacle_of_lines(
    session: Session, debit: AnyRow | None, dues: Sequence[AnyRow]
) -> Obstacle | None:
    """What is bound already, and cannot be let go."""
    due_ids = [due.id for due in dues]
    own = debit.id if debit else None
    for line in live_lines(session, DebitLine.due_id.in_(due_ids)):
        if line.debit_id != own and line.status in DONE:
            return Obstacle.ALREADY_SETTLED
    if debit is None or debit.status in FREEABLE:
        return None
    bound = {line.due_id for line in live_lines(session, DebitLine.debit_id == debit.id)}
    return None if bound <= set(due_ids) else Obstacle.DEBIT_DIFFERS
