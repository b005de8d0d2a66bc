"""The certificate as it stands: on its page, on its paper, and for whoever checks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.check_codes import PaperKind
from webapp.domain.errors import NotFound
from webapp.domain.moment import Moment
from webapp.models import Certificate, Employer, RevocationCause
from webapp.services.check_codes import code_of
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay


class CertificateState(StrEnum):
    """Whether a certificate holds on a day."""

    VALID = "valid"
    EXPIRED = "expired"  # its last day has passed
    REPLACED = "replaced"  # by a newer one
    REVOKED = "revoked"  # the standing was lost


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate with its Algiers days; `revoked_on` and `cause` where it holds no more."""

    reference: str
    name_ar: str
    name_fr: str
    issued_on: date
    valid_until_on: date
    revoked_on: date | None
    cause: RevocationCause | None

    @property
    def kind(self) -> PaperKind:
        """A certificate."""
        return PaperKind.CERTIFICATE

    def state(self, today: date) -> CertificateState:
        """How it stands that day; what was lost before its last day stays lost."""
        lost = self.cause is not None and self.cause is not RevocationCause.REPLACED
        if lost and self.revoked_on is not None and self.revoked_on <= self.valid_until_on:
            return CertificateState.REVOKED
        if self.valid_until_on < today:
            return CertificateState.EXPIRED
        return CertificateState.VALID if self.cause is None else CertificateState.REPLACED


@dataclass(frozen=True, slots=True)
class CertificatePaper:
    """What the paper says; `code` checks it."""

    reference: str
    code: str
    member_number: str
    name_ar: str
    name_fr: str
    issued_at: datetime
    issued_on: date
    valid_until_on: date


ROWS = (
    select(
        Certificate.reference,
        Certificate.issued_at,
        Certificate.issued_on,
        Certificate.valid_until_on,
        Certificate.revoked_at,
        Certificate.revocation_cause,
        Employer.member_number,
        Employer.name_ar,
        Employer.name_fr,
    )
    .join(Employer, Employer.id == Certificate.employer_id)
    .order_by(Certificate.id.desc())
    .limit(1)
)


def last_certificate(session: Session, employer_id: int) -> CertificateRow | None:
    """The employer's latest certificate, whether it still holds or not."""
    with reading(session):
        row = session.execute(ROWS.where(Certificate.employer_id == employer_id)).first()
    return None if row is None else _row(row)


def find_certificate(
    session: Session, day: WorkingDay, vault: Vault, employer_id: int
) -> CertificatePaper:
    """The paper of the certificate that holds today. Raises NotFound where none does."""
    with reading(session):
        row = session.execute(
            ROWS.where(
                Certificate.employer_id == employer_id,
                Certificate.revoked_at.is_(None),
                Certificate.valid_until_on >= day.today,
            )
        ).first()
    if row is None:
        raise NotFound(kind="certificate", reference=str(employer_id))
    return CertificatePaper(
        reference=row.reference,
        code=code_of(vault, row.reference),
        member_number=row.member_number,
        name_ar=row.name_ar,
        name_fr=row.name_fr,
        issued_at=row.issued_at,
        issued_on=row.issued_on,
        valid_until_on=row.valid_until_on,
    )


def checked_certificate(session: Session, reference: str) -> CertificateRow | None:
    """What a certificate is compared with, in one query; inside the caller's transaction."""
    row = session.execute(ROWS.where(Certificate.reference == reference)).first()
    return None if row is None else _row(row)


def _row(row: object) -> CertificateRow:
    values = row._mapping  # type: ignore[attr-defined]
    revoked_at = values["revoked_at"]
    return CertificateRow(
        reference=values["reference"],
        name_ar=values["name_ar"],
        name_fr=values["name_fr"],
        issued_on=values["issued_on"],
        valid_until_on=values["valid_until_on"],
        revoked_on=None if revoked_at is None else Moment.at(revoked_at).today,
        cause=values["revocation_cause"],
    )
