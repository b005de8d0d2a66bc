"""What need not be kept is forgotten, each kind after its time; the times are the register's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session

from webapp.domain.retention import Kept, retention_of
from webapp.models import (
    ApiRequest,
    CorrectionRequest,
    DeclarationDraft,
    DeclarationSheet,
    EmployerNote,
    KeptForm,
    MandateDraft,
    MandateSignature,
    Message,
    MessageStatus,
    News,
    OneTimeCode,
    RecoveryCode,
    StaffInvitation,
    Throttle,
    WebSession,
)
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class Forgetting:
    """The rows of a kind that are old: `is_old` is given the instant before which they are."""

    model: type[Any]
    is_old: Callable[[datetime], ColumnElement[bool]]


FORGETTINGS: Mapping[Kept, Forgetting] = {
    Kept.THROTTLES: Forgetting(Throttle, lambda before: Throttle.since_at < before),
    Kept.UNUSED_CODES: Forgetting(
        OneTimeCode,
        lambda before: (
            (OneTimeCode.sent_at < before)
            & ~exists().where(MandateSignature.code_id == OneTimeCode.id)
        ),
    ),
    Kept.KEPT_FORMS: Forgetting(KeptForm, lambda before: KeptForm.kept_at < before),
    Kept.MANDATE_DRAFTS: Forgetting(MandateDraft, lambda before: MandateDraft.saved_at < before),
    Kept.DECLARATION_DRAFTS: Forgetting(
        DeclarationDraft, lambda before: DeclarationDraft.saved_at < before
    ),
    Kept.DECLARATION_SHEETS: Forgetting(
        DeclarationSheet, lambda before: DeclarationSheet.read_at < before
    ),
    # One that is still to be sent has not done its work.
    Kept.MESSAGES: Forgetting(
        Message,
        lambda before: (Message.created_at < before) & (Message.status != MessageStatus.QUEUED),
    ),
    # Nobody signs out of most of them: they end when they were seen last.
    Kept.SESSIONS: Forgetting(
        WebSession, lambda before: func.coalesce(WebSession.ended_at, WebSession.seen_at) < before
    ),
    Kept.STAFF_INVITATIONS: Forgetting(
        StaffInvitation, lambda before: StaffInvitation.expires_at < before
    ),
    Kept.RECOVERY_CODES: Forgetting(RecoveryCode, lambda before: RecoveryCode.used_at < before),
    Kept.CORRECTION_REQUESTS: Forgetting(
        CorrectionRequest, lambda before: CorrectionRequest.answered_at < before
    ),
    Kept.NOTES: Forgetting(EmployerNote, lambda before: EmployerNote.written_at < before),
    Kept.NEWS: Forgetting(News, lambda before: News.told_at < before),
    Kept.API_REQUESTS: Forgetting(ApiRequest, lambda before: ApiRequest.made_at < before),
}


def forget_old(session: Session, day: WorkingDay) -> dict[Kept, int]:
    """Delete what is older than its kind is kept for; return how many rows of each kind went.

    A code that signed is evidence, and stays. Each kind is a transaction of its own.
    """
    gone = {}
    for kept, forgetting in FORGETTINGS.items():
        with transaction(session):
            result = session.execute(delete(forgetting.model).where(_old(kept, day)))
            gone[kept] = result.rowcount  # type: ignore[attr-defined]
    return gone


def count_old(session: Session, day: WorkingDay) -> dict[Kept, int]:
    """How many rows of each kind `forget_old` would delete now; nothing is deleted."""
    with reading(session):
        return {
            kept: session.scalar(
                select(func.count()).select_from(forgetting.model).where(_old(kept, day))
            )
            or 0
            for kept, forgetting in FORGETTINGS.items()
        }


def _old(kept: Kept, day: WorkingDay) -> ColumnElement[bool]:
    return FORGETTINGS[kept].is_old(retention_of(kept).span.before(day.now))
