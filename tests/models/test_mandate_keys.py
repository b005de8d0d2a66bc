"""The keys of mandates: one default, one per account, one live exception per worksite."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.models.breaking import NOW, refused_by, row_of, write
from webapp.domain.statuses import MandateStatus
from webapp.models import Mandate, MandateWorksite
from webapp.models.worksite import Worksite
from webapp.services.planning import ENDED

LIVE = [status for status in MandateStatus if status not in ENDED]


def another(tables: Session) -> dict[str, object]:
    """A second mandate of the first employer, on another account."""
    index = builders.VAULT.blind_index("another account")
    return row_of(tables, Mandate) | {"reference": "KM-ANOTHER", "account_index": index}


@pytest.mark.parametrize("status", LIVE)
def test_an_employer_has_one_default_mandate(tables: Session, status: MandateStatus) -> None:
    with refused_by(tables, "uq_mandates_one_default"):
        write(tables, Mandate, another(tables), status=status)
    write(tables, Mandate, another(tables), status=status, is_default=False)


@pytest.mark.parametrize("status", ENDED)
def test_an_ended_mandate_makes_room_for_another(tables: Session, status: MandateStatus) -> None:
    write(tables, Mandate, row_of(tables, Mandate), reference="KM-ENDED", status=status)


@pytest.mark.parametrize("status", LIVE)
def test_an_employer_has_one_mandate_per_account(tables: Session, status: MandateStatus) -> None:
    same = row_of(tables, Mandate)
    with refused_by(tables, "uq_mandates_one_per_account"):
        write(tables, Mandate, same, reference="KM-SAME", is_default=False, status=status)


def test_a_mandates_reference_is_its_own(tables: Session) -> None:
    taken = row_of(tables, Mandate, 1)["reference"]
    with refused_by(tables, "uq_mandates_reference"):
        write(tables, Mandate, another(tables), is_default=False, reference=taken)


def test_a_ceiling_is_above_zero(tables: Session) -> None:
    with refused_by(tables, "ck_mandates_ceiling_above_zero"):
        write(tables, Mandate, another(tables), is_default=False, ceiling_centimes=0)


@pytest.fixture
def exception(tables: Session) -> dict[str, object]:
    """One worksite of the first employer, taken by a mandate of its own."""
    write(tables, Mandate, another(tables), is_default=False)
    mandate = tables.execute(select(Mandate.id, Mandate.employer_id).order_by(-Mandate.id)).first()
    assert mandate is not None
    worksite = tables.scalar(select(Worksite.id).where(Worksite.employer_id == mandate.employer_id))
    values = {
        "employer_id": mandate.employer_id,
        "mandate_id": mandate.id,
        "worksite_id": worksite,
        "ended_at": None,
    }
    write(tables, MandateWorksite, values)
    return values


def test_a_worksite_is_debited_under_one_mandate(
    tables: Session, exception: dict[str, object]
) -> None:
    default = tables.scalar(select(Mandate.id).order_by(Mandate.id).limit(1))
    with refused_by(tables, "uq_mandate_worksites_one_live"):
        write(tables, MandateWorksite, exception, mandate_id=default)


def test_an_ended_exception_makes_room_for_another(
    tables: Session, exception: dict[str, object]
) -> None:
    write(tables, MandateWorksite, exception, ended_at=NOW)


@pytest.mark.parametrize(
    ("column", "model", "key"),
    [
        ("worksite_id", Worksite, "fk_mandate_worksites_worksite_id_employer_id"),
        ("mandate_id", Mandate, "fk_mandate_worksites_mandate_id_employer_id"),
    ],
)
def test_an_exception_ties_a_mandate_to_its_own_employers_worksite(
    tables: Session, exception: dict[str, object], column: str, model: type, key: str
) -> None:
    foreign = tables.scalar(
        select(model.id).where(model.employer_id != exception["employer_id"]).limit(1)
    )
    with refused_by(tables, key):
        write(tables, MandateWorksite, exception, ended_at=NOW, **{column: foreign})
