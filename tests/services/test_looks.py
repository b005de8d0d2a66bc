"""The employer's log of who looked: nothing is left out of it, and everything has its words."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from webapp.domain.account_reasons import AccountReason
from webapp.domain.statuses import DeclarationStatus, MandateStatus
from webapp.models import Declaration, Employer, Subject
from webapp.services import looks as looks_module
from webapp.services.events import record
from webapp.services.looks import every_look, looks
from webapp.services.transactions import transaction
from webapp.wording import look_in_words

# What services record about an employer or its mandates: what came of it, and the cause.
RECORDED = (
    ("opened", "file"),
    ("opened", "contact"),
    ("opened", "proof"),
    ("opened", "person_opened"),
    ("contact_changed", "phone"),
    ("changed", "settings_changed"),
    ("exported", "exported"),
    ("delegated", "may_sign"),
    ("undelegated", "ended"),
    ("sessions_ended", "own"),
    ("asked", "correction_asked"),
    ("answered", "correction_done"),
    ("answered", "correction_refused"),
    ("paper_received", "bank_confirmation"),
    ("paper_shown", "staff"),
    ("form_prepared", "paper_form"),
    ("form_printed", "paper_form"),
    ("form_entered", "paper_form"),
    ("expiry_told", "end_is_near"),
    ("paper_called", "before"),
    ("kept", "kept_by_employer"),
    ("active", "account_shown"),
    ("active", "ceiling_lowered"),
    ("active", "ceiling_signed"),
    ("active", "pause_planned"),
    ("active", "pause_undone"),
    ("active", "worksite_given_back"),
    *((status.value, "") for status in MandateStatus),
    *((status.value, "") for status in DeclarationStatus if status is not DeclarationStatus.DRAFT),
    *(("account_shown", reason.value) for reason in AccountReason),
)


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office)


@pytest.mark.parametrize(("target", "cause"), RECORDED)
def test_what_services_record_has_its_words(target: str, cause: str) -> None:
    assert look_in_words(target, cause) is not None


def test_what_a_person_declares_for_the_employer_is_told_with_its_period(
    office: Session, owner: Employer
) -> None:
    other = builders.employer(office)
    person = builders.working_day(office, FILED, f"person:1/employer:{owner.id}")
    for one in (owner, other):
        builders.declaration(office, person, one)
    own = builders.working_day(office, FILED, f"employer:{owner.id}")
    builders.declaration(office, own, owner, period="2026-09")
    (found,) = looks(office, owner.id)
    assert (found.target, found.period and found.period.code) == ("filed", "2026-10")
    assert len(office.scalars(select(Declaration.id)).all()) == 3


def test_what_employers_did_together_was_done_by_each_of_them_itself(
    office: Session, owner: Employer
) -> None:
    builders.declaration(office, builders.working_day(office, FILED, "employer"), owner)
    assert looks(office, owner.id) == []


def test_the_copy_of_the_data_holds_every_look(
    office: Session, owner: Employer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks_module, "LOOKS_AT_ONCE", 4)
    day = builders.working_day(office, FILED, "staff:1")
    for number in range(9):
        with transaction(office):
            record(office, day, Subject.EMPLOYER, [owner.id], None, "opened", f"n{number}")
        found = [one.cause for one in every_look(office, owner.id)]
        assert found == [f"n{one}" for one in range(number, -1, -1)]


def test_what_has_no_words_is_told_all_the_same(office: Session, owner: Employer) -> None:
    day = builders.working_day(office, FILED, "a program of tomorrow")
    with transaction(office):
        record(office, day, Subject.EMPLOYER, [owner.id], None, "weighed", "curiosity")
    (found,) = looks(office, owner.id)
    assert (found.target, found.cause, found.role, found.person) == (
        "weighed", "curiosity", None, "",
    )  # fmt: skip
    assert look_in_words(found.target, found.cause) is None
