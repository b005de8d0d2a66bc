"""The outcome of a command in words that two offices must agree on, whatever was killed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from tests.reliability.offices import Office

# No ids and no instants: a rolled back transaction leaves a gap in the numbers.
QUESTIONS: Final = {
    "debits": """
        SELECT m.reference, b.planned_for_on, b.collect_on, b.status, b.hold_reason,
        b.amount_centimes, b.notice_version
        FROM debits b JOIN mandates m ON m.id = b.mandate_id""",
    "dues": "SELECT origin_key, status, amount_centimes FROM dues WHERE predecessor_id IS NULL",
    "parts of dues": """
        SELECT d.origin_key, s.status, s.amount_centimes
        FROM dues d JOIN dues s ON s.predecessor_id = d.id""",
    "lines": """
        SELECT b.reference, d.amount_centimes, d.worksite_id, l.freed_at IS NULL
        FROM debit_lines l JOIN debits b ON b.id = l.debit_id JOIN dues d ON d.id = l.due_id""",
    "attempts": "SELECT end_to_end_id, amount_centimes, state, reason_code FROM attempts",
    "mandates": "SELECT reference, status FROM mandates",
    "notices": """
        SELECT b.reference, n.version, n.kind, n.status, n.amount_centimes
        FROM notices n JOIN debits b ON b.id = n.debit_id""",
    "books": "SELECT account, sum(amount_centimes) FROM postings GROUP BY account",
    "entries": """
        SELECT m.message_id, e.position, e.outcome FROM bank_entries e
        JOIN bank_messages m ON m.id = e.bank_message_id""",
    "moves": """
        SELECT subject, source, target, cause, count(*) FROM events
        WHERE subject <> 'bank_file' GROUP BY subject, source, target, cause""",
}
Outcome = dict[str, list[tuple[str, ...]]]


def outcome(office: Office) -> Outcome:
    """What stands in the tables of the office."""
    with office.session() as session:
        return {
            name: sorted(tuple(map(str, row)) for row in session.execute(text(question)))
            for name, question in QUESTIONS.items()
        }


def check_same(found: Outcome, expected: Outcome) -> None:
    """Raise AssertionError with the first rows by which the outcomes differ."""
    for name, rows in expected.items():
        missing = [row for row in rows if row not in set(found[name])]
        extra = [row for row in found[name] if row not in set(rows)]
        assert found[name] == rows, f"{name}: missing {missing[:3]}, too many {extra[:3]}"
