"""What is of no use any more is forgotten after two days; what signed is evidence and stays."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import RULES, ask, code_sent, later, signed_in
from webapp.models import CodePurpose, KeptForm, Language, MandateSignature, OneTimeCode, Throttle
from webapp.services.enrolment import sign_with_code
from webapp.services.forgetting import forget_old
from webapp.services.kept_forms import keep_form
from webapp.services.mandates import Signature
from webapp.services.working_day import WorkingDay


def counts(session: Session) -> tuple[int, ...]:
    return tuple(
        session.scalar(select(func.count()).select_from(model)) or 0
        for model in (Throttle, OneTimeCode, KeptForm)
    )


@pytest.fixture
def day(office: Session) -> WorkingDay:
    """A day on which one code signed, another did not, and a form was kept."""
    day, owner = builders.working_day(office, FILED), builders.employer(office)
    ask(office, day, owner.member_number)
    signing = ask(office, day, owner.member_number, CodePurpose.SIGN_MANDATE)
    sign_with_code(
        office, day, builders.VAULT, RULES, signed_in(owner), signing.reference,
        code_sent(signing),
        Signature(owner.member_number, builders.account(), "أرخّص", Language.ARABIC),
    )  # fmt: skip
    keep_form(office, day, builders.VAULT, owner.id, "activate", {"account": ["1"]})
    return day


def test_what_is_older_than_two_days_goes_and_the_code_that_signed_stays(
    office: Session, day: WorkingDay
) -> None:
    forget_old(office, later(day, hours=48, seconds=1))
    assert counts(office) == (0, 1, 0)
    assert office.scalars(select(MandateSignature.code_id)).one() is not None


def test_what_is_younger_stays(office: Session, day: WorkingDay) -> None:
    before = counts(office)
    forget_old(office, later(day, hours=47))
    assert counts(office) == before
    assert min(before) > 0


def test_forgetting_twice_changes_nothing(office: Session, day: WorkingDay) -> None:
    for _ in range(2):
        forget_old(office, later(day, days=3))
    assert counts(office) == (0, 1, 0)
