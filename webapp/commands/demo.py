"""`flask demo` and `flask first-day`: a believable register, and the whole loop on it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from datetime import date, datetime, time
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select

from webapp.adapters.demonstration_bank import DemonstrationBank
from webapp.adapters.messages import Delivery, Sent
from webapp.adapters.transports import FolderTransport
from webapp.commands.desk import (
    Day,
    open_vault,
    progress_bar,
    refusals_to_exit,
    right_now,
    run_tools,
    session,
    settings,
    working_day,
)
from webapp.commands.report_text import report_lines
from webapp.data.loader import load_reasons
from webapp.domain.moment import ALGIERS
from webapp.domain.statuses import BankFileStatus
from webapp.models import BankFile, Run
from webapp.outside import sent_journal
from webapp.services.bank_files import approve_bank_file, send_bank_files
from webapp.services.demonstration.accountant import (
    DemonstrationAccountant,
    demonstration_accountant,
)
from webapp.services.demonstration.answering import files_at_bank, let_bank_answer
from webapp.services.demonstration.building import find_demonstration, load_demonstration
from webapp.services.demonstration.open_days import demonstration_open_days
from webapp.services.demonstration.papers import CHANNELS
from webapp.services.demonstration.staff import DemonstrationMember, demonstration_staff
from webapp.services.demonstration.story import DemonstrationPlan
from webapp.services.demonstration.visiting import find_visitors
from webapp.services.events import seal_events
from webapp.services.locking import run_lock
from webapp.services.news.telling import tell_news
from webapp.services.notices import NoticeToSend
from webapp.services.reports import RunReport, build_report
from webapp.services.runs import RunTools, run_due_debits
from webapp.services.transactions import transaction
from webapp.services.working_day import WorkingDay

SCHEDULER, SECOND_PERSON = "scheduler", "demonstration"
MOST_EMPLOYERS = 500_000
OPENING = time(9, 0)

employers_option = click.option(
    "--employers", type=click.IntRange(1, MOST_EMPLOYERS), default=200, show_default=True
)
seed_option = click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
on_option = click.option("--on", type=Day(), help="Its day, by default today.")


@click.command("demo")
@employers_option
@seed_option
@on_option
@with_appcontext
@refusals_to_exit
def demo(employers: int, seed: int, on: date | None) -> None:
    """Fill an empty database with a believable register, up to the run of its day.

    With people of the fund and open days of this week, both as examples, outside production.

    The same seed and day always make the same. A database that holds anything else is refused;
    a demonstration that is there already stays as it is.
    """
    known = find_demonstration(session())
    day = on or (known.day if known else right_now().today)
    _load(DemonstrationPlan(employers, seed, day))
    if _colleagues():
        _hold_open_days()


@click.command("first-day")
@employers_option
@seed_option
@on_option
@with_appcontext
@refusals_to_exit
def first_day(employers: int, seed: int, on: date | None) -> None:
    """Go once through everything: register, run, approval, bank, answers, report.

    An empty database becomes a demonstration first. On one that is there already, this runs the
    day, and sends nothing that was sent before.
    """
    plan = find_demonstration(session())
    if plan is None:
        # Without our books those of an earlier bank mean nothing.
        shutil.rmtree(_bank_folder(), ignore_errors=True)
        plan = DemonstrationPlan(employers, seed, on or right_now().today)
    _load(plan)
    colleagues = _colleagues()
    if colleagues:
        _hold_open_days()
    day = working_day(_run_day(on, plan), SCHEDULER)
    with ExitStack() as stack:
        stack.enter_context(run_lock(session(), settings().home, wait=True))
        progress = stack.enter_context(progress_bar())
        tools = stack.enter_context(run_tools(day))
        report = run_due_debits(session(), day, tools, progress)
        _approve(working_day(day.today, SECOND_PERSON))
        if _approved() or files_at_bank(session()):
            _go_to_bank(day)
        accountant = _accountant()
        report = build_report(session(), day, report.phases, seal_events(session()).hex())
    _show(report, accountant)
    _show_staff(colleagues)


def _load(plan: DemonstrationPlan) -> None:
    """Load the demonstration and tell what was made; the notices of its past go nowhere."""
    notices = 0

    def take(notice: NoticeToSend) -> Sent:
        nonlocal notices
        notices += 1
        return Sent(Delivery.ACCEPTED)

    tools = RunTools(open_vault(), settings().outbox, take, load_reasons())
    with run_lock(session(), settings().home, wait=True), progress_bar() as progress:
        built = load_demonstration(session(), tools, plan, progress)
    about = f"{plan.employers} employers, seed {plan.seed}, {plan.day:%d/%m/%Y}"
    if not (built.employers or built.mandates or built.declarations or built.runs):
        click.echo(f"The demonstration is there already ({about}): nothing was changed.")
        return
    click.echo(
        f"Demonstration of {about}: {built.employers} employers with {built.worksites} worksites, "
        f"{built.mandates} mandates, {built.declarations} declarations, {built.runs} earlier runs."
    )
    click.echo(f"{notices} notices of those runs count as delivered; none was sent.")


def _run_day(on: date | None, plan: DemonstrationPlan) -> date:
    """The day to run: the one asked for or today, but never before one that was run."""
    with transaction(session()):
        last = session().scalar(select(func.max(Run.day)))
    wanted = on or max(right_now().today, plan.day)
    return max(wanted, last or wanted)


def _approve(day: WorkingDay) -> None:
    with transaction(session()):
        written = session().scalars(
            select(BankFile.reference)
            .where(BankFile.status == BankFileStatus.WRITTEN)
            .order_by(BankFile.id)
        )
        references = written.all()
    for reference in references:
        approve_bank_file(session(), day, reference, settings().outbox)


def _approved() -> bool:
    with transaction(session()):
        approved = select(BankFile.id).where(BankFile.status == BankFileStatus.APPROVED)
        return session().scalar(approved.limit(1)) is not None


def _bank_folder() -> Path:
    return settings().home / "demonstration-bank"


def _go_to_bank(day: WorkingDay) -> None:
    """Send the approved files to the independent bank, and take in what it answers."""
    clock = datetime.combine(day.today, OPENING, ALGIERS)
    accounts = {channel.code: channel.creditor_account for channel in CHANNELS}
    vault, inbox = open_vault(), settings().inbox
    with DemonstrationBank(_bank_folder(), clock, day.calendar.closed_days, accounts) as bank:
        transports = {code: FolderTransport(bank.drop_folder) for code in accounts}
        journal = sent_journal(settings())
        sent = send_bank_files(session(), day, settings().outbox, transports, journal)
        story = let_bank_answer(session(), day, vault, bank, inbox)
    # The bank's day may be later than ours.
    tell_news(session(), working_day(story.until, SCHEDULER), vault)
    for reference in sent:
        click.echo(f"{reference}: approved by {SECOND_PERSON}, sent to the demonstration's bank")
    click.echo(
        f"The bank refused {story.refused} debits and returned {story.returned} after settlement; "
        f"its {story.messages} answers, up to {story.until:%d/%m/%Y}, are in {inbox}"
    )


def _accountant() -> DemonstrationAccountant | None:
    """Nobody in production, as with the people of the fund."""
    if settings().in_production:
        return None
    return demonstration_accountant(session(), working_day(actor=SECOND_PERSON))


def _show(report: RunReport, accountant: DemonstrationAccountant | None) -> None:
    for line in report_lines(report, settings().outbox):
        click.echo(line)
    visitors = find_visitors(session())
    click.echo("\nTo try the site as an employer, sign in with a member number:")
    click.echo(f"  {visitors.newcomer or '–'}  before the authorisation: the one step is to come")
    click.echo(f"  {visitors.settled or '–'}  with debits that are settled")
    if accountant is not None and accountant.member_numbers:
        click.echo("As an accountant who acts for employers, under “I act for employers”:")
        click.echo(f"  {accountant.email}  for {', '.join(accountant.member_numbers)}")
    click.echo("The code that is sent to them appears, in another terminal, with:")
    click.echo("  .venv/bin/flask messages --follow")


def _colleagues() -> list[DemonstrationMember]:
    """Three people of the fund; nobody in production, for their secrets are known to everybody."""
    if settings().in_production:
        return []
    day = working_day(actor=SECOND_PERSON)
    return demonstration_staff(session(), day, open_vault())


def _hold_open_days() -> None:
    """Open days of this week, marked as an example, on which the colleagues work."""
    reference = demonstration_open_days(session(), working_day(actor=SECOND_PERSON))
    click.echo(f"Open days as an example, from today until Thursday: {reference}")


def _show_staff(colleagues: list[DemonstrationMember]) -> None:
    if not colleagues:
        return
    click.echo("\nTo try the staff area (/ar/staff/sign-in), for development only:")
    for one in colleagues:
        click.echo(f"  {one.role}: {one.email}, password: {one.password}")
        click.echo(f"    key of the authenticator app: {one.secret}")
    click.echo("Without an app, the code of a key is printed by:")
    secret = colleagues[-1].secret
    click.echo(f"  .venv/bin/python -c \"import pyotp; print(pyotp.TOTP('{secret}').now())\"")
