"""What a program reads: periods, worksites, debits, and nothing of others."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED
from tests.views.browser import Site
from tests.views.program import Program, body, key_of, line
from webapp.models import (
    Employer,
    Worksite,
)
from webapp.services.worksites import close_worksite


def test_what_may_be_declared_is_told_with_its_days(site: Site, program: Program) -> None:
    periods = program.get("periods").get_json()["periods"]
    assert len(periods) == 12
    latest = periods[-1]
    assert (latest["period"], latest["expected"], latest["deadline"]) == (
        "2026-10", True, "2026-11-30",
    )  # fmt: skip
    assert [one["expected"] for one in periods[:-1]] == [False] * 11
    program.file(body())
    assert len(program.get("periods").get_json()["periods"]) == 11


def test_worksites_are_told(program: Program) -> None:
    assert program.get("worksites").get_json()["worksites"] == [
        {"code": "W1", "name": "ورشة 1", "wilaya": "16"},
        {"code": "W2", "name": "ورشة 2", "wilaya": "16"},
    ]


def test_a_period_asks_for_the_worksites_that_were_open_in_it(
    site: Site, owner: Employer, program: Program
) -> None:
    day = builders.working_day(site.office, date(2026, 11, 2))
    second = site.office.scalars(select(Worksite.id).where(Worksite.code == "W2")).one()
    site.office.rollback()
    close_worksite(site.office, day, owner.id, second, date(2026, 10, 20))
    told = {
        place: [one["code"] for one in program.get(place).get_json()["worksites"]]
        for place in ("worksites", "worksites?period=2026-10", "worksites?period=2026-11")
    }
    assert list(told.values()) == [["W1"], ["W1", "W2"], ["W1"]]
    assert program.get("worksites?period=2026-13").status_code == 404
    assert program.file(body(line("W1"), line("W2"))).status_code == 201


def test_a_debit_is_told_where_it_stands(site: Site, owner: Employer, program: Program) -> None:
    day = builders.working_day(site.office, FILED)
    builders.mandate(site.office, day, owner)
    site.office.rollback()
    expected = program.file(body()).get_json()["debit_day"]
    site.desk.run(ANNOUNCING)
    (debit,) = program.get("debits").get_json()["debits"]
    assert (debit["word"], debit["collect_on"], debit["amount"]) == (
        "scheduled", expected, "256200.00",
    )  # fmt: skip
    whole = program.get(f"debits/{debit['reference']}").get_json()
    assert [share["amount"] for share in whole["shares"]] == ["128100.00"] * 2
    told = program.get("declarations/2026-10").get_json()
    assert told["debit_day"] == expected
    assert {(due["word"], due["debit"]) for due in told["dues"]} == {
        ("scheduled", debit["reference"])
    }


def test_debits_are_paged_by_a_cursor(
    site: Site, program: Program, monkeypatch: pytest.MonkeyPatch, owner: Employer
) -> None:
    monkeypatch.setattr("webapp.services.debit_history.DEBITS_ON_A_PAGE", 1)
    day = builders.working_day(site.office, FILED)
    builders.mandate(site.office, day, owner)
    builders.mandate(site.office, day, owner, worksites=("W2",))
    site.office.rollback()
    program.file(body())
    site.desk.run(ANNOUNCING)
    first = program.get("debits").get_json()
    second = program.get(f"debits?before={first['next']}").get_json()
    seen = [one["reference"] for one in first["debits"] + second["debits"]]
    assert len(set(seen)) == 2
    assert second["next"] is None


def test_the_records_of_another_are_missing(site: Site, program: Program, owner: Employer) -> None:
    stranger = builders.employer(site.office, worksites=2)
    site.office.refresh(stranger)
    site.office.expunge(stranger)
    day = builders.working_day(site.office, FILED)
    builders.mandate(site.office, day, owner)
    site.office.rollback()
    program.file(body())
    site.desk.run(ANNOUNCING)
    reference = program.get("debits").get_json()["debits"][0]["reference"]
    other = Program(site, key_of(site, stranger))
    for place in (
        f"debits/{reference}", f"debits?before={reference}", "declarations/2026-10",
        "declarations/x", "debits/x%00", "debits?before=%00", "declarations/2026-10%00",
    ):  # fmt: skip
        answer = other.get(place.replace("%00", "\0") if "?" not in place else place)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found"), place
    assert other.get("debits").get_json()["debits"] == []
