"""Every message that people get, word for word, in both languages, as it was last read by somebody.

`KHATWA_GOLDEN=1 pytest tests/test_golden_messages.py` writes the texts anew; the difference is then
read before it is committed.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError
from lxml import html

from webapp.adapters.message_texts import MessageTexts, Text
from webapp.adapters.sms import GSM, GSM_EXTENDED, parts_of
from webapp.config import PROJECT
from webapp.data.loader import load_banks
from webapp.domain.period import Period

GOLDEN = Path(__file__).parent / "golden" / "messages"
FOLDER = PROJECT / "templates" / "messages"
REWRITE = "KHATWA_GOLDEN" in os.environ
LANGUAGES = ("ar", "fr")

VALUES: dict[str, Any] = {
    "amount": 123_456_789_00,
    "before": 234_567_890_00,
    "collect_on": date(2027, 1, 28),
    "on": date(2027, 1, 28),
    "until": date(2027, 1, 31),
    "last4": "6789",
    "account_last4": "6789",
    "old_last4": "4321",
    "new_last4": "6789",
    "reference": "KM4F7Q2ZXC",
    "worksites": ["ورشة سد بني هارون", "200 logements"],
    "attempt": 2,
    "max_attempts": 3,
    "reason_code": "AM04",
    "code": "123456",
    "minutes": 10,
    "email": "samir@cabinet.example",
    "days": 11,
    "instalments": 3,
    "months": 36,
    "overdue": True,
    "paper_until": None,
    "unused": True,
    "link": "https://khatwa.example/ar/staff/invitations/abc",
    "again": False,
    "may_sign": True,
    "may_file": True,
    "done": True,
    "upheld": True,
    "answer_by": date(2027, 1, 28),
    "channel": "sms",
    "ceiling": 2_000_000_00,
    "first_debit_on": date(2027, 1, 28),
    "deadline": date(2027, 2, 1),
    "last_day": False,
    "period": Period.parse("2026-Q4"),
    "given_back": False,
    "why": "insufficient_funds",
    "next": "pay_otherwise",
    "role": "agent",
}
NAMES = {
    "ar": {"name": "ش.ذ.م.م بناء الشرق", "institution": "القرض الشعبي الجزائري"},
    "fr": {"name": "SARL Bâtiment de l'Est", "institution": "Crédit Populaire d'Algérie"},
}
# Where the words depend on a value, the other ones.
MONTH = Period.parse("2026-10")
OTHERWISE: dict[str, dict[str, Any]] = {
    "account_looked_at": {"role": "collector"},
    "api_key_made": {"may_file": False},
    "contest_answered": {"upheld": False},
    "ceiling_changed": {"ceiling": None},
    "certificate_revoked": {"overdue": False},
    "correction_answered": {"done": False},
    "debit_announced": {"worksites": []},
    "debit_moved": {"worksites": []},
    "debit_refused": {"why": "account_closed", "next": "change_account"},
    "debit_settled": {"period": MONTH},
    "declaration_due": {"last_day": True, "period": MONTH},
    "debit_re_presented": {"reason_code": "TM01", "worksites": []},
    "delegate_added": {"may_sign": False},
    "delegation_granted": {"may_sign": False},
    "mandate_expired": {"unused": False, "months": 6},
    "mandate_expiring": {"unused": False, "months": 6},
    "mandate_signed": {"first_debit_on": None, "ceiling": None, "paper_until": date(2027, 1, 31)},
    "mandate_suspended": {"until": None},
    "paper_missing": {"overdue": False},
    "staff_invitation": {"again": True},
    "surcharge_added": {"period": None},
}
# Where there are more than two ways, the rest: by the name of their agreed text.
MORE: dict[str, tuple[str, dict[str, Any]]] = {
    "account_looked_at-supervisor": ("account_looked_at", {"role": "supervisor"}),
    "account_looked_at-auditor": ("account_looked_at", {"role": "auditor"}),
    "account_looked_at-administrator": ("account_looked_at", {"role": "administrator"}),
    "debit_refused-given_back": (
        "debit_refused", {"given_back": True, "why": "", "next": "contact_agency"},
    ),
    "debit_refused-held": ("debit_refused", {"why": "", "next": "an_agent_looks"}),
    "debit_refused-sign": ("debit_refused", {"why": "", "next": "sign_again"}),
    "debit_refused-bank": ("debit_refused", {"why": "", "next": "ask_bank"}),
    "debit_refused-owed": ("debit_refused", {"next": "still_owed"}),
    "debit_refused-pay": ("debit_refused", {"why": "", "next": "fund_account"}),
    "debit_settled-periods": ("debit_settled", {"period": None}),
    "declaration_due-month": ("declaration_due", {"period": MONTH}),
    "declaration_due-quarter": ("declaration_due", {"last_day": True}),
    "surcharge_added-month": ("surcharge_added", {"period": MONTH}),
}  # fmt: skip
# As long as they can be: what fits with these fits always.
LONGEST: dict[str, dict[str, Any]] = {
    language: VALUES
    | {
        "amount": 99_999_999_999_99,
        "before": 99_999_999_999_99,
        "collect_on": date(2027, 9, 29),  # a Wednesday in September
        "deadline": date(2027, 9, 29),
        "name": "ش" * 140,
        "institution": max(
            (getattr(bank, f"name_{language}") for bank in load_banks().values()), key=len
        ),
    }
    for language in LANGUAGES
}


def kinds_by(channel: str) -> list[str]:
    return sorted(file.name.split(".")[0] for file in FOLDER.glob(f"*.{channel}.txt"))


KINDS = sorted({file.name.split(".")[0] for file in FOLDER.glob("*.txt")})
BY_EMAIL, BY_SMS = kinds_by("email"), kinds_by("sms")
WAYS = [*((kind, "email") for kind in BY_EMAIL), *((kind, "sms") for kind in BY_SMS)]
DEPENDING = {
    (kind, channel)
    for kind, channel in WAYS
    if re.search(r"{%-? *if ", (FOLDER / f"{kind}.{channel}.txt").read_text(encoding="utf-8"))
}
CASES = [
    *((kind, kind, channel, {}) for kind, channel in WAYS),
    *(
        (f"{kind}-otherwise", kind, channel, OTHERWISE.get(kind, {}))
        for kind, channel in sorted(DEPENDING)
    ),
    *(
        (name, kind, way, changed)
        for name, (kind, changed) in MORE.items()
        for way in ("email", "sms")
    ),
]
NEWS = {"debit_debited", "debit_settled", "debit_refused"}
each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def texts(app: Flask) -> MessageTexts:
    return MessageTexts(app)


def written(
    texts: MessageTexts, kind: str, channel: str, language: str, values: dict[str, Any]
) -> Text:
    try:
        return texts.render(kind, channel, language, values)
    except UndefinedError as missing:
        pytest.fail(f"{kind} by {channel}: {missing}. Put it into VALUES in {__file__}.")


def test_there_are_messages() -> None:
    assert len(KINDS) >= 8


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_goes_by_e_mail_with_a_subject(kind: str) -> None:
    assert kind in BY_EMAIL
    assert (FOLDER / f"{kind}.subject.txt").exists()


@each_language
@pytest.mark.parametrize(
    ("name", "kind", "channel", "changed"), CASES, ids=[f"{case[0]}.{case[2]}" for case in CASES]
)
def test_a_message_says_what_was_agreed(
    texts: MessageTexts,
    name: str,
    kind: str,
    channel: str,
    changed: dict[str, Any],
    language: str,
) -> None:
    text = written(texts, kind, channel, language, VALUES | NAMES[language] | changed)
    said = f"{text.subject}\n\n{text.body}\n" if channel == "email" else f"{text.body}\n"
    file = GOLDEN / f"{name}.{channel}.{language}.txt"
    if REWRITE:
        file.write_text(said, encoding="utf-8")
    if not file.exists():
        pytest.fail(f"Nobody has read {kind} by {channel} yet. Write it with KHATWA_GOLDEN=1.")
    assert said == file.read_text(encoding="utf-8")


def test_words_that_depend_on_a_value_are_read_in_both_ways() -> None:
    kinds = {kind for kind, _ in DEPENDING}
    assert kinds == set(OTHERWISE), "say in OTHERWISE what else the value may be"


def test_no_agreed_text_is_left_of_a_message_that_is_gone() -> None:
    expected = {f"{name}.{way}.{one}.txt" for name, _, way, _ in CASES for one in LANGUAGES}
    assert {file.name for file in GOLDEN.iterdir()} == expected


@each_language
@pytest.mark.parametrize("kind", BY_SMS)
def test_an_sms_costs_two_parts_at_most(texts: MessageTexts, kind: str, language: str) -> None:
    """A notice with its amount, day and reason costs three at most, everything else two."""
    most = 3 if kind.startswith("debit_") and kind not in NEWS else 2
    more = [changed for of, changed in MORE.values() if of == kind]
    for changed in ({}, OTHERWISE.get(kind, {}), *more):
        body = written(texts, kind, "sms", language, LONGEST[language] | changed).body
        assert parts_of(body) <= most, f"{len(body)} letters: {body}"
        assert body == body.strip() and "\n" not in body
        if language == "fr":
            outside = set(body) - GSM - GSM_EXTENDED
            assert not outside, "a letter outside of the GSM alphabet halves what fits"


@each_language
@pytest.mark.parametrize("kind", BY_EMAIL)
def test_an_e_mail_says_the_same_in_html_and_fetches_nothing(
    texts: MessageTexts, kind: str, language: str
) -> None:
    values = VALUES | NAMES[language] | {"worksites": ["A & <b>", "B"]}
    text = written(texts, kind, "email", language, values)
    page = html.document_fromstring(text.html)
    assert page.attrib == {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    assert page.findtext("head/title") == text.subject
    body = page.find("body")
    assert body is not None
    assert body.text_content().split() == text.body.split()
    assert not {element.tag for element in body.iter()} - {"body", "div", "p", "br"}
    assert not {name for element in page.iter() for name in element.attrib} - {
        "lang", "dir", "style", "charset",
    }  # fmt: skip
    assert "url(" not in text.html
