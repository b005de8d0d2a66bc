"""Credits: negative dues, set against what the employer owes before any account is debited."""

from __future__ import annotations

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from webapp.domain.statuses import DebitStatus, DueStatus
from webapp.models import Account, Debit, DebitLine, Due, DueKind
from webapp.services.books import Entry, Leg, post
from webapp.services.due_chains import chains
from webapp.services.events import move_all, move_dues
from webapp.services.planning import refresh_amounts
from webapp.services.sets import parts
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


def apply_credits(session: Session, day: WorkingDay) -> int:
    """Use every open credit, oldest first, on the planned debits of its employer.

    A credit smaller than the debit becomes a line of it. One that covers the whole debit is
    set off by postings: nothing is debited, and what is left stays as a split credit. Returns
    how many credits were used. (design.md §6.1)
    """
    with transaction(session):
        credits = _oldest_first(session)
    used = 0
    for due_id in credits:
        with transaction(session):
            used += _use(session, day, due_id)
    return used


def _oldest_first(session: Session) -> list[int]:
    """The open credits; what is left of one that was split or changed is as old as that was."""
    rows = session.execute(
        select(Due.id, Due.predecessor_id).where(
            Due.status == DueStatus.OPEN, Due.amount_centimes < 0
        )
    ).all()
    age: dict[int, int] = {}
    for part in parts(rows):
        found = chains(session, {row.id: row.predecessor_id for row in part})
        age |= {due_id: min(links) for due_id, links in found.items()}
    return sorted(age, key=lambda due_id: (age[due_id], due_id))


def _use(session: Session, day: WorkingDay, due_id: int) -> bool:
    """Use one credit as far as it goes; whether any of it was used.

    The credit and the debit are locked, so that of two runs at once the second waits and then
    sees what the first has used.
    """
    credit = session.get_one(Due, due_id, with_for_update=True, populate_existing=True)
    used = False
    while credit.status is DueStatus.OPEN:
        debit = session.scalar(
            select(Debit)
            .where(
                Debit.employer_id == credit.employer_id,
                Debit.status == DebitStatus.PLANNED,
                Debit.amount_centimes > 0,
            )
            .order_by(Debit.collect_on, Debit.id)
            .limit(1)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if debit is None:
            return used
        used = True
        if -credit.amount_centimes < debit.amount_centimes:
            _add_line(session, day, debit, credit)
            return used
        credit = _set_off(session, day, debit, credit)
    return used


def _add_line(session: Session, day: WorkingDay, debit: Debit, credit: Due) -> None:
    session.add(
        DebitLine(
            debit_id=debit.id,
            due_id=credit.id,
            employer_id=credit.employer_id,
            amount_centimes=credit.amount_centimes,
        )
    )
    session.flush()
    move_dues(session, DueStatus.OPEN, DueStatus.SCHEDULED, Due.id == credit.id)
    refresh_amounts(session, Debit.id == debit.id)


def _set_off(session: Session, day: WorkingDay, debit: Debit, credit: Due) -> Due:
    """Settle a whole debit with a credit; return what is left of the credit, or the credit."""
    part, rest = _split(session, day, credit, debit.amount_centimes)
    lines = session.execute(
        select(DebitLine.due_id, DebitLine.amount_centimes).where(
            DebitLine.debit_id == debit.id, DebitLine.freed_at.is_(None)
        )
    ).all()
    post(
        session,
        day.today,
        [
            Entry(
                f"set-off:{debit.reference}",
                (
                    *(settling_leg(due_id, amount, debit.employer_id) for due_id, amount in lines),
                    settling_leg(part.id, part.amount_centimes, debit.employer_id),
                ),
            )
        ],
    )
    settled = [part.id, *(due_id for due_id, _ in lines)]
    move_all(
        session,
        day,
        Debit,
        DebitStatus.PLANNED,
        DebitStatus.CANCELLED,
        Debit.id == debit.id,
        cause="set_off",
    )
    session.execute(
        update(DebitLine)
        .where(DebitLine.debit_id == debit.id, DebitLine.freed_at.is_(None))
        .values(freed_at=day.now)
        .execution_options(synchronize_session=False)
    )
    for source in (DueStatus.OPEN, DueStatus.SCHEDULED):
        move_dues(session, source, DueStatus.SETTLED, Due.id.in_(settled))
    session.expire_all()
    return rest or part


def _split(session: Session, day: WorkingDay, credit: Due, amount: int) -> tuple[Due, Due | None]:
    """Cut `amount` centimes out of a credit: the credit itself, or two successors of it."""
    rest = -credit.amount_centimes - amount
    if not rest:
        return credit, None
    move_all(
        session,
        day,
        Due,
        DueStatus.OPEN,
        DueStatus.SUPERSEDED,
        and_(Due.id == credit.id),
        cause="split",
    )
    successors = [
        Due(
            origin_key=f"credit:{credit.id}:{name}",
            employer_id=credit.employer_id,
            worksite_id=credit.worksite_id,
            revision=credit.revision,
            about_due_id=credit.about_due_id,
            kind=DueKind.CREDIT,
            status=DueStatus.OPEN,
            period=credit.period,
            amount_centimes=-centimes,
            legal_due_on=credit.legal_due_on,
            collect_from_on=credit.collect_from_on,
            predecessor_id=credit.id,
        )
        for name, centimes in (("used", amount), ("rest", rest))
    ]
    session.add_all(successors)
    session.flush()
    return successors[0], successors[1]


def settling_leg(due_id: int, amount: int, employer_id: int, sign: int = 1) -> Leg:
    """The leg that settles one due: what was receivable is received, a credit is used up.

    With `sign` -1, the leg that takes the settling back.
    """
    account = Account.RECEIVABLE if amount > 0 else Account.EMPLOYER_CREDIT
    return Leg(f"due:{due_id}", account, -amount * sign, employer_id, due_id)
