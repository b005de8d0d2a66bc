"""`flask health`: whether the service is well, for whoever watches it by a program."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from webapp.commands.desk import EXIT_REFUSED, refusals_to_exit, session, working_day
from webapp.domain.rules import HealthRules
from webapp.forms.recovery_messages import ALARMS, healthy, in_both
from webapp.services.health import Trouble, look_for_trouble


@click.command("health")
@with_appcontext
@refusals_to_exit
def health() -> None:
    """Say what is wrong, in Arabic and French; ends with 0 when nothing is, with 1 otherwise.

    Today's run is missing at 09:00 in Algiers on a bank day; a bank file is in doubt, or on its
    way, for too long; a bank is silent; sending is blocked after a return to a backup; the end of
    the chain of events or the books do not hold; messages wait and nobody sends them. Writes
    nothing: every few minutes is not too often.
    """
    troubles = look_for_trouble(session(), working_day(), HealthRules())
    for trouble in troubles:
        _tell(trouble)
    if troubles:
        raise SystemExit(EXIT_REFUSED)
    for line in healthy():
        click.echo(line)


def _tell(trouble: Trouble) -> None:
    click.echo(f"{trouble.alarm}: {trouble.about}".rstrip(": "))
    for line in in_both(lambda: ALARMS[trouble.alarm](trouble.about)):
        click.echo(f"  {line}")
