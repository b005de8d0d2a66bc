"""What must hold between the tables, the outbox, the journal and the folders of the banks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from lxml import etree
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from tests import builders
from tests.banking.messages import official_schema
from tests.reliability.invariants import LEFT
from tests.reliability.offices import Office
from webapp.adapters.archive import open_file

MESSAGE = "pain.008.001.08"
NAMESPACE = {"p": f"urn:iso:std:iso:20022:tech:xsd:{MESSAGE}"}
FILES = """
    SELECT f.id, f.reference, f.status, f.transactions, f.total_centimes, f.sha256, f.lost_at,
    c.code FROM bank_files f JOIN channels c ON c.id = f.channel_id ORDER BY f.id"""
ATTEMPTS = """
    SELECT end_to_end_id, amount_centimes FROM attempts a WHERE bank_file_id = :file
    OR EXISTS (SELECT 1 FROM earlier_files e WHERE e.attempt_id = a.id AND e.bank_file_id = :file)
    ORDER BY id"""
# What is in two files of the bank, because the first one counted as lost.
TAKEN_AGAIN = """
    SELECT a.end_to_end_id FROM attempts a JOIN earlier_files e ON e.attempt_id = a.id"""
# Of these an answer does not tell from which of two files it comes: the last one is taken for it.
PERHAPS = """
    SELECT f.reference FROM bank_files f JOIN attempts a ON a.bank_file_id = f.id
    JOIN earlier_files e ON e.attempt_id = a.id"""


# Each by its one debit; `has_left` when a byte of it may be at the bank.
REVERSALS = """
    SELECT v.reference, a.end_to_end_id, v.status NOT IN ('agreed', 'dropped') AS has_left
    FROM reversals v JOIN attempts a ON a.id = v.attempt_id"""


@dataclass(frozen=True)
class Delivered:
    """A file as it lies in a bank's folder; another inode would be a second delivery."""

    channel: str
    name: str
    inode: int
    digest: str


def delivered(office: Office) -> set[Delivered]:
    """Everything that has left; a name that begins with a dot has not."""
    return {
        Delivered(path.parent.name, path.stem, path.stat().st_ino, digest_of(path))
        for path in office.delivered.glob("*/*.xml")
        if not path.name.startswith(".")
    }


def digest_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def check_bank_files(session: Session, office: Office, *, in_order: bool = True) -> None:
    """Raise AssertionError for the first file, line or transaction that is not as it must be.

    Not `in_order`: attempts that were made again after a return to a backup have other numbers.
    """
    files = session.execute(text(FILES)).all()
    reversals = session.execute(text(REVERSALS)).all()
    known = {row.reference for row in [*files, *reversals]}
    strangers = {path.stem for path in office.outbox.glob("[!.]*.xml")} - known
    assert not strangers, f"files in the outbox that no table knows: {strangers}"
    asked: Counter[str] = Counter()
    for file in files:
        if file.sha256 is not None:  # Written, at least.
            asked.update(_check_outbox(session, office, file, in_order=in_order))
    again = set(session.scalars(text(TAKEN_AGAIN)))
    twice = [one for one, times in asked.items() if times > 1 and one not in again]
    assert not twice, f"asked of the bank in two files: {twice[:5]}"
    there = delivered(office)
    undone = {one for one in there if one.name in {row.reference for row in reversals}}
    _check_delivered(there - undone, files, set(session.scalars(text(PERHAPS))))
    _check_reversals(undone, reversals)
    _check_journal(session, office, files)
    session.rollback()


def _check_outbox(session: Session, office: Office, file: Row[Any], *, in_order: bool) -> list[str]:
    """The file is whole, valid, and holds its attempts once each; their EndToEndIds."""
    content = _content(office, file.reference)
    assert content is not None, f"{file.reference} is {file.status} and not in the outbox"
    digest = sha256(content).hexdigest()
    assert digest == file.sha256, f"{file.reference} has other bytes than were written"
    document = etree.ElementTree(etree.fromstring(content))
    official_schema(MESSAGE).assertValid(document)
    head = document.find(".//p:GrpHdr", NAMESPACE)
    assert head is not None
    told = {
        name: head.findtext(f"p:{name}", "", NAMESPACE) for name in ("MsgId", "NbOfTxs", "CtrlSum")
    }
    wanted = {
        "MsgId": file.reference,
        "NbOfTxs": str(file.transactions),
        "CtrlSum": _dinars(file.total_centimes),
    }
    assert told == wanted, f"{file.reference} says {told}, the table {wanted}"
    inside = list(_transactions(document))
    rows = session.execute(text(ATTEMPTS), {"file": file.id})
    attempts = [(row.end_to_end_id, _dinars(row.amount_centimes)) for row in rows]
    if not in_order:
        inside, attempts = sorted(inside), sorted(attempts)
    assert inside == attempts, f"{file.reference} holds other transactions than its attempts"
    return [end_to_end_id for end_to_end_id, _ in inside]


def _content(office: Office, reference: str) -> bytes | None:
    """The bytes of the file in the outbox, or of the sealed one that took its place."""
    path = office.outbox / f"{reference}.xml"
    if path.exists():
        return path.read_bytes()
    for sealed in office.outbox.glob(f"{path.name}.*"):
        return b"".join(open_file(sealed, path.name, builders.VAULT))
    return None


def _transactions(document: etree._ElementTree) -> Iterator[tuple[str, str]]:
    for found in document.iterfind(".//p:DrctDbtTxInf", NAMESPACE):
        yield (
            found.findtext("p:PmtId/p:EndToEndId", "", NAMESPACE),
            found.findtext("p:InstdAmt", "", NAMESPACE),
        )


def _dinars(centimes: int) -> str:
    return f"{centimes // 100}.{centimes % 100:02}"


def _check_reversals(there: set[Delivered], reversals: Sequence[Row[Any]]) -> None:
    """Each debit is undone by one message at most, which left once."""
    names = Counter(one.name for one in there)
    assert all(times == 1 for times in names.values()), f"delivered twice: {names.most_common(1)}"
    debits = Counter(row.end_to_end_id for row in reversals)
    assert all(times == 1 for times in debits.values()), f"undone twice: {debits.most_common(1)}"
    stayed = {row.reference for row in reversals if not row.has_left}
    assert not stayed & names.keys(), f"has left, and is not said to: {stayed & names.keys()}"


def _check_delivered(there: set[Delivered], files: Sequence[Row[Any]], perhaps: set[str]) -> None:
    names = Counter(one.name for one in there)
    assert all(times == 1 for times in names.values()), f"delivered twice: {names.most_common(1)}"
    by_reference = {file.reference: file for file in files}
    for one in there:
        file = by_reference[one.name]
        assert file.code == one.channel, f"{one.name} went to {one.channel}"
        assert file.sha256 == one.digest, f"{one.name} left with other bytes than were approved"
        assert file.status in LEFT or file.lost_at, f"{one.name} has left and is {file.status}"
    sure = {file.reference for file in files if file.status in ("sent", "reconciled")} - perhaps
    assert sure <= names.keys(), f"said to be sent, never delivered: {sure - names.keys()}"


def _check_journal(session: Session, office: Office, files: list[Row[Any]] | Any) -> None:
    heads: dict[str, dict[str, Any]] = {}
    lines: dict[str, set[tuple[str, int]]] = {}
    for line in office.journal.read():
        if "end_to_end_id" in line:
            told = (line["end_to_end_id"], line["amount_centimes"])
            lines.setdefault(line["file"], set()).add(told)
            assert line["dues"], f"{told[0]} is journalled without its dues"
        elif "sha256" in line and "file" in line:  # Others tell of reversals, or what stayed.
            heads[line["file"]] = line
    for file in files:
        if file.status not in LEFT:
            continue
        head = heads.get(file.reference)
        assert head is not None, f"{file.reference} is {file.status} and not in the journal"
        numbers = (head["sha256"], head["count"], head["total_centimes"])
        assert numbers == (file.sha256, file.transactions, file.total_centimes)
        rows = session.execute(text(ATTEMPTS), {"file": file.id})
        attempts = {(row.end_to_end_id, row.amount_centimes) for row in rows}
        assert lines.get(file.reference) == attempts, f"{file.reference}: the journal lacks lines"
