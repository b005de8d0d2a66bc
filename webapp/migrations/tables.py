"""Changes of tables that keep every check, key and trigger, on both engines.

SQLite cannot change a check or drop a column that has one: its table is written anew from its own
text, and its indexes and triggers with it. (Alembic's copy of a table loses its checks.)
"""

from __future__ import annotations

import re
from collections.abc import Callable

from alembic import op

TYPES = {
    "sqlite": {"id": "INTEGER", "instant": "DATETIME"},
    "postgresql": {"id": "BIGINT", "instant": "TIMESTAMP WITHOUT TIME ZONE"},
}


def add_column(
    table: str, column: str, kind: str, *, points_to: str = "", check: tuple[str, str] = ("", "")
) -> None:
    """Add a column that may be empty; `kind` is a type, or id or instant."""
    parts = [f"ALTER TABLE {table} ADD COLUMN {column} {TYPES[_engine()].get(kind, kind)}"]
    if points_to:
        parts.append(f"CONSTRAINT fk_{table}_{column} REFERENCES {points_to} (id)")
    if check[0]:
        parts.append(f"CONSTRAINT {check[0]} CHECK ({check[1]})")
    op.execute(" ".join(parts))


def widen(table: str, column: str, check: str, *words: str) -> None:
    """Let `column` hold these words and no others."""
    name = f"ck_{table}_{check}"
    condition = f"{column} IN ({', '.join(repr(word) for word in words)})"
    if _engine() == "postgresql":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})")
        return
    written = re.compile(rf"CONSTRAINT {name} CHECK \({column} IN \([^)]*\)\)")
    _write_anew(table, lambda sql: written.sub(f"CONSTRAINT {name} CHECK ({condition})", sql))


def drop_column(table: str, column: str) -> None:
    """Drop a column with the keys that name it."""
    if _engine() == "postgresql":
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        return
    _write_anew(table, lambda sql: _without(sql, column), without=column)


def never_changes(table: str, name: str, *columns: str, unless: str = "") -> None:
    """A trigger that refuses another value in any of these columns, but where a condition holds."""
    differs = "IS NOT" if _engine() == "sqlite" else "IS DISTINCT FROM"
    condition = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)
    if unless:
        condition = f"NOT ({unless}) AND ({condition})"
    trigger, message = f"{table}_{name}", f"{table}: {name.replace('_', ' ')}"
    update = f"BEFORE UPDATE OF {', '.join(columns)} ON {table} FOR EACH ROW WHEN ({condition})"
    if _engine() == "sqlite":
        op.execute(f"CREATE TRIGGER {trigger} {update} BEGIN SELECT RAISE(ABORT, '{message}'); END")
        return
    op.execute(
        f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{message}'; END $$"
    )
    op.execute(f"CREATE TRIGGER {trigger} {update} EXECUTE FUNCTION {trigger}()")


def refuse(table: str, action: str, name: str) -> None:
    """A trigger that refuses an action on every row; on PostgreSQL, TRUNCATE as well."""
    trigger, message = f"{table}_{name}", f"{table}: {name.replace('_', ' ')}"
    if _engine() == "sqlite":
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {action} ON {table} FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{message}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {trigger} BEFORE {action} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger}()"
    )
    if action == "DELETE":
        op.execute(
            f"CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {trigger}()"
        )


def _engine() -> str:
    return op.get_bind().dialect.name


def _without(sql: str, column: str) -> str:
    """The text of a table without a column: its lines, and its keys, one on each line."""
    named = re.compile(rf"^\s*{column} |\(\s*{column}\s*\)")
    head, *lines = sql.splitlines()
    kept = [line.rstrip().rstrip(",") for line in lines if line.strip() not in {"", ")"}]
    return f"{head}\n" + ",\n".join(line for line in kept if not named.search(line)) + "\n)"


def _write_anew(table: str, edit: Callable[[str], str], without: str = "") -> None:
    bind = op.get_bind()
    rows = bind.exec_driver_sql(
        "SELECT type, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (table,)
    ).all()
    [sql] = [row.sql for row in rows if row.type == "table"]
    changed = edit(sql)
    if changed == sql:
        raise RuntimeError(f"{table}: the change found nothing to change")
    columns = [row[1] for row in bind.exec_driver_sql(f"PRAGMA table_info({table})")]
    kept = ", ".join(f'"{column}"' for column in columns if column != without)
    new = f"{table}_anew"
    bind.exec_driver_sql(
        re.sub(rf'CREATE TABLE "?{table}"?', f"CREATE TABLE {new}", changed, count=1)
    )
    bind.exec_driver_sql(f"INSERT INTO {new} ({kept}) SELECT {kept} FROM {table}")  # noqa: S608
    for row in rows:
        if row.type == "trigger":
            bind.exec_driver_sql(f"DROP TRIGGER {row.sql.split()[2]}")
    bind.exec_driver_sql(f"DROP TABLE {table}")
    # A trigger of another table may name this one, which is not there for a moment.
    bind.exec_driver_sql("PRAGMA legacy_alter_table = ON")
    bind.exec_driver_sql(f"ALTER TABLE {new} RENAME TO {table}")
    bind.exec_driver_sql("PRAGMA legacy_alter_table = OFF")
    for row in rows:
        if row.type in {"index", "trigger"}:
            bind.exec_driver_sql(row.sql)
