"""Rules of reading status reports."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.banking.messages import (
    CREDITOR_ACCOUNT,
    amount,
    answered,
    document,
    element,
    entries_of,
    group_header,
    officially_valid,
    pain002,
    pain002_batch,
    status_of_transaction,
    status_reason,
)
from webapp.domain.errors import UnreadableMessage

FILE = "KHATWA-BNA-20261029-001"
# The mandate stands deeper from .12 on. No package carries the schema of .10.
SCHEMAS = ["pain.002.001.03", "pain.002.001.12", "pain.002.001.14", "pain.002.001.15"]
MANDATE_IN_A_CHOICE = 12


def status(code: str, name: str = "TxSts") -> str:
    return element(name, code)


@pytest.mark.parametrize("version", SCHEMAS)
def test_a_transaction_is_read_with_everything_it_repeats(version: str) -> None:
    mandate = element("MndtId", "KM00000001")
    if int(version[-2:]) >= MANDATE_IN_A_CHOICE:
        mandate = element("DrctDbtMndt", mandate)
    original = element(
        "OrgnlTxRef",
        element("Amt", amount("129600.00", name="InstdAmt")),
        element("MndtRltdInf", mandate),
        element("CdtrAcct", element("Id", element("Othr", element("Id", CREDITOR_ACCOUNT)))),
    )
    told = status_of_transaction("KD1", status("RJCT"), status_reason("AM04", "solde"), original)
    data = pain002(pain002_batch(told), version=version)
    header, (one,) = answered(officially_valid(data, version))
    assert (header.message_name, header.version) == ("pain.002", version)
    assert (header.message_id, header.original_message_id) == ("BANK-1", FILE)
    assert header.created_at == datetime(2026, 10, 29, 17, 30, tzinfo=UTC)
    assert (one.level, one.end_to_end_id, one.status_code) == ("transaction", "KD1", "RJCT")
    assert (one.reason_code, one.reason_text) == ("AM04", "solde")
    assert (one.amount, one.currency) == (12_960_000, "DZD")
    assert (one.mandate_reference, one.account) == ("KM00000001", CREDITOR_ACCOUNT)
    assert one.credit is None
    assert not one.booked


def test_a_status_of_the_whole_file_names_the_file() -> None:
    data = pain002(group=status("RJCT", "GrpSts") + status_reason("FF01", "illisible"))
    (one,) = entries_of(officially_valid(data, "pain.002.001.03"))
    assert (one.level, one.status_code, one.original_message_id) == ("group", "RJCT", FILE)
    assert (one.reason_code, one.reason_text) == ("FF01", "illisible")
    assert one.end_to_end_id is None


def test_a_status_of_a_batch_names_the_file() -> None:
    data = pain002(pain002_batch(status("RJCT", "PmtInfSts"), status_reason("AC03")))
    (one,) = entries_of(officially_valid(data, "pain.002.001.03"))
    assert (one.level, one.status_code, one.original_message_id) == ("batch", "RJCT", FILE)
    assert one.reason_code == "AC03"


@pytest.mark.parametrize("original", ["", "NOTPROVIDED"])
def test_the_file_is_known_by_its_batch_where_the_bank_does_not_name_it(original: str) -> None:
    """Our files have one batch each, with the file's own reference."""
    told = status_of_transaction("KD1", status("ACCP"))
    header, (one,) = answered(pain002(pain002_batch(told), original=original))
    assert header.original_message_id is None
    assert one.original_message_id == FILE


def test_statuses_are_told_from_the_file_down_to_each_debit() -> None:
    data = pain002(
        pain002_batch(
            status("PART", "PmtInfSts"),
            status_of_transaction("KD1", status("ACCP")),
            status_of_transaction("KD2", status("RJCT"), status_reason("MD01")),
        ),
        pain002_batch(status("ACCP", "PmtInfSts"), status_of_transaction("KD3", status("ACSC"))),
        group=status("PART", "GrpSts"),
    )
    entries = entries_of(officially_valid(data, "pain.002.001.03"))
    assert [(one.position, one.level, one.end_to_end_id, one.status_code) for one in entries] == [
        (1, "group", None, "PART"),
        (2, "batch", None, "PART"),
        (3, "transaction", "KD1", "ACCP"),
        (4, "transaction", "KD2", "RJCT"),
        (5, "batch", None, "ACCP"),
        (6, "transaction", "KD3", "ACSC"),
    ]
    assert b"KD" not in entries[1].raw
    assert b"KD2" in entries[3].raw


@pytest.mark.parametrize(
    ("batch", "group", "expected"),
    [("RJCT", "PART", "RJCT"), ("", "RJCT", "RJCT"), ("ACCP", "", "ACCP"), ("", "", None)],
)
def test_a_transaction_without_a_status_has_that_of_its_batch_or_file(
    batch: str, group: str, expected: str | None
) -> None:
    data = pain002(
        pain002_batch(
            status(batch, "PmtInfSts") if batch else "",
            status_of_transaction("KD1", status_reason("AC04")),
        ),
        group=status(group, "GrpSts") if group else "",
    )
    told = entries_of(data)[-1]
    assert (told.level, told.status_code, told.reason_code) == ("transaction", expected, "AC04")


def test_a_status_of_one_batch_does_not_pass_to_the_next() -> None:
    data = pain002(
        pain002_batch(status("RJCT", "PmtInfSts"), status_of_transaction("KD1")),
        pain002_batch(status_of_transaction("KD2")),
    )
    assert [one.status_code for one in entries_of(data)] == ["RJCT", "RJCT", None]


def test_all_that_is_said_about_a_reason_is_kept() -> None:
    told = status_of_transaction(
        "KD1",
        status("RJCT"),
        element("StsRsnInf", element("AddtlInf", "un"), element("AddtlInf", "deux")),
        status_reason("AM04", "trois"),
    )
    (one,) = entries_of(officially_valid(pain002(pain002_batch(told)), "pain.002.001.03"))
    assert (one.reason_code, one.reason_text) == ("AM04", "un\ndeux\ntrois")


def test_a_report_may_list_a_part_of_the_file_only() -> None:
    counted = element("OrgnlNbOfTxs", "3") + element("OrgnlCtrlSum", "6.00")
    told = status_of_transaction("KD1", status("RJCT"))
    assert len(entries_of(pain002(pain002_batch(told), group=counted))) == 1


@pytest.mark.parametrize("version", ["PAIN.002.001.03", "pain.002.001.10", "Pain.002.001.99"])
def test_version_names_are_taken_in_any_case_and_number(version: str) -> None:
    header, _ = answered(pain002(version=version))
    assert header.version == version.lower()


def test_a_file_without_a_namespace_is_read() -> None:
    plain = pain002(group=status("ACTC", "GrpSts")).replace(b" xmlns=", b" Xmlns=")
    header, (one,) = answered(plain)
    assert (header.version, one.status_code) == ("pain.002.001.03", "ACTC")
    bare = plain.replace(b' Xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"', b"")
    assert answered(bare)[0].version == "pain.002"


def test_a_message_inside_an_envelope_is_read() -> None:
    message = pain002(group=status("ACTC", "GrpSts")).partition(b"\n")[2]
    head = b'<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"><MsgDefIdr/></AppHdr>'
    header, (one,) = answered(b"<Envelope>" + head + message + b"</Envelope>")
    assert (header.version, one.status_code) == ("pain.002.001.03", "ACTC")


@pytest.mark.parametrize(
    "parts",
    [(), (group_header(),), ("<GrpHdr/>", "<OrgnlGrpInfAndSts/>"), ("<OrgnlGrpInfAndSts/>",)],
)
def test_a_report_that_lacks_what_it_must_say_is_unreadable(parts: tuple[str, ...]) -> None:
    with pytest.raises(UnreadableMessage):
        entries_of(document("pain.002.001.03", element("CstmrPmtStsRpt", *parts)))
