"""Rules for files that are broken, or that mean harm."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alone import load_one_file
from tests.banking.messages import (
    amount,
    answered,
    camt054,
    detail,
    document,
    element,
    entries_of,
    entry,
    pain002,
    pain002_batch,
    statement,
    status_of_transaction,
    status_reason,
)
from tests.bench.bank_files import measure, read_lump_details, read_notification
from webapp.banking.answers import read_answers
from webapp.domain.errors import (
    BankMessageError,
    ForbiddenDoctype,
    UnreadableMessage,
    UnsupportedMessage,
)

STATUS_REPORT = pain002(
    pain002_batch(
        element("PmtInfSts", "PART"),
        status_of_transaction("KD1", element("TxSts", "RJCT"), status_reason("AM04", "un", "deux")),
        status_of_transaction("KD2", element("TxSts", "ACCP")),
    ),
    group=element("GrpSts", "PART"),
)
NOTIFICATION = camt054(
    statement(
        element("TxsSummry", "<TtlNtries><NbOfNtries>2</NbOfNtries><Sum>10.50</Sum></TtlNtries>"),
        entry("7.50", detail("KD1", "<RtrInf/>", dinars="7.50"), direction="DBIT"),
        entry("3.00", detail("KD2", dinars="1.00"), detail("KD3", dinars="2.00")),
    )
)
RETURN = document(
    "pacs.004.001.09",
    element(
        "PmtRtr",
        "<GrpHdr><MsgId>R</MsgId><CreDtTm>2026-11-03T08:00:00</CreDtTm><NbOfTxs>1</NbOfTxs></GrpHdr>",
        element(
            "TxInf", "<OrgnlEndToEndId>KD1</OrgnlEndToEndId>", amount("1.00", name="RtrdInstdAmt")
        ),
    ),
)
MESSAGES = [STATUS_REPORT, NOTIFICATION, RETURN]
BODY = STATUS_REPORT.partition(b"\n")[2]
LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol" * 10) for n in range(10)
)


def doctype(inside: bytes = b"", outside: bytes = b"") -> bytes:
    return b"<!DOCTYPE Document " + outside + b"[" + inside + b"]>"


@pytest.mark.parametrize(
    "data",
    [
        doctype() + BODY,
        b"<!DOCTYPE Document>" + BODY,
        b'<?xml version="1.0"?>\n<!-- a -->\n<?b c?>\n' + doctype() + BODY,
        b"\xef\xbb\xbf" + doctype() + BODY,
        doctype(outside=b'SYSTEM "http://127.0.0.1:9/message.dtd"') + BODY,
        doctype(outside=b'PUBLIC "-//X//Y" "file:///etc/passwd"') + BODY,
        doctype(b'<!ENTITY x SYSTEM "file:///etc/passwd">') + BODY.replace(b"KD1", b"&x;"),
        doctype(b'<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;') + BODY,
        doctype(LAUGHS) + BODY.replace(b"KD1", b"&l9;"),
        doctype(LAUGHS) + b'<Document a="&l9;">' + BODY.partition(b">")[2],
        doctype(b"<!ENTITY x '" + b"x" * 100_000 + b"'>") + BODY.replace(b"KD1", b"&x;" * 5_000),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE Document []>' + BODY.decode()).encode(
            "utf-16"
        ),
    ],
)
def test_a_doctype_is_never_read(data: bytes) -> None:
    with pytest.raises(ForbiddenDoctype):
        entries_of(data)


def test_an_outside_file_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("<TxInfAndSts/>")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}"/>'
    data = BODY.replace(b"</OrgnlPmtInfAndSts>", include.encode() + b"</OrgnlPmtInfAndSts>")
    assert len(entries_of(data)) == len(entries_of(STATUS_REPORT))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_file_is_read_in_the_encoding_that_it_names(encoding: str) -> None:
    text = BODY.decode().replace("deux", "éééé")
    data = f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)
    assert entries_of(data)[2].reason_text == "un\néééé"


def test_comments_and_instructions_inside_values_change_nothing() -> None:
    data = STATUS_REPORT.replace(b"KD1", b"K<!-- a -->D<?b c?>1").replace(b"un", b"<![CDATA[un]]>")
    told = entries_of(data)[2]
    assert (told.end_to_end_id, told.reason_text) == ("KD1", "un\ndeux")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<html><body>Service indisponible</body></html>", "html"),
        (document("camt.052.001.08", "<BkToCstmrAcctRpt/>"), "BkToCstmrAcctRpt"),
        (document("pain.008.001.08", "<CstmrDrctDbtInitn/>"), "CstmrDrctDbtInitn"),
        ("<Relevé/>".encode(), "Relevé"),
    ],
)
def test_another_kind_of_file_is_named(data: bytes, name: str) -> None:
    with pytest.raises(UnsupportedMessage) as refused:
        entries_of(data)
    assert refused.value.name == name


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"<",
        b"<Document>",
        b"<Document/>",
        b'<?xml version="1.0" encoding="x-unknown"?><Document/>',
        "نص".encode(),
        b"\x00" * 1_000,
        b"<a>" * 5_000,
    ],
)
def test_what_is_no_message_is_unreadable(data: bytes) -> None:
    with pytest.raises((UnreadableMessage, UnsupportedMessage)):
        entries_of(data)


@pytest.mark.parametrize("whole", MESSAGES)
def test_every_truncation_is_noticed(whole: bytes) -> None:
    for length in range(len(whole.rstrip())):
        with pytest.raises(BankMessageError):
            entries_of(whole[:length])


def test_a_long_file_is_read_up_to_where_it_breaks() -> None:
    whole = camt054(statement(*(entry("1.00", detail(f"KD{n}")) + "\n" for n in range(3_000))))
    _, entries = read_answers(io.BytesIO(whole[: len(whole) // 2]))
    read = 0
    with pytest.raises(UnreadableMessage) as refused:
        for _ in entries:
            read += 1
    assert read > 1_000
    assert refused.value.line > read


@given(data=st.data())
def test_any_damage_is_a_bank_message_error_or_a_message(data: st.DataObject) -> None:
    damaged = bytearray(data.draw(st.sampled_from(MESSAGES)))
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(damaged) - 1))
        match data.draw(st.sampled_from(["flip", "cut", "insert"])):
            case "flip":
                damaged[position] = data.draw(st.integers(0, 255))
            case "cut":
                del damaged[position : position + data.draw(st.integers(1, 50))]
            case _:
                damaged[position:position] = data.draw(st.binary(max_size=8))
    try:
        entries_of(bytes(damaged))
    except BankMessageError as error:
        assert str(error)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_bank_message_error(data: bytes) -> None:
    with pytest.raises(BankMessageError):
        entries_of(data)


@pytest.mark.parametrize("read", [read_notification, read_lump_details])
def test_memory_does_not_grow_with_the_file(read: Callable[[int], tuple[int, float]]) -> None:
    """Sixteen thousand entries more are some 12 MiB of XML, and 100 MiB as a tree."""
    small, large = (measure("", read, size, load_one_file) for size in (4_000, 20_000))
    assert large.peak_mib - small.peak_mib < 8


def with_padding(message: bytes, count: int) -> bytes:
    """The message with so many elements without meaning wherever one can stand after its head."""
    head, tag, tail = message.partition(b"<GrpHdr>")
    return head + re.sub(rb"(?<=>)(?=<)", b"<X/>" * count, tag + tail)


@pytest.mark.parametrize(
    "message", [*MESSAGES, camt054(statement(entry("1.00", detail("KD1", dinars="1.00"))))]
)
def test_what_nobody_asked_for_costs_no_more_than_its_size(message: bytes) -> None:
    """Four times as much takes four times as long; sixteen times where each looks at the others."""

    def cost(count: int) -> float:
        data, start = with_padding(message, count), time.process_time()
        assert entries_of(data) != []
        return time.process_time() - start

    small, large = (min(cost(count) for _ in range(2)) for count in (1_000, 4_000))
    assert large < 9 * small


@pytest.mark.parametrize("before", [b"<GrpHdr>", b"<Ntfctn>", b"<Ntry>", b"<TxDtls>"])
def test_endless_emptiness_is_refused_before_it_is_held(before: bytes) -> None:
    head, tag, tail = NOTIFICATION.partition(before)
    stream = io.BytesIO(head + tag + b"\n<X/>" * 2_000_000 + tail)
    with pytest.raises(UnreadableMessage) as refused:
        _, entries = read_answers(stream)
        list(entries)
    assert stream.tell() < 3 * 2**20
    assert refused.value.line > 100_000


def test_the_header_inside_an_entry_is_not_the_messages() -> None:
    own = element("GrpHdr", element("MsgId", "OTHER"))
    header, entries = answered(NOTIFICATION.replace(b"<TxDtls>", own.encode() + b"<TxDtls>"))
    assert header == answered(NOTIFICATION)[0]
    assert len(entries) == len(entries_of(NOTIFICATION))


def test_evidence_is_kept_by_its_size_too() -> None:
    """A hundred transactions without an amount are evidence; a hundred huge ones are too much."""
    huge = element("AddtlTxInf", "x" * 400_000)
    (lump,) = entries_of(
        camt054(statement(entry("9.00", *(detail(f"KD{n}", huge) for n in range(20)))))
    )
    assert 400_000 < len(lump.raw) < 2_500_000
    assert lump.amount == 900
