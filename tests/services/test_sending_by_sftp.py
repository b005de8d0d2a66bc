"""From the approved file to a bank's real server: once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from tests import builders
from tests.adapters.ssh_server import HAS_SSHD, Sshd, Wire, running
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from webapp.adapters.sftp import SftpTransport
from webapp.adapters.transports import FolderTransport, Transport
from webapp.domain.errors import DeliveryUnknown, TransportRefused
from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.models import Channel
from webapp.services.bank_files import send_bank_files

# What a delivery sends besides the file: being let in, the name, the farewell.
BEFORE_AND_AFTER = 3_761

pytestmark = pytest.mark.skipif(
    not HAS_SSHD, reason="OpenSSH's sshd is not installed: apt-get install openssh-server"
)


@pytest.fixture
def bank_server(tmp_path: Path) -> Iterator[Sshd]:
    with running(Sshd(tmp_path / "bank")) as bank:
        yield bank


def send(desk: Desk, transport: Transport) -> list[str]:
    """BNA by this transport, the post by its folder."""
    transports = {"BNA": transport, "POST": FolderTransport(desk.drop)}
    day = builders.working_day(desk.session, FREEZING)
    return send_bank_files(desk.session, day, desk.outbox, transports, desk.journal)


def cut_after(server: Sshd, sent: int, *, deaf: bool = False) -> SftpTransport:
    wire = Wire(server.port, lambda carried: carried >= sent, deaf=deaf)
    return server.transport(port=wire.port, patience=5)


def test_a_file_leaves_by_sftp_and_its_debits_are_sent(written: Desk, bank_server: Sshd) -> None:
    written.approve()
    (reference,) = send(written, bank_server.transport())
    assert bank_server.names() == [f"{reference}.xml"]
    sent = (bank_server.drop / f"{reference}.xml").read_bytes()
    assert sent == (written.outbox / f"{reference}.xml").read_bytes()
    assert written.debits()[0].status is DebitStatus.SENT
    assert send(written, bank_server.transport()) == []


def test_a_file_that_was_cut_waits_and_is_sent_once_by_the_next_try(
    written: Desk, bank_server: Sshd
) -> None:
    written.approve()
    with pytest.raises(TransportRefused):
        send(written, cut_after(bank_server, 3_800))
    assert written.files()[0].status is BankFileStatus.APPROVED
    assert not [name for name in bank_server.names() if not name.startswith(".")]
    (reference,) = send(written, bank_server.transport())
    assert bank_server.names() == [f"{reference}.xml"]


def test_wherever_a_delivery_is_cut_no_debit_is_asked_for_twice(
    written: Desk, bank_server: Sshd
) -> None:
    """The bank takes each file up at once; what it has got twice is an employer debited twice."""
    written.approve()
    size = next(written.outbox.iterdir()).stat().st_size
    outcomes = []
    for sent in range(BEFORE_AND_AFTER + size - 1_200, BEFORE_AND_AFTER + size + 1_200, 120):
        try:
            send(written, cut_after(bank_server, sent, deaf=True))
        except (TransportRefused, DeliveryUnknown) as error:
            outcomes.append(error.code)
        if written.files()[0].status is not BankFileStatus.APPROVED:
            break
        assert not [name for name in bank_server.names() if not name.startswith(".")]
    assert outcomes[0] == "transport_refused" and outcomes[-1] == "delivery_unknown"
    assert written.files()[0].status is BankFileStatus.UNKNOWN
    for path in bank_server.drop.iterdir():
        path.unlink()
    assert send(written, bank_server.transport()) == []
    assert bank_server.names() == []


def test_one_bank_that_is_away_keeps_no_other_file_back(desk: Desk, bank_server: Sshd) -> None:
    desk.file_one()
    desk.file_one(rib=builders.account("007"))
    desk.run(ANNOUNCING)
    desk.run(FREEZING)
    desk.approve()
    bank_server.kill()
    with pytest.raises(TransportRefused, match="unreachable"):
        send(desk, bank_server.transport())
    states = {file.reference[7:10]: file.status for file in desk.files()}
    assert states == {"BNA": BankFileStatus.APPROVED, "POS": BankFileStatus.SENT}
    bank_server.start()
    assert len(send(desk, bank_server.transport())) == 1


def test_a_bank_that_is_away_is_asked_once_not_for_each_file(desk: Desk, bank_server: Sshd) -> None:
    class Away(SftpTransport):
        asked = 0

        def deliver(self, source: Path, name: str) -> None:
            self.asked += 1
            raise TransportRefused(name=name, reason="unreachable")

    desk.file_one()
    desk.file_one()
    desk.run(ANNOUNCING)
    desk.session.execute(update(Channel).values(file_limit=1))
    desk.session.commit()
    desk.run(FREEZING)
    desk.approve()
    away = Away(bank_server.server(), bank_server.key)
    with pytest.raises(TransportRefused):
        send(desk, away)
    assert (len(desk.files("approved")), away.asked) == (2, 1)
