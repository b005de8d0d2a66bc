"""The places of the staff area: what stands in the navigation and on the home page of a role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from webapp.domain.roles import Right


@dataclass(frozen=True, slots=True)
class Place:
    """A page that one right opens; `line` says what one does there."""

    endpoint: str
    right: Right
    title: LazyString
    line: LazyString


PLACES = (
    Place(
        "staff.employers",
        Right.SEE_EMPLOYERS,
        _l("Employers"),
        _l("Find an employer, see their authorisations and debits, enter another contact."),
    ),
    Place(
        "staff.campaigns",
        Right.ENROL,
        _l("Open days"),
        _l("Where and when the agency meets employers: devices, live board, report."),
    ),
    Place(
        "staff.follow_up_list",
        Right.SEE_EMPLOYERS,
        _l("Follow-up"),
        _l("Employers to call again: begun and not signed, papers late, reminders."),
    ),
    Place(
        "staff.coverage",
        Right.SEE_EMPLOYERS,
        _l("Coverage"),
        _l("How many employers have an automatic debit, by agency, by wilaya and by week."),
    ),
    Place(
        "staff.papers",
        Right.SEE_EMPLOYERS,
        _l("Papers to receive"),
        _l("Authorisations that wait for the bank's stamp."),
    ),
    Place(
        "staff.paper_forms",
        Right.ENROL,
        _l("Forms on paper"),
        _l("Print authorisations for a day without a network; enter those that came back signed."),
    ),
    Place(
        "staff.undelivered",
        Right.SEE_EMPLOYERS,
        _l("Messages that did not arrive"),
        _l("Find the right contact; the debit goes on after a new notice."),
    ),
    Place(
        "staff.corrections",
        Right.ANSWER_CORRECTIONS,
        _l("Corrections to answer"),
        _l("What employers say is wrong in our data."),
    ),
    Place(
        "staff.money_search",
        Right.BOOK_PAYMENTS,
        _l("Amounts owed and payments"),
        _l("Enter what was paid by cheque or transfer; ask for a waiver or a refund."),
    ),
    Place(
        "staff.decisions",
        Right.BOOK_PAYMENTS,
        _l("To decide as second person"),
        _l("Payments above the limit, waivers and refunds that a colleague asks for."),
    ),
    Place(
        "staff.contests",
        Right.ANSWER_CONTESTS,
        _l("Contests"),
        _l("What employers object to of their debits, by the day of the answer."),
    ),
    Place(
        "staff.runs",
        Right.COLLECT,
        _l("Runs"),
        _l("What each run has planned, announced and written; what is to come."),
    ),
    Place(
        "staff.bank_files",
        Right.COLLECT,
        _l("Bank files"),
        _l("Approve what is to be sent; settle what is not known to have arrived."),
    ),
    Place(
        "staff.queues",
        Right.COLLECT,
        _l("Queues"),
        _l("Debits on hold or refused, unmatched money, surcharges to give up: deal with many."),
    ),
    Place(
        "staff.coverage",
        Right.COLLECT,
        _l("Coverage"),
        _l("How many employers have an automatic debit, by agency, by wilaya and by week."),
    ),
    Place(
        "staff.answers",
        Right.COLLECT,
        _l("Answers of the banks"),
        _l("The messages received, and where each of their entries led."),
    ),
    Place(
        "staff.banks",
        Right.MANAGE_BANKS,
        _l("Banks that ask for the paper"),
        _l("Which banks confirm an authorisation on paper, and within how many days."),
    ),
    Place(
        "staff.channels",
        Right.MANAGE_BANKS,
        _l("Collecting accounts"),
        _l("How files to the banks are written, how they travel, and until when."),
    ),
    Place(
        "staff.rates",
        Right.MANAGE_RATES,
        _l("Rates"),
        _l("Contribution rates and what being late costs, from a day on."),
    ),
    Place(
        "staff.closed_days",
        Right.MANAGE_CALENDAR,
        _l("Closed days"),
        _l("When the banks are closed; close, move or open a day, and see what moves with it."),
    ),
    Place(
        "staff.local_codes",
        Right.MANAGE_CODES,
        _l("Codes of banks"),
        _l("What a bank's own reason codes mean, and those that nobody knows yet."),
    ),
    Place(
        "staff.members",
        Right.MANAGE_STAFF,
        _l("Staff"),
        _l("Invite somebody, give another role or agency, end an access."),
    ),
    Place(
        "staff.agencies",
        Right.MANAGE_AGENCIES,
        _l("Agencies"),
        _l("Add an agency, change its code, its names or its wilaya."),
    ),
    Place(
        "staff.wilayas",
        Right.MANAGE_AGENCIES,
        _l("Wilayas"),
        _l("What the wilayas are called; add one."),
    ),
    Place(
        "staff.board_of_all",
        Right.MANAGE_AGENCIES,
        _l("Board of all agencies"),
        _l("What the open days of today have reached, by agency and by hour."),
    ),
    Place(
        "staff.devices",
        Right.MANAGE_AGENCIES,
        _l("Devices"),
        _l("The devices of open days that are open today, and closing one."),
    ),
    Place(
        "staff.coverage",
        Right.READ_EVENTS,
        _l("Coverage"),
        _l("How many employers have an automatic debit, by agency, by wilaya and by week."),
    ),
    Place(
        "staff.events",
        Right.READ_EVENTS,
        _l("Events"),
        _l("Who did what, and when."),
    ),
    Place(
        "staff.breach",
        Right.READ_EVENTS,
        _l("Data breach"),
        _l("Whose data an account has touched, for the notice within five days."),
    ),
    Place(
        "staff.processing",
        Right.READ_EVENTS,
        _l("Register of processing"),
        _l("Which data are held, why, and for how long."),
    ),
)


def places_for(rights: Collection[Right]) -> list[Place]:
    """The places that somebody with these rights may open."""
    return [place for place in PLACES if place.right in rights]
