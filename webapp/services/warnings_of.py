"""Of what an employer is warned: one list for their home and for whoever acts for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from webapp.domain.statuses import DebitStatus, MandateStatus, PaymentScheduleStatus
from webapp.domain.warning_kinds import WarningKind, urgency_of
from webapp.services.contests.reading import ContestRow
from webapp.services.debit_life import DebitRow
from webapp.services.obligations import Obligation

OF_SCHEDULES = {
    PaymentScheduleStatus.BROKEN: WarningKind.SCHEDULE_BROKEN,
    PaymentScheduleStatus.PROPOSED: WarningKind.SCHEDULE_PROPOSED,
    PaymentScheduleStatus.ACCEPTED: WarningKind.SCHEDULE_RUNNING,
}


@dataclass(frozen=True, slots=True)
class Warning:
    """One warning; its debit, contest, or period that is to be declared, where it is about one."""

    kind: WarningKind
    debit: DebitRow | None = None
    days: Obligation | None = None
    contest: ContestRow | None = None


def ordered(found: Iterable[Warning]) -> tuple[Warning, ...]:
    """What costs money first; among equals as they were found."""
    return tuple(sorted(found, key=lambda one: urgency_of(one.kind)))


def kind_of_debit(status: DebitStatus) -> WarningKind:
    """Of a debit that went wrong: on hold, refused for good, or to be presented once more."""
    if status is DebitStatus.HELD:
        return WarningKind.DEBIT_HELD
    refused = status is DebitStatus.REFUSED
    return WarningKind.DEBIT_REFUSED if refused else WarningKind.DEBIT_TRIED_AGAIN


def kind_of_declaration(days: Obligation, today: date) -> WarningKind:
    """Of a period that is not declared yet."""
    late = days.deadline < today
    return WarningKind.DECLARATION_LATE if late else WarningKind.DECLARATION_DUE


def kind_of_mandate(
    status: MandateStatus | None, *, paused: bool, waits_for_paper: bool
) -> WarningKind | None:
    """Of the default authorisation, None for one in force; its employer's pause may be planned."""
    if status is None:
        return WarningKind.AUTHORISATION_MISSING
    if paused:
        return WarningKind.PAUSED
    if waits_for_paper:
        return WarningKind.PAPER_MISSING
    if status in (MandateStatus.SIGNED, MandateStatus.CONFIRMED):
        return WarningKind.AUTHORISATION_WAITS
    if status is MandateStatus.SUSPENDED:
        return WarningKind.AUTHORISATION_SUSPENDED
    return None
