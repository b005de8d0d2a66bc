"""What need not be kept is forgotten: counted tries, unused codes, what was begun and left."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, exists
from sqlalchemy.orm import Session

from webapp.models import KeptForm, MandateSignature, OneTimeCode, Throttle
from webapp.services.mandate_drafts import forget_old_drafts
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

KEPT_FOR = timedelta(days=2)


def forget_old(session: Session, day: WorkingDay) -> None:
    """Delete what has been of no use for two days, and authorisations that were only begun.

    A code that signed is evidence, and stays.
    """
    before = day.now - KEPT_FOR
    with transaction(session):
        forget_old_drafts(session, day)
        session.execute(delete(Throttle).where(Throttle.since_at < before))
        session.execute(delete(KeptForm).where(KeptForm.kept_at < before))
        session.execute(
            delete(OneTimeCode).where(
                OneTimeCode.sent_at < before,
                ~exists().where(MandateSignature.code_id == OneTimeCode.id),
            )
        )
