"""What employers are told of their debits, reckoned again: it is what they are debited."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, DueKind
from webapp.services.debit_history import find_debit

# Their origin alone explains them: a payment, or money that came or went by a bank.
WITHOUT_RECKONING = {DueKind.CREDIT, DueKind.ADJUSTMENT}


def check_explained(session: Session) -> None:
    """The amounts under each debit give it, and their calculations give them.

    Raise AssertionError for the debits of which that is not so. A cancelled one has no amount.
    """
    debits = session.execute(
        select(Debit.employer_id, Debit.reference, Debit.amount_centimes)
        .where(Debit.status != DebitStatus.CANCELLED)
        .order_by(Debit.id)
    ).all()
    session.rollback()
    wrong = []
    for employer_id, reference, amount in debits:
        page = find_debit(session, employer_id, reference)
        if page.debit.status is not DebitStatus.REFUSED:
            told = sum(share.amount for share in page.shares)
            if not told == page.debit.amount == amount:
                wrong.append((reference, told, page.debit.amount, amount))
        for share in page.shares:
            reckoning = page.explained[share.due_id].reckoning
            if reckoning is None:
                if share.kind not in WITHOUT_RECKONING:
                    wrong.append((reference, share.kind, share.due_id, "no reckoning"))
            elif reckoning.amount != share.amount:
                wrong.append((reference, share.due_id, reckoning, share.amount))
    assert not wrong, f"explained is not what is debited: {wrong[:3]}"
