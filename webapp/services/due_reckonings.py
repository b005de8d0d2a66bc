"""The numbers behind the amounts of dues: bases, rates, what stood before, what was split."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.contributions import ContributionRates, rates_for
from webapp.domain.money import Centimes
from webapp.domain.period import Period
from webapp.domain.reckonings import (
    Difference,
    GivenBack,
    InstalmentOf,
    OfBases,
    OfRate,
    PartOf,
    Reckoning,
)
from webapp.models import Declaration, DeclarationLine, Due, DueKind, Instalment
from webapp.services.declarations import rates_table

DueRow = Row[*tuple[Any, ...]]
# Of a worksite and period: what each revision declared.
Revisions = Mapping[int, OfBases]
NOTHING = Centimes(0)


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the reckonings of some dues need, by the ids of the dues or by period and worksite."""

    declared: Mapping[tuple[str, int], Revisions]
    parts: Mapping[int, PartOf]
    instalments: Mapping[int, InstalmentOf]
    given_back: Mapping[int, Centimes]


def numbers_for(session: Session, dues: Sequence[DueRow], parts: Collection[int]) -> Numbers:
    """Look up the numbers of many dues at once; `parts` are the ids of those that were split off.

    Inside the caller's transaction.
    """
    return Numbers(
        declared=_declared(session, [due for due in dues if due.revision is not None]),
        parts=_parts(session, parts),
        instalments=_instalments(session, [due for due in dues if due.kind is DueKind.INSTALMENT]),
        given_back=_amounts(
            session, [due.about_due_id for due in dues if due.kind is DueKind.CREDIT]
        ),
    )


def reckoning_of(due: DueRow, numbers: Numbers) -> Reckoning | None:
    """How one amount came about, from the numbers that were looked up."""
    if due.id in numbers.parts:
        return numbers.parts[due.id]
    if due.base_centimes is not None:
        return OfRate(Centimes(due.base_centimes), due.rate, due.step)
    if due.revision is not None:
        key = (due.period, due.worksite_id)
        return _of_declaration(due, numbers.declared.get(key, {}))
    if due.kind is DueKind.CREDIT and due.about_due_id in numbers.given_back:
        return _given_back(due, numbers.given_back[due.about_due_id])
    return numbers.instalments.get(due.id)


def _of_declaration(due: DueRow, revisions: Revisions) -> Reckoning:
    """From the bases; of what a correction added or took away, the amounts after and before.

    A worksite that a revision no longer names declares nothing.
    """
    made = revisions.get(due.revision)
    if made is not None and made.amount == due.amount_centimes:
        return made
    new = made.amount if made is not None else NOTHING
    former = Centimes(new - due.amount_centimes)
    return Difference(new, former)


def _given_back(due: DueRow, paid: Centimes) -> Reckoning:
    if due.amount_centimes == -paid:
        return GivenBack(paid)
    return Difference(Centimes(paid + due.amount_centimes), paid)


def _declared(
    session: Session, dues: Sequence[DueRow]
) -> dict[tuple[str, int], dict[int, OfBases]]:
    if not dues:
        return {}
    rates = rates_table(session)
    rows = session.execute(
        select(
            Declaration.period,
            Declaration.revision,
            DeclarationLine.worksite_id,
            DeclarationLine.leave_base_centimes,
            DeclarationLine.weather_base_centimes,
        )
        .join(DeclarationLine, DeclarationLine.declaration_id == Declaration.id)
        .where(
            Declaration.employer_id == dues[0].employer_id,
            Declaration.period.in_({due.period for due in dues}),
            DeclarationLine.worksite_id.in_({due.worksite_id for due in dues}),
        )
    )
    found: dict[tuple[str, int], dict[int, OfBases]] = {}
    of_period: dict[str, ContributionRates] = {}
    for row in rows:
        if row.period not in of_period:
            of_period[row.period] = rates_for(Period.parse(row.period).first_day, rates)
        found.setdefault((row.period, row.worksite_id), {})[row.revision] = OfBases(
            Centimes(row.leave_base_centimes),
            Centimes(row.weather_base_centimes),
            of_period[row.period],
        )
    return found


def _parts(session: Session, ids: Collection[int]) -> dict[int, PartOf]:
    """Of what was split: the whole, and the sum of the other parts."""
    if not ids:
        return {}
    whole, other = aliased(Due), aliased(Due)
    others = (
        select(func.coalesce(func.sum(other.amount_centimes), 0))
        .where(other.predecessor_id == Due.predecessor_id, other.id != Due.id)
        .correlate(Due)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Due.id, whole.amount_centimes.label("whole"), others.label("others"))
        .join(whole, whole.id == Due.predecessor_id)
        .where(Due.id.in_(ids))
    )
    return {row.id: PartOf(Centimes(int(row.whole)), Centimes(int(row.others))) for row in rows}


def _instalments(session: Session, dues: Sequence[DueRow]) -> dict[int, InstalmentOf]:
    if not dues:
        return {}
    other = aliased(Instalment)
    rows = session.execute(
        select(
            Instalment.due_id,
            Instalment.amount_centimes,
            func.sum(other.amount_centimes).label("principal"),
            func.count().label("instalments"),
        )
        .join(other, other.schedule_id == Instalment.schedule_id)
        .where(Instalment.due_id.in_([due.id for due in dues]))
        .group_by(Instalment.due_id, Instalment.amount_centimes)
    )
    return {
        row.due_id: InstalmentOf(
            Centimes(int(row.principal)),
            Centimes(int(row.principal) - row.amount_centimes),
            row.instalments,
        )
        for row in rows
    }


def _amounts(session: Session, ids: Sequence[int | None]) -> dict[int, Centimes]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Due.id, Due.amount_centimes).where(Due.id.in_(wanted)))
    return {row.id: Centimes(row.amount_centimes) for row in rows}
