"""`flask backup`, `flask restore`, `flask reconcile-sent`: yesterday kept, and brought back safely.

The long texts are those of `--help`; the drill in `flask restore --help` was tried as written, on
both engines.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from webapp.commands.desk import (
    EXIT_A_PERSON_MUST_LOOK,
    by_option,
    refusals_to_exit,
    right_now,
    session,
    settings,
    working_day,
)
from webapp.domain.errors import DatabaseNotEmpty
from webapp.extensions import db
from webapp.forms.recovery_messages import (
    OBSTACLES,
    confirm_replacement,
    in_both,
    reconciled,
    restored,
)
from webapp.outside import sent_journal
from webapp.services import backups
from webapp.services.locking import run_lock
from webapp.services.reconciling_sent import Reconciliation, reconcile_sent
from webapp.services.setting_aside import set_aside


@click.command("backup")
@click.argument("target", metavar="FOLDER_OR_FILE", type=click.Path(path_type=Path))
@with_appcontext
@refusals_to_exit
def backup(target: Path) -> None:
    """Copy the database into one new file, while the service works.

    In a folder the file is called after the instant (UTC). It is open to its owner alone, never
    takes the place of another, and holds no key. PostgreSQL needs its program pg_dump.

    \b
    To be kept as well, each apart from the backups:
      KHATWA_KEYS                        without it no account number opens; never beside a backup
      KHATWA_HOME/sent-journal.jsonl     what has left for the banks: copied after every sending,
                                         to another machine; a return to a backup needs all of it
      KHATWA_HOME/outbox, inbox, scans   files of their own: bank files, answers, signed papers
                                         (sealed, but for bank files younger than a month)

    \b
    Every night, by systemd (/etc/systemd/system/khatwa-backup.service and .timer):
      [Service]                                   [Timer]
      Type=oneshot                                OnCalendar=*-*-* 02:00
      User=khatwa                                 Persistent=true
      EnvironmentFile=/etc/khatwa                 [Install]
      UMask=0077                                  WantedBy=timers.target
      ExecStart=/srv/khatwa/.venv/bin/flask --app wsgi backup /srv/backups
      WorkingDirectory=/srv/khatwa
    then: systemctl enable --now khatwa-backup.timer
    """
    if not target.absolute().parent.is_dir():
        raise click.BadParameter(f"{target.parent} is no folder", param_hint="FOLDER_OR_FILE")
    path, manifest = backups.take_backup(settings().database_url, right_now(), target)
    click.echo(f"{path}: {manifest.engine} {manifest.revision}, event {manifest.last_event}")
    click.echo(f"SHA-256 {manifest.sha256}")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a database that is not empty.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@by_option
@with_appcontext
@refusals_to_exit
def restore(file: Path, force: bool, yes: bool, actor: str | None) -> None:
    """Bring back the database from the backup FILE; on any error nothing is changed.

    The backup is compared with its digests before anything is touched. Afterwards nothing runs
    and nothing is sent until `flask reconcile-sent` has looked what had left since.

    \b
    The drill (on another machine every quarter; here when it is needed):
      1. Stop the site, the worker and the timers: systemctl stop 'khatwa*'
      2. Bring back, from their own copies: the keys, sent-journal.jsonl, outbox, inbox, scans.
         A database file that no longer opens: move it away.
      3. flask db upgrade                    where the database is new and empty
      4. flask restore FILE                  (--force: replaces what is in it; it asks)
      5. flask db upgrade                    where it says so
      6. flask reconcile-sent                what it lists, enter again; then once more
      7. flask import-answers FILE…          the banks' answers of the lost days, again: after
                                             6., or they find nothing that they are about.
                                             Where 6. lists something that is settled here: one
                                             after the other as they came, and 6. after each
      8. flask verify-books; flask verify-events; flask health
      9. Start the service. Ask the banks about the files in doubt: flask confirm-bank-file REF

    On PostgreSQL everything in the schema `public` is replaced in one transaction, in the same
    database: a new one would need more rights and another address. Its owner must be who
    restores; the programs pg_restore and psql must be there.
    """
    day = working_day(actor=actor)
    manifest = backups.manifest_of(file)
    at = f"{datetime.fromisoformat(manifest.created_at):%d/%m/%Y %H:%M} UTC"
    url = settings().database_url
    db.session.remove()
    db.engine.dispose()
    if backups.has_content(url):
        if not force:
            raise DatabaseNotEmpty
        if not yes:
            click.confirm(confirm_replacement(at), abort=True)
    with run_lock(session(), settings().home, wait=False):
        db.session.remove()
        backups.restore_backup(
            url, day.moment, day.actor, file, workplace=settings().home, force=force
        )
    behind = manifest.revision != backups.known_revisions()[0]
    for line in restored(at, behind=behind):
        click.echo(line)


@click.command("reconcile-sent")
@click.option("--set-aside", "aside", metavar="ENDTOENDID", help="Answer by name for this one.")
@by_option
@with_appcontext
@refusals_to_exit
def reconcile(aside: str | None, actor: str | None) -> None:
    """Compare the sent journal with a restored database, so that nobody is debited again.

    What the journal says has left, and the database does not know, becomes `unknown` there with
    its dues bound: an answer of its bank finds it, and no run takes it again. What cannot be
    matched is listed with the reason; then runs and sending stay blocked, and this ends with 3.
    Enter what is missing and call it again; or, when nothing of it can be debited any more,
    `--set-aside` it: the journal keeps who did. May be stopped and begun again at any moment.
    """
    day = working_day(actor=actor)
    journal = sent_journal(settings())
    with run_lock(session(), settings().home, wait=True):
        if aside is not None:
            set_aside(session(), day, journal, aside)
        result = reconcile_sent(session(), day, journal, settings().outbox)
    _tell(result)
    if not result.done:
        raise SystemExit(EXIT_A_PERSON_MUST_LOOK)


def _tell(result: Reconciliation) -> None:
    counts = {
        "journalled": result.journalled,
        "bound": result.debits_bound,
        "in_doubt": result.files_in_doubt,
        "taken_back": result.files_taken_back,
        "set_aside": result.set_aside,
        "removed": result.files_removed,
        "unmatched": len(result.unmatched),
    }
    for one in result.unmatched:
        click.echo(f"{', '.join(one.end_to_end_ids)}: {', '.join(one.dues)}")
        for line in in_both(OBSTACLES[one.obstacle]):
            click.echo(f"  {line}")
    for line in reconciled(counts):
        click.echo(line)
