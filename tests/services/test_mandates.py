"""Signing: what is kept of it, and what the rules and the keys refuse."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from webapp.domain.errors import (
    AccountAlreadyCollecting,
    MandateAlreadyActive,
    NotFound,
    UnknownWorksite,
)
from webapp.domain.money import Centimes
from webapp.domain.statuses import MandateStatus
from webapp.models import Channel, Event, Language, Mandate, MandateWorksite
from webapp.services.mandates import Signature, sign_mandate, sign_mandates

TODAY = date(2026, 11, 2)


def signature(member_number: str, **changes: object) -> Signature:
    valid = {
        "member_number": member_number,
        "account": builders.account(),
        "text": "أرخّص للصندوق",
        "language": Language.ARABIC,
    }
    return Signature(**(valid | changes))


def test_a_signed_mandate_is_active_with_its_evidence(office: Session) -> None:
    owner = builders.employer(office)
    account = builders.account("007")
    day = builders.working_day(office, TODAY, "employer")
    reference = sign_mandate(
        office,
        day,
        builders.VAULT,
        signature(owner.member_number, account=account, ceiling=Centimes(500_000_00)),
    )
    mandate = office.scalars(select(Mandate)).one()
    assert mandate.reference == reference
    assert mandate.status is MandateStatus.ACTIVE
    assert (mandate.account_last4, mandate.bank_code) == (account.last4, "007")
    assert mandate.signed_text_sha256 == hashlib.sha256("أرخّص للصندوق".encode()).hexdigest()
    assert mandate.signed_on == TODAY
    assert mandate.ceiling_centimes == 500_000_00
    assert mandate.signatory_name == owner.signatory_name
    assert office.get_one(Channel, mandate.channel_id).code == "POST"
    moves = office.execute(select(Event.source, Event.target).order_by(Event.id)).all()
    assert [tuple(move) for move in moves] == [(None, "signed"), ("signed", "active")]


def test_the_account_is_kept_as_ciphertext_bound_to_its_mandate(office: Session) -> None:
    owner = builders.employer(office)
    account = builders.account()
    day = builders.working_day(office, TODAY)
    builders.mandate(office, day, owner, rib=account)
    mandate = office.scalars(select(Mandate)).one()
    assert account.digits.encode() not in mandate.account
    opened = builders.VAULT.open(mandate.account, f"mandate:{mandate.reference}")
    assert opened == account.digits


def test_one_default_mandate_per_employer(office: Session) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, TODAY)
    builders.mandate(office, day, owner)
    with pytest.raises(MandateAlreadyActive):
        builders.mandate(office, day, owner)


def test_no_second_mandate_on_the_same_account(office: Session) -> None:
    owner = builders.employer(office, worksites=2)
    day = builders.working_day(office, TODAY)
    account = builders.account()
    builders.mandate(office, day, owner, rib=account)
    with pytest.raises(AccountAlreadyCollecting):
        builders.mandate(office, day, owner, rib=account, worksites=("W2",))


def test_two_employers_may_use_one_account(office: Session) -> None:
    day = builders.working_day(office, TODAY)
    account = builders.account()
    for _ in range(2):
        builders.mandate(office, day, builders.employer(office), rib=account)
    assert len(office.scalars(select(Mandate)).all()) == 2


def test_after_a_revocation_a_new_mandate_may_be_signed(office: Session) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, TODAY)
    account = builders.account()
    builders.mandate(office, day, owner, rib=account)
    office.execute(Mandate.__table__.update().values(status=MandateStatus.REVOKED))
    office.commit()
    builders.mandate(office, day, owner, rib=account)


def test_a_mandate_for_worksites_takes_them_alone(office: Session) -> None:
    owner = builders.employer(office, worksites=2)
    day = builders.working_day(office, TODAY)
    builders.mandate(office, day, owner, worksites=("W2",))
    assert len(office.scalars(select(MandateWorksite)).all()) == 1
    with pytest.raises(UnknownWorksite):
        builders.mandate(office, day, owner, worksites=("W9",))
    assert len(office.scalars(select(Mandate)).all()) == 1


def test_an_unknown_member_signs_nothing(office: Session) -> None:
    owner = builders.employer(office)
    day = builders.working_day(office, TODAY)
    both = [signature(owner.member_number), signature("99/999999")]
    with pytest.raises(NotFound):
        sign_mandates(office, day, builders.VAULT, both)
    assert office.scalars(select(Mandate)).all() == []
