"""Certificates: who gets one, what is missing else, and how it ends."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.accounts import Account, selects
from tests.services.collecting import ANNOUNCING, COLLECTION, FILED, Desk
from tests.services.people import RULES
from webapp.domain.check_codes import CheckCode
from webapp.domain.declaring import DeclaringPlace
from webapp.domain.errors import NotFound, NotInGoodStanding
from webapp.domain.period import Periodicity
from webapp.domain.statuses import DueStatus
from webapp.models import Certificate, DeclaringTerm, Due, Event, RevocationCause
from webapp.services.certificates.issuing import issue_certificate, standing_page
from webapp.services.certificates.papers import (
    CertificateRow,
    CertificateState,
    find_certificate,
    last_certificate,
)
from webapp.services.certificates.revoking import revoke_lost_standings
from webapp.services.paper_checks import check_code

V = builders.VAULT
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OCTOBER = 25_920_000
AFTER = date(2026, 12, 1)
NOVEMBERS_DEADLINE = date(2026, 12, 30)
YEAR_END = date(2026, 12, 31)


class Certified(Account):
    """An employer with two worksites who has declared October, and what it is certified."""

    def issue(self, on: date) -> str:
        return issue_certificate(self.session, self.day(on), self.owner.id)

    def last(self) -> CertificateRow:
        found = last_certificate(self.session, self.owner.id)
        assert found is not None
        return found

    def run_of(self, on: date) -> int:
        return revoke_lost_standings(self.session, self.day(on), V, self.told)

    def missing(self, on: date) -> tuple[list[tuple[str, int, bool]], list[str]]:
        page = standing_page(self.session, self.day(on), self.owner.id)
        assert page.in_order is (not page.overdue and not page.undeclared and not page.unknown)
        overdue = [(one.kind.value, one.amount, one.refused) for one in page.overdue]
        return overdue, [one.code for one in page.undeclared]


@pytest.fixture
def life(desk: Desk) -> Certified:
    return Certified(desk)


def test_who_has_nothing_overdue_gets_one_that_anybody_can_check(life: Certified) -> None:
    number = life.issue(ANNOUNCING)
    paper = find_certificate(life.session, life.day(ANNOUNCING), V, life.owner.id)
    assert (paper.reference, paper.issued_on) == (number, ANNOUNCING)
    assert paper.valid_until_on == NOVEMBERS_DEADLINE
    found = check_code(life.session, life.day(ANNOUNCING), V, RULES, CheckCode.parse(paper.code))
    assert isinstance(found, CertificateRow) and found.reference == number
    assert found.state(ANNOUNCING) is CertificateState.VALID
    assert found.state(YEAR_END) is CertificateState.EXPIRED


@ONE_ENGINE
def test_pressing_twice_makes_one(life: Certified) -> None:
    assert life.issue(ANNOUNCING) == life.issue(ANNOUNCING)
    assert life.session.scalar(select(func.count(Certificate.id))) == 1


@ONE_ENGINE
def test_a_newer_one_takes_the_place_of_the_one_before(life: Certified) -> None:
    first = life.issue(FILED)
    second = life.issue(ANNOUNCING)
    assert first != second and life.last().reference == second
    old = life.session.scalars(select(Certificate).where(Certificate.reference == first)).one()
    assert old.revocation_cause is RevocationCause.REPLACED
    told = life.session.scalars(select(Event.target).order_by(Event.id.desc()).limit(2)).all()
    assert set(told) == {"certificate_issued", "certificate_revoked"}


@ONE_ENGINE
def test_declared_in_time_is_in_order_while_its_debit_is_under_way(life: Certified) -> None:
    life.desk.send_all()
    life.session.rollback()
    assert life.missing(AFTER) == ([], [])
    life.issue(AFTER)


def test_a_debit_refused_after_the_legal_day_ends_it_and_only_a_new_one_brings_it_back(
    life: Certified,
) -> None:
    number = life.issue(ANNOUNCING)
    life.desk.send_all()
    life.refuse("AM04", COLLECTION)
    life.session.rollback()
    assert life.run_of(COLLECTION) == 0, "its legal day has not passed"
    assert life.run_of(AFTER) == 1
    assert life.run_of(AFTER) == 0, "a second time changes nothing"
    assert life.told.kinds.count("certificate_revoked") == 1
    row = life.last()
    assert (row.reference, row.cause, row.revoked_on) == (number, RevocationCause.OVERDUE, AFTER)
    assert row.state(AFTER) is CertificateState.REVOKED
    assert row.state(date(2027, 6, 1)) is CertificateState.REVOKED
    assert life.missing(AFTER) == ([("contribution", OCTOBER, True)], [])
    with pytest.raises(NotInGoodStanding):
        life.issue(AFTER)
    with pytest.raises(NotFound):
        find_certificate(life.session, life.day(AFTER), V, life.owner.id)
    life.session.execute(update(Due).values(status=DueStatus.PAID_ELSEWHERE))
    life.session.commit()
    assert life.run_of(AFTER) == 0 and life.last().state(AFTER) is CertificateState.REVOKED
    assert life.issue(AFTER) != number
    assert life.last().state(AFTER) is CertificateState.VALID


@ONE_ENGINE
def test_what_a_bank_alone_has_refused_ends_nothing(life: Certified) -> None:
    life.issue(ANNOUNCING)
    life.desk.send_all()
    life.refuse("TM01", COLLECTION)
    life.session.rollback()
    life.desk.run(AFTER)
    life.session.rollback()
    assert life.run_of(AFTER) == 0


@ONE_ENGINE
def test_a_missing_declaration_ends_it_and_is_named(life: Certified) -> None:
    life.collect()
    life.session.rollback()
    life.issue(COLLECTION)
    # The one that it has ends with the deadline; one of more days would end with the standing.
    assert life.run_of(YEAR_END) == 0 and life.missing(YEAR_END) == ([], ["2026-11"])
    assert life.last().state(YEAR_END) is CertificateState.EXPIRED
    with pytest.raises(NotInGoodStanding):
        life.issue(YEAR_END)


@ONE_ENGINE
def test_a_declaration_that_came_too_late_is_in_order_when_its_money_is_there(
    life: Certified,
) -> None:
    life.declare("2026-11", on=date(2027, 1, 4))
    life.session.rollback()
    life.desk.run(date(2027, 1, 4))
    life.session.rollback()
    overdue, missing = life.missing(date(2027, 1, 5))
    assert ("contribution", OCTOBER, False) in overdue and missing == []


@ONE_ENGINE
@pytest.mark.parametrize("status", [DueStatus.CONTESTED, DueStatus.WAIVED, DueStatus.DEFERRED])
def test_what_is_contested_or_waits_is_in_order(life: Certified, status: DueStatus) -> None:
    assert life.missing(AFTER)[0]
    life.session.execute(update(Due).values(status=status))
    life.session.commit()
    assert life.missing(AFTER) == ([], [])


@ONE_ENGINE
def test_who_does_not_declare_here_gets_none(office: Session) -> None:
    day = builders.working_day(office, FILED)
    nobody, portal = builders.employer(office), builders.employer(office)
    builders.declaration(office, day, portal)
    office.add(
        DeclaringTerm(
            employer_id=portal.id,
            from_month="2026-11",
            periodicity=Periodicity.MONTHLY,
            place=DeclaringPlace.PORTAL,
            set_at=day.now,
            set_by="staff:1",
        )
    )
    ids = [nobody.id, portal.id]
    office.commit()
    for owner in ids:
        assert standing_page(office, day, owner).unknown
        with pytest.raises(NotInGoodStanding):
            issue_certificate(office, day, owner)


@ONE_ENGINE
def test_a_hundred_certificates_ask_as_little_as_ten(office: Session) -> None:
    day = builders.working_day(office, FILED)

    def asked(number: int) -> int:
        for _ in range(number):
            owner = builders.employer(office)
            builders.declaration(office, day, owner)
            owner_id = owner.id
            office.rollback()
            issue_certificate(office, day, owner_id)
        return selects(office, lambda: revoke_lost_standings(office, day, V, lambda *_told: None))

    assert asked(5) == asked(20)
