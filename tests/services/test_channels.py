"""The terms of channels: changed with an event, holding for what is frozen from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import ANNOUNCING, FREEZING, Desk
from tests.services.staff import join
from webapp.adapters.transports import FolderTransport
from webapp.banking.layouts import layout_named
from webapp.domain.channel_terms import NameProfile, SftpServer, TransportKind
from webapp.domain.errors import (
    DeliveryUnknown,
    InvalidChannel,
    NotFound,
    TransportRefused,
    UnsupportedMessage,
)
from webapp.domain.statuses import BankFileStatus, DebitStatus
from webapp.models import Channel, Employer, Event
from webapp.services.bank_files import send_bank_files
from webapp.services.channels import change_channel, find_channel, list_channels
from webapp.services.proof_packs import gather_proof

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1dK9dKf9nW2vT6m7tqK0eF8y8b4n3Qm2v1c5Z7x9Yb"
SERVER = SftpServer("sftp.bank.example", 2222, "cacobatph", "in", KEY)
STAFF = 7


def changed(office: Session, **terms: object) -> list[str]:
    day = builders.working_day(office, FREEZING, f"staff:{STAFF}")
    member = join(office, builders.working_day(office, FREEZING, "root"))
    wanted = replace(find_channel(office, "BNA").terms, **terms)  # type: ignore[arg-type]
    return list(change_channel(office, day, member.id, "BNA", wanted))


def test_every_term_that_changed_leaves_an_event_with_who_and_what(office: Session) -> None:
    names = changed(office, layout="csv1", cut_off=time(10, 30), server=SERVER)
    events = office.scalars(select(Event).where(Event.target == "channel_changed")).all()
    assert {event.actor for event in events} == {f"staff:{STAFF}"}
    causes = {event.cause for event in events}
    assert len(causes) == len(names) == 8
    assert {
        "BNA_message_format_csv1", "BNA_cut_off_10:30:00", "BNA_transport_sftp",
        "BNA_sftp_host_sftp.bank.example",
    } <= causes  # fmt: skip
    office.rollback()
    assert find_channel(office, "BNA").terms.server == SERVER


def test_the_same_terms_again_change_nothing(office: Session) -> None:
    assert changed(office, file_limit=500) == ["file_limit"]
    assert changed(office, file_limit=500) == []


def test_without_a_server_nothing_of_one_is_kept(office: Session) -> None:
    changed(office, server=SERVER)
    changed(office, server=None)
    row = office.scalars(select(Channel).where(Channel.code == "BNA")).one()
    assert (row.transport, row.sftp_host, row.sftp_host_key) == (TransportKind.FOLDER, "", "")


def test_one_channel_is_changed_and_the_others_stay(office: Session) -> None:
    changed(office, layout="csv1")
    layouts = {one.code: one.terms.layout for one in list_channels(office)}
    assert layouts == {"BNA": "csv1", "POST": "pain.008.001.08"}


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ({"layout": "cfonb160"}, UnsupportedMessage),
        ({"lead_days": -1}, InvalidChannel),
        ({"lead_days": 5}, InvalidChannel),  # no day would be left to freeze after the notice
        ({"file_limit": 0}, InvalidChannel),
        ({"file_limit": 100_001}, InvalidChannel),
    ],
)
def test_terms_under_which_nothing_could_be_collected_are_refused(
    office: Session, terms: dict[str, Any], error: type[Exception]
) -> None:
    before = find_channel(office, "BNA")
    with pytest.raises(error):
        changed(office, **terms)
    assert find_channel(office, "BNA") == before


def test_an_unknown_channel_is_not_found(office: Session) -> None:
    with pytest.raises(NotFound):
        find_channel(office, "NONE")
    terms = find_channel(office, "BNA").terms
    with pytest.raises(NotFound):
        change_channel(office, builders.working_day(office, FREEZING), 1, "NONE", terms)


def test_debits_with_the_longest_lead_are_still_frozen_and_sent(desk: Desk) -> None:
    changed(desk.session, lead_days=4)
    desk.file_one()
    desk.run(ANNOUNCING)
    desk.run(builders.working_day(desk.session, ANNOUNCING).calendar.add_bank_days(ANNOUNCING, 1))
    assert [file.status for file in desk.files()] == [BankFileStatus.WRITTEN]
    desk.approve()
    assert len(desk.send()) == 1


# ── files ────────────────────────────────────────────────────────────────────────────────────


def test_a_channel_with_another_layout_is_collected_to_the_end(desk: Desk) -> None:
    changed(desk.session, layout="csv1")
    desk.file_one()
    desk.send_all()
    (path,) = desk.drop.iterdir()
    assert path.name == f"{desk.files()[0].reference}.csv"
    layout_named("csv1").validate(path)
    attempt = desk.attempts()[0]
    assert attempt.end_to_end_id in path.read_text()
    proof = gather_proof(desk.session, None, desk.debits()[0].reference)
    assert proof.attempts[0]["file_name"] == path.name
    desk.take_in(desk.bank.settled({attempt.end_to_end_id: attempt.amount_centimes}))
    assert desk.debits()[0].status is DebitStatus.SETTLED


def test_a_frozen_file_keeps_its_layout_and_its_names(written: Desk) -> None:
    """Written again after the change, as after a crash, it has the bytes that it had."""
    (path,) = written.outbox.iterdir()
    before = path.read_bytes()
    path.unlink()
    files = written.files()[0].__table__
    written.session.execute(
        update(files).values(status=BankFileStatus.FROZEN, sha256=None)  # type: ignore[arg-type]
    )
    written.session.commit()
    changed(written.session, layout="csv1", names=NameProfile.LATIN)
    written.run()
    assert [one.name for one in written.outbox.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_a_file_that_waits_is_sent_after_the_change_as_it_was_approved(written: Desk) -> None:
    written.approve()
    changed(written.session, layout="csv1")
    (reference,) = written.send()
    assert [path.name for path in written.drop.iterdir()] == [f"{reference}.xml"]


def test_names_are_written_as_the_channel_says(desk: Desk) -> None:
    changed(desk.session, names=NameProfile.LATIN)
    desk.file_one()
    desk.session.execute(update(Employer).values(name_fr="", name_ar="شركة الأطلس"))
    desk.session.commit()
    desk.run(ANNOUNCING)
    desk.run(FREEZING)
    (path,) = desk.outbox.iterdir()
    assert "<Dbtr><Nm>chrka alatls</Nm></Dbtr>" in path.read_text()
    assert desk.attempts()[0].debtor_name == "شركة الأطلس"


def test_a_name_of_which_no_letter_is_left_stops_no_file(desk: Desk) -> None:
    changed(desk.session, names=NameProfile.LATIN)
    desk.file_one()
    desk.session.execute(update(Employer).values(name_fr="建設", name_ar=""))
    desk.session.commit()
    desk.run(ANNOUNCING)
    desk.run(FREEZING)
    (path,) = desk.outbox.iterdir()
    assert f"<Dbtr><Nm>{desk.attempts()[0].mandate_reference}</Nm></Dbtr>" in path.read_text()


def test_a_smaller_limit_holds_for_the_next_files(desk: Desk) -> None:
    changed(desk.session, file_limit=1)
    desk.file_one()
    desk.file_one()
    desk.run(ANNOUNCING)
    desk.run(FREEZING)
    assert [file.transactions for file in desk.files()] == [1, 1]


# ── transports ───────────────────────────────────────────────────────────────────────────────


class Failing(FolderTransport):
    """Says of every file what it was made to say."""

    def __init__(self, folder: Path, error: Exception) -> None:
        super().__init__(folder)
        self.error = error

    def deliver(self, source: Path, name: str) -> None:
        raise self.error


def sending(desk: Desk, error: Exception) -> None:
    transports: Mapping[str, FolderTransport] = dict.fromkeys(
        ("BNA", "POST"), Failing(desk.drop, error)
    )
    day = builders.working_day(desk.session, FREEZING)
    send_bank_files(desk.session, day, desk.outbox, transports, desk.journal)


def test_a_delivery_that_nobody_can_tell_of_is_unknown_at_once_and_never_repeated(
    written: Desk,
) -> None:
    written.approve()
    with pytest.raises(DeliveryUnknown):
        sending(written, DeliveryUnknown(name="F", reason="no_answer"))
    assert written.files()[0].status is BankFileStatus.UNKNOWN
    assert written.debits()[0].status is DebitStatus.UNKNOWN
    assert written.send() == []
    assert list(written.drop.iterdir()) == []


def test_a_server_that_refuses_leaves_the_file_approved_for_the_next_try(written: Desk) -> None:
    written.approve()
    with pytest.raises(TransportRefused):
        sending(written, TransportRefused(name="F", reason="interrupted"))
    assert written.files()[0].status is BankFileStatus.APPROVED
    assert len(written.send()) == 1
