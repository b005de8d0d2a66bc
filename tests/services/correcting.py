"""A declaration that is corrected, again and again: what tests of corrections share."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from tests import builders
from tests.reliability.invariants import check_tables
from tests.services.collecting import FILED, Desk
from tests.services.living import Life
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.models import Debit, Due
from webapp.services.declaration_corrections import Corrected, correct_declaration
from webapp.services.declarations import Filing, WorksiteWages

PERIOD = Period.parse("2026-10")
MILLION = 100_000_000  # centimes of base; 12 960 000 of contributions


def owed_on(base: int) -> int:
    """The contributions on two equal bases, worked out apart from the service."""
    return sum((base * rate + 50_000) // 100_000 for rate in (12_210, 375, 375))


class Correcting(Life):
    """An employer with two worksites who has declared a million for each, and corrects it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.revision = 1
        self.declare()

    def filing(self, form_key: str | None = None, **bases: int) -> Filing:
        return Filing(
            self.owner.member_number,
            PERIOD,
            tuple(
                WorksiteWages(code, 5, Centimes(base), Centimes(base))
                for code, base in bases.items()
            ),
            form_key or f"form-{next(builders.numbers)}",
            nil=not bases,
        )

    def correct(
        self, on: date | None = None, form_key: str | None = None, **bases: int
    ) -> Corrected:
        """Correct to these bases by worksite, and look whether everything still adds up."""
        made = correct_declaration(
            self.session,
            self.day(on or FILED),
            builders.VAULT,
            self.told,
            self.filing(form_key, **bases),
            self.revision,
        )
        self.revision = made.revision
        check_tables(self.session)
        return made

    def amounts(self) -> list[tuple[str, int, str]]:
        """Every due that stands: its kind, its centimes, its state."""
        self.session.expire_all()
        found = [
            (due.kind.value, due.amount_centimes, due.status.value)
            for due in self.session.scalars(select(Due).order_by(Due.worksite_id, Due.id))
            if due.status.value != "superseded"
        ]
        self.session.rollback()
        return found

    def debit(self) -> tuple[str, int]:
        """The state and the centimes of the first debit."""
        self.session.expire_all()
        debit = self.session.scalars(select(Debit).order_by(Debit.id)).first()
        assert debit is not None
        found = (debit.status.value, debit.amount_centimes)
        self.session.rollback()
        return found
