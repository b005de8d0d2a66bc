"""Writes the collections of one bank file as ISO 20022 pain.008: the same rows, the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import BinaryIO
from xml.sax.saxutils import escape

from webapp.banking.collections import Collection, CollectionBatch
from webapp.banking.file_values import (
    LONGEST_ACCOUNT,
    LONGEST_REFERENCE,
    LONGEST_REMITTANCE,
    bank_text,
    check_totals,
    checked_amount,
    checked_name,
    checked_reference,
    local_instant,
)
from webapp.domain.errors import InvalidInput, UnsupportedMessage

VERSIONS = frozenset({"pain.008.001.08", "pain.008.001.02"})
LINES_AT_ONCE = 500

DOMESTIC_ACCOUNT = re.compile(r"[0-9]{20}")

# Both versions share these elements, in this order; only the namespace differs.
# An account that is no IBAN stands under Othr/Id with the scheme BBAN, and a bank that has no
# BIC is named by its number in the clearing system DZ. (domain.md §5)
HEADER = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{version}">
<CstmrDrctDbtInitn>
<GrpHdr>\
<MsgId>{message_id}</MsgId>\
<CreDtTm>{created_at}</CreDtTm>\
<NbOfTxs>{count}</NbOfTxs>\
<CtrlSum>{total}</CtrlSum>\
<InitgPty><Nm>{creditor_name}</Nm></InitgPty>\
</GrpHdr>
<PmtInf>
<PmtInfId>{message_id}</PmtInfId>\
<PmtMtd>DD</PmtMtd>\
<NbOfTxs>{count}</NbOfTxs>\
<CtrlSum>{total}</CtrlSum>\
<PmtTpInf><SeqTp>RCUR</SeqTp></PmtTpInf>\
<ReqdColltnDt>{collect_on}</ReqdColltnDt>\
<Cdtr><Nm>{creditor_name}</Nm></Cdtr>\
<CdtrAcct><Id><Othr><Id>{creditor_account}</Id>{creditor_scheme}</Othr></Id>\
<Ccy>DZD</Ccy></CdtrAcct>\
<CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>DZ</Cd></ClrSysId>\
<MmbId>{creditor_agent}</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>\
<CdtrSchmeId><Id><PrvtId><Othr><Id>{creditor_identifier}</Id></Othr></PrvtId></Id></CdtrSchmeId>
"""
BBAN = "<SchmeNm><Cd>BBAN</Cd></SchmeNm>"
TRANSACTION = f"""\
<DrctDbtTxInf>\
<PmtId><EndToEndId>%s</EndToEndId></PmtId>\
<InstdAmt Ccy="DZD">%d.%02d</InstdAmt>\
<DrctDbtTx><MndtRltdInf><MndtId>%s</MndtId><DtOfSgntr>%s</DtOfSgntr></MndtRltdInf></DrctDbtTx>\
<DbtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>DZ</Cd></ClrSysId>\
<MmbId>%s</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt>\
<Dbtr><Nm>%s</Nm></Dbtr>\
<DbtrAcct><Id><Othr><Id>%s</Id>{BBAN}</Othr></Id></DbtrAcct>\
%s</DrctDbtTxInf>
"""
REMITTANCE = "<RmtInf><Ustrd>%s</Ustrd></RmtInf>"
FOOTER = "</PmtInf>\n</CstmrDrctDbtInitn>\n</Document>\n"


def write_collections(
    out: BinaryIO,
    batch: CollectionBatch,
    collections: Iterable[Collection],
    version: str = "pain.008.001.08",
) -> None:
    """Write the batch and its collections, one transaction a line, holding few of them at a time.

    The file is worth nothing when this raises: InvalidAmount for an amount that is not above
    zero, InvalidInput for a missing mandate, name or reference (before the first byte of that
    transaction), TotalsDiffer at the end when count or sum (centimes) are not the batch's,
    UnsupportedMessage for an unknown version. (domain.md §5, design.md §6)
    """
    if version not in VERSIONS:
        raise UnsupportedMessage(name=version)
    out.write(_header(batch, version).encode())
    count = total = 0
    lines: list[str] = []
    for collection in collections:
        lines.append(_transaction(collection))
        count += 1
        total += collection.amount
        if len(lines) == LINES_AT_ONCE:
            out.write("".join(lines).encode())
            lines.clear()
    out.write("".join(lines).encode())
    out.write(FOOTER.encode())
    check_totals(batch, count, total)


def _header(batch: CollectionBatch, version: str) -> str:
    if batch.count < 1:
        raise InvalidInput(field="count")
    account = _reference("creditor_account", batch.creditor_account, LONGEST_ACCOUNT)
    return HEADER.format(
        version=version,
        message_id=_reference("message_id", batch.message_id),
        created_at=local_instant(batch.created_at),
        count=batch.count,
        # What the collections do not add up to is found at the end of the file.
        total=f"{batch.total // 100}.{batch.total % 100:02}",
        collect_on=batch.collect_on.isoformat(),
        creditor_name=_name("creditor_name", batch.creditor_name),
        creditor_account=account,
        creditor_scheme=BBAN if DOMESTIC_ACCOUNT.fullmatch(account) else "",
        creditor_agent=_reference("creditor_agent", batch.creditor_agent),
        creditor_identifier=_reference("creditor_identifier", batch.creditor_identifier),
    )


def _transaction(collection: Collection) -> str:
    amount = checked_amount(collection.amount)
    remittance = bank_text(collection.remittance, LONGEST_REMITTANCE)
    return TRANSACTION % (
        _reference("end_to_end_id", collection.end_to_end_id),
        amount // 100,
        amount % 100,
        _reference("mandate_reference", collection.mandate_reference),
        collection.mandate_signed_on.isoformat(),
        collection.account.bank,
        _name("debtor_name", collection.debtor_name),
        collection.account.digits,
        REMITTANCE % escape(remittance) if remittance else "",
    )


def _reference(field: str, text: str, longest: int = LONGEST_REFERENCE) -> str:
    return escape(checked_reference(field, text, longest))


def _name(field: str, text: str) -> str:
    return escape(checked_name(field, text))
