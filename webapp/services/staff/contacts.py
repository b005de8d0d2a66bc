"""Another phone or e-mail of an employer, entered at the desk after checking who asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.errors import NotFound
from webapp.domain.roles import Scope
from webapp.models import Employer, Language, NoticeChannel, Subject
from webapp.services.events import record
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """What the contact of before is told: it is how a theft is noticed."""

    employer_id: int
    channel: NoticeChannel
    language: Language
    address: str = field(repr=False)


# Puts a message on its way inside the transaction that changes the contact.
TellOldContact = Callable[[Session, WorkingDay, ContactChanged], None]


def change_contact(
    session: Session,
    day: WorkingDay,
    scope: Scope,
    employer_id: int,
    phone: str,
    email: str,
    tell: TellOldContact,
) -> bool:
    """Enter the phone and e-mail of an employer; return whether anything changed.

    Each address that goes is told of it. Raises NotFound, also for an employer out of scope.
    """
    with transaction(session):
        employer = session.scalar(
            select(Employer).where(Employer.id == employer_id, *in_scope(scope)).with_for_update()
        )
        if employer is None:
            raise NotFound(kind="employer", reference=str(employer_id))
        changed = [
            name
            for name, value in (("phone", phone), ("email", email))
            if getattr(employer, name) != value
        ]
        for message in _contacts_that_go(employer, phone, email):
            tell(session, day, message)
        employer.phone, employer.email = phone, email
        for name in changed:
            record(session, day, Subject.EMPLOYER, [employer.id], None, "contact_changed", name)
    return bool(changed)


def _contacts_that_go(employer: Employer, phone: str, email: str) -> list[ContactChanged]:
    """Everywhere the employer could be reached before and no longer can."""
    known = [
        (NoticeChannel.SMS, employer.phone, phone),
        (NoticeChannel.EMAIL, employer.email, email),
    ]
    return [
        ContactChanged(employer.id, channel, employer.language, before)
        for channel, before, after in known
        if before and before != after
    ]
