"""The employers of the site: newcomers, and some for whom everything that can happen has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED, FREEZING, Desk
from webapp.models import Attempt, Debit, Employer, Language

ENROLLING = date(2026, 11, 12)
WORKSITES = ("W1", "W2", "W3")


@dataclass(frozen=True)
class People:
    """Member numbers, by what has happened to their debits."""

    settled: str
    refused: str
    tried_again: str
    held: str
    announced: str

    def all(self) -> dict[str, str]:
        return vars(self)


def newcomer(session: Session, language: Language = Language.ARABIC, worksites: int = 2) -> str:
    """An employer who has signed and declared nothing."""
    return builders.employer(session, language=language, worksites=worksites).member_number


def live_through(session: Session, folder: Path) -> People:
    """October 2026, from the authorisations to the answers of the banks."""
    office = Desk(session, folder)
    day = builders.working_day(session, FILED)
    settled, refused, tried_again = (_filed(session, day) for _ in range(3))
    held = _filed(session, day, ceiling=1_000_00)
    office.run(ANNOUNCING)
    late = builders.working_day(session, date(2026, 11, 23))
    announced = _filed(session, late)
    office.run(FREEZING)
    office.approve()
    office.send()
    answers = {settled: None, refused: "MD01", tried_again: "AM04"}
    for owner, reason in answers.items():
        attempt = _attempt(session, owner)
        (file,) = [one for one in office.files() if one.id == attempt.bank_file_id]
        told = (
            office.bank.status(file.reference, {attempt.end_to_end_id: "RJCT"}, reason=reason)
            if reason
            else office.bank.settled({attempt.end_to_end_id: attempt.amount_centimes})
        )
        office.take_in(told, FREEZING)
    office.run(FREEZING)
    return People(settled, refused, tried_again, held, announced)


def _filed(session: Session, day: builders.WorkingDay, **mandate: int) -> str:
    owner = builders.employer(session, worksites=len(WORKSITES))
    builders.mandate(session, day, owner, **mandate)
    builders.declaration(session, day, owner, worksites=WORKSITES)
    return owner.member_number


def _attempt(session: Session, member_number: str) -> Attempt:
    session.expire_all()
    found = session.scalars(
        select(Attempt)
        .join(Debit, Debit.id == Attempt.debit_id)
        .join(Employer, Employer.id == Debit.employer_id)
        .where(Employer.member_number == member_number)
    ).one()
    session.commit()
    return found
