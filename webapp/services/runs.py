"""The run: the phases of `flask run-debits` in their order, and the day on which it may run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.adapters.vault import Vault
from webapp.domain.errors import RunInTheFuture, RunInThePast
from webapp.domain.reasons import Reason
from webapp.models import Demonstration, Run
from webapp.services.accrual import accrue_surcharges
from webapp.services.after_restore import refuse_until_reconciled
from webapp.services.announcing import announce_debits
from webapp.services.archiving import archive_bank_files
from webapp.services.contests.outcomes import follow_contests
from webapp.services.credits import apply_credits
from webapp.services.events import seal_events
from webapp.services.expiry import expire_mandates
from webapp.services.freezing import freeze_debits
from webapp.services.late_reversals import reverse_surcharges
from webapp.services.notices import SendNotice, send_notices
from webapp.services.pauses import cancel_stopped, turn_pauses
from webapp.services.planning import plan_debits
from webapp.services.portions import Hands, Share, alone
from webapp.services.refusals import follow_up_refusals
from webapp.services.replanning import replan
from webapp.services.reports import RunReport, build_report
from webapp.services.schedule_endings import follow_schedules
from webapp.services.superseding import renew_missed
from webapp.services.transactions import Progress, may_go_on, no_progress, transaction
from webapp.services.working_day import WorkingDay
from webapp.services.writing_files import write_bank_files


@dataclass(frozen=True, slots=True)
class RunTools:
    """What of the outside a run needs: keys, the outbox, the sender of notices, the reasons.

    `share` gives it hands: its own alone, or those of workers too.
    """

    vault: Vault
    outbox: Path
    send_notice: SendNotice
    reasons: Mapping[str, Reason]
    share: Share = alone


def check_run_day(session: Session, on: date, today: date, *, force: bool, dry_run: bool) -> None:
    """Refuse a day on which a run would do harm.

    Raises RunInThePast for a day before the last run's unless forced, and RunInTheFuture for a
    day after today unless it is a dry run or a demonstration database.
    """
    with transaction(session):
        last = session.scalar(select(func.max(Run.day)))
        demonstration = session.get(Demonstration, 1) is not None
    if last is not None and on < last and not force:
        raise RunInThePast(day=on, last=last)
    if on > today and not (dry_run or demonstration):
        raise RunInTheFuture(day=on, today=today)


def run_due_debits(
    session: Session, day: WorkingDay, tools: RunTools, progress: Progress = no_progress
) -> RunReport:
    """Run the due debits of an Algiers day and return the report that is also kept.

    Each phase works in short transactions and finds by itself what is left to do: a run that was
    killed is made good by the next one, and a second run on the same day changes nothing. In a
    `stoppable` session it can be told to end.
    Raises RunDoesNotAddUp and the other IntegrityAlarms when a check at the end fails, and
    SentNotReconciled after the return to a backup: it would announce anew what was debited.
    (design.md §6)
    """
    refuse_until_reconciled(session)
    with transaction(session):
        run = Run(day=day.today, actor=day.actor, started_at=day.now)
        session.add(run)
        session.flush()
        run_id = run.id
    hands = tools.share(run_id, progress)
    phases = {
        **turn_pauses(session, day),
        # First of all: the rest counts on bank days.
        "replanned": replan(session, day, progress).total,
        "renewed": renew_missed(session, day),
        **follow_up_refusals(session, day, tools.reasons),
        # Of what was contested nothing is left in a debit from here on that has not left.
        "contests_followed": follow_contests(session, day, tools.vault),
        **follow_schedules(session, day, tools.vault),
        "stopped": cancel_stopped(session, day),
        **_plan(session, day, hands, progress),
        # After the planning: what it has found to debit is in use.
        **expire_mandates(session, day, tools.vault),
        "credits_used": apply_credits(session, day),
        "announced": announce_debits(session, day, hands),
        "notices_accepted": send_notices(
            session, day, tools.send_notice, hands, go_on=partial(may_go_on, session)
        ),
        "frozen": freeze_debits(session, day, progress),
        "files_written": write_bank_files(session, day, tools.outbox, tools.vault, progress),
        "archived": archive_bank_files(session, day, tools.outbox, tools.vault),
    }
    head = seal_events(session)
    report = build_report(session, day, phases, head.hex())
    with transaction(session):
        session.execute(
            update(Run).where(Run.id == run_id).values(finished_at=day.now, report=report.to_json())
        )
    return report


def _plan(session: Session, day: WorkingDay, hands: Hands, progress: Progress) -> dict[str, int]:
    """Plan, then see what is late and in no debit; what that costs is planned with the rest.

    What is taken back goes first: a debit that it leaves empty lets its other dues go. What being
    under way again takes back goes before anybody is told of it.
    """
    reversed_ = reverse_surcharges(session, day)
    planned = plan_debits(session, day, hands)
    surcharges = accrue_surcharges(session, day, progress)
    if surcharges:
        planned += plan_debits(session, day, hands)
    if planned:
        reversed_ += reverse_surcharges(session, day)
    return {"planned": planned, "surcharges": surcharges, "surcharges_reversed": reversed_}
