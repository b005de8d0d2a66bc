"""The debits that change with their dues: as they were, settled anew, and what has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from webapp.domain.money import Centimes
from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, DebitLine, HoldReason, Mandate
from webapp.services.events import move_all
from webapp.services.freeing import cancel_debits
from webapp.services.planning import refresh_amounts
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class ChangedDebit:
    """A debit whose amount has changed, in centimes; after 0 it is cancelled."""

    id: int
    reference: str
    collect_on: date
    account_last4: str
    before: Centimes
    after: Centimes
    was_told: bool


def debits_before(session: Session, debit_ids: set[int]) -> dict[int, ChangedDebit]:
    """The debits as they are before something changes, by their ids."""
    rows = session.execute(
        select(
            Debit.id,
            Debit.reference,
            Debit.collect_on,
            Mandate.account_last4,
            Debit.amount_centimes,
            Debit.notice_version,
        )
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .where(Debit.id.in_(debit_ids))
        .order_by(Debit.id)
    )
    return {
        row.id: ChangedDebit(
            row.id,
            row.reference,
            row.collect_on,
            row.account_last4,
            Centimes(row.amount_centimes),
            Centimes(row.amount_centimes),
            row.notice_version > 0,
        )
        for row in rows
    }


def settle_debits(session: Session, day: WorkingDay, debit_ids: Sequence[int]) -> None:
    """Set the amounts anew; what has nothing to collect any more is cancelled.

    What was held above its ceiling and fits beneath it now is planned again.
    """
    totals: dict[int, int] = defaultdict(int)
    rows = session.execute(
        select(DebitLine.debit_id, func.sum(DebitLine.amount_centimes))
        .where(DebitLine.debit_id.in_(debit_ids), DebitLine.freed_at.is_(None))
        .group_by(DebitLine.debit_id)
    )
    totals.update({row[0]: int(row[1]) for row in rows})
    empty = [debit_id for debit_id in debit_ids if totals[debit_id] <= 0]
    if empty:
        cancel_debits(session, day, Debit.id.in_(empty), cause="nothing_left")
    left = Debit.id.in_([one for one in debit_ids if one not in empty])
    refresh_amounts(session, left)
    fits = exists().where(
        Mandate.id == Debit.mandate_id, Mandate.ceiling_centimes >= Debit.amount_centimes
    )
    move_all(
        session,
        day,
        Debit,
        DebitStatus.HELD,
        DebitStatus.PLANNED,
        left,
        Debit.hold_reason == HoldReason.OVER_CEILING,
        fits,
        cause="lowered",
        hold_reason=None,
        collect_on=day.feasible_on,
    )


def differences(session: Session, before: Mapping[int, ChangedDebit]) -> tuple[ChangedDebit, ...]:
    """The debits whose amount is not what it was before."""
    rows = session.execute(select(Debit.id, Debit.amount_centimes).where(Debit.id.in_(before)))
    after = {row.id: Centimes(row.amount_centimes) for row in rows}
    return tuple(
        ChangedDebit(
            one.id, one.reference, one.collect_on, one.account_last4, one.before, after[one.id],
            one.was_told,
        )
        for one in before.values()
        if after[one.id] != one.before
    )  # fmt: skip


def merged(changes: Sequence[ChangedDebit]) -> list[ChangedDebit]:
    """One change for each debit that changed in several steps, from the first to the last."""
    found: dict[int, ChangedDebit] = {}
    for one in changes:
        before = found[one.id].before if one.id in found else one.before
        found[one.id] = replace(one, before=before)
    return list(found.values())
