"""Help, privacy and accessibility: open to all, true to the settings, and modest about the law."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.views.pages import Page, open_page
from webapp.data.loader import load_rates
from webapp.domain.contributions import line_contributions
from webapp.domain.money import Centimes
from webapp.domain.rules import AccessRules, CollectionRules
from webapp.views.public import help_page

LANGUAGES = ("ar", "fr")
PAGES = {
    ("ar", ""): ("تسديد اشتراكاتكم في موعدها، دون تنقّل", "القرار يبقى لكم"),
    ("fr", ""): ("Vos cotisations payées à l'échéance, sans déplacement", "en quatre étapes"),
    ("ar", "help"): ("المساعدة", "لن يطلب منكم أي عون هذا الرمز"),
    ("fr", "help"): ("Aide", "Aucun agent ne vous demandera ce code"),
    ("ar", "privacy"): ("حماية معطياتكم الشخصية", "الأرقام الأربعة الأخيرة من الحساب"),
    ("fr", "privacy"): ("Protection de vos données personnelles", "article 12 du code de commerce"),
    ("ar", "accessibility"): ("خدمة يستعملها الجميع", "ما لم يتحقق بعد"),
    ("fr", "accessibility"): ("Un service que chacun peut utiliser", "pas encore acquis"),
}
QUESTIONS = {
    "change-account",
    "sign-in", "no-code", "asked-for-code",
    "account-number", "who-signs", "paper", "several", "stop", "who-sees",
    "deadline", "amount", "paid-elsewhere",
    "first-debit", "public-holiday", "insufficient-funds", "account-closed",
}  # fmt: skip
# Their answers give rules of the house, which no law lays down.
HOUSE_RULES = ("deadline", "first-debit", "public-holiday", "insufficient-funds")
SETTINGS_OF_THE_FUND = {"ar": "إعدادات خاصة بالصندوق", "fr": "paramètres de la Caisse"}
LAW = {"ar": re.compile("قانون|مرسوم"), "fr": re.compile(r"\b(lois?|décrets?|léga\w*)\b", re.I)}
OTHER_RULES = {
    "ar": ("لمدة 7 دقائق", "بعد 9 محاولات", "أقصاه 45 يوما", "12 مرة على الأكثر", "خلال يومين"),
    "fr": ("7 minutes", "Après 9 essais", "45 jours après", "12 présentations", "en 2 jours"),
}


def words(page: Page, selector: str = "//main") -> str:
    return page.text_of(selector).replace("\u00a0", " ")


def answer(page: Page, question: str) -> str:
    return words(page, f"//details[@id='{question}']")


@pytest.mark.parametrize(("language", "place"), PAGES)
def test_a_public_page_opens_for_everyone_and_says_its_thing(
    client: FlaskClient, language: str, place: str
) -> None:
    heading, says = PAGES[language, place]
    page = open_page(client, f"/{language}/{place}")
    assert page.heading == heading
    assert says in words(page)
    assert page.response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_leads_to_the_one_step_and_to_signing_in(
    client: FlaskClient, language: str
) -> None:
    page = open_page(client, f"/{language}/")
    (primary,) = page.root.xpath("//main//a[@class='button']/@href")
    assert primary == f"/{language}/activate"
    assert page.root.xpath("//main//a[@class='button-quiet']")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_has_its_questions_in_four_groups(client: FlaskClient, language: str) -> None:
    page = open_page(client, f"/{language}/help")
    assert len(page.root.xpath("//main//section[h2]")) == 4
    assert set(page.root.xpath("//main//section/details[summary and p]/@id")) == QUESTIONS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_inside_the_public_pages_leads_somewhere(
    client: FlaskClient, language: str
) -> None:
    for place in ("help", "privacy", "accessibility"):
        page = open_page(client, f"/{language}/{place}")
        for address in page.root.xpath("//main//a/@href"):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_of_the_example_add_up_to_what_the_rates_make(
    client: FlaskClient, language: str
) -> None:
    page = open_page(client, f"/{language}/help")
    shown = page.root.xpath("//details[@id='amount']//dd//bdi/text()")
    *parts, total = (Centimes(int(re.sub("[\u00a0,]", "", amount))) for amount in shown)
    base = help_page.EXAMPLE_BASE
    made = line_contributions(base, base, load_rates()[-1])
    assert parts == [made.leave, made.weather_employer, made.weather_worker]
    assert sum(parts) == total == 129_600_00


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rates_of_the_example_add_up(client: FlaskClient, language: str) -> None:
    page = open_page(client, f"/{language}/help")
    total, *parts = re.findall(r"([0-9]+),([0-9]+) %", answer(page, "amount"))
    thousandths = [int(whole + decimals.ljust(3, "0")) for whole, decimals in (total, *parts)]
    assert thousandths == [12960, 12210, 375, 375]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_of_the_help_are_the_settings(
    client: FlaskClient, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = CollectionRules(filing_offset_days=45, max_attempts=12, representation_window_days=2)
    monkeypatch.setattr(help_page, "CollectionRules", lambda: other)
    monkeypatch.setattr(help_page, "AccessRules", lambda: AccessRules(code_minutes=7, code_tries=9))
    text = words(open_page(client, f"/{language}/help"))
    for figure in OTHER_RULES[language]:
        assert figure in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", HOUSE_RULES)
def test_a_rule_of_the_house_is_called_a_setting_of_the_fund(
    client: FlaskClient, language: str, question: str
) -> None:
    text = answer(open_page(client, f"/{language}/help"), question)
    assert SETTINGS_OF_THE_FUND[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_calls_nothing_a_law(client: FlaskClient, language: str) -> None:
    assert not LAW[language].search(words(open_page(client, f"/{language}/help")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_laws_of_the_privacy_notice_are_kept_from_turning_round(
    client: FlaskClient, language: str
) -> None:
    page = open_page(client, f"/{language}/privacy")
    assert page.root.xpath("//main//bdi[@dir='ltr']/text()") == ["18-07", "25-11"]


def test_the_only_cookie_is_that_of_the_session(client: FlaskClient) -> None:
    for place in ("", "help", "privacy", "accessibility"):
        client.get(f"/fr/{place}", headers={"Accept-Language": "ar"})
        client.get(f"/ar/{place}", headers={"Accept-Language": "fr"})
    kept = {cookie.key for cookie in client._cookies.values()}
    assert kept == {client.application.config["SESSION_COOKIE_NAME"]}
