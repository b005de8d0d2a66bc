"""What a person decides about one debit: release it from its hold, or cancel it before sending."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import IllegalMove, NotFound
from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, Notice, NoticeStatus
from webapp.services.events import move_all
from webapp.services.freeing import cancel_debits
from webapp.services.outbox import tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


def release_debit(session: Session, day: WorkingDay, reference: str) -> None:
    """The cause of a hold is gone: plan the debit for the feasible day, with a new notice.

    Raises NotFound, and IllegalMove when the debit is not held.
    """
    with transaction(session):
        release_locked(session, day, _find(session, reference))


def release_locked(session: Session, day: WorkingDay, debit: Debit) -> None:
    """Release a debit that the caller's transaction has locked. Raises IllegalMove."""
    if debit.status is not DebitStatus.HELD:  # Others get there too, by the run alone.
        raise IllegalMove(
            subject="Debit", source=debit.status.value, target=DebitStatus.PLANNED.value
        )
    move_all(
        session,
        day,
        Debit,
        DebitStatus.HELD,
        DebitStatus.PLANNED,
        Debit.id == debit.id,
        cause="released",
        hold_reason=None,
        collect_on=day.feasible_on,
    )


def cancel_debit(
    session: Session, day: WorkingDay, reference: str, vault: Vault | None = None
) -> None:
    """Cancel a debit of which nothing has been sent: its dues are open again.

    With the keys, an employer who was told of the debit is told that it is cancelled. Raises
    NotFound, and IllegalMove once the debit is frozen or further.
    """
    with transaction(session):
        debit = _find(session, reference)
        cancel_debits(session, day, Debit.id == debit.id, cause="cancelled", sources=[debit.status])
        if vault is not None:
            _tell_cancelled(session, day, vault, debit)


def _tell_cancelled(session: Session, day: WorkingDay, vault: Vault, debit: Debit) -> None:
    """Take back what the last notice said that reached the employer, if there was one."""
    told = session.execute(
        select(Notice.amount_centimes, Notice.collect_on, Notice.account_last4)
        .where(Notice.debit_id == debit.id, Notice.status == NoticeStatus.ACCEPTED)
        .order_by(Notice.version.desc())
        .limit(1)
    ).first()
    if told is not None:
        values = {
            "amount": told.amount_centimes,
            "collect_on": told.collect_on,
            "last4": told.account_last4,
        }
        tell(session, day, vault, debit.employer_id, "debit_cancelled", values)


def _find(session: Session, reference: str) -> Debit:
    """The debit, which nobody moves until this transaction ends."""
    debit = session.scalar(select(Debit).where(Debit.reference == reference).with_for_update())
    if debit is None:
        raise NotFound(kind="debit", reference=reference)
    return debit
