"""Mandates: signing one authorisation or many."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import AccountAlreadyCollecting, MandateAlreadyActive, NotFound
from webapp.domain.moment import Moment
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.domain.statuses import MandateStatus
from webapp.models import (
    ChannelRoute,
    Employer,
    Language,
    Mandate,
    MandateSignature,
    SignatoryQuality,
    SignedText,
    SigningChannel,
    Subject,
)
from webapp.services.assignments import assign_worksites
from webapp.services.confirming_banks import papers_due_on
from webapp.services.endings import end_mandates
from webapp.services.events import record
from webapp.services.permission import is_paused
from webapp.services.planning import ENDED
from webapp.services.references import new_mandate_reference
from webapp.services.sets import insert_ignoring, insert_keyed, insert_rows
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

EVERY_OTHER_BANK = ""
_SIGNED, _ACTIVE = MandateStatus.SIGNED, MandateStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Signature:
    """What an employer signs: the account, the text as shown, and what it covers.

    Without `worksites` it is the employer's default mandate; with them (codes) it takes those
    worksites alone. `ceiling` is in centimes per debit. A mandate that takes another's place names
    it, with the first legal day of dues that it takes and the instant before which nothing of it
    is told. The rest is evidence: which wording it is, where it was signed and on what device, as
    what the signatory signed, with which code, and who acted for the employer.
    """

    member_number: str
    account: Rib
    text: str
    language: Language
    ceiling: Centimes | None = None
    covers_arrears: bool = False
    worksites: tuple[str, ...] = ()
    reference: str | None = None
    replaces_id: int | None = None
    covers_from_on: date | None = None
    first_notice_at: datetime | None = None
    text_version: str = ""
    channel: SigningChannel = SigningChannel.SELF
    device: str = ""
    quality: SignatoryQuality = SignatoryQuality.UNKNOWN
    code_id: int | None = None
    person_id: int | None = None
    staff_id: int | None = None
    # Of a mandate on paper: when it was signed, by whom where it was not the signatory of the
    # register, and whether the paper is here.
    signed_on: date | None = None
    signatory_name: str = ""
    paper_received: bool = False
    # Nothing is debited before the copy that is signed by hand is here, whatever its bank asks for.
    paper_wanted: bool = False

    @property
    def on_paper(self) -> bool:
        return self.channel is SigningChannel.IMPORT

    def signed_at(self, day: WorkingDay) -> datetime:
        """Now; of a paper only the day is known."""
        return day.now if self.signed_on is None else Moment.morning_of(self.signed_on).now


def sign_mandate(session: Session, day: WorkingDay, vault: Vault, signature: Signature) -> str:
    """Sign one mandate and return its reference. Raises as `sign_mandates` does."""
    return sign_mandates(session, day, vault, [signature])[0]


def sign_mandates(
    session: Session, day: WorkingDay, vault: Vault, signatures: Sequence[Signature]
) -> list[str]:
    """Sign mandates in one transaction, all or none, and return their references.

    A new default mandate replaces one that a bank suspended, whose unsent debits are cancelled.
    Raises NotFound (no such member), MandateAlreadyActive (a default mandate is in force),
    AccountAlreadyCollecting (another mandate of the employer collects from that account),
    UnknownWorksite and WorksiteTaken (it is under another exception).
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
    replaced = _replace_suspended(session, day, signatures, owners)
    _refuse_second_mandates(session, signatures, owners, indexes)
    channels = _channels(session)
    papers = _papers_due_on(session, day, signatures)
    references = [s.reference or new_mandate_reference() for s in signatures]
    rows = [
        {
            "reference": reference,
            "employer_id": owner,
            "status": _SIGNED if paper_due_on else _ACTIVE,
            "is_default": not s.worksites,
            "account": vault.seal(s.account.digits, f"mandate:{reference}"),
            "account_index": index,
            "account_last4": s.account.last4,
            "bank_code": s.account.bank,
            "channel_id": channels.get(s.account.bank, channels[EVERY_OTHER_BANK]),
            "ceiling_centimes": s.ceiling,
            "covers_arrears": s.covers_arrears,
            "signatory_name": s.signatory_name or employers[s.member_number].signatory_name,
            "signed_on": s.signed_on or day.today,
            "paper_due_on": paper_due_on,
            "signed_at": s.signed_at(day),
            "signed_language": s.language,
            "signed_text_sha256": digest_of(s.text),
            "replaces_id": s.replaces_id or (None if s.worksites else replaced.get(owner)),
            "covers_from_on": s.covers_from_on,
            "first_notice_at": s.first_notice_at,
        }
        for s, reference, owner, index, paper_due_on in zip(
            signatures, references, owners, indexes, papers, strict=True
        )
    ]
    keep_texts(session, {s.text for s in signatures})
    ids = insert_keyed(session, Mandate, Mandate.reference, rows)
    evidence = [
        evidence_of(day, s, owner, id_, row["signatory_name"])
        for s, owner, id_, row in zip(signatures, owners, ids, rows, strict=True)
    ]
    insert_rows(session, MandateSignature, evidence)
    for signature, owner, mandate_id in zip(signatures, owners, ids, strict=True):
        if signature.worksites:
            assign_worksites(session, owner, mandate_id, signature.worksites)
    _record_first_moves(session, day, signatures, ids, papers)
    return references


def _papers_due_on(
    session: Session, day: WorkingDay, signatures: Sequence[Signature]
) -> list[date | None]:
    """Of each mandate that is signed: when its paper is due; None where it is active at once."""
    due = papers_due_on(session, day, [s.account.bank for s in signatures])
    # Without a code that was sent, the paper is what proves it.
    at_last = day.today + timedelta(days=day.rules.paper_days)
    return [
        None if s.paper_received else on or (at_last if s.on_paper or s.paper_wanted else None)
        for s, on in zip(signatures, due, strict=True)
    ]


def _record_first_moves(
    session: Session,
    day: WorkingDay,
    signatures: Sequence[Signature],
    ids: Sequence[int],
    papers: Sequence[date | None],
) -> None:
    """The events of new mandates: signed, and what is in force at once."""
    confirmed = MandateStatus.CONFIRMED
    told = list(zip(ids, signatures, papers, strict=True))
    for on_paper, cause in ((False, "signed"), (True, "imported")):
        which = [id_ for id_, signature, _ in told if signature.on_paper is on_paper]
        record(session, day, Subject.MANDATE, which, None, _SIGNED, cause)
    at_once = [id_ for id_, s, due in told if due is None and not s.paper_received]
    record(session, day, Subject.MANDATE, at_once, _SIGNED, _ACTIVE, "no_confirmation_needed")
    here = [id_ for id_, s, _ in told if s.paper_received]
    record(session, day, Subject.MANDATE, here, _SIGNED, confirmed, "paper_received")
    record(session, day, Subject.MANDATE, here, confirmed, _ACTIVE, "confirmed")


def evidence_of(
    day: WorkingDay,
    signature: Signature,
    employer_id: int,
    mandate_id: int,
    signatory_name: str,
    number: int = 1,
) -> dict[str, object]:
    """The row of a signature of a mandate, whose first has the number 1."""
    return {
        "employer_id": employer_id,
        "mandate_id": mandate_id,
        "number": number,
        "text_sha256": digest_of(signature.text),
        "text_version": signature.text_version,
        "language": signature.language,
        "signed_at": signature.signed_at(day),
        "channel": signature.channel,
        "device": signature.device,
        "signatory_name": signatory_name,
        "quality": signature.quality,
        "ceiling_centimes": signature.ceiling,
        "code_id": signature.code_id,
        "person_id": signature.person_id,
        "staff_id": signature.staff_id,
    }


def digest_of(text: str) -> str:
    """The SHA-256 of a text that is signed, by which the text is found again."""
    return hashlib.sha256(text.encode()).hexdigest()


def keep_texts(session: Session, texts: set[str]) -> None:
    """Keep each text once, inside the caller's transaction."""
    rows = [{"sha256": digest_of(text), "text": text} for text in sorted(texts)]
    session.execute(insert_ignoring(session, SignedText), rows)


def _channels(session: Session) -> dict[str, int]:
    return dict(session.execute(select(ChannelRoute.bank_code, ChannelRoute.channel_id)).all())


def _replace_suspended(
    session: Session, day: WorkingDay, signatures: Sequence[Signature], owners: list[int]
) -> dict[int, int]:
    """The default mandates that a bank suspended end when their employers sign anew.

    Returns which mandate of which employer it was. A pause of the employer's own ends nothing.
    """
    suspended = (
        Mandate.status == MandateStatus.SUSPENDED,
        Mandate.is_default.is_(True),
        ~is_paused(),
        Mandate.employer_id.in_(_default_owners(signatures, owners)),
    )
    before = dict(session.execute(select(Mandate.employer_id, Mandate.id).where(*suspended)).all())
    if before:
        end_mandates(session, day, MandateStatus.REPLACED, *suspended, cause="signed_anew")
    return before


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
