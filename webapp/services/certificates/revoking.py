"""Certificates of employers whose standing was lost end with the run of that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.models import Certificate, RevocationCause
from webapp.services import outbox
from webapp.services.certificates.issuing import revoke
from webapp.services.certificates.standings import StandingNow, standings_of
from webapp.services.telling import Tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

TELLS_REVOKED = "certificate_revoked"
AT_ONCE = 500


def revoke_lost_standings(
    session: Session, day: WorkingDay, vault: Vault, tell: Tell = outbox.tell
) -> int:
    """Revoke every certificate of who has something overdue today, and tell its employer; how many.

    After the run, which has planned what was to be planned. Nothing brings one back: who is in
    order again takes a new one. In portions, each a transaction; a second time changes nothing.
    """
    with transaction(session):
        ids = session.scalars(
            select(Certificate.id)
            .where(Certificate.revoked_at.is_(None), Certificate.valid_until_on >= day.today)
            .order_by(Certificate.id)
        ).all()
    revoked = 0
    for start in range(0, len(ids), AT_ONCE):
        with transaction(session):
            revoked += _revoke(session, day, vault, tell, ids[start : start + AT_ONCE])
    return revoked


def _revoke(session: Session, day: WorkingDay, vault: Vault, tell: Tell, ids: Sequence[int]) -> int:
    rows = session.execute(
        select(Certificate.id, Certificate.employer_id, Certificate.reference)
        .where(Certificate.id.in_(ids), Certificate.revoked_at.is_(None))
        .order_by(Certificate.id)
        .with_for_update()
    ).all()
    standings = standings_of(session, day, [row.employer_id for row in rows])
    lost: dict[RevocationCause, list[int]] = defaultdict(list)
    for row in rows:
        now = standings[row.employer_id]
        if not now.standing.lost:
            continue
        cause = _cause(now)
        lost[cause].append(row.id)
        values = {
            "reference": row.reference,
            "overdue": cause is RevocationCause.OVERDUE,
            "amount": int(now.standing.owed),
            "on": day.today,
        }
        tell(session, day, vault, row.employer_id, TELLS_REVOKED, values)
    for cause, which in lost.items():
        revoke(session, day, which, cause)
    return sum(len(which) for which in lost.values())


def _cause(now: StandingNow) -> RevocationCause:
    """Money first: whoever owes is told of what they owe."""
    overdue = bool(now.standing.overdue)
    return RevocationCause.OVERDUE if overdue else RevocationCause.NOT_DECLARED
