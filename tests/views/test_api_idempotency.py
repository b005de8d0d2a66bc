"""The same request once more: the same answer, and nothing is filed twice."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import at
from tests.views.browser import Site
from tests.views.program import Program, body, key_of, line
from webapp.domain.errors import IdempotencyKeyReused
from webapp.models import ApiRequest, Declaration, Employer
from webapp.services.forgetting import forget_old

ONE_ENGINE = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)


def declarations(site: Site) -> int:
    site.office.rollback()
    return site.office.scalar(select(func.count()).select_from(Declaration)) or 0


def test_the_same_key_and_body_gets_the_same_answer_and_files_once(
    site: Site, program: Program
) -> None:
    first = program.file(body(), "october")
    again = program.file(body(), "october")
    assert (again.status_code, again.get_data()) == (201, first.get_data())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    reordered = json.dumps(dict(reversed(body().items())), indent=3)
    assert program.file(reordered, "october").get_data() == first.get_data()
    assert declarations(site) == 1


def test_a_refusal_is_repeated_as_well(site: Site, program: Program) -> None:
    first = program.file(body(line("W1")), "october")
    site.office.execute(update(Employer).values(name_fr="meanwhile"))
    site.office.commit()
    again = program.file(body(line("W1")), "october")
    assert (again.status_code, again.get_data()) == (422, first.get_data())


def test_the_same_key_with_another_body_is_refused(site: Site, program: Program) -> None:
    program.file(body(), "october")
    other = program.file(body(line("W1", workers=5), line("W2")), "october")
    assert other.status_code == 422
    assert other.get_json()["code"] == IdempotencyKeyReused.code
    assert declarations(site) == 1


@ONE_ENGINE
@pytest.mark.parametrize("key", [None, "", "é", "a b", "x" * 65])
def test_nothing_is_filed_without_an_idempotency_key(
    site: Site, program: Program, key: str | None
) -> None:
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    answer = program.ask("POST", "declarations", headers, json.dumps(body()))
    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key_needed")
    assert declarations(site) == 0


def test_keys_are_apart_for_each_employer(site: Site, program: Program) -> None:
    stranger = builders.employer(site.office, worksites=2)
    site.office.refresh(stranger)
    site.office.expunge(stranger)
    program.file(body(), "october")
    other = Program(site, key_of(site, stranger)).file(body(), "october")
    assert (other.status_code, declarations(site)) == (201, 2)
    assert len(other.get_json()["dues"]) == 2


def test_answers_are_forgotten_after_seven_days_and_the_filing_is_not(
    site: Site, program: Program
) -> None:
    program.file(body(), "october")
    day = builders.working_day(site.office, FILED)
    for days, left in ((6, 1), (8, 0)):
        forget_old(site.office, at(day, site.clock.now + timedelta(days=days)))
        assert site.office.scalar(select(func.count()).select_from(ApiRequest)) == left
    site.clock.wait(days=8)
    assert program.file(body(), "october").get_json()["code"] == "month_already_declared"
    site.clock.go_to(date(2026, 12, 2))
    # That refusal is kept in its turn.
    assert program.file(body(period="2026-11"), "october").status_code == 422
    assert program.file(body(period="2026-11"), "november").status_code == 201
