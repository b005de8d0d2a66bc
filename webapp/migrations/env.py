"""Runs the migrations on the database of the running application."""

from alembic import context
from flask import current_app

from webapp.models.base import Base, UtcDateTime


def as_plain_types(kind, value, autogen_context):
    """Migrations name the types of the database, not those of today's code."""
    return "sa.DateTime()" if kind == "type" and isinstance(value, UtcDateTime) else False


engine = current_app.extensions["migrate"].db.engine

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_item=as_plain_types,
        # SQLite changes a column by copying its table.
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
