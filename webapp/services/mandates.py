"""Mandates: signing one authorisation or many, and suspending one that a bank refuses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import (
    AccountAlreadyCollecting,
    MandateAlreadyActive,
    NotFound,
    UnknownWorksite,
)
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import (
    ChannelRoute,
    Debit,
    Employer,
    Language,
    Mandate,
    MandateSignature,
    MandateWorksite,
    SignatoryQuality,
    SignedText,
    SigningChannel,
    Subject,
    Worksite,
)
from webapp.services.events import move_all, record
from webapp.services.planning import ENDED
from webapp.services.references import new_mandate_reference
from webapp.services.refusals import free_lines
from webapp.services.sets import insert_ignoring, insert_keyed, insert_rows
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

EVERY_OTHER_BANK = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """What an employer signs: the account, the text as shown, and what it covers.

    Without `worksites` it is the employer's default mandate; with them (codes) it takes those
    worksites alone. `ceiling` is in centimes per debit. The rest is evidence: which wording it is,
    where it was signed and on what device, as what the signatory signed, with which code, and who
    acted for the employer.
    """

    member_number: str
    account: Rib
    text: str
    language: Language
    ceiling: Centimes | None = None
    covers_arrears: bool = False
    worksites: tuple[str, ...] = ()
    reference: str | None = None
    text_version: str = ""
    channel: SigningChannel = SigningChannel.SELF
    device: str = ""
    quality: SignatoryQuality = SignatoryQuality.UNKNOWN
    code_id: int | None = None
    person_id: int | None = None
    staff_id: int | None = None


def sign_mandate(session: Session, day: WorkingDay, vault: Vault, signature: Signature) -> str:
    """Sign one mandate and return its reference. Raises as `sign_mandates` does."""
    return sign_mandates(session, day, vault, [signature])[0]


def sign_mandates(
    session: Session, day: WorkingDay, vault: Vault, signatures: Sequence[Signature]
) -> list[str]:
    """Sign mandates in one transaction, all or none, and return their references.

    They are active at once, for no channel asks for a bank's confirmation yet. A new default
    mandate replaces a suspended one, whose unsent debits are cancelled. Raises NotFound
    (no such member), MandateAlreadyActive (a default mandate, or that worksite's, is in force),
    AccountAlreadyCollecting (another mandate of the employer collects from that account) and
    UnknownWorksite.
    """
    with transaction(session):
        return add_signed_mandates(session, day, vault, signatures)


def add_signed_mandates(
    session: Session, day: WorkingDay, vault: Vault, signatures: Sequence[Signature]
) -> list[str]:
    """`sign_mandates` inside the caller's transaction, for who must write something with it."""
    employers = {
        row.member_number: row
        for row in session.execute(
            select(Employer.id, Employer.member_number, Employer.signatory_name).where(
                Employer.member_number.in_([s.member_number for s in signatures])
            )
        )
    }
    for signature in signatures:
        if signature.member_number not in employers:
            raise NotFound(kind="employer", reference=signature.member_number)
    indexes = [vault.blind_index(s.account.digits) for s in signatures]
    owners = [employers[s.member_number].id for s in signatures]
    _replace_suspended(session, day, signatures, owners)
    _refuse_second_mandates(session, signatures, owners, indexes)
    channels = _channels(session)
    references = [s.reference or new_mandate_reference() for s in signatures]
    rows = [
        {
            "reference": reference,
            "employer_id": owner,
            "status": MandateStatus.ACTIVE,
            "is_default": not s.worksites,
            "account": vault.seal(s.account.digits, f"mandate:{reference}"),
            "account_index": index,
            "account_last4": s.account.last4,
            "bank_code": s.account.bank,
            "channel_id": channels.get(s.account.bank, channels[EVERY_OTHER_BANK]),
            "ceiling_centimes": s.ceiling,
            "covers_arrears": s.covers_arrears,
            "signatory_name": employers[s.member_number].signatory_name,
            "signed_on": day.today,
            "signed_at": day.now,
            "signed_language": s.language,
            "signed_text_sha256": digest_of(s.text),
        }
        for s, reference, owner, index in zip(signatures, references, owners, indexes, strict=True)
    ]
    _keep_texts(session, {s.text for s in signatures})
    ids = insert_keyed(session, Mandate, Mandate.reference, rows)
    insert_rows(session, MandateSignature, _evidence(day, signatures, rows, ids))
    _assign_worksites(session, signatures, owners, ids)
    record(session, day, Subject.MANDATE, ids, None, MandateStatus.SIGNED, "signed")
    record(
        session,
        day,
        Subject.MANDATE,
        ids,
        MandateStatus.SIGNED,
        MandateStatus.ACTIVE,
        "no_confirmation_needed",
    )
    return references


def _evidence(
    day: WorkingDay,
    signatures: Sequence[Signature],
    mandates: Sequence[Mapping[str, Any]],
    ids: Sequence[int],
) -> list[dict[str, object]]:
    """The first signature of each new mandate."""
    return [
        {
            "employer_id": mandate["employer_id"],
            "mandate_id": mandate_id,
            "number": 1,
            "text_sha256": mandate["signed_text_sha256"],
            "text_version": s.text_version,
            "language": s.language,
            "signed_at": day.now,
            "channel": s.channel,
            "device": s.device,
            "signatory_name": mandate["signatory_name"],
            "quality": s.quality,
            "ceiling_centimes": s.ceiling,
            "code_id": s.code_id,
            "person_id": s.person_id,
            "staff_id": s.staff_id,
        }
        for s, mandate, mandate_id in zip(signatures, mandates, ids, strict=True)
    ]


def digest_of(text: str) -> str:
    """The SHA-256 of a text that is signed, by which the text is found again."""
    return hashlib.sha256(text.encode()).hexdigest()


def _keep_texts(session: Session, texts: set[str]) -> None:
    rows = [{"sha256": digest_of(text), "text": text} for text in sorted(texts)]
    session.execute(insert_ignoring(session, SignedText), rows)


def _channels(session: Session) -> dict[str, int]:
    return dict(session.execute(select(ChannelRoute.bank_code, ChannelRoute.channel_id)).all())


def _replace_suspended(
    session: Session, day: WorkingDay, signatures: Sequence[Signature], owners: list[int]
) -> None:
    """The suspended default mandates of those who sign a new one end, with what they planned."""
    replaced = move_all(
        session,
        day,
        Mandate,
        MandateStatus.SUSPENDED,
        MandateStatus.REPLACED,
        Mandate.is_default.is_(True),
        Mandate.employer_id.in_(_default_owners(signatures, owners)),
        cause="signed_anew",
    )
    for source in (DebitStatus.PLANNED, DebitStatus.ANNOUNCED, DebitStatus.HELD):
        cancelled = move_all(
            session,
            day,
            Debit,
            source,
            DebitStatus.CANCELLED,
            Debit.mandate_id.in_(replaced),
            cause="mandate_replaced",
            hold_reason=None,
        )
        free_lines(session, day, cancelled)


def _default_owners(signatures: Sequence[Signature], owners: list[int]) -> list[int]:
    return [owner for owner, s in zip(owners, signatures, strict=True) if not s.worksites]


def _refuse_second_mandates(
    session: Session, signatures: Sequence[Signature], owners: list[int], indexes: list[str]
) -> None:
    """Say kindly what the unique keys of the table would refuse anyway."""
    live: ColumnElement[bool] = Mandate.status.not_in(ENDED)
    defaults = _default_owners(signatures, owners)
    found = session.execute(
        select(Mandate.is_default, Mandate.employer_id, Mandate.account_index, Mandate.reference)
        .where(
            live,
            or_(
                and_(Mandate.is_default, Mandate.employer_id.in_(defaults)),
                tuple_(Mandate.employer_id, Mandate.account_index).in_(
                    list(zip(owners, indexes, strict=True))
                ),
            ),
        )
        .limit(1)
    ).first()
    if found is None:
        return
    if (found.employer_id, found.account_index) in set(zip(owners, indexes, strict=True)):
        raise AccountAlreadyCollecting(reference=found.reference)
    raise MandateAlreadyActive(reference=found.reference)


def _assign_worksites(
    session: Session, signatures: Sequence[Signature], owners: list[int], ids: Sequence[int]
) -> None:
    for signature, owner, mandate_id in zip(signatures, owners, ids, strict=True):
        if not signature.worksites:
            continue
        found = dict(
            session.execute(
                select(Worksite.code, Worksite.id).where(
                    Worksite.employer_id == owner, Worksite.code.in_(signature.worksites)
                )
            ).all()
        )
        for code in signature.worksites:
            if code not in found:
                raise UnknownWorksite(worksite=code)
        taken = session.scalar(
            select(Mandate.reference)
            .join(MandateWorksite, MandateWorksite.mandate_id == Mandate.id)
            .where(
                MandateWorksite.worksite_id.in_(found.values()), MandateWorksite.ended_at.is_(None)
            )
            .limit(1)
        )
        if taken is not None:
            raise MandateAlreadyActive(reference=taken)
        rows = [
            {"employer_id": owner, "mandate_id": mandate_id, "worksite_id": found[code]}
            for code in signature.worksites
        ]
        insert_rows(session, MandateWorksite, rows)
