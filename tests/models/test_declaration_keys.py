"""The keys of declarations: a month is declared once, and the same form files once."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.models.breaking import refused_by, row_of, write
from webapp.models import Declaration, DeclarationLine, DeclaredMonth


def test_a_month_is_declared_once_by_an_employer(tables: Session) -> None:
    month = row_of(tables, DeclaredMonth)
    with refused_by(tables, "pk_declared_months"):
        write(tables, DeclaredMonth, month)
    write(tables, DeclaredMonth, month, month="2026-11")


def test_a_quarter_cannot_overlap_a_declared_month(tables: Session) -> None:
    declaration = row_of(tables, DeclaredMonth)
    with refused_by(tables, "pk_declared_months"):
        for month in ("2026-12", "2026-11", "2026-10"):
            write(tables, DeclaredMonth, declaration, month=month)


def test_a_period_has_one_declaration_per_revision(tables: Session) -> None:
    filed = row_of(tables, Declaration)
    with refused_by(tables, "uq_declarations_employer_id_period_revision"):
        write(tables, Declaration, filed, form_key="another form")
    write(tables, Declaration, filed, form_key="another form", revision=2)


def test_the_same_form_files_once(tables: Session) -> None:
    filed = row_of(tables, Declaration)
    with refused_by(tables, "uq_declarations_form_key"):
        write(tables, Declaration, filed, period="2027-01")


def test_a_declared_month_belongs_to_its_declarations_employer(tables: Session) -> None:
    mine, other = row_of(tables, DeclaredMonth), row_of(tables, DeclaredMonth, 1)
    assert mine["employer_id"] != other["employer_id"]
    with refused_by(tables, "fk_declared_months_declaration_id_employer_id"):
        write(tables, DeclaredMonth, mine, month="2026-11", employer_id=other["employer_id"])


@pytest.mark.parametrize(
    ("column", "key"),
    [
        ("declaration_id", "fk_declaration_lines_declaration_id_employer_id"),
        ("worksite_id", "fk_declaration_lines_worksite_id_employer_id"),
    ],
)
def test_a_line_declares_its_own_employers_worksite(tables: Session, column: str, key: str) -> None:
    mine, other = row_of(tables, DeclarationLine), row_of(tables, DeclarationLine, 1)
    with refused_by(tables, key):
        write(tables, DeclarationLine, mine, **{column: other[column]})


def test_a_worksite_is_declared_once_in_a_declaration(tables: Session) -> None:
    line = row_of(tables, DeclarationLine)
    with refused_by(tables, "uq_declaration_lines_declaration_id_worksite_id"):
        write(tables, DeclarationLine, line, workers=1)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"leave_base_centimes": -1, "weather_base_centimes": 0}, "leave_base_not_negative"),
        ({"weather_base_centimes": -1}, "weather_base_within_leave_base"),
        ({"weather_base_centimes": 10**15}, "weather_base_within_leave_base"),
        ({"workers": -1}, "workers_not_negative"),
    ],
)
def test_what_is_declared_is_never_negative_nor_beyond_the_leave_base(
    tables: Session, wrong: dict[str, int], key: str
) -> None:
    line = row_of(tables, DeclarationLine)
    with refused_by(tables, f"ck_declaration_lines_{key}"):
        write(tables, DeclarationLine, line, **wrong)
