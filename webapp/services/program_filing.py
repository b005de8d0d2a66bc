"""A declaration that a program files, by the rules of the pages."""

from __future__ import annotations

import secrets

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.domain.errors import MonthAlreadyDeclared, NotDeclarable, NotFound
from webapp.domain.period import Period
from webapp.models import DeclarationDraft, DeclarationSheet
from webapp.services.api_keys import KeyHolder
from webapp.services.declarations import Filing, WorksiteWages, add_filed_declarations
from webapp.services.obligations import declarable_period, declared_months, declaring_of
from webapp.services.working_day import WorkingDay


def file_for(
    session: Session,
    day: WorkingDay,
    holder: KeyHolder,
    code: str,
    lines: tuple[WorksiteWages, ...],
    *,
    nil: bool,
) -> Period:
    """File the declaration of a period (its code); inside the caller's transaction.

    A draft of that period on the employer's page goes with it, and what waits of a sheet. Raises
    NotDeclarable, MonthAlreadyDeclared, and as `add_filed_declarations`.
    """
    period = _period(session, day, holder, code)
    # Before all else that is written: a page that files the draft at this moment has it locked.
    for typed in (DeclarationDraft, DeclarationSheet):
        session.execute(
            delete(typed).where(
                typed.employer_id == holder.employer_id, typed.period == period.code
            )
        )
    filing = Filing(holder.member_number, period, lines, secrets.token_hex(16), nil=nil)
    try:
        with session.begin_nested():
            add_filed_declarations(session, day, [filing])
    except IntegrityError as error:  # by another request at the same moment
        if declared_months(session, holder.employer_id).isdisjoint(period.months):
            raise
        raise MonthAlreadyDeclared(
            member_number=holder.member_number, months=period.months
        ) from error
    return period


def _period(session: Session, day: WorkingDay, holder: KeyHolder, code: str) -> Period:
    try:
        return declarable_period(code, holder, declaring_of(session, holder.employer_id), day)
    except NotFound as error:
        raise NotDeclarable(period=code) from error
