"""Who asks for it is told when one of the staff has seen a whole account number: nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import builders
from tests.services import staff
from tests.services.newsroom import everything_told, tell_on
from webapp.domain.account_reasons import AccountReason
from webapp.domain.roles import Role, Scope
from webapp.models import Employer
from webapp.services.enrolment import read_account
from webapp.services.staff.accounts import show_account

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TODAY = date(2026, 11, 3)


def look(office: Session, *, asked: bool) -> Employer:
    """A collector looks at the account of an employer who asked to be told of it, or did not."""
    day = builders.working_day(office, TODAY)
    collector = staff.join(office, day, Role.COLLECTOR)
    owner = builders.employer(office)
    reference = builders.mandate(office, day, owner)
    owner.told_of_looks = asked
    office.commit()
    working = builders.working_day(office, TODAY, f"staff:{collector.id}")
    show_account(office, working, builders.VAULT, Scope(None), reference, AccountReason.BANK_QUERY)
    read_account(office, day, builders.VAULT, owner.id, reference)
    return owner


def test_a_look_is_told_once_by_its_day_and_work_and_not_by_name(office: Session) -> None:
    owner = look(office, asked=True)
    assert [tell_on(office, TODAY + timedelta(days=days)) for days in (0, 0, 1)] == [1, 0, 0]
    (told,) = everything_told(office)
    assert (told.employer_id, told.kind) == (owner.id, "account_looked_at")
    assert told.values.pop("last4")
    assert told.values == {"on": TODAY, "role": "collector"}


@ON_SQLITE
def test_who_did_not_ask_is_not_told_now_or_later(office: Session) -> None:
    look(office, asked=False)
    assert tell_on(office, TODAY) == 0
    office.execute(update(Employer).values(told_of_looks=True))
    office.commit()
    assert tell_on(office, TODAY) == 0, "what was before the wish is no news"


@ON_SQLITE
def test_who_wishes_quiet_and_asked_for_looks_is_told_of_them(office: Session) -> None:
    look(office, asked=True)
    office.execute(update(Employer).values(quiet=True))
    office.commit()
    assert tell_on(office, TODAY) == 1


@ON_SQLITE
def test_an_old_look_is_told_to_nobody(office: Session) -> None:
    look(office, asked=True)
    assert tell_on(office, TODAY + timedelta(days=15)) == 0
