"""What being late costs: what the fund starts with, and what staff have made of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.staff import join
from webapp.domain.errors import InvalidRateDay
from webapp.domain.late import LateRates, late_rule_for
from webapp.models import Event, LateKind, LateRule, Subject
from webapp.services.late_rules import late_rules_table, list_late_rules, set_late_rule
from webapp.services.reference_data import load_reference_data
from webapp.services.transactions import reading, transaction

SURCHARGE = LateRates("surcharge", date(2015, 1, 1), None, at_once=5_000, monthly=0)
PENALTY = LateRates("penalty", date(2015, 1, 1), None, at_once=15_000, monthly=5_000)


def test_the_fund_starts_with_five_percent_and_with_fifteen_and_five_a_month(
    office: Session,
) -> None:
    with reading(office):
        table = late_rules_table(office)
    assert sorted(table, key=lambda rule: rule.kind) == [PENALTY, SURCHARGE]
    assert late_rule_for("surcharge", date(2026, 11, 30), table) == SURCHARGE


def test_reference_data_loaded_again_leaves_what_staff_have_changed(office: Session) -> None:
    ended = date(2026, 12, 31)
    with transaction(office):
        office.execute(
            update(LateRule).where(LateRule.kind == LateKind.SURCHARGE).values(valid_until=ended)
        )
    load_reference_data(office, range(2026, 2027))
    with reading(office):
        table = late_rules_table(office)
    assert late_rule_for("surcharge", date(2027, 1, 1), table) is None
    assert len(table) == 2


TODAY = date(2026, 11, 2)
LOWER = LateRates("surcharge", date(2027, 1, 1), None, at_once=4_000, monthly=1_000)


def set_one(office: Session, new: LateRates) -> None:
    who = join(office, builders.working_day(office, TODAY)).id
    office.rollback()
    set_late_rule(office, builders.working_day(office, TODAY, f"staff:{who}"), who, new)


def test_a_new_rule_ends_the_one_before_the_day_before(office: Session) -> None:
    set_one(office, LOWER)
    table = list_late_rules(office)
    ended = replace(SURCHARGE, valid_until=date(2026, 12, 31))
    assert sorted(table, key=lambda rule: (rule.kind, rule.valid_from)) == [PENALTY, ended, LOWER]
    event = office.scalars(select(Event).where(Event.target == "late_rule_changed")).one()
    assert event.subject is Subject.STAFF and event.actor == f"staff:{event.subject_id}"
    assert event.cause == "surcharge_2027-01-01_4000_1000"


def test_a_rule_set_for_later_goes_and_the_one_of_now_ends_where_the_new_one_begins(
    office: Session,
) -> None:
    set_one(office, LOWER)
    sooner = replace(LOWER, valid_from=date(2026, 12, 1), at_once=3_000)
    set_one(office, sooner)
    rules = [rule for rule in list_late_rules(office) if rule.kind == "surcharge"]
    assert rules == [sooner, replace(SURCHARGE, valid_until=date(2026, 11, 30))]


def test_of_what_is_legally_due_by_today_nothing_changes(office: Session) -> None:
    with pytest.raises(InvalidRateDay) as caught:
        set_one(office, replace(LOWER, valid_from=TODAY))
    assert caught.value.earliest == date(2026, 11, 3)
    assert len(list_late_rules(office)) == 2
    set_one(office, replace(LOWER, valid_from=date(2026, 11, 3)))


def test_rules_after_one_another_leave_no_day_between_them_and_none_twice(office: Session) -> None:
    chain = [
        replace(SURCHARGE, valid_until=date(2026, 12, 31)),
        replace(LOWER, valid_until=date(2027, 5, 31)),
        replace(LOWER, valid_from=date(2027, 6, 1), at_once=2_000),
    ]
    for rule in chain[1:]:
        set_one(office, replace(rule, valid_until=None))
    assert [one for one in list_late_rules(office)[::-1] if one.kind == "surcharge"] == chain


def test_rules_of_both_kinds_from_the_same_day_leave_each_other_alone(office: Session) -> None:
    milder = replace(PENALTY, valid_from=LOWER.valid_from, at_once=10_000)
    set_one(office, LOWER)
    set_one(office, milder)
    rules = {(rule.kind, rule.valid_from): rule.valid_until for rule in list_late_rules(office)}
    assert rules == {
        ("surcharge", SURCHARGE.valid_from): date(2026, 12, 31),
        ("penalty", PENALTY.valid_from): date(2026, 12, 31),
        ("surcharge", LOWER.valid_from): None,
        ("penalty", LOWER.valid_from): None,
    }
