"""Builders of what goes to a bank and comes from one; a test overrides the one thing it is about.

The answers are XML as a bank would write it: `element` puts the given parts inside a tag, so a
test shows the structure that it is about. `official_schema` finds the XSD of a message.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from typing import Any

from lxml import etree

from webapp.banking.answers import AnswerEntry, AnswerHeader, read_answers
from webapp.banking.collections import Collection, CollectionBatch
from webapp.banking.pain008 import write_collections
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib

ACCOUNT = Rib.parse("00799999002345678941")
CREDITOR_ACCOUNT = "DZ4000400174401001050486"


def collection(number: int = 1, **changes: Any) -> Collection:
    """A valid collection; `number` tells it from the others of its file."""
    valid = Collection(
        end_to_end_id=f"KD{number:08}-1",
        amount=Centimes(129_600_00),
        mandate_reference=f"KM{number:08}",
        mandate_signed_on=date(2026, 1, 18),
        debtor_name="SARL Atlas Travaux",
        account=ACCOUNT,
        remittance="CACOBATPH 2026-09",
    )
    return replace(valid, **changes)


def batch(collections: Iterable[Collection], **changes: Any) -> CollectionBatch:
    """The batch that holds these collections."""
    held = list(collections)
    valid = CollectionBatch(
        message_id="KHATWA-BNA-20261029-001",
        created_at=datetime(2026, 10, 27, 7, 0, tzinfo=UTC),
        collect_on=date(2026, 10, 29),
        creditor_name="CACOBATPH",
        creditor_account=CREDITOR_ACCOUNT,
        creditor_identifier="CACOBATPH01",
        creditor_agent="001",
        count=len(held),
        total=Centimes(sum(one.amount for one in held)),
    )
    return replace(valid, **changes)


def written(
    collections: Iterable[Collection], version: str = "pain.008.001.08", **changes: Any
) -> bytes:
    """The bytes of a bank file with these collections."""
    held = list(collections)
    out = io.BytesIO()
    write_collections(out, batch(held, **changes), held, version)
    return out.getvalue()


def element(name: str, *parts: str, **attributes: str) -> str:
    """An XML element with the given parts inside."""
    said = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{said}>{''.join(parts)}</{name}>"


def document(version: str, *body: str) -> bytes:
    """A whole message of that version."""
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{version}"
    text = element("Document", *body, xmlns=namespace)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def group_header(*more: str, message_id: str = "BANK-1") -> str:
    created = element("CreDtTm", "2026-10-29T18:30:00+01:00")
    return element("GrpHdr", element("MsgId", message_id), created, *more)


def amount(dinars: str, currency: str = "DZD", name: str = "Amt") -> str:
    return element(name, dinars, Ccy=currency)


def detail(
    end_to_end_id: str | None,
    *more: str,
    dinars: str | None = None,
    direction: str | None = None,
    mandate: str | None = None,
    message: str | None = None,
) -> str:
    """A TxDtls of a statement's entry; `message` is what of ours it answers."""
    references = [element("MsgId", message)] if message else []
    references += [element("EndToEndId", end_to_end_id)] if end_to_end_id else []
    references += [element("MndtId", mandate)] if mandate else []
    return element(
        "TxDtls",
        element("Refs", *references) if references else "",
        amount(dinars) if dinars else "",
        element("CdtDbtInd", direction) if direction else "",
        *more,
    )


def entry(
    dinars: str,
    *details: str,
    direction: str = "CRDT",
    status: str = "<Cd>BOOK</Cd>",
    reversal: str = "",
    booked: str = "<Dt>2026-10-29</Dt>",
    currency: str = "DZD",
) -> str:
    """An Ntry of a statement, with its details inside one NtryDtls."""
    return element(
        "Ntry",
        amount(dinars, currency),
        element("CdtDbtInd", direction),
        element("RvslInd", reversal) if reversal else "",
        element("Sts", status),
        element("BookgDt", booked) if booked else "",
        "<BkTxCd><Prtry><Cd>DD</Cd></Prtry></BkTxCd>",
        element("NtryDtls", *details) if details else "",
    )


def statement(*parts: str, account: str = CREDITOR_ACCOUNT, name: str = "Ntfctn") -> str:
    """A statement or notification with what stands after its account."""
    return element(
        name,
        element("Id", "S-1"),
        element("CreDtTm", "2026-10-29T18:30:00+01:00"),
        element("Acct", element("Id", element("Othr", element("Id", account)))),
        *parts,
    )


def return_information(code: str, *texts: str) -> str:
    """What a transaction says about its return."""
    said = (element("AddtlInf", text) for text in texts)
    return element("RtrInf", element("Rsn", element("Cd", code)), *said)


def camt054(*statements: str, version: str = "camt.054.001.08", header: str = "") -> bytes:
    body = element("BkToCstmrDbtCdtNtfctn", header or group_header(), *statements)
    return document(version, body)


def status_of_transaction(end_to_end_id: str, *parts: str) -> str:
    return element("TxInfAndSts", element("OrgnlEndToEndId", end_to_end_id), *parts)


def status_reason(code: str, *texts: str) -> str:
    said = (element("AddtlInf", text) for text in texts)
    return element("StsRsnInf", element("Rsn", element("Cd", code)), *said)


def pain002(
    *batches: str,
    group: str = "",
    original: str = "KHATWA-BNA-20261029-001",
    version: str = "pain.002.001.03",
) -> bytes:
    """A status report; `group` is what stands in the group after the original message's name."""
    about = element(
        "OrgnlGrpInfAndSts",
        element("OrgnlMsgId", original),
        element("OrgnlMsgNmId", "pain.008.001.08"),
        group,
    )
    return document(version, element("CstmrPmtStsRpt", group_header(), about, *batches))


def pain002_batch(*parts: str) -> str:
    reference = element("OrgnlPmtInfId", "KHATWA-BNA-20261029-001")
    return element("OrgnlPmtInfAndSts", reference, *parts)


@cache
def official_schema(version: str) -> etree.XMLSchema:
    """The official XSD of a message, from the package that carries it."""
    package, folder = {
        "pain.008": ("sepaxml", "schemas"),
        "pain.002": ("pain001", "pain002/schemas"),
        "camt.053": ("camt053", "xsd"),
        "camt.054": ("camt053", "xsd"),
    }[version[:8]]
    with resources.as_file(resources.files(package) / folder / f"{version}.xsd") as path:
        return etree.XMLSchema(file=str(path))


def officially_valid(data: bytes, version: str) -> bytes:
    """The same bytes, after the official schema has accepted them."""
    official_schema(version).assertValid(etree.fromstring(data))
    return data


def answered(data: bytes) -> tuple[AnswerHeader, list[AnswerEntry]]:
    """The header and all entries of a bank's message."""
    header, entries = read_answers(io.BytesIO(data))
    return header, list(entries)


def entries_of(data: bytes) -> list[AnswerEntry]:
    return answered(data)[1]


def only_entry(*entries: str) -> AnswerEntry:
    """What a notification with these entries tells, when that is one thing."""
    (one,) = entries_of(camt054(statement(*entries)))
    return one
