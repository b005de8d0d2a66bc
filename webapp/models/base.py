"""What every table shares: the declarative base and the column types of the field."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Enum, Index, Integer, MetaData, String, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES_OF_CONSTRAINTS = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by itself only for a column declared exactly INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")

# A key to search by its beginning: PostgreSQL's language orders would not find it in an index.
InByteOrder = String(140, collation="C").with_variant(String(140), "sqlite")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES_OF_CONSTRAINTS)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in the code, UTC without a zone in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def one_of(words: type[StrEnum]) -> Enum:
    """A column that holds one word of `words`, checked by the database as well."""
    return Enum(
        words,
        native_enum=False,
        create_constraint=True,
        length=20,
        name=words.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


def live_key(name: str, *columns: str, where: str) -> Index:
    """A unique key that holds among the rows that meet a condition, on both engines."""
    condition = text(where)
    return Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def id_column() -> MappedColumn[int]:
    """The 64-bit primary key of a table."""
    return mapped_column(BigId, primary_key=True)
