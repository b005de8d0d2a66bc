"""`flask import-payments`: what was paid elsewhere, from the sheet of the fund's cashiers."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp.commands.desk import (
    EXIT_A_PERSON_MUST_LOOK,
    by_option,
    open_vault,
    progress_bar,
    refusals_to_exit,
    session,
    settings,
    working_day,
)
from webapp.commands.sheets import HABITS, sheet_options, tell_refused, tell_summary
from webapp.domain.errors import InvalidRow
from webapp.models import PaymentWay
from webapp.services import outbox
from webapp.services.locking import run_lock
from webapp.services.payment_import import import_payments as take_in
from webapp.services.payment_lines import PAYMENT_COLUMNS

HELP = f"""Take in the sheet FILE of payments made by cheque, transfer, counter or old portal.

UTF-8, cells separated by commas or semicolons. The first line names these columns, in any order:

\b
  {" ".join(PAYMENT_COLUMNS)}

\b
way: {", ".join(PaymentWay)} · number: what it is called there, once for all
period: 2026-10, 2026-Q4, or empty · paid_on: 2026-11-30 or 30/11/2026 · amount: dinars

Each is booked at once, whatever its amount: it pays the dues of its period, then the oldest, and
the rest is the employer's credit. A coming debit is lowered or cancelled.

{HABITS}"""


@click.command("import-payments", help=HELP)
@sheet_options
@by_option
@with_appcontext
@refusals_to_exit
def import_payments(file: Path, dry_run: bool, report: Path | None, actor: str | None) -> None:
    refused: list[InvalidRow] = []
    day = working_day(None, actor)
    with progress_bar() as progress, run_lock(session(), settings().home, wait=True):
        summary = take_in(
            session(), day, open_vault(), outbox.tell, file, refused.append, progress,
            dry_run=dry_run,
        )  # fmt: skip
    tell_refused(refused, report)
    tell_summary(summary, dry_run=dry_run)
    if summary.refused:
        raise SystemExit(EXIT_A_PERSON_MUST_LOOK)
