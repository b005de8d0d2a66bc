"""A correction: what it changes before the notice, after it, in the file, and after the money."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import ANNOUNCING, COLLECTION, FREEZING, Desk
from tests.services.correcting import MILLION, PERIOD, Correcting, owed_on
from webapp.domain.errors import RevisionChanged, UnknownWorksite
from webapp.domain.statuses import DeclarationStatus
from webapp.models import ContributionRate, Declaration, DeclarationLine, HoldReason, Mandate
from webapp.services.answers import import_answers
from webapp.services.correction_effects import preview_correction
from webapp.services.declaration_corrections import latest_revision

FULL, HALF, MORE = owed_on(MILLION), owed_on(MILLION // 2), owed_on(MILLION * 3 // 2)
PLANNING = date(2026, 11, 18)


@pytest.fixture
def life(desk: Desk) -> Correcting:
    return Correcting(desk)


def settle(life: Correcting) -> None:
    """From the filing to the money."""
    life.desk.send_all()
    asked = {one.end_to_end_id: one.amount_centimes for one in life.desk.attempts()}
    life.session.rollback()
    life.desk.take_in(life.desk.bank.settled(asked), COLLECTION)


def test_an_open_amount_is_replaced(life: Correcting) -> None:
    life.correct(W1=MILLION // 2, W2=MILLION)
    assert life.amounts() == [("contribution", HALF, "open"), ("contribution", FULL, "open")]


def test_the_former_revision_stays_as_it_was_filed(life: Correcting) -> None:
    life.correct(W1=MILLION // 2, W2=MILLION)
    rows = life.session.execute(
        select(Declaration.revision, Declaration.status, DeclarationLine.leave_base_centimes)
        .join(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
        .order_by(Declaration.revision, DeclarationLine.worksite_id)
    ).all()
    assert [tuple(row) for row in rows] == [
        (1, DeclarationStatus.CORRECTED, MILLION),
        (1, DeclarationStatus.CORRECTED, MILLION),
        (2, DeclarationStatus.FILED, MILLION // 2),
        (2, DeclarationStatus.FILED, MILLION),
    ]


@pytest.mark.parametrize(
    ("base", "amount"), [(MILLION // 2, HALF + FULL), (MILLION * 3 // 2, MORE + FULL)]
)
def test_until_it_is_announced_the_debit_follows(life: Correcting, base: int, amount: int) -> None:
    life.desk.run(PLANNING)
    assert life.debit() == ("planned", 2 * FULL)
    life.correct(PLANNING, W1=base, W2=MILLION)
    assert life.debit() == ("planned", amount)
    assert life.told.kinds == []
    life.desk.run(ANNOUNCING)
    assert life.debit() == ("announced", amount)


def test_an_announced_debit_is_lowered_and_the_employer_told(life: Correcting) -> None:
    life.desk.run(ANNOUNCING)
    life.correct(ANNOUNCING, W1=MILLION // 2, W2=MILLION)
    assert life.debit() == ("announced", HALF + FULL)
    assert life.told.kinds == ["debit_lowered"]
    assert (life.told.values[0]["before"], life.told.values[0]["amount"]) == (2 * FULL, HALF + FULL)
    life.desk.run(FREEZING)
    assert life.debit() == ("frozen", HALF + FULL)


def test_an_announced_debit_never_grows(life: Correcting) -> None:
    life.desk.run(ANNOUNCING)
    life.correct(ANNOUNCING, W1=MILLION * 3 // 2, W2=MILLION)
    assert life.debit() == ("announced", 2 * FULL)
    assert life.amounts()[1] == ("adjustment", MORE - FULL, "open")
    life.desk.run(FREEZING)
    second = life.desk.debits()[1]
    assert (second.amount_centimes, second.notice_version) == (MORE - FULL, 1)
    life.session.rollback()
    assert life.told.kinds == []


def test_an_announced_debit_with_nothing_left_is_cancelled_and_the_employer_told(
    life: Correcting,
) -> None:
    life.desk.run(ANNOUNCING)
    life.correct(ANNOUNCING)
    assert life.debit() == ("cancelled", 0)
    assert life.told.kinds == ["debit_dropped"]
    assert life.amounts() == []
    assert life.desk.run(FREEZING).phases["frozen"] == 0


def test_after_the_file_is_made_less_is_a_credit(life: Correcting) -> None:
    life.desk.run(ANNOUNCING)
    life.desk.run(FREEZING)
    life.correct(FREEZING, W1=MILLION // 2, W2=MILLION)
    assert life.debit() == ("frozen", 2 * FULL)
    assert life.amounts()[1] == ("credit", HALF - FULL, "open")


def test_after_the_money_more_is_owed_on_the_next_debit(life: Correcting) -> None:
    settle(life)
    life.correct(COLLECTION, W1=MILLION * 3 // 2, W2=MILLION)
    assert life.amounts()[1] == ("adjustment", MORE - FULL, "open")
    life.desk.run(COLLECTION)
    assert life.desk.debits()[1].amount_centimes == MORE - FULL


def test_after_the_money_a_credit_lowers_the_next_debit(life: Correcting) -> None:
    settle(life)
    life.correct(COLLECTION, W1=MILLION // 2, W2=MILLION)
    builders.declaration(
        life.session, life.day(date(2026, 12, 1)), life.owner, period="2026-11",
        worksites=("W1", "W2"),
    )  # fmt: skip
    life.desk.run(date(2026, 12, 20))
    assert life.desk.debits()[1].amount_centimes == FULL + HALF
    life.session.rollback()
    check_tables(life.session)


def test_a_second_correction_takes_the_credit_back(life: Correcting) -> None:
    settle(life)
    life.correct(COLLECTION, W1=MILLION // 2, W2=MILLION)
    life.correct(COLLECTION, W1=MILLION, W2=MILLION)
    assert [one for one in life.amounts() if one[2] != "settled"] == []
    life.correct(COLLECTION, W1=MILLION * 3 // 2, W2=MILLION)
    assert [one for one in life.amounts() if one[2] != "settled"] == [
        ("adjustment", MORE - FULL, "open")
    ]


def test_a_worksite_that_was_left_out_owes_its_contribution(life: Correcting) -> None:
    life.correct(W1=MILLION)
    assert life.amounts() == [("contribution", FULL, "open")]
    life.correct(W1=MILLION, W2=MILLION // 2)
    assert life.amounts() == [("contribution", FULL, "open"), ("contribution", HALF, "open")]


def test_a_refused_debit_is_planned_again_with_the_new_amount(life: Correcting) -> None:
    life.desk.send_all()
    (attempt,) = life.desk.attempts()
    path = life.desk.bank.status(life.desk.files()[0].reference, {attempt.end_to_end_id: "RJCT"})
    life.session.rollback()
    life.desk.on = COLLECTION
    import_answers(
        life.session, life.day(COLLECTION), builders.VAULT, path, life.desk.folder / "inbox"
    )
    assert life.debit()[0] == "refused"
    life.correct(COLLECTION, W1=MILLION * 3 // 2, W2=MILLION)
    assert life.debit() == ("cancelled", 0)
    life.desk.run(COLLECTION)
    assert life.desk.debits()[1].amount_centimes == MORE + FULL


def test_what_fits_beneath_the_ceiling_again_goes_on(life: Correcting) -> None:
    life.session.execute(update(Mandate).values(ceiling_centimes=FULL + HALF))
    life.session.commit()
    life.desk.run(ANNOUNCING)
    held = life.desk.debits()[0]
    assert held.hold_reason is HoldReason.OVER_CEILING
    life.session.rollback()
    life.correct(ANNOUNCING, W1=MILLION // 2, W2=MILLION)
    assert life.debit() == ("planned", FULL + HALF)


def test_a_correction_keeps_the_rates_of_its_period(life: Correcting) -> None:
    dearer = ContributionRate(
        valid_from=date(2026, 11, 1), leave=20_000, weather_employer=375, weather_worker=375
    )
    life.session.add(dearer)
    life.session.commit()
    life.correct(W1=MILLION // 2, W2=MILLION)
    assert life.amounts()[0] == ("contribution", HALF, "open")


def test_the_same_form_corrects_once(life: Correcting) -> None:
    first = life.correct(form_key="one", W1=MILLION // 2, W2=MILLION)
    again = life.correct(form_key="one", W1=MILLION // 2, W2=MILLION)
    assert (again.declaration_id, again.debits) == (first.declaration_id, ())
    assert latest_revision(life.session, life.owner.id, PERIOD) == 2


def test_who_has_seen_an_older_revision_corrects_nothing(life: Correcting) -> None:
    life.correct(W1=MILLION // 2, W2=MILLION)
    before = life.amounts()
    life.revision = 1
    with pytest.raises(RevisionChanged):
        life.correct(W1=MILLION, W2=MILLION)
    assert life.amounts() == before


def test_a_worksite_of_nobody_corrects_nothing(life: Correcting) -> None:
    before = life.amounts()
    with pytest.raises(UnknownWorksite):
        life.correct(W1=MILLION, W9=MILLION)
    assert life.amounts() == before
    assert latest_revision(life.session, life.owner.id, PERIOD) == 1


def test_what_is_shown_before_is_what_happens(life: Correcting) -> None:
    life.desk.run(ANNOUNCING)
    shown = preview_correction(life.session, life.filing(W1=MILLION // 2, W2=MILLION * 3 // 2))
    assert [(one.worksite, one.before, one.after) for one in shown] == [
        ("W1", FULL, HALF),
        ("W2", FULL, MORE),
    ]
    assert [one.correction.added for one in shown] == [0, MORE - FULL]
    life.correct(ANNOUNCING, W1=MILLION // 2, W2=MILLION * 3 // 2)
    assert life.debit() == ("announced", HALF + FULL)
