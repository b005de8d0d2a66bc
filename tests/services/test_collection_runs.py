"""The runs for the office: their reports as they were kept, signed off once by somebody else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import FREEZING, Desk
from webapp.domain.errors import NoLongerPossible, NotFound, SecondPersonNeeded
from webapp.domain.stages import STAGE_OF, Stage
from webapp.domain.statuses import DebitStatus
from webapp.models import Event, Run, Subject
from webapp.services.reports import report_of
from webapp.services.staff.collection_runs import find_run, list_runs, sign_off
from webapp.services.staff.report_tables import groups_of
from webapp.services.working_day import WorkingDay

SALIMA, KARIM = "staff:1", "staff:2"


def by(desk: Desk, actor: str) -> WorkingDay:
    return builders.working_day(desk.session, FREEZING, actor)


@pytest.fixture
def ran(desk: Desk) -> Desk:
    desk.file_one()
    desk.send_all()
    return desk


def test_every_status_of_a_debit_has_its_column() -> None:
    assert STAGE_OF.keys() == set(DebitStatus)
    assert {stage for stage in STAGE_OF.values() if stage} == set(Stage)


def test_the_report_is_read_as_it_was_kept(ran: Desk) -> None:
    report = ran.run()
    (latest, _, _), more = list_runs(ran.session)
    assert latest.report == report and not more
    assert report_of(report.to_json()) == report


def test_a_report_of_before_is_read_without_what_it_did_not_count(ran: Desk) -> None:
    kept = json.loads(ran.run().to_json())
    del kept["by_wilaya"], kept["comparison"], kept["files"][0]["message_format"]
    old = report_of(json.dumps(kept))
    assert (old.by_wilaya, old.comparison) == ({}, {})
    assert old.files == ran.run().files


def test_the_columns_of_each_grouping_are_all_debits(ran: Desk) -> None:
    report = ran.run()
    for groups in groups_of(report).values():
        (columns,) = groups.values()
        assert columns[Stage.AT_THE_BANK] == report.debits["sent"]
        assert sum(column.count for column in columns.values()) == 1


def test_a_second_person_signs_a_report_off_once(ran: Desk) -> None:
    run_id = list_runs(ran.session)[0][0].id
    sign_off(ran.session, by(ran, KARIM), run_id)
    signed = find_run(ran.session, run_id)
    assert signed.signed_by_name == KARIM
    assert signed.signed_at is not None
    with pytest.raises(NoLongerPossible):
        sign_off(ran.session, by(ran, SALIMA), run_id)
    told = select(Event.actor).where(Event.subject == Subject.RUN, Event.subject_id == run_id)
    assert ran.session.scalars(told).all() == [KARIM]


def test_nobody_signs_off_their_own_run_or_one_that_did_not_end(ran: Desk) -> None:
    day = by(ran, SALIMA)
    mine = Run(day=day.today, actor=SALIMA, started_at=day.now, finished_at=day.now)
    under_way = Run(day=day.today, actor="scheduler", started_at=day.now)
    ran.session.add_all([mine, under_way])
    ran.session.commit()
    ids = mine.id, under_way.id
    ran.session.rollback()
    with pytest.raises(SecondPersonNeeded):
        sign_off(ran.session, day, ids[0])
    with pytest.raises(NoLongerPossible):
        sign_off(ran.session, day, ids[1])
    with pytest.raises(NotFound):
        sign_off(ran.session, day, 10**6)
