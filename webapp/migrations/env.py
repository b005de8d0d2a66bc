"""Runs the migrations on the database of the running application."""

from alembic import context
from flask import current_app

from webapp.models.base import Base, UtcDateTime


def as_plain_types(kind, value, autogen_context):
    """Migrations name the types of the database, not those of today's code."""
    return "sa.DateTime()" if kind == "type" and isinstance(value, UtcDateTime) else False


def is_ours(name, kind, parents):
    """The queue's tables are those of its package, and have no models here."""
    return not (kind == "table" and name.startswith("procrastinate_"))


engine = current_app.extensions["migrate"].db.engine

with engine.connect() as connection:
    copies_tables = connection.dialect.name == "sqlite"
    if copies_tables:
        # Outside of any transaction, or it has no effect: a table that is copied is dropped while
        # others point at it.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=0")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_item=as_plain_types,
        include_name=is_ours,
        # SQLite changes a column by copying its table.
        render_as_batch=copies_tables,
    )
    with context.begin_transaction():
        context.run_migrations()
        if copies_tables and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("a row points at one that does not exist")
    connection.commit()
    if copies_tables:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=1")
