"""Writing bank files: the frozen debits of each as bytes in the outbox, validated."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.adapters.storage import write_atomically
from webapp.adapters.vault import Vault
from webapp.banking.collections import Collection, CollectionBatch
from webapp.banking.layouts import layout_named
from webapp.banking.layouts.layout import Layout
from webapp.banking.names import name_for_bank
from webapp.domain.channel_terms import NameProfile
from webapp.domain.money import Centimes
from webapp.domain.rib import Rib
from webapp.domain.statuses import BankFileStatus
from webapp.models import Attempt, BankFile, Debit, Mandate
from webapp.services.bank_files import FILES, AnyRow, outbox_path
from webapp.services.events import move_all
from webapp.services.transactions import Progress, no_progress, reading, transaction
from webapp.services.working_day import WorkingDay

ATTEMPTS_AT_ONCE = 2_000


def write_bank_files(
    session: Session, day: WorkingDay, outbox: Path, vault: Vault, progress: Progress = no_progress
) -> int:
    """Write every frozen file to the outbox and validate it; return how many were written.

    The bytes derive from the frozen rows alone: a file whose writing was interrupted is written
    again, to the same bytes. Raises SchemaViolation, TotalsDiffer, SealBroken and, for a layout
    that is no more, UnsupportedMessage.
    """
    with transaction(session):
        frozen = session.execute(
            FILES.where(BankFile.status == BankFileStatus.FROZEN).order_by(BankFile.id)
        ).all()
    for number, file in enumerate(frozen, 1):
        layout = layout_named(file.message_format)
        batch = CollectionBatch(
            message_id=file.reference,
            created_at=file.frozen_at,
            collect_on=file.collect_on,
            creditor_name=name_for_bank(
                file.creditor_name, file.name_profile, file.creditor_identifier
            ),
            creditor_account=vault.open(file.creditor_account, f"channel:{file.code}"),
            creditor_identifier=file.creditor_identifier,
            creditor_agent=file.creditor_agent,
            count=file.transactions,
            total=Centimes(file.total_centimes),
        )
        path = outbox_path(outbox, file.reference, file.message_format)

        def produce(
            out: BinaryIO,
            batch: CollectionBatch = batch,
            file: AnyRow = file,
            layout: Layout = layout,
        ) -> None:
            collections = _collections(session, vault, file.id, file.name_profile)
            layout.write(out, batch, collections)

        digest = write_atomically(path, produce)
        layout.validate(path)
        with transaction(session):
            move_all(
                session,
                day,
                BankFile,
                BankFileStatus.FROZEN,
                BankFileStatus.WRITTEN,
                BankFile.id == file.id,
                cause="written",
                sha256=digest,
            )
        progress("write", number, len(frozen))
    return len(frozen)


def _collections(
    session: Session, vault: Vault, file_id: int, names: NameProfile
) -> Iterator[Collection]:
    """The frozen attempts of a file in their order, read in short pages."""
    last = 0
    while True:
        with reading(session):
            rows = session.execute(
                select(
                    Attempt.id,
                    Attempt.end_to_end_id,
                    Attempt.amount_centimes,
                    Attempt.mandate_reference,
                    Attempt.mandate_signed_on,
                    Attempt.debtor_name,
                    Mandate.account,
                )
                .join(Debit, Debit.id == Attempt.debit_id)
                .join(Mandate, Mandate.id == Debit.mandate_id)
                .where(Attempt.bank_file_id == file_id, Attempt.id > last)
                .order_by(Attempt.id)
                .limit(ATTEMPTS_AT_ONCE)
            ).all()
        for _, reference, centimes, mandate, signed_on, name, account in rows:
            yield Collection(
                end_to_end_id=reference,
                amount=Centimes(centimes),
                mandate_reference=mandate,
                mandate_signed_on=signed_on,
                debtor_name=name_for_bank(name, names, otherwise=mandate),
                account=Rib.from_digits(vault.open(account, f"mandate:{mandate}")),
                remittance=f"CACOBATPH {reference}",
            )
        if not rows:
            return
        last = rows[-1].id
