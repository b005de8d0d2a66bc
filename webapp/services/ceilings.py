"""The ceiling of a mandate: lowered in the session, raised or removed with a new signature."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import CodeNeeded
from webapp.domain.money import Centimes
from webapp.domain.rules import AccessRules
from webapp.domain.statuses import DebitStatus
from webapp.models import Debit, HoldReason, Mandate, MandateSignature, Subject
from webapp.services.events import move_all, record
from webapp.services.holding import hold
from webapp.services.mandates import Signature, evidence_of, keep_texts
from webapp.services.open_debits import OpenDebit, Shown, check_shown, open_debits
from webapp.services.own_mandates import MandateRow, live_mandate
from webapp.services.sets import insert_rows
from webapp.services.signing import TypedCode, lock_employer, sign_once
from webapp.services.telling import Tell
from webapp.services.transactions import reading, transaction
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay


@dataclass(frozen=True, slots=True)
class CeilingChange(Shown):
    """What a new ceiling would do: `ceiling` in centimes per debit, None for none."""

    ceiling: Centimes | None

    @property
    def needs_code(self) -> bool:
        """Whether more could be debited than was signed for."""
        old = self.mandate.ceiling
        return old is not None and (self.ceiling is None or self.ceiling > old)

    @property
    def changes(self) -> bool:
        return self.ceiling != self.mandate.ceiling

    @property
    def held(self) -> list[OpenDebit]:
        """Those above the new ceiling that are not on hold yet."""
        return [
            one
            for one in self.unsent
            if one.status is not DebitStatus.HELD and not _fits(one, self.ceiling)
        ]

    @property
    def released(self) -> list[OpenDebit]:
        """Those on hold above the old ceiling that the new one lets through."""
        return [
            one
            for one in self.unsent
            if one.hold_reason is HoldReason.OVER_CEILING and _fits(one, self.ceiling)
        ]

    @property
    def too_late(self) -> list[OpenDebit]:
        """Those above the new ceiling that can no longer be stopped."""
        return [one for one in self.unstoppable if not _fits(one, self.ceiling)]


def preview_ceiling(
    session: Session, employer_id: int, reference: str, ceiling: Centimes | None
) -> CeilingChange:
    """What the employer must know before. Raises NotFound and MandateNotInForce."""
    with reading(session):
        return _preview(session, live_mandate(session, employer_id, reference), ceiling)


def lower_ceiling(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    employer_id: int,
    reference: str,
    ceiling: Centimes | None,
    shown: str,
) -> None:
    """Lower the ceiling of a mandate; what is announced above it is held, with its reason.

    The employer is told; a second time changes nothing. Raises CodeNeeded for a ceiling that is not
    lower, ShownChanged and what `preview_ceiling` raises.
    """
    with transaction(session):
        lock_employer(session, employer_id)
        change = _preview(session, live_mandate(session, employer_id, reference), ceiling)
        if not change.changes:
            return
        if change.needs_code:
            raise CodeNeeded()
        check_shown(shown, change.debits)
        _set(session, day, change, "ceiling_lowered")
        _tell(session, day, vault, tell, employer_id, change)


def sign_ceiling(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    tell: Tell,
    who: SignedIn,
    code: TypedCode,
    reference: str,
    signature: Signature,
    shown: str,
) -> str:
    """Raise or remove the ceiling with a new signed text, and return the mandate's reference.

    The account and the first signature stay; what was held above the old ceiling and the new one
    covers is planned for the feasible day, with a new notice. Raises ShownChanged, NotFound,
    MandateNotInForce and what `sign_once` raises.
    """

    def sign(code_id: int) -> str:
        mandate = live_mandate(session, who.employer_id, reference)
        change = _preview(session, mandate, signature.ceiling)
        check_shown(shown, change.debits)
        _keep(session, day, mandate, replace(signature, code_id=code_id), who.signatory_name)
        _set(session, day, change, "ceiling_signed")
        _tell(session, day, vault, tell, who.employer_id, change)
        return reference

    return sign_once(session, day, vault, rules, who, code, sign)


def _fits(debit: OpenDebit, ceiling: Centimes | None) -> bool:
    return ceiling is None or debit.amount <= ceiling


def _preview(session: Session, mandate: MandateRow, ceiling: Centimes | None) -> CeilingChange:
    mine = open_debits(session, Debit.mandate_id == mandate.id)
    return CeilingChange(mandate, tuple(mine), ceiling)


def _set(session: Session, day: WorkingDay, change: CeilingChange, cause: str) -> None:
    mandate = change.mandate
    session.execute(
        update(Mandate)
        .where(Mandate.id == mandate.id)
        .values(ceiling_centimes=change.ceiling)
        .execution_options(synchronize_session=False)
    )
    record(session, day, Subject.MANDATE, [mandate.id], mandate.status, mandate.status, cause)
    above = Debit.id.in_([one.id for one in change.held])
    for source in (DebitStatus.PLANNED, DebitStatus.ANNOUNCED):
        hold(session, day, source, above, HoldReason.OVER_CEILING, above)
    move_all(
        session,
        day,
        Debit,
        DebitStatus.HELD,
        DebitStatus.PLANNED,
        Debit.id.in_([one.id for one in change.released]),
        cause="ceiling_raised",
        hold_reason=None,
        collect_on=day.feasible_on,
    )


def _tell(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    tell: Tell,
    employer_id: int,
    change: CeilingChange,
) -> None:
    values = {
        "reference": change.mandate.reference,
        "last4": change.mandate.account_last4,
        "on": day.today,
        "ceiling": change.ceiling,
    }
    tell(session, day, vault, employer_id, "ceiling_changed", values)


def _keep(
    session: Session, day: WorkingDay, mandate: MandateRow, signature: Signature, name: str
) -> None:
    """The next signature of the mandate."""
    number = session.scalar(
        select(func.max(MandateSignature.number)).where(MandateSignature.mandate_id == mandate.id)
    )
    keep_texts(session, {signature.text})
    kept = evidence_of(day, signature, mandate.employer_id, mandate.id, name, (number or 0) + 1)
    insert_rows(session, MandateSignature, [kept])
