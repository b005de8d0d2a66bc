"""Measures the import of a camt.054 through the service: every attempt was really sent before."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.places import give_database
from tests.bench.processes import in_own_process

HEADER = """\
<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
<GrpHdr><MsgId>BANK-1</MsgId><CreDtTm>2026-11-30T18:30:00</CreDtTm></GrpHdr>
<Ntfctn><Id>N-1</Id><Acct><Id><Othr><Id>{account}</Id></Othr></Id></Acct>
"""
# What a bank adds to each transaction, so that 100,000 of them are 100 MB.
ALSO_TOLD = """\
<RltdPties><Dbtr><Nm>SARL Atlas et Frères Travaux publics et Bâtiment</Nm><PstlAdr><Ctry>DZ</Ctry>
<AdrLine>Zone d'activités de Oued Smar, lot 27, bloc C</AdrLine><AdrLine>16270 Alger</AdrLine>
</PstlAdr></Dbtr><Cdtr><Nm>CACOBATPH, direction du recouvrement et des finances</Nm><PstlAdr>
<Ctry>DZ</Ctry><AdrLine>4, rue des Frères Aïssou, Ben Aknoun</AdrLine></PstlAdr></Cdtr></RltdPties>
<RmtInf><Ustrd>CACOBATPH 2026-10, cotisations congés payés et chômage-intempéries</Ustrd></RmtInf>
<AddtlTxInf>Prélèvement automatique, réglé par compensation électronique, séance du matin
sous réserve du délai de rejet de la banque du débiteur</AddtlTxInf>
"""
FOOTER = "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n"


@dataclass(frozen=True)
class ImportFigures:
    """What the import of a message of so many entries took."""

    entries: int
    megabytes: float
    seconds: float
    peak_mib: float


def measure_import(folder: Path, entries: int, server: Path | None = None) -> ImportFigures:
    """So many attempts frozen, approved and sent; then a message that settles each of them."""
    folder.mkdir(parents=True)
    if server:
        in_own_process(give_database, folder, server)
    in_own_process(_send, folder, entries)
    megabytes = (folder / "answer.xml").stat().st_size / 1e6
    (seconds, settled), peak = in_own_process(_import, folder)
    if settled != entries:
        raise RuntimeError(f"{settled} entries of {entries} were applied")
    shutil.rmtree(folder)
    return ImportFigures(entries, megabytes, seconds, peak)


def _send(folder: Path, attempts: int) -> None:
    from tests import builders
    from tests.bench.prepare import ANNOUNCING, FREEZING, ONE_DUE, prepare, session_in
    from tests.bench.run import run_in
    from webapp.adapters.journal import SentJournal
    from webapp.adapters.transports import FolderTransport
    from webapp.models import BankFile
    from webapp.services.bank_files import approve_bank_file, send_bank_files

    prepare(folder, attempts, ONE_DUE)
    for name in ("drop", "inbox"):
        (folder / name).mkdir()
    outbox = folder / "outbox"
    with session_in(folder) as session:
        for on in (ANNOUNCING, FREEZING):
            run_in(session, folder, on)
        day = builders.working_day(session, FREEZING, actor="salima")
        references = [file.reference for file in session.query(BankFile)]
        session.commit()
        for reference in references:
            approve_bank_file(session, day, reference, outbox)
        transports = dict.fromkeys(("BNA", "POST"), FolderTransport(folder / "drop"))
        send_bank_files(session, day, outbox, transports, SentJournal(folder / "journal.jsonl"))
        _write_notification(session, folder / "answer.xml")


def _write_notification(session: object, path: Path) -> None:
    """A booked credit for every attempt, as the bank of the first channel would tell them."""
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from tests import builders
    from tests.bank import dinars
    from tests.banking.messages import detail, entry
    from webapp.models import Attempt

    def told(reference: str, amount: str) -> str:
        return detail(reference, ALSO_TOLD, dinars=amount, direction="CRDT")

    assert isinstance(session, Session)
    with path.open("w", encoding="utf-8") as out:
        out.write(HEADER.format(account=builders.DEMONSTRATION_ACCOUNT))
        for reference, centimes in session.execute(
            select(Attempt.end_to_end_id, Attempt.amount_centimes).order_by(Attempt.id)
        ):
            amount = dinars(centimes)
            out.write(entry(amount, told(reference, amount)) + "\n")
        out.write(FOOTER)
    session.commit()


def _import(folder: Path) -> tuple[float, int]:
    from tests import builders
    from tests.bench.prepare import COLLECTION, session_in
    from webapp.models import EntryOutcome
    from webapp.services.answers import import_answers

    with session_in(folder) as session:
        day = builders.working_day(session, COLLECTION)
        start = time.perf_counter()
        imported = import_answers(
            session, day, builders.VAULT, folder / "answer.xml", folder / "inbox"
        )
        seconds = time.perf_counter() - start
    return seconds, imported.outcomes.get(EntryOutcome.APPLIED, 0)
