"""The queues of the collection office in numbers, the files in doubt, the waivers that wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.moment import Moment
from webapp.domain.money import Centimes
from webapp.domain.office_queues import QueueKind
from webapp.domain.roles import Scope
from webapp.domain.statuses import BankFileStatus
from webapp.models import (
    Agency,
    BankFile,
    Channel,
    Employer,
    Event,
    OfficeRequest,
    RequestKind,
    RequestStatus,
    Subject,
)
from webapp.services.event_search import on_days
from webapp.services.staff.debit_queues import LINES_ON_A_PAGE, Wanted, sum_of_debits
from webapp.services.staff.employers import in_scope
from webapp.services.staff.request_lists import RequestRow, read_requests
from webapp.services.staff.unmatched_queue import sum_of_unmatched
from webapp.services.sums import Sum
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

UNKNOWN = BankFile.status == BankFileStatus.UNKNOWN


@dataclass(frozen=True, slots=True)
class FileInDoubt:
    """A file of which nobody knows whether it arrived, since when, and for how many days."""

    reference: str
    institution_ar: str
    institution_fr: str
    transactions: int
    total: Centimes
    since: datetime
    days: int


def sums_of_queues(session: Session, scope: Scope) -> Mapping[QueueKind, Sum]:
    """How many lines wait in each queue that nobody has looked into, and how much money."""
    everything = Wanted()
    return {
        QueueKind.HELD: sum_of_debits(session, QueueKind.HELD, everything),
        QueueKind.REFUSED: sum_of_debits(session, QueueKind.REFUSED, everything),
        QueueKind.MONEY: sum_of_unmatched(session, everything),
        QueueKind.REVERSALS: sum_of_waivers(session, scope, everything),
        QueueKind.FILES: _sum_of_files(session),
    }


def files_in_doubt(session: Session, day: WorkingDay) -> list[FileInDoubt]:
    """Every file in doubt, the oldest first."""
    doubted = (
        select(func.max(Event.at))
        .where(
            Event.subject == Subject.BANK_FILE,
            Event.subject_id == BankFile.id,
            Event.target == BankFileStatus.UNKNOWN,
        )
        .correlate(BankFile)
        .scalar_subquery()
    )
    since = func.coalesce(doubted, BankFile.frozen_at, type_=BankFile.frozen_at.type)
    with reading(session):
        rows = session.execute(
            select(
                BankFile.reference, Channel.institution_ar, Channel.institution_fr,
                BankFile.transactions, BankFile.total_centimes, since.label("since"),
            )
            .join(Channel, Channel.id == BankFile.channel_id)
            .where(UNKNOWN)
            .order_by(BankFile.id)
        ).all()  # fmt: skip
    return [
        FileInDoubt(
            *row[:4], Centimes(row[4]), row.since, (day.today - Moment.at(row.since).today).days
        )
        for row in rows
    ]


def waivers(
    session: Session,
    vault: Vault,
    scope: Scope,
    wanted: Wanted,
    before: int | None = None,
    most: int = LINES_ON_A_PAGE,
) -> tuple[list[RequestRow], bool]:
    """The waivers that wait for a second person, the latest first, and whether there are older."""
    fits = _fits(scope, wanted)
    if before is not None:
        fits.append(OfficeRequest.id < before)
    rows = read_requests(session, vault, *fits, latest_first=True, most=most + 1)
    return rows[:most], len(rows) > most


def these_waivers(
    session: Session, vault: Vault, scope: Scope, ids: Sequence[int]
) -> list[RequestRow]:
    """Those of the requests that wait still, the latest first."""
    mine = OfficeRequest.id.in_(ids)
    return read_requests(
        session, vault, mine, *_fits(scope, Wanted()), latest_first=True, most=len(ids)
    )


def sum_of_waivers(session: Session, scope: Scope, wanted: Wanted) -> Sum:
    """How many waivers wait, and how much would be given up."""
    counted = (
        select(func.count(), func.sum(OfficeRequest.amount_centimes))
        .select_from(OfficeRequest)
        .join(Employer, Employer.id == OfficeRequest.employer_id)
    )
    with reading(session):
        count, centimes = session.execute(counted.where(*_fits(scope, wanted))).one()
    return Sum(count, int(centimes or 0))


def _fits(scope: Scope, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [
        OfficeRequest.status == RequestStatus.ASKED,
        OfficeRequest.kind == RequestKind.WAIVER,
        *in_scope(scope),
        *on_days(OfficeRequest.asked_at, wanted.since, wanted.until),
    ]
    if wanted.agency:
        agency = select(Agency.id).where(Agency.code == wanted.agency).scalar_subquery()
        found.append(Employer.agency_id == agency)
    if wanted.wilaya:
        found.append(Employer.wilaya_code == wanted.wilaya)
    return found


def _sum_of_files(session: Session) -> Sum:
    counted = select(func.count(), func.sum(BankFile.total_centimes)).where(UNKNOWN)
    with reading(session):
        count, centimes = session.execute(counted).one()
    return Sum(count, int(centimes or 0))
