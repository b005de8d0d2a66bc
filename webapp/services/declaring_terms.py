"""How often and where employers declare: their terms, of one or of many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from webapp.domain.declaring import DeclaringTerms, Term
from webapp.domain.errors import DeclaredElsewhere
from webapp.domain.period import Period, Periodicity
from webapp.models import DeclaringTerm, Employer
from webapp.services.sets import parts

# Put together once: every page that asks what is to be declared asks it.
TERMS = (
    select(
        Employer.periodicity.label("register"),
        DeclaringTerm.from_month,
        DeclaringTerm.periodicity,
        DeclaringTerm.place,
    )
    .outerjoin(DeclaringTerm, DeclaringTerm.employer_id == Employer.id)
    .where(Employer.id == bindparam("employer_id"))
    .order_by(DeclaringTerm.from_month)
)


def terms_of(session: Session, employer_id: int) -> DeclaringTerms:
    """The employer's terms; inside the caller's transaction."""
    rows = session.execute(TERMS, {"employer_id": employer_id}).all()
    changes = tuple(
        Term(row.from_month, row.periodicity, row.place) for row in rows if row.from_month
    )
    return DeclaringTerms(rows[0].register, changes)


def terms_of_all(
    session: Session, owners: Mapping[int, Periodicity], ids: Select[int] | Sequence[int]
) -> dict[int, DeclaringTerms]:
    """The terms of many employers, with what the register says of each; in the transaction."""
    changes: dict[int, list[Term]] = defaultdict(list)
    for row in session.scalars(
        select(DeclaringTerm)
        .where(DeclaringTerm.employer_id.in_(ids))
        .order_by(DeclaringTerm.from_month)
    ):
        changes[row.employer_id].append(Term(row.from_month, row.periodicity, row.place))
    return {
        owner: DeclaringTerms(register, tuple(changes[owner])) for owner, register in owners.items()
    }


def refuse_elsewhere(session: Session, filed: Iterable[tuple[int, str, Period]]) -> None:
    """Raise DeclaredElsewhere if a month of (employer, member number, period) is the portal's.

    Inside the caller's transaction, after its declarations are written: they hold the employer's
    row, on which a new term waits, and then finds the months declared.
    """
    wanted = list(filed)
    changes: dict[int, list[Term]] = defaultdict(list)
    for part in parts(sorted({owner for owner, _, _ in wanted})):
        for row in session.scalars(
            select(DeclaringTerm).where(DeclaringTerm.employer_id.in_(part))
        ):
            changes[row.employer_id].append(Term(row.from_month, row.periodicity, row.place))
    for owner, member_number, period in wanted:
        # Before the first term the place is here, whatever the register says.
        terms = DeclaringTerms(Periodicity.MONTHLY, tuple(changes.get(owner, ())))
        if terms.is_elsewhere(period):
            raise DeclaredElsewhere(member_number=member_number, period=period.code)
