"""The report of open days on paper: one day, or all of them, Arabic on one side, French beside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import Flask
from markupsafe import Markup

from webapp.documents.fields import NOTHING, Section
from webapp.documents.rendering import figure, name, render
from webapp.domain.moment import ALGIERS
from webapp.open_days_words import COLUMNS, FAILURES, PARTS, Pair, in_both
from webapp.services.open_days.case_figures import DeviceName, Tally
from webapp.services.open_days.day_report import DayReport

Cells = list[Markup]


def day_report_pdf(app: Flask, report: DayReport, made_at: datetime) -> bytes:
    """What came of open days, to be printed and kept. Raises DocumentsUnavailable."""
    words = {key: in_both(text) for key, text in PARTS.items()}
    row = report.campaign.row
    values = {
        "titles": words["title"],
        "title": " · ".join(words["title"]),
        "created": made_at.isoformat(timespec="seconds"),
        "reference": figure(row.reference),
        "sections": [_about(words, report, made_at), *_parts(words, report)],
    }
    return render(app, "run_report.html", values)


def _about(words: dict[str, Pair], report: DayReport, made_at: datetime) -> Section:
    campaign, figures = report.campaign, report.figures
    first, last = (report.on, report.on) if report.on else (
        campaign.row.begins_on, campaign.row.ends_on
    )  # fmt: skip
    days = f"{first:%d/%m/%Y}" if first == last else f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"
    rows = [
        [_both(words["agency"]), _both((campaign.agency_ar, campaign.agency_fr))],
        [_both(words["days"]), figure(days)],
        *([_both(in_both(called)), _number(getattr(figures.tally, column))]
          for column, called in COLUMNS.items()),
        [_both(words["all"]), _number(figures.tally.total)],
        [_both(words["papers"]), _number(figures.papers)],
        [_both(words["middle"]), _minutes(figures.minutes.middle)],
        [_both(words["mean"]), _minutes(figures.minutes.mean)],
        [_both(words["as_of"]), figure(f"{made_at.astimezone(ALGIERS):%d/%m/%Y %H:%M}")],
    ]  # fmt: skip
    heading = (campaign.row.name_ar, campaign.row.name_fr)
    return _section(heading, [words["open_days"], words["number"]], rows)


def _parts(words: dict[str, Pair], report: DayReport) -> list[Section]:
    figures = report.figures
    causes = [[_both(in_both(FAILURES[cause])), _number(n)] for cause, n in figures.causes.items()]
    agents = [
        (name(called) if called else _both(words["alone"]), one)
        for called, one in figures.agents.items()
    ]
    devices = [(_device(words, device), one) for device, one in figures.devices.items()]
    hours = [(figure(f"{at:02}:00"), one) for at, one in figures.hours.items()]
    days = [(figure(f"{on:%d/%m/%Y}"), one) for on, one in figures.days.items()]
    return [
        _section(words["why"], [words["why"], words["number"]], causes),
        *([] if report.on else [_counted(words, "by_day", "day", days)]),
        _counted(words, "hours", "hour", hours),
        _counted(words, "agents", "agent", agents),
        _counted(words, "devices", "device", devices),
    ]


def _counted(
    words: dict[str, Pair], heading: str, what: str, groups: Iterable[tuple[Markup, Tally]]
) -> Section:
    labels = [words[what], *map(in_both, COLUMNS.values()), words["all"]]
    rows = [
        [called, *(_number(getattr(one, column)) for column in COLUMNS), _number(one.total)]
        for called, one in groups
    ]
    return _section(words[heading], labels, rows)


def _section(heading: Pair, labels: list[Pair], rows: list[Cells]) -> Section:
    return Section(heading, labels, rows, len(rows), stacked=False)


def _device(words: dict[str, Pair], device: DeviceName | None) -> Markup:
    if device is None:
        return _both(words["no_device"])
    place = Markup(" – {}").format(name(device.place)) if device.place else ""
    return Markup("{}{}").format(name(device.name), place)


def _number(number: int) -> Markup:
    return figure(number) if number else NOTHING


def _minutes(minutes: float | None) -> Markup:
    return NOTHING if minutes is None else figure(f"{minutes:.1f}".replace(".", ","))


def _both(pair: Pair) -> Markup:
    return Markup('<bdi dir="rtl" lang="ar">{}</bdi> · <bdi dir="ltr" lang="fr">{}</bdi>').format(
        *pair
    )
