"""How the fields of a proof and of a copy are called on paper, and how their values are written.

A field keeps in the JSON its name in the code; on paper it has a label in each language, and what
is a word of the code becomes a word of either language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import force_locale
from markupsafe import Markup

from webapp.catalogs import ARABIC, FRENCH, Language
from webapp.documents.codes import codes
from webapp.documents.labels import labels
from webapp.documents.rendering import BOTH, figure, institution, name
from webapp.domain.moment import ALGIERS
from webapp.domain.period import Period
from webapp.formatting import number_of_amount, period_text
from webapp.wording import why_refused

NOTHING = Markup("–")
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a paper: its headings, its labels in both languages, and its rows of cells.

    `total` counts the rows that there are, of which a long table shows the latest only.
    """

    heading: tuple[str, str]
    labels: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Markup]]
    total: int
    stacked: bool

    @property
    def shortened(self) -> bool:
        """Whether there are more rows than are shown."""
        return self.total > len(self.rows)


def section(
    part: str, heading: tuple[str, str], rows: Sequence[Row], total: int = 0, *, stacked: bool
) -> Section:
    """A part of a paper from rows of plain values; each row has the fields of the first."""
    fields = list(rows[0]) if rows else []
    return Section(
        heading=heading,
        labels=[label(field) for field in fields],
        rows=[[cell(part, field, row[field]) for field in fields] for row in rows],
        total=total or len(rows),
        stacked=stacked,
    )


def label(field: str) -> tuple[str, str]:
    """What a field is called, in Arabic and in French."""
    return labels(ARABIC)[field], labels(FRENCH)[field]


def cell(part: str, field: str, value: object) -> Markup:
    """A plain value as it stands on paper, the same for readers of both languages."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return _both(*(codes(language)["yes_no"][str(value)] for language in BOTH))
    group = GROUPS.get(f"{part}.{field}") or GROUPS.get(field)
    if group:
        return _coded(group, str(value))
    return _uncoded(field, value)


def _uncoded(field: str, value: object) -> Markup:
    text = str(value)
    if field.endswith("_centimes") and isinstance(value, int):
        return figure(number_of_amount(value))
    if field.endswith("_on"):
        return figure(f"{date.fromisoformat(text):%d/%m/%Y}")
    if field.endswith("_at") or field == "at":
        return figure(f"{datetime.fromisoformat(text).astimezone(ALGIERS):%d/%m/%Y %H:%M}")
    if field == "period":
        return _both(*(period_text(Period.parse(text), language) for language in BOTH))
    if field == "bank_code":
        return Markup(" · ").join(institution(text, language) for language in BOTH)
    if field == "reason_code":
        return _reason(text)
    return figure(text) if text.isascii() else name(text)


def _coded(group: str, value: str) -> Markup:
    # Of somebody who acted, `staff:3`: what they are, and their number.
    code, _, number = value.partition(":")
    words = [codes(language)[group].get(code) for language in BOTH]
    if None in words:
        return figure(value)
    said = _both(*(str(word) for word in words))
    return Markup("{} {}").format(said, figure(number)) if number else said


def _reason(code: str) -> Markup:
    said = [name(_said(why_refused(code), language)) for language in BOTH]
    return Markup("<br>").join([figure(code), *said])


def _said(text: object, language: Language) -> str:
    with force_locale(language.locale):
        return str(text)


def _both(arabic: str, french: str) -> Markup:
    return Markup('<bdi dir="rtl" lang="ar">{}</bdi> · <bdi dir="ltr" lang="fr">{}</bdi>').format(
        arabic, french
    )


# Which words a field takes: by its part and name, or by its name in every part.
GROUPS: Mapping[str, str] = {
    "debit.status": "debit", "debits.status": "debit", "mandates.status": "mandate",
    "mandate_status": "mandate", "file_status": "file", "notices.status": "delivery",
    "messages.status": "delivery", "declarations.status": "declaration", "dues.status": "due",
    "payments.way": "payment_way", "payments.status": "payment",
    "schedules.status": "schedule", "scheduled_dues.kind": "due_kind",
    "corrections.status": "correction", "corrections.subject": "correction_subject",
    "signatures.channel": "signing", "channel": "channel", "code_channel": "channel",
    "notice_channel": "channel", "quality": "quality", "language": "language",
    "periodicity": "periodicity", "lines.kind": "due_kind", "dues.kind": "due_kind",
    "debit_lines.kind": "due_kind", "notices.kind": "notice_kind", "fact": "fact",
    "notes.kind": "note_kind",
    "outcome": "outcome",
    "hold_reason": "hold", "events.subject": "subject", "steps.subject": "subject",
    "events.target": "step", "events.source": "step", "steps.target": "step",
    "steps.source": "step", "by": "role", "actor": "role",
}  # fmt: skip
