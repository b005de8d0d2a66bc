"""The one step: what an employer sees before signing, and the signature with a fresh code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.due_dates import collection_day, debit_day
from webapp.domain.enrolment_cases import CaseStatus
from webapp.domain.errors import MandateAlreadyActive, NotFound
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.rib import Rib
from webapp.domain.rules import AccessRules
from webapp.domain.statuses import (
    DEBIT_STATUSES_BEFORE_FREEZING,
    MANDATE_STATUSES_ALLOWING_DEBIT,
    DueStatus,
    MandateStatus,
)
from webapp.models import (
    Debit,
    DebitLine,
    Due,
    Employer,
    Mandate,
    NoticeChannel,
    Subject,
    Worksite,
)
from webapp.services.codes import masked_address
from webapp.services.confirming_banks import papers_due_on
from webapp.services.events import record
from webapp.services.mandate_drafts import forget_draft
from webapp.services.mandates import Signature, add_signed_mandates
from webapp.services.obligations import Declaring, declarable_periods, declaring_of, obligation
from webapp.services.open_days.case_moves import sign_case
from webapp.services.outbox import CONTACT, contact_of, tell
from webapp.services.permission import is_paused
from webapp.services.planning import ENDED
from webapp.services.signing import TypedCode, sign_once, signed_with
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A mandate as its employer may see it: of the account, only the last four digits."""

    id: int
    reference: str
    status: MandateStatus
    account_last4: str
    bank_code: str
    ceiling: Centimes | None
    covers_arrears: bool
    signatory_name: str
    signed_on: date
    signed_text_sha256: str
    is_default: bool
    paused_from_on: date | None
    paused_until_on: date | None
    paper_due_on: date | None
    expiry_told_on: date | None
    covers_from_on: date | None
    first_notice_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether nothing brings it back."""
        return self.status in ENDED

    @property
    def paused(self) -> bool:
        """Whether the employer suspended it, and may resume it."""
        return self.status is MandateStatus.SUSPENDED and self.paused_from_on is not None

    @property
    def suspended_by_bank(self) -> bool:
        """Whether a bank's refusal suspended it: only a new signature helps."""
        return self.status is MandateStatus.SUSPENDED and self.paused_from_on is None

    @property
    def waits_for_paper(self) -> bool:
        """Whether its bank asks for the stamped paper before anything is debited."""
        return self.status is MandateStatus.SIGNED and self.paper_due_on is not None

    @property
    def in_force(self) -> bool:
        """Whether debits may be made under it now."""
        return self.status in MANDATE_STATUSES_ALLOWING_DEBIT

    def collects(self, legal_due_on: date) -> bool:
        """Whether it takes an amount that was legally due on that day.

        What was due before the signature only where the employer ticked it (design notes §6.1).
        """
        return self.in_force and (
            self.covers_arrears or legal_due_on >= (self.covers_from_on or self.signed_on)
        )


@dataclass(frozen=True, slots=True)
class FirstDebit:
    """The first debit that an authorisation signed today would lead to."""

    on: date
    period: Period


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What stands on the page of the one step, beside the form."""

    first_debit: FirstDebit
    worksites: int
    arrears: Centimes
    notice_channel: NoticeChannel
    code_channel: NoticeChannel
    code_address: str


def default_authorisation(session: Session, employer_id: int) -> Authorisation | None:
    """The employer's default mandate in force or suspended; None before the one step."""
    with reading(session):
        return authorisation_of(session, employer_id)


def authorisation_of(session: Session, employer_id: int) -> Authorisation | None:
    """`default_authorisation` inside the caller's transaction."""
    return _authorisation(
        session,
        Mandate.employer_id == employer_id,
        Mandate.is_default.is_(True),
        Mandate.status.not_in(ENDED),
    )


def find_authorisation(session: Session, employer_id: int, reference: str) -> Authorisation:
    """One of the employer's own mandates. Raises NotFound, also for somebody else's."""
    with reading(session):
        found = _authorisation(
            session, Mandate.employer_id == employer_id, Mandate.reference == reference
        )
    if found is None:
        raise NotFound(kind="mandate", reference=reference)
    return found


def read_account(
    session: Session, day: WorkingDay, vault: Vault, employer_id: int, reference: str
) -> Rib:
    """The whole account number, for the paper that is signed by hand; the look is an event.

    Raises NotFound, also for somebody else's mandate.
    """
    with transaction(session):
        row = session.execute(
            select(Mandate.id, Mandate.account, Mandate.status).where(
                Mandate.employer_id == employer_id, Mandate.reference == reference
            )
        ).first()
        if row is None:
            raise NotFound(kind="mandate", reference=reference)
        record(
            session, day, Subject.MANDATE, [row.id], row.status, row.status.value, "account_shown"
        )
    return Rib.from_digits(vault.open(row.account, f"mandate:{reference}"))


def prepare_enrolment(session: Session, day: WorkingDay, who: SignedIn) -> Enrolment:
    """Everything the employer must know before signing today."""
    with reading(session):
        first_debit = first_debit_of(session, day, who.employer_id)
        arrears = session.scalar(
            select(func.coalesce(func.sum(Due.amount_centimes), 0)).where(
                Due.employer_id == who.employer_id,
                or_(Due.status == DueStatus.OPEN, _stopped()),
                Due.amount_centimes > 0,
                Due.legal_due_on < day.today,
            )
        )
        worksites = session.scalar(
            select(func.count())
            .select_from(Worksite)
            .where(Worksite.employer_id == who.employer_id, Worksite.closed_on.is_(None))
        )
        contact = session.execute(select(*CONTACT).where(Employer.id == who.employer_id)).one()
    channel, address = contact_of(contact)
    return Enrolment(
        first_debit=first_debit,
        worksites=worksites or 0,
        arrears=Centimes(int(arrears or 0)),
        notice_channel=contact.notice_channel,
        code_channel=channel,
        code_address=masked_address(channel, address),
    )


def first_debit_of(session: Session, day: WorkingDay, employer_id: int) -> FirstDebit:
    """What a signature of today would lead to first; inside the caller's transaction."""
    next_due = session.execute(
        select(Due.period, Due.collect_from_on)
        .where(
            Due.employer_id == employer_id,
            Due.status == DueStatus.OPEN,
            Due.amount_centimes > 0,
            Due.legal_due_on >= day.today,
        )
        .order_by(Due.collect_from_on)
        .limit(1)
    ).first()
    return _first_debit(next_due, declaring_of(session, employer_id), day)


def _stopped() -> ColumnElement[bool]:
    """The due is in a debit that a new signature cancels: a bank has suspended its mandate."""
    return exists().where(
        DebitLine.due_id == Due.id,
        DebitLine.freed_at.is_(None),
        Debit.id == DebitLine.debit_id,
        Debit.status.in_(DEBIT_STATUSES_BEFORE_FREEZING),
        Mandate.id == Debit.mandate_id,
        Mandate.status == MandateStatus.SUSPENDED,
        ~is_paused(),
    )


def _first_debit(next_due: object, declaring: Declaring, day: WorkingDay) -> FirstDebit:
    """Of what is declared and not overdue, else of the next period that can be paid in time."""
    if next_due is not None:
        on = debit_day(next_due.collect_from_on, day.today, day.calendar, day.rules)  # type: ignore[attr-defined]
        return FirstDebit(on, Period.parse(next_due.period))  # type: ignore[attr-defined]
    for period in declarable_periods(declaring, day):
        days = obligation(period, day)
        if days.in_time:
            return FirstDebit(days.debited_on, period)
    period = declaring.terms.next_here(day.today)
    return FirstDebit(collection_day(period, day.calendar, day.rules), period)


def _may_debit(session: Session, reference: str) -> bool:
    """Whether debits may be made under it at once, or its bank confirms first."""
    status = session.scalars(select(Mandate.status).where(Mandate.reference == reference)).one()
    return status in MANDATE_STATUSES_ALLOWING_DEBIT


def sign_with_code(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    who: SignedIn,
    code_reference: str,
    code: str,
    signature: Signature,
) -> str:
    """Sign the employer's authorisation with the code that was sent for it; return its reference.

    The code is the key of the form: sent twice, it signs once and both answers name the same
    authorisation. Raises WrongCode, CodeExpired, TooManyTries, AccountAlreadyCollecting and
    MandateAlreadyActive.
    """
    signed = signed_with(session, who.employer_id, code_reference)
    if signed is not None:
        return signed
    if default_authorisation_in_force(session, who.employer_id):
        raise MandateAlreadyActive(reference="")

    def sign(code_id: int) -> str:
        evidence = replace(signature, code_id=code_id)
        reference = sign_and_tell(session, day, vault, who.employer_id, evidence)
        if who.case_id is not None:
            sign_case(session, day, who.case_id, reference, CaseStatus.ENROLLED)
        return reference

    given = TypedCode(code_reference, code)
    return sign_once(session, day, vault, rules, who, given, sign)


def sign_and_tell(
    session: Session, day: WorkingDay, vault: Vault, employer_id: int, signature: Signature
) -> str:
    """Sign the employer's default mandate, tell them of it, and return its reference.

    Inside the caller's transaction. Raises as `sign_mandates` does.
    """
    forget_draft(session, employer_id)
    first_debit_on = first_debit_of(session, day, employer_id).on
    reference = add_signed_mandates(session, day, vault, [signature])[0]
    told = {
        "reference": reference,
        "last4": signature.account.last4,
        "bank_code": signature.account.bank,
        "ceiling": signature.ceiling,
        "first_debit_on": first_debit_on if _may_debit(session, reference) else None,
        "on": signature.signed_on or day.today,
        "paper_until": papers_due_on(session, day, [signature.account.bank])[0],
    }
    tell(session, day, vault, employer_id, "mandate_signed", told)
    return reference


def default_authorisation_in_force(session: Session, employer_id: int) -> bool:
    """Whether the employer has a default mandate; one that a bank suspended is signed anew."""
    found = default_authorisation(session, employer_id)
    return found is not None and not found.suspended_by_bank


def _authorisation(session: Session, *conditions: ColumnElement[bool]) -> Authorisation | None:
    row = session.execute(
        select(
            Mandate.id,
            Mandate.reference,
            Mandate.status,
            Mandate.account_last4,
            Mandate.bank_code,
            Mandate.ceiling_centimes,
            Mandate.covers_arrears,
            Mandate.signatory_name,
            Mandate.signed_on,
            Mandate.signed_text_sha256,
            Mandate.is_default,
            Mandate.paused_from_on,
            Mandate.paused_until_on,
            Mandate.paper_due_on,
            Mandate.expiry_told_on,
            Mandate.covers_from_on,
            Mandate.first_notice_at,
        )
        .where(*conditions)
        .limit(1)
    ).first()
    if row is None:
        return None
    ceiling = None if row.ceiling_centimes is None else Centimes(row.ceiling_centimes)
    values = row._asdict() | {"ceiling": ceiling}
    del values["ceiling_centimes"]
    return Authorisation(**values)
