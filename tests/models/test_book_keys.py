"""The keys of what is told and booked: one posting per cause, one notice, one message, one seal."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests.models.breaking import refused_by, row_of, write
from webapp.models import (
    BankEntry,
    BankMessage,
    Channel,
    Event,
    EventSeal,
    Notice,
    NoticeKind,
    Posting,
)


def test_a_cause_is_booked_once(tables: Session) -> None:
    posting = row_of(tables, Posting)
    with refused_by(tables, "uq_postings_source_key_leg"):
        write(tables, Posting, posting, amount_centimes=1)
    write(tables, Posting, posting, leg="another leg")


def test_nothing_is_booked_for_nothing(tables: Session) -> None:
    posting = row_of(tables, Posting)
    with refused_by(tables, "ck_postings_amount_not_zero"):
        write(tables, Posting, posting, leg="another leg", amount_centimes=0)


def test_a_debit_has_one_notice_of_a_version_and_kind(tables: Session) -> None:
    notice = row_of(tables, Notice)
    with refused_by(tables, "uq_notices_debit_id_version_kind"):
        write(tables, Notice, notice, account_last4="0000")
    write(tables, Notice, notice, version=2)
    write(tables, Notice, notice, kind=NoticeKind.RE_PRESENTED)


def test_a_message_of_a_channel_is_taken_in_once(tables: Session) -> None:
    message = row_of(tables, BankMessage)
    with refused_by(tables, "uq_bank_messages_channel_code_message_id"):
        write(tables, BankMessage, message, sha256="0" * 64)
    write(tables, BankMessage, message, channel_code="POST")


def test_an_entry_of_a_message_is_staged_once(tables: Session) -> None:
    entry = row_of(tables, BankEntry)
    with refused_by(tables, "uq_bank_entries_bank_message_id_position"):
        write(tables, BankEntry, entry)


def test_two_channels_never_collect_on_one_account(tables: Session) -> None:
    channel = row_of(tables, Channel)
    with refused_by(tables, "uq_channels_creditor_account_index"):
        write(tables, Channel, channel, code="OTHER")


def test_an_event_has_one_seal_and_a_place_in_the_chain_one_event(tables: Session) -> None:
    seal, last = row_of(tables, EventSeal), row_of(tables, EventSeal, 1)
    write(tables, Event, row_of(tables, Event))
    with refused_by(tables, "pk_event_seals"):
        write(tables, EventSeal, seal, event_id=10**9)
    with refused_by(tables, "uq_event_seals_event_id"):
        write(tables, EventSeal, seal, position=10**9)
    with refused_by(tables, "fk_event_seals_event_id"):
        write(tables, EventSeal, last, position=10**9, event_id=10**9)
