"""What programs send under an idempotency key is done once, also when it comes twice at once."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import RULES, at_once, period, signed_in
from webapp.domain.errors import IdempotencyKeyReused, KhatwaError, MonthAlreadyDeclared
from webapp.domain.money import Centimes
from webapp.models import ApiRequest, Declaration, DeclarationDraft, Due, Employer, Posting
from webapp.services.api_keys import KeyHolder, find_holder, make_key
from webapp.services.api_requests import Answer, Claim, answer_once
from webapp.services.declarations import WorksiteWages
from webapp.services.drafts import file_draft, load_draft, save_draft
from webapp.services.program_filing import file_for
from webapp.services.working_day import WorkingDay

WAGES = (WorksiteWages("W1", 4, Centimes(1_000_000_00), Centimes(1_000_000_00)),)


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office)


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED)


@pytest.fixture
def holder(office: Session, owner: Employer, day: WorkingDay) -> KeyHolder:
    who = signed_in(owner, proved_at=day.now)
    office.rollback()
    key = make_key(office, day, builders.VAULT, RULES, who, "Sage", may_read=True, may_file=True)
    return find_holder(office, key)


def refused(error: KhatwaError) -> Answer:
    return Answer(409, error.code.encode())


def filed(session: Session, day: WorkingDay, holder: KeyHolder, key: str) -> Answer:
    def work() -> Answer:
        file_for(session, day, holder, "2026-10", WAGES, nil=False)
        return Answer(201, b"filed")

    return answer_once(session, day, Claim(holder.key_id, key, "0" * 64), work, refused)


def count(office: Session, model: type[object]) -> int:
    office.rollback()
    return office.scalar(select(func.count()).select_from(model)) or 0


def test_the_same_request_at_the_same_moment_files_once(
    engine: Engine, office: Session, day: WorkingDay, holder: KeyHolder
) -> None:
    answers = at_once(engine, [lambda session: filed(session, day, holder, "october")] * 4)
    assert {(one.status, one.content) for one in answers} == {(201, b"filed")}
    assert sorted(one.again for one in answers) == [False, True, True, True]
    assert (count(office, Declaration), count(office, Due), count(office, Posting)) == (1, 1, 2)


def test_two_requests_for_one_period_at_the_same_moment_file_once(
    engine: Engine, office: Session, day: WorkingDay, holder: KeyHolder
) -> None:
    acts = [lambda s, key=key: filed(s, day, holder, key) for key in ("one", "two", "three")]
    answers = at_once(engine, acts)
    assert sorted(one.status for one in answers) == [201, 409, 409]
    assert {one.content for one in answers} == {b"filed", b"month_already_declared"}
    assert count(office, Declaration) == 1


def test_a_page_and_a_program_at_the_same_moment_file_once(
    engine: Engine, office: Session, owner: Employer, day: WorkingDay, holder: KeyHolder
) -> None:
    october, who = period("2026-10"), signed_in(owner)
    office.rollback()
    save_draft(office, day, who.employer_id, october, {"w1-workers": "4"}, "")
    draft = load_draft(office, who.employer_id, october)
    assert draft is not None

    def page(session: Session) -> str:
        try:
            file_draft(session, day, who, october, draft, WAGES)
        except KhatwaError as error:
            return error.code
        return "filed"

    def program(session: Session) -> str:
        return filed(session, day, holder, "october").content.decode()

    answers = at_once(engine, [page, program])
    assert sorted(one == "filed" for one in answers) == [False, True], answers
    assert count(office, Declaration) == 1
    assert count(office, DeclarationDraft) == 0


def test_a_fault_leaves_neither_claim_nor_filing(
    office: Session, day: WorkingDay, holder: KeyHolder
) -> None:
    def fail() -> Answer:
        file_for(office, day, holder, "2026-10", WAGES, nil=False)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answer_once(office, day, Claim(holder.key_id, "october", "0" * 64), fail, refused)
    assert (count(office, Declaration), count(office, ApiRequest)) == (0, 0)
    assert filed(office, day, holder, "october").status == 201


def test_a_refusal_undoes_what_was_written_and_is_kept(
    office: Session, day: WorkingDay, holder: KeyHolder
) -> None:
    def write_and_refuse() -> Answer:
        file_for(office, day, holder, "2026-10", WAGES, nil=False)
        raise MonthAlreadyDeclared(member_number="x", months=())

    claim = Claim(holder.key_id, "october", "0" * 64)
    for again in (False, True):
        answer = answer_once(office, day, claim, write_and_refuse, refused)
        assert (answer.status, answer.again) == (409, again)
    assert (count(office, Declaration), count(office, Due), count(office, ApiRequest)) == (0, 0, 1)


def test_another_body_under_the_same_key_is_refused(
    office: Session, day: WorkingDay, holder: KeyHolder
) -> None:
    filed(office, day, holder, "october")
    other = Claim(holder.key_id, "october", "1" * 64)
    with pytest.raises(IdempotencyKeyReused):
        answer_once(office, day, other, lambda: Answer(201, b""), refused)
    assert count(office, Declaration) == 1
