"""Rules of reading statements and notifications: what moved on the fund's account."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.banking.messages import (
    CREDITOR_ACCOUNT,
    amount,
    answered,
    camt054,
    detail,
    document,
    element,
    entries_of,
    entry,
    group_header,
    officially_valid,
    only_entry,
    return_information,
    statement,
)
from webapp.domain.errors import UnreadableMessage
from webapp.domain.facts import Fact, fact_for_entry

ALL_VERSIONS = range(2, 15)
# From these versions on a transaction must state its amount, and the status is a code inside Sts.
DETAIL_WITH_AMOUNT = 3
STATUS_WITH_CODE = 7


def entry_of_version(number: int) -> str:
    """An entry of 129,600.00 as a version of camt has it."""
    stated = {"dinars": "129600.00", "direction": "CRDT"} if number >= DETAIL_WITH_AMOUNT else {}
    told = detail("KD00000001-1", mandate="KM00000001", **stated)
    status = "<Cd>BOOK</Cd>" if number >= STATUS_WITH_CODE else "BOOK"
    return entry("129600.00", told, status=status)


@pytest.mark.parametrize("number", ALL_VERSIONS)
def test_every_version_of_a_notification_is_read(number: int) -> None:
    version = f"camt.054.001.{number:02}"
    data = camt054(statement(entry_of_version(number)), version=version)
    header, (one,) = answered(officially_valid(data, version))
    assert (header.message_name, header.version) == ("camt.054", version)
    assert (one.end_to_end_id, one.mandate_reference) == ("KD00000001-1", "KM00000001")
    assert (one.amount, one.currency, one.credit, one.booked) == (12_960_000, "DZD", True, True)


@pytest.mark.parametrize("number", ALL_VERSIONS)
def test_every_version_of_a_statement_is_read(number: int) -> None:
    version = f"camt.053.001.{number:02}"
    balance = element(
        "Bal",
        "<Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>",
        amount("7.00"),
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-10-29</Dt></Dt>",
    )
    told = statement(balance, entry_of_version(number), name="Stmt")
    body = element("BkToCstmrStmt", group_header(), told)
    header, (one,) = answered(officially_valid(document(version, body), version))
    assert (header.message_name, header.version) == ("camt.053", version)
    assert (one.end_to_end_id, one.amount, one.booked) == ("KD00000001-1", 12_960_000, True)


def test_the_header_tells_the_message_and_its_account() -> None:
    header, _ = answered(camt054(statement(entry("1.00"))))
    assert header.message_id == "BANK-1"
    assert header.created_at == datetime(2026, 10, 29, 17, 30, tzinfo=UTC)
    assert header.account == CREDITOR_ACCOUNT
    assert header.original_message_id is None


def test_each_of_several_statements_has_its_own_account() -> None:
    data = camt054(
        statement(entry("1.00"), account="111"),
        statement(account="222"),
        statement(entry("2.00"), account="333"),
    )
    header, entries = answered(officially_valid(data, "camt.054.001.08"))
    assert header.account == "111"
    assert [(one.position, one.account, one.amount) for one in entries] == [
        (1, "111", 100),
        (2, "333", 200),
    ]


@pytest.mark.parametrize(
    ("status", "booked"),
    [
        ("BOOK", True),
        ("<Cd>BOOK</Cd>", True),
        ("\n <Cd> BOOK </Cd>\n", True),
        ("PDNG", False),
        ("<Cd>PDNG</Cd>", False),
        ("INFO", False),
        ("<Cd>FUTR</Cd>", False),
        ("<Prtry>BOOK</Prtry>", False),
    ],
)
def test_only_a_booked_entry_is_booked(status: str, booked: bool) -> None:
    assert only_entry(entry("1.00", status=status)).booked is booked


@pytest.mark.parametrize(
    ("direction", "reversal", "fact"),
    [
        ("CRDT", "", Fact.SETTLED),
        ("CRDT", "false", Fact.SETTLED),
        ("DBIT", "", Fact.RETURNED),
        ("DBIT", "true", Fact.RETURNED),
        ("DBIT", "1", Fact.RETURNED),
        ("CRDT", "true", None),
    ],
)
def test_direction_and_reversal_tell_the_fact(
    direction: str, reversal: str, fact: Fact | None
) -> None:
    one = only_entry(entry("1.00", detail("KD1"), direction=direction, reversal=reversal))
    assert one.credit is not None
    assert fact_for_entry(one.credit, one.reversal, one.booked) is fact


def test_a_return_carries_its_reason() -> None:
    told = detail("KD1", return_information("AM04", "solde", " insuffisant "), dinars="7.00")
    one = only_entry(entry("7.00", told, direction="DBIT"))
    assert one.return_information
    assert (one.reason_code, one.reason_text) == ("AM04", "solde\ninsuffisant")
    assert not only_entry(entry("7.00", detail("KD1"))).return_information


def test_a_banks_own_reason_is_read_too() -> None:
    told = detail("KD1", "<RtrInf><Rsn><Prtry>PROVISION</Prtry></Rsn></RtrInf>")
    assert only_entry(entry("7.00", told)).reason_code == "PROVISION"


@pytest.mark.parametrize("reference", [None, "NOTPROVIDED", "NotProvided", " "])
def test_a_reference_that_is_not_provided_is_none(reference: str | None) -> None:
    assert only_entry(entry("7.00", detail(reference))).end_to_end_id is None


@pytest.mark.parametrize(
    ("booked", "day"),
    [
        ("<Dt>2026-10-29</Dt>", date(2026, 10, 29)),
        ("<Dt>2026-10-29+01:00</Dt>", date(2026, 10, 29)),
        ("<DtTm>2026-10-29T23:30:00</DtTm>", date(2026, 10, 29)),
        ("<DtTm>2026-10-29T23:30:00Z</DtTm>", date(2026, 10, 30)),
        ("", None),
    ],
)
def test_the_day_of_booking_is_a_day_in_algiers(booked: str, day: date | None) -> None:
    assert only_entry(entry("1.00", booked=booked)).booked_on == day


@pytest.mark.parametrize(
    ("dinars", "centimes"),
    [("1", 100), ("1.5", 150), ("1.50000", 150), ("+1.05", 105), (".07", 7), ("8.", 800), ("0", 0)],
)
def test_amounts_that_are_whole_centimes_are_read(dinars: str, centimes: int) -> None:
    assert only_entry(entry(dinars)).amount == centimes


@pytest.mark.parametrize(
    "dinars", ["1.001", "1.00001", "-1.00", "1,00", "1 000.00", "", ".", "1e3", "٧", "9" * 18]
)
def test_any_other_amount_names_its_line(dinars: str) -> None:
    data = camt054(statement("\n\n\n", entry(dinars)))
    with pytest.raises(UnreadableMessage) as refused:
        entries_of(data)
    assert refused.value.line == 5


def test_the_line_is_right_far_into_the_file() -> None:
    data = camt054(statement("\n" * 70_000, entry("1.001")))
    with pytest.raises(UnreadableMessage) as refused:
        entries_of(data)
    assert refused.value.line == 70_002


@pytest.mark.parametrize(
    "body",
    [
        element("BkToCstmrDbtCdtNtfctn"),
        element("BkToCstmrDbtCdtNtfctn", statement()),
        element("BkToCstmrDbtCdtNtfctn", group_header()),
        element("BkToCstmrDbtCdtNtfctn", "<GrpHdr/>", statement()),
        element("BkToCstmrDbtCdtNtfctn", group_header(), statement("<Ntry/>")),
        element("BkToCstmrDbtCdtNtfctn", group_header(), statement(entry("1", direction="X"))),
        element(
            "BkToCstmrDbtCdtNtfctn", group_header(), statement(entry("1", booked="<Dt>x</Dt>"))
        ),
        element("BkToCstmrDbtCdtNtfctn", group_header(), statement("<TxDtls/>")),
        element("BkToCstmrDbtCdtNtfctn", group_header(message_id="B" * 36), statement()),
        element("BkToCstmrDbtCdtNtfctn", group_header(), statement(entry("1", detail("K" * 36)))),
    ],
)
def test_a_message_that_lacks_what_it_must_say_is_unreadable(body: str) -> None:
    with pytest.raises(UnreadableMessage):
        entries_of(document("camt.054.001.08", body))
