"""Every state, reason and channel has its words in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import pytest
from flask import Flask
from flask_babel import force_locale
from flask_babel.speaklater import LazyString

from webapp import reason_words, wording
from webapp.catalogs import ARABIC, FRENCH, Language
from webapp.config import PROJECT
from webapp.data.loader import load_reasons
from webapp.domain.channel_terms import NameProfile, TransportKind
from webapp.domain.contests import ContestReason
from webapp.domain.reasons import ActionClass, NextStep, PlainReason
from webapp.domain.statuses import (
    ContestStatus,
    DebitStatus,
    DueStatus,
    MandateStatus,
    PaymentScheduleStatus,
)
from webapp.domain.warning_kinds import WarningKind
from webapp.domain.words import Word, word_for
from webapp.message_words import MESSAGES
from webapp.models import HoldReason, NoticeChannel, NoticeStatus, Subject
from webapp.services.debit_life import LifeKind
from webapp.services.outbox import CODES
from webapp.services.scheduled_dues import InstalmentState

LETTERS = {"ar": re.compile("[\u0600-\u06ff]"), "fr": re.compile("[A-Za-zÀ-ÿ]")}
NAMED = [
    Word, MandateStatus, HoldReason, NoticeChannel, NoticeStatus, LifeKind, PaymentScheduleStatus,
    InstalmentState, NameProfile, TransportKind, WarningKind, ContestStatus, ContestReason,
]  # fmt: skip
REASONS = sorted(load_reasons())
LANGUAGES = pytest.mark.parametrize("language", [ARABIC, FRENCH], ids=["ar", "fr"])


def in_language(app: Flask, language: Language, text: LazyString) -> str:
    with app.test_request_context(f"/{language.code}/"), force_locale(language.locale):
        return str(text)


def check(app: Flask, language: Language, texts: Iterable[LazyString]) -> None:
    """Each text is a translation: in its script, and not the English of its message id."""
    with app.test_request_context("/"), force_locale("en"):
        english = [str(text) for text in texts]
    for text, message in zip(texts, english, strict=True):
        said = in_language(app, language, text)
        assert LETTERS[language.code].search(said)
        assert said != message, message
        other = LETTERS["fr" if language is ARABIC else "ar"]
        assert not other.search(said), said


@LANGUAGES
@pytest.mark.parametrize("kind", NAMED, ids=lambda kind: kind.__name__)
def test_every_state_has_its_words(app: Flask, language: Language, kind: type[StrEnum]) -> None:
    check(app, language, [wording.in_words(one) for one in kind])


@LANGUAGES
def test_whatever_events_are_about_is_called_something_else_each(
    app: Flask, language: Language
) -> None:
    called = [in_language(app, language, wording.in_words(one)) for one in Subject]
    assert len(set(called)) == len(Subject)


@LANGUAGES
@pytest.mark.parametrize("status", [*DebitStatus, *DueStatus])
def test_every_status_of_money_is_one_of_the_six_words_with_a_sentence_where_it_needs_one(
    app: Flask, language: Language, status: StrEnum
) -> None:
    word, qualifier = word_for(status)
    texts = [wording.in_words(word)]
    texts += [wording.qualifier_in_words(qualifier)] if qualifier else []
    check(app, language, texts)


@LANGUAGES
@pytest.mark.parametrize("code", [*REASONS, None, "", "XXXX"])
def test_every_reason_of_a_bank_gives_a_sentence(
    app: Flask, language: Language, code: str | None
) -> None:
    check(app, language, [wording.why_refused(code)])


def test_every_plain_reason_has_a_sentence_of_its_own(app: Flask) -> None:
    assert set(wording.REFUSALS) == set(PlainReason)
    said = {in_language(app, FRENCH, text) for text in wording.REFUSALS.values()}
    assert len(said) == len(PlainReason)


@LANGUAGES
def test_each_of_the_68_codes_has_a_sentence_of_its_own_a_fault_and_a_button(
    app: Flask, language: Language
) -> None:
    told = {code: reason_words.explain_reason(code) for code in REASONS}
    assert len({in_language(app, language, one.sentence) for one in told.values()}) == 68
    for code, one in told.items():
        check(app, language, [one.sentence, one.fault, one.what_to_do, one.button, one.follows])
        suspending = load_reasons()[code].action in {ActionClass.STOP, ActionClass.FIX}
        assert one.suspends is suspending


@LANGUAGES
@pytest.mark.parametrize("code", [None, "", "PROV", "am04"])
def test_a_code_that_nobody_knows_is_said_so_and_leads_to_the_agency(
    app: Flask, language: Language, code: str | None
) -> None:
    told = reason_words.explain_reason(code)
    assert (told.sentence, told.step) == (None, NextStep.CONTACT_AGENCY)
    check(app, language, [told.fault, told.what_to_do, told.button])


def test_whoever_suspends_asks_for_a_new_authorisation_or_for_a_person() -> None:
    """No button of a suspended authorisation sends its employer to wait."""
    steps = {
        one.next_step
        for one in load_reasons().values()
        if one.action in {ActionClass.STOP, ActionClass.FIX}
    }
    assert steps == {NextStep.CHANGE_ACCOUNT, NextStep.SIGN_AGAIN, NextStep.CONTACT_AGENCY}


def test_what_has_no_words_is_said_so() -> None:
    with pytest.raises(KeyError):
        wording.in_words(DebitStatus.HELD)


@LANGUAGES
def test_every_kind_of_message_but_codes_has_its_words(app: Flask, language: Language) -> None:
    folder = PROJECT / "templates" / "messages"
    kinds = {file.name.split(".")[0] for file in folder.glob("*.txt")} - CODES
    assert set(MESSAGES) == kinds
    for kind in kinds:
        assert LETTERS[language.code].search(in_language(app, language, MESSAGES[kind]))
