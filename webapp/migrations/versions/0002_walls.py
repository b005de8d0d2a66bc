"""Walls that no code can climb: what is append-only, what never changes, what is never freed."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# table: the column changes that are refused; "*" refuses every change.
NEVER_CHANGED = {
    "postings": "*",
    "events": "*",
    "event_seals": "*",
    "dues": ["origin_key", "employer_id", "kind", "amount_centimes", "predecessor_id"],
    "debit_lines": ["debit_id", "due_id", "employer_id", "amount_centimes"],
    "attempts": [
        "debit_id", "number", "end_to_end_id", "bank_file_id", "amount_centimes", "debtor_name",
        "mandate_reference", "mandate_signed_on",
    ],
    "bank_files": ["reference", "channel_id", "collect_on", "sequence", "frozen_by", "frozen_at"],
    "mandates": ["reference", "employer_id", "account_index", "bank_code", "signed_at",
                 "signed_text_sha256"],
}  # fmt: skip
NEVER_DELETED = [
    "postings", "events", "event_seals", "dues", "debits", "debit_lines", "attempts",
    "bank_files", "mandates", "declarations", "declaration_lines", "declared_months",
]  # fmt: skip
# Where money is on its way or has arrived, a line is never freed.
WITH_THE_BANK = (
    "('frozen', 'sent', 'unknown', 'accepted', 'debited', 'settled', 'disputed')"
)
FREED = (
    "NEW.freed_at IS NOT NULL AND OLD.freed_at IS NULL AND "
    f"(SELECT status FROM debits WHERE id = NEW.debit_id) IN {WITH_THE_BANK}"
)
REVIVED = "OLD.freed_at IS NOT NULL AND NEW.freed_at IS NULL"


def upgrade() -> None:
    for table, columns in NEVER_CHANGED.items():
        refuse(table, update_of(columns), "never_changed", changed(columns))
    for table in NEVER_DELETED:
        refuse(table, "DELETE", "never_deleted", None)
        refuse_truncation(table)
    refuse("debit_lines", "UPDATE OF freed_at", "never_freed_with_the_bank", FREED)
    refuse("debit_lines", "UPDATE OF freed_at", "never_revived", REVIVED)


def downgrade() -> None:
    raise NotImplementedError("the walls stay")


def update_of(columns: list[str] | str) -> str:
    """An update that names none of the columns need not be looked at row by row."""
    return "UPDATE" if columns == "*" else f"UPDATE OF {', '.join(columns)}"


def changed(columns: list[str] | str) -> str | None:
    if columns == "*":
        return None
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


def refuse(table: str, action: str, name: str, condition: str | None) -> None:
    """A trigger that refuses an action on a row when the condition holds (always, without one)."""
    trigger, message = f"{table}_{name}", f"{table}: {name.replace('_', ' ')}"
    if op.get_bind().dialect.name == "sqlite":
        when = f"WHEN {condition.replace('IS DISTINCT FROM', 'IS NOT')}" if condition else ""
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {action} ON {table} FOR EACH ROW {when} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    test = f"IF {condition} THEN" if condition else "IF true THEN"
    row = "OLD" if action == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {test} "
        f"RAISE EXCEPTION '{message}'; END IF; RETURN {row}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {trigger} BEFORE {action} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger}()"
    )


def refuse_truncation(table: str) -> None:
    """PostgreSQL's TRUNCATE fires no trigger of rows; SQLite has no such statement."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_never_deleted()"
        )
