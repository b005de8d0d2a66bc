"""Measures the writing, validating and reading of bank files; run as a program, it prints a table.

    python -m tests.bench.bank_files

Each figure is taken in a process of its own, so that its memory is its own too.
"""

from __future__ import annotations

import datetime
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TRANSACTIONS = 65_000
FILE_LIMIT = 25_000
# sepaxml holds its whole file in memory, twice; its rate hardly depends on the size.
SEPAXML_TRANSACTIONS = 10_000
ENTRIES = 100_000


@dataclass(frozen=True)
class Figure:
    """What one measurement came to."""

    what: str
    count: int
    seconds: float
    peak_mib: float

    @property
    def rate(self) -> float:
        return self.count / self.seconds


def _collections(count: int) -> list[Any]:
    from webapp.banking.collections import Collection
    from webapp.domain.money import Centimes
    from webapp.domain.rib import Rib

    signed_on = datetime.date(2026, 1, 18)
    return [
        Collection(
            end_to_end_id=f"KD{number:08}-1",
            amount=Centimes(100_00 + number),
            mandate_reference=f"KM{number:08}",
            mandate_signed_on=signed_on,
            debtor_name=f"SARL Atlas & Frères {number}" if number % 2 else f"شركة الأطلس {number}",
            account=Rib.of("001", "00123", f"{number + 1:010}"),
            remittance=f"CACOBATPH KD{number:08}-1",
        )
        for number in range(count)
    ]


def write_and_validate(count: int) -> tuple[int, float]:
    """Our pain.008.001.08: written to a file and checked with the official schema."""
    from webapp.banking.collections import CollectionBatch
    from webapp.banking.pain008 import write_collections
    from webapp.banking.schemas import validate_file
    from webapp.domain.money import Centimes

    collections = _collections(count)
    batch = CollectionBatch(
        message_id="KHATWA-BNA-20261029-001",
        created_at=datetime.datetime(2026, 10, 27, 7, 0, tzinfo=datetime.UTC),
        collect_on=datetime.date(2026, 10, 29),
        creditor_name="CACOBATPH",
        creditor_account="DZ4000400174401001050486",
        creditor_identifier="CACOBATPH01",
        creditor_agent="001",
        count=count,
        total=Centimes(sum(collection.amount for collection in collections)),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "collections.xml"
        start = time.perf_counter()
        with path.open("wb") as out:
            write_collections(out, batch, collections)
        validate_file(path)
        return count, time.perf_counter() - start


def validate_alone(count: int) -> tuple[int, float]:
    """The official schema over a file of ours, without the writing."""
    from tests.banking.messages import written
    from webapp.banking.schemas import validate_file

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "collections.xml"
        path.write_bytes(written(_collections(count)))
        start = time.perf_counter()
        validate_file(path)
        return count, time.perf_counter() - start


def sepaxml_and_validate(count: int) -> tuple[int, float]:
    """The package sepaxml on as many SEPA debits, with its own validation."""
    from sepaxml import SepaDD

    creditor = {
        "name": "CACOBATPH",
        "IBAN": "DE89370400440532013000",
        "BIC": "COBADEFFXXX",
        "batch": True,
        "creditor_id": "DE98ZZZ09999999999",
        "currency": "EUR",
    }
    payments = [
        {
            "name": f"SARL Atlas & Freres {number}",
            "IBAN": "NL91ABNA0417164300",
            "BIC": "ABNANL2A",
            "amount": 100_00 + number,
            "type": "RCUR",
            "collection_date": datetime.date(2026, 10, 29),
            "mandate_id": f"KM{number:08}",
            "mandate_date": datetime.date(2026, 1, 18),
            "description": f"CACOBATPH KD{number:08}-1",
            "endtoend_id": f"KD{number:08}-1",
        }
        for number in range(count)
    ]
    start = time.perf_counter()
    debits = SepaDD(creditor, schema="pain.008.001.08", clean=True)
    for payment in payments:
        debits.add_payment(payment)
    debits.export(validate=True)
    return count, time.perf_counter() - start


def write_notification(path: Path, count: int, in_one_entry: bool) -> None:
    """A camt.054 of so many credits, each an entry of its own or all details of a single one."""
    from tests.banking.messages import amount, detail, element, entry

    def parts() -> Iterator[str]:
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">'
        yield "<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>BANK-1</MsgId>"
        yield "<CreDtTm>2026-10-29T18:30:00</CreDtTm></GrpHdr><Ntfctn><Id>N-1</Id>"
        yield "<Acct><Id><Othr><Id>00100123000000000197</Id></Othr></Id></Acct>"
        entries = 1 if in_one_entry else count
        total = f"{count * 1000}.00"
        yield element(
            "TxsSummry",
            element("TtlNtries", element("NbOfNtries", str(entries)), element("Sum", total)),
        )
        debtor = element(
            "RltdPties",
            element("Dbtr", element("Pty", element("Nm", "SARL Atlas Travaux"))),
            "<DbtrAcct><Id><Othr><Id>00799999002345678941</Id></Othr></Id></DbtrAcct>",
        )
        if in_one_entry:
            yield f"<Ntry>{amount(total)}<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
            yield "<BookgDt><Dt>2026-10-29</Dt></BookgDt>"
            yield "<BkTxCd><Prtry><Cd>DD</Cd></Prtry></BkTxCd><NtryDtls>"
        for number in range(count):
            one = detail(
                f"KD{number:08}-1",
                debtor,
                dinars="1000.00",
                direction="CRDT",
                mandate=f"KM{number:08}",
            )
            yield one if in_one_entry else entry("1000.00", one)
            yield "\n"
        if in_one_entry:
            yield "</NtryDtls></Ntry>"
        yield "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n"

    with path.open("w", encoding="utf-8") as out:
        out.writelines(parts())


def read_notification(count: int, in_one_entry: bool = False) -> tuple[int, float]:
    """Our reader over a camt.054 of so many entries."""
    from webapp.banking.answers import read_answers

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notification.xml"
        write_notification(path, count, in_one_entry)
        start = time.perf_counter()
        with path.open("rb") as file:
            _, entries = read_answers(file)
            read = sum(1 for _ in entries)
        seconds = time.perf_counter() - start
    if read != count:
        raise RuntimeError(f"read {read} entries of {count}")
    return count, seconds


def read_lump_details(count: int) -> tuple[int, float]:
    """Our reader over a single entry made of so many transactions."""
    return read_notification(count, in_one_entry=True)


MEASUREMENTS: list[tuple[str, Callable[[int], tuple[int, float]], int]] = [
    ("pain.008 written and validated", write_and_validate, TRANSACTIONS),
    ("pain.008 written and validated", write_and_validate, FILE_LIMIT),
    ("pain.008 validated only", validate_alone, FILE_LIMIT),
    ("sepaxml with validation", sepaxml_and_validate, SEPAXML_TRANSACTIONS),
    ("camt.054 read, an entry each", read_notification, ENTRIES),
    ("camt.054 read, one entry", read_lump_details, ENTRIES),
]


def measure(
    what: str,
    function: Callable[[int], tuple[int, float]],
    size: int,
    begin: Callable[[], None] | None = None,
) -> Figure:
    """Run one measurement in a fresh process, which may `begin` with something.

    Peak memory is that of the whole process.
    """
    with multiprocessing.get_context("spawn").Pool(1, begin) as pool:
        count, seconds, peak = pool.apply(_measured, (function, size))
    return Figure(what, count, seconds, peak)


def _measured(function: Callable[[int], tuple[int, float]], size: int) -> tuple[int, float, float]:
    count, seconds = function(size)
    # Linux counts in KiB.
    return count, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_all() -> list[Figure]:
    """Every figure, in the order of the table."""
    return [measure(*measurement) for measurement in MEASUREMENTS]


def main() -> None:
    figures = measure_all()
    out = sys.stdout.write
    out(f"{'bank files':<32}{'count':>9}{'seconds':>10}{'per second':>12}{'peak MiB':>10}\n")
    for one in figures:
        out(f"{one.what:<32}{one.count:>9,}{one.seconds:>10.2f}{one.rate:>12,.0f}")
        out(f"{one.peak_mib:>10.0f}\n")
    ours, theirs = figures[0].rate, figures[3].rate
    out(f"pain.008 against sepaxml: {ours / theirs:.0f} times as many transactions a second\n")


if __name__ == "__main__":
    main()
