"""A dry run is the very same run, in one transaction that is taken back at the end."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from webapp.adapters.messages import Delivery, Sent
from webapp.services.events import lock_events
from webapp.services.notices import NoticeToSend
from webapp.services.portions import alone
from webapp.services.reports import RunReport
from webapp.services.runs import RunTools, run_due_debits
from webapp.services.transactions import Progress, no_progress
from webapp.services.working_day import WorkingDay


def dry_run(
    session: Session, day: WorkingDay, tools: RunTools, progress: Progress = no_progress
) -> RunReport:
    """The report that a run on this day would give; nothing is written, sent or kept.

    Every commit of the run becomes a savepoint inside one transaction, and its bank files go to
    a folder that is deleted; no worker would see what it does, so it works alone. Others who want
    to write wait until it ends.
    """

    def send_nothing(notice: NoticeToSend) -> Sent:
        return Sent(Delivery.LATER)

    engine = session.get_bind().engine
    with engine.connect() as connection, tempfile.TemporaryDirectory() as folder:
        outer = connection.begin()
        try:
            # With what the session knows of being told to end.
            with Session(
                connection, join_transaction_mode="create_savepoint", info=session.info
            ) as inside:
                # First of all, for whoever waits for it later may be waited for.
                lock_events(inside)
                quiet = replace(tools, outbox=Path(folder), send_notice=send_nothing, share=alone)
                return run_due_debits(inside, day, quiet, progress)
        finally:
            outer.rollback()
