"""The prepared forms of an agency: which are open, which were entered, which came too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from webapp.domain.roles import Scope
from webapp.models import Campaign, Employer, Mandate, PreparedForm, StaffMember
from webapp.services.open_days.prepared_forms import has_authorisation
from webapp.services.staff.employers import in_scope
from webapp.services.transactions import reading
from webapp.services.working_day import WorkingDay

FORMS_ON_A_PAGE = 50


class FormState(StrEnum):
    """What became of a prepared form."""

    OPEN = "form_open"
    ENTERED = "form_entered"
    OVERTAKEN = "form_overtaken"  # the employer has enrolled otherwise


@dataclass(frozen=True, slots=True)
class WantedForms:
    """Which forms are asked for; "" for all of them, campaigns by their reference."""

    state: FormState | None = None
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One line of the list."""

    id: int
    reference: str
    state: FormState
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    made_at: datetime
    made_by: str
    entered_at: datetime | None
    mandate: str | None


@dataclass(frozen=True, slots=True)
class CampaignName:
    """Open days to choose from."""

    reference: str
    ar: str
    fr: str
    begins_on: date
    ends_on: date


def list_forms(
    session: Session,
    scope: Scope,
    wanted: WantedForms,
    before: int | None = None,
    most: int = FORMS_ON_A_PAGE + 1,
) -> Sequence[FormRow]:
    """The forms of the scope, the latest first; by itself one more than fits on a page."""
    query = (
        select(
            PreparedForm.id,
            PreparedForm.reference,
            _state().label("state"),
            PreparedForm.employer_id,
            Employer.member_number,
            Employer.name_ar,
            Employer.name_fr,
            PreparedForm.made_at,
            StaffMember.name.label("made_by"),
            PreparedForm.entered_at,
            Mandate.reference.label("mandate"),
        )
        .join(Employer, Employer.id == PreparedForm.employer_id)
        .join(StaffMember, StaffMember.id == PreparedForm.made_by)
        .outerjoin(Mandate, Mandate.id == PreparedForm.mandate_id)
        .outerjoin(Campaign, Campaign.id == PreparedForm.campaign_id)
        .where(*in_scope(scope), *_fits(wanted))
        .order_by(PreparedForm.id.desc())
        .limit(most)
    )
    with reading(session):
        rows = session.execute(
            query if before is None else query.where(PreparedForm.id < before)
        ).all()
    return [FormRow(**row._asdict() | {"state": FormState(row.state)}) for row in rows]


def count_forms(session: Session, scope: Scope, campaign: str = "") -> dict[FormState, int]:
    """How many forms are in each state."""
    with reading(session):
        rows = session.execute(
            select(_state().label("state"), func.count())
            .select_from(PreparedForm)
            .join(Employer, Employer.id == PreparedForm.employer_id)
            .outerjoin(Campaign, Campaign.id == PreparedForm.campaign_id)
            .where(*in_scope(scope), *_fits(WantedForms(campaign=campaign)))
            .group_by("state")
        ).all()
    found = {FormState(row[0]): int(row[1]) for row in rows}
    return {state: found.get(state, 0) for state in FormState}


def campaigns_to_choose(session: Session, scope: Scope) -> Sequence[CampaignName]:
    """The open days of the scope, the latest first."""
    theirs = () if scope.agency_id is None else (Campaign.agency_id == scope.agency_id,)
    with reading(session):
        rows = session.execute(
            select(
                Campaign.reference,
                Campaign.name_ar,
                Campaign.name_fr,
                Campaign.begins_on,
                Campaign.ends_on,
            )
            .where(*theirs)
            .order_by(Campaign.begins_on.desc(), Campaign.id.desc())
        ).all()
    return [CampaignName(*row) for row in rows]


def still_to_come(campaigns: Sequence[CampaignName], day: WorkingDay) -> list[CampaignName]:
    """Those whose last day is not past: forms are prepared for them."""
    return [one for one in campaigns if one.ends_on >= day.today]


def _state() -> ColumnElement[str]:
    return case(
        (PreparedForm.entered_at.is_not(None), FormState.ENTERED.value),
        (has_authorisation(), FormState.OVERTAKEN.value),
        else_=FormState.OPEN.value,
    )


def _fits(wanted: WantedForms) -> list[ColumnElement[bool]]:
    entered = PreparedForm.entered_at.is_not(None)
    states = {
        FormState.OPEN: and_(~entered, ~has_authorisation()),
        FormState.ENTERED: entered,
        FormState.OVERTAKEN: and_(~entered, has_authorisation()),
    }
    fits = [] if wanted.state is None else [states[wanted.state]]
    return fits + ([Campaign.reference == wanted.campaign] if wanted.campaign else [])
