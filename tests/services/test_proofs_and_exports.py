"""The proof of a debit, the copy of an employer's data, and the check of a paper."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.sql.util import find_tables

from tests import builders
from tests.services.collecting import AMOUNT, COLLECTION, FILED, Desk
from tests.services.people import RULES, signed_in
from webapp.domain.errors import NotFound, TooManyTries
from webapp.domain.rules import AccessRules, Limit
from webapp.models import Base, CorrectionSubject, Employer, Event, Mandate
from webapp.services.checking import check_paper, proof_of
from webapp.services.corrections import ask_for_correction
from webapp.services.data_exports import NOT_EXPORTED, QUERIES, export_data
from webapp.services.events import seal_events
from webapp.services.proof_packs import gather_proof

V = builders.VAULT


def settled(desk: Desk) -> str:
    desk.file_one()
    desk.send_all()
    desk.take_in(desk.bank.settled({desk.attempts()[0].end_to_end_id: AMOUNT}), COLLECTION)
    seal_events(desk.session)
    reference = desk.debits()[0].reference
    desk.session.rollback()
    return reference


def test_a_proof_goes_from_the_signature_to_the_answer(desk: Desk) -> None:
    reference = settled(desk)
    pack = gather_proof(desk.session, None, reference)
    assert pack.debit["reference"] == reference
    assert pack.debit["amount_centimes"] == sum(int(str(x["amount_centimes"])) for x in pack.lines)
    (signature,) = pack.signatures
    (text,) = pack.texts
    assert signature["text_sha256"] == text["sha256"] and text["paragraphs"]
    assert [notice["status"] for notice in pack.notices] == ["accepted"]
    (attempt,) = pack.attempts
    assert attempt["file"] and attempt["file_sha256"] and attempt["settled_at"]
    assert {answer["end_to_end_id"] for answer in pack.answers} == {attempt["end_to_end_id"]}
    assert any(answer["fact"] == "settled" for answer in pack.answers)
    told = [(event["subject"], event["target"]) for event in pack.events]
    assert ("mandate", "signed") in told
    for step in ("announced", "sent", "settled"):
        assert ("debit", step) in told
    assert [event["sealed_as"] for event in pack.events] == sorted(
        int(str(event["sealed_as"])) for event in pack.events
    )
    account = desk.session.scalars(select(Mandate.account)).one()
    opened = V.open(account, f"mandate:{pack.debit['mandate_reference']}")
    assert opened not in str(pack.as_json()) and opened[8:18] not in str(pack.as_json())


def test_the_proof_of_another_agency_is_missing(desk: Desk) -> None:
    reference = settled(desk)
    agency = desk.session.scalars(select(Employer.agency_id)).one()
    desk.session.rollback()
    assert gather_proof(desk.session, agency, reference)
    for scope, name in ((agency + 1, reference), (agency, "KM-none")):
        with pytest.raises(NotFound):
            gather_proof(desk.session, scope, name)


def test_a_copy_holds_everything_about_the_employer_and_nobody_else(desk: Desk) -> None:
    settled(desk)
    desk.file_one(period="2026-09")
    mine, other = desk.session.scalars(select(Employer).order_by(Employer.id)).all()
    who, theirs = signed_in(mine), other.member_number
    day = builders.working_day(desk.session, date(2026, 12, 2), f"employer:{mine.id}")
    ask_for_correction(desk.session, day, V, mine.id, CorrectionSubject.NAME, "بناء")
    export = export_data(desk.session, day, V, who, "ar")
    counts = {name: len(rows) for name, rows in export.tables.items()}
    for name in ("employer", "worksites", "mandates", "signatures", "declarations",
                 "declaration_lines", "dues", "debits", "notices", "corrections"):  # fmt: skip
        assert counts[name] == 1, name
    assert theirs not in str(export) and who.member_number in str(export)
    (mandate,) = export.tables["mandates"]
    assert len(str(mandate["account"])) == 20
    (correction,) = export.tables["corrections"]
    assert correction["wish"] == "بناء"
    last = desk.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert last is not None and (last.subject_id, last.target) == (mine.id, "exported")


def test_every_table_about_an_employer_is_in_the_copy_or_has_its_reason() -> None:
    about = {
        table.name
        for table in Base.metadata.sorted_tables
        if "employer_id" in table.columns or table.name == "employers"
    }
    copied = {
        table.name
        for query in QUERIES.values()
        for table in find_tables(query(1), include_joins=True)
    }
    assert about <= copied | set(NOT_EXPORTED)
    assert not set(NOT_EXPORTED) & copied
    assert set(NOT_EXPORTED) <= about


def test_a_paper_is_checked_by_its_proof_alone(office: Session) -> None:
    day = builders.working_day(office, FILED)
    owner = builders.employer(office)
    reference = builders.mandate(office, day, owner)
    proof = proof_of(V, reference)
    paper = check_paper(office, day, V, RULES, reference, proof)
    assert (paper.reference, paper.name_fr) == (reference, owner.name_fr)
    for asked in (
        (reference, proof[:-1] + "x"),
        (reference, ""),
        (reference, proof + "0"),
        ("KM00000000", proof),
    ):
        with pytest.raises(NotFound):
            check_paper(office, day, V, RULES, *asked)
    rules = AccessRules(checks_for_all=Limit("checks of papers", 5, 5))
    with pytest.raises(TooManyTries):
        check_paper(office, day, V, rules, reference, proof)
