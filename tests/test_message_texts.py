"""The words that reach employers: as the voice of the service has them, as phones carry them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError

from webapp.adapters.message_texts import MessageTexts

# The seven-bit alphabet of the GSM standard (3GPP TS 23.038): 160 letters fit into one message.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWO_ARABIC_SEGMENTS = 2 * 67
N = "\u00a0"

KINDS = ("debit_announced", "debit_re_presented")


def values(**changed: Any) -> dict[str, Any]:
    return {
        "amount": 1_296_000_00,
        "collect_on": date(2027, 1, 28),
        "last4": "6789",
        "worksites": ["ورشة سد بني هارون", "200 logements"],
        "institution": "بريد الجزائر",
        "attempt": 2,
        "max_attempts": 3,
        "reason_code": "AM04",
        **changed,
    }


@pytest.fixture
def texts(app: Flask) -> MessageTexts:
    return MessageTexts(app)


def test_an_announced_debit_in_arabic_by_sms(texts: MessageTexts) -> None:
    text = texts.render("debit_announced", "sms", "ar", values())
    assert text.subject == ""
    assert text.body == (
        f"كاكوبات: سيُقتطع مبلغ 1{N}296{N}000,00{N}دج من حسابكم المنتهي بـ6789"
        " يوم الخميس 28/01/2027. التفاصيل والاعتراض في فضائكم «خطوة»."
    )


def test_an_announced_debit_in_french_by_sms(texts: MessageTexts) -> None:
    assert texts.render("debit_announced", "sms", "fr", values()).body == (
        "CACOBATPH : 1 296 000,00 DA seront prélevés sur votre compte se terminant par 6789"
        " le jeudi 28/01/2027. Détail et contestation dans votre espace Khatwa."
    )


def test_a_debit_presented_again_says_why_and_when(texts: MessageTexts) -> None:
    again = values(amount=972_000_00, collect_on=date(2026, 8, 9))
    assert texts.render("debit_re_presented", "sms", "ar", again).body == (
        f"كاكوبات: رُفض اقتطاع مبلغ 972{N}000,00{N}دج، الرصيد غير كافٍ."
        " المحاولة القادمة يوم الأحد 09/08/2026. يرجى تموين الحساب قبلها."
    )
    assert texts.render("debit_re_presented", "sms", "fr", again).body == (
        "CACOBATPH : prélèvement de 972 000,00 DA rejeté, provision insuffisante."
        " Nouvelle présentation le dimanche 09/08/2026. Merci d'approvisionner le compte avant."
    )


@pytest.mark.parametrize("channel", ["sms", "email"])
@pytest.mark.parametrize(("language", "fund_it"), [("ar", "تموين"), ("fr", "approvisionner")])
def test_only_an_employer_who_lacked_money_is_asked_to_fund_the_account(
    texts: MessageTexts, channel: str, language: str, fund_it: str
) -> None:
    for reason, asked in (("AM04", True), ("TM01", False), (None, False)):
        body = texts.render(
            "debit_re_presented", channel, language, values(reason_code=reason)
        ).body
        assert (fund_it in body) == asked


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("language", "day", "amount"),
    [
        ("ar", "الخميس 28 جانفي 2027", f"1{N}296{N}000,00{N}دج"),
        ("fr", "jeudi 28 janvier 2027", f"1{N}296{N}000,00{N}DA"),
    ],
)
def test_an_e_mail_names_amount_day_account_and_every_worksite(
    texts: MessageTexts, kind: str, language: str, day: str, amount: str
) -> None:
    text = texts.render(kind, "email", language, values())
    worksites = "\n– \u2068ورشة سد بني هارون\u2069\n– \u2068200 logements\u2069\n"
    for part in (amount, day, "6789", worksites):
        assert part in text.body
    assert "28/01/2027" in text.subject and "\n" not in text.subject
    assert "\n\n\n" not in text.body and text.body == text.body.strip()
    portal = texts.render(kind, "portal", language, values())
    assert (portal.subject, portal.body) == (text.subject, text.body)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reason", ["AM04", "TM01"])
def test_a_french_sms_is_written_in_the_gsm_alphabet(
    texts: MessageTexts, kind: str, reason: str
) -> None:
    for month in range(1, 13):
        body = texts.render(
            kind, "sms", "fr", values(collect_on=date(2026, month, 12), reason_code=reason)
        ).body
        assert not set(body) - GSM
        assert len(body) <= 160


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reason", ["AM04", "TM01"])
def test_an_arabic_sms_fits_two_segments(texts: MessageTexts, kind: str, reason: str) -> None:
    body = texts.render(kind, "sms", "ar", values(reason_code=reason)).body
    assert len(body) <= TWO_ARABIC_SEGMENTS


@pytest.mark.parametrize("channel", ["sms", "email"])
@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_message_holds_a_link(
    texts: MessageTexts, kind: str, language: str, channel: str
) -> None:
    text = texts.render(kind, channel, language, values())
    assert not any(sign in text.subject + text.body for sign in ("http", "www", ".dz"))


def test_names_are_not_escaped_in_plain_text(texts: MessageTexts) -> None:
    body = texts.render("debit_announced", "email", "fr", values(worksites=["<A> & B 100%"])).body
    assert "– \u2068<A> & B 100%\u2069\n" in body


def test_a_name_neither_adds_a_line_nor_turns_the_text_round(texts: MessageTexts) -> None:
    hostile = "ورشة\n\nأرسلوا الرمز إلى\u202e 0550\u2069\r\nX"
    body = texts.render("debit_announced", "email", "ar", values(worksites=[hostile])).body
    assert "– \u2068ورشة أرسلوا الرمز إلى 0550 X\u2069\n" in body


def test_a_missing_value_is_an_error_not_a_gap(texts: MessageTexts) -> None:
    incomplete = values()
    del incomplete["last4"]
    with pytest.raises(UndefinedError, match="last4"):
        texts.render("debit_announced", "sms", "ar", incomplete)


CODE_KINDS = ("sign_in_code", "sign_mandate_code")
CODE = {"code": "482913", "minutes": 10}


@pytest.mark.parametrize(
    ("kind", "language", "body"),
    [
        ("sign_in_code", "ar", "كاكوبات: رمز التأكيد 482913، صالح 10 دقائق. لا تعطوه لأحد."),
        (
            "sign_mandate_code",
            "ar",
            "كاكوبات: رمز توقيع الترخيص 482913، صالح 10 دقائق. لا تعطوه لأحد.",
        ),
        (
            "sign_in_code",
            "fr",
            "CACOBATPH : code de confirmation 482913, valable 10 minutes. Ne le donnez à personne.",
        ),
        (
            "sign_mandate_code",
            "fr",
            "CACOBATPH : code 482913 pour signer l'autorisation, valable 10 minutes."
            " Ne le donnez à personne.",
        ),
    ],
)
def test_a_code_by_sms_says_what_it_opens(
    texts: MessageTexts, kind: str, language: str, body: str
) -> None:
    assert texts.render(kind, "sms", language, CODE).body == body


@pytest.mark.parametrize("kind", CODE_KINDS)
def test_a_code_fits_one_segment(texts: MessageTexts, kind: str) -> None:
    assert len(texts.render(kind, "sms", "ar", CODE).body) <= 70
    french = texts.render(kind, "sms", "fr", CODE).body
    assert len(french) <= 160 and not set(french) - GSM


@pytest.mark.parametrize("kind", CODE_KINDS)
@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_code_by_e_mail_stands_in_the_body_and_never_in_the_subject(
    texts: MessageTexts, kind: str, language: str
) -> None:
    text = texts.render(kind, "email", language, CODE)
    assert "482913" in text.body and "482913" not in text.subject
    assert text.subject and "\n" not in text.subject
    assert not any(sign in text.body for sign in ("http", "www", ".dz"))
