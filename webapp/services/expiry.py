"""Authorisations that nobody uses, or whose paper never came: warned of, then ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NotFound
from webapp.domain.months import months_before
from webapp.domain.statuses import DebitStatus, DueStatus, MandateStatus
from webapp.models import Debit, Due, Mandate, Subject
from webapp.services.endings import end_mandates
from webapp.services.events import record
from webapp.services.outbox import tell
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

IN_USE = (MandateStatus.ACTIVE, MandateStatus.SUSPENDED)


def expire_mandates(session: Session, day: WorkingDay, vault: Vault) -> dict[str, int]:
    """Warn of what will end, and end what was warned of long enough ago; how many of each.

    A mandate with amounts due or a debit on its way does not end. Using it, or the employer's
    word that they keep it, counts from then.
    """
    rules = day.rules
    dormant = months_before(day.today, rules.dormant_months)
    unconfirmed = months_before(day.today, rules.unconfirmed_months)
    notice = timedelta(days=rules.expiry_notice_days)
    with transaction(session):
        _forget_warnings(session)
        warned = _warn(session, day, vault, "mandate_expiring", _unused_since(dormant + notice),
                       Mandate.expiry_told_on.is_(None))  # fmt: skip
        papers = _warn(session, day, vault, "paper_missing", *_paper_missing(day))
        told = Mandate.expiry_told_on <= day.today - notice
        expired = end_mandates(
            session, day, MandateStatus.EXPIRED, _unused_since(dormant), told, cause="dormant"
        )
        expired += end_mandates(
            session,
            day,
            MandateStatus.EXPIRED,
            Mandate.status == MandateStatus.SIGNED,
            Mandate.paper_due_on.is_not(None),
            Mandate.signed_on <= unconfirmed,
            cause="paper_never_came",
        )
    return {"warned": warned + papers, "expired": len(expired)}


def keep_mandate(session: Session, day: WorkingDay, employer_id: int, reference: str) -> None:
    """The employer keeps an authorisation that would end. Raises NotFound, also for another's."""
    with transaction(session):
        kept = session.scalars(
            update(Mandate)
            .where(
                Mandate.reference == reference,
                Mandate.employer_id == employer_id,
                Mandate.status.in_(IN_USE),
            )
            .values(expiry_told_on=None, kept_on=day.today)
            .returning(Mandate.id)
            .execution_options(synchronize_session=False)
        ).all()
        if not kept:
            raise NotFound(kind="mandate", reference=reference)
        record(session, day, Subject.MANDATE, kept, None, "kept", "kept_by_employer")


def _unused_since(day: date) -> ColumnElement[bool]:
    """In use, but not signed, kept or debited after that day; nothing is owed or on its way."""
    return and_(
        Mandate.status.in_(IN_USE),
        Mandate.signed_on <= day,
        or_(Mandate.kept_on.is_(None), Mandate.kept_on <= day),
        ~exists().where(
            Debit.mandate_id == Mandate.id,
            Debit.status != DebitStatus.CANCELLED,
            Debit.collect_on > day,
        ),
        ~exists().where(
            Due.employer_id == Mandate.employer_id,
            Due.status.in_([DueStatus.OPEN, DueStatus.SCHEDULED, DueStatus.CONTESTED]),
        ),
    )


def _paper_missing(day: WorkingDay) -> tuple[ColumnElement[bool], ...]:
    """Told twice: before the day on which the paper is due, and after it."""
    soon = day.today + timedelta(days=day.rules.paper_notice_days)
    before = and_(Mandate.expiry_told_on.is_(None), Mandate.paper_due_on <= soon)
    after = and_(Mandate.expiry_told_on <= Mandate.paper_due_on, Mandate.paper_due_on < day.today)
    return Mandate.status == MandateStatus.SIGNED, or_(before, after)


def _forget_warnings(session: Session) -> None:
    """What was used after its warning does not end."""
    latest = (
        select(func.max(Debit.collect_on))
        .where(Debit.mandate_id == Mandate.id, Debit.status != DebitStatus.CANCELLED)
        .correlate(Mandate)
        .scalar_subquery()
    )
    session.execute(
        update(Mandate)
        .where(Mandate.status.in_(IN_USE), Mandate.expiry_told_on < latest)
        .values(expiry_told_on=None)
        .execution_options(synchronize_session=False)
    )


def _warn(
    session: Session, day: WorkingDay, vault: Vault, kind: str, *which: ColumnElement[bool]
) -> int:
    rows = session.execute(
        update(Mandate)
        .where(*which)
        .values(expiry_told_on=day.today)
        .returning(
            Mandate.id,
            Mandate.employer_id,
            Mandate.reference,
            Mandate.account_last4,
            Mandate.paper_due_on,
        )
        .execution_options(synchronize_session=False)
    ).all()
    until = day.today + timedelta(days=day.rules.expiry_notice_days)
    for row in rows:
        values = {
            "reference": row.reference,
            "last4": row.account_last4,
            "until": row.paper_due_on if kind == "paper_missing" else until,
            "months": day.rules.dormant_months,
        }
        tell(session, day, vault, row.employer_id, kind, values)
    ids: Sequence[int] = [row.id for row in rows]
    record(session, day, Subject.MANDATE, ids, None, "warned", kind)
    return len(rows)
