"""Everything that proves a debit, for one that is contested: from the signature to the answer.

Plain values, ready for JSON: amounts in centimes, instants in UTC, of the account the last four.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from webapp.data.loader import load_reasons
from webapp.domain.errors import NotFound
from webapp.models import (
    Attempt,
    BankEntry,
    BankFile,
    BankMessage,
    Debit,
    DebitLine,
    Due,
    EarlierFile,
    Employer,
    Event,
    EventSeal,
    Mandate,
    MandatePaper,
    MandateSignature,
    Notice,
    OneTimeCode,
    SignedText,
    Subject,
    Worksite,
)
from webapp.services.bank_files import outbox_path
from webapp.services.transactions import reading

Plain = dict[str, object]


@dataclass(frozen=True, slots=True)
class ProofPack:
    """The parts of a proof; each row is a mapping of names to plain values."""

    debit: Plain
    lines: Sequence[Plain]
    texts: Sequence[Plain]
    signatures: Sequence[Plain]
    papers: Sequence[Plain]
    notices: Sequence[Plain]
    attempts: Sequence[Plain]
    answers: Sequence[Plain]
    events: Sequence[Plain]

    def as_json(self) -> Plain:
        """All of it under the names of the parts."""
        return {name: getattr(self, name) for name in ProofPack.__slots__}


def gather_proof(session: Session, agency_id: int | None, reference: str) -> ProofPack:
    """The proof of a debit. Raises NotFound, also for an employer of another agency."""
    scope = () if agency_id is None else (Employer.agency_id == agency_id,)
    return _gather(session, reference, *scope)


def gather_own_proof(session: Session, employer_id: int, reference: str) -> ProofPack:
    """The proof of one of the employer's debits. Raises NotFound, also for somebody else's."""
    return _gather(session, reference, Employer.id == employer_id)


def _gather(session: Session, reference: str, *mine: ColumnElement[bool]) -> ProofPack:
    with reading(session):
        found = session.execute(DEBIT.where(Debit.reference == reference, *mine)).first()
        if found is None:
            raise NotFound(kind="debit", reference=reference)
        debit = plain(found)
        debit_id, mandate_id = debit.pop("id"), debit.pop("mandate_id")

        def rows(query: Select[*tuple[Any, ...]]) -> list[Plain]:
            return [plain(row) for row in session.execute(query)]

        signed = MandateSignature.mandate_id == mandate_id
        return ProofPack(
            debit=debit,
            lines=rows(LINES.where(DebitLine.debit_id == debit_id)),
            texts=[_text(row) for row in rows(TEXTS.where(signed))],
            signatures=rows(SIGNATURES.where(signed)),
            papers=rows(PAPERS.where(MandatePaper.mandate_id == mandate_id)),
            notices=rows(NOTICES.where(Notice.debit_id == debit_id)),
            attempts=_attempts(
                rows(ATTEMPTS.where(Attempt.debit_id == debit_id)),
                rows(LOST_FILES.where(Attempt.debit_id == debit_id)),
            ),
            answers=[_reasoned(row) for row in rows(ANSWERS.where(Attempt.debit_id == debit_id))],
            events=rows(
                EVENTS.where(
                    or_(
                        and_(Event.subject == Subject.DEBIT, Event.subject_id == debit_id),
                        and_(Event.subject == Subject.MANDATE, Event.subject_id == mandate_id),
                    )
                )
            ),
        )


def _text(row: Plain) -> Plain:
    """A signed text in its paragraphs, and whether it still has the digest that was signed."""
    text = str(row.pop("text"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return row | {"intact": digest == row["sha256"], "paragraphs": text.split("\n\n")}


def _attempts(attempts: list[Plain], lost: list[Plain]) -> list[Plain]:
    """Lines of bank files, with the names under which the files went, and where they were lost."""
    return [
        _attempt(one)
        | {
            "lost_files": ", ".join(
                str(row["file"]) for row in lost if row["end_to_end_id"] == one["end_to_end_id"]
            )
        }
        for one in attempts
    ]


def _attempt(row: Plain) -> Plain:
    path = outbox_path(Path(), str(row["file"]), str(row.pop("message_format")))
    return _reasoned({"file_name": path.name} | row)


def _reasoned(row: Plain) -> Plain:
    """A row with a bank's reason code, and what the standard calls it."""
    known = load_reasons().get(str(row["reason_code"]))
    return row | {"reason": known.name if known else None}


def plain(row: Row[*tuple[Any, ...]]) -> Plain:
    """A row as plain values: words, numbers, days and instants as text."""
    return {name: _plain(value) for name, value in row._mapping.items()}


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


DEBIT = (
    select(
        Debit.id,
        Debit.mandate_id,
        Debit.reference,
        Debit.status,
        Debit.amount_centimes,
        Debit.planned_for_on,
        Debit.collect_on,
        Debit.hold_reason,
        Employer.member_number,
        Employer.name_ar,
        Employer.name_fr,
        Mandate.reference.label("mandate_reference"),
        Mandate.status.label("mandate_status"),
        Mandate.bank_code,
        Mandate.account_last4,
    )
    .join(Mandate, Mandate.id == Debit.mandate_id)
    .join(Employer, Employer.id == Debit.employer_id)
)
LINES = (
    select(
        Worksite.code.label("worksite"),
        Worksite.name.label("worksite_name"),
        Due.kind,
        Due.period,
        DebitLine.amount_centimes,
        DebitLine.freed_at,
    )
    .join(Due, Due.id == DebitLine.due_id)
    .outerjoin(Worksite, Worksite.id == Due.worksite_id)
    .order_by(DebitLine.id)
)
TEXTS = (
    select(
        MandateSignature.number,
        MandateSignature.text_version.label("version"),
        SignedText.sha256,
        SignedText.text,
    )
    .join(SignedText, SignedText.sha256 == MandateSignature.text_sha256)
    .order_by(MandateSignature.number)
)
SIGNATURES = (
    select(
        MandateSignature.number,
        MandateSignature.signed_at,
        MandateSignature.channel,
        MandateSignature.device,
        MandateSignature.language,
        MandateSignature.signatory_name,
        MandateSignature.quality,
        MandateSignature.ceiling_centimes,
        MandateSignature.code_id,
        MandateSignature.person_id,
        MandateSignature.staff_id,
        MandateSignature.text_version,
        MandateSignature.text_sha256,
        OneTimeCode.sent_at.label("code_sent_at"),
        OneTimeCode.used_at.label("code_used_at"),
    )
    .outerjoin(OneTimeCode, OneTimeCode.id == MandateSignature.code_id)
    .order_by(MandateSignature.number)
)
PAPERS = select(
    MandatePaper.received_at, MandatePaper.media_type, MandatePaper.size, MandatePaper.sha256
).order_by(MandatePaper.id)
NOTICES = select(
    Notice.version,
    Notice.kind,
    Notice.channel,
    Notice.language,
    Notice.amount_centimes,
    Notice.collect_on,
    Notice.account_last4,
    Notice.status,
    Notice.created_at,
    Notice.accepted_on,
    Notice.tries,
    Notice.answer,
).order_by(Notice.version, Notice.id)
ATTEMPTS = (
    select(
        Attempt.number,
        Attempt.end_to_end_id,
        BankFile.reference.label("file"),
        BankFile.message_format,
        BankFile.sha256.label("file_sha256"),
        BankFile.status.label("file_status"),
        BankFile.sent_at.label("file_sent_at"),
        BankFile.collect_on,
        Attempt.amount_centimes,
        Attempt.debtor_name,
        Attempt.mandate_reference,
        Attempt.mandate_signed_on,
        Attempt.accepted_at,
        Attempt.debited_at,
        Attempt.settled_at,
        Attempt.refused_at,
        Attempt.returned_at,
        Attempt.reversed_at,
        Attempt.reason_code,
    )
    .join(BankFile, BankFile.id == Attempt.bank_file_id)
    .order_by(Attempt.number)
)
LOST_FILES = (
    select(Attempt.end_to_end_id, BankFile.reference.label("file"))
    .join(EarlierFile, EarlierFile.attempt_id == Attempt.id)
    .join(BankFile, BankFile.id == EarlierFile.bank_file_id)
    .where(BankFile.lost_at.is_not(None))
    .order_by(BankFile.id)
)
ANSWERS = (
    select(
        Attempt.end_to_end_id,
        BankMessage.message_name,
        BankMessage.message_id,
        BankMessage.sha256.label("message_sha256"),
        BankMessage.imported_at,
        BankEntry.position,
        BankEntry.fact,
        BankEntry.moved_centimes,
        BankEntry.reason_code,
        BankEntry.local_code,
        BankEntry.booked_on,
        BankEntry.outcome,
    )
    .join(Attempt, Attempt.id == BankEntry.attempt_id)
    .join(BankMessage, BankMessage.id == BankEntry.bank_message_id)
    .order_by(BankEntry.id)
)
EVENTS = (
    select(
        Event.id,
        Event.at,
        Event.actor,
        Event.subject,
        Event.source,
        Event.target,
        Event.cause,
        EventSeal.position.label("sealed_as"),
    )
    .outerjoin(EventSeal, EventSeal.event_id == Event.id)
    .order_by(Event.id)
)
