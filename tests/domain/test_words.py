"""The six words: every status has one, and none says more than is known."""

from __future__ import annotations

from itertools import chain

import pytest

from webapp.domain.statuses import UNSENT_DEBIT_STATUSES, DebitStatus, DueStatus
from webapp.domain.words import DEBIT_WORDS, DUE_WORDS, Word, word_for


def test_there_are_six_words() -> None:
    assert [word.value for word in Word] == [
        "declared",
        "scheduled",
        "sent",
        "debited",
        "settled",
        "refused",
    ]


@pytest.mark.parametrize("status", list(chain(DueStatus, DebitStatus)))
def test_every_status_has_a_word(status: DueStatus | DebitStatus) -> None:
    word, qualifier = word_for(status)
    assert word in Word
    assert qualifier is None or qualifier.replace("_", "").isalpha()


def test_a_word_shared_by_two_subjects_is_told_apart() -> None:
    assert str(DueStatus.SETTLED) == str(DebitStatus.SETTLED)
    assert word_for(DueStatus.SETTLED) == word_for(DebitStatus.SETTLED) == (Word.SETTLED, None)
    assert set(DUE_WORDS) == set(DueStatus)
    assert set(DEBIT_WORDS) == set(DebitStatus)


def test_every_word_has_one_status_that_it_says_alone() -> None:
    told = chain(DUE_WORDS.values(), DEBIT_WORDS.values())
    assert {word for word, qualifier in told if qualifier is None} == set(Word)


@pytest.mark.parametrize("status", sorted(UNSENT_DEBIT_STATUSES))
def test_nothing_unsent_is_called_sent(status: DebitStatus) -> None:
    assert word_for(status)[0] is Word.SCHEDULED


def test_a_held_debit_is_scheduled_on_hold() -> None:
    assert word_for(DebitStatus.HELD) == (Word.SCHEDULED, "on_hold")


def test_acceptance_by_the_bank_is_not_a_debit_yet() -> None:
    assert word_for(DebitStatus.ACCEPTED)[0] is Word.SENT


def test_two_statuses_of_a_debit_never_read_alike() -> None:
    assert len(set(DEBIT_WORDS.values())) == len(DEBIT_WORDS)
    assert len(set(DUE_WORDS.values())) == len(DUE_WORDS)
