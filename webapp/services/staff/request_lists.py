"""What waits for a second person, or was decided: the requests of the office on its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NotFound
from webapp.domain.money import Centimes
from webapp.domain.roles import Scope
from webapp.domain.statuses import ReversalStatus
from webapp.models import (
    Debit,
    Due,
    DueKind,
    Employer,
    OfficeRequest,
    RequestKind,
    RequestStatus,
    Reversal,
)
from webapp.services.staff.actor_names import names_of_actors
from webapp.services.staff.employers import in_scope
from webapp.services.staff.office_requests import context_of
from webapp.services.transactions import reading

ROWS_OF_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request, its due and its employer; the amount in centimes, above zero.

    `debit` is the reference of a debit to be undone; `undone` how far that has come.
    """

    id: int
    reference: str
    kind: RequestKind
    status: RequestStatus
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    due_kind: DueKind
    period: str
    amount: Centimes
    reason: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    debit: str
    undone: ReversalStatus | None


def open_requests(session: Session, vault: Vault, scope: Scope) -> list[RequestRow]:
    """What waits for a decision, the oldest first."""
    asked = OfficeRequest.status == RequestStatus.ASKED
    return read_requests(session, vault, asked, *in_scope(scope))


def find_request(session: Session, vault: Vault, scope: Scope, reference: str) -> RequestRow:
    """One request, decided or not. Raises NotFound, also out of scope."""
    found = read_requests(session, vault, OfficeRequest.reference == reference, *in_scope(scope))
    if not found:
        raise NotFound(kind="request", reference=reference)
    return found[0]


def read_requests(
    session: Session,
    vault: Vault,
    *conditions: ColumnElement[bool],
    latest_first: bool = False,
    most: int = ROWS_OF_A_PAGE,
) -> list[RequestRow]:
    """The requests that meet the conditions, of their due or employer as well."""
    order = OfficeRequest.id.desc() if latest_first else OfficeRequest.id
    with reading(session):
        rows: Sequence[Row[*tuple[Any, ...]]] = session.execute(
            select(OfficeRequest, Employer, Due, Debit.reference, Reversal.status)
            .join(Employer, Employer.id == OfficeRequest.employer_id)
            .join(Due, Due.id == OfficeRequest.due_id)
            .outerjoin(Debit, Debit.id == OfficeRequest.debit_id)
            .outerjoin(Reversal, Reversal.request_id == OfficeRequest.id)
            .where(*conditions)
            .order_by(order)
            .limit(most)
            .execution_options(populate_existing=True)
        ).all()
        names = names_of_actors(
            session, [by for row in rows for by in (row[0].asked_by, row[0].decided_by)]
        )
        return [_row(vault, names, *row) for row in rows]


def _row(
    vault: Vault,
    names: dict[str, str],
    request: OfficeRequest,
    owner: Employer,
    due: Due,
    debit: str | None,
    undone: ReversalStatus | None,
) -> RequestRow:
    decided_by = request.decided_by or ""
    return RequestRow(
        id=request.id,
        reference=request.reference,
        kind=request.kind,
        status=request.status,
        employer_id=owner.id,
        member_number=owner.member_number,
        name_ar=owner.name_ar,
        name_fr=owner.name_fr,
        due_kind=due.kind,
        period=due.period,
        amount=Centimes(request.amount_centimes),
        reason=vault.open(request.reason, context_of(request.reference)),
        asked_by=request.asked_by,
        asked_by_name=names.get(request.asked_by, request.asked_by),
        asked_at=request.asked_at,
        decided_by_name=names.get(decided_by, decided_by),
        decided_at=request.decided_at,
        debit=debit or "",
        undone=undone,
    )
