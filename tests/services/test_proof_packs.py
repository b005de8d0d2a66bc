"""The proof of a debit: complete against what was planted, masked, and of one's own agency."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, Desk
from webapp.domain.errors import NotFound
from webapp.models import (
    Attempt,
    BankEntry,
    BankFile,
    BankMessage,
    Debit,
    Employer,
    Event,
    EventSeal,
    Mandate,
    MandatePaper,
    MandateSignature,
    Notice,
    SignedText,
)
from webapp.services.events import seal_events
from webapp.services.proof_packs import gather_proof

V = builders.VAULT


def settled_then_returned(desk: Desk) -> str:
    """A debit whose money came and went again, one signed paper, all of it sealed."""
    desk.file_one()
    desk.send_all()
    end_to_end_id = desk.attempts()[0].end_to_end_id
    desk.take_in(desk.bank.settled({end_to_end_id: AMOUNT}), COLLECTION)
    desk.take_in(desk.bank.returned({end_to_end_id: AMOUNT}, reason="MD06"), date(2026, 12, 3))
    mandate = desk.session.scalars(select(Mandate)).one()
    desk.session.add(
        MandatePaper(
            reference="p" * 32, mandate_id=mandate.id, media_type="application/pdf", size=5,
            sha256="ef" * 32, received_at=mandate.signed_at, staff_id=None,
        )
    )  # fmt: skip
    desk.session.commit()
    seal_events(desk.session)
    reference = desk.debits()[0].reference
    desk.session.rollback()
    return reference


def test_a_proof_goes_from_the_signature_to_the_answer(desk: Desk) -> None:
    reference = settled_then_returned(desk)
    pack = gather_proof(desk.session, None, reference)
    session = desk.session
    debit = session.scalars(select(Debit)).one()
    assert (pack.debit["reference"], pack.debit["status"]) == (reference, debit.status.value)
    assert [line["amount_centimes"] for line in pack.lines] == [AMOUNT]

    evidence = session.scalars(select(MandateSignature)).one()
    (signature,) = pack.signatures
    assert signature["signed_at"] == evidence.signed_at.isoformat(timespec="seconds")
    for name in ("channel", "device", "signatory_name", "quality", "code_id", "text_sha256"):
        assert signature[name] == getattr(evidence, name), name
    kept = session.scalars(select(SignedText)).one()
    (text,) = pack.texts
    assert (text["sha256"], text["intact"]) == (kept.sha256, True)
    assert "\n\n".join(map(str, text["paragraphs"])) == kept.text  # type: ignore[call-overload]
    (paper,) = pack.papers
    assert paper["sha256"] == "ef" * 32

    told = session.scalars(select(Notice).order_by(Notice.id)).first()
    assert told is not None and told.accepted_on is not None
    notice = pack.notices[0]
    assert (notice["status"], notice["accepted_on"]) == (
        "accepted", told.accepted_on.isoformat()
    )  # fmt: skip

    sent, file = session.scalars(select(Attempt)).one(), session.scalars(select(BankFile)).one()
    (attempt,) = pack.attempts
    assert attempt["end_to_end_id"] == sent.end_to_end_id
    assert attempt["file_name"] == f"{file.reference}.xml"
    assert (desk.drop / str(attempt["file_name"])).exists()
    assert (attempt["file_sha256"], attempt["amount_centimes"]) == (file.sha256, AMOUNT)
    assert attempt["collect_on"] == file.collect_on.isoformat()

    messages = session.scalars(select(BankMessage).order_by(BankMessage.id)).all()
    entries = session.scalars(select(BankEntry).order_by(BankEntry.id)).all()
    assert [one["message_sha256"] for one in pack.answers] == [one.sha256 for one in messages]
    assert [one["fact"] for one in pack.answers] == [one.fact for one in entries]
    assert [one["fact"] for one in pack.answers] == ["settled", "returned"]
    assert [one["reason_code"] for one in pack.answers][-1] == "MD06"
    assert [bool(one["reason"]) for one in pack.answers] == [False, True]


def test_every_step_stands_with_its_place_in_the_chain(desk: Desk) -> None:
    pack = gather_proof(desk.session, None, settled_then_returned(desk))
    planted = desk.session.execute(
        select(Event.id, EventSeal.position)
        .join(EventSeal, EventSeal.event_id == Event.id)
        .where(Event.subject.in_(["debit", "mandate"]))
        .order_by(Event.id)
    ).all()
    assert [(one["id"], one["sealed_as"]) for one in pack.events] == [tuple(r) for r in planted]
    told = [(one["subject"], one["target"]) for one in pack.events]
    for step in (("mandate", "signed"), ("debit", "announced"), ("debit", "sent"),
                 ("debit", "settled"), ("debit", "refused")):  # fmt: skip
        assert step in told, step


def test_a_proof_holds_no_whole_account(desk: Desk) -> None:
    pack = gather_proof(desk.session, None, settled_then_returned(desk))
    account = desk.session.scalars(select(Mandate.account)).one()
    opened = V.open(account, f"mandate:{pack.debit['mandate_reference']}")
    told = str(pack.as_json())
    assert opened not in told and opened[8:18] not in told
    assert pack.debit["account_last4"] == opened[14:18]


def test_the_proof_of_another_agency_or_of_nobody_is_missing(desk: Desk) -> None:
    reference = settled_then_returned(desk)
    agency = desk.session.scalars(select(Employer.agency_id)).one()
    desk.session.rollback()
    assert agency is not None and gather_proof(desk.session, agency, reference)
    for scope, name in ((agency + 1, reference), (agency, "KM-none")):
        with pytest.raises(NotFound):
            gather_proof(desk.session, scope, name)
