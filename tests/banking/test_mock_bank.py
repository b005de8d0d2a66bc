"""An independent bank takes our file, and we understand everything that it answers."""

from __future__ import annotations

from datetime import date

from tests.banking.messages import (
    CREDITOR_ACCOUNT,
    answered,
    collection,
    entries_of,
    officially_valid,
    written,
)
from tests.banking.mock_bank import mock_bank
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib

HELD = [
    collection(
        number,
        amount=Centimes(100_000 + number),
        account=Rib.of("004", "00123", f"{number:010}"),
        debtor_name="شركة الأطلس" if number % 2 else "SARL Atlas",
    )
    for number in range(1, 6)
]
FILE = "KHATWA-BNA-20261029-001"


def test_a_debit_is_followed_from_acceptance_to_settlement_refusal_and_return() -> None:
    refused, returned = HELD[1], HELD[3]
    with mock_bank() as bank:
        assert bank.receive(written(HELD))["status"] == "ACCP"

        (report,) = bank.messages("pain.002")
        header, entries = answered(report)
        assert (header.version, header.original_message_id) == ("pain.002.001.10", FILE)
        assert [one.level for one in entries] == ["group", "batch"] + ["transaction"] * 5
        assert {one.status_code for one in entries} == {"ACCP"}
        assert [one.end_to_end_id for one in entries[2:]] == [one.end_to_end_id for one in HELD]

        bank.refuse(refused.end_to_end_id, "AM04")
        (report,) = bank.messages("pain.002")
        (one,) = entries_of(report)
        assert (one.end_to_end_id, one.status_code) == (refused.end_to_end_id, "RJCT")
        assert (one.reason_code, one.original_message_id) == ("AM04", FILE)

        bank.pass_days(3)
        (notification,) = bank.messages("camt.054")
        header, settled = answered(officially_valid(notification, "camt.054.001.08"))
        assert header.account == CREDITOR_ACCOUNT
        expected = [one for one in HELD if one is not refused]
        assert [(one.end_to_end_id, one.amount, one.mandate_reference) for one in settled] == [
            (one.end_to_end_id, one.amount, one.mandate_reference) for one in expected
        ]
        assert all(one.credit and one.booked and one.currency == "DZD" for one in settled)
        assert {one.booked_on for one in settled} == {date(2026, 10, 29)}
        assert not any(one.return_information for one in settled)

        bank.refuse(returned.end_to_end_id, "MD01")
        bank.pass_days(1)
        (notification,) = bank.messages("camt.054")
        (one,) = entries_of(officially_valid(notification, "camt.054.001.08"))
        assert (one.end_to_end_id, one.amount) == (returned.end_to_end_id, returned.amount)
        assert (one.credit, one.return_information, one.reason_code) == (False, True, "MD01")

        (notice,) = bank.messages("pacs.004")
        (one,) = entries_of(notice)
        assert (one.end_to_end_id, one.amount) == (returned.end_to_end_id, returned.amount)
        assert (one.reason_code, one.original_message_id) == ("MD01", FILE)
        assert (one.account, one.return_information) == (CREDITOR_ACCOUNT, True)

        bank.pass_days(3)
        statements = [
            entries_of(officially_valid(statement, "camt.053.001.08"))
            for statement in bank.messages("camt.053")
        ]
        moved = [
            one for entries in statements for one in entries if one.account == CREDITOR_ACCOUNT
        ]
        assert sum(one.amount if one.credit else -one.amount for one in moved if one.amount) == sum(
            one.amount for one in HELD if one not in (refused, returned)
        )
        assert [one.end_to_end_id for one in moved if not one.credit] == [returned.end_to_end_id]


def test_a_file_refused_as_a_whole_is_told_so() -> None:
    with mock_bank() as bank:
        bank.receive(written(HELD))
        bank.messages("pain.002")
        bank.receive(written(HELD))
        (report,) = bank.messages("pain.002")
        (one,) = entries_of(report)
        assert (one.level, one.status_code, one.original_message_id) == ("group", "RJCT", FILE)
        assert one.reason_code == "DUPL"
