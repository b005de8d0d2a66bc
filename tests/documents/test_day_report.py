"""The report of open days on paper: every number of it, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Flask

from tests.documents.conftest import Pages, bare
from webapp.documents import day_report_pdf
from webapp.domain.enrolment_cases import CaseFailure
from webapp.domain.roles import Role
from webapp.services.open_days.campaign_list import (
    CampaignPage,
    CampaignRow,
    Colleague,
    Place,
)
from webapp.services.open_days.case_figures import (
    AgencyName,
    CaseFigures,
    DeviceName,
    Minutes,
    Tally,
)
from webapp.services.open_days.day_report import DayReport

ON = date(2026, 11, 24)
MADE_AT = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
TALLY = Tally(enrolled=41, updated=13, waiting=7, failed=11, abandoned=17)


def report(on: date | None = ON, tally: Tally = TALLY) -> DayReport:
    row = CampaignRow(
        1, "KO12345678", 1, "أبواب مفتوحة بالبليدة", "Portes ouvertes de Blida", ON,
        date(2026, 11, 26), None, 1, 1,
    )  # fmt: skip
    campaign = CampaignPage(
        row, "وكالة ولاية البليدة", "Agence de Blida", (Place(1, "A"),),
        (Colleague(1, "كريم حداد", Role.AGENT),),
    )  # fmt: skip
    figures = CaseFigures(
        tally=tally,
        papers=3,
        minutes=Minutes(2.5, 3.25),
        causes={CaseFailure.NETWORK: 11},
        hours={9: tally},
        agencies={AgencyName("وكالة ولاية البليدة", "Agence de Blida"): tally},
        agents={"كريم حداد": tally, None: Tally()},
        devices={DeviceName("Tablette 1", "القاعة"): tally, None: Tally()},
        days={ON: tally},
    )
    return DayReport(campaign, on, figures)


def test_it_says_everything_in_both_languages(in_app: Flask, pages: Pages) -> None:
    text = bare(" ".join(pages(day_report_pdf(in_app, report(), MADE_AT))))
    for said in (
        "Portes ouvertes de Blida", "أبواب مفتوحة بالبليدة", "Agence de Blida", "Panne de réseau",
        "انقطاع الشبكة", "Par heure", "حسب الساعة", "كريم حداد", "Tablette 1", "L'employeur seul",
        "Sans appareil", "24/11/2026", "09:00", "89", "2,5", "3,2", "24/11/2026 17:30",
    ):  # fmt: skip
        assert bare(said) in text, said
    assert bare("Par jour") not in text


def test_of_all_days_it_tells_each_day(in_app: Flask, pages: Pages) -> None:
    text = bare(" ".join(pages(day_report_pdf(in_app, report(None), MADE_AT))))
    assert bare("Par jour") in text and bare("26/11/2026") in text


def test_of_nobody_it_is_a_paper_all_the_same_and_the_same_one_has_the_same_bytes(
    in_app: Flask,
) -> None:
    empty = report(None, Tally())
    assert day_report_pdf(in_app, empty, MADE_AT) == day_report_pdf(in_app, empty, MADE_AT)
