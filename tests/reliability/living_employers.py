"""What the employers of a living office do: they join, sign, declare and correct."""

from __future__ import annotations

from tests import builders
from tests.reliability.ground import Ground
from tests.services.correcting import owed_on
from webapp.domain.errors import RuleRefused
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.models import Employer
from webapp.services.declaration_corrections import correct_declaration, latest_revision
from webapp.services.declarations import Filing, WorksiteWages

FIRST_PERIOD = Period.parse("2026-07")  # overdue on the first day


class LivingEmployers(Ground):
    """Employers with one or two worksites, who sign what they are asked to."""

    def join(self, worksites: int, *, reachable: bool) -> None:
        builders.employer(
            self.session, worksites=worksites, phone="0550123456" if reachable else ""
        )

    def sign(
        self,
        pick: int,
        ceiling: int | None,
        bank: str,
        worksites: tuple[str, ...],
        *,
        covers_arrears: bool = True,
    ) -> bool:
        """Whether the signature was taken; the rules refuse a second mandate."""
        owner = self.owner(pick)
        if owner is None:
            return False
        try:
            builders.mandate(
                self.session,
                self.day("employer"),
                owner,
                rib=builders.account(bank),
                ceiling=ceiling,
                covers_arrears=covers_arrears,
                worksites=worksites,
            )
        except RuleRefused:
            return False
        return True

    def file(self, pick: int, base: int) -> None:
        """The employer's next period, each worksite with the same base."""
        owner = self.owner(pick)
        if owner is None:
            return
        period = self.periods.get(owner.id, FIRST_PERIOD)
        self.periods[owner.id] = period.next()
        worksites = ("W1",) if owner.id % 2 else ("W1", "W2")
        builders.declaration(
            self.session,
            self.day("employer"),
            owner,
            period=period.code,
            base=base,
            worksites=worksites,
        )
        self.declared[owner.id, period.code] = len(worksites) * owed_on(base)

    def correct(self, pick: int, first: int, second: int) -> None:
        """The employer corrects a period that they filed: a base for each worksite, 0 for none."""
        if not self.declared:
            return
        filed = sorted(self.declared)
        owner_id, code = filed[pick % len(filed)]
        owner = self.session.get_one(Employer, owner_id)
        period = Period.parse(code)
        bases = {name: base for name, base in (("W1", first), ("W2", second)) if base}
        filing = Filing(
            owner.member_number,
            period,
            tuple(WorksiteWages(name, 3, Centimes(b), Centimes(b)) for name, b in bases.items()),
            f"form-{next(builders.numbers)}",
            nil=not bases,
        )
        self.session.rollback()
        revision = latest_revision(self.session, owner_id, period)
        correct_declaration(
            self.session, self.day("employer"), builders.VAULT, lambda *_: None, filing, revision
        )
        self.declared[owner_id, code] = sum(owed_on(base) for base in bases.values())
