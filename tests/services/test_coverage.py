"""How many employers are covered, and who signed when and where, in one's own scope."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.test_employer_file import counting
from webapp.domain.roles import Scope
from webapp.domain.statuses import MandateStatus
from webapp.models import Agency, Language, Mandate, SigningChannel
from webapp.services.mandates import Signature, sign_mandate
from webapp.services.staff.coverage import WEEKS, coverage_of, week_of

COUNTRY = Scope(None)


def test_a_week_begins_on_sunday() -> None:
    sunday = date(2026, 11, 22)
    assert {week_of(sunday + timedelta(days=one)) for one in range(7)} == {sunday}


def an_employer(
    session: Session,
    agency: int,
    wilaya: str,
    *,
    status: MandateStatus | None = MandateStatus.ACTIVE,
    channel: SigningChannel = SigningChannel.SELF,
    signed_on: date = FILED,
    replaces_id: int | None = None,
) -> None:
    owner = builders.employer(session)
    owner.agency_id, owner.wilaya_code = agency, wilaya
    session.commit()
    if status is None:
        return
    reference = sign_mandate(
        session,
        builders.working_day(session, FILED),
        builders.VAULT,
        Signature(
            member_number=owner.member_number, account=builders.account(), text="أرخّص",
            language=Language.ARABIC, channel=channel, signed_on=signed_on,
            replaces_id=replaces_id,
        ),
    )  # fmt: skip
    session.execute(update(Mandate).where(Mandate.reference == reference).values(status=status))
    session.commit()


def test_coverage_counts_who_has_a_default_authorisation_in_force(office: Session) -> None:
    agencies = select(Agency.id, Agency.code).order_by(Agency.id).limit(2)
    (first, one), (second, two) = office.execute(agencies)
    an_employer(office, first, "16")
    an_employer(office, first, "16", status=MandateStatus.SUSPENDED)
    an_employer(office, first, "09", status=None)
    an_employer(office, second, "09", status=MandateStatus.REVOKED)
    day = builders.working_day(office, FILED)
    office.rollback()
    with counting(office) as told:
        found = coverage_of(office, day, COUNTRY)
    assert len([sql for sql in told if sql.startswith("SELECT")]) == 2
    assert [(row.code, row.employers, row.covered) for row in found.agencies] == [
        (one, 3, 1), (two, 1, 0),
    ]  # fmt: skip
    assert [(row.code, row.employers, row.covered, row.percent) for row in found.wilayas] == [
        ("09", 2, 0, 0), ("16", 2, 1, 50),
    ]  # fmt: skip
    assert (found.whole.employers, found.whole.covered, found.whole.percent) == (4, 1, 25)
    ours = coverage_of(office, day, Scope(second))
    assert [(row.code, row.employers) for row in ours.agencies] == [(two, 1)]
    assert sum(week.signed for week in ours.weeks) == 1


def test_new_authorisations_are_told_by_week_and_channel(office: Session) -> None:
    agency = office.scalars(select(Agency.id).order_by(Agency.id)).first() or 0
    this = week_of(FILED)
    for channel, signed_on in (
        (SigningChannel.SELF, this), (SigningChannel.KIOSK, this), (SigningChannel.KIOSK, this),
        (SigningChannel.IMPORT, this - timedelta(days=1)),
        (SigningChannel.SELF, this - timedelta(weeks=WEEKS - 1)),
        (SigningChannel.SELF, this - timedelta(weeks=WEEKS - 1, days=1)),
    ):  # fmt: skip
        an_employer(office, agency, "16", channel=channel, signed_on=signed_on)
    weeks = coverage_of(office, builders.working_day(office, FILED), COUNTRY).weeks
    assert [week.first_on for week in weeks] == [this - timedelta(weeks=n) for n in range(WEEKS)]
    assert [(week.own, week.kiosk, week.paper) for week in weeks] == [
        (1, 2, 0), (0, 0, 1), *[(0, 0, 0)] * (WEEKS - 3), (1, 0, 0),
    ]  # fmt: skip


def test_a_new_account_is_no_new_authorisation(office: Session) -> None:
    agency = office.scalars(select(Agency.id).order_by(Agency.id)).first() or 0
    an_employer(office, agency, "16")
    first = office.scalars(select(Mandate.id)).one()
    an_employer(office, agency, "16", replaces_id=first)
    found = coverage_of(office, builders.working_day(office, FILED), COUNTRY)
    assert (found.whole.covered, sum(week.signed for week in found.weeks)) == (2, 1)
