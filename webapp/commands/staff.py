"""`flask invite-staff` and `flask whose-data`: the first administrator, and a breach at night."""

from __future__ import annotations

from datetime import date

import click
from flask.cli import with_appcontext

from webapp.commands.desk import Day, by_option, refusals_to_exit, session, working_day
from webapp.domain.contacts import read_email
from webapp.domain.moment import ALGIERS
from webapp.domain.roles import ROLES_OF_AN_AGENCY, Role
from webapp.domain.rules import StaffRules
from webapp.domain.sheets import sheet_lines
from webapp.domain.text import clean_name
from webapp.models import Language
from webapp.services.breach_queries import Breach, record_export, whose_data
from webapp.services.staff.invitations import NOBODY, Newcomer, find_agency, invite

HEADINGS = (
    "kind", "number", "name_ar", "name_fr", "email", "phone", "act", "times", "first", "last",
)  # fmt: skip


class Email(click.ParamType[str]):
    """An e-mail address, in small letters."""

    name = "e-mail"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            address = read_email(value).lower()
        except ValueError:
            address = ""
        return address or self.fail(f"{value!r} is not an e-mail address", param, ctx)


@click.command("invite-staff")
@click.argument("email", type=Email())
@click.option("--role", type=click.Choice([one.value for one in Role]), required=True)
@click.option("--name", required=True, help="First name and surname.")
@click.option("--agency", metavar="CODE", help="Of an agent or supervisor; else the country.")
@click.option(
    "--language", type=click.Choice([one.value for one in Language]), default="ar",
    show_default=True,
)  # fmt: skip
@click.option("--site", default="http://127.0.0.1:8000", show_default=True)
@by_option
@with_appcontext
@refusals_to_exit
def invite_staff(
    email: str,
    role: str,
    name: str,
    agency: str | None,
    language: str,
    site: str,
    actor: str | None,
) -> None:
    """Invite somebody of the fund, the first administrator above all, and print the link.

    It is good for three days and opens once. An earlier link of the same person opens nothing
    any more.
    """
    bound = agency is not None and Role(role) in ROLES_OF_AN_AGENCY
    newcomer = Newcomer(
        email=email,
        name=clean_name(name),
        language=Language(language),
        role=Role(role),
        agency_id=find_agency(session(), agency) if agency and bound else None,
    )
    made = invite(session(), working_day(actor=actor), StaffRules(), newcomer, None)
    click.echo(f"{site.rstrip('/')}/{language}/staff/invitations/{made.token}")


@click.command("whose-data")
@click.argument("actor")
@click.option("--from", "since", type=Day(), required=True, help="The first day.")
@click.option("--to", "until", type=Day(), required=True, help="The last day.")
@click.option("--by", metavar="NAME", help="Who asks; by default the user of this machine.")
@with_appcontext
@refusals_to_exit
def whose_data_command(actor: str, since: date, until: date, by: str | None) -> None:
    """Write, as a sheet (CSV), whose data an account has touched: a notice is due in five days.

    ACTOR is an e-mail address of the staff, a member number, or a name as events have it.
    """
    breach = Breach(clean_name(actor), since, until)
    record_export(session(), working_day(actor=by), breach, NOBODY)
    rows = (
        (
            one.kind, one.number, one.name_ar, one.name_fr, one.email, one.phone, one.act,
            one.times, one.first_at.astimezone(ALGIERS).isoformat(timespec="minutes"),
            one.last_at.astimezone(ALGIERS).isoformat(timespec="minutes"),
        )
        for one in whose_data(session(), breach)
    )  # fmt: skip
    for line in sheet_lines(HEADINGS, rows):
        click.echo(line, nl=False)
