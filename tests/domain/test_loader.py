"""The tables that ship with the service are whole, and loaded once."""

from __future__ import annotations

from datetime import date

from webapp.data.loader import (
    load_banks,
    load_late_rules,
    load_rates,
    load_reasons,
    load_wilayas,
)
from webapp.domain.contributions import rates_for
from webapp.domain.reasons import PLAIN_REASONS, ActionClass, Fault


def test_every_bank_has_a_code_of_three_digits_and_both_names() -> None:
    banks = load_banks()
    assert len(banks) == 24
    for code, bank in banks.items():
        assert code == bank.code
        assert len(code) == 3
        assert code.isdigit()
        assert bank.name_fr
        assert bank.name_ar


def test_algerie_poste_is_007_and_calyon_is_gone() -> None:
    assert load_banks()["007"].name_ar == "بريد الجزائر"
    assert load_banks()["007"].active
    assert not load_banks()["036"].active


def test_there_are_69_wilayas_numbered_without_gap() -> None:
    assert list(load_wilayas()) == [f"{number:02d}" for number in range(1, 70)]
    assert load_wilayas()["16"].name_ar == "الجزائر"


def test_there_are_68_reason_codes_with_their_consequence() -> None:
    reasons = load_reasons()
    assert len(reasons) == 68
    assert {reason.action for reason in reasons.values()} == set(ActionClass)
    assert reasons["AM04"].action is ActionClass.RETRY
    assert reasons["MD01"].action is ActionClass.STOP
    assert all(len(code) <= 4 for code in reasons)


def test_no_fault_of_the_funds_own_costs_an_employer_a_surcharge() -> None:
    """Only what is theirs is charged; what they are told of a refusal names the same fault."""
    theirs = {code for code, one in load_reasons().items() if one.fault is Fault.EMPLOYER}
    assert {"AM04", "AC01", "AC04", "MD01"} <= theirs <= set(PLAIN_REASONS)
    funds = {ActionClass.OWN, ActionClass.TECH, ActionClass.NONE}
    assert not theirs & {one.code for one in load_reasons().values() if one.action in funds}
    # Said as such in the table: data that the fund left out, and debits that it should not make.
    assert set(PLAIN_REASONS) - theirs == {"MD02", "MD05", "RC01", "RC08", "RR01", "RR02"}


def test_the_rates_of_today_add_up_to_12_96_percent() -> None:
    rates = rates_for(date(2026, 1, 1), load_rates())
    assert (rates.leave, rates.weather_employer, rates.weather_worker) == (12_210, 375, 375)
    assert rates.leave + rates.weather_employer + rates.weather_worker == 12_960


def test_the_rates_are_sorted_by_their_day() -> None:
    days = [rates.valid_from for rates in load_rates()]
    assert days == sorted(set(days))


def test_being_late_costs_five_percent_or_fifteen_and_five_a_month() -> None:
    rules = {rule.kind: rule for rule in load_late_rules()}
    assert (rules["surcharge"].at_once, rules["surcharge"].monthly) == (5_000, 0)
    assert (rules["penalty"].at_once, rules["penalty"].monthly) == (15_000, 5_000)
    assert {rule.valid_from for rule in rules.values()} == {date(2015, 1, 1)}
    assert all(rule.valid_until is None for rule in rules.values())


def test_the_tables_are_read_once() -> None:
    assert load_banks() is load_banks()
    assert load_reasons() is load_reasons()
