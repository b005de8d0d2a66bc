"""Authorisations that a bank must confirm on paper: who waits, the bank's yes, the bank's no.

Where a bank asks for the stamped paper, a mandate is only signed at first and nothing is debited
under it. Once active, it takes what is open by the usual rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.bank_refusals import BANK_SAYS, BankRefusal
from webapp.domain.errors import NotFound, PaperMissing
from webapp.domain.roles import Scope
from webapp.domain.statuses import ALLOWED_MOVES, MandateStatus, check_move
from webapp.models import Agency, Employer, Mandate, MandatePaper
from webapp.services import outbox
from webapp.services.endings import end_mandates
from webapp.services.events import move_all
from webapp.services.signing import lock_employer
from webapp.services.staff.employers import in_scope
from webapp.services.telling import Tell
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

ROWS_OF_A_PAGE = 50
SIGNED, CONFIRMED = MandateStatus.SIGNED, MandateStatus.CONFIRMED
ACTIVE, REFUSED = MandateStatus.ACTIVE, MandateStatus.REFUSED
WAITS = and_(Mandate.status == SIGNED, Mandate.paper_due_on.is_not(None))


@dataclass(frozen=True, slots=True)
class StaffMandate:
    """A mandate as the desk sees it: whose it is, since when, until when, and how many papers.

    Of the account, only the last four digits; `paper_due_on` is None where no paper was asked for.
    """

    id: int
    reference: str
    status: MandateStatus
    employer_id: int
    member_number: str
    name_ar: str
    name_fr: str
    agency_ar: str
    agency_fr: str
    bank_code: str
    account_last4: str
    signatory_name: str
    signed_on: date
    paper_due_on: date | None
    papers: int

    @property
    def waits(self) -> bool:
        """Whether its bank has said neither yes nor no."""
        return self.status is SIGNED

    @property
    def may_be_refused(self) -> bool:
        """Whether a bank's no changes anything still."""
        return REFUSED in ALLOWED_MOVES[MandateStatus][self.status]

    def days_left(self, today: date) -> int:
        """Calendar days until the paper is due; negative when it is overdue."""
        return 0 if self.paper_due_on is None else (self.paper_due_on - today).days


STAFF_MANDATES = (
    select(
        Mandate.id,
        Mandate.reference,
        Mandate.status,
        Mandate.employer_id,
        Employer.member_number,
        Employer.name_ar,
        Employer.name_fr,
        Agency.name_ar.label("agency_ar"),
        Agency.name_fr.label("agency_fr"),
        Mandate.bank_code,
        Mandate.account_last4,
        Mandate.signatory_name,
        Mandate.signed_on,
        Mandate.paper_due_on,
        select(func.count())
        .where(MandatePaper.mandate_id == Mandate.id)
        .correlate(Mandate)
        .scalar_subquery()
        .label("papers"),
    )
    .join(Employer, Employer.id == Mandate.employer_id)
    .join(Agency, Agency.id == Employer.agency_id)
)


def waiting(session: Session, agency_id: int | None, after: int = 0) -> Sequence[StaffMandate]:
    """What waits for a bank, the most urgent paper first; of one agency or of all.

    One more than a page. `after` is the id of the last one seen: what came or went meanwhile
    moves nobody to another page. Raises NotFound for one that never waited in this agency.
    """
    wanted = STAFF_MANDATES.where(WAITS, *in_scope(Scope(agency_id)))
    with reading(session):
        if after:
            wanted = wanted.where(_behind(session, agency_id, after))
        rows = session.execute(
            wanted.order_by(Mandate.paper_due_on, Mandate.id).limit(ROWS_OF_A_PAGE + 1)
        ).all()
    return [StaffMandate(**row._asdict()) for row in rows]


def count_waiting(session: Session, agency_id: int | None) -> int:
    """How many wait for a bank."""
    asked = select(func.count()).select_from(Mandate)
    if agency_id is not None:
        asked = asked.join(Employer, Employer.id == Mandate.employer_id)
    with reading(session):
        return session.scalar(asked.where(WAITS, *in_scope(Scope(agency_id)))) or 0


def find_mandate(session: Session, agency_id: int | None, reference: str) -> StaffMandate:
    """One mandate, waiting or not. Raises NotFound, also for another agency's."""
    with reading(session):
        return _find(session, agency_id, reference)


def confirm(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    agency_id: int | None,
    reference: str,
    tell: Tell = outbox.tell,
) -> None:
    """The bank agrees, as its stamp on the paper says: debits may be made from now on.

    The employer is told. Raises NotFound, also for another agency's, PaperMissing while no scan
    is there, and IllegalMove for one that waits no more.
    """
    with transaction(session):
        found = _lock(session, agency_id, reference)
        check_move(found.status, CONFIRMED)
        if not found.papers:
            raise PaperMissing(reference=reference)
        this = Mandate.id == found.id
        move_all(session, day, Mandate, SIGNED, CONFIRMED, this, cause="paper_confirmed")
        # Its employer may have been told that it would end without its paper.
        move_all(
            session, day, Mandate, CONFIRMED, ACTIVE, this, cause="confirmed", expiry_told_on=None
        )
        _tell(session, day, vault, tell, found, "mandate_confirmed")


def refuse(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    agency_id: int | None,
    reference: str,
    why: BankRefusal,
    tell: Tell = outbox.tell,
) -> None:
    """The bank does not agree, now or later: the authorisation ends, and its employer is told.

    What is in no bank's file is cancelled. Raises NotFound, also for another agency's, and
    IllegalMove for one that has ended.
    """
    with transaction(session):
        found = _lock(session, agency_id, reference)
        check_move(found.status, REFUSED)
        cause = f"{BANK_SAYS}{why.value}"
        end_mandates(session, day, REFUSED, Mandate.id == found.id, cause=cause)
        _tell(session, day, vault, tell, found, "mandate_refused")


def _lock(session: Session, agency_id: int | None, reference: str) -> StaffMandate:
    """The mandate as it is now, which nobody changes until this transaction ends."""
    lock_employer(session, _find(session, agency_id, reference).employer_id)
    return _find(session, agency_id, reference)


def _find(session: Session, agency_id: int | None, reference: str) -> StaffMandate:
    scope = in_scope(Scope(agency_id))
    row = session.execute(STAFF_MANDATES.where(Mandate.reference == reference, *scope)).first()
    if row is None:
        raise NotFound(kind="mandate", reference=reference)
    return StaffMandate(**row._asdict())


def _behind(session: Session, agency_id: int | None, after: int) -> ColumnElement[bool]:
    """Of mandates: after this one in the order of the list, wherever it is now."""
    last = session.scalar(
        select(Mandate.paper_due_on)
        .join(Employer, Employer.id == Mandate.employer_id)
        .where(Mandate.id == after, *in_scope(Scope(agency_id)))
    )
    if last is None:
        raise NotFound(kind="mandate", reference=str(after))
    return or_(Mandate.paper_due_on > last, and_(Mandate.paper_due_on == last, Mandate.id > after))


def _tell(
    session: Session, day: WorkingDay, vault: Vault, tell: Tell, found: StaffMandate, kind: str
) -> None:
    values = {"reference": found.reference, "last4": found.account_last4, "on": day.today}
    tell(session, day, vault, found.employer_id, kind, values)
