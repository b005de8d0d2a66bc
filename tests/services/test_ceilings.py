"""A ceiling: lower at once, higher with a signature; what does not fit is held, whole."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import AMOUNT, ANNOUNCING, FREEZING, Desk
from tests.services.living import Life
from tests.services.people import RULES, signed_in
from webapp.domain.errors import CodeExpired, CodeNeeded, MandateNotInForce, ShownChanged
from webapp.domain.money import Centimes
from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, HoldReason, Mandate, MandateSignature, SignedText
from webapp.services.ceilings import lower_ceiling, preview_ceiling, sign_ceiling
from webapp.services.open_debits import digest_of
from webapp.services.signing import TypedCode

BOTH = 2 * AMOUNT
ANNOUNCED, HELD, PLANNED = DebitStatus.ANNOUNCED, DebitStatus.HELD, DebitStatus.PLANNED


@pytest.fixture
def life(desk: Desk) -> Life:
    life = Life(desk)
    life.declare()
    life.desk.run(ANNOUNCING)
    return life


def hold_of(life: Life) -> tuple[DebitStatus, HoldReason | None]:
    (debit,) = life.desk.debits()
    found = (debit.status, debit.hold_reason)
    life.session.rollback()
    return found


@pytest.mark.parametrize(
    ("ceiling", "too_high"), [(BOTH - 1, True), (BOTH, False), (BOTH + 1, False)]
)
def test_what_is_announced_above_a_lowered_ceiling_is_held(
    life: Life, ceiling: int, too_high: bool
) -> None:
    shown = preview_ceiling(life.session, life.owner.id, life.reference, Centimes(ceiling))
    assert bool(shown.held) is too_high and not shown.needs_code
    life.set_ceiling(ceiling, ANNOUNCING)
    assert hold_of(life) == ((HELD, HoldReason.OVER_CEILING) if too_high else (ANNOUNCED, None))
    assert life.mandate().ceiling_centimes == ceiling
    check_tables(life.session)


def test_what_is_in_a_file_can_no_longer_be_held(life: Life) -> None:
    life.desk.run(FREEZING)
    shown = preview_ceiling(life.session, life.owner.id, life.reference, Centimes(1))
    assert len(shown.too_late) == 1 and not shown.held
    life.set_ceiling(1, FREEZING)
    assert hold_of(life)[0] is DebitStatus.FROZEN


@pytest.mark.parametrize("ceiling", [BOTH, None])
def test_a_higher_ceiling_is_signed_and_lets_go_what_was_held(
    life: Life, ceiling: int | None
) -> None:
    life.set_ceiling(BOTH - 1, ANNOUNCING)
    shown = preview_ceiling(
        life.session, life.owner.id, life.reference, None if ceiling is None else Centimes(ceiling)
    )
    assert shown.needs_code and len(shown.released) == 1
    life.set_ceiling(ceiling, ANNOUNCING)
    assert hold_of(life) == (PLANNED, None)
    kept = life.session.scalars(select(MandateSignature).order_by(MandateSignature.number)).all()
    assert [one.number for one in kept] == [1, 2]
    assert kept[1].ceiling_centimes == ceiling and kept[1].code_id is not None
    assert life.session.get(SignedText, kept[1].text_sha256) is not None
    life.desk.run(ANNOUNCING)
    assert life.places() == [(life.reference, ANNOUNCED, 2)]
    check_tables(life.session)


def test_a_ceiling_that_is_still_too_low_lets_nothing_go(life: Life) -> None:
    life.set_ceiling(1, ANNOUNCING)
    life.set_ceiling(BOTH - 1, ANNOUNCING)
    assert hold_of(life) == (HELD, HoldReason.OVER_CEILING)


def test_what_is_held_for_another_reason_stays_held(life: Life) -> None:
    life.set_ceiling(1, ANNOUNCING)
    life.session.execute(update(Debit).values(hold_reason=HoldReason.LATE_MONEY))
    life.session.commit()
    life.set_ceiling(None, ANNOUNCING)
    assert hold_of(life) == (HELD, HoldReason.LATE_MONEY)


def test_without_a_code_no_ceiling_is_raised(life: Life) -> None:
    life.set_ceiling(1, ANNOUNCING)
    for more in (Centimes(2), None):
        shown = digest_of(preview_ceiling(life.session, life.owner.id, life.reference, more).debits)
        with pytest.raises(CodeNeeded):
            lower_ceiling(
                life.session, life.day(), builders.VAULT, life.told, life.owner.id,
                life.reference, more, shown,
            )  # fmt: skip
        with pytest.raises(CodeExpired):
            sign_ceiling(
                life.session, life.day(), builders.VAULT, RULES, life.told, signed_in(life.owner),
                TypedCode("none", "123456"), life.reference, life.signature(ceiling=more), shown,
            )  # fmt: skip
    assert life.mandate().ceiling_centimes == 1


def test_the_same_code_sent_twice_signs_once(life: Life) -> None:
    life.set_ceiling(1, ANNOUNCING)
    day = life.day(ANNOUNCING)
    code, what = life.code(day), life.signature(ceiling=None)
    shown = digest_of(preview_ceiling(life.session, life.owner.id, life.reference, None).debits)
    for _ in range(2):
        sign_ceiling(
            life.session, day, builders.VAULT, RULES, life.told, signed_in(life.owner), code,
            life.reference, what, shown,
        )  # fmt: skip
    # Told once of the lower one, once of what was signed.
    assert life.told.kinds == ["ceiling_changed"] * 2
    assert [told["ceiling"] for told in life.told.values] == [1, None]
    assert len(life.session.scalars(select(MandateSignature)).all()) == 2


def test_what_was_not_shown_does_not_happen(life: Life) -> None:
    with pytest.raises(ShownChanged):
        lower_ceiling(
            life.session, life.day(), builders.VAULT, life.told, life.owner.id, life.reference,
            Centimes(1), "other",
        )  # fmt: skip
    assert hold_of(life) == (ANNOUNCED, None)


@pytest.mark.parametrize("status", ["revoked", "refused", "replaced", "expired"])
def test_an_ended_mandate_has_no_new_ceiling(life: Life, status: str) -> None:
    life.session.execute(update(Mandate).values(status=status))
    life.session.commit()
    with pytest.raises(MandateNotInForce):
        life.set_ceiling(1)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE mandate_signatures SET device = 'another'",
        "UPDATE mandate_signatures SET quality = 'owner'",
        "DELETE FROM mandate_signatures",
    ],
)
def test_a_signature_is_neither_changed_nor_deleted(life: Life, attack: str) -> None:
    with pytest.raises(DBAPIError, match="never"):
        life.session.execute(text(attack))
    life.session.rollback()
    assert len(life.session.scalars(select(MandateSignature)).all()) == 1
