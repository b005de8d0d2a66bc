"""Revoking: nothing that can still be stopped goes on, and nothing owed is lost."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import AMOUNT, ANNOUNCING, COLLECTION, FREEZING, Desk
from tests.services.living import Life
from webapp.domain.errors import IllegalMove, MandateNotInForce, NotFound, ShownChanged
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import Debit, HoldReason, Mandate, MandateWorksite
from webapp.services.endings import end_mandates
from webapp.services.revocations import preview_revocation, revoke_mandate

REVOKED = MandateStatus.REVOKED
ANNOUNCED, FROZEN = DebitStatus.ANNOUNCED, DebitStatus.FROZEN


@pytest.fixture
def life(desk: Desk) -> Life:
    life = Life(desk)
    life.declare()
    return life


@pytest.mark.parametrize("on", [date(2026, 11, 18), ANNOUNCING])
def test_what_is_in_no_file_is_cancelled_and_its_dues_are_open(life: Life, on: date) -> None:
    life.desk.run(on)
    life.revoke(on)
    assert life.status() is REVOKED
    assert life.places() == [] and life.dues() == ["open", "open"]
    assert life.told.kinds == ["mandate_revoked"]
    life.desk.run(FREEZING)
    assert life.places() == []
    check_tables(life.session)


@pytest.mark.parametrize("reason", HoldReason)
def test_what_is_held_is_cancelled(life: Life, reason: HoldReason) -> None:
    life.desk.run(ANNOUNCING)
    life.session.execute(update(Debit).values(status="held", hold_reason=reason))
    life.session.commit()
    life.revoke(ANNOUNCING)
    assert life.places() == [] and life.dues() == ["open", "open"]


def test_what_is_in_a_file_goes_on_and_is_shown(life: Life) -> None:
    life.desk.run(ANNOUNCING)
    life.desk.run(FREEZING)
    shown = preview_revocation(life.session, life.owner.id, life.reference)
    assert [(one.collect_on, one.amount) for one in shown.unstoppable] == [(COLLECTION, 2 * AMOUNT)]
    assert shown.owed == 0
    life.revoke(FREEZING)
    life.desk.run(FREEZING)
    assert life.places() == [(life.reference, FROZEN, 2)]


def test_what_remains_owed_is_everything_that_is_not_with_the_bank(life: Life) -> None:
    assert preview_revocation(life.session, life.owner.id, life.reference).owed == 2 * AMOUNT
    life.desk.run(ANNOUNCING)
    assert preview_revocation(life.session, life.owner.id, life.reference).owed == 2 * AMOUNT


def test_a_file_that_is_never_sent_brings_nothing_back(life: Life) -> None:
    life.desk.run(ANNOUNCING)
    life.desk.run(FREEZING)
    life.revoke(FREEZING)
    life.desk.run(date(2026, 12, 1))
    assert life.places() == [] and life.dues() == ["open", "open"]
    check_tables(life.session)


@pytest.mark.parametrize("reason", ["AM04", "AC04"])
def test_a_refusal_after_the_revocation_is_not_presented_again(life: Life, reason: str) -> None:
    life.desk.send_all()
    life.revoke(FREEZING)
    answers = {life.desk.attempts()[0].end_to_end_id: "RJCT"}
    message = life.desk.bank.status(life.desk.files()[0].reference, answers, reason=reason)
    life.desk.take_in(message, date(2026, 12, 1))
    life.desk.run(date(2026, 12, 2))
    assert life.places() == [] and life.dues() == ["open", "open"]
    assert life.status() is REVOKED


def test_what_an_earlier_account_was_to_pay_is_cancelled_too(life: Life) -> None:
    life.desk.run(ANNOUNCING)
    life.change(ANNOUNCING)
    assert len(life.places()) == 1
    life.revoke(ANNOUNCING)
    assert life.places() == []


def test_signing_anew_is_the_way_back(life: Life) -> None:
    life.revoke()
    again = builders.mandate(life.session, life.day(), life.owner)
    life.desk.run(ANNOUNCING)
    assert life.places() == [(again, ANNOUNCED, 2)]


def test_a_second_time_changes_nothing(life: Life) -> None:
    life.revoke()
    revoke_mandate(
        life.session, life.day(), builders.VAULT, life.told, life.owner.id, life.reference, "any"
    )
    assert life.told.kinds == ["mandate_revoked"]


def test_what_was_not_shown_does_not_happen(life: Life) -> None:
    life.desk.run(ANNOUNCING)
    with pytest.raises(ShownChanged):
        revoke_mandate(
            life.session, life.day(), builders.VAULT, life.told, life.owner.id, life.reference, ""
        )
    assert life.status() is MandateStatus.ACTIVE and not life.told.kinds


@pytest.mark.parametrize("status", ["signed", "confirmed", "active", "suspended"])
def test_every_mandate_that_has_not_ended_is_revoked(life: Life, status: str) -> None:
    life.session.execute(update(Mandate).values(status=status))
    life.session.commit()
    life.revoke()
    assert life.status() is REVOKED


@pytest.mark.parametrize("status", ["refused", "replaced", "expired"])
def test_what_has_ended_otherwise_is_not_revoked(life: Life, status: str) -> None:
    life.session.execute(update(Mandate).values(status=status))
    life.session.commit()
    with pytest.raises(MandateNotInForce):
        life.revoke()


def test_the_mandate_of_another_is_not_found(life: Life, desk: Desk) -> None:
    with pytest.raises(NotFound):
        life.revoke(reference=Life(desk).reference)


@pytest.mark.parametrize("target", ["revoked", "refused", "replaced", "expired"])
def test_whatever_ends_an_exception_its_worksites_are_not_forgotten(
    life: Life, target: str
) -> None:
    exception = life.take_out("W2")
    life.desk.run(ANNOUNCING)
    end_mandates(
        life.session, life.day(ANNOUNCING), MandateStatus(target), Mandate.reference == exception,
        cause="test",
    )  # fmt: skip
    life.session.commit()
    assert life.session.scalars(select(MandateWorksite.ended_at)).one() is not None
    life.desk.run(ANNOUNCING)
    assert {place[0] for place in life.places()} == {life.reference}
    assert sum(place[2] for place in life.places()) == 2
    check_tables(life.session)


@pytest.mark.parametrize("target", ["signed", "active", "suspended"])
def test_no_mandate_ends_in_a_state_that_is_no_end(life: Life, target: str) -> None:
    with pytest.raises(IllegalMove):
        end_mandates(life.session, life.day(), MandateStatus(target), cause="test")
    life.session.rollback()
