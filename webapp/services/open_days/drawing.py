"""The one step of somebody without a phone: drawn on the tablet, confirmed by the agent.

The mandate is made when the agent confirms, and waits for its paper: nothing is debited before the
copy that is signed by hand is received. (design notes §8; law 15-04: a drawing alone proves little)
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.enrolment_cases import CaseStatus
from webapp.domain.errors import MandateAlreadyActive, NoLongerPossible
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.models import (
    DrawnSignature,
    EnrolmentCase,
    Language,
    SignatoryQuality,
    SigningChannel,
    WebSession,
)
from webapp.services.enrolment import default_authorisation_in_force
from webapp.services.mandate_drafts import forget_draft
from webapp.services.mandates import Signature, add_signed_mandates
from webapp.services.open_days.case_moves import end_sessions_of, move_case, sign_case
from webapp.services.open_days.devices import OpenCase, OpenDevice, lock_device
from webapp.services.signing import lock_employer
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Drawn:
    """What waits for the agent: the drawing, and of the account the last four digits."""

    strokes: str = field(repr=False)
    account_last4: str


def draw(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    device: OpenDevice,
    case: OpenCase,
    signature: Signature,
    strokes: str,
) -> None:
    """Keep, sealed, what was drawn and everything that it signs; the device waits for its agent.

    Raises NoLongerPossible, also when it is sent twice.
    """
    reference = secrets.token_hex(16)
    signed = json.dumps(
        {
            "member_number": signature.member_number,
            "account": signature.account.digits,
            "text": signature.text,
            "text_version": signature.text_version,
            "language": signature.language.value,
            "ceiling": signature.ceiling,
            "covers_arrears": signature.covers_arrears,
            "quality": signature.quality.value,
            "device": signature.device,
        },
        ensure_ascii=False,
    )
    with transaction(session):
        move_case(session, day, case.id, CaseStatus.DRAWN, "drawn")
        session.add(
            DrawnSignature(
                reference=reference,
                case_id=case.id,
                strokes=vault.seal(strokes, f"strokes:{reference}"),
                sha256=hashlib.sha256(strokes.encode()).hexdigest(),
                signed=vault.seal(signed, f"drawn:{reference}"),
                drawn_at=day.now,
            )
        )
        end_sessions_of(session, day, WebSession.case_id == case.id)
        lock_device(session, day, device.id)


def read_drawn(session: Session, vault: Vault, case: OpenCase) -> Drawn:
    """What the agent confirms. Raises NoLongerPossible where nothing waits."""
    with reading(session):
        row = session.execute(
            select(DrawnSignature.reference, DrawnSignature.strokes, DrawnSignature.signed).where(
                DrawnSignature.case_id == case.id
            )
        ).first()
    if row is None:
        raise NoLongerPossible(reference=case.reference)
    signed = json.loads(vault.open(row.signed, f"drawn:{row.reference}"))
    strokes = vault.open(row.strokes, f"strokes:{row.reference}")
    return Drawn(strokes, signed["account"][-4:])


def confirm_drawn(
    session: Session, day: WorkingDay, vault: Vault, device: OpenDevice, case: OpenCase
) -> str:
    """The agent has seen the person sign: sign the mandate, once, and return its reference.

    It waits for the paper. Raises NoLongerPossible, MandateAlreadyActive and
    AccountAlreadyCollecting.
    """
    with transaction(session):
        lock_employer(session, case.employer_id)
        row = session.execute(
            select(DrawnSignature, EnrolmentCase.status)
            .join(EnrolmentCase, EnrolmentCase.id == DrawnSignature.case_id)
            .where(DrawnSignature.case_id == case.id)
        ).first()
        if row is None or row.status is not CaseStatus.DRAWN:
            raise NoLongerPossible(reference=case.reference)
        if default_authorisation_in_force(session, case.employer_id):
            raise MandateAlreadyActive(reference="")
        drawn: DrawnSignature = row.DrawnSignature
        signature = _signature(vault, drawn, device)
        forget_draft(session, case.employer_id)
        (reference,) = add_signed_mandates(session, day, vault, [signature])
        session.execute(
            update(DrawnSignature)
            .where(DrawnSignature.id == drawn.id)
            .values(confirmed_at=day.now, confirmed_by=device.staff_id)
            .execution_options(synchronize_session=False)
        )
        sign_case(session, day, case.id, reference, CaseStatus.ENROLLED)
    return reference


def _signature(vault: Vault, drawn: DrawnSignature, device: OpenDevice) -> Signature:
    """What was signed, as it was sealed, with the agent who saw it."""
    signed = json.loads(vault.open(drawn.signed, f"drawn:{drawn.reference}"))
    ceiling = signed["ceiling"]
    return replace(
        Signature(
            member_number=signed["member_number"],
            account=Rib.from_digits(signed["account"]),
            text=signed["text"],
            language=Language(signed["language"]),
        ),
        text_version=signed["text_version"],
        ceiling=None if ceiling is None else Centimes(ceiling),
        covers_arrears=signed["covers_arrears"],
        quality=SignatoryQuality(signed["quality"]),
        channel=SigningChannel.KIOSK,
        device=signed["device"],
        staff_id=device.staff_id,
        paper_wanted=True,
    )
