"""Whose data an account has touched: every kind of data, its own acts, its own days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED, Desk
from tests.services.staff import join
from webapp.domain.errors import InvalidPeriod
from webapp.domain.roles import Role
from webapp.models import (
    BankFile,
    BankMessage,
    Debit,
    Declaration,
    Due,
    Employer,
    Event,
    Language,
    Mandate,
    Person,
    Subject,
)
from webapp.services.breach_queries import (
    Breach,
    Touch,
    count_touched,
    first_touches,
    record_export,
    whose_data,
)
from webapp.services.event_search import EventQuery, search_events
from webapp.services.working_day import WorkingDay

ACTOR = "staff:777"


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, ACTOR)


def touch(
    session: Session, day: WorkingDay, subject: Subject, ids: Sequence[int], act: str = "seen"
) -> None:
    session.add_all(
        Event(
            at=day.now, actor=day.actor, subject=subject, subject_id=one, source=None, target=act,
            cause="test",
        )
        for one in ids
    )  # fmt: skip
    session.commit()


def answer(session: Session, who: str = ACTOR, **days: date) -> list[Touch]:
    return list(
        whose_data(session, Breach(who, days.get("since", FILED), days.get("until", FILED)))
    )


@pytest.mark.parametrize(
    ("subject", "model"),
    [
        (Subject.EMPLOYER, Employer),
        (Subject.MANDATE, Mandate),
        (Subject.DECLARATION, Declaration),
        (Subject.DUE, Due),
        (Subject.DEBIT, Debit),
        (Subject.BANK_FILE, BankFile),
        (Subject.BANK_MESSAGE, BankMessage),
    ],
)
def test_whatever_was_touched_leads_to_its_employer(
    office: Session, desk: Desk, day: WorkingDay, subject: Subject, model: type[Employer]
) -> None:
    desk.file_one()
    desk.send_all()
    desk.take_in(desk.bank.settled({desk.attempts()[0].end_to_end_id: 129_600_00}), desk.on)
    builders.employer(office)
    ids = office.scalars(select(model.id)).all()[:1]
    owner = office.scalars(select(Debit.employer_id)).one()
    number = office.scalars(select(Employer.member_number).where(Employer.id == owner)).one()
    office.rollback()
    touch(office, day, subject, ids if subject is not Subject.EMPLOYER else [owner])
    (found,) = answer(office)
    assert (found.kind, found.number, found.act, found.times) == ("employer", number, "seen", 1)


def test_persons_are_named_apart_from_employers(office: Session, day: WorkingDay) -> None:
    owner = builders.employer(office)
    person = Person(
        reference="KPPERSON", email="c@example.dz", name="محاسب", language=Language.ARABIC,
        created_at=day.now,
    )  # fmt: skip
    office.add(person)
    office.commit()
    touch(office, day, Subject.PERSON, [person.id])
    touch(office, day, Subject.EMPLOYER, [owner.id])
    assert [(one.kind, one.number) for one in answer(office)] == [
        ("employer", owner.member_number),
        ("person", "KPPERSON"),
    ]
    assert count_touched(office, Breach(ACTOR, FILED, FILED)) == 2


def test_each_act_is_a_line_with_its_number_first_and_last(
    office: Session, day: WorkingDay
) -> None:
    owner = builders.employer(office)
    later = replace(day, moment=replace(day.moment, now=day.now + timedelta(hours=2)))
    touch(office, day, Subject.EMPLOYER, [owner.id] * 2, "opened")
    touch(office, later, Subject.EMPLOYER, [owner.id], "opened")
    touch(office, later, Subject.EMPLOYER, [owner.id], "contact_changed")
    first, second = answer(office)
    assert (first.act, first.times) == ("contact_changed", 1)
    assert (second.act, second.times) == ("opened", 3)
    assert (second.first_at, second.last_at) == (day.now, later.now)
    assert count_touched(office, Breach(ACTOR, FILED, FILED)) == 1
    assert len(first_touches(office, Breach(ACTOR, FILED, FILED), 1)) == 1


def test_other_accounts_and_other_days_are_left_out(office: Session, day: WorkingDay) -> None:
    owner = builders.employer(office)
    touch(office, day, Subject.EMPLOYER, [owner.id])
    for actor in ("staff:77", "staff:7777", "employer:777", "scheduler"):
        assert answer(office, actor) == []
    before, after = FILED - timedelta(days=1), FILED + timedelta(days=1)
    assert answer(office, since=before, until=before) == []
    assert answer(office, since=after, until=after) == []
    assert len(answer(office, since=before, until=after)) == 1


def test_the_days_are_those_of_algiers(office: Session, day: WorkingDay) -> None:
    owner = builders.employer(office)
    midnight = day.now.replace(hour=23, minute=0) - timedelta(days=1)  # 00:00 in Algiers
    at = replace(day, moment=replace(day.moment, now=midnight))
    touch(office, at, Subject.EMPLOYER, [owner.id])
    assert len(answer(office)) == 1
    touch(office, replace(at, moment=replace(at.moment, now=midnight - timedelta(seconds=1))),
          Subject.EMPLOYER, [owner.id])  # fmt: skip
    assert answer(office)[0].times == 1


def test_an_account_is_named_by_its_address_or_member_number(
    office: Session, day: WorkingDay
) -> None:
    karim = join(office, day, Role.AGENT)
    owner, other = builders.employer(office), builders.employer(office)
    touch(office, replace(day, actor=f"staff:{karim.id}"), Subject.EMPLOYER, [owner.id])
    touch(office, replace(day, actor=f"employer:{owner.id}"), Subject.EMPLOYER, [other.id])
    assert [one.number for one in answer(office, karim.email.upper())] == [owner.member_number]
    assert [one.number for one in answer(office, owner.member_number)] == [other.member_number]


def test_days_the_wrong_way_round_are_refused(office: Session) -> None:
    with pytest.raises(InvalidPeriod):
        answer(office, since=FILED, until=FILED - timedelta(days=1))


def test_taking_the_answer_away_is_an_event(office: Session, day: WorkingDay) -> None:
    record_export(office, day, Breach("x", FILED, FILED), 0)
    last = office.scalars(select(Event).order_by(Event.id.desc())).first()
    assert last is not None and (last.target, last.actor) == ("breach_exported", ACTOR)


def test_what_one_of_the_staff_did_is_found_by_its_index(office: Session) -> None:
    engine = office.get_bind()
    statements: list[tuple[str, object]] = []
    event.listen(
        engine,
        "before_cursor_execute",
        lambda _c, _cur, statement, parameters, *_: statements.append((statement, parameters)),
    )
    search_events(office, EventQuery(who=ACTOR, until=FILED))
    statement, parameters = next(one for one in statements if "FROM events" in one[0])
    if engine.dialect.name == "sqlite":
        explain = "EXPLAIN QUERY PLAN "
    else:
        office.connection().exec_driver_sql("SET enable_seqscan = off")
        explain = "EXPLAIN "
    plan = office.connection().exec_driver_sql(explain + statement, parameters).all()  # type: ignore[arg-type]
    office.rollback()
    assert any("ix_events_of_staff" in str(step) for step in plan), plan
