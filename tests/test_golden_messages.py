"""Every message that people get, word for word, in both languages, as it was last read by somebody.

`KHATWA_GOLDEN=1` writes the texts anew; the difference is then read before it is committed.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from webapp.adapters.message_texts import MessageTexts
from webapp.adapters.sms import GSM, parts_of
from webapp.config import PROJECT

GOLDEN = Path(__file__).parent / "golden" / "messages"
FOLDER = PROJECT / "templates" / "messages"
KINDS = sorted({file.name.split(".")[0] for file in FOLDER.glob("*.txt")})
REWRITE = "KHATWA_GOLDEN" in os.environ

# Long ones, as they come: what fits with these fits always.
VALUES: dict[str, Any] = {
    "amount": 123_456_789_00,
    "collect_on": date(2027, 1, 28),
    "on": date(2027, 1, 28),
    "until": date(2027, 1, 31),
    "last4": "6789",
    "account_last4": "6789",
    "old_last4": "4321",
    "new_last4": "6789",
    "reference": "KM-4F7Q2ZXC",
    "institution": "القرض الشعبي الجزائري",
    "worksites": ["ورشة سد بني هارون", "200 logements"],
    "attempt": 2,
    "max_attempts": 3,
    "reason_code": "AM04",
    "code": "123456",
    "minutes": 10,
    "name": "ش.ذ.م.م بناء الشرق",
    "days": 11,
    "months": 36,
    "overdue": True,
    "paper_until": None,
    "unused": True,
    "link": "https://khatwa.example/ar/staff/invitations/abc",
    "again": False,
    "may_sign": True,
    "done": True,
    "channel": "sms",
}
FULL = {"email": ("subject", "email"), "sms": ("sms",)}


@pytest.fixture
def texts(app: Flask) -> MessageTexts:
    return MessageTexts(app)


def test_there_are_messages() -> None:
    assert len(KINDS) >= 8


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_says_what_was_agreed(
    texts: MessageTexts, kind: str, channel: str, language: str
) -> None:
    """A kind whose values are not in VALUES fails here: add them."""
    if not (FOLDER / f"{kind}.{channel}.txt").exists():
        pytest.skip(f"{kind} never goes by {channel}")
    text = texts.render(kind, channel, language, VALUES)
    said = f"{text.subject}\n\n{text.body}\n" if channel == "email" else f"{text.body}\n"
    file = GOLDEN / f"{kind}.{channel}.{language}.txt"
    if REWRITE:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(said, encoding="utf-8")
    assert said == file.read_text(encoding="utf-8")


def test_no_agreed_text_is_left_of_a_message_that_is_gone() -> None:
    assert {file.name.split(".")[0] for file in GOLDEN.glob("*.txt")} == set(KINDS)


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_sms_costs_two_parts_at_most(texts: MessageTexts, kind: str, language: str) -> None:
    """Codes and changes in two; a notice with its amount, day and reason in three at most."""
    if not (FOLDER / f"{kind}.sms.txt").exists():
        pytest.skip(f"{kind} never goes by SMS")
    body = texts.render(kind, "sms", language, VALUES).body
    assert parts_of(body) <= (3 if kind.startswith("debit_") else 2), body
    if language == "fr":
        assert not set(body) - GSM, "a letter outside of the GSM alphabet halves what fits"


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_an_e_mail_says_the_same_in_html_and_fetches_nothing(
    texts: MessageTexts, language: str
) -> None:
    text = texts.render("debit_announced", "email", language, VALUES | {"worksites": ["A & <b>"]})
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in text.html
    assert "A &amp; &lt;b&gt;" in text.html and "<b>" not in text.html
    for fetched in ("http", "src=", "url(", "<link", "<script"):
        assert fetched not in text.html
