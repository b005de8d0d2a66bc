"""Each kind is forgotten after its time and not before; what signed is evidence and stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED
from tests.services.people import RULES, ask, at, code_sent, later, signed_in
from webapp.domain.retention import RETENTIONS, Kept, retention_of
from webapp.models import (
    ApiKey,
    Base,
    CodePurpose,
    Employer,
    Language,
    MessageStatus,
    OneTimeCode,
    StaffMember,
    WebSession,
)
from webapp.models.message import Message
from webapp.services.enrolment import sign_with_code
from webapp.services.forgetting import FORGETTINGS, count_old, forget_old
from webapp.services.kept_forms import keep_form
from webapp.services.mandates import Signature
from webapp.services.working_day import WorkingDay

# Which line of the register speaks of a table.
TABLES: Mapping[str, Kept] = {
    "throttles": Kept.THROTTLES,
    "one_time_codes": Kept.UNUSED_CODES,
    "kept_forms": Kept.KEPT_FORMS,
    "mandate_drafts": Kept.MANDATE_DRAFTS,
    "declaration_drafts": Kept.DECLARATION_DRAFTS,
    "messages": Kept.MESSAGES,
    "web_sessions": Kept.SESSIONS,
    "staff_invitations": Kept.STAFF_INVITATIONS,
    "recovery_codes": Kept.RECOVERY_CODES,
    "correction_requests": Kept.CORRECTION_REQUESTS,
    "employers": Kept.MEMBERS,
    "worksites": Kept.MEMBERS,
    "persons": Kept.DELEGATIONS,
    "delegations": Kept.DELEGATIONS,
    "staff_members": Kept.STAFF,
    "mandates": Kept.SIGNATURES,
    "mandate_worksites": Kept.SIGNATURES,
    "mandate_signatures": Kept.SIGNATURES,
    "signed_texts": Kept.SIGNATURES,
    "mandate_papers": Kept.MANDATE_PAPERS,
    "declarations": Kept.DECLARATIONS,
    "declaration_lines": Kept.DECLARATIONS,
    "declared_months": Kept.DECLARATIONS,
    "dues": Kept.DEBITS,
    "debits": Kept.DEBITS,
    "debit_lines": Kept.DEBITS,
    "attempts": Kept.DEBITS,
    "bank_files": Kept.DEBITS,
    "earlier_files": Kept.DEBITS,
    "notices": Kept.NOTICES,
    "bank_messages": Kept.BANK_MESSAGES,
    "bank_entries": Kept.BANK_MESSAGES,
    "postings": Kept.BOOKS,
    "worksite_changes": Kept.MEMBERS,
    "declaring_terms": Kept.MEMBERS,
    "declaration_sheets": Kept.DECLARATION_SHEETS,
    "payments": Kept.DEBITS,
    "payment_schedules": Kept.DEBITS,
    "scheduled_dues": Kept.DEBITS,
    "instalments": Kept.DEBITS,
    "office_requests": Kept.DEBITS,
    "api_keys": Kept.DELEGATIONS,
    "campaign_members": Kept.STAFF,
    "device_codes": Kept.STAFF,
    "devices": Kept.STAFF,
    "enrolment_cases": Kept.SIGNATURES,
    "drawn_signatures": Kept.SIGNATURES,
    "hand_overs": Kept.SIGNATURES,
    "prepared_forms": Kept.SIGNATURES,
    "employer_notes": Kept.NOTES,
    "api_requests": Kept.API_REQUESTS,
    "contests": Kept.DEBITS,
    "contest_lines": Kept.DEBITS,
    "contest_papers": Kept.DEBITS,
    "certificates": Kept.DEBITS,
    "calendar_feeds": Kept.MEMBERS,
    "news": Kept.NEWS,
    "events": Kept.EVENTS,
    "restorations": Kept.EVENTS,
    "reversals": Kept.DEBITS,
    "event_seals": Kept.EVENTS,
}
ABOUT_NOBODY = {
    "agencies", "campaign_places", "campaigns", "channels", "channel_routes", "closed_days",
    "confirming_banks", "contribution_rates", "demonstrations", "late_rules", "local_codes",
    "runs", "wilayas",
}  # fmt: skip


def test_the_register_speaks_of_every_table_about_people() -> None:
    assert set(Base.metadata.tables) == set(TABLES) | ABOUT_NOBODY
    assert set(TABLES.values()) == set(Kept)


def test_what_the_register_says_is_forgotten_is_forgotten() -> None:
    assert list(FORGETTINGS) == [line.kept for line in RETENTIONS if line.forgotten]
    for kept, forgetting in FORGETTINGS.items():
        assert TABLES[forgetting.model.__tablename__] is kept


@pytest.fixture
def day(office: Session) -> WorkingDay:
    return builders.working_day(office, FILED)


@pytest.fixture
def owner(office: Session) -> Employer:
    return builders.employer(office)


Row = Callable[[Session, int, datetime], dict[str, Any]]


def staff(session: Session, now: datetime) -> int:
    """The one member of the staff; their id."""
    known = session.scalar(select(StaffMember.id))
    if known is not None:
        return known
    values = {
        "reference": "S1", "email": "salima@fund.example", "name": "Salima", "language": "ar",
        "role": "agent", "password_hash": "", "totp_secret": b"", "totp_step": 0,
        "created_at": now,
    }  # fmt: skip
    return session.execute(
        insert(StaffMember).values(values).returning(StaffMember.id)
    ).scalar_one()


def key(session: Session, owner: int, now: datetime) -> int:
    """A key of a software; its id."""
    values = {
        "reference": "KA1", "employer_id": owner, "name": "Sage", "secret_sha256": "0" * 64,
        "may_read": True, "may_file": True, "made_by": "x", "made_at": now,
    }  # fmt: skip
    return session.execute(insert(ApiKey).values(values).returning(ApiKey.id)).scalar_one()


# A row of each kind whose time began at an instant.
ROWS: Mapping[Kept, Row] = {
    Kept.THROTTLES: lambda session, owner, then: {"subject": "x", "since_at": then, "tries": 1},
    Kept.UNUSED_CODES: lambda session, owner, then: {
        "reference": "c1", "purpose": "sign_in", "employer_id": owner, "code_hash": "0" * 64,
        "sent_at": then, "tries": 0,
    },
    Kept.KEPT_FORMS: lambda session, owner, then: {
        "reference": "f1", "employer_id": owner, "address": "activate", "typed": b"x",
        "kept_at": then,
    },
    Kept.MANDATE_DRAFTS: lambda session, owner, then: {
        "reference": "d1", "employer_id": owner, "account": b"x", "saved_at": then,
    },
    Kept.DECLARATION_DRAFTS: lambda session, owner, then: {
        "employer_id": owner, "period": "2026-10", "form_key": "k", "typed": "{}",
        "saved_at": then,
    },
    Kept.DECLARATION_SHEETS: lambda session, owner, then: {
        "employer_id": owner, "period": "2026-10", "file_name": "x.csv", "lines": "{}",
        "read_at": then,
    },
    Kept.MESSAGES: lambda session, owner, then: {
        "reference": "m1", "kind": "sign_in_code", "channel": "sms", "language": "ar",
        "employer_id": owner, "sealed": b"x", "status": "accepted", "tries": 1,
        "created_at": then, "next_try_at": then, "answer": "",
    },
    Kept.SESSIONS: lambda session, owner, then: {
        "token_sha256": "0" * 64, "employer_id": owner, "device": "",
        "started_at": then - timedelta(hours=1), "seen_at": then, "ended_at": None,
    },
    Kept.STAFF_INVITATIONS: lambda session, owner, then: {
        "token_sha256": "0" * 64, "email": "ali@fund.example", "name": "Ali", "language": "ar",
        "role": "agent", "invited_at": then - timedelta(days=3), "expires_at": then,
    },
    Kept.RECOVERY_CODES: lambda session, owner, then: {
        "staff_id": staff(session, then), "code_hash": "0" * 64, "used_at": then,
    },
    Kept.CORRECTION_REQUESTS: lambda session, owner, then: {
        "reference": "r1", "employer_id": owner, "subject": "name", "status": "done",
        "wish": b"x", "asked_at": then - timedelta(days=9), "answer": b"x", "answered_at": then,
    },
    Kept.NOTES: lambda session, owner, then: {
        "reference": "n1", "employer_id": owner, "staff_id": staff(session, then), "kind": "call",
        "text": b"x", "written_at": then,
    },
    Kept.NEWS: lambda session, owner, then: {
        "key": "attempt:1:settled", "employer_id": owner, "told_at": then,
    },
    Kept.API_REQUESTS: lambda session, owner, then: {
        "api_key_id": key(session, owner, then), "idempotency_key": "october",
        "body_sha256": "0" * 64, "status": 201, "answer": b"{}", "made_at": then,
    },
}  # fmt: skip
# What makes a row of a kind one that is still needed, however old it is.
STILL_NEEDED: Mapping[Kept, dict[str, Any]] = {
    Kept.MESSAGES: {"status": MessageStatus.QUEUED},
    Kept.RECOVERY_CODES: {"used_at": None},
    Kept.CORRECTION_REQUESTS: {"status": "open", "answered_at": None, "answer": b""},
}


def put(session: Session, kept: Kept, owner: int, then: datetime, **other: object) -> None:
    values = ROWS[kept](session, owner, then) | other
    session.execute(insert(FORGETTINGS[kept].model).values(values))
    session.commit()


def left(session: Session, kept: Kept) -> int:
    count = session.scalar(select(func.count()).select_from(FORGETTINGS[kept].model)) or 0
    session.rollback()
    return count


@pytest.mark.parametrize("kept", ROWS)
def test_a_kind_is_forgotten_after_its_time(
    office: Session, day: WorkingDay, owner: Employer, kept: Kept
) -> None:
    put(office, kept, owner.id, retention_of(kept).span.before(day.now) - timedelta(seconds=1))
    assert count_old(office, day)[kept] == 1
    assert left(office, kept) == 1
    assert forget_old(office, day) == dict.fromkeys(FORGETTINGS, 0) | {kept: 1}
    assert left(office, kept) == 0


@pytest.mark.parametrize("kept", ROWS)
def test_and_not_before(office: Session, day: WorkingDay, owner: Employer, kept: Kept) -> None:
    put(office, kept, owner.id, retention_of(kept).span.before(day.now) + timedelta(seconds=1))
    assert count_old(office, day)[kept] == 0
    assert forget_old(office, day)[kept] == 0
    assert left(office, kept) == 1


@pytest.mark.parametrize("kept", STILL_NEEDED)
def test_what_has_not_done_its_work_stays_however_old_it_is(
    office: Session, day: WorkingDay, owner: Employer, kept: Kept
) -> None:
    put(office, kept, owner.id, day.now - timedelta(days=4_000), **STILL_NEEDED[kept])
    assert count_old(office, day)[kept] == forget_old(office, day)[kept] == 0
    assert left(office, kept) == 1


def test_every_kind_that_goes_has_its_row_here() -> None:
    assert set(ROWS) == set(FORGETTINGS)


def test_a_session_that_was_ended_long_after_it_was_seen_is_kept_from_its_end(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    long_ago = day.now - timedelta(days=400)
    put(office, Kept.SESSIONS, owner.id, long_ago, ended_at=day.now - timedelta(days=300))
    assert forget_old(office, day)[Kept.SESSIONS] == 0
    assert office.scalar(select(func.count()).select_from(WebSession)) == 1


def test_a_code_that_signed_stays_and_the_others_go(
    office: Session, day: WorkingDay, owner: Employer
) -> None:
    ask(office, day, owner.member_number)
    signing = ask(office, day, owner.member_number, CodePurpose.SIGN_MANDATE)
    sign_with_code(
        office, day, builders.VAULT, RULES, signed_in(owner), signing.reference,
        code_sent(signing),
        Signature(owner.member_number, builders.account(), "أرخّص", Language.ARABIC),
    )  # fmt: skip
    keep_form(office, day, builders.VAULT, owner.id, "activate", {"account": ["1"]})
    gone = forget_old(office, later(day, hours=48, seconds=1))
    assert (gone[Kept.UNUSED_CODES], gone[Kept.KEPT_FORMS]) == (1, 1)
    assert gone[Kept.THROTTLES] > 0
    assert office.scalars(select(OneTimeCode.purpose)).all() == [CodePurpose.SIGN_MANDATE]


def test_a_second_time_nothing_is_old(office: Session, day: WorkingDay, owner: Employer) -> None:
    for kept in FORGETTINGS:
        put(office, kept, owner.id, day.now)
    much_later = at(day, day.now + timedelta(days=2_000))
    assert forget_old(office, much_later) == dict.fromkeys(FORGETTINGS, 1)
    assert forget_old(office, much_later) == dict.fromkeys(FORGETTINGS, 0)
    assert office.scalar(select(func.count()).select_from(Message)) == 0
