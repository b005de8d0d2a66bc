"""Writes one reversal as ISO 20022 pain.007: the same rows, the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from xml.sax.saxutils import escape

from webapp.banking.file_values import (
    checked_amount,
    checked_name,
    checked_reference,
    local_instant,
)
from webapp.domain.money import Centimes

VERSION = "pain.007.001.08"
# Not specified, said by the customer; the reason in words stays with the office.
REASON = "MS02"

# One batch of the original file, one transaction of it: never the whole file (GrpRvsl).
MESSAGE = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{VERSION}">
<CstmrPmtRvsl>
<GrpHdr>\
<MsgId>{{message_id}}</MsgId>\
<CreDtTm>{{created_at}}</CreDtTm>\
<NbOfTxs>1</NbOfTxs>\
<CtrlSum>{{amount}}</CtrlSum>\
<GrpRvsl>false</GrpRvsl>\
<InitgPty><Nm>{{creditor_name}}</Nm></InitgPty>\
</GrpHdr>
<OrgnlGrpInf>\
<OrgnlMsgId>{{original_message_id}}</OrgnlMsgId>\
<OrgnlMsgNmId>{{original_layout}}</OrgnlMsgNmId>\
</OrgnlGrpInf>
<OrgnlPmtInfAndRvsl>\
<RvslPmtInfId>{{message_id}}</RvslPmtInfId>\
<OrgnlPmtInfId>{{original_message_id}}</OrgnlPmtInfId>\
<PmtInfRvsl>false</PmtInfRvsl>
<TxInf>\
<RvslId>{{message_id}}</RvslId>\
<OrgnlEndToEndId>{{end_to_end_id}}</OrgnlEndToEndId>\
<OrgnlInstdAmt Ccy="DZD">{{amount}}</OrgnlInstdAmt>\
<RvsdInstdAmt Ccy="DZD">{{amount}}</RvsdInstdAmt>\
<RvslRsnInf><Orgtr><Nm>{{creditor_name}}</Nm></Orgtr><Rsn><Cd>{REASON}</Cd></Rsn></RvslRsnInf>\
<OrgnlTxRef><MndtRltdInf><MndtId>{{mandate_reference}}</MndtId></MndtRltdInf></OrgnlTxRef>\
</TxInf>
</OrgnlPmtInfAndRvsl>
</CstmrPmtRvsl>
</Document>
"""


@dataclass(frozen=True, slots=True)
class ReversalOrder:
    """One debit to be undone as the bank sees it; `original_message_id` is our file's."""

    message_id: str
    created_at: datetime
    creditor_name: str
    original_message_id: str
    original_layout: str
    end_to_end_id: str
    amount: Centimes
    mandate_reference: str


def write_reversal(out: BinaryIO, order: ReversalOrder) -> None:
    """Write the message. Raises InvalidAmount and InvalidInput before the first byte.

    The whole amount goes back: a part of a debit is never reversed. (design.md §7)
    """
    amount = checked_amount(order.amount)
    text = MESSAGE.format(
        message_id=_reference("message_id", order.message_id),
        created_at=local_instant(order.created_at),
        amount=f"{amount // 100}.{amount % 100:02}",
        creditor_name=escape(checked_name("creditor_name", order.creditor_name)),
        original_message_id=_reference("original_message_id", order.original_message_id),
        original_layout=_reference("original_layout", order.original_layout),
        end_to_end_id=_reference("end_to_end_id", order.end_to_end_id),
        mandate_reference=_reference("mandate_reference", order.mandate_reference),
    )
    out.write(text.encode())


def _reference(field: str, text: str) -> str:
    return escape(checked_reference(field, text))
