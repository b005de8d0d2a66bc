"""A register of some hundred employers with everything that makes a run stumble."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from webapp.domain.money import Centimes
from webapp.domain.period import Period, Periodicity
from webapp.domain.rib import Rib
from webapp.domain.statuses import DueStatus
from webapp.models import (
    Account,
    Agency,
    Channel,
    Demonstration,
    Due,
    DueKind,
    Employer,
    Language,
    NoticeChannel,
    Worksite,
)
from webapp.services.books import Entry, Leg, post
from webapp.services.declarations import Filing, WorksiteWages, file_declarations
from webapp.services.mandates import Signature, sign_mandates

EMPLOYERS = 400
FILE_LIMIT = 30
WORKSITES = ("W1", "W2")


def fill(session: Session, employers: int = EMPLOYERS) -> None:
    """Employers with mandates and filed declarations, on the eve of the first run.

    Every 25th cannot be reached, every 30th has a ceiling below its debit, every 20th pays one
    worksite from another account, every 15th has arrears, every 10th a credit.
    """
    builders.foundations(session)
    session.execute(update(Channel).values(file_limit=FILE_LIMIT))
    # The mark that lets commands act on days to come.
    session.add(Demonstration(id=1, seed=1, employers=employers, day=FILED))
    session.commit()
    numbers = range(1, employers + 1)
    _employers(session, numbers)
    day = builders.working_day(session, FILED)
    sign_mandates(session, day, builders.VAULT, [_default(n) for n in numbers])
    sign_mandates(session, day, builders.VAULT, [_exception(n) for n in numbers if n % 20 == 0])
    file_declarations(session, day, [_filing(n, "2026-10") for n in numbers])
    file_declarations(session, day, [_filing(n, "2026-09") for n in numbers if n % 15 == 0])
    _credits(session, [n for n in numbers if n % 10 == 0])


def member_number(number: int) -> str:
    return f"16/{number:06}"


def _employers(session: Session, numbers: range) -> None:
    agency = session.scalars(select(Agency.id).order_by(Agency.id)).first()
    session.execute(
        insert(Employer),
        [
            {
                "member_number": member_number(number),
                "name_ar": f"ش.ذ.م.م أشغال {number}",
                "name_fr": f"SARL Travaux {number}",
                "signatory_name": "محمد بن علي",
                "language": Language.ARABIC if number % 2 else Language.FRENCH,
                "periodicity": Periodicity.MONTHLY,
                "notice_channel": NoticeChannel.SMS,
                "phone": "" if number % 25 == 0 else f"0550{number:06}",
                "wilaya_code": "16",
                "agency_id": agency,
            }
            for number in numbers
        ],
    )
    owners = session.scalars(select(Employer.id)).all()
    session.execute(
        insert(Worksite),
        [
            {"employer_id": owner, "code": code, "name": f"ورشة {code}", "wilaya_code": "16"}
            for owner in owners
            for code in WORKSITES
        ],
    )
    session.commit()


def _account(number: int) -> Rib:
    postal = number % 4 == 0
    bank, branch = ("007", "99999") if postal else ("001", "00123")
    return Rib.of(bank, branch, f"{number:010}")


def _default(number: int) -> Signature:
    return Signature(
        member_number=member_number(number),
        account=_account(number),
        text="أرخّص للصندوق",
        language=Language.ARABIC,
        ceiling=Centimes(100) if number % 30 == 0 else None,
        covers_arrears=True,
        reference=f"KM{number:08}",
    )


def _exception(number: int) -> Signature:
    return Signature(
        member_number=member_number(number),
        account=_account(500_000 + number),
        text="أرخّص للصندوق",
        language=Language.ARABIC,
        covers_arrears=True,
        worksites=("W2",),
        reference=f"KX{number:08}",
    )


def _filing(number: int, period: str) -> Filing:
    base = Centimes(10_000_000 + 1_000 * number)
    return Filing(
        member_number=member_number(number),
        period=Period.parse(period),
        lines=tuple(WorksiteWages(code, 5, base, base) for code in WORKSITES),
        form_key=f"form-{number}-{period}",
    )


def _credits(session: Session, numbers: list[int]) -> None:
    """Money held for an employer from before: a part of the next debit, or more than all of it."""
    owners = dict(session.execute(select(Employer.member_number, Employer.id)).all())
    entries = []
    for number in numbers:
        amount = 100_000_000 if number % 40 == 0 else 1_000_000
        owner, key = owners[member_number(number)], f"opening:{number}"
        session.add(
            Due(
                origin_key=key,
                employer_id=owner,
                kind=DueKind.CREDIT,
                status=DueStatus.OPEN,
                period="2026-08",
                amount_centimes=-amount,
                legal_due_on=date(2026, 11, 1),
                collect_from_on=date(2026, 11, 1),
            )
        )
        legs = (
            Leg("bank", Account.BANK, amount),
            Leg("credit", Account.EMPLOYER_CREDIT, -amount, owner),
        )
        entries.append(Entry(key, legs))
    session.flush()
    post(session, FILED, entries)
    session.commit()
