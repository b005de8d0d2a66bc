"""A fresh code signs one authorisation, once, and what was shown is kept as evidence."""

from __future__ import annotations

import hashlib
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import LONGEST_WAIT, RULES, another, ask, at_once, code_sent, signed_in
from webapp.authorisation import full_text, short_text, signed_text
from webapp.catalogs import ARABIC, FRENCH
from webapp.domain.errors import (
    AccountAlreadyCollecting,
    CodeExpired,
    KhatwaError,
    MandateAlreadyActive,
    NotFound,
    WrongCode,
)
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.domain.statuses import MandateStatus
from webapp.models import (
    CodePurpose,
    Employer,
    Language,
    Mandate,
    MandateSignature,
    Message,
    OneTimeCode,
    SignedText,
)
from webapp.services import signing
from webapp.services.codes import AskedCode, check_code
from webapp.services.confirmations import ask_for_paper
from webapp.services.enrolment import default_authorisation, prepare_enrolment, sign_with_code
from webapp.services.mandates import Signature
from webapp.services.outbox import open_message
from webapp.services.working_day import WorkingDay

CEILING = Centimes(2_000_000_00)


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED, "employer")


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office)


@pytest.fixture
def asked(office: Session, day: WorkingDay, owner: Employer) -> AskedCode:
    """The signing code on the owner's phone."""
    return ask(office, day, owner.member_number, CodePurpose.SIGN_MANDATE)


def signature(owner: Employer, rib: Rib | None = None) -> Signature:
    return Signature(
        member_number=owner.member_number,
        account=rib or builders.account(),
        text=signed_text(CEILING),
        language=Language.FRENCH,
        ceiling=CEILING,
    )


def sign(
    session: Session,
    day: WorkingDay,
    owner: Employer,
    asked: AskedCode,
    code: str | None = None,
    what: Signature | None = None,
) -> str:
    return sign_with_code(
        session,
        day,
        builders.VAULT,
        RULES,
        signed_in(owner),
        asked.reference,
        code or code_sent(asked),
        what or signature(owner),
    )


def mandates(session: Session) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(Mandate)) or 0


def test_the_code_signs_and_the_authorisation_is_active(
    office: Session, day: WorkingDay, owner: Employer, asked: AskedCode
) -> None:
    reference = sign(office, day, owner, asked)
    found = default_authorisation(office, owner.id)
    assert found is not None
    assert (found.reference, found.status) == (reference, MandateStatus.ACTIVE)
    assert (found.ceiling, found.signed_on) == (CEILING, FILED)
    assert found.signatory_name == owner.signatory_name


def test_the_same_code_sent_twice_signs_once_and_names_the_same_authorisation(
    office: Session, day: WorkingDay, owner: Employer, asked: AskedCode
) -> None:
    what = signature(owner)
    first = sign(office, day, owner, asked, what=what)
    assert sign(office, day, owner, asked, what=what) == first
    assert mandates(office) == 1


def check_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two who sign have both had their code checked before either of them signs."""
    both = Barrier(2)

    def check_and_wait(*arguments: Any) -> tuple[int, int]:
        found = check_code(*arguments)
        both.wait(LONGEST_WAIT)
        return found

    monkeypatch.setattr(signing, "check_code", check_and_wait)


def test_the_same_code_sent_twice_at_the_same_moment_signs_once(
    office: Session,
    engine: Engine,
    day: WorkingDay,
    owner: Employer,
    asked: AskedCode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check_together(monkeypatch)
    who, what, code = signed_in(owner), signature(owner), code_sent(asked)

    def act(session: Session) -> str:
        return sign_with_code(session, day, builders.VAULT, RULES, who, asked.reference, code, what)

    office.rollback()
    first, second = at_once(engine, [act, act])
    assert first == second
    assert mandates(office) == 1


def test_two_codes_of_one_employer_at_the_same_moment_sign_once(
    office: Session,
    engine: Engine,
    day: WorkingDay,
    owner: Employer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    check_together(monkeypatch)
    who, what = signed_in(owner), [signature(owner), signature(owner)]
    codes = [ask(office, day, owner.member_number, CodePurpose.SIGN_MANDATE) for _ in range(2)]

    def act_with(number: int) -> Any:
        one = codes[number]

        def act(session: Session) -> str:
            try:
                return sign_with_code(
                    session, day, builders.VAULT, RULES, who, one.reference, code_sent(one),
                    what[number],
                )  # fmt: skip
            except KhatwaError as error:
                return error.code

        return act

    office.rollback()
    answers = at_once(engine, [act_with(0), act_with(1)])
    assert MandateAlreadyActive.code in answers
    assert mandates(office) == 1


def test_a_wrong_code_is_counted_and_signs_nothing(
    office: Session, day: WorkingDay, owner: Employer, asked: AskedCode
) -> None:
    with pytest.raises(WrongCode) as caught:
        sign(office, day, owner, asked, another(code_sent(asked)))
    assert caught.value.left == RULES.code_tries - 1
    assert mandates(office) == 0
    assert office.scalars(select(OneTimeCode.tries)).one() == 1


def test_a_sign_in_code_cannot_sign(office: Session, day: WorkingDay, owner: Employer) -> None:
    asked = ask(office, day, owner.member_number, CodePurpose.SIGN_IN)
    with pytest.raises(CodeExpired):
        sign(office, day, owner, asked)
    assert mandates(office) == 0


def test_the_code_of_another_employer_is_not_found(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    other = builders.employer(office)
    theirs = ask(office, day, other.member_number, CodePurpose.SIGN_MANDATE)
    with pytest.raises(NotFound):
        sign(office, day, owner, theirs)
    assert mandates(office) == 0


def test_the_used_code_of_another_employer_tells_nothing(
    office: Session, day: WorkingDay, owner: Employer, asked: AskedCode
) -> None:
    sign(office, day, owner, asked)
    with pytest.raises(CodeExpired):
        sign(office, day, builders.employer(office), asked)


def test_who_has_an_authorisation_in_force_signs_no_second_one(
    office: Session, day: WorkingDay, owner: Employer, asked: AskedCode
) -> None:
    sign(office, day, owner, asked)
    second = ask(office, day, owner.member_number, CodePurpose.SIGN_MANDATE)
    with pytest.raises(MandateAlreadyActive):
        sign(office, day, owner, second)
    assert mandates(office) == 1


def test_a_suspended_authorisation_is_replaced_by_the_new_one(
    office: Session, day: WorkingDay, owner: Employer, asked: AskedCode
) -> None:
    sign(office, day, owner, asked)
    office.execute(update(Mandate).values(status=MandateStatus.SUSPENDED))
    office.commit()
    second = ask(office, day, owner.member_number, CodePurpose.SIGN_MANDATE)
    reference = sign(office, day, owner, second)
    statuses = dict(office.execute(select(Mandate.reference, Mandate.status)).all())
    assert statuses.pop(reference) is MandateStatus.ACTIVE
    assert list(statuses.values()) == [MandateStatus.REPLACED]


def test_an_account_that_collects_already_is_refused_and_the_code_stays_good(
    office: Session, day: WorkingDay, owner: Employer, asked: AskedCode
) -> None:
    rib = builders.account()
    builders.mandate(office, day, owner, rib=rib, worksites=("W1",))
    with pytest.raises(AccountAlreadyCollecting):
        sign(office, day, owner, asked, what=signature(owner, rib))
    sign(office, day, owner, asked)


# ── the evidence ─────────────────────────────────────────────────────────────────────────────


def test_the_exact_text_in_both_languages_is_kept_under_its_digest(
    office: Session, day: WorkingDay, owner: Employer, asked: AskedCode
) -> None:
    sign(office, day, owner, asked)
    kept = office.scalars(select(SignedText)).one()
    assert kept.text == signed_text(CEILING)
    for language in (ARABIC, FRENCH):
        assert short_text(language, CEILING) in kept.text
        for paragraph in full_text(language, CEILING):
            assert paragraph in kept.text
    assert kept.sha256 == hashlib.sha256(kept.text.encode()).hexdigest()
    assert office.scalars(select(Mandate.signed_text_sha256)).one() == kept.sha256


def test_the_text_names_the_ceiling_in_both_languages() -> None:
    assert signed_text(CEILING) != signed_text(None) != signed_text(Centimes(1))
    assert signed_text(CEILING).count("2\u00a0000\u00a0000,00\u00a0دج") == 2
    assert signed_text(CEILING).count("2\u00a0000\u00a0000,00\u00a0DA") == 2


def test_two_employers_who_sign_the_same_text_share_its_row(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    for one in (owner, builders.employer(office)):
        sign(office, day, one, ask(office, day, one.member_number, CodePurpose.SIGN_MANDATE))
    assert office.scalar(select(func.count()).select_from(SignedText)) == 1


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE signed_texts SET text = 'anything'",
        "UPDATE signed_texts SET sha256 = 'anything'",
        "DELETE FROM signed_texts",
    ],
)
def test_a_signed_text_is_neither_changed_nor_deleted(
    office: Session, day: WorkingDay, owner: Employer, asked: AskedCode, attack: str
) -> None:
    sign(office, day, owner, asked)
    with pytest.raises(DBAPIError, match="never"):
        office.execute(text(attack))
    office.rollback()
    assert office.scalars(select(SignedText.text)).one() == signed_text(CEILING)


def test_the_code_points_at_what_it_signed(
    office: Session, day: WorkingDay, owner: Employer, asked: AskedCode
) -> None:
    reference = sign(office, day, owner, asked)
    row = office.scalars(select(OneTimeCode)).one()
    mandate = office.scalars(select(Mandate)).one()
    evidence = office.scalars(select(MandateSignature)).one()
    assert (evidence.code_id, evidence.mandate_id) == (row.id, mandate.id)
    assert (row.used_at, mandate.reference) == (day.now, reference)


@pytest.mark.parametrize("confirming", [False, True], ids=["at once", "once confirmed"])
def test_who_has_signed_is_told_what_and_when_it_begins(
    office: Session, day: WorkingDay, owner: Employer, confirming: bool
) -> None:
    if confirming:
        ask_for_paper(office, "001", 20)
    asked = ask(office, day, owner.member_number, CodePurpose.SIGN_MANDATE)
    on_the_page = prepare_enrolment(office, day, signed_in(owner)).first_debit.on
    reference = sign(office, day, owner, asked)
    message = office.scalars(select(Message).where(Message.kind == "mandate_signed")).one()
    address, values = open_message(builders.VAULT, message.sealed, message.reference)
    assert address == owner.phone
    assert values["reference"] == reference
    assert (values["ceiling"], values["bank_code"]) == (CEILING, "001")
    assert values["first_debit_on"] == (None if confirming else on_the_page)
