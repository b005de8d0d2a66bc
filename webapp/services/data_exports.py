"""A copy of everything that is held about an employer, for the employer (law 18-07).

Plain values, ready for JSON: amounts in centimes, instants in UTC. The account numbers are whole,
for they are the employer's own; the look is an event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ScalarSelect, Select, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.models import (
    CorrectionRequest,
    Debit,
    Declaration,
    DeclarationLine,
    Delegation,
    Due,
    Employer,
    Mandate,
    MandatePaper,
    MandateSignature,
    Message,
    Notice,
    Person,
    Subject,
    WebSession,
    Worksite,
)
from webapp.services.corrections import context_of
from webapp.services.events import record
from webapp.services.looks import every_look
from webapp.services.proof_packs import Plain, plain
from webapp.services.transactions import transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay

# What is held about an employer and is not in the copy, with the reason.
NOT_EXPORTED: Mapping[str, str] = {
    "one_time_codes": "a digest for ten minutes, of no use to anybody",
    "kept_forms": "what was just typed, sealed for the next sign-in",
    "declaration_drafts": "what is being typed, on the employer's own page",
    "mandate_drafts": "what is being typed, on the employer's own page",
    "declared_months": "a key that says again what the declarations say",
    "debit_lines": "a key between the debits and the dues of this copy",
    "mandate_worksites": "which worksites an authorisation takes stands on its page",
    "postings": "the fund's books, which tell the dues and debits of this copy again",
}


@dataclass(frozen=True, slots=True)
class DataExport:
    """The copy: its tables under their names, each a list of rows of plain values."""

    name: str
    tables: Mapping[str, Sequence[Plain]]


def export_data(
    session: Session, day: WorkingDay, vault: Vault, who: SignedIn, language: str
) -> DataExport:
    """Copy everything about the employer who is signed in; an event says that it was done."""
    own = who.employer_id
    with transaction(session):

        def rows(query: Select[*tuple[Any, ...]]) -> list[Plain]:
            return [plain(row) for row in session.execute(query)]

        tables = {name: rows(query(own)) for name, query in QUERIES.items()}
        tables["mandates"] = [_mandate(vault, one) for one in tables["mandates"]]
        tables["corrections"] = [_correction(vault, one) for one in tables["corrections"]]
        record(session, day, Subject.EMPLOYER, [own], None, "exported", "exported")
    tables["looks"] = [
        {"at": one.at.isoformat(timespec="seconds"), "what": one.target, "why": one.cause,
         "mandate": one.mandate, "period": one.period.code if one.period else "",
         "by": str(one.role or one.person or "service")}
        for one in every_look(session, own)
    ]  # fmt: skip
    return DataExport(who.name_in(language), tables)


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


QUERIES: Mapping[str, Any] = {
    "employer": lambda own: select(
        Employer.member_number, Employer.name_ar, Employer.name_fr, Employer.nif,
        Employer.signatory_name, Employer.language, Employer.periodicity,
        Employer.notice_channel, Employer.code_channel, Employer.phone, Employer.email,
        Employer.wilaya_code,
    ).where(Employer.id == own),
    "worksites": lambda own: select(
        Worksite.code, Worksite.name, Worksite.wilaya_code, Worksite.closed_on
    ).where(Worksite.employer_id == own).order_by(Worksite.id),
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
    "declarations": lambda own: select(
        Declaration.period, Declaration.revision, Declaration.status, Declaration.filed_at
    ).where(Declaration.employer_id == own).order_by(Declaration.id),
    "declaration_lines": lambda own: select(
        Declaration.period, Declaration.revision, Worksite.code.label("worksite"),
        DeclarationLine.workers, DeclarationLine.leave_base_centimes,
        DeclarationLine.weather_base_centimes,
    ).join(Declaration, Declaration.id == DeclarationLine.declaration_id)
    .join(Worksite, Worksite.id == DeclarationLine.worksite_id)
    .where(Declaration.employer_id == own).order_by(DeclarationLine.id),
    "dues": lambda own: select(
        Due.kind, Due.period, Worksite.code.label("worksite"), Due.amount_centimes, Due.status,
        Due.legal_due_on, Due.collect_from_on,
    ).outerjoin(Worksite, Worksite.id == Due.worksite_id)
    .where(Due.employer_id == own).order_by(Due.id),
    "debits": lambda own: select(
        Debit.reference, Debit.status, Debit.amount_centimes, Debit.collect_on, Debit.hold_reason,
        Mandate.reference.label("mandate"), Mandate.account_last4,
    ).join(Mandate, Mandate.id == Debit.mandate_id)
    .where(Debit.employer_id == own).order_by(Debit.id),
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
    "corrections": lambda own: select(
        CorrectionRequest.reference, CorrectionRequest.subject, CorrectionRequest.status,
        CorrectionRequest.wish, CorrectionRequest.answer, CorrectionRequest.asked_at,
        CorrectionRequest.answered_at,
    ).where(CorrectionRequest.employer_id == own).order_by(CorrectionRequest.id),
}  # fmt: skip
