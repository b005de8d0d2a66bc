"""How fields stand on paper: each has its label, each word of the code its words."""

from __future__ import annotations

from enum import StrEnum

import pytest
from flask import Flask

from webapp.catalogs import ARABIC, FRENCH
from webapp.documents.codes import codes
from webapp.documents.fields import GROUPS, cell, label
from webapp.documents.labels import headings
from webapp.documents.proof_pack import PARTS
from webapp.domain.facts import Fact
from webapp.domain.period import Periodicity
from webapp.domain.roles import Role
from webapp.domain.statuses import (
    BankFileStatus,
    DebitStatus,
    DeclarationStatus,
    DueStatus,
    MandateStatus,
    PaymentScheduleStatus,
)
from webapp.models import (
    CorrectionStatus,
    CorrectionSubject,
    DueKind,
    HoldReason,
    NoticeChannel,
    NoticeStatus,
    PaymentStatus,
    PaymentWay,
    SignatoryQuality,
    SigningChannel,
)
from webapp.models.bank_message import EntryOutcome
from webapp.models.message import MessageStatus
from webapp.models.notice import NoticeKind
from webapp.services import proof_packs
from webapp.services.data_exports import QUERIES

WORDS: list[tuple[str, type[StrEnum]]] = [
    ("debit", DebitStatus), ("mandate", MandateStatus), ("file", BankFileStatus),
    ("delivery", NoticeStatus), ("delivery", MessageStatus), ("declaration", DeclarationStatus),
    ("due", DueStatus), ("correction", CorrectionStatus),
    ("correction_subject", CorrectionSubject), ("due_kind", DueKind),
    ("notice_kind", NoticeKind), ("fact", Fact), ("outcome", EntryOutcome),
    ("signing", SigningChannel), ("channel", NoticeChannel), ("quality", SignatoryQuality),
    ("periodicity", Periodicity), ("hold", HoldReason), ("role", Role), ("step", DebitStatus),
    ("schedule", PaymentScheduleStatus), ("payment", PaymentStatus), ("payment_way", PaymentWay),
    ("step", MandateStatus), ("step", DeclarationStatus),
]  # fmt: skip
QUERIES_OF_PROOF = (
    proof_packs.DEBIT, proof_packs.LINES, proof_packs.SIGNATURES, proof_packs.PAPERS,
    proof_packs.NOTICES, proof_packs.ATTEMPTS, proof_packs.ANSWERS, proof_packs.EVENTS,
)  # fmt: skip
NOT_SHOWN = {"mandate_id", "message_format", "sealed"}


@pytest.mark.parametrize(("group", "words"), WORDS)
def test_every_word_of_the_code_has_its_words(group: str, words: type[StrEnum]) -> None:
    for language in (ARABIC, FRENCH):
        missing = [one for one in words if one.value not in codes(language)[group]]
        # A draft of a declaration is no step: nothing is recorded of it.
        assert not [one for one in missing if (group, one.value) != ("step", "draft")]


def test_every_group_that_a_field_takes_exists() -> None:
    assert set(GROUPS.values()) <= set(codes(ARABIC))


def test_every_field_of_a_proof_and_of_a_copy_has_its_label() -> None:
    queries = [*QUERIES_OF_PROOF, *(query(1) for query in QUERIES.values())]
    fields = {column.name for query in queries for column in query.selected_columns} - NOT_SHOWN
    fields |= {"account", "file_name", "reason", "at", "what", "why", "mandate", "by"}
    for field in sorted(fields):
        assert all(label(field)), field


def test_every_part_has_its_heading() -> None:
    assert {*PARTS, *QUERIES, "looks", "proof", "texts", "export"} <= set(headings(FRENCH))


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("amount_centimes", -129_600_05, "-129\u00a0600,05"),
        ("collect_on", "2026-11-30", "30/11/2026"),
        ("signed_at", "2026-12-31T23:30:00+00:00", "01/01/2027 00:30"),
        ("reference", "KM-1", "KM-1"),
    ],
)
def test_figures_keep_their_place(field: str, value: object, shown: str) -> None:
    assert cell("debits", field, value) == f'<bdi dir="ltr">\u200e{shown}</bdi>'


def test_a_name_stands_in_its_own_direction_and_writes_no_markup() -> None:
    assert cell("employer", "name_ar", "200 «بناء»") == '<bdi dir="rtl">200 «بناء»</bdi>'
    assert "<img" not in cell("employer", "name_fr", "é<img>")


def test_nothing_is_a_dash_and_an_unknown_word_stays_as_it_is(in_app: Flask) -> None:
    assert cell("debit", "hold_reason", None) == cell("debit", "reason_code", "") == "–"
    assert "XX99" in cell("attempts", "reason_code", "XX99")
    assert "newer" in cell("debit", "status", "newer")
    assert "Personnel" in cell("events", "actor", "staff:3")
    assert "scheduler" in cell("events", "actor", "scheduler")
