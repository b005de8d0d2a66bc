"""Another account in one step: a new mandate takes the place of the one before it.

What was announced stays on the old account unless the employer says that it no longer works;
everything else that is in no bank's file goes to the new one. A debit of the old account that a
bank refuses later is not tried there again: its dues are the new mandate's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, literal, or_, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.due_dates import first_day_after_quiet
from webapp.domain.enrolment_cases import CaseStatus
from webapp.domain.errors import AccountAlreadyCollecting, SameAccount
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.domain.rules import AccessRules
from webapp.domain.statuses import DebitStatus, DueStatus, MandateStatus
from webapp.models import Debit, Due, Mandate
from webapp.services.endings import WITH_THE_OFFICE, end_mandates
from webapp.services.freeing import cancel_debits
from webapp.services.mandate_drafts import forget_draft
from webapp.services.mandates import Signature, add_signed_mandates
from webapp.services.open_days.case_moves import sign_case
from webapp.services.open_debits import (
    OpenDebit,
    Shown,
    check_shown,
    digest_of,
    open_debits,
    under,
)
from webapp.services.own_mandates import MandateRow, live_mandate
from webapp.services.planning import ENDED
from webapp.services.signing import TypedCode, sign_once
from webapp.services.telling import Tell
from webapp.services.transactions import reading
from webapp.services.web_sessions import SignedIn
from webapp.services.working_day import WorkingDay

KIND = "account_changed"


@dataclass(frozen=True, slots=True)
class AccountChange(Shown):
    """What a change of account signed today would do.

    `first_day_on` is the first day of a debit from the new account; `unpaid` was refused for good
    on the old one and is debited from the new one; `arrears` were due before the first signature,
    and are debited only where the employer ticks it. In centimes.
    """

    first_day_on: date
    unpaid: Centimes
    arrears: Centimes

    @property
    def announced(self) -> list[OpenDebit]:
        """Those that stay, unless the old account no longer works."""
        return [one for one in self.unsent if one.announced and not self.must_move]

    @property
    def moving(self) -> list[OpenDebit]:
        """Those that go to the new account whatever the employer ticks."""
        return [one for one in self.unsent if not one.announced or self.must_move]

    @property
    def must_move(self) -> bool:
        """The bank itself has stopped the old account: nothing may stay on it."""
        return self.mandate.suspended_by_bank

    @property
    def digest(self) -> str:
        return digest_of(self.debits, self.first_day_on, self.unpaid)

    def new_day_of(self, debit: OpenDebit) -> date:
        """When the dues of a debit are debited from the new account: never earlier than before."""
        return max(debit.collect_on, self.first_day_on)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What the employer signs: in the place of which mandate, whether the old account is dead
    (its announced debits move as well), and the digest of what they saw of the consequences.
    """

    signature: Signature
    instead_of: str
    old_account_is_dead: bool
    shown: str


def preview_change(
    session: Session, day: WorkingDay, employer_id: int, reference: str
) -> AccountChange:
    """What the employer must know before. Raises NotFound and MandateNotInForce."""
    with reading(session):
        return _preview(session, day, live_mandate(session, employer_id, reference))


def refuse_account(
    session: Session, vault: Vault, employer_id: int, reference: str, account: Rib
) -> None:
    """Say before a code is sent what the signature would refuse.

    Raises SameAccount, AccountAlreadyCollecting, NotFound and MandateNotInForce.
    """
    index = vault.blind_index(account.digits)
    with reading(session):
        if live_mandate(session, employer_id, reference).account_index == index:
            raise SameAccount()
        other = session.scalar(
            select(Mandate.reference).where(
                Mandate.employer_id == employer_id,
                Mandate.account_index == index,
                Mandate.status.not_in(ENDED),
            )
        )
    if other is not None:
        raise AccountAlreadyCollecting(reference=other)


def change_account(
    session: Session,
    day: WorkingDay,
    vault: Vault,
    rules: AccessRules,
    tell: Tell,
    who: SignedIn,
    code: TypedCode,
    new: NewAccount,
) -> str:
    """Sign a mandate on another account in the place of one, and return its reference.

    The first notice of a debit from the new account goes out after the rules' quiet hours; the
    contact on file is told at once. Sent twice, it changes once. Raises SameAccount,
    AccountAlreadyCollecting, MandateNotInForce, ShownChanged, and what `sign_once` raises.
    """

    def change(code_id: int) -> str:
        mandate = live_mandate(session, who.employer_id, new.instead_of)
        check_shown_change(new.shown, _preview(session, day, mandate))
        if vault.blind_index(new.signature.account.digits) == mandate.account_index:
            raise SameAccount()
        _end(session, day, mandate, dead=new.old_account_is_dead)
        signature = _in_the_place_of(mandate, day, replace(new.signature, code_id=code_id))
        (reference,) = add_signed_mandates(session, day, vault, [signature])
        _carry_planned_pause(session, mandate, reference)
        if who.case_id is not None:
            sign_case(session, day, who.case_id, reference, CaseStatus.UPDATED)
        forget_draft(session, who.employer_id)
        values = {
            "last4": signature.account.last4,
            "old_last4": mandate.account_last4,
            "on": day.today,
        }
        tell(session, day, vault, who.employer_id, KIND, values)
        return reference

    return sign_once(session, day, vault, rules, who, code, change)


def check_shown_change(shown: str, change: AccountChange) -> None:
    """Raise ShownChanged unless this is what the employer has seen."""
    check_shown(shown, change.debits, change.first_day_on, change.unpaid)


def _preview(session: Session, day: WorkingDay, mandate: MandateRow) -> AccountChange:
    covered = or_(literal(mandate.covers_arrears), Due.legal_due_on >= mandate.covers_from_on)
    total = func.coalesce(func.sum(Due.amount_centimes), 0)
    owed = select(total).where(
        Due.employer_id == mandate.employer_id,
        Due.status == DueStatus.OPEN,
        Due.amount_centimes > 0,
    )
    unpaid = session.scalar(owed.where(Due.barred_mandate_id == mandate.id, covered))
    arrears = session.scalar(owed.where(~covered)) if mandate.is_default else 0
    found = open_debits(session, under(mandate))
    return AccountChange(
        mandate,
        tuple(one for one in found if not one.with_the_office),
        first_day_after_quiet(_first_notice_at(day), day.calendar, day.rules),
        Centimes(int(unpaid or 0)),
        Centimes(int(arrears or 0)),
    )


def _end(session: Session, day: WorkingDay, mandate: MandateRow, *, dead: bool) -> None:
    stays = not (dead or mandate.suspended_by_bank)
    end_mandates(
        session,
        day,
        MandateStatus.REPLACED,
        Mandate.id == mandate.id,
        cause="account_changed",
        only=(WITH_THE_OFFICE, *((Debit.status != DebitStatus.ANNOUNCED,) if stays else ())),
    )
    if not stays:  # Also what an earlier change had left on an account.
        announced = (DebitStatus.ANNOUNCED,)
        cancel_debits(session, day, under(mandate), cause="account_changed", sources=announced)


def _in_the_place_of(mandate: MandateRow, day: WorkingDay, signature: Signature) -> Signature:
    return replace(
        signature,
        worksites=mandate.worksites,
        covers_arrears=signature.covers_arrears or mandate.covers_arrears,
        covers_from_on=mandate.covers_from_on,
        replaces_id=mandate.id,
        first_notice_at=_first_notice_at(day),
    )


def _first_notice_at(day: WorkingDay) -> datetime:
    return day.now + timedelta(hours=day.rules.new_account_quiet_hours)


def _carry_planned_pause(session: Session, mandate: MandateRow, reference: str) -> None:
    """A pause that has not begun is of the debits, not of the account; one that has is over."""
    if mandate.pause is None or mandate.status is MandateStatus.SUSPENDED:
        return
    session.execute(
        update(Mandate)
        .where(Mandate.reference == reference)
        .values(paused_from_on=mandate.pause.from_on, paused_until_on=mandate.pause.until_on)
        .execution_options(synchronize_session=False)
    )
