"""The figures of open days add up whichever way they are read."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests import builders, open_days
from webapp.domain.enrolment_cases import CaseFailure, CaseStatus
from webapp.domain.errors import NotFound
from webapp.domain.roles import Role, Scope
from webapp.domain.statuses import MandateStatus
from webapp.models import Agency, DrawnSignature, Mandate
from webapp.services.open_days.board import read_board, read_board_of_all
from webapp.services.open_days.case_figures import AgencyName, CaseFigures, DeviceName, Tally
from webapp.services.open_days.day_report import read_day_report
from webapp.services.working_day import WorkingDay

TODAY = date(2026, 11, 24)
STATUSES, CAUSES = list(CaseStatus), list(CaseFailure)


class Hall:
    """Open days of yesterday, today and tomorrow with two agents of one name and two devices."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.day = builders.working_day(session, TODAY)
        agency = session.scalars(select(Agency.id).order_by(Agency.id)).first()
        assert agency is not None
        self.agents = [open_days.member(session, self.day, agency) for _ in range(2)]
        self.supervisor = open_days.member(session, self.day, agency, Role.SUPERVISOR)
        self.scope = Scope(agency)
        self.id, self.reference, place = open_days.campaign(
            session, self.day, agency, *self.agents, begins_in=-1, ends_in=1
        )
        self.devices = [
            open_days.device(session, self.day, self.id, self.agents[0], where, name=name)[0]
            for name, where in (("T1", place), ("T2", None))
        ]
        self.employer = builders.employer(session).id
        session.rollback()

    def add(self, status: CaseStatus = CaseStatus.ENROLLED, **other: object) -> int:
        day: WorkingDay = self.day
        row = open_days.case(day, self.employer, self.id, status=status, **other)  # type: ignore[arg-type]
        self.session.add(row)
        self.session.flush()
        number = row.id
        self.session.commit()
        return number

    def report(self, on: date | None = TODAY) -> CaseFigures:
        return read_day_report(
            self.session, self.day, self.scope, self.supervisor, self.reference, on
        ).figures


@pytest.fixture
def hall(office: Session) -> Hall:
    return Hall(office)


def fill(hall: Hall, seed: int, number: int) -> None:
    """That many cases of every kind, on three days and at every hour."""
    chance = random.Random(seed)
    for _ in range(number):
        # One device has one open case at most.
        status = chance.choice(STATUSES)
        on_device = {CaseStatus.BEGUN, CaseStatus.TURNED, CaseStatus.DRAWN}
        at = open_days.hour(hall.day, chance.randrange(-24, 48), chance.randrange(60))
        hall.session.add(
            open_days.case(
                hall.day,
                hall.employer,
                hall.id,
                status=status,
                cause=chance.choice(CAUSES) if status is CaseStatus.FAILED else None,
                device_id=None if status in on_device else chance.choice([None, *hall.devices]),
                staff_id=chance.choice([None, *hall.agents]),
                began_at=at,
            )
        )
    hall.session.commit()


@pytest.mark.parametrize("seed", range(3))
def test_agents_devices_hours_and_days_each_add_up_to_all(hall: Hall, seed: int) -> None:
    fill(hall, seed, 120)
    whole = hall.report(None)
    days = [hall.report(TODAY + timedelta(days=n)) for n in (-1, 0)]
    for figures in (whole, *days):
        every_way = (
            figures.agencies, figures.agents, figures.devices, figures.hours, figures.days,
        )  # fmt: skip
        for ways in every_way:
            assert sum(ways.values(), Tally()) == figures.tally
        assert sum(figures.causes.values()) == figures.tally.failed
    assert whole.tally.total == 120
    assert [whole.days[TODAY + timedelta(days=n)] for n in (-1, 0)] == [
        figures.tally for figures in days
    ]
    assert read_board(hall.session, hall.day, hall.id).figures == days[1]


@pytest.mark.parametrize(
    ("status", "counted"),
    [
        (CaseStatus.BEGUN, Tally(waiting=1)),
        (CaseStatus.TURNED, Tally(waiting=1)),
        (CaseStatus.DRAWN, Tally(waiting=1)),
        (CaseStatus.HANDED_OVER, Tally(waiting=1)),
        (CaseStatus.ENROLLED, Tally(enrolled=1)),
        (CaseStatus.UPDATED, Tally(updated=1)),
        (CaseStatus.FAILED, Tally(failed=1)),
        (CaseStatus.ABANDONED, Tally(abandoned=1)),
    ],
)
def test_each_case_counts_once(hall: Hall, status: CaseStatus, counted: Tally) -> None:
    failed = status is CaseStatus.FAILED
    hall.add(status, cause=CaseFailure.NETWORK if failed else None)
    figures = hall.report()
    assert figures.tally == counted
    assert figures.causes == ({CaseFailure.NETWORK: 1} if failed else {})


def test_minutes_are_those_of_enrolments_that_succeeded(hall: Hall) -> None:
    assert hall.report().minutes.middle is None
    for minutes in (1, 2, 9):
        hall.add(minutes=minutes)
    hall.add(CaseStatus.FAILED, cause=CaseFailure.OTHER, minutes=60)
    hall.add(CaseStatus.BEGUN)
    found = hall.report().minutes
    assert (found.middle, found.mean) == (2, 4)


def test_a_day_and_its_hours_are_those_of_algiers(hall: Hall) -> None:
    hall.add(began_at=open_days.hour(hall.day, 0, 30))  # half past eleven of the day before, in UTC
    hall.add(began_at=open_days.hour(hall.day, 23, 59))
    hall.add(began_at=open_days.hour(hall.day, 24))
    figures = hall.report()
    assert list(figures.hours) == [0, 23]
    assert list(figures.days) == [TODAY]


def test_two_of_one_name_are_two_and_who_is_alone_has_none(hall: Hall) -> None:
    for agent in hall.agents:
        hall.add(staff_id=agent, device_id=hall.devices[0])
    hall.add(staff_id=None, device_id=hall.devices[1])
    figures = hall.report()
    assert len(figures.agents) == 3 and None in figures.agents
    assert figures.devices == {
        DeviceName("T1", open_days.HALL): Tally(enrolled=2),
        DeviceName("T2", None): Tally(enrolled=1),
    }


def test_who_drew_is_enrolled_and_their_paper_still_to_come(hall: Hall) -> None:
    owner = builders.employer(hall.session)
    hall.session.rollback()
    reference = builders.mandate(hall.session, hall.day, owner)
    number = hall.add()
    mandate = hall.session.scalars(select(Mandate).where(Mandate.reference == reference)).one()
    mandate.status = MandateStatus.SIGNED
    case = hall.session.get_one(open_days.EnrolmentCase, number)
    case.mandate_id = mandate.id
    hall.session.commit()
    assert hall.report().papers == 0  # signed with a code: the bank's word is what is missing
    hall.session.add(
        DrawnSignature(
            reference="x", case_id=number, strokes=b"", sha256="", signed=b"", drawn_at=hall.day.now
        )
    )
    hall.session.commit()
    figures = hall.report()
    assert (figures.papers, figures.tally) == (1, Tally(enrolled=1))


def test_cases_of_other_open_days_do_not_count(hall: Hall) -> None:
    other = Hall(hall.session)
    other.add()
    assert hall.report().tally == Tally()


def test_the_board_of_the_country_tells_the_agencies_apart(hall: Hall) -> None:
    hall.add()
    hall.add(CaseStatus.TURNED)
    row = hall.session.scalars(select(Agency).order_by(Agency.id.desc())).first()
    assert row is not None
    far, name = row.id, AgencyName(row.name_ar, row.name_fr)
    agent = open_days.member(hall.session, hall.day, far)
    elsewhere, *_ = open_days.campaign(hall.session, hall.day, far, agent)
    hall.session.add(open_days.case(hall.day, hall.employer, elsewhere))
    hall.session.commit()
    board = read_board_of_all(hall.session, hall.day)
    assert board.figures.tally == Tally(enrolled=2, waiting=1)
    assert board.figures.agencies[name] == Tally(enrolled=1)
    assert sum(board.figures.agencies.values(), Tally()) == board.figures.tally


def test_a_report_is_of_a_day_of_theirs_that_has_come(hall: Hall) -> None:
    for days in (-2, 1):
        with pytest.raises(NotFound):
            hall.report(TODAY + timedelta(days=days))
    with pytest.raises(NotFound):
        read_board(hall.session, hall.day, hall.id + 1)


def test_a_thousand_cases_take_no_more_questions_than_one(hall: Hall) -> None:
    told: list[str] = []
    engine = hall.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    counts = []
    for number in (1, 200):
        fill(hall, number, number)
        told.clear()
        read_board(hall.session, hall.day, hall.id)
        counts.append(len([one for one in told if one.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 5
