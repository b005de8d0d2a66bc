"""What is known of an attempt, and what a message adds to it: the facts, and where they lead."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from webapp.domain.facts import FAILURES, AttemptState, Fact, attempt_state
from webapp.domain.money import Centimes
from webapp.domain.positions import Position, position
from webapp.domain.statuses import DebitStatus
from webapp.models import Attempt, Debit, Reversal
from webapp.services.working_day import WorkingDay

FACT_COLUMNS = {
    Fact.ACCEPTED: "accepted_at",
    Fact.DEBITED: "debited_at",
    Fact.SETTLED: "settled_at",
    Fact.REFUSED: "refused_at",
    Fact.RETURNED: "returned_at",
    Fact.REVERSED: "reversed_at",
}
DEBIT_STATUS_OF = {
    AttemptState.ACCEPTED: DebitStatus.ACCEPTED,
    AttemptState.DEBITED: DebitStatus.DEBITED,
    AttemptState.SETTLED: DebitStatus.SETTLED,
    AttemptState.REFUSED: DebitStatus.REFUSED,
    AttemptState.REVERSED: DebitStatus.REVERSED,
}


@dataclass(slots=True)
class Told:
    """One attempt with the facts known before and those that this message adds."""

    row: Row[*tuple[Any, ...]]
    before: frozenset[Fact]
    added: list[Fact] = field(default_factory=list)
    reason: str | None = None

    @property
    def after(self) -> frozenset[Fact]:
        return self.before | set(self.added)

    @property
    def given_up(self) -> bool:
        """It had failed without the bank's word, because its file counted as lost."""
        return self.row.failed_at is not None and not self.before & FAILURES

    def money(self, facts: Set[Fact]) -> Position:
        """Where its money stands by these facts.

        Of what was given up the dues are collected otherwise: its money is the employer's, as
        after a refusal.
        """
        known = facts | {Fact.REFUSED} if self.given_up else facts
        return position(known, Centimes(self.row.amount_centimes))

    @property
    def target(self) -> DebitStatus:
        """Where the debit goes. One that two people have called an error is not tried again,
        whichever way its money went back.
        """
        found = DEBIT_STATUS_OF[attempt_state(self.after)]
        undone = found is DebitStatus.REFUSED and self.row.reversal_id is not None
        return DebitStatus.REVERSED if undone else found


def load_told(session: Session, entries: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, Told]:
    """The attempts that these entries are about, by their ids, before anything of them is taken in.

    Inside the caller's transaction.
    """
    wanted = {entry.attempt_id for entry in entries if entry.attempt_id}
    rows = session.execute(
        select(
            Attempt.__table__,
            Debit.status.label("debit_status"),
            Debit.employer_id,
            Debit.reference.label("debit_reference"),
            Reversal.id.label("reversal_id"),
        )
        .join(Debit, Debit.id == Attempt.debit_id)
        .outerjoin(Reversal, Reversal.attempt_id == Attempt.id)
        .where(Attempt.id.in_(wanted))
    ).all()
    return {
        row.id: Told(
            row,
            frozenset(fact for fact, column in FACT_COLUMNS.items() if getattr(row, column)),
        )
        for row in rows
    }


def store_facts(session: Session, day: WorkingDay, changed: Iterable[Told]) -> None:
    """Write the facts that were added to these attempts, and the state that they make.

    Each by the instant at which it was first learnt. Inside the caller's transaction.
    """
    rows = []
    for one in changed:
        after = one.after
        known: dict[str, datetime | None] = {
            column: getattr(one.row, column) or (day.now if fact in after else None)
            for fact, column in FACT_COLUMNS.items()
        }
        rows.append(
            {
                "row_id": one.row.id,
                "state_": attempt_state(after),
                "reason_": one.row.reason_code or one.reason,
                "failed_": one.row.failed_at or (day.now if after & FAILURES else None),
                **{f"{column}_": instant for column, instant in known.items()},
            }
        )
    if not rows:
        return
    table = Attempt.__table__
    session.connection().execute(
        update(Attempt.__table__)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("row_id"))
        .values(
            state=bindparam("state_"),
            reason_code=bindparam("reason_"),
            failed_at=bindparam("failed_"),
            **{column: bindparam(f"{column}_") for column in FACT_COLUMNS.values()},
        ),
        rows,
    )
