"""The list of what is sealed where is whole, and says what the code does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary

from webapp.models import Base
from webapp.services.sealed_values import NOT_SEALED, SEALED, SealedColumn

WEBAPP = Path(__file__).resolve().parents[2] / "webapp"
VERBS = {"seal", "open", "seal_bytes", "open_bytes"}
# What is sealed and is in no column.
ELSEWHERE: set[str] = set()


def test_every_column_of_bytes_is_sealed_or_said_not_to_be() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    listed = [sealed.name for sealed in SEALED]
    assert len(listed) == len(set(listed))
    assert not set(listed) & set(NOT_SEALED)
    assert columns == {*listed, *NOT_SEALED}, "say in SEALED for what the values are sealed"


@pytest.mark.parametrize("sealed", SEALED, ids=lambda sealed: sealed.name)
def test_a_context_names_one_row_by_what_never_changes(sealed: SealedColumn) -> None:
    table = sealed.model.__table__
    keys = [set(key.columns.keys()) for key in table.constraints if hasattr(key, "columns")]
    assert set(sealed.fields) in keys
    assert all(not table.c[name].nullable for name in sealed.fields)


def test_no_two_columns_share_a_context() -> None:
    assert len({sealed.context.partition(":")[0] for sealed in SEALED}) == len(SEALED)


def contexts_in_the_code() -> Iterator[tuple[str, str]]:
    """For what the code seals and opens: the file, and the words before the first value."""
    for file in sorted(WEBAPP.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr not in VERBS or len(node.args) != 2:
                continue
            context = node.args[1]
            if isinstance(context, ast.JoinedStr) and isinstance(context.values[0], ast.Constant):
                yield file.name, str(context.values[0].value)


def test_what_the_code_seals_is_sealed_for_what_the_list_says() -> None:
    listed = {f"{sealed.context.partition(':')[0]}:" for sealed in SEALED} | ELSEWHERE
    found = set(contexts_in_the_code())
    assert {words for _, words in found} >= {"mandate:", "channel:", "form:", "entry:"}
    unknown = {(file, words) for file, words in found if words not in listed}
    assert not unknown, "say in SEALED in which column, or in ELSEWHERE of this test why in none"
