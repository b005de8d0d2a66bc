"""Reversals as bytes: the official message in its order, and nothing that is not asked.

No package carries the XSD of pain.007; pyiso20022 carries classes made from it. Reading the bytes
into them refuses unknown elements; writing them again gives the official order of elements.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from io import BytesIO

import pytest
from lxml import etree
from pyiso20022.pain import pain_007_001_08 as official
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.serializers import XmlSerializer

from webapp.banking.pain007 import VERSION, ReversalOrder, write_reversal
from webapp.domain.errors import InvalidAmount, InvalidInput
from webapp.domain.money import LARGEST_AMOUNT, Centimes

ORDER = ReversalOrder(
    message_id="RVSL-KM4F7Q2ZXC-261130-1-1",
    created_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
    creditor_name="CACOBATPH & <Cie>",
    original_message_id="KHATWA-BNA-20261130-1",
    original_layout="pain.008.001.08",
    end_to_end_id="KM4F7Q2ZXC-261130-1-1",
    amount=Centimes(12_960_005),
    mandate_reference="KM4F7Q2ZXC",
)


def written(order: ReversalOrder = ORDER) -> bytes:
    out = BytesIO()
    write_reversal(out, order)
    return out.getvalue()


def read(content: bytes) -> official.Document:
    strict = ParserConfig(fail_on_unknown_properties=True, fail_on_converter_warnings=True)
    return XmlParser(config=strict).from_bytes(content, official.Document)


def names(content: bytes) -> list[str]:
    return [etree.QName(one).localname for one in etree.fromstring(content).iter()]


def check(node: object) -> int:
    """Check lengths, patterns and what is required, as the schema states them; how many texts."""
    seen = 0
    for one in fields(node):  # type: ignore[arg-type]
        value, rules = getattr(node, one.name), one.metadata
        values = value if isinstance(value, list) else [] if value is None else [value]
        assert values or not rules.get("required"), one.name
        assert len(values) >= rules.get("min_occurs", 0), one.name
        for each in values:
            if is_dataclass(each):
                seen += check(each)
            elif isinstance(each, str) and not isinstance(each, Enum):
                seen += 1
                assert rules.get("min_length", 0) <= len(each) <= rules.get("max_length", 999)
                assert re.fullmatch(rules.get("pattern", r"(?s).*"), each), one.name
    return seen


@pytest.mark.parametrize("amount", [1, 12_960_005, LARGEST_AMOUNT])
def test_it_is_the_official_message(amount: int) -> None:
    content = written(replace(ORDER, amount=Centimes(amount)))
    document = read(content)
    again = XmlSerializer().render(document).encode()
    assert names(again) == names(content)
    assert check(document) > 10
    assert VERSION in content.decode()


def test_it_names_the_file_the_debit_the_amount_and_the_reason() -> None:
    message = read(written()).cstmr_pmt_rvsl
    assert message.grp_hdr.msg_id == ORDER.message_id
    assert message.grp_hdr.grp_rvsl is False
    assert message.orgnl_grp_inf.orgnl_msg_id == ORDER.original_message_id
    assert message.orgnl_grp_inf.orgnl_msg_nm_id == "pain.008.001.08"
    (batch,) = message.orgnl_pmt_inf_and_rvsl
    (one,) = batch.tx_inf
    assert one.orgnl_end_to_end_id == ORDER.end_to_end_id
    assert str(one.rvsd_instd_amt.value) == "129600.05"
    assert one.rvsd_instd_amt.ccy == "DZD"
    assert one.rvsl_rsn_inf[0].rsn.cd == "MS02"
    assert one.orgnl_tx_ref.mndt_rltd_inf.mndt_id == ORDER.mandate_reference


def test_the_same_reversal_has_the_same_bytes_and_no_account() -> None:
    assert written() == written()
    assert not re.search(rb"\d{20}", written())


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"amount": Centimes(0)}, InvalidAmount),
        ({"message_id": "x" * 36}, InvalidInput),
        ({"end_to_end_id": ""}, InvalidInput),
        ({"creditor_name": " "}, InvalidInput),
    ],
)
def test_what_cannot_be_said_is_not_written(change: dict[str, object], error: type) -> None:
    with pytest.raises(error):
        written(replace(ORDER, **change))  # type: ignore[arg-type]
