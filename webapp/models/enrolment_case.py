"""One employer at a device or a desk: who helped them, how it ended, and what is kept of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.enrolment_cases import CaseFailure, CaseStatus, IdentityPaper
from webapp.models.base import Base, BigId, UtcDateTime, id_column, live_key, one_of
from webapp.models.employer import Language


class EnrolmentCase(Base):
    """At most one is open on a device, and leads to at most one mandate."""

    __tablename__ = "enrolment_cases"
    __table_args__ = (
        CheckConstraint("(cause IS NOT NULL) = (status = 'failed')", name="failed_for_a_cause"),
        live_key(
            "uq_enrolment_cases_open_on_device",
            "device_id",
            where="status IN ('begun', 'turned', 'drawn')",
        ),
    )

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    # Without a campaign: at the desk of the agency.
    campaign_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("campaigns.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("devices.id"))
    # Nobody, where the employer did the one step alone.
    staff_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff_members.id"), index=True)
    status: Mapped[CaseStatus] = mapped_column(one_of(CaseStatus))
    cause: Mapped[CaseFailure | None] = mapped_column(one_of(CaseFailure))
    # Why somebody of the fund acts for the employer, where it is not enrolment at open days.
    reason: Mapped[str] = mapped_column(String(200), default="")
    identity_paper: Mapped[IdentityPaper | None] = mapped_column(one_of(IdentityPaper))
    language: Mapped[Language] = mapped_column(one_of(Language))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    turned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mandate_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mandates.id"), unique=True)


class DrawnSignature(Base):
    """What somebody without a phone drew on the tablet, sealed; the paper comes after it."""

    __tablename__ = "drawn_signatures"

    id: Mapped[int] = id_column()
    # Made before the row: what is sealed for one does not open as another's.
    reference: Mapped[str] = mapped_column(String(32), unique=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("enrolment_cases.id"), unique=True)
    strokes: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    # Everything that the person saw and chose, sealed: it is signed when the agent confirms.
    signed: Mapped[bytes] = mapped_column(LargeBinary)
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("staff_members.id"))


class HandOver(Base):
    """Lets one phone go on with a case, once and within minutes; only the code shown holds it."""

    __tablename__ = "hand_overs"

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("enrolment_cases.id"), index=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PreparedForm(Base):
    """An authorisation on paper with an employer's data on it, for a hall without a network."""

    __tablename__ = "prepared_forms"
    __table_args__ = (
        # Printed again it is the same form, as long as its text is.
        live_key(
            "uq_prepared_forms_open", "employer_id", "text_sha256", where="entered_at IS NULL"
        ),
    )

    id: Mapped[int] = id_column()
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    employer_id: Mapped[int] = mapped_column(BigId, ForeignKey("employers.id"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("campaigns.id"), index=True)
    text_sha256: Mapped[str] = mapped_column(String(64), ForeignKey("signed_texts.sha256"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int] = mapped_column(BigId, ForeignKey("staff_members.id"))
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mandate_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mandates.id"), unique=True)
