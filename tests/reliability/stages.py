"""The same office at the four moments at which a process may be killed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.bank import Bank
from tests.reliability.bank_files import check_bank_files
from tests.reliability.completeness import check_nothing_left_out
from tests.reliability.invariants import check_tables
from tests.reliability.offices import Office
from tests.reliability.register import EMPLOYERS, fill
from tests.services.collecting import ANNOUNCING, COLLECTION, FREEZING
from webapp.adapters.transports import FolderTransport
from webapp.domain.statuses import BankFileStatus
from webapp.models import Attempt, BankFile
from webapp.services.bank_files import approve_bank_file, send_bank_files
from webapp.services.runs import run_due_debits

Work = Callable[[Office, Session], None]
STATUSES_SEED = 7


@dataclass(frozen=True)
class Stage:
    """An office on the eve of a command."""

    office: Office
    arguments: tuple[str, ...]
    on: date


def build_stages(
    first: Office, copy_to: Callable[[str], Path], employers: int = EMPLOYERS
) -> dict[str, Stage]:
    """The stages of an office whose database is migrated and empty, each made once."""
    with first.session() as session:
        fill(session, employers)
    announced = _after(first, copy_to("announced"), _announce)
    approved = _after(announced, copy_to("approved"), _freeze_and_approve)
    answered = _after(approved, copy_to("answered"), _send_and_answer)
    messages = [str(path) for path in sorted(answered.answers.iterdir())]
    return {
        "announce": Stage(first, ("run-debits",), ANNOUNCING),
        "freeze": Stage(announced, ("run-debits",), FREEZING),
        "send": Stage(approved, ("send-bank-files",), FREEZING),
        "import": Stage(answered, ("import-answers", *messages), COLLECTION),
    }


def run_alone(office: Office, stage: Stage) -> None:
    """Run the due debits of the stage's day in this process, to their end."""
    with office.session() as session:
        _run(office, session, stage.on)


def check_office(office: Office, stage: Stage) -> None:
    """Raise AssertionError unless everything holds after the stage's command has ended."""
    with office.session() as session:
        check_tables(session)
        check_bank_files(session, office)
        if stage.arguments[0] == "run-debits":
            check_nothing_left_out(session, builders.working_day(session, stage.on))
    messages = stage.arguments[1:] if stage.arguments[0] == "import-answers" else ()
    sealed = [path.name for path in office.home.glob("inbox/[!.]*")]
    assert len(sealed) == len(messages), f"kept in the inbox: {sealed}"


def _after(office: Office, folder: Path, work: Work) -> Office:
    """A copy of the office after some more work."""
    later = office.copy(folder)
    with later.session() as session:
        work(later, session)
    return later


def _run(office: Office, session: Session, on: date) -> None:
    run_due_debits(session, builders.working_day(session, on), builders.tools(office.outbox))


def _announce(office: Office, session: Session) -> None:
    _run(office, session, ANNOUNCING)


def _freeze_and_approve(office: Office, session: Session) -> None:
    _run(office, session, FREEZING)
    day = builders.working_day(session, FREEZING, "salima")
    written = session.scalars(
        select(BankFile.reference).where(BankFile.status == BankFileStatus.WRITTEN)
    ).all()
    session.rollback()
    for reference in written:
        approve_bank_file(session, day, reference, office.outbox)


def _send_and_answer(office: Office, session: Session) -> None:
    """The bank takes most, refuses some for each kind of reason, and takes some money back."""
    transports = {code: FolderTransport(office.delivered / code) for code in ("BNA", "POST")}
    day = builders.working_day(session, FREEZING)
    send_bank_files(session, day, office.outbox, transports, office.journal)
    attempts = session.scalars(select(Attempt).order_by(Attempt.id)).all()
    amounts = {one.end_to_end_id: one.amount_centimes for one in attempts}
    fates = random.Random(STATUSES_SEED)
    taken: dict[str, list[str]] = {}
    for reference in amounts:
        fate = fates.choices(["settled", "AM04", "MD01", "MS03", "AC04"], [80, 8, 4, 4, 4])[0]
        taken.setdefault(fate, []).append(reference)
    bank = Bank(office.answers)
    settled = {one: amounts[one] for one in taken.pop("settled")}
    bank.settled(settled | {"SOMEBODY-ELSE": 1_000})
    for reason, refused in taken.items():
        bank.status("", dict.fromkeys(refused, "RJCT"), reason=reason)
    back = {one: amount for number, (one, amount) in enumerate(settled.items()) if number % 15 == 0}
    bank.returned(back, reason="MD06")
    session.rollback()
