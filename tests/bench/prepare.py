"""Makes the databases that are measured: a register whose employers have signed and declared.

Employers and worksites are inserted as rows; all that carries money (mandates, dues, postings,
events) is made by the services, and the events of those days are sealed as a run would have.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests import builders
from tests.bench.places import is_on_server, url_of
from tests.databases import migrate
from webapp.database import configure_engine
from webapp.domain.money import Centimes
from webapp.domain.period import Period, Periodicity
from webapp.domain.rib import Rib
from webapp.models import Employer, Language, NoticeChannel, Worksite
from webapp.services.declarations import Filing, WorksiteWages, file_declarations
from webapp.services.events import seal_events
from webapp.services.mandates import Signature, sign_mandates
from webapp.services.references import ALPHABET
from webapp.services.sets import insert_rows
from webapp.services.transactions import transaction

FILED = date(2026, 11, 2)
ANNOUNCING = date(2026, 11, 22)
FREEZING = date(2026, 11, 26)
COLLECTION = date(2026, 11, 30)
PERIOD = Period.parse("2026-10")
# 40 dues for 13 mandates, one to six each: 65,000 mandates have 200,000.
SEVERAL_DUES = (3, 1, 4, 2, 6, 3, 1, 4, 2, 5, 3, 2, 4)
ONE_DUE = (1,)
EMPLOYERS_AT_ONCE = 2_500
AGENCIES = 58


@contextmanager
def session_in(folder: Path) -> Iterator[Session]:
    """A session on the database of the folder, set up as the service sets it up."""
    engine = configure_engine(create_engine(url_of(folder)))
    with Session(engine) as session:
        yield session
    engine.dispose()


def prepare(folder: Path, mandates: int, dues: tuple[int, ...] = SEVERAL_DUES) -> None:
    """A database of so many active mandates, whose dues may all be debited on one day.

    `dues` says how many each has, over and over; one mandate in four is on a postal account.
    """
    migrate(folder, url_of(folder) if is_on_server(folder) else "")
    with session_in(folder) as session:
        builders.foundations(session)
        day = builders.working_day(session, FILED)
        for first in range(0, mandates, EMPLOYERS_AT_ONCE):
            numbers = range(first + 1, min(first + EMPLOYERS_AT_ONCE, mandates) + 1)
            _register(session, numbers, dues)
            sign_mandates(session, day, builders.VAULT, [_signature(n) for n in numbers])
            file_declarations(session, day, [_filing(n, dues) for n in numbers])
        seal_events(session)
        if is_on_server(folder):
            # As the server itself does within a minute.
            with transaction(session):
                session.execute(text("ANALYZE"))


def _member(number: int) -> str:
    return f"{number % AGENCIES + 1:02}/{number:07}"


def _worksites(number: int, dues: tuple[int, ...]) -> range:
    return range(1, dues[number % len(dues)] + 1)


def _register(session: Session, numbers: range, dues: tuple[int, ...]) -> None:
    with transaction(session):
        insert_rows(session, Employer, [_employer(n) for n in numbers])
        insert_rows(
            session,
            Worksite,
            [
                {
                    "employer_id": n,
                    "code": f"W{site}",
                    "name": f"ورشة بناء رقم {site}",
                    "wilaya_code": "16",
                }
                for n in numbers
                for site in _worksites(n, dues)
            ],
        )


def _employer(number: int) -> dict[str, object]:
    """One in three has a name in Arabic alone; one in four reads notices as e-mail."""
    by_email = number % 4 == 1
    return {
        "id": number,
        "member_number": _member(number),
        "name_ar": f"مؤسسة الأطلس للأشغال {number}",
        "name_fr": f"SARL Atlas & Frères Travaux {number}" if number % 3 else "",
        "nif": f"{number:015}",
        "signatory_name": "محمد بن علي",
        "language": Language.FRENCH if number % 3 else Language.ARABIC,
        "periodicity": Periodicity.MONTHLY,
        "notice_channel": NoticeChannel.EMAIL if by_email else NoticeChannel.SMS,
        "phone": "" if by_email else f"0550{number % 1_000_000:06}",
        "email": f"paie{number}@example.dz" if by_email else "",
        "wilaya_code": "16",
        "agency_id": number % AGENCIES + 1,
    }


def _signature(number: int) -> Signature:
    bank, branch = ("007", "99999") if number % 4 == 2 else ("001", f"{number % 900 + 1:05}")
    return Signature(
        member_number=_member(number),
        account=Rib.of(bank, branch, f"{number:010}"),
        text="أرخّص للصندوق",
        language=Language.ARABIC,
        # As scattered as real ones, but the same each time.
        reference="KM" + "".join(Random(number).choices(ALPHABET, k=8)),
    )


def _filing(number: int, dues: tuple[int, ...]) -> Filing:
    random = Random(number)
    return Filing(
        member_number=_member(number),
        period=PERIOD,
        lines=tuple(
            WorksiteWages(f"W{site}", 5, base, base)
            for site in _worksites(number, dues)
            for base in [Centimes(random.randrange(30_000_00, 5_000_000_00))]
        ),
        form_key=f"bench-{number}",
    )
