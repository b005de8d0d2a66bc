"""An accountant of the demonstration, who acts for three of its employers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from webapp.domain.errors import NotADemonstration
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Debit,
    Delegation,
    Demonstration,
    Employer,
    Language,
    Mandate,
    Person,
    Subject,
)
from webapp.services.events import record
from webapp.services.references import new_delegation_reference, new_person_reference
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

EMAIL = "comptable@demonstration.example"
NAME = "سليمة بوزيد"


@dataclass(frozen=True, slots=True)
class DemonstrationAccountant:
    """The address to sign in with, and the member numbers of the employers acted for."""

    email: str
    member_numbers: tuple[str, ...]


def demonstration_accountant(session: Session, day: WorkingDay) -> DemonstrationAccountant:
    """The accountant, made where missing: of three employers they may sign for the first.

    One whose debits were settled, one with a debit that went wrong, one who has not signed yet.
    Nobody is told: the addresses of the demonstration reach nobody. Raises NotADemonstration for
    any other database.
    """
    with transaction(session):
        if session.get(Demonstration, 1) is None:
            raise NotADemonstration()
        person_id = session.scalar(select(Person.id).where(Person.email == EMAIL))
        if person_id is None:
            person_id = _add(session, day)
        numbers = session.scalars(
            select(Employer.member_number)
            .join(Delegation, Delegation.employer_id == Employer.id)
            .where(Delegation.person_id == person_id, Delegation.ended_at.is_(None))
            .order_by(Delegation.id)
        ).all()
    return DemonstrationAccountant(EMAIL, tuple(numbers))


def _add(session: Session, day: WorkingDay) -> int:
    person = Person(
        reference=new_person_reference(),
        email=EMAIL,
        name=NAME,
        language=Language.ARABIC,
        created_at=day.now,
    )
    session.add(person)
    session.flush()
    for place, employer_id in enumerate(_employers(session)):
        may_sign = not place
        session.add(
            Delegation(
                reference=new_delegation_reference(),
                employer_id=employer_id,
                person_id=person.id,
                name=NAME,
                may_sign=may_sign,
                granted_at=day.now,
            )
        )
        right = "may_sign" if may_sign else "may_not_sign"
        own = replace(day, actor=f"employer:{employer_id}")
        record(session, own, Subject.PERSON, [person.id], None, "granted", right)
        record(session, own, Subject.EMPLOYER, [employer_id], None, "delegated", right)
    return person.id


def _employers(session: Session) -> list[int]:
    """Up to three, each in another situation; of a small demonstration perhaps fewer."""
    wrong = [DebitStatus.REFUSED, DebitStatus.HELD]
    kinds = (
        _has_debit(DebitStatus.SETTLED),
        _has_debit(*wrong),
        ~exists().where(Mandate.employer_id == Employer.id),
    )
    found: list[int] = []
    for kind in kinds:
        one = session.scalar(
            select(Employer.id)
            .where(kind, Employer.id.not_in(found))
            .order_by(Employer.id)
            .limit(1)
        )
        if one is not None:
            found.append(one)
    return found


def _has_debit(*statuses: DebitStatus) -> ColumnElement[bool]:
    return exists().where(Debit.employer_id == Employer.id, Debit.status.in_(statuses))
