"""A copy of everything that is held about an employer, for the employer (law 18-07).

Plain values, ready for JSON: amounts in centimes, instants in UTC. The account numbers are whole,
for they are the employer's own; the look is an event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, or_, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.statuses import MandateStatus
from webapp.models import (
    ApiKey,
    Attempt,
    BankFile,
    Certificate,
    Contest,
    ContestLine,
    ContestPaper,
    CorrectionRequest,
    Debit,
    DebitLine,
    Declaration,
    DeclarationLine,
    DeclaringTerm,
    Delegation,
    DrawnSignature,
    Due,
    Employer,
    EmployerNote,
    EnrolmentCase,
    Event,
    Instalment,
    Mandate,
    MandatePaper,
    MandateSignature,
    MandateWorksite,
    Message,
    Notice,
    OfficeRequest,
    Payment,
    PaymentSchedule,
    Person,
    PreparedForm,
    ScheduledDue,
    Subject,
    WebSession,
    Worksite,
    WorksiteChange,
)
from webapp.services.corrections import context_of
from webapp.services.events import record
from webapp.services.looks import every_look
from webapp.services.proof_packs import Plain, plain
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

# Rows that the database hands over at a time.
AT_A_TIME = 500
# What is held about an employer and is not in the copy, with the reason.
NOT_EXPORTED: Mapping[str, str] = {
    "one_time_codes": "a digest for ten minutes, of no use to anybody",
    "kept_forms": "what was just typed, sealed for the next sign-in",
    "declaration_drafts": "what is being typed, on the employer's own page",
    "declaration_sheets": "what is being put right, on the employer's own page",
    "mandate_drafts": "what is being typed, on the employer's own page",
    "declared_months": "a key that says again what the declarations say",
    "postings": "the fund's books, which tell the dues and debits of this copy again",
    "api_requests": "what a program was answered, for a week; the declarations tell it again",
    "bank_entries": "a bank's own message, whose facts stand in the attempts of this copy",
    "earlier_files": "which of a bank's files held a debit before; its attempts are in this copy",
    "hand_overs": "a digest for five minutes, of no use to anybody",
    "calendar_feeds": "a digest of an address that was shown once",
    "news": "which messages were sent once; the messages of this copy tell it",
    "reversals": "how a bank was told to give money back; the requests and attempts tell it",
}

# Told each table of the copy: its name and its rows, which it must take before the next table.
Take = Callable[[str, Iterable[Plain]], None]


def export_data(
    session: Session, day: WorkingDay, vault: Vault, employer_id: int, take: Take
) -> None:
    """Hand over everything about an employer, row by row, however much it is.

    Events say before that a copy was made and that each account was looked at.
    """
    _note(session, day, employer_id)
    with reading(session):
        for name, query in QUERIES.items():
            take(name, _rows(session, vault, name, query(employer_id)))
        take("looks", _looks(session, employer_id))


def _note(session: Session, day: WorkingDay, employer_id: int) -> None:
    with transaction(session):
        record(session, day, Subject.EMPLOYER, [employer_id], None, "exported", "exported")
        by_status: dict[MandateStatus, list[int]] = {}
        for id_, status in session.execute(
            select(Mandate.id, Mandate.status).where(Mandate.employer_id == employer_id)
        ):
            by_status.setdefault(status, []).append(id_)
        for status, ids in by_status.items():
            record(session, day, Subject.MANDATE, ids, status, status.value, "account_shown")


def _rows(
    session: Session, vault: Vault, name: str, query: Select[*tuple[Any, ...]]
) -> Iterator[Plain]:
    opened = OPENED.get(name)
    for row in session.execute(query, execution_options={"yield_per": AT_A_TIME}):
        yield opened(vault, plain(row)) if opened else plain(row)


def _looks(session: Session, employer_id: int) -> Iterator[Plain]:
    """Everything that others did with the employer's data, the latest first."""
    for one in every_look(session, employer_id):
        yield {
            "at": one.at.isoformat(timespec="seconds"),
            "what": one.target,
            "why": one.cause,
            "mandate": one.mandate,
            "period": one.period.code if one.period else "",
            "by": str(one.role or one.person or one.software or "service"),
        }


def _mandate(vault: Vault, row: Plain) -> Plain:
    sealed = row.pop("sealed")
    assert isinstance(sealed, bytes)  # noqa: S101  (the column is)
    return row | {"account": vault.open(sealed, f"mandate:{row['reference']}")}


def _correction(vault: Vault, row: Plain) -> Plain:
    reference = str(row.pop("reference"))
    words = {
        name: vault.open(sealed, context_of(name, reference))
        if isinstance(sealed, bytes) and sealed
        else ""
        for name in ("wish", "answer")
        for sealed in (row[name],)
    }
    return row | words


def _contest(vault: Vault, row: Plain) -> Plain:
    words, answer = row["words"], row["answer"]
    assert isinstance(words, bytes) and isinstance(answer, bytes)  # noqa: S101  (the columns are)
    return row | {
        "words": vault.open(words, f"contest:{row['reference']}"),
        "answer": vault.open(answer, f"contest-answer:{row['reference']}") if answer else "",
    }


def _request(vault: Vault, row: Plain) -> Plain:
    sealed = row["cause"]
    assert isinstance(sealed, bytes)  # noqa: S101  (the column is)
    return row | {"cause": vault.open(sealed, f"reason:{row['reference']}")}


def _name_of_session(own: int) -> ScalarSelect[str]:
    """Who acted in a session, as the employer called them last."""
    return (
        select(Delegation.name)
        .where(Delegation.employer_id == own, Delegation.person_id == WebSession.person_id)
        .order_by(Delegation.id.desc())
        .limit(1)
        .correlate(WebSession)
        .scalar_subquery()
    )


def _note_about(vault: Vault, row: Plain) -> Plain:
    sealed = row["text"]
    assert isinstance(sealed, bytes)  # noqa: S101  (the column is)
    reference = row.pop("reference")
    return row | {"text": vault.open(sealed, f"note:{reference}")}


# What is sealed in a table, and is the employer's own.
OPENED = {
    "mandates": _mandate, "corrections": _correction, "requests": _request, "notes": _note_about,
    "contests": _contest,
}  # fmt: skip


def _steps(own: int) -> Select[*tuple[Any, ...]]:
    """The moves of the employer's authorisations, declarations and debits."""
    about = (
        (Subject.MANDATE, select(Mandate.id).where(Mandate.employer_id == own)),
        (Subject.DECLARATION, select(Declaration.id).where(Declaration.employer_id == own)),
        (Subject.DEBIT, select(Debit.id).where(Debit.employer_id == own)),
    )
    return (
        select(
            Event.at, Event.subject, Mandate.reference.label("mandate"),
            Debit.reference.label("debit"), Declaration.period, Event.source, Event.target,
            Event.cause,
        )
        .outerjoin(Mandate, and_(Event.subject == Subject.MANDATE, Mandate.id == Event.subject_id))
        .outerjoin(Debit, and_(Event.subject == Subject.DEBIT, Debit.id == Event.subject_id))
        .outerjoin(
            Declaration,
            and_(Event.subject == Subject.DECLARATION, Declaration.id == Event.subject_id),
        )
        .where(or_(*(and_(Event.subject == one, Event.subject_id.in_(ids)) for one, ids in about)))
        .order_by(Event.id)
    )  # fmt: skip


QUERIES: Mapping[str, Any] = {
    "employer": lambda own: select(
        Employer.member_number, Employer.name_ar, Employer.name_fr, Employer.nif,
        Employer.signatory_name, Employer.language, Employer.periodicity,
        Employer.notice_channel, Employer.code_channel, Employer.phone, Employer.email,
        Employer.wilaya_code, Employer.quiet, Employer.told_of_looks,
    ).where(Employer.id == own),
    "worksites": lambda own: select(
        Worksite.code, Worksite.name, Worksite.wilaya_code, Worksite.closed_on
    ).where(Worksite.employer_id == own).order_by(Worksite.id),
    "worksite_changes": lambda own: select(
        Worksite.code.label("worksite"), WorksiteChange.kind, WorksiteChange.name,
        WorksiteChange.wilaya_code, WorksiteChange.from_on, WorksiteChange.at,
    ).join(Worksite, Worksite.id == WorksiteChange.worksite_id)
    .where(Worksite.employer_id == own).order_by(WorksiteChange.id),
    "declaring_terms": lambda own: select(
        DeclaringTerm.from_month, DeclaringTerm.periodicity, DeclaringTerm.place,
        DeclaringTerm.set_at,
    ).where(DeclaringTerm.employer_id == own).order_by(DeclaringTerm.from_month),
    "mandates": lambda own: select(
        Mandate.reference, Mandate.status, Mandate.is_default, Mandate.account.label("sealed"),
        Mandate.bank_code, Mandate.ceiling_centimes, Mandate.covers_arrears,
        Mandate.signatory_name, Mandate.signed_at, Mandate.paused_from_on,
        Mandate.paused_until_on, Mandate.paper_due_on,
    ).where(Mandate.employer_id == own).order_by(Mandate.id),
    "signatures": lambda own: select(
        Mandate.reference.label("mandate"), MandateSignature.number, MandateSignature.signed_at,
        MandateSignature.channel, MandateSignature.device, MandateSignature.language,
        MandateSignature.signatory_name, MandateSignature.quality,
        MandateSignature.text_version, MandateSignature.text_sha256,
    ).join(Mandate, Mandate.id == MandateSignature.mandate_id)
    .where(MandateSignature.employer_id == own).order_by(MandateSignature.id),
    "papers": lambda own: select(
        Mandate.reference.label("mandate"), MandatePaper.media_type, MandatePaper.size,
        MandatePaper.sha256, MandatePaper.received_at,
    ).join(Mandate, Mandate.id == MandatePaper.mandate_id)
    .where(Mandate.employer_id == own).order_by(MandatePaper.id),
    "mandate_worksites": lambda own: select(
        Mandate.reference.label("mandate"), Worksite.code.label("worksite"),
        MandateWorksite.ended_at,
    ).join(Mandate, Mandate.id == MandateWorksite.mandate_id)
    .join(Worksite, Worksite.id == MandateWorksite.worksite_id)
    .where(MandateWorksite.employer_id == own).order_by(MandateWorksite.id),
    "declarations": lambda own: select(
        Declaration.period, Declaration.revision, Declaration.status, Declaration.filed_at
    ).where(Declaration.employer_id == own).order_by(Declaration.id),
    "declaration_lines": lambda own: select(
        Declaration.period, Declaration.revision, Worksite.code.label("worksite"),
        DeclarationLine.workers, DeclarationLine.leave_base_centimes,
        DeclarationLine.weather_base_centimes, DeclarationLine.leave_centimes,
        DeclarationLine.weather_employer_centimes, DeclarationLine.weather_worker_centimes,
    ).join(Declaration, Declaration.id == DeclarationLine.declaration_id)
    .join(Worksite, Worksite.id == DeclarationLine.worksite_id)
    .where(Declaration.employer_id == own).order_by(DeclarationLine.id),
    "dues": lambda own: select(
        Due.kind, Due.period, Worksite.code.label("worksite"), Due.amount_centimes, Due.status,
        Due.legal_due_on, Due.collect_from_on,
    ).outerjoin(Worksite, Worksite.id == Due.worksite_id)
    .where(Due.employer_id == own).order_by(Due.id),
    "payments": lambda own: select(
        Payment.reference, Payment.way, Payment.number, Payment.period, Payment.paid_on,
        Payment.amount_centimes, Payment.status, Payment.entered_at,
    ).where(Payment.employer_id == own).order_by(Payment.id),
    "requests": lambda own: select(
        OfficeRequest.reference, OfficeRequest.kind, Due.kind.label("due"), Due.period,
        OfficeRequest.amount_centimes, OfficeRequest.status, OfficeRequest.reason.label("cause"),
        OfficeRequest.asked_at, OfficeRequest.decided_at.label("answered_at"),
    ).join(Due, Due.id == OfficeRequest.due_id)
    .where(OfficeRequest.employer_id == own).order_by(OfficeRequest.id),
    "schedules": lambda own: select(
        PaymentSchedule.reference, PaymentSchedule.status, PaymentSchedule.principal_centimes,
        PaymentSchedule.proposed_at, PaymentSchedule.accepted_at, PaymentSchedule.ended_at,
    ).where(PaymentSchedule.employer_id == own).order_by(PaymentSchedule.id),
    "scheduled_dues": lambda own: select(
        PaymentSchedule.reference.label("schedule"), Due.kind, Due.period,
        Worksite.code.label("worksite"), Due.amount_centimes,
    ).select_from(ScheduledDue)
    .join(PaymentSchedule, PaymentSchedule.id == ScheduledDue.schedule_id)
    .join(Due, Due.id == ScheduledDue.due_id)
    .outerjoin(Worksite, Worksite.id == Due.worksite_id)
    .where(PaymentSchedule.employer_id == own)
    .order_by(ScheduledDue.schedule_id, ScheduledDue.due_id),
    "instalments": lambda own: select(
        PaymentSchedule.reference.label("schedule"), Instalment.number, Instalment.due_on,
        Instalment.amount_centimes,
    ).join(PaymentSchedule, PaymentSchedule.id == Instalment.schedule_id)
    .where(Instalment.employer_id == own)
    .order_by(Instalment.schedule_id, Instalment.number),
    "debits": lambda own: select(
        Debit.reference, Debit.status, Debit.amount_centimes, Debit.collect_on, Debit.hold_reason,
        Mandate.reference.label("mandate"), Mandate.account_last4,
    ).join(Mandate, Mandate.id == Debit.mandate_id)
    .where(Debit.employer_id == own).order_by(Debit.id),
    "debit_lines": lambda own: select(
        Debit.reference.label("debit"), Worksite.code.label("worksite"), Due.kind, Due.period,
        DebitLine.amount_centimes, DebitLine.freed_at,
    ).join(Debit, Debit.id == DebitLine.debit_id).join(Due, Due.id == DebitLine.due_id)
    .outerjoin(Worksite, Worksite.id == Due.worksite_id)
    .where(DebitLine.employer_id == own).order_by(DebitLine.id),
    "attempts": lambda own: select(
        Debit.reference.label("debit"), Attempt.number, Attempt.end_to_end_id,
        Attempt.amount_centimes, BankFile.sent_at.label("file_sent_at"), Attempt.accepted_at,
        Attempt.debited_at, Attempt.settled_at, Attempt.refused_at, Attempt.returned_at,
        Attempt.reversed_at, Attempt.reason_code,
    ).join(Debit, Debit.id == Attempt.debit_id)
    .join(BankFile, BankFile.id == Attempt.bank_file_id)
    .where(Debit.employer_id == own).order_by(Attempt.id),
    "steps": _steps,
    "notices": lambda own: select(
        Debit.reference.label("debit"), Notice.version, Notice.kind, Notice.channel,
        Notice.language, Notice.amount_centimes, Notice.collect_on, Notice.status,
        Notice.created_at, Notice.accepted_on,
    ).join(Debit, Debit.id == Notice.debit_id)
    .where(Debit.employer_id == own).order_by(Notice.id),
    "messages": lambda own: select(
        Message.kind, Message.channel, Message.language, Message.status, Message.created_at,
        Message.accepted_at,
    ).where(Message.employer_id == own).order_by(Message.id),
    "sessions": lambda own: select(
        WebSession.device, WebSession.started_at, WebSession.seen_at, WebSession.ended_at,
        _name_of_session(own).label("person"),
    ).where(WebSession.employer_id == own).order_by(WebSession.id),
    "people": lambda own: select(
        Delegation.name, Person.email, Delegation.may_sign, Delegation.granted_at,
        Delegation.ended_at,
    ).join(Person, Person.id == Delegation.person_id)
    .where(Delegation.employer_id == own).order_by(Delegation.id),
    "software": lambda own: select(
        ApiKey.reference, ApiKey.name, ApiKey.may_read, ApiKey.may_file, ApiKey.made_at,
        ApiKey.last_used_at, ApiKey.revoked_at,
    ).where(ApiKey.employer_id == own).order_by(ApiKey.id),
    "enrolments": lambda own: select(
        EnrolmentCase.reference, EnrolmentCase.status, EnrolmentCase.cause,
        EnrolmentCase.identity_paper, EnrolmentCase.began_at, EnrolmentCase.ended_at,
        DrawnSignature.sha256, DrawnSignature.drawn_at,
    ).outerjoin(DrawnSignature, DrawnSignature.case_id == EnrolmentCase.id)
    .where(EnrolmentCase.employer_id == own).order_by(EnrolmentCase.id),
    "prepared_forms": lambda own: select(
        PreparedForm.reference, PreparedForm.made_at, PreparedForm.entered_at,
    ).where(PreparedForm.employer_id == own).order_by(PreparedForm.id),
    "contests": lambda own: select(
        Contest.reference, Contest.reason, Contest.status, Contest.words, Contest.answer,
        Contest.outcome, Contest.opened_at, Contest.answer_by_on, Contest.answered_at,
        Debit.reference.label("debit"),
    ).join(Debit, Debit.id == Contest.debit_id).where(Contest.employer_id == own)
    .order_by(Contest.id),
    "contest_lines": lambda own: select(
        Contest.reference.label("contest"), ContestLine.amount_centimes,
        Due.origin_key.label("due"),
    ).join(Contest, Contest.id == ContestLine.contest_id).join(Due, Due.id == ContestLine.due_id)
    .where(ContestLine.employer_id == own).order_by(ContestLine.id),
    "contest_papers": lambda own: select(
        Contest.reference.label("contest"), ContestPaper.media_type, ContestPaper.size,
        ContestPaper.sha256, ContestPaper.received_at,
    ).join(Contest, Contest.id == ContestPaper.contest_id).where(Contest.employer_id == own)
    .order_by(ContestPaper.id),
    "certificates": lambda own: select(
        Certificate.reference, Certificate.issued_at, Certificate.issued_on,
        Certificate.valid_until_on, Certificate.revoked_at, Certificate.revocation_cause,
    ).where(Certificate.employer_id == own).order_by(Certificate.id),
    # Who wrote them the fund can say; their name is not the employer's.
    "notes": lambda own: select(
        EmployerNote.reference, EmployerNote.kind, EmployerNote.text, EmployerNote.written_at,
        EmployerNote.remind_on, EmployerNote.done_at,
    ).where(EmployerNote.employer_id == own).order_by(EmployerNote.id),
    "corrections": lambda own: select(
        CorrectionRequest.reference, CorrectionRequest.subject, CorrectionRequest.status,
        CorrectionRequest.wish, CorrectionRequest.answer, CorrectionRequest.asked_at,
        CorrectionRequest.answered_at,
    ).where(CorrectionRequest.employer_id == own).order_by(CorrectionRequest.id),
}  # fmt: skip
