"""The columns of all tables: 64-bit ids and amounts, instants and days by their names."""

from __future__ import annotations

from sqlalchemy import BigInteger, Date, Engine, Float, Integer, Numeric, inspect, select
from sqlalchemy.orm import Session

from tests.models.breaking import row_of, write
from webapp.models import Base, Due
from webapp.models.base import UtcDateTime

COLUMNS = [column for table in Base.metadata.sorted_tables for column in table.columns]
BEYOND_32_BITS = 2**40


def names(pattern: str) -> list[str]:
    return [str(column) for column in COLUMNS if column.name.endswith(pattern)]


def test_ids_and_amounts_have_64_bits(office_engine: Engine) -> None:
    # SQLite's integers always do, and only a column called INTEGER numbers its rows by itself.
    wide = {"BIGINT", "INTEGER"} if office_engine.dialect.name == "sqlite" else {"BIGINT"}
    found = inspect(office_engine)
    narrow = [
        f"{table.name}.{column['name']}"
        for table in Base.metadata.sorted_tables
        for column in found.get_columns(table.name)
        if column["name"] == "id" or column["name"].endswith(("_id", "_centimes"))
        if str(column["type"]) not in wide | {"VARCHAR(35)"}  # end_to_end_id, message_id
    ]
    assert narrow == []


def test_rows_number_themselves_beyond_32_bits(tables: Session) -> None:
    due = row_of(tables, Due)
    write(tables, Due, due, id=BEYOND_32_BITS, origin_key="far away", amount_centimes=10**15)
    assert tables.get_one(Due, BEYOND_32_BITS).amount_centimes == 10**15
    write(tables, Due, due, origin_key="next")
    assert tables.scalar(select(Due.id).where(Due.origin_key == "next"))


def test_no_amount_is_a_float_or_a_decimal() -> None:
    assert [str(c) for c in COLUMNS if isinstance(c.type, Float | Numeric)] == []
    assert len(names("_centimes")) > 5
    for column in COLUMNS:
        if column.name.endswith("_centimes"):
            assert isinstance(column.type, BigInteger), column


def test_days_instants_and_ids_are_told_by_their_names() -> None:
    for column in COLUMNS:
        if column.name.endswith("_at"):
            assert isinstance(column.type, UtcDateTime), column
        if column.name.endswith("_on"):
            assert isinstance(column.type, Date), column
        if column.name == "id" or column.foreign_keys:
            assert not isinstance(column.type, Integer) or isinstance(column.type, BigInteger)
