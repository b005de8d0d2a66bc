"""Approving and sending: a second person, the right bytes, and never a second time."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import COLLECTION, FREEZING, Desk
from webapp.adapters.archive import open_file
from webapp.adapters.transports import FolderTransport
from webapp.domain.errors import (
    CutOffPassed,
    FileAltered,
    IllegalMove,
    NotFound,
    SecondPersonNeeded,
    TransportRefused,
)
from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.services.bank_files import approve_bank_file, confirm_sent, send_bank_files


def approve(desk: Desk, by: str, on: date = FREEZING) -> None:
    day = builders.working_day(desk.session, on, by)
    approve_bank_file(desk.session, day, desk.files()[0].reference, desk.outbox)


@pytest.mark.parametrize("by", ["scheduler", "run", "system", ""])
def test_who_froze_a_file_and_who_is_nobody_cannot_approve_it(written: Desk, by: str) -> None:
    with pytest.raises(SecondPersonNeeded):
        approve(written, by)
    assert written.files()[0].status is BankFileStatus.WRITTEN


def test_an_altered_file_is_not_approved(written: Desk) -> None:
    next(written.outbox.iterdir()).write_bytes(b"<Document/>")
    with pytest.raises(FileAltered):
        approve(written, "salima")
    assert written.files()[0].status is BankFileStatus.WRITTEN


def test_a_file_altered_after_its_approval_is_not_sent(written: Desk) -> None:
    written.approve()
    next(written.outbox.iterdir()).write_bytes(b"<Document/>")
    with pytest.raises(FileAltered):
        written.send()
    assert list(written.drop.iterdir()) == []


def test_no_file_is_approved_after_the_cut_off(written: Desk) -> None:
    with pytest.raises(CutOffPassed):
        approve(written, "salima", COLLECTION)


def test_a_file_is_approved_once(written: Desk) -> None:
    approve(written, "salima")
    assert written.files()[0].approved_by == "salima"
    with pytest.raises(IllegalMove):
        approve(written, "karim")


def test_an_unknown_file_is_not_found(written: Desk) -> None:
    day = builders.working_day(written.session, FREEZING, "salima")
    with pytest.raises(NotFound):
        approve_bank_file(written.session, day, "KHATWA-NONE", written.outbox)


def test_nothing_is_sent_without_approval(written: Desk) -> None:
    assert written.send() == []
    assert list(written.drop.iterdir()) == []


def test_an_approved_file_is_journalled_and_sent_once(written: Desk) -> None:
    written.approve()
    (reference,) = written.send()
    assert written.send() == []
    (path,) = written.drop.iterdir()
    assert path.read_bytes() == (written.outbox / path.name).read_bytes()
    head, line = written.journal.read()
    assert head["file"] == reference
    assert line["end_to_end_id"] == written.attempts()[0].end_to_end_id
    assert line["dues"] == [written.dues()[0].origin_key]
    assert written.debits()[0].status is DebitStatus.SENT


def test_a_file_found_in_sending_becomes_unknown_and_is_never_sent_again(written: Desk) -> None:
    class PowerCut(FolderTransport):
        def deliver(self, source: Path, name: str) -> None:
            super().deliver(source, name)
            raise KeyboardInterrupt

    written.approve()
    day = builders.working_day(written.session, FREEZING)
    transports = dict.fromkeys(("BNA", "POST"), PowerCut(written.drop))
    with pytest.raises(KeyboardInterrupt):
        send_bank_files(written.session, day, written.outbox, transports, written.journal)
    assert written.files()[0].status is BankFileStatus.SENDING
    next(written.drop.iterdir()).unlink()
    assert written.send() == []
    assert list(written.drop.iterdir()) == []
    assert written.files()[0].status is BankFileStatus.UNKNOWN
    assert written.debits()[0].status is DebitStatus.UNKNOWN
    written.run(COLLECTION)
    assert written.debits()[0].status is DebitStatus.UNKNOWN


def test_a_file_that_certainly_did_not_leave_can_be_sent_again(written: Desk) -> None:
    written.approve()
    written.drop.rmdir()
    with pytest.raises(TransportRefused):
        written.send()
    written.drop.mkdir()
    assert len(written.send()) == 1


def test_the_banks_word_makes_an_unknown_file_sent(written: Desk) -> None:
    test_a_file_found_in_sending_becomes_unknown_and_is_never_sent_again(written)
    day = builders.working_day(written.session, COLLECTION, "salima")
    confirm_sent(written.session, day, written.files()[0].reference)
    assert written.files()[0].status is BankFileStatus.SENT
    assert written.debits()[0].status is DebitStatus.SENT


def test_a_file_whose_work_is_done_leaves_the_outbox_encrypted(written: Desk) -> None:
    written.approve()
    (reference,) = written.send()
    attempt = written.attempts()[0]
    written.take_in(written.bank.settled({attempt.end_to_end_id: attempt.amount_centimes}))
    plain = written.outbox / f"{reference}.xml"
    content = plain.read_bytes()
    written.run(COLLECTION)
    assert plain.exists()
    written.run(COLLECTION + timedelta(days=30))
    (sealed,) = written.outbox.iterdir()
    assert not plain.exists()
    assert b"".join(open_file(sealed, plain.name, builders.VAULT)) == content


def test_the_same_frozen_rows_give_the_same_bytes(written: Desk, office: Session) -> None:
    (path,) = written.outbox.iterdir()
    before = path.read_bytes()
    path.unlink()
    office.execute(
        written.files()[0].__table__.update().values(status=BankFileStatus.FROZEN, sha256=None)
    )
    office.commit()
    written.run()
    assert path.read_bytes() == before
