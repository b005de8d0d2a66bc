"""Rules of reading returns that a bank passes on as it got them."""

from __future__ import annotations

from datetime import date

import pytest

from tests.banking.messages import (
    CREDITOR_ACCOUNT,
    amount,
    answered,
    document,
    element,
    entries_of,
)
from webapp.domain.errors import TotalsDiffer

FILE = "KHATWA-BNA-20261029-001"
ORIGINAL = element("OrgnlGrpInf", element("OrgnlMsgId", FILE), "<OrgnlMsgNmId>x</OrgnlMsgNmId>")


def returned(end_to_end_id: str, dinars: str, *more: str) -> str:
    return element(
        "TxInf",
        element("OrgnlEndToEndId", end_to_end_id),
        amount(dinars, name="RtrdIntrBkSttlmAmt"),
        *more,
    )


def pacs004(*parts: str, header: str = "", original: str = ORIGINAL) -> bytes:
    head = element(
        "GrpHdr",
        "<MsgId>BANK-9</MsgId><CreDtTm>2026-11-03T08:00:00</CreDtTm>",
        header,
        "<IntrBkSttlmDt>2026-11-03</IntrBkSttlmDt>",
        "<SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf>",
    )
    return document("pacs.004.001.09", element("PmtRtr", head, original, *parts))


def test_a_return_names_its_debit_and_its_reason() -> None:
    reason = "<RtrRsnInf><Rsn><Cd>MD01</Cd></Rsn><AddtlInf>pas de mandat</AddtlInf></RtrRsnInf>"
    again = element(
        "OrgnlTxRef",
        element("MndtRltdInf", element("MndtId", "KM1")),
        element("CdtrAcct", element("Id", element("IBAN", CREDITOR_ACCOUNT))),
    )
    header, (one,) = answered(pacs004(returned("KD1", "129600.00", reason, again)))
    assert (header.message_name, header.version) == ("pacs.004", "pacs.004.001.09")
    assert (header.message_id, header.original_message_id) == ("BANK-9", FILE)
    assert (one.level, one.end_to_end_id, one.original_message_id) == ("transaction", "KD1", FILE)
    assert (one.reason_code, one.reason_text) == ("MD01", "pas de mandat")
    assert (one.amount, one.currency, one.mandate_reference) == (12_960_000, "DZD", "KM1")
    assert (one.account, one.booked_on) == (CREDITOR_ACCOUNT, date(2026, 11, 3))
    assert one.return_information


def test_a_return_is_no_movement_of_the_funds_account() -> None:
    (one,) = entries_of(pacs004(returned("KD1", "1.00")))
    assert one.credit is None
    assert not one.booked


def test_a_return_may_name_its_own_original_file_and_day() -> None:
    own = "<OrgnlGrpInf><OrgnlMsgId>OTHER</OrgnlMsgId></OrgnlGrpInf>"
    day = "<IntrBkSttlmDt>2026-11-04</IntrBkSttlmDt>"
    (one,) = entries_of(pacs004(returned("KD1", "1.00", own, day)))
    assert (one.original_message_id, one.booked_on) == ("OTHER", date(2026, 11, 4))
    (one,) = entries_of(pacs004(returned("KD1", "1.00", own), original=""))
    assert one.original_message_id == "OTHER"


def test_a_return_of_a_whole_file_is_told_once() -> None:
    original = ORIGINAL.replace(
        "</OrgnlGrpInf>", "<RtrRsnInf><Rsn><Cd>AC03</Cd></Rsn></RtrRsnInf></OrgnlGrpInf>"
    )
    data = pacs004(header="<NbOfTxs>20</NbOfTxs><GrpRtr>true</GrpRtr>", original=original)
    (one,) = entries_of(data)
    assert (one.level, one.original_message_id, one.reason_code) == ("group", FILE, "AC03")
    assert one.return_information


@pytest.mark.parametrize(
    "header",
    [
        "<NbOfTxs>2</NbOfTxs>",
        "<NbOfTxs>2</NbOfTxs><CtrlSum>3.5</CtrlSum>",
        amount("3.50", name="TtlRtrdIntrBkSttlmAmt"),
    ],
)
def test_totals_that_agree_are_accepted(header: str) -> None:
    data = pacs004(returned("KD1", "1.00"), returned("KD2", "2.50"), header=header)
    assert [one.position for one in entries_of(data)] == [1, 2]


@pytest.mark.parametrize(
    "header",
    [
        "<NbOfTxs>3</NbOfTxs>",
        "<NbOfTxs>2</NbOfTxs><CtrlSum>3.51</CtrlSum>",
        amount("3.49", name="TtlRtrdIntrBkSttlmAmt"),
    ],
)
def test_totals_that_differ_are_an_error_at_the_end(header: str) -> None:
    with pytest.raises(TotalsDiffer):
        entries_of(pacs004(returned("KD1", "1.00"), returned("KD2", "2.50"), header=header))
