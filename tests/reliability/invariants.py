"""What must hold in the tables at every moment at which no transaction is open.

Written in plain SQL over the tables, apart from the services: a check that shared their queries
would share their mistakes. Each check is a query that must find nothing; `check_tables` names
the one that finds something, and shows the first of it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from webapp.domain.errors import IntegrityAlarm
from webapp.domain.rules import CollectionRules
from webapp.domain.statuses import BankFileStatus, DebitStatus, MandateStatus, ReversalStatus
from webapp.services.books import verify_books
from webapp.services.event_chain import verify_events

WITH_THE_BANK: Final = "('frozen','sent','unknown','accepted','debited','settled','disputed')"
NOT_WITH_THE_BANK: Final = "('planned','announced','held','refused','cancelled','reversed')"
LIVE_LINES: Final = """
    debit_lines l JOIN debits b ON b.id = l.debit_id JOIN dues d ON d.id = l.due_id
    WHERE l.freed_at IS NULL"""
# A file of which the bank may have seen something.
LEFT: Final = "('sending','sent','unknown','acknowledged','reconciled')"

CHECKS: Final[dict[str, str]] = {
    "a due in two live lines": """
        SELECT due_id, count(*) FROM debit_lines WHERE freed_at IS NULL
        GROUP BY due_id HAVING count(*) > 1""",
    "a live line in a cancelled debit": f"""
        SELECT l.id, b.reference FROM {LIVE_LINES} AND b.status = 'cancelled'""",
    "a scheduled due in no live line": """
        SELECT d.id FROM dues d WHERE d.status = 'scheduled' AND NOT EXISTS
        (SELECT 1 FROM debit_lines l WHERE l.due_id = d.id AND l.freed_at IS NULL)""",
    "a due in a live line that is not scheduled, settled or contested": f"""
        SELECT d.id, d.status FROM {LIVE_LINES}
        AND d.status NOT IN ('scheduled','settled','contested')""",
    "a contested due in no open contest": """
        SELECT d.id FROM dues d WHERE d.status = 'contested' AND NOT EXISTS
        (SELECT 1 FROM contest_lines c WHERE c.due_id = d.id AND c.ended_at IS NULL)""",
    "a due in an open contest that is owed as any other": """
        SELECT d.id, d.status FROM contest_lines c JOIN dues d ON d.id = c.due_id
        WHERE c.ended_at IS NULL AND d.status NOT IN ('contested','settled','given_back')""",
    "a contest with nothing left to answer": """
        SELECT c.reference FROM contests c WHERE c.status = 'open' AND NOT EXISTS
        (SELECT 1 FROM contest_lines l WHERE l.contest_id = c.id AND l.ended_at IS NULL)""",
    "a due that is settled where its debit is not, or the reverse": f"""
        SELECT d.id, d.status, b.reference, b.status FROM {LIVE_LINES}
        AND (d.status = 'settled') <> (b.status = 'settled')""",
    "a live debit without a line": f"""
        SELECT b.reference, b.status FROM debits b
        WHERE b.status NOT IN ('cancelled','refused','reversed')
        AND NOT EXISTS (SELECT 1 FROM {LIVE_LINES} AND l.debit_id = b.id)""".replace(
        "b ON b.id", "x ON x.id"
    ),
    "a debit that is not the sum of its lines": """
        SELECT b.reference, b.amount_centimes, sum(l.amount_centimes)
        FROM debits b JOIN debit_lines l ON l.debit_id = b.id WHERE l.freed_at IS NULL
        GROUP BY b.id, b.reference, b.amount_centimes
        HAVING sum(l.amount_centimes) <> b.amount_centimes""",
    "two live debits of a mandate and day": """
        SELECT mandate_id, planned_for_on FROM debits WHERE status <> 'cancelled'
        GROUP BY mandate_id, planned_for_on HAVING count(*) > 1""",
    "two live attempts of a debit": """
        SELECT debit_id FROM attempts WHERE failed_at IS NULL
        GROUP BY debit_id HAVING count(*) > 1""",
    "a debit with the bank without its one live attempt": f"""
        SELECT b.reference, b.status FROM debits b WHERE b.status IN {WITH_THE_BANK} AND 1 <>
        (SELECT count(*) FROM attempts a WHERE a.debit_id = b.id AND a.failed_at IS NULL
        AND a.amount_centimes = b.amount_centimes)""",
    "a live attempt of a debit that is not with the bank": f"""
        SELECT b.reference, b.status FROM debits b JOIN attempts a ON a.debit_id = b.id
        WHERE b.status IN {NOT_WITH_THE_BANK} AND a.failed_at IS NULL""",
    "attempts that are not numbered one by one": """
        SELECT debit_id FROM attempts GROUP BY debit_id HAVING max(number) <> count(*)""",
    "an end-to-end id used twice": """
        SELECT end_to_end_id FROM attempts GROUP BY end_to_end_id HAVING count(*) > 1""",
    "a file that is not the sum of its attempts": """
        SELECT f.reference FROM bank_files f LEFT JOIN attempts a ON a.bank_file_id = f.id
        OR EXISTS (SELECT 1 FROM earlier_files e
        WHERE e.attempt_id = a.id AND e.bank_file_id = f.id)
        GROUP BY f.id, f.reference, f.transactions, f.total_centimes
        HAVING count(a.id) <> f.transactions OR count(a.id) = 0
        OR sum(a.amount_centimes) <> f.total_centimes""",
    "a debit that says something else than its file": """
        SELECT b.reference, b.status, f.status FROM debits b
        JOIN attempts a ON a.debit_id = b.id AND a.failed_at IS NULL
        JOIN bank_files f ON f.id = a.bank_file_id
        WHERE (b.status = 'frozen')
        <> (f.status IN ('filling','frozen','written','approved','sending'))
        OR (b.status = 'unknown') <> (f.status = 'unknown') OR f.status = 'superseded'""",
    "a file that was sent before it was approved": f"""
        SELECT reference FROM bank_files WHERE status IN {LEFT} AND
        (approved_by IS NULL OR approved_by = frozen_by OR sha256 IS NULL)""",
    "an announced debit without its notice": """
        SELECT b.reference FROM debits b WHERE b.status IN ('announced','frozen','sent')
        AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.debit_id = b.id
        AND n.version = b.notice_version AND n.amount_centimes >= b.amount_centimes
        AND (n.collect_on = b.collect_on
        OR b.status = 'sent' AND n.collect_on < b.collect_on))""",
    "a debit that the bank was told another day of": """
        SELECT b.reference FROM debits b JOIN attempts a ON a.debit_id = b.id
        AND a.failed_at IS NULL JOIN bank_files f ON f.id = a.bank_file_id
        WHERE b.collect_on < f.collect_on""",
    "an employer told of less than was asked of the bank": """
        SELECT a.end_to_end_id FROM attempts a WHERE NOT EXISTS
        (SELECT 1 FROM notices n WHERE n.debit_id = a.debit_id AND n.status <> 'queued'
        AND n.amount_centimes >= a.amount_centimes)""",
    "a cause whose postings do not sum to zero": """
        SELECT source_key FROM postings GROUP BY source_key HAVING sum(amount_centimes) <> 0""",
    "contributions receivable that are not the unsettled dues": """
        SELECT p.total, d.total FROM
        (SELECT coalesce(sum(amount_centimes), 0) AS total FROM postings
        WHERE account = 'receivable') p,
        (SELECT coalesce(sum(amount_centimes), 0) AS total FROM dues
        WHERE amount_centimes > 0 AND
        status IN ('open','scheduled','contested','deferred','given_back')) d
        WHERE p.total <> d.total""",
    "money at the bank that is not what the bank has told": """
        SELECT p.total, a.total FROM
        (SELECT coalesce(sum(amount_centimes), 0) AS total FROM postings
        WHERE account IN ('bank','suspense') AND source_key NOT LIKE 'opening:%') p,
        (SELECT coalesce(sum(CASE WHEN settled_at IS NULL THEN 0 ELSE amount_centimes END
        - CASE WHEN returned_at IS NULL AND reversed_at IS NULL THEN 0
        ELSE amount_centimes END), 0) AS total
        FROM attempts) a WHERE p.total <> a.total""",
    "credit in the books that is not the employers' open credits": """
        SELECT p.total, d.total, a.total FROM
        (SELECT coalesce(sum(amount_centimes), 0) AS total FROM postings
        WHERE account = 'employer_credit') p,
        (SELECT coalesce(sum(amount_centimes), 0) AS total FROM dues
        WHERE amount_centimes < 0 AND status IN ('open','scheduled')) d,
        (SELECT coalesce(sum(amount_centimes), 0) AS total FROM attempts
        WHERE (returned_at IS NOT NULL OR reversed_at IS NOT NULL) AND settled_at IS NULL) a
        WHERE p.total <> d.total + a.total""",
    "a due given back by no debit that was undone": """
        SELECT d.id FROM dues d WHERE d.status = 'given_back' AND d.predecessor_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM debit_lines l JOIN debits b ON b.id = l.debit_id
        WHERE l.due_id = d.id AND l.freed_at IS NOT NULL AND b.status = 'reversed')""",
    "a debit undone without the word of two people": """
        SELECT b.reference FROM debits b WHERE b.status = 'reversed' AND NOT EXISTS
        (SELECT 1 FROM attempts a JOIN reversals v ON v.attempt_id = a.id
        JOIN office_requests r ON r.id = v.request_id AND r.status = 'granted'
        AND r.kind = 'reversal' AND r.debit_id = b.id AND r.decided_by <> r.asked_by
        WHERE a.debit_id = b.id)""",
    "a split due that is not the sum of its parts": """
        SELECT d.id FROM dues d JOIN dues s ON s.predecessor_id = d.id
        GROUP BY d.id, d.amount_centimes, d.status
        HAVING sum(s.amount_centimes) <> d.amount_centimes
        AND min(coalesce(s.revision, 0)) = max(coalesce(d.revision, 0))
        AND min(coalesce(s.base_centimes, 0)) = max(coalesce(d.base_centimes, 0))
        OR d.status <> 'superseded'""",
    "a declared amount that is not what its last revision makes": """
        SELECT e.id, e.period, o.worksite_id, w.declared, o.owed FROM
        (SELECT employer_id, period, max(revision) AS revision FROM declarations
         GROUP BY employer_id, period) l
        JOIN declarations e ON e.employer_id = l.employer_id AND e.period = l.period
         AND e.revision = l.revision
        JOIN (SELECT employer_id, period, worksite_id, sum(amount_centimes) AS owed FROM dues d
         WHERE revision IS NOT NULL AND (status <> 'superseded' OR EXISTS
         (SELECT 1 FROM scheduled_dues s JOIN payment_schedules p ON p.id = s.schedule_id
          WHERE s.due_id = d.id AND p.status IN ('accepted','completed','broken')))
         GROUP BY employer_id, period, worksite_id) o
         ON o.employer_id = e.employer_id AND o.period = e.period
        LEFT JOIN (SELECT declaration_id, worksite_id, sum(leave_centimes
         + weather_employer_centimes + weather_worker_centimes) AS declared
         FROM declaration_lines GROUP BY declaration_id, worksite_id) w
         ON w.declaration_id = e.id AND w.worksite_id = o.worksite_id
        WHERE coalesce(w.declared, 0) <> o.owed""",
    "a month declared twice, or not by its declaration": """
        SELECT m.employer_id, m.month FROM declared_months m
        JOIN declarations d ON d.id = m.declaration_id WHERE d.employer_id <> m.employer_id""",
    "an answer that was neither applied nor kept": """
        SELECT m.message_id, e.position FROM bank_entries e
        JOIN bank_messages m ON m.id = e.bank_message_id
        WHERE (m.status = 'applied' AND e.outcome = 'pending')
        OR (e.outcome = 'suspense' AND e.raw IS NULL)""",
} | {
    f"a {subject} whose last event does not tell its state": f"""
        SELECT s.id, s.status FROM {table} s WHERE s.status <> coalesce((SELECT e.target
        FROM events e WHERE e.subject = '{subject}' AND e.subject_id = s.id
        AND e.target IN {tuple(one.value for one in statuses)}
        ORDER BY e.id DESC LIMIT 1), '')"""
    # What is no state is a look, a paper, or a word to the employer.
    for subject, table, statuses in (
        ("debit", "debits", DebitStatus),
        ("bank_file", "bank_files", BankFileStatus),
        ("mandate", "mandates", MandateStatus),
        ("reversal", "reversals", ReversalStatus),
    )
}  # fmt: skip

# Of each due and mandate: the presentations that may have reached the bank, and how often a
# person has released its debits, or had it collected again after one was undone; beyond the rules'
# number only a person brings a due back.
PRESENTATIONS: Final = """
    SELECT l.due_id, b.mandate_id, count(DISTINCT a.id) AS presentations,
    count(DISTINCT e.id) + count(DISTINCT g.id) AS releases
    FROM debit_lines l JOIN debits b ON b.id = l.debit_id JOIN attempts a ON a.debit_id = b.id
    JOIN bank_files f ON f.id = a.bank_file_id
    LEFT JOIN events e ON e.subject = 'debit' AND e.subject_id = b.id AND e.cause = 'released'
    LEFT JOIN events g ON g.subject = 'due' AND g.subject_id = l.due_id AND g.cause = 'due_again'
    WHERE f.status IN ('sent','unknown','acknowledged','reconciled')
    GROUP BY l.due_id, b.mandate_id
    HAVING count(DISTINCT a.id) > :most + count(DISTINCT e.id) + count(DISTINCT g.id)"""


def check_tables(session: Session) -> None:
    """Raise AssertionError with the name of the first check that finds something."""
    for name, query in CHECKS.items():
        found = session.execute(text(query)).fetchmany(5)
        assert not found, f"{name}: {[tuple(row) for row in found]}"
    often = session.execute(text(PRESENTATIONS), {"most": CollectionRules().max_attempts}).all()
    assert not often, f"presented too often: {[tuple(row) for row in often[:5]]}"
    try:
        verify_books(session)
        session.rollback()
        verify_events(session)
    except IntegrityAlarm as alarm:
        raise AssertionError(f"{type(alarm).__name__}: {alarm}") from alarm
    finally:
        session.rollback()
