"""What tests of a mandate's life do again and again: one employer, their office, their codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tests.services.collecting import FILED, Desk
from tests.services.people import RULES, ask, code_sent, signed_in
from webapp.adapters.vault import Vault
from webapp.domain.money import Centimes
from webapp.domain.pause import Pause
from webapp.domain.rib import Rib
from webapp.domain.statuses import DebitStatus, MandateStatus
from webapp.models import CodePurpose, Debit, DebitLine, Due, Employer, Language, Mandate
from webapp.services.account_changes import NewAccount, change_account, preview_change
from webapp.services.ceilings import lower_ceiling, preview_ceiling, sign_ceiling
from webapp.services.exceptions import preview_exception, sign_exception
from webapp.services.mandates import Signature
from webapp.services.open_debits import digest_of
from webapp.services.pauses import pause_mandate, preview_pause, resume_mandate
from webapp.services.revocations import preview_revocation, revoke_mandate
from webapp.services.signing import TypedCode
from webapp.services.working_day import WorkingDay


@dataclass
class Told:
    """What the employer was told."""

    kinds: list[str] = field(default_factory=list)
    values: list[Mapping[str, object]] = field(default_factory=list)

    def __call__(
        self, session: Session, day: WorkingDay, vault: Vault, employer_id: int, kind: str,
        values: Mapping[str, object],
    ) -> None:  # fmt: skip
        self.kinds.append(kind)
        self.values.append(values)


class Life:
    """One employer with two worksites and a mandate, who changes it."""

    def __init__(self, desk: Desk, **mandate: Any) -> None:
        self.desk = desk
        self.session = desk.session
        self.owner: Employer = builders.employer(self.session, worksites=2)
        self.told = Told()
        self.reference = builders.mandate(self.session, self.day(), self.owner, **mandate)

    def day(self, on: date | None = None) -> WorkingDay:
        return builders.working_day(self.session, on or self.desk.on, "employer")

    def before(self, on: date) -> date:
        """A bank day on which a debit of that day is announced, and in no file yet."""
        return self.day().calendar.subtract_bank_days(on, 4)

    def declare(self, period: str = "2026-10", on: date = FILED) -> None:
        builders.declaration(
            self.session, self.day(on), self.owner, period=period, worksites=("W1", "W2")
        )

    def signature(self, rib: Rib | None = None, **more: Any) -> Signature:
        return Signature(
            self.owner.member_number, rib or builders.account(), "أرخّص", Language.ARABIC, **more
        )

    def code(self, day: WorkingDay) -> TypedCode:
        asked = ask(self.session, day, self.owner.member_number, CodePurpose.SIGN_MANDATE)
        return TypedCode(asked.reference, code_sent(asked))

    # What the employer does.

    def change(
        self, on: date | None = None, *, dead: bool = False, rib: Rib | None = None,
        reference: str | None = None, code: TypedCode | None = None,
    ) -> str:  # fmt: skip
        day, reference = self.day(on), reference or self.reference
        shown = preview_change(self.session, day, self.owner.id, reference).digest
        new = NewAccount(self.signature(rib), reference, dead, shown)
        changed = change_account(
            self.session, day, builders.VAULT, RULES, self.told, signed_in(self.owner),
            code or self.code(day), new,
        )  # fmt: skip
        if reference == self.reference:
            self.reference = changed
        return changed

    def pause(self, from_on: date, until_on: date | None = None, on: date | None = None) -> None:
        pause = Pause(from_on, until_on)
        shown = preview_pause(self.session, self.owner.id, self.reference, pause)
        pause_mandate(
            self.session, self.day(on), builders.VAULT, self.told, self.owner.id, self.reference,
            pause, digest_of(shown.debits),
        )  # fmt: skip

    def resume(self, on: date | None = None) -> None:
        resume_mandate(
            self.session, self.day(on), builders.VAULT, self.told, self.owner.id, self.reference
        )

    def revoke(self, on: date | None = None, reference: str | None = None) -> None:
        reference = reference or self.reference
        shown = preview_revocation(self.session, self.owner.id, reference)
        revoke_mandate(
            self.session, self.day(on), builders.VAULT, self.told, self.owner.id, reference,
            digest_of(shown.debits),
        )  # fmt: skip

    def set_ceiling(self, ceiling: int | None, on: date | None = None) -> None:
        amount = None if ceiling is None else Centimes(ceiling)
        shown = preview_ceiling(self.session, self.owner.id, self.reference, amount)
        day, seen = self.day(on), digest_of(shown.debits)
        if not shown.needs_code:
            lower_ceiling(
                self.session, day, builders.VAULT, self.told, self.owner.id, self.reference,
                amount, seen,
            )  # fmt: skip
            return
        sign_ceiling(
            self.session, day, builders.VAULT, RULES, self.told, signed_in(self.owner),
            self.code(day), self.reference, self.signature(ceiling=amount), seen,
        )  # fmt: skip

    def take_out(self, *worksites: str, on: date | None = None, rib: Rib | None = None) -> str:
        shown = preview_exception(self.session, self.owner.id, worksites)
        day = self.day(on)
        return sign_exception(
            self.session, day, builders.VAULT, RULES, signed_in(self.owner), self.code(day),
            self.signature(rib, worksites=worksites), digest_of(shown.debits),
        )  # fmt: skip

    # What became of it.

    def mandate(self, reference: str | None = None) -> Mandate:
        self.session.expire_all()
        return self.session.scalars(
            select(Mandate).where(Mandate.reference == (reference or self.reference))
        ).one()

    def status(self, reference: str | None = None) -> MandateStatus:
        return self.mandate(reference).status

    def places(self) -> list[tuple[str, DebitStatus, int]]:
        """Every live debit: its mandate, its status, how many dues it holds."""
        self.session.expire_all()
        rows = self.session.execute(
            select(Mandate.reference, Debit.status, DebitLine.id)
            .join(Debit, Debit.mandate_id == Mandate.id)
            .join(DebitLine, DebitLine.debit_id == Debit.id)
            .where(DebitLine.freed_at.is_(None))
            .order_by(Debit.id)
        ).all()
        self.session.rollback()
        found: dict[tuple[str, DebitStatus], int] = {}
        for reference, status, _ in rows:
            found[reference, status] = found.get((reference, status), 0) + 1
        return [(*key, count) for key, count in found.items()]

    def dues(self) -> list[str]:
        """The states of what was declared."""
        self.session.expire_all()
        declared = select(Due).where(Due.revision.is_not(None))
        found = self.session.scalars(declared.order_by(Due.id)).all()
        statuses = [one.status.value for one in found]
        self.session.rollback()
        return statuses

    def days(self) -> set[date]:
        self.session.expire_all()
        statuses = (DebitStatus.PLANNED, DebitStatus.ANNOUNCED, DebitStatus.FROZEN)
        found = set(
            self.session.scalars(select(Debit.collect_on).where(Debit.status.in_(statuses)))
        )
        self.session.rollback()
        return found
