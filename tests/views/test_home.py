"""The home: each kind of warning has its words, in the order of what costs money first."""

from __future__ import annotations

from datetime import date

import pytest

from tests import builders
from tests.services.collecting import ANNOUNCING, FILED
from tests.views.browser import Browser, Site
from webapp.domain.warning_kinds import WarningKind
from webapp.models import Employer

BOTH = pytest.mark.parametrize("visitor", ["ar", "fr"], indirect=True)
pytestmark = pytest.mark.parametrize("site_url", ["sqlite"], indirect=True)


def test_every_kind_of_warning_has_its_words(site: Site) -> None:
    with site.app.test_request_context("/fr/home"):
        known = site.app.jinja_env.get_template("components/warnings.html").module.WARNINGS  # type: ignore[attr-defined]
        assert list(known) == [kind.value for kind in WarningKind]
        in_words = site.app.jinja_env.filters["in_words"]
        assert len({str(in_words(kind)) for kind in WarningKind}) == len(WarningKind)


@BOTH
def test_what_costs_money_stands_above_what_does_not_yet(
    site: Site, browser: Browser, owner: Employer
) -> None:
    day = builders.working_day(site.office, FILED)
    builders.mandate(site.office, day, owner, ceiling=1)
    builders.declaration(site.office, day, owner)
    site.desk.run(ANNOUNCING)
    site.clock.go_to(date(2027, 1, 4))
    browser.enter(owner.member_number)
    page = browser.open("home")
    kinds = [
        "late" if one.xpath(".//a[contains(@href, '2026-11')]")
        else "due" if one.xpath(".//a[contains(@href, '2026-12')]") else "held"
        for one in page.root.xpath("//main//*[contains(@class, 'notice ')]")
    ]  # fmt: skip
    assert kinds == ["late", "held", "due"]
    assert page.root.xpath("//main//a[contains(@href, '/calendar')]")
    assert page.root.xpath("//main//a[contains(@href, '/figures')]")


@BOTH
def test_a_debit_of_many_worksites_names_five_and_counts_the_others(
    site: Site, visitor: Browser
) -> None:
    owner = builders.employer(site.office, worksites=40)
    day = builders.working_day(site.office, FILED)
    builders.mandate(site.office, day, owner)
    codes = tuple(f"W{number}" for number in range(1, 41))
    builders.declaration(site.office, day, owner, worksites=codes)
    site.desk.run(ANNOUNCING)
    visitor.enter(owner.member_number)
    page = visitor.open("home")
    lines = page.root.xpath("//section[@aria-labelledby='next-debit']//dt")
    assert len(lines) == 6 and "35" in lines[-1].text_content()
