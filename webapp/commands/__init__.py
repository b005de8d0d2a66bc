"""The commands of the service: thin skins over the use cases, which read the clock once."""

from __future__ import annotations

from flask import Flask

from webapp.commands.backup import backup, reconcile, restore
from webapp.commands.bank import (
    approve_bank_file,
    confirm_bank_file,
    import_answers,
)
from webapp.commands.channel import open_channel
from webapp.commands.closed_days import close_day, open_day
from webapp.commands.debits import cancel_debit, record_bounce, release_debit
from webapp.commands.demo import demo, first_day
from webapp.commands.forget import forget_old_rows
from webapp.commands.health import health
from webapp.commands.keys import rotate_keys
from webapp.commands.leaving import send_bank_files
from webapp.commands.mandates import ask_for_paper, import_mandates
from webapp.commands.messages import messages
from webapp.commands.other_system import export_postings, import_dues
from webapp.commands.payments import import_payments
from webapp.commands.proofs import proof_pack
from webapp.commands.register import import_register
from webapp.commands.run import run_debits, status
from webapp.commands.sending import read_bounced, send_what_waits
from webapp.commands.staff import invite_staff, whose_data_command
from webapp.commands.summaries import make_summaries
from webapp.commands.verify import verify_books, verify_events
from webapp.commands.worker import worker

COMMANDS = (
    run_debits,
    worker,
    approve_bank_file,
    send_bank_files,
    confirm_bank_file,
    import_answers,
    release_debit,
    cancel_debit,
    record_bounce,
    close_day,
    open_day,
    verify_books,
    verify_events,
    backup,
    restore,
    reconcile,
    health,
    rotate_keys,
    forget_old_rows,
    status,
    open_channel,
    import_register,
    import_mandates,
    import_payments,
    import_dues,
    export_postings,
    ask_for_paper,
    messages,
    send_what_waits,
    proof_pack,
    make_summaries,
    read_bounced,
    invite_staff,
    whose_data_command,
    demo,
    first_day,
)


def init_commands(app: Flask) -> None:
    """Make every command known to `flask`."""
    for command in COMMANDS:
        app.cli.add_command(command)
