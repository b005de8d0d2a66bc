"""Exceptions: chosen worksites that are debited from an account of their own.

A worksite is under one exception at most; every other one, and every due without a worksite, is
the default mandate's. What was announced stays where it was announced.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import LastWorksite, NotFound, UnknownWorksite, WorksiteTaken
from webapp.domain.rules import AccessRules
from webapp.domain.statuses import DEBIT_STATUSES_BEFORE_FREEZING
from webapp.models import Debit, DebitLine, Due, Mandate, MandateWorksite, Subject, Worksite
from webapp.services.assignments import give_back_worksites
from webapp.services.endings import WITH_THE_OFFICE
from webapp.services.events import record
from webapp.services.freeing import cancel_debits
from webapp.services.mandates import Signature, add_signed_mandates
from webapp.services.open_debits import OpenDebit, Shown, check_shown, open_debits
from webapp.services.own_mandates import MandateRow, live_mandate
from webapp.services.planning import ENDED
from webapp.services.signing import TypedCode, lock_employer, sign_once
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay

# What is announced stays; the rest is planned again under the mandate that takes it now.
REPLANNED = tuple(
    status for status in DEBIT_STATUSES_BEFORE_FREEZING if status.value != "announced"
)


@dataclass(frozen=True, slots=True)
class PlacedWorksite:
    """An open worksite, and the exception that it is under: None for the default mandate."""

    code: str
    name: str
    exception: str | None
    account_last4: str | None


@dataclass(frozen=True, slots=True)
class ExceptionPreview(Shown):
    """What happens to the default mandate's debits that hold dues of the chosen worksites."""

    @property
    def staying(self) -> list[OpenDebit]:
        """Those that are debited from the account of now: announced or further."""
        return [one for one in self.debits if one.unstoppable or one.announced]

    @property
    def replanned(self) -> list[OpenDebit]:
        return [one for one in self.debits if not (one.unstoppable or one.announced)]


def placed_worksites(session: Session, employer_id: int) -> list[PlacedWorksite]:
    """Every open worksite of the employer with where it is debited."""
    with reading(session):
        rows = session.execute(
            select(Worksite.code, Worksite.name, Mandate.reference, Mandate.account_last4)
            .outerjoin(
                MandateWorksite,
                (MandateWorksite.worksite_id == Worksite.id) & MandateWorksite.ended_at.is_(None),
            )
            .outerjoin(Mandate, Mandate.id == MandateWorksite.mandate_id)
            .where(Worksite.employer_id == employer_id, Worksite.closed_on.is_(None))
            .order_by(Worksite.id)
        ).all()
    return [PlacedWorksite(row.code, row.name, row.reference, row.account_last4) for row in rows]


def preview_exception(
    session: Session, employer_id: int, worksites: Collection[str]
) -> ExceptionPreview:
    """What the employer must know before. Raises NotFound without a default mandate,
    UnknownWorksite and WorksiteTaken.
    """
    placed = {one.code: one for one in placed_worksites(session, employer_id)}
    for code in worksites:
        if code not in placed:
            raise UnknownWorksite(worksite=code)
        if placed[code].exception is not None:
            raise WorksiteTaken(worksite=code)
    with reading(session):
        return _preview(session, _default(session, employer_id), worksites)


def sign_exception(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    who: SignedIn,
    code: TypedCode,
    signature: Signature,
    shown: str,
) -> str:
    """Sign a mandate on another account for `signature.worksites`; return its reference.

    It takes what the default mandate took for them. Raises AccountAlreadyCollecting,
    UnknownWorksite, WorksiteTaken, ShownChanged, NotFound, and what `sign_once` raises.
    """

    def sign(code_id: int) -> str:
        default = _default(session, who.employer_id)
        preview = _preview(session, default, signature.worksites)
        check_shown(shown, preview.debits)
        signed = replace(
            signature,
            code_id=code_id,
            covers_from_on=default.covers_from_on,
            covers_arrears=default.covers_arrears,
        )
        (reference,) = add_signed_mandates(session, day, vault, [signed])
        _replan(session, day, default.id, signature.worksites)
        return reference

    return sign_once(session, day, vault, rules, who, code, sign)


def move_back(
    session: Session, day: WorkingDay, employer_id: int, reference: str, worksite: str
) -> None:
    """Give one worksite of an exception back to the default mandate; its dues go with it.

    A second time changes nothing. Raises LastWorksite (revoke the exception instead), NotFound
    (no such exception of this employer, or worksite) and MandateNotInForce.
    """
    with transaction(session):
        lock_employer(session, employer_id)
        mandate = live_mandate(session, employer_id, reference)
        if mandate.is_default:
            raise NotFound(kind="exception", reference=reference)
        if worksite not in mandate.worksites:
            _find_worksite(session, employer_id, worksite)
            return
        if mandate.worksites == (worksite,):
            raise LastWorksite()
        worksite_id = _find_worksite(session, employer_id, worksite)
        _replan(session, day, mandate.id, [worksite])
        give_back_worksites(
            session,
            day,
            MandateWorksite.mandate_id == mandate.id,
            MandateWorksite.worksite_id == worksite_id,
        )
        status = mandate.status
        record(session, day, Subject.MANDATE, [mandate.id], status, status, "worksite_given_back")


def _default(session: Session, employer_id: int) -> MandateRow:
    reference = session.scalar(
        select(Mandate.reference).where(
            Mandate.employer_id == employer_id,
            Mandate.is_default.is_(True),
            Mandate.status.not_in(ENDED),
        )
    )
    if reference is None:
        raise NotFound(kind="mandate", reference="")
    return live_mandate(session, employer_id, reference)


def _find_worksite(session: Session, employer_id: int, code: str) -> int:
    found = session.scalar(
        select(Worksite.id).where(Worksite.employer_id == employer_id, Worksite.code == code)
    )
    if found is None:
        raise NotFound(kind="worksite", reference=code)
    return found


def _preview(session: Session, default: MandateRow, worksites: Collection[str]) -> ExceptionPreview:
    found = open_debits(session, Debit.mandate_id == default.id, _holds(worksites))
    return ExceptionPreview(default, tuple(one for one in found if not one.with_the_office))


def _replan(session: Session, day: WorkingDay, mandate_id: int, worksites: Sequence[str]) -> None:
    """Cancel the debits of a mandate that hold dues of these worksites and were not announced:
    the next run plans every due of theirs anew, each under the mandate that takes it.
    """
    cancel_debits(
        session,
        day,
        Debit.mandate_id == mandate_id,
        _holds(worksites),
        WITH_THE_OFFICE,
        cause="worksites_moved",
        sources=REPLANNED,
    )


def _holds(worksites: Collection[str]) -> ColumnElement[bool]:
    return exists().where(
        DebitLine.debit_id == Debit.id,
        DebitLine.freed_at.is_(None),
        Due.id == DebitLine.due_id,
        Worksite.id == Due.worksite_id,
        Worksite.code.in_(worksites),
    )
