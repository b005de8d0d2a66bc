"""The report of a run on paper: its sums, its files, and who signed it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Flask
from flask_babel import force_locale
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from webapp.catalogs import Language, catalog
from webapp.documents.fields import NOTHING, Section
from webapp.documents.rendering import BOTH, figure, name, render
from webapp.domain.moment import ALGIERS
from webapp.domain.stages import Stage
from webapp.formatting import number_of_amount
from webapp.services.reports import FileSum, RunReport
from webapp.services.staff.collection_runs import RunRow
from webapp.services.staff.report_tables import Names, groups_of
from webapp.services.sums import Sum
from webapp.wording import in_words

Pair = tuple[str, str]


def run_report_pdf(app: Flask, run: RunRow, names: Names) -> bytes:
    """A run that has ended, with its report; the same one has the same bytes.

    Raises DocumentsUnavailable.
    """
    report = run.report
    assert report is not None  # noqa: S101  (one that has ended)
    words = _words()
    values = {
        "titles": words["title"],
        "title": " · ".join(words["title"]),
        "created": run.started_at.isoformat(timespec="seconds"),
        "reference": figure(f"{run.day:%d/%m/%Y}"),
        "sections": [
            _section(words["run"], [words["what"], words["value"]], _facts(words, run, report)),
            *_groups(words, report, names),
            _section(
                words["beside"], [words["what"], words["employers"]], _compared(words, report)
            ),
            _section(
                words["files"], [words["file"], words["debits"], words["amount"], ("SHA-256",) * 2],
                [_file(one) for one in report.files],
            ),
        ],
    }  # fmt: skip
    return render(app, "run_report.html", values)


def _section(heading: Pair, labels: Sequence[Pair], rows: Sequence[Sequence[Markup]]) -> Section:
    return Section(heading, labels, rows, len(rows), stacked=False)


def _facts(words: dict[str, Pair], run: RunRow, report: RunReport) -> list[list[Markup]]:
    signed = NOTHING
    if run.signed_at is not None:
        signed = Markup("{} {}").format(name(run.signed_by_name), _instant(run.signed_at))
    return [
        [_pair(words["day"]), figure(f"{run.day:%d/%m/%Y}")],
        [_pair(words["begun"]), _instant(run.started_at)],
        [_pair(words["by"]), name(run.actor_name)],
        [_pair(words["signed"]), signed],
        [_pair(words["declared"]), _sum(report.declared)],
        [_pair(words["suspense"]), _sum(report.suspense)],
        [_pair(words["sealed"]), figure(report.events_head or "–")],
    ]


def _groups(words: dict[str, Pair], report: RunReport, names: Names) -> list[Section]:
    stages = [_said(in_words(stage)) for stage in Stage]
    found = []
    for kind, groups in groups_of(report).items():
        rows = []
        for code, columns in groups.items():
            known = names[kind].get(code)
            called = _pair((known.ar, known.fr)) if known else figure(code)
            rows.append([called, *(_sum(columns[stage]) for stage in Stage)])
        found.append(_section(words[kind], [words[kind], *stages], rows))
    return found


def _compared(words: dict[str, Pair], report: RunReport) -> list[list[Markup]]:
    return [
        [_pair(words[part]), _sum(report.comparison.get(part, Sum()))]
        for part in ("new", "gone", "changed")
    ]


def _file(file: FileSum) -> list[Markup]:
    return [
        figure(file.reference),
        figure(file.count),
        figure(number_of_amount(file.centimes)),
        figure(file.sha256 or "–"),
    ]


def _sum(one: Sum) -> Markup:
    if not one.count:
        return NOTHING
    return Markup("{}<br>{}").format(figure(one.count), figure(number_of_amount(one.centimes)))


def _pair(pair: Pair) -> Markup:
    return Markup('<bdi dir="rtl" lang="ar">{}</bdi> · <bdi dir="ltr" lang="fr">{}</bdi>').format(
        *pair
    )


def _instant(at: datetime) -> Markup:
    return figure(f"{at.astimezone(ALGIERS):%d/%m/%Y %H:%M}")


def _said(text: LazyString) -> Pair:
    said = []
    for language in BOTH:
        with force_locale(language.locale):
            said.append(str(text))
    return said[0], said[1]


def _words() -> dict[str, Pair]:
    """Every word of the paper, in Arabic and in French."""
    arabic, french = (_in(language) for language in BOTH)
    return {key: (arabic[key], french[key]) for key in arabic}


def _in(language: Language) -> dict[str, str]:
    gettext = catalog(language).gettext
    return {
        "title": gettext("Report of a run"),
        "run": gettext("The run"),
        "what": gettext("What"),
        "value": gettext("Value"),
        "day": gettext("For the day"),
        "begun": gettext("Begun"),
        "by": gettext("By"),
        "signed": gettext("Signed off by"),
        "declared": gettext("Contributions declared"),
        "suspense": gettext("Could not be matched"),
        "sealed": gettext("Events sealed under"),
        "bank": gettext("By institution"),
        "agency": gettext("By agency"),
        "wilaya": gettext("By wilaya"),
        "beside": gettext("Beside each employer's last debit"),
        "employers": gettext("Employers"),
        "new": gettext("A debit for the first time"),
        "gone": gettext("No debit any more"),
        "changed": gettext("A very different amount"),
        "files": gettext("Bank files"),
        "file": gettext("File"),
        "debits": gettext("Debits"),
        "amount": gettext("Amount"),
    }
