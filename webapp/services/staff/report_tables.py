"""The debits of a run report by bank, agency and wilaya, counted in the five columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.data.loader import load_banks
from webapp.domain.stages import STAGE_OF, Stage
from webapp.domain.statuses import DebitStatus
from webapp.models import Agency, Channel
from webapp.services.reports import Groups, RunReport
from webapp.services.sums import Sum
from webapp.services.transactions import reading
from webapp.services.wilayas import list_wilayas

BY = ("bank", "agency", "wilaya")


@dataclass(frozen=True, slots=True)
class Name:
    """What a group is called in each language."""

    ar: str
    fr: str


# By the kind of the groups, then by their codes.
Names = Mapping[str, Mapping[str, Name]]
Columns = Mapping[Stage, Sum]


def groups_of(report: RunReport) -> dict[str, dict[str, Columns]]:
    """By bank, agency and wilaya: of each, its debits in the five columns."""
    by: dict[str, Groups] = {
        "bank": report.by_bank, "agency": report.by_agency, "wilaya": report.by_wilaya,
    }  # fmt: skip
    return {
        kind: {code: in_columns(statuses) for code, statuses in by[kind].items()} for kind in BY
    }


def in_columns(statuses: Mapping[str, Sum]) -> Columns:
    """Sums by the status of debits, added up in the five columns."""
    columns = dict.fromkeys(Stage, Sum())
    for status, one in statuses.items():
        stage = STAGE_OF[DebitStatus(status)]
        if stage is not None:
            columns[stage] += one
    return columns


def names_of_groups(session: Session) -> Names:
    """What banks, agencies and wilayas are called."""
    with reading(session):
        agencies = session.execute(select(Agency.code, Agency.name_ar, Agency.name_fr)).all()
        wilayas = list_wilayas(session)
    return {
        "bank": {code: Name(one.name_ar, one.name_fr) for code, one in load_banks().items()},
        "agency": {code: Name(arabic, french) for code, arabic, french in agencies},
        "wilaya": {one.code: Name(one.name_ar, one.name_fr) for one in wilayas},
    }


def names_of_channels(session: Session) -> Mapping[str, Name]:
    """What the institutions are called, by the codes of their channels."""
    with reading(session):
        rows = session.execute(
            select(Channel.code, Channel.institution_ar, Channel.institution_fr)
        ).all()
    return {code: Name(arabic, french) for code, arabic, french in rows}
