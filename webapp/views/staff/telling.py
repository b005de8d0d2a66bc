"""What acts of the staff tell people: an invitation, and that a contact was changed."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session

from webapp.outside import send_message
from webapp.services.staff.contacts import ContactChanged
from webapp.services.staff.invitations import InvitationToSend
from webapp.services.working_day import WorkingDay
from webapp.views import desk


def send_invitation(invitation: InvitationToSend) -> None:
    """Send the link to whom it is for, in their language, when the answer has left."""
    language = invitation.language.value
    values = {
        "name": invitation.name,
        "again": invitation.again,
        "until": desk.day_of(invitation.expires_at),
        "link": url_for(
            "staff.invitation", language=language, token=invitation.token, _external=True
        ),
    }
    reference = f"staff-invitation-{invitation.invitation_id}"
    desk.when_answered(
        send_message, "staff_invitation", reference, "email", language, invitation.email, values
    )


def tell_old_contact(session: Session, day: WorkingDay, message: ContactChanged) -> None:
    """Tell a contact of before that it was changed, when the answer has left."""
    reference = f"contact-{message.employer_id}-{day.now:%Y%m%d%H%M%S}-{message.channel}"
    desk.when_answered(
        send_message, "contact_changed", reference, message.channel.value,
        message.language.value, message.address, {"on": day.today},
    )  # fmt: skip
