"""What acts of the staff tell people: an invitation, and that a contact was changed."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session

from webapp.models import NoticeChannel
from webapp.services.outbox import Addressee, queue
from webapp.services.staff.contacts import ContactChanged
from webapp.services.staff.invitations import InvitationToSend
from webapp.services.working_day import WorkingDay
from webapp.views import desk


def tell_invited(session: Session, day: WorkingDay, invitation: InvitationToSend) -> None:
    """Queue the link for whom it is for, in their language; it goes when the answer has left."""
    language = invitation.language
    link = url_for(
        "staff.invitation", language=language.value, token=invitation.token, _external=True
    )
    values = {
        "name": invitation.name,
        "again": invitation.again,
        "until": desk.day_of(invitation.expires_at),
        "link": link,
    }
    to = Addressee(NoticeChannel.EMAIL, language, invitation.email)
    reference = queue(
        session, day, desk.vault(), to, "staff_invitation", values,
        expires_at=invitation.expires_at,
    )  # fmt: skip
    desk.when_answered(reference)


def tell_old_contact(session: Session, day: WorkingDay, message: ContactChanged) -> None:
    """Queue for a contact of before that it was changed; it goes when the answer has left."""
    to = Addressee(
        message.channel, message.language, message.address, employer_id=message.employer_id
    )
    reference = queue(session, day, desk.vault(), to, "contact_changed", {"on": day.today})
    desk.when_answered(reference)
