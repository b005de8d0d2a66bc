"""One queue of the office as its pages read it, whichever it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.office_queues import QueueKind
from webapp.domain.roles import Scope
from webapp.models import BankEntry, BankMessage, Debit, Employer, Event, OfficeRequest, Subject
from webapp.services.staff.debit_queues import (
    LINES_ON_A_PAGE,
    DebitInQueue,
    Wanted,
    debits_in_queue,
    sum_of_debits,
    these_debits,
)
from webapp.services.staff.office_queues import sum_of_waivers, these_waivers, waivers
from webapp.services.staff.request_lists import RequestRow
from webapp.services.staff.unmatched_queue import (
    Unmatched,
    sum_of_unmatched,
    these_unmatched,
    unmatched,
)
from webapp.services.sums import Sum
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

Line = DebitInQueue | Unmatched | RequestRow
DEBITS = (QueueKind.HELD, QueueKind.REFUSED)


@dataclass(frozen=True, slots=True)
class QueueReader:
    """Reads one queue for somebody who may see the employers in scope."""

    session: Session
    vault: Vault
    scope: Scope
    kind: QueueKind

    def page(
        self, wanted: Wanted, before: int | None = None, most: int = LINES_ON_A_PAGE
    ) -> tuple[Sequence[Line], bool]:
        """The lines that fit, the latest first, and whether there are older ones than these."""
        if self.kind in DEBITS:
            return debits_in_queue(self.session, self.kind, wanted, before, most)
        if self.kind is QueueKind.MONEY:
            return unmatched(self.session, wanted, before, most)
        return waivers(self.session, self.vault, self.scope, wanted, before, most)

    def these(self, ids: Sequence[int]) -> Sequence[Line]:
        """Those of the lines that wait still."""
        if self.kind in DEBITS:
            return these_debits(self.session, self.kind, ids)
        if self.kind is QueueKind.MONEY:
            return these_unmatched(self.session, ids)
        return these_waivers(self.session, self.vault, self.scope, ids)

    def total(self, wanted: Wanted) -> Sum:
        """How many lines fit, and how much money that is."""
        if self.kind in DEBITS:
            return sum_of_debits(self.session, self.kind, wanted)
        if self.kind is QueueKind.MONEY:
            return sum_of_unmatched(self.session, wanted)
        return sum_of_waivers(self.session, self.scope, wanted)

    def names(self, ids: Collection[int]) -> dict[int, str]:
        """What lines are called, whether they wait still or not."""
        if self.kind in DEBITS:
            wanted = select(Debit.id, Debit.reference).where(Debit.id.in_(ids))
        elif self.kind is QueueKind.MONEY:
            wanted = (
                select(BankEntry.id, BankMessage.message_id)
                .join(BankMessage, BankMessage.id == BankEntry.bank_message_id)
                .where(BankEntry.id.in_(ids))
            )
        else:
            wanted = select(OfficeRequest.id, OfficeRequest.reference).where(
                OfficeRequest.id.in_(ids)
            )
        with reading(self.session):
            return dict(self.session.execute(wanted).all())


def employer_with_number(session: Session, member_number: str) -> int | None:
    """The employer with this member number; None where there is none."""
    with reading(session):
        return session.scalar(select(Employer.id).where(Employer.member_number == member_number))


def record_sheet(session: Session, day: WorkingDay, staff_id: int, kind: QueueKind) -> None:
    """That somebody took the lines of a queue away is an event."""
    with transaction(session):
        session.add(
            Event(
                at=day.now,
                actor=day.actor,
                subject=Subject.STAFF,
                subject_id=staff_id,
                source=None,
                target="queue_exported",
                cause=kind.value,
            )
        )
