"""What is sealed where: every column whose values only the keys open, in one list.

A value is sealed for its own row: the context names the row by what it was given before it was
inserted. Whoever adds a column adds it here, or the keys cannot be rotated.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from webapp.models import (
    ApiRequest,
    BankEntry,
    Channel,
    Contest,
    CorrectionRequest,
    DrawnSignature,
    EmployerNote,
    EventSeal,
    KeptForm,
    Mandate,
    MandateDraft,
    Message,
    OfficeRequest,
    StaffMember,
)


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column, and for what a value in it is sealed: words and, in braces, columns of its row."""

    column: InstrumentedAttribute[Any]
    context: str

    @property
    def model(self) -> type[Any]:
        """The table."""
        return self.column.parent.class_

    @property
    def name(self) -> str:
        """The column as people call it: mandates.account."""
        return f"{self.model.__tablename__}.{self.column.key}"

    @property
    def fields(self) -> Sequence[str]:
        """The columns that the context names."""
        return [field for _, field, _, _ in string.Formatter().parse(self.context) if field]

    def context_of(self, **fields: object) -> str:
        """The context of one row, from the columns that it names."""
        return self.context.format(**fields)


SEALED = (
    SealedColumn(Mandate.account, "mandate:{reference}"),
    SealedColumn(MandateDraft.account, "draft:{reference}"),
    SealedColumn(Channel.creditor_account, "channel:{code}"),
    SealedColumn(KeptForm.typed, "form:{reference}"),
    SealedColumn(BankEntry.raw, "entry:{bank_message_id}:{position}"),
    SealedColumn(Message.sealed, "message:{reference}"),
    SealedColumn(StaffMember.totp_secret, "staff:{reference}"),
    SealedColumn(CorrectionRequest.wish, "wish:{reference}"),
    SealedColumn(CorrectionRequest.answer, "answer:{reference}"),
    SealedColumn(Contest.words, "contest:{reference}"),
    SealedColumn(Contest.answer, "contest-answer:{reference}"),
    SealedColumn(DrawnSignature.strokes, "strokes:{reference}"),
    SealedColumn(DrawnSignature.signed, "drawn:{reference}"),
    SealedColumn(EmployerNote.text, "note:{reference}"),
    SealedColumn(OfficeRequest.reason, "reason:{reference}"),
)
# Bytes that hide nothing, or no more than the declarations beside them.
NOT_SEALED = {
    "event_seals.digest": EventSeal.digest,
    "api_requests.answer": ApiRequest.answer,
}
