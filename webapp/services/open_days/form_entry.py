"""A prepared form that came back signed: its account and its scan, in one act, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.adapters.scans import media_type_of
from webapp.adapters.vault import Vault
from webapp.domain.errors import InvalidSigningDay, MandateAlreadyActive, NotFound
from webapp.domain.moment import Moment
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.domain.roles import Scope
from webapp.models import (
    Campaign,
    Employer,
    Language,
    Mandate,
    PreparedForm,
    SignedText,
    SigningChannel,
    Subject,
)
from webapp.services.confirming_banks import papers_due_on
from webapp.services.enrolment import authorisation_of, sign_and_tell
from webapp.services.events import record
from webapp.services.mandates import Signature
from webapp.services.papers import keep_scan
from webapp.services.signing import lock_employer
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class FormToEnter:
    """A prepared form with its employer; `mandate` once it was entered, `other` where they have
    an authorisation that did not come from it."""

    reference: str
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    signatory_name: str
    made_on: date
    signed_on_at_first: date
    entered_at: datetime | None
    mandate: str
    other: str


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What the employer wrote on the form, its scan, and which wording the form has."""

    account: Rib
    ceiling: Centimes | None
    covers_arrears: bool
    signed_on: date
    scan: bytes = field(repr=False)
    text_version: str
    device: str


def find_form(session: Session, day: WorkingDay, scope: Scope, reference: str) -> FormToEnter:
    """A form by its reference. Raises NotFound, also for another agency's."""
    with reading(session):
        row = session.execute(
            select(
                PreparedForm.reference,
                PreparedForm.employer_id,
                Employer.member_number,
                Employer.name_ar,
                Employer.name_fr,
                Employer.signatory_name,
                PreparedForm.made_at,
                PreparedForm.entered_at,
                Mandate.reference.label("mandate"),
                Campaign.ends_on,
            )
            .join(Employer, Employer.id == PreparedForm.employer_id)
            .outerjoin(Mandate, Mandate.id == PreparedForm.mandate_id)
            .outerjoin(Campaign, Campaign.id == PreparedForm.campaign_id)
            .where(PreparedForm.reference == reference, *in_scope(scope))
        ).first()
        if row is None:
            raise NotFound(kind="form", reference=reference)
        other = "" if row.mandate else _in_force(session, row.employer_id)
    values = row._asdict()
    made_on = Moment.at(values.pop("made_at")).today
    last_day = values.pop("ends_on") or day.today
    return FormToEnter(
        **values | {"mandate": row.mandate or ""},
        made_on=made_on,
        signed_on_at_first=max(made_on, min(day.today, last_day)),
        other=other,
    )


def enter_form(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    folder: Path,
    scope: Scope,
    staff_id: int,
    reference: str,
    filled_in: FilledIn,
) -> str:
    """Sign the mandate of a form that came back on paper, keep its scan, tell the employer.

    All of it or nothing. The form is the key: entered twice, or by two at once, it makes one
    mandate, whose reference both are given. An account whose bank asks for the stamped paper
    waits for that stamp; every other is in force.

    Raises NotFound, also for another agency's; UnusableScan; InvalidSigningDay;
    MandateAlreadyActive where the employer has enrolled otherwise; AccountAlreadyCollecting.
    """
    kind = media_type_of(filled_in.scan)
    with transaction(session):
        form = session.execute(
            select(
                PreparedForm.id,
                PreparedForm.employer_id,
                PreparedForm.made_at,
                PreparedForm.mandate_id,
                Employer.member_number,
                Employer.language,
                SignedText.text,
            )
            .join(Employer, Employer.id == PreparedForm.employer_id)
            .join(SignedText, SignedText.sha256 == PreparedForm.text_sha256)
            .where(PreparedForm.reference == reference, *in_scope(scope))
            .with_for_update(of=PreparedForm)
        ).first()
        if form is None:
            raise NotFound(kind="form", reference=reference)
        if form.mandate_id is not None:
            return session.scalars(
                select(Mandate.reference).where(Mandate.id == form.mandate_id)
            ).one()
        _refuse_day(filled_in.signed_on, Moment.at(form.made_at).today, day.today)
        lock_employer(session, form.employer_id)
        other = _in_force(session, form.employer_id)
        if other:
            raise MandateAlreadyActive(reference=other)
        signature = _signature(session, day, staff_id, form.member_number, form.language,
                               form.text, filled_in)  # fmt: skip
        signed = sign_and_tell(session, day, vault, form.employer_id, signature)
        mandate_id = session.scalars(select(Mandate.id).where(Mandate.reference == signed)).one()
        keep_scan(session, day, vault, folder, staff_id, mandate_id, filled_in.scan, kind)
        session.execute(
            update(PreparedForm)
            .where(PreparedForm.id == form.id)
            .values(entered_at=day.now, mandate_id=mandate_id)
        )
        record(
            session, day, Subject.EMPLOYER, [form.employer_id], None, "form_entered", "paper_form"
        )
        return signed


def _signature(
    session: Session,
    day: WorkingDay,
    staff_id: int,
    member_number: str,
    language: Language,
    text: str,
    filled_in: FilledIn,
) -> Signature:
    stamped_by_bank = papers_due_on(session, day, [filled_in.account.bank])[0] is not None
    return Signature(
        member_number=member_number,
        account=filled_in.account,
        text=text,
        text_version=filled_in.text_version,
        language=language,
        ceiling=filled_in.ceiling,
        covers_arrears=filled_in.covers_arrears,
        channel=SigningChannel.IMPORT,
        device=filled_in.device,
        staff_id=staff_id,
        signed_on=filled_in.signed_on,
        # The employer's stamp is on it; a bank that asks for its own is waited for.
        paper_received=not stamped_by_bank,
    )


def _in_force(session: Session, employer_id: int) -> str:
    """The authorisation that the employer has, "" for none; one that a bank suspended is none."""
    found = authorisation_of(session, employer_id)
    return "" if found is None or found.suspended_by_bank else found.reference


def _refuse_day(signed_on: date, made_on: date, today: date) -> None:
    if signed_on > today:
        raise InvalidSigningDay(reason="to_come")
    if signed_on < made_on:
        raise InvalidSigningDay(reason="before_form")
