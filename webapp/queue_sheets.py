"""The sheets (CSV) of the office's queues and of an answer: their headings and lines, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _

from webapp.domain.moment import ALGIERS
from webapp.domain.money import Centimes
from webapp.domain.office_queues import QueueKind
from webapp.domain.sheets import sheet_lines
from webapp.services.staff.debit_queues import DebitInQueue
from webapp.services.staff.follow_up import FollowLine
from webapp.services.staff.request_lists import RequestRow
from webapp.services.staff.unmatched_queue import Unmatched
from webapp.wording import hold_at_office, in_words

Line = DebitInQueue | Unmatched | RequestRow


def headings_of(kind: QueueKind) -> Sequence[str]:
    """The first line of the sheet of a queue."""
    if kind is QueueKind.MONEY:
        return (
            _("Answer of a bank"), _("Arrived"), _("Institution"), _("Amount (DA)"),
            _("Booked on"), _("What it says"), _("Reason code"), _("Why it matches nothing"),
            _("Debit"), _("Member number"), _("Name in Arabic"), _("Name in French"),
            _("Looked into by"),
        )  # fmt: skip
    if kind is QueueKind.REVERSALS:
        return (
            _("Request"), _("Member number"), _("Name in Arabic"), _("Name in French"),
            _("Subject"), _("Period"), _("Amount (DA)"), _("Asked by"), _("Since"),
        )  # fmt: skip
    return (
        _("Debit"), _("Member number"), _("Name in Arabic"), _("Name in French"), _("Agency"),
        _("Wilaya"), _("Bank"), _("Day of the debit"), _("Amount (DA)"), _("Reason"),
        _("Reason code"), _("Looked into by"),
    )  # fmt: skip


def row_of(line: Line, language: str) -> tuple[object, ...]:
    """One line of the sheet of its queue."""
    if isinstance(line, Unmatched):
        institution = line.institution_ar if language == "ar" else line.institution_fr
        return (
            line.message_name, _instant(line.imported_at), institution, _dinars(line.moved),
            line.booked_on or "", in_words(line.fact) if line.fact else "", line.code or "",
            in_words(line.doubt), line.ours, line.member_number, line.name_ar, line.name_fr,
            line.looked_by,
        )  # fmt: skip
    if isinstance(line, RequestRow):
        return (
            line.reference, line.member_number, line.name_ar, line.name_fr,
            in_words(line.due_kind), line.period, _dinars(line.amount), line.asked_by_name,
            _instant(line.asked_at),
        )  # fmt: skip
    held = "" if line.hold_reason is None else hold_at_office(line.hold_reason)
    return (
        line.reference, line.member_number, line.name_ar, line.name_fr,
        line.agency_ar if language == "ar" else line.agency_fr, line.wilaya_code, line.bank_code,
        line.collect_on, _dinars(line.amount), in_words(line.cause) if line.cause else held,
        line.code or "", line.looked_by,
    )  # fmt: skip


def rows_of(pages: Iterator[Sequence[Line]], language: str) -> Iterator[tuple[object, ...]]:
    """The lines of the sheet, page by page as they are read."""
    for page in pages:
        for line in page:
            yield row_of(line, language)


def follow_up_sheet_lines(lines: Iterable[FollowLine], language: str) -> Iterator[str]:
    """The sheet of those whom an agency goes after, line by line."""
    headings = (
        _("Member number"), _("Name in Arabic"), _("Name in French"), _("Agency"), _("Day"),
        _("Reference"), _("What is the matter"),
    )  # fmt: skip
    return sheet_lines(headings, (_follow_up_row(one, language) for one in lines))


def _follow_up_row(line: FollowLine, language: str) -> tuple[object, ...]:
    return (
        line.member_number, line.name_ar, line.name_fr,
        line.agency_ar if language == "ar" else line.agency_fr, line.on or "", line.reference,
        " – ".join(str(in_words(word)) for word in line.words),
    )  # fmt: skip


def _dinars(centimes: Centimes) -> str:
    """An amount as a spreadsheet program reads it here: 1296,00."""
    sign, (dinars, rest) = "-" if centimes < 0 else "", divmod(abs(centimes), 100)
    return f"{sign}{dinars},{rest:02d}"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(ALGIERS):%d/%m/%Y %H:%M}"
