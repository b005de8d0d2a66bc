"""What did not arrive after all: a notice, whose debit is held, or any other message."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.models import Message, MessageStatus
from webapp.services import notice_bounces
from webapp.services.sending import LONGEST_ANSWER
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


def record_bounce(session: Session, day: WorkingDay, reference: str, answer: str = "") -> bool:
    """The provider tells that a message did not arrive. False when no message has the reference.

    Of a notice (debit reference, a dot, version) the debit is held, unless it was frozen by then.
    """
    if notice_bounces.record_bounce(session, day, reference, answer):
        return True
    with transaction(session):
        found = session.scalars(
            update(Message)
            .where(Message.reference == reference)
            .where(Message.status.in_([MessageStatus.ACCEPTED, MessageStatus.BOUNCED]))
            .values(status=MessageStatus.BOUNCED, answer=answer[:LONGEST_ANSWER])
            .returning(Message.id)
            .execution_options(synchronize_session=False)
        ).all()
    return bool(found)
