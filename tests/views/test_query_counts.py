"""A page asks the database as often for one worksite or debit as for forty."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from tests import builders
from tests.services.collecting import COLLECTION, FILED
from tests.views.browser import Site
from webapp.domain.statuses import DebitStatus
from webapp.extensions import db
from webapp.models import Debit, DebitLine, Due, Employer, Mandate

FEW, MANY = 1, 40
REVIEW = "declarations/2026-09/review"
PLACES = [
    "home", "debits", "debits/{debit}", "declarations", "declarations/2026-10",
    "declarations/2026-09/edit", REVIEW, "activate", "authorisations/{mandate}",
    "authorisations", "authorisations/{mandate}/change-account", "authorisations/{mandate}/revoke",
    "authorisations/{mandate}/suspend", "authorisations/{mandate}/ceiling", "exceptions/new",
    "dues", "balance", "balance/2026-10", "statement", "statement/sheet",
    "worksites", "calendar?month=2026-11", "calendar/list", "figures",
]  # fmt: skip
MOST = 20


@contextmanager
def counting(site: Site) -> Iterator[list[str]]:
    """The statements that are sent to the database of the pages meanwhile."""
    told: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            told.append(statement)

    with site.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", note)


def busy(site: Site, size: int) -> Employer:
    """An employer with that many worksites, and a settled debit of all of them on each of as
    many days."""
    office, day = site.office, builders.working_day(site.office, FILED)
    owner = builders.employer(office, worksites=size)
    builders.mandate(office, day, owner)
    codes = tuple(f"W{number}" for number in range(1, size + 1))
    builders.declaration(office, day, owner, worksites=codes)
    mandate = office.scalars(select(Mandate).where(Mandate.employer_id == owner.id)).one()
    dues = office.scalars(select(Due).where(Due.employer_id == owner.id)).all()
    for number in range(size):
        debit = Debit(
            reference=f"KM-{owner.id}-{number}",
            employer_id=owner.id,
            mandate_id=mandate.id,
            status=DebitStatus.REFUSED if number else DebitStatus.ANNOUNCED,
            planned_for_on=COLLECTION + timedelta(days=number),
            collect_on=COLLECTION,
            amount_centimes=1,
            notice_version=1,
        )
        office.add(debit)
        office.flush()
        freed_at = day.now if number else None
        office.add_all(
            DebitLine(
                debit_id=debit.id,
                due_id=due.id,
                employer_id=owner.id,
                amount_centimes=due.amount_centimes,
                freed_at=freed_at,
            )
            for due in dues
        )
    office.commit()
    return owner


def statements(site: Site, owner: Employer, place: str) -> list[str]:
    browser = site.browser()
    browser.enter(owner.member_number)
    mandate = site.office.scalars(
        select(Mandate.reference).where(Mandate.employer_id == owner.id)
    ).one()
    place = place.format(debit=f"KM-{owner.id}-0", mandate=mandate)
    if place == REVIEW:
        edit = "declarations/2026-09/edit"
        sent = {name: value or "1" for name, value in browser.open(edit).form().items()}
        browser.post(edit, sent | {"step": "check"})
    browser.open("home")
    with counting(site) as told:
        response = browser.get(place)
    assert response.status_code in {200, 302}
    return told


@pytest.mark.parametrize("place", PLACES)
def test_a_page_asks_as_often_for_forty_as_for_one(site: Site, place: str) -> None:
    few = statements(site, busy(site, FEW), place)
    many = statements(site, busy(site, MANY), place)
    assert len(many) == len(few), "\n".join(many)
    assert 0 < len(many) <= MOST


def test_an_answer_to_typing_asks_as_often_for_forty_as_for_one(site: Site) -> None:
    counts = []
    for size in (FEW, MANY):
        browser = site.browser()
        browser.enter(busy(site, size).member_number)
        form = browser.open("declarations/2026-09/edit").form()
        with counting(site) as told:
            browser.post("declarations/2026-09/edit", form | {"step": "show"})
        counts.append(len(told))
    assert counts[0] == counts[1] <= MOST


def test_what_is_counted_would_see_a_question_for_each_row(site: Site) -> None:
    """The fault these tests look for, planted: one question for each debit."""
    owner = busy(site, MANY)
    with counting(site) as told, site.app.app_context():
        for reference in db.session.scalars(select(Debit.reference)).all():
            db.session.scalar(select(Debit.id).where(Debit.reference == reference))
        db.session.rollback()
    assert len(told) > MANY
    assert owner.id
