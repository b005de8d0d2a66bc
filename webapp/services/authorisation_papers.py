"""What the paper of an authorisation says: the text that was signed, by whom, when and where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import NotFound
from webapp.domain.rib import Rib
from webapp.domain.statuses import MandateStatus
from webapp.models import (
    Employer,
    Mandate,
    MandateSignature,
    SignatoryQuality,
    SignedText,
    SigningChannel,
)
from webapp.services.check_codes import code_of
from webapp.services.enrolment import read_account
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class PaperOfAuthorisation:
    """The latest signature of a mandate, as its paper tells it.

    `account` is masked where the paper travels by e-mail, and whole where the employer takes it
    to the bank. `text` is what was signed, word for word, and `text_sha256` its digest; `code`
    checks the paper.
    """

    reference: str
    status: MandateStatus
    member_number: str
    name_ar: str
    name_fr: str
    bank_code: str
    account: str
    signatory_name: str
    quality: SignatoryQuality
    channel: SigningChannel
    signed_at: datetime
    text: str
    text_version: str
    text_sha256: str
    code: str

    @property
    def on_paper(self) -> bool:
        """Whether it was signed on paper before this service, of which only the day is known."""
        return self.channel is SigningChannel.IMPORT


def find_paper(
    session: Session, vault: Vault, employer_id: int, reference: str
) -> PaperOfAuthorisation:
    """The paper as it may travel, its account masked.

    Raises NotFound, also for somebody else's authorisation.
    """
    with reading(session):
        row = session.execute(
            PAPER.where(Mandate.employer_id == employer_id, Mandate.reference == reference)
        ).first()
    if row is None:
        raise NotFound(kind="mandate", reference=reference)
    values = row._asdict()
    account = f"•••• {values.pop('account_last4')}"
    return PaperOfAuthorisation(**values, account=account, code=code_of(vault, reference))


def find_whole_paper(
    session: Session, day: WorkingDay, vault: Vault, employer_id: int, reference: str
) -> PaperOfAuthorisation:
    """The paper for the bank, its account whole; the look is an event. Raises NotFound."""
    paper = find_paper(session, vault, employer_id, reference)
    account: Rib = read_account(session, day, vault, employer_id, reference)
    return replace(paper, account=account.grouped)


PAPER = (
    select(
        Mandate.reference,
        Mandate.status,
        Employer.member_number,
        Employer.name_ar,
        Employer.name_fr,
        Mandate.bank_code,
        Mandate.account_last4,
        MandateSignature.signatory_name,
        MandateSignature.quality,
        MandateSignature.channel,
        MandateSignature.signed_at,
        SignedText.text,
        MandateSignature.text_version,
        MandateSignature.text_sha256,
    )
    .join(Employer, Employer.id == Mandate.employer_id)
    .join(MandateSignature, MandateSignature.mandate_id == Mandate.id)
    .join(SignedText, SignedText.sha256 == MandateSignature.text_sha256)
    .order_by(MandateSignature.number.desc())
    .limit(1)
)
