"""The second phase of the run: a notice for each planned debit that is six bank days away."""

from __future__ import annotations

from functools import partial

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Attempt,
    Debit,
    Employer,
    Event,
    HoldReason,
    Mandate,
    Notice,
    NoticeChannel,
    NoticeKind,
    NoticeStatus,
)
from webapp.services.events import count_events, last_event, move_all
from webapp.services.holding import hold, hold_uncollectable
from webapp.services.notices import came_back
from webapp.services.portions import IN_TURN, Hands
from webapp.services.statistics import refresh_statistics
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

DEBITS_AT_ONCE = 2_000
ANNOUNCED = "announced"


def announce_debits(session: Session, day: WorkingDay, hands: Hands = IN_TURN) -> int:
    """Write a notice for every planned debit that is near; return how many were announced.

    A planned debit whose day has come too near (a run was missed) takes the feasible day. What
    may not be collected is held whole, with its reason; of a new account nothing is told before
    its quiet is over. (design.md §6.2, §6.3)
    """
    with transaction(session):
        ids = session.scalars(select(Debit.id).where(_near(session, day)).order_by(Debit.id)).all()
        if not ids:
            return 0
        before = last_event(session)
    hands("announce", ids, DEBITS_AT_ONCE, partial(announce_portion, session, day))
    with transaction(session):
        announced = count_events(session, day, before, ANNOUNCED)
    refresh_statistics(session, announced, Notice, Debit, Event)
    return announced


def announce_portion(session: Session, day: WorkingDay, first: int, last: int) -> None:
    """Announce or hold those of the debits from the first to the last one that are near."""
    with transaction(session):
        _announce_range(session, day, and_(_near(session, day), Debit.id.between(first, last)))


def _near(session: Session, day: WorkingDay) -> ColumnElement[bool]:
    near = and_(Debit.status == DebitStatus.PLANNED, Debit.collect_on <= day.feasible_on)
    quiet = session.scalars(select(Mandate.id).where(Mandate.first_notice_at > day.now)).all()
    if quiet:  # Seldom, and few: the statements of every run stay as they are.
        near = and_(near, Debit.mandate_id.not_in(quiet))
    return near


def _announce_range(session: Session, day: WorkingDay, here: ColumnElement[bool]) -> None:
    # What is told and what is debited is one amount: no page changes it in between.
    session.execute(select(Debit.id).where(here).order_by(Debit.id).with_for_update())
    session.execute(
        update(Debit)
        .where(here, Debit.collect_on < day.feasible_on)
        .values(collect_on=day.feasible_on)
        .execution_options(synchronize_session=False)
    )
    hold_uncollectable(session, day, DebitStatus.PLANNED, here)
    hold(session, day, DebitStatus.PLANNED, here, HoldReason.NO_CONTACT, ~_reachable())
    again = exists().where(Attempt.debit_id == Debit.id, came_back())
    session.execute(
        insert(Notice).from_select(
            [
                "debit_id", "version", "kind", "channel", "language", "amount_centimes",
                "collect_on", "account_last4", "status", "created_at",
            ],
            select(
                Debit.id,
                Debit.notice_version + 1,
                case(
                    (again, literal(NoticeKind.RE_PRESENTED, Notice.kind.type)),
                    else_=literal(NoticeKind.ANNOUNCED, Notice.kind.type),
                ),
                Employer.notice_channel,
                Employer.language,
                Debit.amount_centimes,
                Debit.collect_on,
                Mandate.account_last4,
                literal(NoticeStatus.QUEUED, Notice.status.type),
                literal(day.now, Notice.created_at.type),
            )
            .join(Employer, Employer.id == Debit.employer_id)
            .join(Mandate, Mandate.id == Debit.mandate_id)
            .where(here),
        )
    )  # fmt: skip
    move_all(
        session,
        day,
        Debit,
        DebitStatus.PLANNED,
        DebitStatus.ANNOUNCED,
        here,
        cause=ANNOUNCED,
        notice_version=Debit.notice_version + 1,
    )


def _reachable() -> ColumnElement[bool]:
    return exists().where(
        Employer.id == Debit.employer_id,
        or_(
            and_(Employer.notice_channel == NoticeChannel.SMS, Employer.phone != ""),
            and_(Employer.notice_channel == NoticeChannel.EMAIL, Employer.email != ""),
            Employer.notice_channel == NoticeChannel.PORTAL,
        ),
    )
