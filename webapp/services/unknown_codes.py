"""Reason codes that nobody knows: the queue of them, and the refusals that wait for a meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from webapp.data.loader import load_reasons
from webapp.domain.facts import Fact
from webapp.domain.money import Centimes
from webapp.domain.statuses import DebitStatus
from webapp.models import (
    Attempt,
    BankEntry,
    BankFile,
    BankMessage,
    Channel,
    Debit,
    EntryOutcome,
    HoldReason,
    LocalCode,
)
from webapp.services.events import move_all
from webapp.services.local_codes import ACTS, LocalMeaning, find_local_code, tell_change
from webapp.services.refusals import follow_up_refusals
from webapp.services.sets import parts
from webapp.services.transactions import reading, transaction
from webapp.services.working_day import WorkingDay

FAILURES = (Fact.REFUSED, Fact.RETURNED)


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A code that is neither of the standard nor has a meaning, as its bank tells it.

    `channel_code` is empty where the message did not show whose it is. `refusals` counts each
    debit once, however often it was told; `amount` is what they asked for, in centimes.
    """

    channel_code: str
    code: str
    refusals: int
    amount: Centimes
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingRefusals:
    """Refused debits on hold for a code of which the meaning is known now."""

    meaning: LocalMeaning
    debits: int
    amount: Centimes


def unknown_codes(session: Session) -> list[UnknownCode]:
    """The queue of reason codes that nobody knows, the one last seen first."""
    its_channel = func.coalesce(Channel.code, BankMessage.channel_code).label("channel_code")
    has_meaning = aliased(Channel)
    # An entry without an attempt, which is in suspense, stands for itself.
    told = (
        select(
            its_channel,
            BankEntry.reason_code,
            func.max(
                func.coalesce(
                    Attempt.amount_centimes, func.abs(func.coalesce(BankEntry.moved_centimes, 0))
                )
            ).label("amount"),
            func.min(BankMessage.imported_at).label("first_seen_at"),
            func.max(BankMessage.imported_at).label("last_seen_at"),
        )
        .join(BankMessage, BankMessage.id == BankEntry.bank_message_id)
        .outerjoin(Attempt, Attempt.id == BankEntry.attempt_id)
        .outerjoin(BankFile, BankFile.id == Attempt.bank_file_id)
        .outerjoin(Channel, Channel.id == BankFile.channel_id)
        .where(
            BankEntry.reason_code.is_not(None),
            BankEntry.reason_code.not_in(list(load_reasons())),
            BankEntry.fact.in_(FAILURES),
            BankEntry.outcome != EntryOutcome.NOTED,
        )
        .group_by(
            its_channel, BankEntry.reason_code, func.coalesce(BankEntry.attempt_id, -BankEntry.id)
        )
        .subquery()
    )
    known = exists().where(
        LocalCode.channel_id == has_meaning.id,
        has_meaning.code == told.c.channel_code,
        LocalCode.code == told.c.reason_code,
    )
    last_seen_at = func.max(told.c.last_seen_at)
    with reading(session):
        rows = session.execute(
            select(
                told.c.channel_code,
                told.c.reason_code,
                func.count(),
                func.sum(told.c.amount),
                func.min(told.c.first_seen_at),
                last_seen_at,
            )
            .where(~known)
            .group_by(told.c.channel_code, told.c.reason_code)
            .order_by(last_seen_at.desc(), told.c.channel_code, told.c.reason_code)
        ).all()
    return [
        UnknownCode(channel, code, number, Centimes(int(amount)), first, last)
        for channel, code, number, amount, first, last in rows
    ]


def waiting_refusals(session: Session) -> list[WaitingRefusals]:
    """Per local code with a meaning: the refusals on hold that were told with it before."""
    with reading(session):
        rows = session.execute(
            _waiting(
                LocalCode.id,
                Channel.code.label("channel_code"),
                LocalCode.code,
                LocalCode.means,
                func.count(),
                func.sum(Debit.amount_centimes),
            )
            .group_by(LocalCode.id, Channel.code, LocalCode.code, LocalCode.means)
            .order_by(Channel.code, LocalCode.code)
        ).all()
    return [
        WaitingRefusals(LocalMeaning(*meaning), number, Centimes(int(amount)))
        for *meaning, number, amount in rows
    ]


def follow_up_code(
    session: Session, day: WorkingDay, staff_id: int, local_code_id: int
) -> Mapping[str, int]:
    """Decide the refusals that wait for a code's meaning, as if the bank had told the meaning.

    Each leaves its hold once; a second time finds none, so nothing is presented twice. The code
    as it was told stays with the bank's entries. Returns how many were `found`, and what
    `follow_up_refusals` says of them. Raises NotFound.
    """
    with transaction(session):
        meaning = find_local_code(session, local_code_id)
        session.scalar(select(LocalCode.id).where(LocalCode.id == meaning.id).with_for_update())
        rows = session.execute(
            _waiting(Debit.id, Attempt.id).where(LocalCode.id == meaning.id).order_by(Debit.id)
        ).all()
        moved: set[int] = set()
        for part in parts([debit for debit, _ in rows]):
            moved |= set(_take_from_hold(session, day, part))
        _give_meaning(session, meaning, [attempt for debit, attempt in rows if debit in moved])
        if moved:
            what = (meaning.channel_code, meaning.code, meaning.means)
            tell_change(session, day, staff_id, ACTS[2], what)
    counts = follow_up_refusals(session, day, load_reasons()) if moved else {}
    return {"found": len(moved), **counts}


def _waiting(*columns: Any) -> Select[Any]:
    """Debits on hold since a refusal whose code meant nothing then, with its meaning now."""
    return (
        select(*columns)
        .select_from(Debit)
        .join(Attempt, Attempt.debit_id == Debit.id)
        .join(BankFile, BankFile.id == Attempt.bank_file_id)
        .join(Channel, Channel.id == BankFile.channel_id)
        .join(
            LocalCode,
            tuple_(LocalCode.channel_id, LocalCode.code)
            == tuple_(BankFile.channel_id, Attempt.reason_code),
        )
        .where(*_on_hold(), _is_last())
    )


def _on_hold() -> tuple[ColumnElement[bool], ...]:
    return Debit.status == DebitStatus.HELD, Debit.hold_reason == HoldReason.BANK_REFUSAL


def _is_last() -> ColumnElement[bool]:
    later = aliased(Attempt)
    return ~exists().where(later.debit_id == Debit.id, later.number > Attempt.number)


def _take_from_hold(session: Session, day: WorkingDay, debits: Any) -> Any:
    return move_all(
        session,
        day,
        Debit,
        DebitStatus.HELD,
        DebitStatus.REFUSED,
        Debit.id.in_(debits),
        Debit.hold_reason == HoldReason.BANK_REFUSAL,
        cause="code_known",
        hold_reason=None,
    )


def _give_meaning(session: Session, meaning: LocalMeaning, attempts: list[int]) -> None:
    """The attempts, and the entries that told of them, count with the ISO code from now on."""
    for part in parts(attempts):
        for model, mine, values in (
            (Attempt, Attempt.id, {"reason_code": meaning.means}),
            (
                BankEntry,
                BankEntry.attempt_id,
                {"reason_code": meaning.means, "local_code": meaning.code},
            ),
        ):
            session.execute(
                update(model)
                .where(mine.in_(part), model.reason_code == meaning.code)
                .values(values)
                .execution_options(synchronize_session=False)
            )
